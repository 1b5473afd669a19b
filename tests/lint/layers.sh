#!/bin/sh
# layers.sh -- who may include whom (src/README.md), read from the #include lines
cd "$(dirname "$0")/../.." || exit 1
echo "1..3"
bad=$(
	for dir in src/*/; do
		layer=$(basename "$dir")
		case $layer in
		base) may="base" ;;
		feed) may="base event feed" ;;
		race) may="base event race forecast strategy happened" ;;
		timeline) may="base event race forecast timeline" ;;
		encode) may="base event race forecast timeline encode wire happened" ;;
		sim) may="base event race forecast timeline encode sim wire" ;;
		screen) may="base event race forecast strategy happened timeline encode canvas screen alert paint" ;;
		record) may="base record" ;;
		term) may="base canvas screen race event timeline encode paint term" ;;
		net) may="base event feed record net" ;;
		app) continue ;;
		esac
		[ "$layer" != base ] || may="base event"
		grep -nH '^#include "pitwall/' "$dir"*.[ch] 2>/dev/null |
			while IFS=: read -r file line text; do
				name=${text#*pitwall/}
				name=${name%.h*}
				case " $may " in
				*" $name "*) ;;
				*) echo "# $file:$line: $layer may not include $name" ;;
				esac
			done
		# A quoted include of another layer's private header.
		grep -nH '^#include "' "$dir"*.[ch] 2>/dev/null | grep -v '"pitwall/' |
			while IFS=: read -r file line text; do
				name=${text#*\"}
				name=${name%%\"*}
				[ -e "$dir$name" ] || echo "# $file:$line: $name is not $layer's own"
			done
	done
)
if [ -z "$bad" ]; then echo "ok 1 - layers include only what lies below them"
else echo "not ok 1 - layers include only what lies below them"; echo "$bad"; fi
curses=$(grep -l '<\(ncursesw/\)\{0,1\}\(curses\|ncurses\|term\)\.h>' src/*/*.[ch] include/pitwall/*.h | grep -v '^src/term/')
sockets=$(grep -l '<sys/socket\.h>\|<netinet/\|<netdb\.h>' src/*/*.[ch] include/pitwall/*.h | grep -v '^src/net/')
prints=$(grep -nE '(^|[^a-z_])(printf|puts|fputs|fprintf|putchar|exit) ?\(' src/*/*.c | grep -v '^src/app/' | grep -vE 'text_format|/\*|^\S+: \*')
if [ -z "$curses$sockets$prints" ]; then echo "ok 2 - curses, sockets and printing stay in their rooms"
else echo "not ok 2 - curses, sockets and printing stay in their rooms"
	printf '# %s\n' $curses $sockets; printf '%s\n' "$prints" | sed 's/^/# /'; fi
unnamed=$(for file in src/*/*.c; do
	grep -q "^${file#src/} " src/README.md || echo "# $file"
done)
if [ -z "$unnamed" ]; then echo "ok 3 - every file stands in the map of the rooms"
else echo "not ok 3 - every file stands in the map of the rooms"; echo "$unnamed"; fi
[ -z "$bad$curses$sockets$prints$unnamed" ]
