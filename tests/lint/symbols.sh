#!/bin/sh
# symbols.sh BUILD -- what is not static is used by another file of the program
#
# nm tells for each object of src what it defines for others and what it needs of them.
# A function that only tests call, or only its own file, is not for others.
cd "$(dirname "$0")/../.." || exit 1
build=$1
# What is for tests alone, and why:
#   wire_...           the other end of each protocol is the simulator's (tests/sim)
#   ..._parse          fuzzers and tests give them texts that are in no file
#   race_check, timeline_head_tables, term_stats, net_server_clients, net_source_port
#                      what a property is about cannot be seen from outside otherwise
#   record_drain, net_client_drop, live_net_tuning, console_open, console_close
#                      a test waits, cuts, hurries or drives what the program lets run
#   map_along, view_other, view_event_step
#                      what a screen decided, without reading its cells
#   session_seal       the end of the one road, which session_load() goes for all
#   random_next        seeds
#   season_..., points_...  the points of a season: tests score with them, no command does yet
allowed='main|wire_[a-z0-9_]+
|source_parse|forecast_parameters_parse|forecast_kind_parse
|race_check|timeline_head_tables|term_stats|net_server_clients|net_source_port
|record_drain|net_client_drop|live_net_tuning|console_open|console_close
|map_along|view_other|view_event_step|session_seal|random_next
|(season|points|format_points|parse_points)[a-z_]*'
allowed=$(printf '%s' "$allowed" | tr -d '\n')
echo "1..1"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
find "$build/src" -name '*.o' >"$work/objects"
xargs nm -g --defined-only <"$work/objects" 2>/dev/null |
	awk 'NF == 3 && $2 ~ /^[TDBRC]$/ { print $3 }' | sort -u >"$work/defined"
xargs nm -u <"$work/objects" 2>/dev/null |
	awk '$1 == "U" { print $2 }' | sort -u >"$work/used"
bad=$(comm -23 "$work/defined" "$work/used" |
	grep -vxE "$allowed|__(asan|ubsan|sanitizer|odr_asan|start|stop)_?.*|_.*")
if [ -s "$work/defined" ] && [ -z "$bad" ]; then
	echo "ok 1 - what is not static is used by another file"
	exit 0
fi
echo "not ok 1 - what is not static is used by another file"
for name in $bad; do
	echo "# $name: $(grep -rlw "$name" src --include='*.c' | head -n 1)"
done
exit 1
