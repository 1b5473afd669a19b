#!/bin/sh
# circuits.sh -- several circuits, one Redis and a wall of consoles on this machine
#
# usage: circuits.sh BUILD COUNT
#
# A redis-server of its own on a free port of the loopback; COUNT simulated races, each
# served, recorded and published; a console for each and the list of what is live, in tmux.
# All of it ends with the wall. CIRCUITS_SPEED is how fast the races run (20), and
# CIRCUITS_MINUTES how long they are (60). Without a terminal the wall is printed once.
set -eu
build=$1
count=$2
speed=${CIRCUITS_SPEED:-20}
minutes=${CIRCUITS_MINUTES:-60}
pitwall=$build/src/cli/pitwall
simrace=$build/tests/sim/simrace
folder=$(mktemp -d "${TMPDIR:-/tmp}/pitwall-circuits-XXXXXX")
port=
pids=

die() {
	printf '%s\n' "circuits: $*" >&2
	exit 1
}

# shellcheck disable=SC2086,SC2317 # a list of processes; the trap calls it
end() {
	trap '' INT TERM
	tmux -S "$folder/tmux" kill-server 2>/dev/null || :
	[ -z "$pids" ] || kill $pids 2>/dev/null || :
	for pid in $pids; do
		wait "$pid" 2>/dev/null || :
	done
	[ -z "$port" ] || redis-cli -p "$port" shutdown nosave >/dev/null 2>&1 || :
	rm -rf "$folder"
}
trap end EXIT
trap 'exit 130' INT TERM

for tool in redis-server redis-cli tmux; do
	command -v "$tool" >/dev/null 2>&1 || die "needs $tool"
done

# A port below those that the system gives to clients; where it is taken, the next one.
start_redis() {
	try=0
	while [ $try -lt 50 ]; do
		port=$((20000 + ($$ + try * 37) % 10000))
		redis-server --port "$port" --bind 127.0.0.1 --dir "$folder" --save '' \
			--appendonly yes --daemonize yes --logfile "$folder/redis.log" \
			>/dev/null 2>&1 || :
		wait=0
		while [ $wait -lt 20 ]; do
			[ "$(redis-cli -p "$port" config get dir 2>/dev/null | tail -n 1)" != \
				"$folder" ] || return 0
			grep -q 'bind' "$folder/redis.log" 2>/dev/null && break
			sleep 0.05
			wait=$((wait + 1))
		done
		rm -f "$folder/redis.log"
		try=$((try + 1))
	done
	port=
	die "redis-server does not start on any of 50 ports"
}

# circuit NUMBER: a race, served and published as simulated-NUMBER.
circuit() {
	name=simulated-$1
	"$simrace" "$1" $((16 + $1 * 4)) 4 "$minutes" >"$folder/$name.csv"
	served=$((30000 + ($$ + $1 * 101) % 2000))
	XDG_STATE_HOME=$folder/state-$name "$pitwall" serve "$folder/$name.csv" \
		--speed "$speed" --wait --jsonl "$served" \
		>"$folder/$name.served" 2>&1 &
	pids="$pids $!"
	XDG_STATE_HOME=$folder/state-$name "$pitwall" record "events://127.0.0.1:$served" \
		--config none --publish "redis://127.0.0.1:$port/$name" \
		-o "$folder/$name.pitwall" >"$folder/$name.recorded" 2>&1 &
	pids="$pids $!"
}

# pane COMMAND: the command in a new pane of the wall.
pane() {
	if [ -e "$folder/tmux" ]; then
		tmux -S "$folder/tmux" split-window "$1"
		tmux -S "$folder/tmux" select-layout tiled >/dev/null
	else
		printf '%s\n' 'set -g status off' 'set -g mouse on' 'set -g remain-on-exit on' \
			>"$folder/tmux.conf"
		tmux -S "$folder/tmux" -f "$folder/tmux.conf" new-session -d -x 240 -y 72 "$1"
	fi
}

wall() {
	mkdir -p "$folder/consoles/pitwall"
	: >"$folder/consoles/pitwall/welcomed"
	n=1
	while [ "$n" -le "$count" ]; do
		pane "XDG_STATE_HOME='$folder/consoles' '$pitwall' --config none \
			redis://127.0.0.1:$port/simulated-$n"
		n=$((n + 1))
	done
	pane "while clear; do '$pitwall' --config none redis://127.0.0.1:$port; sleep 5; done"
}

# The first record of each race is there, or a minute is over.
wait_for_races() {
	try=0
	while [ $try -lt 600 ]; do
		[ "$(redis-cli -p "$port" zcard pitwall:sessions 2>/dev/null)" != "$count" ] ||
			return 0
		sleep 0.1
		try=$((try + 1))
	done
	cat "$folder"/*.served "$folder"/*.recorded >&2
	die "not all races were published"
}

start_redis
n=1
while [ "$n" -le "$count" ]; do
	circuit "$n"
	n=$((n + 1))
done
wait_for_races
wall
if [ -t 0 ] && [ -t 1 ]; then
	tmux -S "$folder/tmux" attach
else
	sleep "${CIRCUITS_SECONDS:-15}"
	for pane in $(tmux -S "$folder/tmux" list-panes -F '#{pane_id}'); do
		tmux -S "$folder/tmux" capture-pane -p -t "$pane"
	done
fi
