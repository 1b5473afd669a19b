#!/bin/sh
# plain.sh -- simple terminals, and no terminal at all
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
	until_true "q quits" ended_with 0
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
until_true "--mono shows no colour either" no_colour
leave
shell 160 48
paused "" "as it is"
until_true "otherwise there is colour" colour
leave

for term in vt100 linux xterm screen; do
	shell 120 36 TERM=$term
	paused "" "on $term"
	see_row 1 "$standing" "it works on $term"
	leave
done

shell 80 24 TERM=no-such-terminal
run ""
until_true "an unknown TERM is a usage error" ended_with 2
see 'no-such-terminal' "and is named"
shell 80 24 TERM=dumb
run "--speed 30"
see '^0:01:30  LMP1 car 1 takes the lead of the race on lap 1[.]$' \
	"a terminal without cursor addressing gets the race in sentences"
typed "lap:40"
keys Enter
see '^1:00:00  The flag is .*, car 1 leads on lap 41[.]$' "typing a WHEN goes there"
keys Enter
see '^1:0[0-9]:.*left, car 1 leads' "return alone prints the state of the race"
typed "q"
keys Enter
until_true "q quits" ended_with 0
until_true "and the terminal is as it was" restored
shell 80 24 TERM=dumb
run "--speed 1"
see '^race, Race' "it runs again"
keys C-c
until_true "control-c ends it" ended_with 0
shell 80 24
run "--at nonsense"
until_true "so is an invalid WHEN" ended_with 2

"$pitwall" "$tmp/race.csv" </dev/null >"$tmp/at_once" 2>"$tmp/err"
code=$?
if [ "$code" -eq 0 ] && [ ! -s "$tmp/err" ] &&
	grep -q '^1:30:00  LMP1 car 1 wins the race with 60 laps[.]$' "$tmp/at_once" &&
	[ "$(tail -12 "$tmp/at_once" | head -1)" = '1: LMP1 car 1, Team Ara, 60 laps.' ]; then
	pass "a pipe gets the whole race at once"
else
	fail "a pipe gets the whole race at once ($code): $(cat "$tmp/err")"
fi
if LC_ALL=C grep -q '[^ -~]' "$tmp/at_once"; then
	fail "without escape sequences"
else
	pass "without escape sequences"
fi
"$pitwall" "$tmp/race.csv" --speed 1000 </dev/null >"$tmp/bit_by_bit" 2>&1
if cmp -s "$tmp/at_once" "$tmp/bit_by_bit"; then
	pass "the output over time is the same"
else
	fail "the output over time is the same: $(diff "$tmp/at_once" "$tmp/bit_by_bit" | head -5)"
fi
"$pitwall" "$tmp/race.csv" --speed 8 </dev/null 2>"$tmp/err" | head -1 >"$tmp/first"
if [ "$(cat "$tmp/first")" = 'race, Race.' ] && [ ! -s "$tmp/err" ]; then
	pass "a reader that closes the pipe ends it silently"
else
	fail "a reader that closes the pipe ends it silently: $(cat "$tmp/first" "$tmp/err")"
fi
finish
