# awk -f same.awk SHOWN REAL: whether what a page shows is what was printed. A line '…' stands for
# one or more lines, ' …' at the end of a line for the rest of it. Exit status 1 if not, and the
# first line that is not so is printed.
function fits(want, got) {
	if (want == got)
		return 1
	return sub(/ …$/, " ", want) && substr(got, 1, length(want)) == want
}

{ sub(/[ \t]+$/, "") }
FILENAME == ARGV[1] { want[++nwant] = $0; next }
{ got[++ngot] = $0 }
END {
	w = g = 1
	while (g <= ngot) {
		if (w <= nwant && want[w] ~ /^ *…$/) {
			star = w++
			from = ++g
		} else if (w <= nwant && fits(want[w], got[g])) {
			w++
			g++
		} else if (star) {
			if (w > furthest) {
				furthest = w
				there = g
			}
			w = star + 1
			g = ++from
		} else
			break
	}
	if (w > nwant && g > ngot)
		exit 0
	if (furthest > w) {
		w = furthest
		g = there
	}
	print "  the page shows: " (w <= nwant ? want[w] : "nothing more")
	print "  it printed:     " (g <= ngot ? got[g] : "nothing more")
	exit 1
}
