#!/bin/sh
# stunnel.sh -- a beacon, a served feed and Redis reach others through TLS, as README.md says
#
# Two ends of stunnel on loopback: the far one has a certificate and the near one asks for
# it. The race is served at one end; a console at the other records it.
pitwall=$1
beacon=$2
stunnel=$(command -v stunnel4 || command -v stunnel)
[ -n "$stunnel" ] || { echo "1..0 # SKIP stunnel is not installed"; exit 0; }
command -v openssl >/dev/null || { echo "1..0 # SKIP openssl is not installed"; exit 0; }
. "$(dirname "$0")/../checks.sh"
HOME=$tmp
export HOME
deadline=30
pids=
cleanup() {
	for pid in $pids; do kill "$pid" 2>/dev/null; done
	wait
	rm -rf "$tmp"
}
why() { cat "$tmp"/*.log; }
must() { # NAME COMMAND...: nothing that follows can pass without it
	check "$@"
	[ "$failed" -eq 0 ] || finish
}
run() { # LOG COMMAND...
	log=$tmp/$1.log
	shift
	"$@" >"$log" 2>&1 &
	pids="$! $pids"
}
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=pitwall \
	-keyout "$tmp/key.pem" -out "$tmp/cert.pem" 2>/dev/null
cat "$tmp/key.pem" "$tmp/cert.pem" >"$tmp/server.pem"
chmod 600 "$tmp/server.pem" "$tmp/key.pem"
port() { sed -n "s/.*$2 on port \([0-9]*\).*/\1/p" "$tmp/$1.log" | head -1; }
# A port that nobody has: below those that the system gives to others meanwhile.
candidate=$((20000 + $$ * 37 % 10000))
free_port() {
	while :; do
		candidate=$((20000 + (candidate - 20000 + 1) % 10000))
		# Not the words of the one before: a shell that has not yet become pitwall
		# may lose a signal.
		rm -f "$tmp/free.log"
		"$pitwall" serve --jsonl $candidate 2>"$tmp/free.log" >/dev/null &
		free=$!
		becomes grep -q 'JSON\|cannot serve' "$tmp/free.log"
		kill $free 2>/dev/null
		wait $free 2>/dev/null
		! grep -q 'JSON Lines on port' "$tmp/free.log" || return 0
	done
}
tunnel() { # NAME TLS_PORT PLAIN_PORT NEAR_PORT
	cat >"$tmp/$1-far.conf" <<CONF
foreground = yes
pid =
cert = $tmp/server.pem
[$1]
accept = 127.0.0.1:$2
connect = 127.0.0.1:$3
CONF
	cat >"$tmp/$1-near.conf" <<CONF
foreground = yes
pid =
client = yes
[$1]
accept = 127.0.0.1:$4
connect = 127.0.0.1:$2
verifyPeer = yes
CAfile = $tmp/cert.pem
CONF
	run "$1-far" "$stunnel" "$tmp/$1-far.conf"
	run "$1-near" "$stunnel" "$tmp/$1-near.conf"
	becomes grep -q 'Configuration successful' "$tmp/$1-far.log" &&
		becomes grep -q 'Configuration successful' "$tmp/$1-near.log"
}

# ---- a served race, recorded at the other end
run serve "$pitwall" serve --at 1:00:00 --speed 100 --rmonitor 0
becomes grep -q 'RMonitor on port' "$tmp/serve.log"
free_port
tls=$candidate
free_port
near=$candidate
must "a tunnel to a served race" tunnel served "$tls" "$(port serve RMonitor)" "$near"
run record "$pitwall" record "rmonitor://127.0.0.1:$near" -o "$tmp/served.pitwall"
has_cars() { [ "$("$pitwall" results "$tmp/$1.pitwall" --format csv | wc -l)" -gt 10 ]; }
must "the race is recorded through it" becomes has_cars served

# ---- a beacon, at the other end of a tunnel to a console that listens
run console "$pitwall" record "beacon+tcp://127.0.0.1:0?listen=yes" -o "$tmp/beacon.pitwall"
becomes grep -q 'listening on port' "$tmp/console.log"
listen=$(port console listening)
free_port
tls=$candidate
free_port
near=$candidate
must "a tunnel to a console that listens" tunnel beacon "$tls" "$listen" "$near"
# The example ends when all its passings are acknowledged: they are in the recording.
acknowledged() {
	printf '1001\n1002\n' | timeout 30 "$beacon" 127.0.0.1 "$near" box SF
}
must "its passings are acknowledged through it" acknowledged

# ---- the same race, published to a Redis and copied at the other end of a tunnel
if ! command -v redis-server >/dev/null; then
	skip "a race is published and copied through a tunnel" "redis-server is not installed"
	finish
fi
if ! "$pitwall" redis://127.0.0.1:1 2>&1 | grep -qi 'connection refused'; then
	skip "a race is published and copied through a tunnel" "built without hiredis"
	finish
fi
free_port
redis=$candidate
run redis redis-server --bind 127.0.0.1 --port "$redis" --save '' --dir "$tmp"
becomes grep -q 'Ready to accept connections' "$tmp/redis.log"
run publish "$pitwall" record "rmonitor://127.0.0.1:$(port serve RMonitor)" \
	-o "$tmp/race.pitwall" --publish "redis://127.0.0.1:$redis/circuit"
free_port
tls=$candidate
free_port
near=$candidate
must "a tunnel to Redis" tunnel far-redis "$tls" "$redis" "$near"
becomes grep -q 'published to' "$tmp/publish.log"
run copy "$pitwall" record "redis://127.0.0.1:$near/circuit" -o "$tmp/copied.pitwall"
must "a race is copied through it" becomes has_cars copied
finish
