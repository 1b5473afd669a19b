#!/bin/sh
# names.sh -- a name leads to one place: static functions, tags, typedefs
cd "$(dirname "$0")/../.." || exit 1
status=0
say() { # number, text, findings
	if [ -z "$3" ]; then echo "ok $1 - $2"
	else echo "not ok $1 - $2"; printf '%s\n' "$3" | sed 's/^/# /'; status=1; fi
}
# Rooms that still share names with each other; with any other room they may not.
left='screen session console term'
# twice: lines "NAME FILE", to the names that stand in more than one file.
twice() {
	sort -u | awk -v left="$left" '
		BEGIN { split(left, rooms, " "); for (i in rooms) is_left[rooms[i]] = 1 }
		{
			split($2, path, "/")
			n[$1]++
			done[$1] += !(path[2] in is_left)
			files[$1] = files[$1] " " $2
		}
		END { for (name in n) if (n[name] > 1 && done[name] > 0) print name ":" files[name] }' | sort
}
echo "1..3"
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
exit $status
