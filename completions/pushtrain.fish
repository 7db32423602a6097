# Completion of pushtrain in fish. What may come next, pushtrain itself says; nothing of what is
# typed or comes back is evaluated, and fish quotes what it inserts.
function __pushtrain_complete
    command -q pushtrain; or return
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -e before[1]
    # Fish looks for what goes on the current word by itself; options are there once it has a
    # dash, and the values of one once it has an equals sign.
    set -l typed ''
    string match -q -- '-*' $current; and set typed (string replace -r -- '=.*' '=' $current)
    set -l option (string match -r -- '^--[^=]*=' "$current")
    set -l path (string replace -r -- '^--[^=]*=' '' "$current")
    for line in (command pushtrain complete words $before "$typed" 2>/dev/null)
        switch $line
            case :files
                for choice in (__fish_complete_path "$path")
                    printf '%s\n' "$option$choice"
                end
            case :folders
                for choice in (__fish_complete_directories "$path" '')
                    printf '%s\n' "$option$choice"
                end
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c pushtrain -f -a '(__pushtrain_complete)'
