#!/bin/sh
# tables.sh -- no table of event.h is told a second time
#
# Flags, decisions, entry fields and claims have their names in the lists of event.h; what
# protocols call them is in src/wire.
cd "$(dirname "$0")/../.." || exit 1
status=0
say() { # number, text, findings
	if [ -z "$3" ]; then echo "ok $1 - $2"
	else echo "not ok $1 - $2"; printf '%s\n' "$3" | sed 's/^/# /'; status=1; fi
}
echo "1..2"
files=$(find src include -name '*.[ch]' ! -path 'src/wire/*' ! -path src/session/decision_parse.c ! -path 'include/pitwall/event.h' | sort)
kinds='(FLAG|DECISION|ENTRY|CLAIM)_[A-Z0-9_]+'
# One such row is a case of its own; two are a table. What a person may type instead of
# a name (decision_parse.c) is none.
# shellcheck disable=SC2086 # a list of files
say 1 "from the lists of event.h to words, and back, there is one table" "$(
	grep -nHoE "\[$kinds\] = *[{(]*\"|\"[^\"]*\"(, [0-9]+\})?, *$kinds *[,}]" $files |
		awk -F: '{ n[$1]++; if (!($1 in first)) first[$1] = $2 }
			END { for (file in n) if (n[file] > 1) print file ":" first[file] }' | sort)"
# Names that are no words of everyday: with a hyphen, an underscore or a digit.
# The option of a name is spelled as it is.
names=$(sed -n '/^#define \(FLAGS\|DECISIONS\|ENTRY_FIELDS\|WEATHERS\|ANOMALIES\)(X)/,/[^\\]$/p' \
	include/pitwall/event.h | grep -o '"[A-Za-z]*[-_0-9][-_A-Za-z0-9]*"' | sort -u)
[ "$(printf '%s\n' "$names" | wc -l)" -gt 8 ] || { echo "Bail out! the lists of event.h are not found"; exit 1; }
# shellcheck disable=SC2086
say 2 "names of the lists of event.h stand nowhere else" "$(
	printf '%s\n' "$names" | grep -nHFf - $files | grep -v "^src/cli/options.c:")"
exit $status
