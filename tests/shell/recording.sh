#!/bin/sh
# The recording of README.md: whole, small enough for a page, and made as `dev` makes it.
# $1: pitwall, $2: the folder assets/screens.
set -u
pitwall=$1 folder=$2
. "$(dirname "$0")/../checks.sh"
well_formed() {
	if command -v python3 >/dev/null 2>&1; then
		check "$1 is well-formed" python3 -c \
			'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$2"
	else
		skip "$1 is well-formed" "no python3"
	fi
}
# Every row that a frame uses is defined once; every frame has its time, in order.
whole() {
	awk '{
		rest = $0
		while (match(rest, /<use href="#a[0-9]+"/)) {
			used[substr(rest, RSTART + 12, RLENGTH - 13)] = 1
			rest = substr(rest, RSTART + RLENGTH)
		}
	}
	/^<g id="/ {
		split($0, part, "\"")
		if (part[2] in defined)
			bad = 1
		defined[part[2]] = 1
	}
	/^<g class="f f/ {
		frames++
		match($0, /animation-delay:[0-9.]+s/)
		at = substr($0, RSTART + 16, RLENGTH - 17) + 0
		if ((frames == 1 && at != 0) || (frames > 1 && at <= last))
			bad = 1
		last = at
	}
	END {
		for (row in used)
			if (!(row in defined))
				bad = 1
		exit bad || frames < '"$2"'
	}' "$1"
}
smaller() { [ "$(wc -c <"$1")" -lt "$2" ]; }
nothing_fetched() { ! grep -qE 'href="[^#]|url\(|<script|<image' "$1"; }

recording=$folder/recording.svg
well_formed "the recording" "$recording"
check "the recording is whole" whole "$recording" 30
check "the recording is smaller than 1 MB" smaller "$recording" 1000000
check "the recording fetches nothing" nothing_fetched "$recording"
check "README.md shows it" grep -q 'assets/screens/recording\.svg' "$folder/../../README.md"
for at in 1:00:00 1:00:10 2:00:00; do
	"$pitwall" render --config none --format svg --size 80x24 --at $at >"$tmp/$at.svg"
	printf '%s\t1.5\tat %s <&>\n' "$tmp/$at.svg" $at >>"$tmp/list"
done
awk -F '\t' -f "$folder/recording.awk" "$tmp/list" >"$tmp/made.svg"
well_formed "a recording of three frames" "$tmp/made.svg"
check "it is whole" whole "$tmp/made.svg" 3
check "it lasts as long as its frames" grep -q 'animation:4\.50s step-end infinite' "$tmp/made.svg"
check "its captions are there" grep -q 'at 2:00:00 &lt;&amp;&gt;</text>' "$tmp/made.svg"
finish
