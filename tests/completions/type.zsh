# type.zsh SHELL COMPLETIONS LINES WORK: types each line into an interactive shell, presses Tab,
# and prints what its line is then.
zmodload zsh/zpty
shell=$1 completions=$2 lines=$3 work=$4

case $shell in
bash)
	zpty s bash --norc --noprofile -i
	setup="PS1=; source ${(q)completions}/pushtrain.bash; bind 'set bell-style none' 'set enable-bracketed-paste off'
dump() { printf '%s\n' \"\$READLINE_LINE\" >$work/out.new; mv $work/out.new $work/out; READLINE_LINE=; }
bind -x '\"\\C-xd\":dump'"
	;;
zsh)
	zpty s zsh -f
	setup="PS1=; unsetopt zle_bracketed_paste; fpath=(${(q)completions} \$fpath); autoload -U compinit; compinit -u -D
dump() { print -r -- \"\$BUFFER\" >$work/out.new; mv $work/out.new $work/out; BUFFER=; }
zle -N dump; bindkey '^Xd' dump; bindkey '^I' complete-word; unsetopt automenu listambiguous beep"
	;;
esac

# Waits for what the shell writes; all that it prints meanwhile is taken in, for it not to block.
await() {
	local chunk n=0
	while [[ ! -e $work/out ]]; do
		zpty -rt s chunk && continue
		sleep 0.02
		(( ++n < 3000 )) || { print "no answer to: $1"; exit 1; }
	done
	rm -f $work/out.seen; mv $work/out $work/out.seen
}

zpty -w s "$setup
: >$work/out"
await setup
while IFS= read -r line; do
	case $line in
	''|\#*) continue ;;
	cd\ *)
		zpty -w s "cd $work/${line#cd }; : >$work/out"
		await $line
		continue
		;;
	esac
	zpty -n -w s $line$'\t\x18d'
	await $line
	print -r -- "$line"
	print -r -- "    $(<$work/out.seen)"
done <$lines
zpty -d s
