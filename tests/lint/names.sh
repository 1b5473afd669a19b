#!/bin/sh
# names.sh -- a name leads to one place: static functions, tags, typedefs, include guards
cd "$(dirname "$0")/../.." || exit 1
status=0
say() { # number, text, findings
	if [ -z "$3" ]; then echo "ok $1 - $2"
	else echo "not ok $1 - $2"; printf '%s\n' "$3" | sed 's/^/# /'; status=1; fi
}
# twice: lines "NAME FILE", to the names that more than one file defines.
twice() {
	sort -u | awk '{ n[$1]++; files[$1] = files[$1] " " $2 }
		END { for (name in n) if (n[name] > 1) print name ":" files[name] }' | sort
}
echo "1..4"
files=$(find src include -name '*.[ch]' | sort)
# The definitions, not the declarations: what begins with "static" and comes to a "{"
# before it comes to a ";" or a "=".
# shellcheck disable=SC2086 # a list of files
say 1 "no two files have a static function of one name" "$(awk '
	FNR == 1 { open = 0 }
	/^static/ { open = 1; text = "" }
	open {
		text = text " " $0
		if (!match(text, /[;={]/)) next
		open = 0
		text = substr(text, 1, RSTART)
		gsub(/__attribute__ *\(\([^()]*(\([^()]*\))?[^()]*\)\)/, "", text)
		if (text !~ /\{$/ || !match(text, /[A-Za-z_0-9]+\(/)) next
		print substr(text, RSTART, RLENGTH - 1), FILENAME
	}' $files | twice)"
# shellcheck disable=SC2086
say 2 "no two files have a struct, union or enum of one tag" "$(awk '
	match($0, /^(static )?(const )?(struct|union|enum) [a-z_0-9]+ \{/) {
		text = substr($0, RSTART, RLENGTH - 2)
		sub(/^(static )?(const )?/, "", text)
		sub(/ /, "-", text)
		print text, FILENAME
	}' $files | twice)"
# shellcheck disable=SC2086
say 3 "a typedef is a scalar with a unit, or a function" "$(grep -nE '^typedef' $files |
	grep -vE '^include/pitwall/base\.h:[0-9]+:typedef int64_t [a-z]+_(us|mm);|\(')"
# PITWALL_X_H in include/pitwall, PITWALL_ROOM_X_H in a room, PITWALL_TEST_FOLDER_X_H.
# shellcheck disable=SC2046 # a list of files
say 4 "the guard of a header is its name" "$(awk '
	FNR == 1 { guarded = 0 }
	!guarded && /^#ifndef / {
		guarded = 1
		n = split(FILENAME, path, "/")
		room = path[1] == "src" ? path[2] "_" : ""
		if (path[1] == "tests") room = "test_" (n > 2 ? path[n - 1] "_" : "")
		name = path[n]
		sub(/\.h$/, "", name)
		if ($2 != "PITWALL_" toupper(room name) "_H") print FILENAME ": " $2
	}' $(find src include tests -name '*.h' | sort))"
exit $status
