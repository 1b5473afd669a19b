#!/bin/sh
# hurt.sh -- programs that misbehave as sources of the console: the screen of feeds says what is
# wrong, the console goes on, and nothing of them is left when it has ended
. "$(dirname "$0")/lib.sh"

# Of this story alone: the seconds that its programs sleep.
mark=$((700000 + $$))
left() { ps -eo stat=,args= | grep -v '^Z' | grep -q "[s]leep $mark"; }
none_left() { ! left; }

# Another source beside it; '': there is none.
beside=
# hurt NAME COMMAND WORDS [MORE]: the console over the program; the feeds have to show WORDS.
hurt() {
	shell 150 40
	printf '%s\n' "$2" >"$tmp/program"
	rm -f "$tmp"/hurt.pitwall* "$tmp/status"
	typed "$pitwall $beside 'exec:exec sh $tmp/program' -o $tmp/hurt.pitwall --no-welcome; echo \$? >$tmp/status"
	keys Enter
	see 'exec:exec sh' "$1: the console opens"
	keys 9
	see "$3" "$1: the feeds say so"
	[ -z "$4" ] || see "$4" "$1: and that it is tried again, or goes on"
	keys q
	see 'quit' "$1: the console asks"
	keys y
	until_true "$1: it ends in order" ended_with 0
	until_true "$1: nothing of the program is left" none_left
}
race='{"kind":"passing","number":"7"}'
hurt 'a flood' "while :; do echo '$race'; done | tr 7 8 & yes '$race'" 'has to wait'
# The other source has a better clock: what it says is compared with all of the flood.
printf '%s\n' '{"kind":"passing","number":"8","at":"2026-06-13T14:00:00Z"}' >"$tmp/beside"
beside="'exec:cat $tmp/beside; exec sleep $mark'"
hurt 'a flood beside another source' "while :; do echo '$race'; done | tr 7 8 & yes '$race'" 'has to wait'
beside=
hurt 'a program that dies at once' "echo 'no card' >&2; exit 4" 'ended with status 4: no card' 'retry in|connecting|live'
hurt 'rubbish' "head -c 300000 /dev/urandom; echo; echo '$race'; sleep $mark" 'live' '1 not|format'
hurt 'a program that closes its output' "echo '$race'; exec sleep $mark >/dev/null" \
	'ended by signal 15|closed its output'
hurt 'a program that ignores SIGTERM' \
	"trap '' TERM HUP; echo '$race'; echo stubborn >&2; sleep $mark; sleep $mark" 'stubborn'
hurt 'a program with grandchildren' \
	"(trap '' TERM HUP; (trap '' TERM; sleep $mark) & sleep $mark) & echo '$race'; echo parent >&2; wait" 'parent'
hurt 'a program that leaves its grandchildren' \
	"(trap '' TERM HUP; exec sleep $mark >/dev/null 2>&1) & echo gone >&2; exit 3" 'ended with status 3: gone'
hurt 'a program that hangs' "echo '$race'; echo waits >&2; sleep $mark" 'waits'
finish
