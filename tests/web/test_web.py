"""pitwall-web against replicas of the services on loopback, TLS and all: TAP.

    test_web.py PITWALL PITWALL-WEB
"""
import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
if not shutil.which("openssl"):
    print("1..0 # SKIP no openssl")
    sys.exit(0)
import hostile  # noqa: E402
import replica  # noqa: E402

pitwall, web = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp()
count = failed = 0


def check(what, fine, detail=""):
    global count, failed
    count += 1
    failed += not fine
    print(f"{'ok' if fine else 'not ok'} {count} - {what}", flush=True)
    if not fine:
        for line in str(detail).splitlines()[-15:]:
            print("#  |", line[:200], flush=True)


def environment(base, ca, **more):
    env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    env.update(PITWALL_WEB=web, PITWALL_WEB_HURRY="yes", PITWALL_WEB_CA=ca, PITWALL_CONFIG="none")
    if base:
        env["PITWALL_WEB_BASE"] = base
    env.update(more)
    return env


def until(done, seconds=60):
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.05)
    return done()


def laps_of(recording):
    """Lap times in milliseconds by car."""
    text = subprocess.run([pitwall, "laps", recording, "--format", "csv"], capture_output=True,
                          text=True, check=False)
    by_car = {}
    for row in csv.DictReader(io.StringIO(text.stdout)):
        minutes, _, seconds = row["lap_time"].rpartition(":")
        if seconds:
            ms = round(float(seconds) * 1000) + 60_000 * int(minutes or 0)
            by_car.setdefault(row["number"], {})[int(row["lap"])] = ms
    return by_car, text.stderr


def record(url, env, done, name):
    """Record @url until @done; the lap times, and what was said."""
    path = f"{folder}/{name}.pitwall"
    with open(path + ".log", "w") as log:
        process = subprocess.Popen([pitwall, "record", url, "-o", path], env=env, stdout=log,
                                   stderr=log)
        fine = until(done)
        time.sleep(0.5)
        # What was told last is written before the process ends.
        until(lambda: laps_of(path)[0] and False, 1)
        process.send_signal(signal.SIGINT)
        process.wait(30)
    laps, complaint = laps_of(path)
    return fine, laps, open(path + ".log").read() + complaint


def differences(laps, truth):
    wrong = [f"car {car} lap {lap}: {ms} ms, read {laps.get(car, {}).get(lap)}"
             for car, of in truth.items() for lap, ms in of.items()
             if laps.get(car, {}).get(lap) != ms]
    extra = [f"car {car} lap {lap} was not driven" for car, of in laps.items() for lap in of
             if lap not in truth.get(car, {})]
    return wrong + extra


def griiip(pair):
    race = replica.Race()
    for name, more, url in (
            ("by the hub", {}, "griiip://10"),
            ("cut off 20 times", {"cuts": 20, "step": 3}, "griiip://wec"),
            ("by polling alone", {"hub": False}, "griiip://18130")):
        service = replica.Griiip(race, pair, **more)
        env = environment(service.server.base, pair[1])
        fine, laps, said = record(url, env, service.done, f"griiip-{len(name)}")
        check(f"griiip {name}: the race is told to its end", fine, said)
        wrong = differences(laps, race.truth())
        check(f"griiip {name}: all laps are the truth", not wrong and laps, wrong or said)
        agent = {r[2].get("User-Agent", "") for r in service.server.requests}
        check(f"griiip {name}: says honestly who asks", all(a.startswith("pitwall/") for a in agent),
              agent)
        service.server.close()
    service = replica.Griiip(race, pair)
    out = subprocess.run([web, "--list"], capture_output=True, text=True, check=False,
                         env=environment(service.server.base, pair[1])).stdout
    check("what is on is listed", "griiip://18130\tSeries Ten\tSix Hours of Loopback\tRace\tLoopback\n"
          in out, out)
    service.server.close()


try:
    pair = replica.certificates(folder)
    griiip(pair)
    hostile.run(check, environment, web, pair, folder)
finally:
    shutil.rmtree(folder, ignore_errors=True)
print(f"1..{count}")
sys.exit(1 if failed else 0)
