#!/bin/sh
# joining.sh -- a pitwall that connects to `pitwall serve --jsonl` in the middle of a race
pitwall=$(realpath "$1")
. "$(dirname "$0")/../checks.sh"
cd "$tmp" || exit 1
logs="log differences"
server=
recorder=
stop() { [ -z "$1" ] || { kill -KILL "$1"; wait "$1"; } 2>/dev/null; }
cleanup() {
	stop "$server"
	stop "$recorder"
	rm -rf "$tmp"
}
# serve PORT: the bundled race from its third hour; @port is the port.
serve() {
	rm -f serve.log # the words of the one before
	"$pitwall" serve --at 3:00:00 --jsonl "$1" 2>serve.log &
	server=$!
	has_port() { port=$(sed -n 's/.*JSON Lines on port \([0-9]*\).*/\1/p' serve.log) && [ -n "$port" ]; }
	becomes has_port
}
# How often it connected, and whether what came then is in the recording.
lived() { [ "$(grep -c ': live' log)" -ge "$1" ]; }
# events KIND: how many there are.
events() { "$pitwall" convert race.pitwall -o now.jsonl 2>/dev/null && grep -c "\"kind\":\"$1\"" now.jsonl; }
has_more() { [ "$(events passing)" -gt "$1" ]; }
standing() { "$pitwall" results "$@" --at 3:00:00 --format csv 2>/dev/null | python3 -c '
import csv, sys
for row in sorted(csv.DictReader(sys.stdin), key=lambda row: row["number"]):
    print(*(row[name] for name in ("number", "class", "team", "laps", "total_time")), sep=";")'; }
same_standing() {
	standing >truth
	standing race.pitwall | diff truth - >differences && [ "$(wc -l <truth)" -gt 30 ]
}
entries() { events entry; }

command -v python3 >/dev/null || { echo "1..0 # SKIP no python3"; exit 0; }
check "a server is in the third hour" serve 0
"$pitwall" record "events://127.0.0.1:$port" -o race.pitwall >log 2>&1 &
recorder=$!
check "it is connected to" becomes lived 1
check "passings follow" becomes has_more 45
check "cars, classes, teams, laps and times are those of the race" same_standing
check "the name of the meeting comes with it" grep -q '"kind":"meeting".*1000 km du Mans 2003' now.jsonl
before=$(entries)
stop "$server"
serve "$port"
check "the server is another, and connected to again" becomes lived 2
check "passings follow again" becomes has_more "$(events passing)"
check "what is sent again counts once" same_standing
kill -INT "$recorder"
wait "$recorder"
check "record ends in order" [ $? -eq 0 ]
recorder=
check "the entries are there" [ "$before" -gt 100 ]
finish
