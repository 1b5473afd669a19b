#!/bin/sh
# leaving.sh -- pitwall restores the terminal, however it ends
. "$(dirname "$0")/lib.sh"

open_race() {
	shell 120 36
	run "--speed 8"
	see_row 1 '0:0[0-9]:[0-9][0-9]' "the race opens"
	until_true "on a screen of its own" flag_is alternate_on 1
	until_true "without a cursor" flag_is cursor_flag 0
	until_true "scrolling as a whole" flag_is scroll_region_lower 35
}

open_race
keys C-c
until_true "control-c quits" ended_with 0
until_true "and restores" restored

open_race
keys /
typed "q"
keys C-c
until_true "control-c quits from a prompt too" ended_with 0
until_true "and restores" restored

# 128 + the signal: the exit status that the shell shows.
for s in TERM:143 HUP:129 QUIT:131 ABRT:134 SEGV:139; do
	open_race
	kill -"${s%:*}" "$(cat "$tmp/pid")"
	until_true "a SIG${s%:*} ends it as a signal does" ended_with "${s#*:}"
	until_true "and restores" restored
done

open_race
keys C-z
until_true "control-z restores the terminal" flag_is alternate_on 0
see '^ready>$' "to the shell"
until_true "with its cursor" flag_is cursor_flag 1
typed "stty -g >$tmp/stopped; rm $tmp/status; fg; echo \$? >$tmp/status; stty -g >$tmp/after"
keys Enter
see_row 1 '0:0[0-9]:[0-9][0-9]' "fg shows the race again"
until_true "on its own screen" flag_is alternate_on 1
if cmp -s "$tmp/before" "$tmp/stopped"; then
	pass "meanwhile the shell had its modes"
else
	fail "meanwhile the shell had its modes"
fi
keys q
until_true "q quits" ended_with 0
until_true "and restores" restored

# A signal to a stopped pitwall: continuing it must not show the screen again.
open_race
keys C-z
see '^ready>$' "control-z once more"
pid=$(cat "$tmp/pid")
typed "kill %1; kill -CONT %1; stty -g >$tmp/after"
keys Enter
until_true "a stopped race ends by a kill of its job" is_over
until_true "and restores" restored

# Without job control: timeout gives it a process group of its own.
shell 120 36
typed "stty -g >$tmp/before; sh -c 'timeout 1 $pitwall $tmp/race.csv; echo over'; stty -g >$tmp/after"
keys Enter
see '^over$' "in the background it waits for the terminal, and ends by a signal"
until_true "and restores" restored
finish
