#!/bin/sh
# full.sh -- the disk is full during a recording: the error is shown at once, nothing is
# lost, and all is written when there is room
#
# The disk is a tmpfs of 160 KiB. Without the right to mount one, a limit on the size of
# files fills it, and the story ends there.
. "$(dirname "$0")/lib.sh"

disk=$tmp/disk
served=
recorder=
mounted=
over() {
	for pid in $recorder $served; do
		kill -9 "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	[ -z "$mounted" ] || umount "$disk"
	cleanup
}
trap over EXIT

mkdir "$disk"
if mount -t tmpfs -o size=160k tmpfs "$disk" 2>/dev/null; then
	mounted=yes
else
	echo "# cannot mount a small disk: a limit on the file size fills it"
fi

"$pitwall" serve "$tmp/race.csv" --speed 1000 --wait --p3 0 2>"$tmp/serve.log" &
served=$!
port_of() { sed -n "s/.*$1 on port \([0-9]*\).*/\1/p" "$tmp/serve.log" | head -1; }
has_port() { [ -n "$(port_of P3)" ]; }
all_sent() { grep -q 'the race is over' "$tmp/serve.log"; }
recorder_says() { grep -qE -e "$1" "$tmp/record.log"; }
until_true "the server prints its ports" has_port

(
	[ -n "$mounted" ] || ulimit -f 128
	exec "$pitwall" record "p3://127.0.0.1:$(port_of P3)" -o "$disk/race.pitwall"
) 2>"$tmp/record.log" &
recorder=$!
deadline=60
until_true "the full disk is reported during the race" \
	recorder_says 'wait in memory'
until_true "meanwhile the race is served to its end" all_sent

if [ -n "$mounted" ]; then
	mount -o remount,size=64m "$disk"
	until_true "all is written when there is room again" \
		recorder_says 'written again, nothing was lost'
fi
kill -TERM "$recorder"
wait "$recorder"
status=$?
recorder=
if [ -n "$mounted" ]; then
	if [ $status -eq 0 ]; then pass "it closes the recording"; else fail "it closes the recording: $status"; fi
	# A decoder reports no start: the first passing of a car begins its first lap.
	"$pitwall" results "$disk/race.pitwall" --format csv 2>"$tmp/errors" |
		awk -F, 'NR > 1 {print $6 + 1, $10}' | sort >"$tmp/recorded"
	"$pitwall" results "$tmp/race.csv" --format csv 2>/dev/null |
		awk -F, 'NR > 1 {print $6, $10}' | sort >"$tmp/raced"
	if [ "$(wc -l <"$tmp/raced")" -eq 12 ] && cmp -s "$tmp/recorded" "$tmp/raced"; then
		pass "it has every lap of every car"
	else
		fail "it has every lap of every car: $(diff "$tmp/recorded" "$tmp/raced" | head -5)"
	fi
	"$pitwall" record "$disk/race.pitwall" 2>"$tmp/errors"
	if [ $? -eq 2 ] && grep -q 'not a live source' "$tmp/errors"; then
		pass "a closed recording is not continued by its name"
	else
		fail "a closed recording is not continued by its name: $(cat "$tmp/errors")"
	fi
elif [ $status -eq 1 ] && recorder_says 'lost'; then
	pass "records that could not be written are reported, with status 1"
else
	fail "records that could not be written are reported, with status 1: $status"
fi
finish
