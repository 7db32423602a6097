# Takes a page of Markdown apart: awk -v dir=DIR -f steps.awk PAGE writes into DIR
#   NNN.command  a command line, as it stands there; lines of '> ' below it go on with it
#   NNN.shown    what the page shows as its output, if anything; NNN.place, from which line to
#                which, and how they are indented
#   NNN.status   the exit status that it states: "(exit status 3)" as the last line of what is
#                shown, or "exit status 3" in a comment behind the command; else 0
#   NNN.file     instead of a command: the name of a file whose text NNN.text has (a block
#                that is fenced with ```yaml NAME)
#   NNN.line     where it stands
#   fragment.LINE  a block of YAML: fenced as such, or one that begins with 'key:'
#   spans        what stands in backquotes, one in a line, with the line of its paragraph before it
# A block is a session when a line of it begins with '$ '; it is a list of command lines when
# one of its lines is of a program of ours.
function put(name, text) {
	print text >(sprintf("%s/%03d.%s", dir, steps, name))
	close(sprintf("%s/%03d.%s", dir, steps, name))
}

function step(command, line) {
	steps++
	put("command", command)
	put("line", line)
	if (match(command, /#.*exit status [0-9]+/)) {
		status = substr(command, RSTART, RLENGTH)
		sub(/.* /, "", status)
		put("status", status)
	}
}

function shown(text, from,    n, words) {
	sub(/\n+$/, "", text)
	if (match(text, /\(exit status [0-9]+\)$/)) {
		put("status", substr(text, RSTART + 13, RLENGTH - 14))
		text = substr(text, 1, RSTART - 1)
		sub(/\n+$/, "", text)
	}
	if (text != "") {
		n = split(text, words, "\n")
		put("shown", text)
		put("place", from " " from + n - 1 " " (fenced ? "" : "    "))
	}
}

function session(    i, command, text, at, from) {
	for (i = 1; i <= lines; i++) {
		if (block[i] ~ /^\$ /) {
			shown(text, from)
			text = ""
			command = substr(block[i], 3)
			at = first + i - 1
			while (i < lines && block[i + 1] ~ /^> /)
				command = command "\n" substr(block[++i], 3)
			step(command, at)
			from = first + i
		} else if (at)
			text = text block[i] "\n"
	}
	shown(text, from)
}

function list(    i, command, at) {
	for (i = 1; i <= lines; i++) {
		command = block[i]
		at = first + i - 1
		while (command ~ /\\$/ && i < lines)
			command = command "\n" block[++i]
		if (command ~ /[^ ]/ && command !~ /^#/)
			step(command, at)
	}
}

function end_block(    i, kind, text) {
	if (!lines)
		return
	for (i = 1; i <= lines; i++) {
		if (block[i] ~ /^\$ /)
			kind = "session"
		else if (kind == "" && block[i] ~ /^((pushtrain|curl|git|cmake|sudo|sf|cci) |(ci|examples|tests|build)\/)/ && info !~ / /)
			kind = "list"
	}
	if (info ~ /^yaml/ || (info == "" && kind == "" && block[1] ~ /^[a-z_]+:( |$)/))
		for (i = 1; i <= lines; i++)
			print block[i] >(dir "/fragment." first)
	if (info ~ / [^ ]/) {
		for (i = 1; i <= lines; i++)
			text = text (i > 1 ? "\n" : "") block[i]
		steps++
		sub(/^[^ ]* +/, "", info)
		put("file", info)
		put("text", text)
		put("line", first)
	} else if (kind == "session")
		session()
	else if (kind == "list")
		list()
	lines = 0
}

function end_paragraph() {
	while (match(paragraph, /`[^`]+`/)) {
		print paragraph_line "\t" substr(paragraph, RSTART + 1, RLENGTH - 2) >(dir "/spans")
		paragraph = substr(paragraph, RSTART + RLENGTH)
	}
	paragraph = ""
}

/^```/ {
	end_paragraph()
	if (fenced || indented)
		end_block()
	indented = 0
	if (!fenced) {
		info = substr($0, 4)
		first = NR + 1
	}
	fenced = !fenced
	next
}
fenced { block[++lines] = $0; next }
/^    / && (blank || indented) {
	end_paragraph()
	if (!indented)
		first = NR
	info = ""
	indented = 1
	block[++lines] = substr($0, 5)
	next
}
/^$/ && indented { block[++lines] = ""; blank = 1; next }
indented { end_block(); indented = 0 }
/^$/ { end_paragraph(); blank = 1; next }
{
	blank = 0
	if (paragraph == "")
		paragraph_line = NR
	paragraph = paragraph $0 " "
	if (/^\|/)
		end_paragraph()
}
END {
	end_paragraph()
	end_block()
	if (fenced) {
		print FILENAME ": a block that does not end" >"/dev/stderr"
		exit 1
	}
}
