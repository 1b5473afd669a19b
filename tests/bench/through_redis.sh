#!/bin/sh
# through_redis.sh SOURCE -o FILE [OPTIONS]: for bench_console, in the place of pitwall
# ($PITWALL): a recorder that publishes to a redis-server of its own, and a console that
# reads from there, as this process. Both others end with it.
set -eu
redis_port=
source=$1
shift 3
folder=$PWD/through-redis.$$
mkdir "$folder"

# ended PID: wait for its end, 10 seconds at most.
ended() {
	tries=0
	while kill -0 "$1" 2>/dev/null && [ $tries -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}

# A port below those that the system gives to clients; where it is taken, the next one.
try=0
while [ $try -lt 50 ]; do
	redis_port=$((20000 + ($$ + try * 37) % 10000))
	redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$folder" --save '' \
		--appendonly yes --logfile "$folder/log" >/dev/null 2>&1 &
	redis=$!
	wait=0
	while kill -0 $redis 2>/dev/null && [ $wait -lt 50 ]; do
		sleep 0.02
		wait=$((wait + 1))
		[ "$(redis-cli -p "$redis_port" config get dir 2>/dev/null |
			tail -n 1)" != "$folder" ] || break 2
	done
	kill $redis 2>/dev/null || :
	redis_port=
	try=$((try + 1))
done
[ -n "$redis_port" ] || exit 1
XDG_STATE_HOME=$folder "$PITWALL" record "$source" -o "$folder/race.pitwall" "$@" \
	--publish "redis://127.0.0.1:$redis_port/bench" </dev/null >"$folder/record" 2>&1 &
record=$!
(
	while kill -0 $$ 2>/dev/null; do sleep 0.1; done
	kill "$record" 2>/dev/null || :
	ended "$record"
	kill "$redis" 2>/dev/null || :
	ended "$redis"
	rm -rf "$folder"
) </dev/null >/dev/null 2>&1 &
wait=0
while [ "$(redis-cli -p "$redis_port" zcard pitwall:sessions)" != 1 ] && [ $wait -lt 250 ]; do
	sleep 0.02
	wait=$((wait + 1))
done
export XDG_STATE_HOME="$folder/console"
exec "$PITWALL" "redis://127.0.0.1:$redis_port/bench"
