# See make-architecture. Boxes stand on floors, and within a floor above what they link; arrows that
# pass a row go through a point of it; both are ordered so that few arrows cross, and moved to where
# their neighbours are.
function floor_of(folder) {
	sub(/\/.*/, "", folder)
	if (folder == "base")
		return 0
	if (folder == "graph" || folder == "config")
		return 1
	return folder == "connectors" ? 2 : folder == "pipeline" ? 3 : 4
}

function reaches(from, to,    i, n, list) {
	n = split(links[from], list, " ")
	for (i = 1; i <= n; i++)
		if (list[i] == to || reaches(list[i], to))
			return 1
	return 0
}

# Not what follows from another link.
function follows(from, to,    i, n, list) {
	n = split(links[from], list, " ")
	for (i = 1; i <= n; i++)
		if (list[i] != to && reaches(list[i], to))
			return 1
	return 0
}

function stand(name,    i, n, list, row) {
	if (name in row_of)
		return row_of[name]
	n = split(links[name], list, " ")
	row = 0
	for (i = 1; i <= n; i++)
		if (stand(list[i]) >= row)
			row = row_of[list[i]] + 1
	return row_of[name] = row
}

# Every floor begins above the floor below it.
function stand_on_floors(    f, i, top, first, lift, again) {
	for (f = 1; f <= 4; f++) {
		do {
			again = 0
			top = -1
			for (i = 1; i <= nbox; i++)
				if (floor[box[i]] < f && row_of[box[i]] > top)
					top = row_of[box[i]]
			for (i = 1; i <= nbox; i++)
				if (floor[box[i]] == f && row_of[box[i]] <= top) {
					row_of[box[i]] = top + 1
					again = 1
				}
			for (i = 1; i <= nbox; i++) {
				lift = highest_link(box[i]) + 1
				if (row_of[box[i]] < lift) {
					row_of[box[i]] = lift
					again = 1
				}
			}
		} while (again)
	}
}

function highest_link(name,    i, n, list, row) {
	n = split(links[name], list, " ")
	row = -1
	for (i = 1; i <= n; i++)
		if (row_of[list[i]] > row)
			row = row_of[list[i]]
	return row
}

function put(node, row, w) {
	at[row, ++count[row]] = node
	where[node] = row
	wide[node] = w
	if (row > rows)
		rows = row
}

function join(upper, lower) {
	down[upper] = down[upper] " " lower
	up[lower] = up[lower] " " upper
}

# An arrow goes through a point in every row between its ends.
function draw_through(from, to,    row, last, point) {
	narrow++
	last = from
	path[narrow] = from
	for (row = row_of[from] - 1; row > row_of[to]; row--) {
		point = "point" narrow "." row
		put(point, row, POINT)
		join(last, point)
		path[narrow] = path[narrow] " " point
		last = point
	}
	join(last, to)
	path[narrow] = path[narrow] " " to
}

function crossings(    row, i, j, n, m, a, b, k, sum, e1, e2, ne) {
	for (row = 1; row <= rows; row++) {
		ne = 0
		for (i = 1; i <= count[row]; i++) {
			n = split(down[at[row, i]], a, " ")
			for (j = 1; j <= n; j++) {
				e1[++ne] = i
				e2[ne] = place[a[j]]
			}
		}
		for (i = 1; i < ne; i++)
			for (j = i + 1; j <= ne; j++)
				if ((e1[i] - e1[j]) * (e2[i] - e2[j]) < 0)
					sum++
	}
	return sum + 0
}

function number(row,    i) {
	for (i = 1; i <= count[row]; i++)
		place[at[row, i]] = i
}

function mean(list, of,    i, n, words, sum) {
	n = split(list, words, " ")
	for (i = 1; i <= n; i++)
		sum += of[words[i]]
	return n ? sum / n : -1
}

# Sorted by where the neighbours in one direction are; who has none stays.
function arrange(row, upwards,    i, j, node, key, wish) {
	for (i = 1; i <= count[row]; i++) {
		node = at[row, i]
		wish[node] = mean(upwards ? up[node] : down[node], place)
		if (wish[node] < 0)
			wish[node] = i
	}
	for (i = 2; i <= count[row]; i++) {
		node = at[row, i]
		for (j = i - 1; j >= 1 && wish[at[row, j]] > wish[node]; j--)
			at[row, j + 1] = at[row, j]
		at[row, j + 1] = node
	}
	number(row)
}

function arrange_all(    round, row, best, now, i, keep) {
	for (row = 0; row <= rows; row++)
		number(row)
	best = -1
	for (round = 0; round < 40; round++) {
		if (round % 2)
			for (row = 1; row <= rows; row++)
				arrange(row, 0)
		else
			for (row = rows - 1; row >= 0; row--)
				arrange(row, 1)
		now = crossings()
		if (best < 0 || now < best) {
			best = now
			for (row = 0; row <= rows; row++)
				for (i = 1; i <= count[row]; i++)
					keep[row, i] = at[row, i]
		}
	}
	for (row = 0; row <= rows; row++) {
		for (i = 1; i <= count[row]; i++)
			at[row, i] = keep[row, i]
		number(row)
	}
}

# As near as may be to where each wants to be, in this order and with gaps between: blocks that
# would overlap are joined and stand where they want on the average.
function settle(row,    i, n, offset, want, b, sum, size, first, node) {
	n = 0
	offset = 0
	for (i = 1; i <= count[row]; i++) {
		node = at[row, i]
		if (i > 1)
			offset += (wide[at[row, i - 1]] + wide[node]) / 2 + GAP
		off[i] = offset
		n++
		sum[n] = wish_x[node] - offset
		size[n] = 1
		first[n] = i
		while (n > 1 && sum[n - 1] / size[n - 1] >= sum[n] / size[n]) {
			sum[n - 1] += sum[n]
			size[n - 1] += size[n]
			n--
		}
	}
	for (b = 1; b <= n; b++)
		for (i = first[b]; i < first[b] + size[b]; i++)
			x[at[row, i]] = sum[b] / size[b] + off[i]
}

function settle_all(    round, row, i, node, n, words, j, sum, k) {
	for (row = 0; row <= rows; row++) {
		for (i = 1; i <= count[row]; i++)
			wish_x[at[row, i]] = (i - (count[row] + 1) / 2) * (BOX + GAP)
		settle(row)
	}
	for (round = 0; round < 60; round++)
		for (row = round % 2 ? 0 : rows; row >= 0 && row <= rows; row += round % 2 ? 1 : -1) {
			for (i = 1; i <= count[row]; i++) {
				node = at[row, i]
				n = split(up[node] " " down[node], words, " ")
				sum = 0
				for (j = 1; j <= n; j++)
					sum += x[words[j]]
				wish_x[node] = n ? sum / n : x[node]
			}
			settle(row)
		}
}

function escape(text) {
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	return text
}

# What is said of a folder, in lines that fit.
function lines_of(text, lines,    n, words, i, k) {
	n = split(text, words, " ")
	k = 1
	lines[1] = ""
	for (i = 1; i <= n; i++) {
		if (lines[k] != "" && length(lines[k]) + length(words[i]) + 1 > 28)
			lines[++k] = ""
		lines[k] = lines[k] (lines[k] == "" ? "" : " ") words[i]
	}
	return k
}

function y_of(row) { return TOP + (rows - row) * STEP }

function draw_box(name,    left, top, lines, n, i, short) {
	left = x[name] - BOX / 2
	top = y_of(row_of[name])
	printf "<g class=\"box\" id=\"%s\"><rect x=\"%.0f\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>", folder[name], left, top, BOX, HIGH
	short = folder[name]
	sub(/.*\//, "", short)
	printf "<text class=\"name\" x=\"%.0f\" y=\"%d\">%s</text>", x[name], top + 17, short
	n = lines_of(says[folder[name]], lines)
	for (i = 1; i <= n && i <= 2; i++)
		printf "<text class=\"says\" x=\"%.0f\" y=\"%d\">%s%s</text>", x[name], top + 19 + 13 * i, escape(lines[i]), (i == 2 && n > 2 ? " …" : "")
	print "</g>"
}

function draw_arrow(i,    n, words, j, d, x0, y0, x1, y1, mid, ends) {
	n = split(path[i], words, " ")
	x0 = x[words[1]]
	y0 = y_of(where[words[1]]) + HIGH
	d = sprintf("M%.0f %d", x0, y0)
	for (j = 2; j <= n; j++) {
		x1 = x[words[j]]
		y1 = y_of(where[words[j]]) - (j == n ? 5 : 0)
		mid = (y0 + y1) / 2
		d = d sprintf(" C%.0f %.0f %.0f %.0f %.0f %.0f", x0, mid, x1, mid, x1, y1)
		if (j < n)
			d = d sprintf(" V%d", y1 + HIGH)
		x0 = x1
		y0 = y1 + HIGH
	}
	printf "<path class=\"arrow\" d=\"%s\" marker-end=\"url(#head)\"><title>%s links %s</title></path>\n", d, folder[words[1]], folder[words[n]]
}

function draw_floors(    f, i, low, high, name) {
	split("base|graph, config|connectors|pipeline|cmd", name, "|")
	for (f = 0; f <= 4; f++) {
		low = 99
		high = -1
		for (i = 1; i <= nbox; i++)
			if (floor[box[i]] == f) {
				if (row_of[box[i]] < low) low = row_of[box[i]]
				if (row_of[box[i]] > high) high = row_of[box[i]]
			}
		printf "<rect class=\"floor floor%d\" x=\"8\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\"/>", f % 2, y_of(high) - 10, width - 16, y_of(low) - y_of(high) + HIGH + 20
		printf "<text class=\"floor-name\" x=\"20\" y=\"%d\">%s</text>\n", y_of(high) + 8, name[f + 1]
	}
}

BEGIN {
	BOX = 196; HIGH = 52; GAP = 18; POINT = 6; STEP = 88; TOP = 20
	says["pipeline"] = "train, plan, engine, report: no I/O and no clock"
	says["cmd"] = "one file a command; connectors are chosen here"
	says["connectors/push"] = "the push API, of the real platform and a simulated one"
	says["connectors/emulator"] = "the simulated platform's REST API"
	says["base"] = "errors, memory, strings, time, versions"
}
FILENAME ~ /main\.c$/ && /^ \*   [a-z]+(\/[a-z]+)?\/ +/ {
	name = $2
	sub(/\/$/, "", name)
	text = $0
	sub(/^ \*   [^ ]+ +/, "", text)
	sub(/;.*/, "", text)
	if (!(name in says))
		says[name] = text
}
/^pt_folder\(/ {
	gsub(/[()]/, " ")
	name = $2
	box[++nbox] = name
	folder[name] = $3
	floor[name] = floor_of($3)
	for (i = 4; i <= NF; i++)
		if ($i ~ /^pt_/)
			links[name] = links[name] " " substr($i, 4)
}
END {
	for (i = 1; i <= nbox; i++)
		stand(box[i])
	stand_on_floors()
	for (i = 1; i <= nbox; i++)
		put(box[i], row_of[box[i]], BOX)
	for (i = 1; i <= nbox; i++) {
		n = split(links[box[i]], list, " ")
		for (j = 1; j <= n; j++)
			if (!follows(box[i], list[j]))
				draw_through(box[i], list[j])
	}
	arrange_all()
	settle_all()
	for (node in x) {
		if (least == "" || x[node] - wide[node] / 2 < least) least = x[node] - wide[node] / 2
		if (x[node] + wide[node] / 2 > most) most = x[node] + wide[node] / 2
	}
	for (node in x)
		x[node] += 120 - least
	width = int(most - least + 150)
	height = TOP + rows * STEP + HIGH + 20
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n", width, height, width, height
	print "<title>The folders of pushtrain, and what each is built on</title>"
	print "<style>"
	print "text { font: 11px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; text-anchor: middle; fill: #24292f }"
	print ".name { font-weight: 600; font-size: 13px }"
	print ".floor-name { text-anchor: start; font-weight: 600; fill: #57606a }"
	print ".paper { fill: #ffffff } .floor0 { fill: #f0f3f7 } .floor1 { fill: #e6ecf2 }"
	print ".box rect { fill: #ffffff; stroke: #6e7781 }"
	print ".arrow { fill: none; stroke: #57606a; stroke-width: 1.2 } #head path { fill: #57606a }"
	print "@media (prefers-color-scheme: dark) {"
	print "text { fill: #e6edf3 } .floor-name { fill: #9da7b3 }"
	print ".paper { fill: #0d1117 } .floor0 { fill: #161b22 } .floor1 { fill: #1c232d }"
	print ".box rect { fill: #0d1117; stroke: #8b949e }"
	print ".arrow { stroke: #9da7b3 } #head path { fill: #9da7b3 }"
	print "}"
	print "</style>"
	print "<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"4\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>"
	printf "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", width, height
	draw_floors()
	for (i = 1; i <= narrow; i++)
		draw_arrow(i)
	for (i = 1; i <= nbox; i++)
		draw_box(box[i])
	print "</svg>"
}
