#!/bin/sh
# run.sh BUILD: every figure the project states, each with what it is measured on.
# Ratios come from one run of both sides in turn; nothing here is a test.
set -eu
build=$1
bench=$build/tests/bench
pitwall=$build/src/app/pitwall
data=${PITWALL_DATA:-}/alkamel

printf '\nresults of a 24-hour lap file, against awk that only sums two fields of it\n'
for race in wec_2021_le_mans_24h wec_2024_le_mans_24h; do
	file=$data/$race.csv
	if [ ! -r "$file" ]; then
		printf '  %s is not here: skipped\n' "$race"
		continue
	fi
	"$bench/bench_process" 101 "pitwall results $race" "$pitwall results $file" \
		"awk" "awk -F; '{n[\$1]++; s+=\$23} END{print NR, s}' $file"
done

printf '\njump to any instant, full state (CPU time)\n'
for race in wec_2021_le_mans_24h wec_2024_le_mans_24h imsa_2023_road-atlanta_laps; do
	file=$data/$race.csv
	if [ -r "$file" ]; then
		printf '  %s\n' "$race"
		"$bench/bench_seek" "$file" 5000
	fi
done

if [ -x "$bench/bench_start" ]; then
	printf '\nstart of the process to the first frame on a terminal of 160x48\n'
	"$bench/bench_start" "$pitwall"
fi
if [ -x "$bench/bench_frame" ]; then
	printf '\nframes through the terminal layer at 220x60, the race of 2003\n'
	"$bench/bench_frame"
	if [ -r "$data/wec_2024_le_mans_24h.csv" ]; then
		printf '\nthe same, wec_2024_le_mans_24h\n'
		"$bench/bench_frame" "$data/wec_2024_le_mans_24h.csv"
	fi
fi
