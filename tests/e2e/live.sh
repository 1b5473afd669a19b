#!/bin/sh
# live.sh -- a live race from `pitwall serve`: watched, rewound, with race control from
# the keyboard, through a killed decoder and a killed console
. "$(dirname "$0")/lib.sh"

# The server and its output; killed at the end of the story.
served=
stop_serving() {
	[ -z "$served" ] || { kill -9 "$served" 2>/dev/null; wait "$served" 2>/dev/null; }
	served=
}
trap 'stop_serving; cleanup' EXIT
port_of() { sed -n "s/.*$1 on port \([0-9]*\).*/\1/p" "$tmp/serve.log" 2>/dev/null | head -1; }
has_port() { [ -n "$(port_of "$1")" ]; }
# serve WHEN PORT_P3 PORT_RMONITOR: serve the race of this file from WHEN.
serve() {
	: >"$tmp/serve.log"
	"$pitwall" serve "$tmp/race.csv" --at "$1" --p3 "$2" --rmonitor "$3" \
		2>"$tmp/serve.log" &
	served=$!
	becomes has_port RMonitor
}

# console ARGUMENTS: pitwall in the terminal.
console() {
	rm -f "$tmp/pid" "$tmp/status"
	typed "stty -g >$tmp/before; sh -c 'echo \$\$ >$tmp/pid; exec $pitwall $1'; echo \$? >$tmp/status; stty -g >$tmp/after"
	keys Enter
}

serve 0:29:50 0 0
until_true "the server prints its ports" has_port P3
p3=$(port_of P3)
rmonitor=$(port_of RMonitor)

shell 160 48
console "p3://127.0.0.1:$p3 rmonitor://127.0.0.1:$rmonitor -o $tmp/live.pitwall"
see_row 1 'LIVE' "the title bar shows LIVE"
see 'Bourdais' "the entries come with the refresh of RMonitor"
see_row 1 'lap 2[0-9]' "the leader's laps are known at once"
keys 9
see 'p3://127.0.0.1' "9 shows the sources"
see 'rmonitor://127.0.0.1' "both of them"
keys 2
see 'Montermini' "the tower has every car"

# Rewind while it runs.
keys '('
see_row 1 '[-−][0-9:]*|behind' "a minute back: the title bar shows how far behind live the view is"
keys Space
keys G
see_row 1 'LIVE' "G goes back to the live edge"

# Race control.
keys o
see 'safety car|SC' "o shows the actions of race control"
keys s
see_row 1 'SAFETY CAR|SC' "and its key shows the flag"
keys p
see 'car' "p takes the instant of a passing by hand"
typed "9"
keys Enter
see 'decision 2' "and assigns it to a car"
keys o t
typed "9 10 pit lane speed"
keys Enter
see 'decision 3' "a penalty is a decision"
keys o u
see 'undo' "and can be undone"
keys Enter
see 'decision 4' "by another decision"

# The decoder is killed, and another replaces it.
stop_serving
keys 9
see 'refused|reconnecting|waiting|silent' "a lost source is reported"
serve 0:30:30 "$p3" "$rmonitor"
see 'live' "and is reconnected"

# The console is killed: recording goes on, and another console takes over.
rows() { "$pitwall" results "$tmp/live.pitwall" --format csv | cksum; }
pid=$(cat "$tmp/pid")
kill -9 "$pid"
until_true "the console was killed" is_over
recorder_runs() { [ -S "$tmp/live.pitwall-control" ] && pgrep -f "$tmp/live.pitwall" >"$tmp/recorders"; }
until_true "its recorder runs on" recorder_runs
shell 160 48
console "$tmp/live.pitwall"
see 'recording went on without a console' "another console reports that it was recorded"
see_row 1 'LIVE.*REC' "and is"
keys o
keys v
see_row 1 'VIRTUAL' "and decides"

# Recorder and decoder are killed: they are started again.
for pid in $(sort -n "$tmp/recorders" | tail -2); do kill -9 "$pid"; done
see 'crashed and was started again' "what is killed is started again"
keys 9
see 'live' "and connects"
keys 2
see 'Montermini' "with all cars"
keys q
see 'This recording ends and is closed' "q asks"
keys y
until_true "q quits" ended_with 0
until_true "and the terminal is as it was" restored
stop_serving

run_recording() {
	"$pitwall" results "$tmp/live.pitwall" --format csv >"$tmp/results" 2>"$tmp/errors"
}
until_true "the recording is one file that any command reads" run_recording
if [ "$(wc -l <"$tmp/results")" -eq 13 ]; then
	pass "with all twelve cars"
else
	fail "with all twelve cars: $(cat "$tmp/results" "$tmp/errors")"
fi

# A recorder without a screen, followed: its death is seen, and so is its end.
for signal in KILL TERM; do
	serve 0:29:50 "$p3" "$rmonitor"
	"$pitwall" record "rmonitor://127.0.0.1:$rmonitor" -o "$tmp/other.pitwall" 2>"$tmp/errors" &
	recorder=$!
	until_true "a recorder records" test -S "$tmp/other.pitwall-control"
	shell 160 48
	# One that is busy is waited for.
	[ $signal = TERM ] || kill -STOP "$recorder"
	console "$tmp/other.pitwall"
	if [ $signal = KILL ]; then
		see 'waiting for the recorder of' "a console says what it waits for"
		kill -CONT "$recorder"
	fi
	see_row 1 'LIVE' "a console follows"
	kill -"$signal" "$recorder"
	see_row 1 'ENDED' "and shows the end of a recorder by SIG$signal"
	if [ "$signal" = KILL ]; then see 'the recorder has ended: nothing is recorded' "in red"; fi
	keys q
	until_true "q quits" ended_with 0
	wait "$recorder" 2>/dev/null
	stop_serving
done

# The recording is removed while it runs: it goes on in another file, and the console with
# it; so does a recorder that is started again.
serve 0:29:50 "$p3" "$rmonitor"
shell 160 48
console "p3://127.0.0.1:$p3 rmonitor://127.0.0.1:$rmonitor -o $tmp/lost.pitwall"
see_row 1 'LIVE' "a console records"
keys 2
see 'Montermini' "all cars"
until_true "into its file" test -e "$tmp/lost.pitwall"
rm "$tmp/lost.pitwall"
see 'FILE LOST:.*goes on in lost-2.pitwall' "a file that is removed is told"
keys o
keys v
see_row 1 'VIRTUAL' "what is decided then is shown: the console follows the new file"
pgrep -f "$tmp/lost.pitwall" >"$tmp/recorders"
for pid in $(sort -n "$tmp/recorders" | tail -2); do kill -9 "$pid"; done
see 'crashed and was started again' "its recorder is started again"
keys o
keys s
see_row 1 'SAFETY CAR|SC' "and takes decisions"
keys q
see 'This recording ends and is closed' "q asks"
keys y
until_true "q quits" ended_with 0
stop_serving
if [ -e "$tmp/lost.pitwall" ] || [ -e "$tmp/lost-3.pitwall" ]; then
	fail "all is in the new file: $(ls "$tmp")"
else
	pass "all is in the new file"
fi
lost_has() {
	"$pitwall" results "$tmp/lost-2.pitwall" --format csv >"$tmp/results" 2>"$tmp/errors" &&
		[ "$(wc -l <"$tmp/results")" -eq 13 ]
}
until_true "with all twelve cars" lost_has

# A source that cannot be connected to when a recorder goes on: the other one is.
serve 0:29:50 "$p3" "$rmonitor"
mkfifo "$tmp/pipe"
"$pitwall" record "file:$tmp/pipe?feed=beacon" "rmonitor://127.0.0.1:$rmonitor" \
	-o "$tmp/two.pitwall" 2>"$tmp/errors" &
recorder=$!
printf 'P 1 2906141 52083691 50 -41*69\n' >"$tmp/pipe"
said() { grep -q -e "$1" "$tmp/errors"; }
until_true "two sources are recorded" said 'rmonitor.*: live'
two_has() { "$pitwall" check "$tmp/two.pitwall" 2>&1 | grep -q 'of 2 sources'; }
until_true "both" two_has
kill -9 "$recorder"
wait "$recorder" 2>/dev/null
rm "$tmp/pipe"
mkdir "$tmp/pipe"
"$pitwall" record "file:$tmp/pipe?feed=beacon" "rmonitor://127.0.0.1:$rmonitor" \
	-o "$tmp/two.pitwall" 2>"$tmp/errors" &
recorder=$!
until_true "one that cannot be connected to says why" said 'pipe.*is a folder'
until_true "and the other one is" said 'rmonitor.*: live'
kill "$recorder"
wait "$recorder" 2>/dev/null
stop_serving
finish
