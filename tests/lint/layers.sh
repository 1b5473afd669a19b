#!/bin/sh
# layers.sh -- who may include whom (src/README.md), read from the #include lines
cd "$(dirname "$0")/../.." || exit 1
echo "1..5"
# What each room may include of include/pitwall, and the rooms of the shell whose private
# headers it may include.
bad=$(
	for dir in src/*/; do
		layer=$(basename "$dir")
		own=
		case $layer in
		base) may="base event json out sha256" ;;
		wire) may="base event out wire json sha256" ;;
		feed) may="base decoded documents event json out sha256 wire feed stream" ;;
		race) may="base event race forecast strategy history" ;;
		forecast) may="base event race forecast strategy history" ;;
		season) may="base event race forecast season season_view" ;;
		timeline) may="base event race forecast timeline" ;;
		encode) may="base event out race forecast season season_view timeline encode outfeed wire history listing digest" ;;
		screen) may="base event race forecast season season_view strategy history timeline encode canvas keys theme view alert command_line paint" ;;
		record) may="base record" ;;
		png) may="base" ;;
		term) may="base canvas keys theme term" ;;
		net) may="base event feed record net" ;;
		redis) may="base net record redis sha256" ;;
		assets) may="base event out race forecast season encode theme csv inifile assets season_file" ;;
		session) may="base decoded documents event json out sha256 feed stream race forecast season strategy timeline encode view record net redis csv inifile options assets source decision session live sandbox season_file season_load season_view season_watch" ;;
		console) may="base event race forecast season strategy history timeline encode canvas keys theme view alert command_line paint term record csv inifile options assets source decision session live shell season_file season_load season_view season_watch" ;;
		web) may="base documents json out wire sandbox" ;;
		unpack) may="base sandbox" ;;
		cli) may=any ;;
		reconstruction) may=any ;;
		*) may= ;;
		esac
		files=$(find "$dir" -name '*.[ch]')
		# shellcheck disable=SC2086 # a list of files
		[ "$may" = any ] || grep -nH '^#include "pitwall/' $files 2>/dev/null |
			while IFS=: read -r file line text; do
				name=${text#*pitwall/}
				name=${name%.h*}
				case " $may " in
				*" $name "*) ;;
				*) echo "# $file:$line: $layer may not include $name" ;;
				esac
			done
		# A quoted include of another room's private header.
		# shellcheck disable=SC2086
		grep -nH '^#include "' $files 2>/dev/null | grep -v '"pitwall/' |
			while IFS=: read -r file line text; do
				name=${text#*\"}
				name=${name%%\"*}
				from=$(find src -name "$name" | cut -d/ -f2)
				case " $layer $own " in
				*" $from "*) ;;
				*) echo "# $file:$line: $name is not $layer's own" ;;
				esac
			done
	done
)
if [ -z "$bad" ]; then echo "ok 1 - layers include only what lies below them"
else echo "not ok 1 - layers include only what lies below them"; echo "$bad"; fi
sources=$(find src include -name '*.[ch]')
# shellcheck disable=SC2086 # lists of files
{
	curses=$(grep -l '<\(ncursesw/\)\{0,1\}\(curses\|ncurses\|term\)\.h>' $sources | grep -v '^src/term/')
	sockets=$(grep -l '<sys/socket\.h>\|<netinet/\|<netdb\.h>' $sources | grep -v '^src/\(net\|web\)/')
	prints=$(grep -nE '(^|[^a-z_])(printf|puts|fputs|fprintf|putchar|exit) ?\(' $sources |
		grep -vE '^src/(assets|session|unpack|console|cli|reconstruction|png|web)/' | grep -vE 'text_format|/\*|^\S+: \*')
}
if [ -z "$curses$sockets$prints" ]; then echo "ok 2 - curses, sockets and printing stay in their rooms"
else echo "not ok 2 - curses, sockets and printing stay in their rooms"
	printf '# %s\n' $curses $sockets; printf '%s\n' "$prints" | sed 's/^/# /'; fi
unnamed=$(for room in src/*/; do
	grep -q "\`$(basename "$room")\`" src/README.md || echo "# $room"
done)
if [ -z "$unnamed" ]; then echo "ok 3 - every room is in the map of the rooms"
else echo "not ok 3 - every room is in the map of the rooms"; echo "$unnamed"; fi
twice=$(find src include -name '*.[ch]' | sed 's#.*/##' | sort | uniq -d)
if [ -z "$twice" ]; then echo "ok 4 - no two files have one name"
else echo "not ok 4 - no two files have one name"; printf '%s\n' "$twice" | sed 's/^/# /'; fi
# What the terminal knows: cells, roles and keys; what their headers include counts too.
racing=$(cd include/pitwall && grep -nH '^#include "pitwall/' base.h canvas.h keys.h theme.h term.h |
	grep -vE '"pitwall/(base|canvas|keys|theme)\.h"')
if [ -z "$racing" ]; then echo "ok 5 - the terminal knows nothing of racing"
else echo "not ok 5 - the terminal knows nothing of racing"; printf '%s\n' "$racing" | sed 's/^/# /'; fi
[ -z "$bad$curses$sockets$prints$unnamed$twice$racing" ]
