# awk -f update.awk SHOWN REAL: what a page is to show in place of SHOWN: for each of its lines the line
# that was printed which is most like it, in order, with '…' for what lies between. A line that was
# cut with ' …' stays cut, behind as many words.
function alike(a, b,    n, m, i, words, others, seen, same) {
	if (a == b)
		return 2
	n = split(a, words, " ")
	m = split(b, others, " ")
	for (i = 1; i <= m; i++)
		seen[others[i]]++
	for (i = 1; i <= n; i++)
		if (seen[words[i]]-- > 0)
			same++
	return n + m ? 2 * same / (n + m) : 0
}

function cut(line, like,    n, i, words, out) {
	if (like !~ / …$/)
		return line
	n = split(like, words, " ") - 1
	out = line
	for (i = 0; i < n && match(out, /[^ ] +/); i++)
		out = substr(out, RSTART + RLENGTH)
	return substr(line, 1, length(line) - length(out)) "…"
}

{ sub(/[ \t]+$/, "") }
FILENAME == ARGV[1] {
	if ($0 ~ /^ *…$/)
		dots = 1
	else
		want[++nwant] = $0
	next
}
{ got[++ngot] = $0 }
END {
	# The best that the first w lines can do with the first g.
	for (w = 1; w <= nwant; w++)
		for (g = 1; g <= ngot; g++) {
			like = alike(want[w], got[g])
			like = like < 0.4 ? -1 : best[w - 1, g - 1] + like
			best[w, g] = best[w - 1, g] + 0
			how[w, g] = "w"
			if (best[w, g - 1] + 0 > best[w, g]) {
				best[w, g] = best[w, g - 1]
				how[w, g] = "g"
			}
			if (like > best[w, g]) {
				best[w, g] = like
				how[w, g] = "="
			}
		}
	w = nwant
	g = ngot
	while (w > 0 && g > 0) {
		if (how[w, g] == "=") {
			keep[g] = cut(got[g], want[w])
			w--
			g--
		} else if (how[w, g] == "w")
			w--
		else
			g--
	}
	if (!dots)
		for (g = 1; g <= ngot; g++)
			keep[g] = got[g]
	for (g = 1; g <= ngot; g++) {
		if (g in keep)
			print keep[g]
		else if (!cut_off)
			print "…"
		cut_off = !(g in keep)
	}
}
