#!/bin/sh
# The manual: clean, and of this program. $1: pitwall, $2: pitwall(1) as it was built,
# $3: the folder of the pages written by hand.
set -u
pitwall=$1 page=$2 folder=$3
. "$(dirname "$0")/../checks.sh"

# Pages of ours that are not installed are not found by mandoc: that alone is fine.
if command -v mandoc >/dev/null 2>&1; then
	for file in "$page" "$folder"/*.[157]; do
		said=$(mandoc -T lint "$file" 2>&1 | grep -v 'referenced manual not found: Xr pitwall')
		if [ -z "$said" ]; then
			pass "$(basename "$file") is clean"
		else
			echo "$said" | sed 's/^/# /'
			fail "$(basename "$file") is clean"
		fi
	done
	text=$(mandoc -T utf8 "$page" | sed 's/.\x08//g')
else
	skip "pages are clean" "no mandoc"
	text=$(sed 's/\\-/-/g; s/^\.It Fl /-/' "$page")
fi

if "$pitwall" manual | cmp -s - "$page"; then
	pass "what is installed is what the program says"
else
	fail "what is installed is what the program says"
fi

# What an inferred decision of RMonitor says is explained.
sources=$folder/../../src/feed/scoreboard
reasons=$(cat "$sources"/rmonitor*.c | tr -d '\n' | sed 's/"[[:space:]]*"//g' | grep -o '\\x1f[a-z][^"]*' | sed 's/....//')
missing=$(printf '%s\n' "$reasons" | while IFS= read -r reason; do
	echo "$text" | grep -qF -e "$reason" || echo "\"$reason\""
done)
if [ -n "$reasons" ] && [ -z "$missing" ]; then pass "the reasons of RMonitor's decisions are explained"
else fail "the reasons of RMonitor's decisions are explained: $missing"; fi

missing=
for command in $("$pitwall" --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
	echo "$text" | grep -q "^ *$command" || missing="$missing $command"
	for option in $("$pitwall" "$command" --help | sed -n 's/^ *\(-., \)\{0,1\}\(--[a-z0-9-]*\).*/\2/p'); do
		echo "$text" | grep -q -e "$option" || missing="$missing $option"
	done
done
if [ -z "$missing" ]; then
	pass "every command and every option is in it"
else
	fail "every command and every option is in it:$missing"
fi

# What a page tells of a table of the program: every row, and nothing else.
# same TEXT EXPECTED FOUND: two lists of words, a line each.
same() {
	missing=$(printf '%s\n' "$2" | grep -vxF "$3" | tr '\n' ' ')
	more=$(printf '%s\n' "$3" | grep -vxF "$2" | tr '\n' ' ')
	if [ -n "$2" ] && [ -z "$missing$more" ]; then
		pass "$1"
	else
		fail "$1: missing: $missing too many: $more"
	fi
}
source=$folder/../../src
same "pitwall-rules(5) has the keys of a ruleset" \
	"$(sed -n 's/^\t{"[a-z ]*", "\([a-z-]*\)", \(rules_\)\{0,1\}set_[a-z_]*},*$/\1/p' "$source/assets/rules_file.c" | sort)" \
	"$(sed -n 's/^\.It Li //p' "$folder/pitwall-rules.5" | sed 's/\\-/-/g' | sort)"
same "pitwall-points(5) has the keys of rules of points" \
	"$( (sed -n '/define POINTS_VALUES(X)/,/[^\\]$/s/^\tX([A-Z_]*, "[a-z ]*", "\([a-z-]*\)").*/\1/p' \
		"$source/../include/pitwall/season.h"
		awk '/^} sections/ { on = 1 } /^};/ { on = 0 } on' "$source/assets/points_file.c" |
			sed 's/= {"[a-z]*",//' | grep -o '"[a-z-]*"' | tr -d '"') | sort -u)" \
	"$(sed -n 's/^\.It Li //p' "$folder/pitwall-points.5" | sed 's/\\-/-/g' | sort -u)"
same "pitwall-points(5) has the rules of points of the program" \
	"$(ls "$folder/../rules/points" | sed 's/\.ini$//')" \
	"$(sed -n 's/^\.It Ic //p' "$folder/pitwall-points.5" | sed 's/\\-/-/g')"
same "pitwall-season(5) has the keys of a season file" \
	"$( (sed -n 's/^\tX("\([a-z-]*\)", *[a-z]*).*/\1/p; s/^\t*\[ROUND_KEY_[A-Z]*\] = "\([a-z-]*\)",$/\1/p' \
		"$source/assets/season_file.c"
		sed -n '/season_keys\[\]/,/};/p' "$source/assets/season_file.c" | grep -o '"[a-z-]*"' | tr -d '"') | sort -u)" \
	"$(sed -n '/^\.Ss Section season/,/^\.Ss Section entries/s/^\.It Li //p' "$folder/pitwall-season.5" | sed 's/\\-/-/g' | sort -u)"
same "season new has the keys of a season file" \
	"$(sed -n '/^\.Ss Section season/,/^\.Ss Section entries/s/^\.It Li //p' "$folder/pitwall-season.5" | sed 's/\\-/-/g' | sort -u)" \
	"$("$pitwall" season new | sed -n '/^\[season\]/,/^\[entries\]/s/^;\{0,1\}\([a-z-]*\) = .*/\1/p' | sort -u)"
same "pitwall(1) has the kinds of decisions" \
	"$( (sed -n '/define DECISIONS(X)/,/[^\\]$/s/^\tX([A-Z_]*, "\([a-z-]*\)",.*/\1/p' \
		"$source/../include/pitwall/event.h"
		sed -n 's/^\tOPERATOR("\([a-z]*\)",.*/\1/p' "$source/session/decision_parse.c") |
		sort -u)" \
	"$(sed -n '/^\.Sh DECISIONS/,/^\.El/s/^\.It Li //p' "$page" | sort)"

# The example of pitwall-rules(5) is a ruleset.
rules=$(mktemp "${TMPDIR:-/tmp}/pitwall-manual.XXXXXX") || exit 1
mv "$rules" "$rules.ini"
awk '/^\[ruleset\]/ { p = 1 } /^\.Ed/ { p = 0 } p' "$folder/pitwall-rules.5" |
	sed 's/\\-/-/g' >"$rules.ini"
if "$pitwall" results --rules "$rules.ini" | grep -q 'club-6h'; then
	pass "the example of pitwall-rules(5) is a ruleset"
else
	fail "the example of pitwall-rules(5) is a ruleset"
fi
rm -f "$rules.ini"
# The example of pitwall-season(5) is a season; its files are missing.
season=$(mktemp -d "${TMPDIR:-/tmp}/pitwall-manual.XXXXXX") || exit 1
awk '/^\[season\]/ { p = 1 } /^\.Ed/ { p = 0 } p' "$folder/pitwall-season.5" |
	sed 's/\\-/-/g' >"$season/s.ini"
if "$pitwall" season "$season/s.ini" 2>/dev/null | grep -q '^missing: round "Imola": .*imola_laps.csv'; then
	pass "the example of pitwall-season(5) is a season"
else
	fail "the example of pitwall-season(5) is a season"
fi
rm -rf "$season"
# The README names keys by their signs, and every one of them.
readme=$(awk '/^## Keys/ { on = 1; next } /^## / { on = 0 } on && /^\|/' \
	"$(dirname "$0")/../../README.md" | cut -d'|' -f2 |
	sed 's/\\\\/\\/g' | tr -s ' ' '\n' | sed 's/\(.\),$/\1/')
unnamed=
for key in $("$pitwall" keys | cut -c1-47 | tr -s ' ' '\n' | sed 's/\*/STAR/'); do
	case $key in
	Left) key=← ;; Right) key=→ ;; Up) key=↑ ;; Down) key=↓ ;; -) key=− ;;
	STAR) key='*' ;; [2-8] | Shift-*) continue ;; # 1 … 9, with Shift
	esac
	echo "$readme" | grep -qxF -- "$key" || unnamed="$unnamed $key"
done
if [ -z "$unnamed" ]; then pass "the README names every key"
else fail "the README names every key:$unnamed"; fi

finish
