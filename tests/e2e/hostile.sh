#!/bin/sh
# hostile.sh -- files, settings, locales and descriptors that are not what they are to be
pitwall=$1
. "$(dirname "$0")/../checks.sh"
HOME=$tmp
export HOME
unset XDG_CONFIG_HOME
plain() { ! LC_ALL=C grep -q '[^ -~]' "$1"; }

# ---- settings are printed without control characters
printf 'filter = A\033]52;c;ZWNobw==\007\n[columns]\nwall = number gap\n' >"$tmp/config"
for format in table csv json; do
	"$pitwall" config --config "$tmp/config" --format $format >"$tmp/settings"
	check "config prints a file's escapes as text: $format" plain "$tmp/settings"
done
PITWALL_FILTER=$(printf 'A\033[2J\302\233') "$pitwall" config --config none >"$tmp/settings"
check "config prints the environment's escapes as text" plain "$tmp/settings"
check "and the rest of the value" grep -q '^filter = A.2J' "$tmp/settings"

# ---- files of other kinds are refused by name, at once
refused() { # WORDS FILE
	timeout 20 "$pitwall" results "$2" >"$tmp/out" 2>"$tmp/err"
	[ $? -eq 1 ] && [ ! -s "$tmp/out" ] && grep -q -- "$1" "$tmp/err" || {
		cat "$tmp/err"
		return 1
	}
}
kind() { # WORDS NAME BYTES
	printf "$3" >"$tmp/$2"
	seq 2000 >>"$tmp/$2"
	check "$2 is refused by its kind" refused "$1" "$tmp/$2"
}
# Opened by pitwall-unpack, where it is installed.
packed='is damaged\( or cut off\)\?: nothing is read of it\|not installed; unpack it first'
kind "$packed" a.gz '\037\213\010'
kind "$packed" a.zip 'PK\003\004'
kind "$packed" a.xz '\3757zXZ'
kind "$packed" a.zst '\050\265\057\375'
kind "$packed" a.bz2 'BZh9'
kind "$packed" a.7z '7z\274\257\047\034'
kind UTF-16 a.utf16le '\377\376N\000U\000'
kind UTF-16 a.utf16be '\376\377\000N\000U'
kind UTF-16 a.nomark 'N\000U\000M\000B\000E\000R\000'
kind PDF a.pdf '%%PDF-1.7'
kind program a.elf '\177ELF'
kind picture a.png '\211PNG'
kind 'zero bytes' a.zero '\000\000\000\000\000\000\000\000'
check "/dev/zero is refused" refused device /dev/zero
check "a folder is refused" refused folder "$tmp"
endless() {
	timeout 20 "$pitwall" results - <"$1" 2>"$tmp/err"
	[ $? -eq 1 ] && grep -q 'zero bytes' "$tmp/err"
}
mkfifo "$tmp/fifo"
cat /dev/zero >"$tmp/fifo" 2>/dev/null &
check "zeros without an end are refused" endless "$tmp/fifo"

# ---- rows that are not used are counted, also those that are not listed
{
	printf 'NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED\n7;1;90.000;90.000\n7;2;90.000;3:00.000\n'
	yes x | head -n 6000
} >"$tmp/bad.csv"
counted() {
	"$pitwall" results "$tmp/bad.csv" 2>&1 >"$tmp/out" |
		tee "$tmp/err" | grep -q ': 6000 rows were not used .* first: line 4: ' || {
		cat "$tmp/err"
		return 1
	}
}
check "6000 rows that were not used are 6000" counted

# ---- a locale that is not installed means ASCII, unless it is one of UTF-8
characters() { # LANG
	env -u LC_ALL -u LC_CTYPE LANG="$1" "$pitwall" --at 1:00:00 </dev/null >"$tmp/text" 2>&1
	plain "$tmp/text"
}
check "ASCII with an 8-bit locale that is not installed" characters xx_YY.ISO8859-1
check "ASCII with a locale of unknown characters" characters xx_YY
utf8() { ! characters xx_YY.UTF-8; }
check "UTF-8 with a UTF-8 locale that is not installed" utf8

# ---- with 0 to 2 closed, no file of ours is written to as one of them
closed() {
	"$pitwall" convert -o "$tmp/race.pitwall" <&- >&- 2>&- || return 1
	"$pitwall" results "$tmp/race.pitwall" >"$tmp/a" && "$pitwall" results >"$tmp/b" &&
		cmp "$tmp/a" "$tmp/b" || return 1
	"$pitwall" convert no-such-file -o "$tmp/none.pitwall" <&- >&- 2>&-
	[ ! -e "$tmp/none.pitwall" ]
}
check "descriptors 0 to 2 may be closed" closed

# ---- a signal while a file is written leaves nothing of it
gone() { # SIGNAL SUFFIX COMMAND...
	signal=$1 suffix=$2
	shift 2
	"$pitwall" "$@" -o "$tmp/out.$suffix" &
	pid=$!
	until ls "$tmp"/out.*.part >/dev/null 2>&1; do
		kill -0 $pid 2>/dev/null || break
	done
	kill -s "$signal" $pid 2>/dev/null
	wait $pid
	ended=$?
	! ls "$tmp"/out.*.part* 2>/dev/null || return 1
	# It was done before the signal came, or it ended by the signal.
	[ $ended -eq 0 ] && [ -s "$tmp/out.$suffix" ] || [ $ended -gt 128 ]
}
for signal in TERM INT HUP; do
	rm -f "$tmp"/out.*
	check "a report ended by $signal leaves no part" gone $signal html report
	rm -f "$tmp"/out.*
	check "a recording ended by $signal leaves no part" gone $signal pitwall convert
	rm -f "$tmp"/out.*
	check "a lap file ended by $signal leaves no part" gone $signal csv convert
done
# ---- who is refused is told, and counted in the log
refusals() {
	python3 - "$pitwall" "$tmp/refused.pitwall" <<'PYTHON'
import re, socket, subprocess, sys

sources = "beacon+tcp://127.0.0.1:0?listen=yes&senders=1"
log = subprocess.Popen([sys.argv[1], "record", sources, "-o", sys.argv[2]],
                       stderr=subprocess.PIPE, text=True)


def line(pattern):
    for text in log.stderr:
        found = re.search(pattern, text)
        if found:
            return found
    sys.exit(f"nothing said like {pattern}")


port = int(line(r"listening on port (\d+)")[1])
first = socket.create_connection(("127.0.0.1", port))
line(": live")
for i in range(3):
    other = socket.create_connection(("127.0.0.1", port))
    other.settimeout(10)
    assert other.recv(99) == b'{"refused":"all places are taken"}\n'
    assert other.recv(99) == b""
first.close()
line("connecting: .*3 refused, the last from 127.0.0.1: all places are taken")
log.terminate()
log.communicate()
PYTHON
}
if command -v python3 >/dev/null 2>&1; then
	check "senders that are refused are told and counted" refusals
else
	skip "senders that are refused are told and counted" "no python3"
fi
finish
