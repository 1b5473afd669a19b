#!/bin/sh
# quiet.sh -- a paused pitwall has no wake-ups; a stopped terminal does not block it
. "$(dirname "$0")/lib.sh"

[ -r /proc/self/status ] || { echo "1..0 # SKIP no /proc"; exit 0; }
switches() { sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "/proc/$1/status"; }
written() { sed -n 's/^wchar: //p' "/proc/$1/io"; }

# No wake-up within a second and a half, once pending work is done.
idle() {
	before=$(switches "$pid")
	sleep 1.5
	[ "$(switches "$pid")" = "$before" ]
}
shell 160 48
run "--at 50%"
see_row 1 '1×' "the race plays"
keys Space
see_row 1 "$standing" "and pauses"
pid=$(cat "$tmp/pid")
until_true "a paused race has no wake-ups" idle
keys Space
see_row 1 '1×' "it plays again"
keys q
until_true "q quits" ended_with 0

shell 220 60
run "--speed 1000"
see_row 1 '1000×' "the race plays fast"
pid=$(cat "$tmp/pid")
tmux_pid=$(mux display -p '#{pid}')
kill -STOP "$tmux_pid"
stalled() {
	before=$(written "$pid")
	sleep 0.6
	[ "$(written "$pid")" = "$before" ]
}
deadline=30
until_true "a stopped terminal fills up" stalled
kill -TERM "$pid"
until_true "and pitwall still handles a signal" is_over
kill -CONT "$tmux_pid"
until_true "the resumed terminal is the shell's" restored
finish
