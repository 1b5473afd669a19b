#!/bin/sh
# check.sh -- `pitwall check` of recordings and lap files, whole and damaged
pitwall=$1
. "$(dirname "$0")/../checks.sh"
says() { # STATUS WORDS ARGUMENT...: `pitwall check ARGUMENT...`
	wanted=$1 words=$2
	shift 2
	check "$words" checked "$@"
}
checked() {
	out=$("$pitwall" check "$@" 2>&1)
	status=$?
	echo "$out"
	[ "$status" -eq "$wanted" ] && echo "$out" | grep -q "$words"
}
race=$tmp/race.pitwall
"$pitwall" convert -o "$race"
says 0 'race.pitwall: no damage was found' "$race"
says 0 'the events kept with it are those of its records' "$race"
says 0 'a race of 37 cars' "$race"
# A number that was received before its entry is the entry's car.
cat >"$tmp/joined.txt" <<'END'
$B,3,"Race 3"
$H,1,"9",0,"00:00:00.000"
$G,1,"9",,"00:00:05.966"
$A,"9","9",11664,"Ron","CUMMING","",1
$COMP,"9","9",1,"Ron","CUMMING","",""
$G,1,"9",1,"00:01:05.000"
$J,"9","00:01:00.000","00:01:05.000"
END
says 0 'a race of 1 car ' "$tmp/joined.txt"
dd if=/dev/urandom of="$race" bs=4096 seek=50 count=3 conv=notrunc 2>/dev/null
says 1 'missing or cannot be read' "$race"
"$pitwall" convert -o "$tmp/laps.csv"
says 0 'laps.csv: no damage was found' "$tmp/laps.csv"
echo 'no;lap;of;a;car' >>"$tmp/laps.csv"
says 1 'rows* w[a-z]* not used' "$tmp/laps.csv"
# A lap file and the official results beside it: car 2 has another best lap there.
cat >"$tmp/q-laps.csv" <<'END'
NUMBER;LAP_NUMBER;LAP_TIME;LAP_IMPROVEMENT;ELAPSED;PIT_TIME
1;1;3:00.000;0;3:00.000;0:01:00.000
1;2;1:40.000;3;4:40.000;
2;1;3:00.000;0;3:00.000;0:01:00.000
2;2;1:41.000;2;4:41.000;
END
results() {
	printf 'POS,NUMBER,LAP,TIME, LAPS,TEAM\r\n1,1,2,1:40.000,2,A\r\n2,2,2,%s,2,"B, C"\r\n' "$1" \
		>"$tmp/q-results.csv"
}
results 1:41.000
says 0 'a timed session of 2 cars' "$tmp/q-laps.csv"
says 0 'the official results beside it (q-results.csv) agree: .* of 2 cars' "$tmp/q-laps.csv"
results ''
says 0 'car 2: best lap 1:41.000, officially none' "$tmp/q-laps.csv"
says 0 'q-results.csv) differ in 1 value of 2 cars' "$tmp/q-laps.csv"
says 1 'this is the results file: open .*q-laps.csv' "$tmp/q-results.csv"
says 1 'No such file' "$tmp/none.pitwall"
says 2 'check needs a file'
finish
