#!/bin/sh
# tap.sh PROGRAM...: cmocka 1.1.5 says "not ok 3 # SKIP name" of a test that skips
# itself, which TAP's readers count as a failure; say it as TAP does. The exit
# status is the program's.
#
# Its temporary files are in a folder of its own, which goes with it: what a killed test
# leaves behind meets no other one, now or later.
TMPDIR=$(mktemp -d) || exit 1
export TMPDIR
chmod 711 "$TMPDIR" # some tests become another user
trap 'rm -rf "$TMPDIR"' EXIT
trap 'exit 1' INT TERM HUP
status=$({ { "$@" 3>&- 4>&-; echo $? >&3; } |
	sed 's/^not ok \([0-9]*\) # SKIP \(.*\)/ok \1 - \2 # SKIP/' >&4; } 3>&1) 4>&1
exit "$status"
