#!/bin/sh
# run.sh BUILD: every figure the project states, each with what it is measured on.
# Ratios come from one run of both sides in turn; nothing here is a test.
set -eu
build=$1
bench=$build/tests/bench
pitwall=$build/src/cli/pitwall
data=${PITWALL_DATA:-}/alkamel

# What is written goes to a folder of its own, on the disk of the build.
scratch=$(mktemp -d "$(cd "$build" && pwd)/bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

awk=$(basename "$(readlink -f "$(command -v awk)")")
printf '\nresults of a 24-hour lap file, against %s that only sums two fields of it\n' "$awk"
for race in wec_2021_le_mans_24h wec_2024_le_mans_24h; do
	file=$data/$race.csv
	if [ ! -r "$file" ]; then
		printf '  %s is not here: skipped\n' "$race"
		continue
	fi
	"$bench/bench_process" 101 "pitwall results $race" "$pitwall results $file" \
		"$awk" "awk -F; '{n[\$1]++; s+=\$23} END{print NR, s}' $file"
done

printf '\njump to any instant, full state (CPU time)\n'
for race in wec_2021_le_mans_24h wec_2024_le_mans_24h imsa_2023_road-atlanta_laps; do
	file=$data/$race.csv
	if [ -r "$file" ]; then
		printf '  %s\n' "$race"
		"$bench/bench_seek" "$file" 5000
	fi
done

awk -v cars=250 -v hours=24 -f tests/bench/field.awk >"$scratch/field_250_24h.csv"
printf '  field_250_24h\n'
"$bench/bench_seek" "$scratch/field_250_24h.csv" 5000

if [ -x "$bench/bench_forecast" ]; then
	printf '\none forecast of the flag (CPU time)\n'
	for race in wec_2021_le_mans_24h wec_2024_le_mans_24h imsa_2024_sebring_laps; do
		file=$data/$race.csv
		if [ -r "$file" ]; then
			printf '  %s\n' "$race"
			"$bench/bench_forecast" "$file" 2000
		fi
	done
	# A season of the races that are here, whose last one runs.
	season_times() { # RULES YEAR RACE...
		printf '[season]\nname = %s\npoints = %s\nyear = %s\n' "$1" "$1" "$2" \
			>"$scratch/season.ini"
		printf '  a season by %s' "$1"
		shift 2
		printf ', %s\n' "$(eval "echo \"\${$#}\"")"
		count=0
		for race in "$@"; do
			file=$data/$race.csv
			if [ ! -r "$file" ]; then
				printf '  %s is not here: skipped\n' "$race"
				return
			fi
			count=$((count + 1))
			printf '[round %s]\nname = Round %s\nlength = 6h\nsource = %s\n' \
				"$count" "$count" "$file" >>"$scratch/season.ini"
		done
		"$bench/bench_forecast" "$file" 2000 "$scratch/season.ini" "$count"
	}
	season_times imsa-2021 2023 imsa_2023_long-beach_laps imsa_2023_watkins_laps \
		imsa_2023_lime-rock_laps imsa_2023_road-america_laps \
		imsa_2023_virginia_laps imsa_2023_indianapolis_laps \
		imsa_2023_road-atlanta_laps
	season_times wec-2022 2025 wec_2025_qatar_1812km wec_2025_imola_6h \
		wec_2025_spa_6h wec_2025_sao_paulo_6h wec_2025_cota_6h \
		wec_2024_le_mans_24h
fi

if [ -x "$bench/bench_start" ]; then
	printf '\nstart of the process to the first frame on a terminal of 160x48\n'
	"$bench/bench_start" "$pitwall"
	race=wec_2024_le_mans_24h
	if [ -r "$data/$race.csv" ]; then
		printf '  the same, of a recording of %s\n' "$race"
		"$pitwall" convert "$data/$race.csv" -o "$scratch/$race.pitwall"
		"$bench/bench_start" "$pitwall" "$scratch/$race.pitwall"
	fi
fi
if [ -x "$bench/bench_frame" ]; then
	printf '\nframes through the terminal layer at 220x60, the race of 2003\n'
	"$bench/bench_frame"
	if [ -r "$data/wec_2024_le_mans_24h.csv" ]; then
		printf '\nthe same, wec_2024_le_mans_24h\n'
		"$bench/bench_frame" "$data/wec_2024_le_mans_24h.csv"
	fi
fi
if [ -x "$bench/bench_keys" ]; then
	printf '\nfrom a key to its whole frame at 160x48, after a jump anywhere (CPU time)\n'
	for race in wec_2024_le_mans_24h imsa_2023_road-atlanta_laps; do
		if [ -r "$data/$race.csv" ]; then
			printf '  %s\n' "$race"
			"$bench/bench_keys" "$data/$race.csv"
		fi
	done
fi

printf '\nstreams of each protocol into events, beside a loop that counts the ends of messages\n'
"$bench/bench_decode"

through_redis=$(cd "$(dirname "$0")" && pwd)/through_redis.sh
bench=$(cd "$bench" && pwd)
pitwall=$(cd "$build" && pwd)/src/cli/pitwall
cd "$scratch"

printf '\nthe recording, synchronous=FULL, beside SQLite by itself\n'
"$bench/bench_record" 5

printf '\na step of the live edge\n'
"$bench/bench_live_fold"

printf '\na race that runs: the engine, a P3 source on loopback, recording\n'
"$bench/bench_durable" 1000 10

if [ -x "$bench/bench_console" ]; then
	printf '\na race that runs: the console as who looks at it has it\n'
	"$bench/bench_console" "$pitwall" 1000 15 2
	"$bench/bench_console" "$pitwall" 10 15 1
	"$bench/bench_console" "$pitwall" 10 15 2
	printf '  the same, after the 33,000 passings of six hours\n'
	"$bench/bench_console" "$pitwall" 10 15 1 33000
fi

if [ -x "$bench/bench_redis" ]; then
	printf '\na race through Redis: recorders, readers and followers on this machine\n'
	"$bench/bench_redis" 8 200
	printf '\na console that joins a race of 24 hours in Redis, 570,000 passings\n'
	"$bench/bench_redis_join" "$pitwall"
fi
if [ -x "$bench/bench_console" ] && [ -x "$bench/bench_redis" ] &&
	command -v redis-server >/dev/null 2>&1; then
	printf '\nthe console as who looks at it has it: through Redis, then recording by itself\n'
	PITWALL=$pitwall "$bench/bench_console" "$through_redis" 1000 10 2
	"$bench/bench_console" "$pitwall" 1000 10 2
fi

race=${data:-}/wec_2024_le_mans_24h.csv
if [ -x "$bench/bench_terminal" ] && [ -r "$race" ]; then
	printf '\nthe console on a race of 60 cars, beside htop and btop; shares of bytes, CPU and memory\n'
	"$bench/bench_terminal" "$pitwall" "$race" 20
fi
