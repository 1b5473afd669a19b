#!/bin/sh
# read_back.sh -- every output of a race with hostile names, read back by those who know
# its format: libvterm, jansson, and Python's readers of XML, HTML and CSV
pitwall=$1
reader=$2
scripts=$(dirname "$0")
. "$(dirname "$0")/../checks.sh"
HOME=$tmp
LC_ALL=C.UTF-8
export HOME LC_ALL
unset XDG_CONFIG_HOME
race=$tmp/race.csv
python() {
	if command -v python3 >/dev/null 2>&1; then
		check "$1" python3 "$scripts/read_back.py" "$2" $3
	else
		skip "$1" "python3 is not installed"
	fi
}
check "the simulator writes the race" "$reader" race "$race"
lists="results laps stints stops events digest forecast strategy"
of_race() { # COMMAND FORMAT: its output
	case $1 in
	forecast | strategy) "$pitwall" "$1" "$race" --at 50% --format "$2" ;;
	*) "$pitwall" "$1" "$race" --format "$2" ;;
	esac
}
for list in $lists; do
	of_race $list json >"$tmp/$list.json"
	check "$list as JSON" "$reader" json "$tmp/$list.json"
	of_race $list csv >"$tmp/$list.csv"
	of_race $list table >"$tmp/$list.txt"
done
for list in feeds rules circuits columns alerts themes keys config; do
	"$pitwall" $list --format json >"$tmp/$list.json"
	check "$list as JSON" "$reader" json "$tmp/$list.json"
	"$pitwall" $list --format csv >"$tmp/$list.csv"
done
"$pitwall" convert "$race" -o "$tmp/events-all.jsonl"
check "events as JSON Lines" "$reader" jsonl "$tmp/events-all.jsonl"
schema() { # NAME SCHEMA FILES
	if python3 -c 'import jsonschema' 2>/dev/null; then
		python "$1" schema "$schemas/$2 $3"
	else
		skip "$1" "python3-jsonschema is not installed"
	fi
}
schemas=$scripts/../../assets/schema
lists_json=
for list in $lists; do
	lists_json="$lists_json $tmp/$list.json"
done
schema "every list is as its schema says" list.json "$lists_json"
schema "every event is as its schema says" lines.json "$tmp/events-all.jsonl"
"$pitwall" serve "$race" --speed 1000 --wait --jsonl 0 2>"$tmp/serve.log" &
served=$!
if command -v python3 >/dev/null 2>&1; then
	python3 - "$tmp/serve.log" >"$tmp/served.jsonl" <<'PYTHON'
import re, socket, sys, time

for _ in range(200):
    port = re.search(r"JSON Lines on port (\d+)", open(sys.argv[1]).read())
    if port:
        break
    time.sleep(0.05)
link = socket.create_connection(("127.0.0.1", int(port[1])), 30)
text = b""
while b'"kind":"end"' not in text:
    piece = link.recv(65536)
    if not piece:
        break
    text = text[-64:] + piece
    sys.stdout.buffer.write(piece)
while not text.endswith(b"\n"):
    text = link.recv(65536)
    sys.stdout.buffer.write(text)
PYTHON
fi
kill $served
wait $served 2>/dev/null
schema "every line of a server is as its schema says" lines.json "$tmp/served.jsonl"
"$pitwall" convert "$race" -o "$tmp/back.csv"
python "every table as CSV" csv "$tmp/results.csv $tmp/laps.csv $tmp/events.csv
	$tmp/stints.csv $tmp/stops.csv $tmp/digest.csv
	$tmp/forecast.csv $tmp/feeds.csv $tmp/rules.csv $tmp/circuits.csv $tmp/columns.csv
	$tmp/alerts.csv $tmp/themes.csv $tmp/keys.csv $tmp/config.csv $tmp/back.csv"
for list in $lists; do
	mv "$tmp/$list.csv" "$tmp/$list-before.csv"
done
race=$tmp/back.csv
same() {
	for list in $lists; do
		of_race $list csv | cmp - "$tmp/$list-before.csv" || return 1
	done
}
check "the lap file that convert writes is the same race" same
race=$tmp/race.csv
svgs=
for screen in classes timing classification strategy car laps control compare feeds events; do
	for format in text ansi svg; do
		"$pitwall" render "$race" --at 50% --screen $screen --size 160x48 \
			--format $format >"$tmp/$screen.$format"
	done
	check "the screen $screen in a terminal" "$reader" terminal "$tmp/$screen.ansi" \
		"$tmp/$screen.text"
	svgs="$svgs $tmp/$screen.svg"
done
python "every screen as SVG" svg "$svgs"
# Where pitwall-png is built, names of a hostile race in a picture too.
if [ -x "$(dirname "$pitwall")/../png/pitwall-png" ]; then
	check "a screen as PNG" sh -c '"$0" render "$1" --at 50% --format png >"$2" &&
		head -c 8 "$2" | od -An -tx1 | grep -q "89 50 4e 47 0d 0a 1a 0a"' \
		"$pitwall" "$race" "$tmp/screen.png"
fi
"$pitwall" report "$race" -o "$tmp/report.html"
"$pitwall" report -o "$tmp/template.html"
python "the report as HTML" html "$tmp/report.html $tmp/template.html"
finish
