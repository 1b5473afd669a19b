# checks.sh -- shared by the tests in shell: a folder of their own, TAP, waiting
#
# Nothing sleeps a fixed time: every condition is polled until it holds or the deadline has
# passed.

tmp=$(mktemp -d) || exit 1
count=0
failed=0
deadline=20
logs= # files of $tmp that are shown when a test fails

cleanup() { rm -rf "$tmp"; }
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

pass() { count=$((count + 1)); echo "ok $count - $*"; }
skip() { pass "$1 # SKIP $2"; }
fail() {
	count=$((count + 1))
	failed=$((failed + 1))
	echo "not ok $count - $*"
	why 2>/dev/null | sed 's/^/#   |/'
}
why() { for log in why $logs; do tail -n 20 "$tmp/$log" | cat -v; done; }
# check NAME COMMAND...: a test that passes when COMMAND succeeds.
check() {
	what=$1
	shift
	if "$@" >"$tmp/why" 2>&1; then pass "$what"; else fail "$what"; fi
}
# becomes COMMAND...: succeeds before the deadline.
becomes() {
	end=$(($(date +%s) + deadline))
	until "$@"; do
		[ "$(date +%s)" -le "$end" ] || return 1
		sleep 0.05
	done
}
finish() {
	echo "1..$count"
	[ "$failed" -eq 0 ]
	exit
}
