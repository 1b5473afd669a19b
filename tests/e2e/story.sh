#!/bin/sh
# story.sh -- open a race, play, scrub, go to, find, help, quit
. "$(dirname "$0")/lib.sh"

shell 160 48
run "--speed 8"
see_row 1 '0:0[0-9]:[0-9][0-9]' "the race opens with its clock on the first row"
see_row 1 '8×' "it plays at the given speed"
see_row 1 '0:0[1-9]:[0-9][0-9]' "the clock moves by itself"
keys Space
see_row 1 "$standing" "space pauses"

mkdir "$tmp/.config" "$tmp/Drawn"
echo 'XDG_PICTURES_DIR="$HOME/Drawn"' >"$tmp/.config/user-dirs.dirs"
keys W
see 'saved .*/Drawn/.*-classes-0h0.*svg' "W saves a picture in the pictures folder and says where"
keys W
see 'saved .*-classes-0h0.*-2\.|still being drawn' "and never over another"

keys g
typed "lap:20"
keys Enter
see_row 1 'lap 20 ' "g goes to a lap"
see_row 1 '0:30:00' "which is when the leader completes it"
keys Right
see_row 1 'lap 21 ' "right goes forward one lap of the leader"
keys Left
see_row 1 'lap 20 ' "left goes one lap back"
keys L
see_row 1 'lap 30 ' "L goes forward ten laps"
keys S-Left
see_row 1 'lap 20 ' "shift-left goes back ten laps"
keys Home
see_row 1 '0:00:00' "home is the start"
keys u
see_row 1 'lap 20 ' "u undoes the last jump"
keys ')'
see_row 1 '0:31:00' "a minute forward"
keys '('
see_row 1 '0:30:00' "a minute back"
keys m End
see_row 1 'lap 60 ' "end is the end"
keys "'"
see_row 1 'lap 20 ' "a mark goes back"
see 'mark 1 of 1' "and shows which"
keys m
see 'the mark here is gone' "m again removes it"
keys '*'
see 'select a car first' "a favourite needs a selected car"
keys w
see 'nothing earlier|what changed' "w compares with an earlier visit, or reports that there is none"
keys Escape
keys m ')' ')' ')' w
see 'what changed since the mark' "w shows what changed since the mark"
keys Escape
keys "'"
see_row 1 '0:30:00' "and the mark goes back"
keys b L b
see 'loop from 0:30:00' "b makes a loop"
keys b
see 'no loop' "and removes it"
keys "'"
see_row 1 'lap 20 ' "the mark is still there"
keys e
see_row 1 'SAFETY CAR|SC' "e goes to the next change of flag"

keys g
typed "half past"
keys Enter
see 'lap:' "an invalid WHEN lists the valid forms"
keys g
typed "0:45:00x"
keys BSpace Enter
see_row 1 '0:45:00' "a typing error can be corrected"
keys g
typed "1:00"
keys Escape
see_row 1 '0:45:00' "escape closes the prompt and does not move the race"

keys 2
see 'Montermini' "2 shows the tower with every car"
keys /
typed "montermini"
keys Enter
selected() { screen_with_looks | grep Montermini | grep -q '\[\([0-9]*;\)*7[;m]'; }
until_true "/ finds a driver and selects the car" selected
keys f
see 'car 9' "f makes the arrows follow its laps"
keys Right
see_row 1 '0:45:44' "and right goes to the end of its lap"
keys Escape
keys 3
see_row 2 'threshold' "3 shows the classification"
keys 4
see_row 2 'STINTS AND STOPS' "4 shows the strategy"
see '9 .*Montermini' "for the selected car"
keys + +
see 'what if +lap [0-9]+: ' "+ asks of a stop on a later lap"
keys Escape
see_not 'what if +lap' "Esc asks no more"
keys T
typed "12"
keys Enter
see 'stints by hand +GTE 12 laps' "a stint is given by hand"
keys T
typed "auto"
keys Enter
see_not 'stints by hand' "and taken back"
keys 3
keys Enter
see_row 2 '  9 .*on track' "enter opens the screen of the selected car"
see 'Outlook' "with its forecast"
keys 6
see_row 2 'Positions .*car 9' "6 shows the race in charts"
keys Tab Tab
see_row 2 'to the leader, 1 ' "tab goes from chart to chart"
keys r
see_row 2 'to the leader of its class, 9' "r chooses the reference of the gaps"
keys Escape
see_row 2 'threshold' "escape returns to the screen before the car"
keys '?'
see 'play or pause' "? shows the help"
keys Escape
see_not 'play or pause' "escape closes it"
keys ']' ']'
keys Space
see_row 1 '30×' "] is faster"
keys q
until_true "q quits" ended_with 0
until_true "and the terminal is as it was" restored
finish
