#!/bin/sh
# run.sh BUILD SECONDS [TARGET...]: each libFuzzer target over its corpus for so
# long, two at a time; new inputs stay in the build folder, findings fail.
set -eu
build=$1
seconds=$2
shift 2
here=$(dirname "$0")
names=${*:-$(sed -n 's/^\([a-z0-9_]*\):.*/\1/p' "$here/targets.txt")}
one() {
	name=$1
	new=$build/found/$name
	mkdir -p "$new"
	if "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=2048 -max_len=65536 -artifact_prefix="$new/finding-" \
		-print_final_stats=1 "$new" "$here/corpus/$name" \
		>"$build/found/$name.log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/found/$name.log")
		printf '%-12s %s s, %s inputs, no finding\n' "$name" "$seconds" "$runs"
	else
		printf '%-12s FINDING, see %s\n' "$name" "$build/found/$name.log"
		touch "$build/found/failed"
	fi
}
mkdir -p "$build/found"
rm -f "$build/found/failed"
running=0
for name in $names; do
	one "$name" &
	running=$((running + 1))
	if [ $((running % 2)) = 0 ]; then
		wait
	fi
done
wait
[ ! -e "$build/found/failed" ]
