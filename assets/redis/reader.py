#!/usr/bin/env python3
"""Prints the rows of a race in Redis, pitwall-redis(7): python3 reader.py HOST[:PORT] NAME SESSION
User and password are read from PITWALL_REDIS_USER and PITWALL_REDIS_PASSWORD."""
import os, socket, sys

def reply():
    line = replies.readline()
    kind, rest = line[:1], line[1:-2]
    if kind == b"$":
        return replies.read(int(rest) + 2)[:-2]
    if kind == b"*":
        return [reply() for _ in range(int(rest))]
    if kind == b"-" or not line:
        sys.exit("Redis: " + (rest.decode() or "the connection was lost"))
    return rest

def command(*words):
    parts = [b"$%d\r\n%s\r\n" % (len(word), word) for word in map(str.encode, words)]
    link.sendall(b"*%d\r\n" % len(parts) + b"".join(parts))
    return reply()

host, _, port = sys.argv[1].partition(":")
stream = "pitwall:%s:%s" % (sys.argv[2], sys.argv[3])
link = socket.create_connection((host, int(port or 6379)))
replies = link.makefile("rb")
if password := os.environ.get("PITWALL_REDIS_PASSWORD"):
    command("AUTH", os.environ.get("PITWALL_REDIS_USER", "default"), password)
last, row = "0-0", 0
while True:  # up to 5000 entries behind the last one; when there is none, wait for it
    found = command("XREAD", "COUNT", "5000", "BLOCK", "10000", "STREAMS", stream, last)
    for entry, (field, value) in found[0][1] if found else []:
        last, before, row = entry.decode(), row, int(entry.split(b"-")[0])
        if row > before + 1:
            print("rows %d to %d are missing" % (before + 1, row - 1))
        if field == b"r":
            head, _, data = value.partition(b"\n")
            kind, source, received, steady, name = head.decode().split(" ")
            print(row, kind, source, int(received) / 1e6, name or "-", data, flush=True)
        else:
            print(row, field.decode(), value.decode(), flush=True)
