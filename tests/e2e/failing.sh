# failing.sh PROGRAM: each call that needs memory, a file, a descriptor, a process, a socket
# or a clock fails once, in every command that reads or serves a race. pitwall ends by
# itself, with a sentence, or goes on; it never crashes, leaks or hangs.
#
# The output is TAP. PROGRAM is linked with failing.c.
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM HUP
calls="malloc calloc realloc strdup mmap64 open64 read pread64 write fsync stat64 fstat64
rename poll socket socketpair bind listen accept connect send recv fork memfd_create eventfd
clock_gettime"
n=0
bad=0
# What a sanitizer found is an exit status of its own.
export ASAN_OPTIONS="${ASAN_OPTIONS-}:exitcode=99"
export LSAN_OPTIONS="exitcode=99:print_suppressions=0"
export UBSAN_OPTIONS="${UBSAN_OPTIONS-}:exitcode=99"
export XDG_STATE_HOME="$tmp/state" XDG_CONFIG_HOME="$tmp/config"
export FAIL_DONE="$tmp/done" ERRORS="$tmp/err"

# one NAME COMMAND...: $tmp/out and $tmp/err are what it writes; fails with a reason.
judged() {
	status=$1
	case $status in
	0) return 0 ;;
	143) return 0 ;; # it was asked to end before it could say that it would
	1 | 2) ;;
	124 | 137) reason="does not end"; return 1 ;;
	98) reason="its recorder still runs"; return 1 ;;
	*) reason="ends with status $status"; return 1 ;;
	esac
	if ! grep -q '^pitwall: [^ ]* *.\{8\}' "$tmp/err"; then
		# With stderr itself failing there is nobody to tell.
		[ "$FAIL_CALL" = write ] && return 0
		reason="ends with status $status and without a sentence"
		return 1
	fi
}

# fails_once NAME COMMAND...: every call of COMMAND in turn.
fails_once() {
	name=$1
	shift
	runs=0
	found=
	for call in $calls; do
		nth=1
		while [ $nth -le 400 ]; do
			rm -f "$tmp/done"
			FAIL_CALL=$call FAIL_NTH=$nth
			export FAIL_CALL FAIL_NTH
			status=0
			"$@" >"$tmp/out" 2>"$tmp/err" || status=$?
			runs=$((runs + 1))
			if ! judged $status; then
				found="$found
#   $call number $nth: $reason: $(grep -v '^$' "$tmp/err" | head -n 3 | tr '\n' '|')"
			fi
			[ -e "$tmp/done" ] || break
			# A loop of one call: its later turns are like the first.
			if [ $nth -lt 40 ]; then nth=$((nth + 1)); else nth=$((nth * 5 / 4)); fi
		done
	done
	unset FAIL_CALL FAIL_NTH
	n=$((n + 1))
	if [ -z "$found" ]; then
		echo "ok $n - $name: $runs runs in which a call fails"
	else
		echo "not ok $n - $name: $runs runs in which a call fails$found"
		bad=1
	fi
}

race() {
	echo "NUMBER; DRIVER_NUMBER; LAP_NUMBER; LAP_TIME; LAP_IMPROVEMENT; CROSSING_FINISH_LINE_IN_PIT; S1; S1_IMPROVEMENT; S2; S2_IMPROVEMENT; S3; S3_IMPROVEMENT; KPH; ELAPSED; HOUR;S1_LARGE;S2_LARGE;S3_LARGE;TOP_SPEED;DRIVER_NAME;PIT_TIME;CLASS;GROUP;TEAM;MANUFACTURER;FLAG_AT_FL"
	for lap in 1 2 3 4; do
		for car in 7 8; do
			echo "$car;1;$lap;1:3$car.000;0;;30.000;0;30.000;0;3$car.000;0;160.0;$((lap * (90 + car) / 60)):$((lap * (90 + car) % 60 / 10))$((lap * (90 + car) % 10)).000;12:0$lap:00.000;0:30.000;0:30.000;0:30.000;250.0;Ara;;GT;;Team;Make;GF"
		done
	done
}
race >"$tmp/race.csv"
"$program" results "$tmp/race.csv" >/dev/null || {
	echo "1..0 # SKIP no race to read"
	exit 1
}
cat >"$tmp/beacon.jsonl" <<'J'
{"t":"hello","v":1,"id":"sf-1","loop":"SF","boot":"1","res_us":1000,"buf":500,"seq":0,"us":1000000,"utc":1718452740000000}
{"t":"pass","id":"sf-1","boot":"1","seq":1,"tx":"101","us":2000000}
{"t":"pass","id":"sf-1","boot":"1","seq":2,"tx":"102","us":3000000}
{"t":"pass","id":"sf-1","boot":"1","seq":3,"tx":"101","us":90000000}
{"t":"tick","id":"sf-1","boot":"1","us":91000000,"seq":3,"utc":1718452830000000,"src":"gps"}
J
(cd "$tmp" && "$program" convert race.csv -o race.pitwall)
from_stdin() { "$program" "$@" <"$tmp/beacon.jsonl"; }
# A server is asked once and then told to end.
served() {
	timeout -s KILL 20 sh -c '
		"$0" "$@" & child=$!
		unset FAIL_CALL
		for i in 1 2 3 4 5 6 7 8 9 10; do
			port=$(sed -n "s/.*RMonitor on port \([0-9]*\).*/\1/p" "$ERRORS")
			[ -n "$port" ] || sleep 0.05
		done
		[ -z "$port" ] || timeout 0.3 "$0" "rmonitor://127.0.0.1:$port" \
			</dev/null >/dev/null 2>&1
		kill -TERM $child 2>/dev/null
		wait $child
		exit $?' "$program" serve "$tmp/race.csv" --speed 1000 --no-sandbox \
		--rmonitor 127.0.0.1:0 --jsonl 127.0.0.1:0 --p3 127.0.0.1:0
}
# Processes that still read the source: the recorder ends with its console.
left() { grep -la "[r]monitor://127.0.0.1:$port" /proc/[0-9]*/cmdline 2>/dev/null; }
# A live source: of a server that is well.
live() {
	ended=0
	console || ended=$?
	i=0
	while [ -n "$(left)" ]; do
		i=$((i + 1))
		if [ $i -gt 200 ]; then
			for file in $(left); do
				kill -KILL "$(basename "$(dirname "$file")")"
			done
			return 98
		fi
		sleep 0.05
	done
	return $ended
}
console() {
	timeout -s KILL 20 sh -c '
		"$0" "$1" </dev/null & child=$!
		sleep 0.3
		kill -TERM $child 2>/dev/null
		wait $child
		exit $?' "$program" "rmonitor://127.0.0.1:$port" 
}
served_well() {
	"$program" serve "$tmp/race.csv" --rmonitor 127.0.0.1:0 >/dev/null 2>"$tmp/served" &
	server=$!
	trap 'kill $server; rm -rf "$tmp"' EXIT
	for i in 1 2 3 4 5 6 7 8 9 10; do
		port=$(sed -n 's/.*RMonitor on port \([0-9]*\).*/\1/p' "$tmp/served")
		[ -n "$port" ] || sleep 0.1
	done
}
# A signal after each call of a command that writes a file leaves nothing of the file.
ended_at_once() { # SIGNAL SUFFIX COMMAND...
	number=$1 out=$tmp/ended.$2
	shift 2
	found=
	runs=0
	for call in open64 write fsync rename; do
		nth=1
		while [ $nth -le 400 ]; do
			rm -f "$tmp/done" "$out"*
			status=0
			FAIL_CALL=$call FAIL_NTH=$nth FAIL_SIGNAL=$number "$program" "$@" \
				-o "$out" >"$tmp/out" 2>"$tmp/err" || status=$?
			[ -e "$tmp/done" ] || break
			runs=$((runs + 1))
			case $status in 0 | $((128 + number))) ;; *) found="$found
#   $call number $nth: ends with status $status" ;; esac
			[ -z "$(find "$tmp" -name 'ended.*.part*')" ] || found="$found
#   $call number $nth: a part is left"
			nth=$((nth + 1))
		done
	done
	n=$((n + 1))
	if [ -z "$found" ] && [ $runs -gt 3 ]; then
		echo "ok $n - $1 ended by signal $number: $runs runs"
	else
		echo "not ok $n - $1 ended by signal $number: $runs runs$found"
		bad=1
	fi
}
for number in 1 2 15; do
	ended_at_once $number html report "$tmp/race.csv"
	ended_at_once $number csv convert "$tmp/race.pitwall"
	ended_at_once $number pitwall convert "$tmp/race.csv"
done
fails_once "results of a file" "$program" results "$tmp/race.csv"
fails_once "results of a recording" "$program" results "$tmp/race.pitwall"
fails_once "laps" "$program" laps "$tmp/race.csv" --format csv
fails_once "render" "$program" render "$tmp/race.csv" --screen strategy --format svg
fails_once "report" "$program" report "$tmp/race.csv" -o "$tmp/report.html"
fails_once "a console without a screen" from_stdin "-?feed=beacon"
fails_once "results of beacons on stdin" from_stdin results "-?feed=beacon"
fails_once "serve, with a client" served
served_well
fails_once "a live source" live
echo "1..$n"
exit $bad
