#!/bin/sh
# programs.sh -- programs as sources, through the whole of pitwall record and its sandbox
pitwall=$(realpath "$1")
example=$(realpath "$2")
python=$(command -v python3) || { echo "1..0 # SKIP no python3"; exit 0; }
. "$(dirname "$0")/../checks.sh"
cd "$tmp" || exit 1
logs=log
recorder=
cleanup() {
	[ -z "$recorder" ] || kill -KILL "$recorder" 2>/dev/null
	rm -rf "$tmp"
}
logged() { grep -q -e "$1" log; }
record() {
	rm -f log # the words of the one before
	"$pitwall" record "$@" -o race.pitwall >log 2>&1 &
	recorder=$!
}
finish_recording() {
	kill -INT "$recorder"
	wait "$recorder"
	status=$?
	recorder=
	return "$status"
}
gone() { [ ! -e "/proc/$1" ] || grep -q ') Z' "/proc/$1/stat" 2>/dev/null; }
events() { "$pitwall" convert race.pitwall -o events.jsonl && cat events.jsonl; }
has_events() { [ "$(events | grep -c "$1")" -eq "$2" ]; }

# The example: a log that grows, with a line it cannot use.
printf '%s\n' '1781359200.5 7' '1781359201.25 8 SF' >crossings.log
record "exec:$python $example crossings.log"
check "the example is live" becomes logged ': live'
{
	echo 'rubbish'
	i=1
	while [ $i -le 20 ]; do
		echo "$((1781359200 + 95 * i)).5 7"
		echo "$((1781359201 + 96 * i)).25 8"
		i=$((i + 1))
	done
} >>crossings.log
check "what it complains of is told" becomes logged 'not used: rubbish'
printf '1781361200.125 7 PI' >>crossings.log
size_settles() { [ "$(wc -c <race.pitwall)" -gt 0 ]; }
check "the recording is there" becomes size_settles
printf 'N\n' >>crossings.log
has_pit() { "$pitwall" convert race.pitwall -o now.jsonl 2>/dev/null &&
	grep -q '"line":"PIN"\|"kind":"pit-in"' now.jsonl; }
check "a line cut in two is read once it is whole" becomes has_pit
check "record ends in order" finish_recording
check "each crossing is a passing" has_events '"kind":"passing"' 43
laps() { [ "$("$pitwall" laps race.pitwall --format csv | grep -c "^$1,")" -ge "$2" ]; }
check "which make laps" laps 7 20

# It dies, is started again, and says why.
rm -f race.pitwall
record "exec:printf '{\"kind\":\"message\",\"text\":\"here\"}\n'; echo 'no card' >&2; exit 4"
check "a death is told with its last words" becomes logged 'it ended with status 4: no card'
twice() { [ "$(grep -c ': live$' log)" -ge 2 ]; }
check "it is started again" becomes twice
check "record ends in order" finish_recording

# Rubbish, and a line without an end.
rm -f race.pitwall
record "exec:head -c 300000 /dev/zero; printf '\n{\"kind\":\"passing\",\"number\":\"7\"}\n'; sleep 99?feed=events"
has_passing() { "$pitwall" convert race.pitwall -o now.jsonl 2>/dev/null &&
	grep -q '"number":"7"' now.jsonl; }
check "behind rubbish and a very long line the next is read" becomes has_passing
check "record ends in order" finish_recording
check "the long line is one anomaly" has_events '"anomaly":"format"' 1

# A long command is recorded whole: the next recording is of the same source.
rm -f race.pitwall
long=$(printf '%0900d' 0)
for round in 1 2; do
	record "exec:printf '{\"kind\":\"passing\",\"number\":\"7\"}\n'; sleep 99 # $long"
	check "a command of 950 bytes runs, time $round" becomes logged ': live'
	passings() { [ "$(events 2>/dev/null | grep -c '"number":"7"')" -ge "$1" ]; }
	check "and what it writes is recorded" becomes passings "$round"
	check "record ends in order" finish_recording
done
one_source() { "$pitwall" check race.pitwall 2>&1 | grep -q 'of 1 source '; }
check "both times it was one source" one_source

# What ignores SIGTERM, and what it started, is gone; also when the recorder is killed.
for signal in INT KILL; do
	rm -f race.pitwall* pids
	record "exec:trap '' TERM; (trap '' TERM; sleep 1000) & echo \$\$ \$! >pids; wait; sleep 1000"
	has_pids() { [ -s pids ]; }
	check "a stubborn program runs" becomes has_pids
	kill "-$signal" "$recorder"
	wait "$recorder" 2>/dev/null
	recorder=
	read -r first second <pids
	check "it is gone after SIG$signal" becomes gone "$first"
	check "and its child" becomes gone "$second"
done

# A race that pitwall wrote as lines of JSON reads back as the same race.
"$pitwall" convert -o bundled.jsonl && "$pitwall" results bundled.jsonl --format csv >back.csv &&
	"$pitwall" results --format csv >result.csv
check "events that were written read back to the same result" cmp result.csv back.csv
finish
