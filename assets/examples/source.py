#!/usr/bin/env python3
"""A source for pitwall, pitwall-source(5): follows a log of "SECONDS NUMBER [LINE]".

    pitwall "exec:python3 source.py crossings.log"
"""
import json, sys, time

def write(**event):
    print(json.dumps(event), flush=True)  # at once, not when a buffer is full

log, rest, beat = open(sys.argv[1]), "", 0
while True:
    rest += log.read()
    *lines, rest = rest.split("\n")  # the last line may not be complete
    for line in lines:
        try:
            at, number, *where = line.split()
            write(kind="passing", at=float(at), number=number, line=(where + ["SF"])[0])
        except ValueError:
            print("not used:", line, file=sys.stderr, flush=True)
    if time.monotonic() > beat:  # so that pitwall knows that we live
        write(kind="heartbeat")
        beat = time.monotonic() + 10
    time.sleep(0.1)
