#!/bin/sh
# habits.sh -- the user's columns and orders, two cars compared, alerts
. "$(dirname "$0")/lib.sh"

shell 120 36
mkdir -p "$tmp/.config/pitwall"
printf '[columns]\nwall = number driver:20 gap best\n[keys]\nF = screen timing\n' \
	>"$tmp/.config/pitwall/config"
run "--at 0:20:00 --screen timing --alert \"#1 pits; any leads-class\" --alert-command \"grep Sig[BI] /proc/self/status >$tmp/signals; ls /proc/self/fd >$tmp/fds; echo \\\$PITWALL_TOLD >>$tmp/alerts\""
keys Space
see_row 1 "$standing" "the race is paused at twenty minutes"
see 'Montermini' "with every car in the tower"

keys '\'
typed "class GTE"
see '4 of 12 cars' "typing a filter shows the number of cars"
keys Enter
see_not 'Lammers' "cars of other classes are gone"
see 'class GTE: 4 cars' "and the last line shows it"
keys '\' C-u Enter
see 'Lammers' "an empty filter shows all cars"

keys y
see 'columns: race' "y shows another set of columns"
keys Y C-u
typed "number driver:20 lapz "
see "unknown column 'lapz'" "an unknown column is reported while it is typed"
keys BSpace BSpace
typed "s best"
keys Enter
see_row 2 'Driver +Laps +Best$' "the user's columns are in the given order"
keys y
see 'columns: wall' "to the sets of the configuration file"
see_row 2 'Driver +Gap +Best$' "in the order given there"
keys y y y y y y y
see 'columns: own' "and round again"
keys 3 F
see 'Montermini' "a key bound there runs its action"
keys '>' '>'
see_row 2 'Driver' "sorting moves along them"
see 'sorted by' "and shows the column"
keys '>' '>' '>'
see 'order of the race' "and comes back to the order of the race"

keys Down Down Down '*'
see 'is a favourite' "a car becomes a favourite"
see_row 3 '^\*' "and is first"
keys '*'
see 'no favourite' "and is no longer one"

keys t
see 'is tagged' "a car is tagged"
keys Down Down 8
see_row 3 ' is .* behind ' "and compared with another"
keys Escape
keys /
typed "Ara"
keys Enter
see 'is selected; Enter: its screen' "a car that was found is named"
keys n
see 'Ara' "n finds the next"
keys 1 '='
see_row 2 'LMP1' "one class alone"
keys '='

keys g
typed "lap:25"
keys Enter
keys '!'
see '#1 pits' "the alerts are listed"
keys Enter
typed "#2 flies"
see "unknown condition 'flies'" "an invalid rule is reported while it is typed"
keys C-u
typed "#2 margin < 0"
keys Enter
see 'alert added' "a valid one is accepted"
keys Down Down BSpace
see_not '#2 margin' "and can be removed"
keys Escape
see_not 'Backspace: remove' "escape closes the list"
keys ']' ']' ']' ']' ']' Space
see '! 1 #1 pits' "an alert is shown"
alerted() { grep -q '^1 #1 pits' "$tmp/alerts" 2>/dev/null; }
until_true "and its command is run" alerted
if [ -r /proc/self/status ]; then
	# Bits 12 and 24: SIGPIPE and SIGXFSZ.
	as_usual() {
		set -- $(cat "$tmp/signals")
		[ $((0x$2)) -eq 0 ] && [ $((0x$4 & 0x1001000)) -eq 0 ]
	}
	until_true "with signals as a shell leaves them" as_usual
	few() { [ "$(tr '\n' ' ' <"$tmp/fds")" = "0 1 2 3 " ]; } # 3: of ls itself
	until_true "and no descriptors of ours" few
fi
keys Space '!'
see ' 1 #1 pits' "the list shows it"
keys '!'
see_not 'Backspace: remove' "and closes by its key"
keys q
until_true "q quits with status 0" ended_with 0
until_true "and the terminal is as it was" restored
finish
