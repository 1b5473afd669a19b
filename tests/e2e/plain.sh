#!/bin/sh
# plain.sh -- terminals that can do little, and no terminal at all
. "$(dirname "$0")/lib.sh"

only_ascii() { row_shows 1 "$standing" && ! screen | LC_ALL=C grep -q '[^ -~]'; }
no_colour() {
	row_shows 1 "$standing" &&
		! screen_with_looks | grep -q '\[\([0-9]*;\)*\(3[0-8]\|4[0-8]\|9[0-7]\|10[0-7]\)[;m]'
}
colour() { screen_with_looks | grep -q '\[\([0-9]*;\)*\(3[0-8]\|9[0-7]\)[;m]'; }
paused() {
	run "--at 50% $1"
	see_row 1 '1x|1×' "the race plays ($2)"
	keys Space
}
leave() {
	keys q
	until_true "q leaves" ended_with 0
	until_true "and the terminal is as it was" restored
}

shell 160 48 LC_ALL=C LANG=C
paused "" "in the C locale"
for n in 1 2 3; do
	keys "$n"
	until_true "screen $n is ASCII in the C locale" only_ascii
done
leave

shell 160 48 NO_COLOR=1
paused "" "with NO_COLOR"
for n in 1 2 3; do
	keys "$n"
	until_true "screen $n has no colour with NO_COLOR" no_colour
done
leave

shell 160 48
paused "--mono" "with --mono"
until_true "--mono is without colour too" no_colour
leave
shell 160 48
paused "" "as it is"
until_true "there is colour otherwise" colour
leave

for term in vt100 linux xterm screen; do
	shell 120 36 TERM=$term
	paused "" "on $term"
	see_row 1 "$standing" "it shows on $term"
	leave
done

shell 80 24 TERM=no-such-terminal
run ""
until_true "an unknown TERM is a wrong usage" ended_with 2
see 'no-such-terminal' "and is named"
shell 80 24 TERM=dumb
run ""
until_true "so is one that cannot place its cursor" ended_with 2
shell 80 24
run "--at nonsense"
until_true "so is a WHEN that is none" ended_with 2

"$pitwall" "$tmp/race.csv" </dev/null >"$tmp/out" 2>"$tmp/err"
code=$?
if [ "$code" -eq 2 ] && [ ! -s "$tmp/out" ] && grep -q 'pitwall results' "$tmp/err"; then
	pass "without a terminal it says which command to use"
else
	fail "without a terminal it says which command to use ($code)"
fi
finish
