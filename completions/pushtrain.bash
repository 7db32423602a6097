# Completion of pushtrain in bash. What may come next, pushtrain itself says; it gets the line
# as it is typed and gives words as they are to be typed, so nothing of either is evaluated.
_pushtrain() {
	local word
	COMPREPLY=()
	while IFS= read -r word; do
		case $word in
		'') ;;
		:files) compopt -o default 2>/dev/null ;;
		:folders) compopt -o dirnames 2>/dev/null ;;
		*) COMPREPLY+=("$word") ;;
		esac
	done <<<"$(command pushtrain complete bash "$COMP_LINE" "$COMP_POINT" "$COMP_WORDBREAKS" 2>/dev/null)"
}
complete -o nosort -F _pushtrain pushtrain 2>/dev/null || complete -F _pushtrain pushtrain
