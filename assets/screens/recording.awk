# Frames of `pitwall render --format svg` as one animated SVG. Each line of the input names
# a frame: its file, for how many seconds it is shown, and its caption.

function escaped(text) {
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	return text
}

{
	n++
	seconds[n] = $2
	caption[n] = escaped($3)
	total += $2
	styled = 0
	while ((getline line < $1) > 0) {
		if (n == 1 && line ~ /^<svg /) {
			match(line, /width="[0-9]+"/)
			wide = substr(line, RSTART + 7, RLENGTH - 8)
			match(line, /height="[0-9]+"/)
			high = substr(line, RSTART + 8, RLENGTH - 9)
		}
		if (!styled) {
			if (n == 1 && line !~ /^<svg |^<title>/)
				style = style line "\n"
			styled = line ~ /<\/style>/
			continue
		}
		if (line ~ /^<rect x=".5"/) {
			if (n == 1)
				match(line, /fill="[^"]*" stroke="[^"]*"/)
			if (n == 1)
				colours = substr(line, RSTART, RLENGTH)
			continue
		}
		if (line == "" || line ~ /^<\/svg>/)
			continue
		if (!(line in row)) {
			row[line] = ++rows
			text[rows] = line
		}
		uses[n] = uses[n] "<use href=\"#a" row[line] "\"/>"
	}
	close($1)
}

END {
	if (n == 0 || wide == 0)
		exit 1
	tall = high + 24
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" " \
		"width=\"%d\" height=\"%d\">\n<title>pitwall: a lap, a stop, a jump, " \
		"the threshold</title>\n", wide, tall, wide, tall
	sub(/<\/style>\n$/, "", style)
	printf "%s\n.f{visibility:hidden}.f1{visibility:visible}" \
		".f{animation:%.2fs step-end infinite}\n", style, total
	for (i = 1; i <= n; i++)
		if (!(seconds[i] in named)) {
			named[seconds[i]] = ++names
			printf "@keyframes k%d{0%%{visibility:visible}" \
				"%.4f%%{visibility:hidden}}.k%d{animation-name:k%d}\n", names,
				seconds[i] * 100 / total, names, names
		}
	print "@media(prefers-reduced-motion:reduce){.f{animation:none}}</style>"
	printf "<rect x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"10\" %s/>\n<defs>\n",
		wide - 1, tall - 1, colours
	for (i = 1; i <= rows; i++)
		printf "<g id=\"a%d\">%s</g>\n", i, text[i]
	print "</defs>"
	for (i = 1; i <= n; i++) {
		printf "<g class=\"f f%d k%d\" style=\"animation-delay:%.2fs\">%s" \
			"<text class=\"r4\" x=\"18\" y=\"%d\">%s</text></g>\n", i,
			named[seconds[i]], at, uses[i], high + 8, caption[i]
		at += seconds[i]
	}
	print "</svg>"
}
