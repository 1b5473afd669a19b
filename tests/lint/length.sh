#!/bin/sh
# length.sh -- functions under 70 lines; files that say what they are; no unfinished marks
cd "$(dirname "$0")/../.." || exit 1
status=0
say() { # number, text, findings
	if [ -z "$3" ]; then echo "ok $1 - $2"
	else echo "not ok $1 - $2"; printf '%s\n' "$3" | sed 's/^/# /'; status=1; fi
}
echo "1..5"
files=$(find src include tests -name '*.[ch]' | sort)
# shellcheck disable=SC2086 # lists of files, here and below
say 1 "functions have at most 70 lines" "$(awk '
	FNR == 1 { open = 0 }
	/^\{/ { open = FNR }
	/^\}/ { if (open && FNR - open - 1 > 70) print FILENAME ":" open ": " FNR - open - 1 " lines"; open = 0 }
	' $files)"
# shellcheck disable=SC2086
say 2 "the first line of a file is its name and what it is" "$(awk '
	FNR == 2 {
		name = FILENAME
		sub(/.*\//, "", name)
		if (index($0, " * " name " -- ") != 1) print FILENAME ": " $0
	}' $files)"
# "(name.c)" and "(name.c, ...", "/* ---- name.c", " *   name.c   what it does".
# shellcheck disable=SC2086
say 3 "a file that a comment names is there" "$(awk '
	{ text = $0 }
	text !~ /^[ \t]*(\*|\/\*)/ && !sub(/.*\/\*/, "", text) { next }
	{
		sub(/^[ \t]*(\*   *|\/\* -+ )/, "(", text)
		while (match(text, /\([a-z_0-9]+\.[ch]([,:) ]|$)/)) {
			name = substr(text, RSTART + 1, RLENGTH - 1)
			sub(/[^ch]$/, "", name)
			print FILENAME ":" FNR ": " name
			text = substr(text, RSTART + RLENGTH)
		}
	}' $files | while read -r where name; do
		case "$files" in *"/$name"*) ;; *) echo "$where $name" ;; esac
	done)"
# shellcheck disable=SC2086
say 4 "nothing is marked as unfinished" "$(grep -nE 'TO''DO|FIX''ME|XX''X|HA''CK' $files)"
# shellcheck disable=SC2086
say 5 "comments are closed, not to the end of the line" "$(grep -nE '^[[:space:]]*//' $files)"
exit $status
