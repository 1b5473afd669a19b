#!/bin/sh
# speed.sh -- a race that is served 300 times as fast as it was driven, and recorded: laps,
# totals, best laps and order are those of the file
#
# A decoder reports no start and no entries: its first passing of a car begins the first lap,
# and its cars are told apart by transponder, unless a session file tells both.
. "$(dirname "$0")/lib.sh"

"$pitwall" serve "$tmp/race.csv" --speed 300 --wait 2 --rmonitor 0 --p3 0 2>"$tmp/serve.log" &
served=$!
recorders=
over() {
	for pid in $recorders $served; do
		kill -9 "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	cleanup
}
trap over EXIT
port_of() { sed -n "s/.*$1 on port \([0-9]*\).*/\1/p" "$tmp/serve.log" | head -1; }
has_ports() { [ -n "$(port_of P3)" ] && [ -n "$(port_of RMonitor)" ]; }
all_sent() { grep -q 'the race is over' "$tmp/serve.log"; }
until_true "the server prints its ports" has_ports
"$pitwall" record "rmonitor://127.0.0.1:$(port_of RMonitor)" -o "$tmp/rmonitor.pitwall" 2>"$tmp/rmonitor.log" &
recorders=$!
"$pitwall" record "p3://127.0.0.1:$(port_of P3)" -o "$tmp/p3.pitwall" 2>"$tmp/p3.log" &
recorders="$recorders $!"
deadline=60
until_true "the race is served to its end" all_sent
sleep 2 # what is sent each second, and the commit
for pid in $recorders; do
	kill -TERM "$pid"
	wait "$pid"
done
recorders=

# Position, number, laps, total and best lap.
rows() { "$pitwall" results "$1" --format csv 2>>"$tmp/errors" | awk -F, 'NR > 1 {print $1, $3, $6, $7, $10}'; }
rows "$tmp/race.csv" >"$tmp/raced"
rows "$tmp/rmonitor.pitwall" >"$tmp/recorded"
if [ "$(wc -l <"$tmp/raced")" -eq 12 ] && cmp -s "$tmp/raced" "$tmp/recorded"; then
	pass "RMonitor: laps, totals, best laps and order of every car"
else
	fail "RMonitor: $(diff "$tmp/raced" "$tmp/recorded" | head -5)"
fi
awk '{print $1, $3, $5}' "$tmp/raced" >"$tmp/raced-laps"
rows "$tmp/p3.pitwall" | awk '{print $1, $3 + 1, $NF}' >"$tmp/recorded-laps"
if cmp -s "$tmp/raced-laps" "$tmp/recorded-laps"; then
	pass "P3: laps, best laps and order of every car"
else
	fail "P3: $(diff "$tmp/raced-laps" "$tmp/recorded-laps" | head -5)"
fi

"$pitwall" session new "$tmp/race.csv" -o "$tmp/race.ini" >"$tmp/written"
"$pitwall" results "$tmp/p3.pitwall" --session "$tmp/race.ini" --format csv 2>>"$tmp/errors" |
	awk -F, 'NR > 1 {print $1, $3, $6, $7, $10}' >"$tmp/with-session"
if cmp -s "$tmp/raced" "$tmp/with-session"; then
	pass "P3 with a session file of the race: laps, totals, best laps and order of every car"
else
	fail "P3 with a session file: $(diff "$tmp/raced" "$tmp/with-session" | head -5)"
fi
finish
