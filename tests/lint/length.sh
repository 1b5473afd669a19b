#!/bin/sh
# length.sh -- files under 700 lines, functions under 70, no unfinished marks
cd "$(dirname "$0")/../.." || exit 1
status=0
say() { # number, text, findings
	if [ -z "$3" ]; then echo "ok $1 - $2"
	else echo "not ok $1 - $2"; printf '%s\n' "$3" | sed 's/^/# /'; status=1; fi
}
echo "1..4"
files=$(find src include tests -name '*.[ch]' | sort)
# shellcheck disable=SC2086
say 1 "files have at most 700 lines" "$(wc -l $files | awk '$2 != "total" && $1 > 700 {print $2 ": " $1 " lines"}')"
# shellcheck disable=SC2086
say 2 "functions have at most 70 lines" "$(awk '
	FNR == 1 { open = 0 }
	/^\{/ { open = FNR }
	/^\}/ { if (open && FNR - open - 1 > 70) print FILENAME ":" open ": " FNR - open - 1 " lines"; open = 0 }
	' $files)"
# shellcheck disable=SC2086
say 3 "nothing is marked as unfinished" "$(grep -nE 'TO''DO|FIX''ME|XX''X|HA''CK' $files)"
# shellcheck disable=SC2086
say 4 "comments are closed, not to the end of the line" "$(grep -nE '^[[:space:]]*//' $files)"
exit $status
