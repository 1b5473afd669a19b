#!/bin/sh
# shorter.sh -- a file that another program makes shorter while it is read: a sentence
pitwall=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
echo "1..2"
yes '$F,9999,"00:59:00","12:00:00","00:01:00","Green "' | head -n 40000 2>/dev/null >"$tmp/first.txt"
mkfifo "$tmp/second"
"$pitwall" results "$tmp/first.txt?feed=rmonitor" \
	"$tmp/second?feed=rmonitor" >"$tmp/out" 2>&1 &
pid=$!
# Opened for writing when it is opened for reading: the first file is mapped by then.
exec 3>"$tmp/second"
: >"$tmp/first.txt"
echo '$F,9999,"00:59:00","12:00:00","00:01:00","Green "' >&3
exec 3>&-
wait $pid
status=$?
words=$(cat "$tmp/out")
[ $status -eq 1 ] && echo "ok 1 - pitwall ends by itself" ||
	echo "not ok 1 - pitwall ends by itself # $status"
case $words in
"pitwall: a file became shorter while it was read; "*) echo "ok 2 - with a sentence" ;;
*) echo "not ok 2 - with a sentence # $words" ;;
esac
