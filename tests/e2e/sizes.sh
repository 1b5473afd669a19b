#!/bin/sh
# sizes.sh -- resizing the terminal garbles nothing: the screen equals the output of
# `render` for the same instant
. "$(dirname "$0")/lib.sh"

whole() {
	screen >"$tmp/shown"
	"$pitwall" render "$tmp/race.csv" --at lap:20 --screen "$1" --size "$2x$3" \
		>"$tmp/rendered" 2>/dev/null
	# `render` has no PAUSED in the title bar and no key hints in the last row.
	last=$(($3 - 1))
	sed -n "2,${last}p" "$tmp/shown" | sed 's/ *$//' >"$tmp/a"
	sed -n "2,${last}p" "$tmp/rendered" | sed 's/ *$//' >"$tmp/b"
	cmp -s "$tmp/a" "$tmp/b" && row_shows 1 '0:30:00' && row_shows "$3" 'quit|help'
}

shell 160 48
run "--at lap:20"
see_row 1 '0:30:' "the race opens"
keys Space
see_row 1 "$standing" "and pauses"
keys g
typed "lap:20"
keys Enter
see_row 1 '0:30:00' "at the given instant"
n=0
for name in classes timing classification; do
	n=$((n + 1))
	keys "$n"
	for wh in "80 24" "120 36" "160 48" "220 60" "80 24" "220 60"; do
		# shellcheck disable=SC2086
		set -- $wh
		size "$1" "$2"
		until_true "$name is complete at $1x$2" whole "$name" "$1" "$2" || {
			diff "$tmp/a" "$tmp/b" | head -5 | sed 's/^/# /'
		}
	done
done
size 30 8
see '60' "a terminal that is too small gets a message"
size 1 1
size 160 48
until_true "and afterwards the screen is complete" whole classification 160 48
keys q
until_true "q quits" ended_with 0
until_true "and the terminal is as it was" restored
finish
