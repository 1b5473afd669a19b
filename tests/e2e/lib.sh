# lib.sh -- shared by the stories: a shell in a terminal of its own (tmux on a private
# socket), keys typed into it, and the contents of its screen
#
# The race is written here, so that no story depends on data that may be missing.

pitwall=$1
command -v tmux >/dev/null 2>&1 || { echo "1..0 # SKIP tmux is not installed"; exit 0; }

. "$(dirname "$0")/../checks.sh"
TMUX_TMPDIR=$tmp
export TMUX_TMPDIR
unset TMUX
# ncurses leaks when newterm() fails; pitwall ends then.
echo "leak:new_prescr" >"$tmp/known_leaks"
deadline=15
standing='PAUSED|❚❚|[|][|]' # how the title bar shows a paused race

server=0
mux() { tmux -L "e2e$server" -f /dev/null "$@"; }

cleanup() {
	mux kill-server 2>/dev/null
	rm -rf "$tmp"
}
why() { screen; }

# until_true NAME COMMAND...: a test that passes when COMMAND succeeds in time.
until_true() {
	what=$1
	shift
	if becomes "$@"; then
		pass "$what"
	else
		fail "$what"
		return 1
	fi
}

screen() { mux capture-pane -p -t e2e; }
screen_with_looks() { mux capture-pane -p -e -t e2e; }
shows() { screen | grep -qE -e "$1"; }
shows_not() { ! screen | grep -qE -e "$1"; }
row_shows() { screen | sed -n "${1}p" | grep -qE -e "$2"; }
see() { until_true "$2" shows "$1"; }
see_not() { until_true "$2" shows_not "$1"; }
see_row() { until_true "$3" row_shows "$1" "$2"; }
flag_is() { [ "$(mux display -p -t e2e "#{$1}")" = "$2" ]; }
keys() { mux send-keys -t e2e "$@"; }
typed() { mux send-keys -t e2e -l -- "$1"; }
size() { mux resize-window -t e2e -x "$1" -y "$2"; }

# shell COLS ROWS [NAME=VALUE...]: start a terminal with a waiting shell.
shell() {
	cols=$1
	rows=$2
	shift 2
	mux kill-server 2>/dev/null
	server=$((server + 1))
	rm -f "$tmp/before" "$tmp/after"
	env -i "PATH=$PATH" "HOME=$tmp" "TMUX_TMPDIR=$tmp" LC_ALL=C.UTF-8 \
		tmux -L "e2e$server" -f /dev/null -u new-session -d -s e2e -x "$cols" -y "$rows" \
		env -i "PATH=$PATH" "HOME=$tmp" TERM=screen-256color LC_ALL=C.UTF-8 \
		"PITWALL_ASSETS=${PITWALL_ASSETS-}" "PITWALL_FRESH=yes" \
		"LSAN_OPTIONS=suppressions=$tmp/known_leaks:print_suppressions=0" \
		"ASAN_OPTIONS=${ASAN_OPTIONS-}:handle_segv=0" \
		"UBSAN_OPTIONS=${UBSAN_OPTIONS-}" "PITWALL_REPORTS=${PITWALL_REPORTS-}" \
		"PS1=ready> " "$@" sh
	becomes shows '^ready>' || fail "no shell prompt"
}

# run OPTIONS: pitwall on the race of this file; its pid and exit status go to files.
run() {
	rm -f "$tmp/pid" "$tmp/status"
	typed "stty -g >$tmp/before; sh -c 'echo \$\$ >$tmp/pid; exec $pitwall $1 $tmp/race.csv'; echo \$? >$tmp/status; stty -g >$tmp/after"
	keys Enter
}
# The process $pid has ended, even if its shell has not waited for it yet.
is_over() {
	! kill -0 "$pid" 2>/dev/null ||
		ps -o stat= -p "$pid" 2>/dev/null | grep -q '^Z' ||
		grep -q '^State:.*Z' "/proc/$pid/status" 2>/dev/null
}
ended_with() { [ -s "$tmp/status" ] && [ "$(cat "$tmp/status")" = "$1" ]; }
restored() {
	[ -s "$tmp/after" ] && cmp -s "$tmp/before" "$tmp/after" &&
		flag_is alternate_on 0 && flag_is cursor_flag 1 && shows '^ready>'
}

# Twelve cars in three classes, sixty laps, as an Al Kamel file. Each car has a
# constant pace, so the order and every time are known: car 1 laps in 90 s and
# completes N laps at N * 1:30.
awk 'function clock(s) { return sprintf("%d:%02d:%02d.000", s / 3600, s % 3600 / 60, s % 60) }
function lap(s) { return sprintf("%d:%02d.000", s / 60, s % 60) }
BEGIN {
	print "NUMBER; DRIVER_NUMBER; LAP_NUMBER; LAP_TIME; LAP_IMPROVEMENT; CROSSING_FINISH_LINE_IN_PIT; S1; S1_IMPROVEMENT; S2; S2_IMPROVEMENT; S3; S3_IMPROVEMENT; KPH; ELAPSED; HOUR;S1_LARGE;S2_LARGE;S3_LARGE;TOP_SPEED;DRIVER_NAME;PIT_TIME;CLASS;GROUP;TEAM;MANUFACTURER;FLAG_AT_FL"
	split("Ara Bourdais Lammers Coronel Rusinov Turner Davies Rossi Montermini Kelleners Bouchut Gosselin", names, " ")
	for (car = 1; car <= 12; car++) {
		pace = 89 + car
		class = car <= 4 ? "LMP1" : car <= 8 ? "LMP2" : "GTE"
		for (n = 1; n * pace <= 60 * 90 + pace; n++) {
			at = n * pace
			flag = at >= 60 * 90 ? "FF" : n == 21 || n == 22 ? "SC" : "GF"
			printf "%d;1;%d;%s;0;%s;30.000;0;30.000;0;%d.000;0;160.0;%s;%s;0:30.000;0:30.000;0:30.000;250.0;Test %s;;%s;;Team %s;Make;%s\n", car, n, lap(pace), n == 25 + car ? "B" : "", pace - 60, clock(at), clock(43200 + at), names[car], class, names[car], flag
			if (at >= 60 * 90) break
		}
	}
}' >"$tmp/race.csv"
