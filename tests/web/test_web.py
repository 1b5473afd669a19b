"""pitwall-web against replicas of the services on loopback, TLS and all: TAP.

    test_web.py PITWALL PITWALL-WEB services|standings|hostile [SANITIZER]
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
import standings  # noqa: E402

pitwall, web = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
if sys.argv[4:] not in ([], ["none"]):
    os.environ["PITWALL_SANITIZED"] = "yes"
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
    table = subprocess.run([pitwall, "live", "--format", "csv"], capture_output=True, text=True,
                           check=False, env=environment(service.server.base, pair[1])).stdout
    check("pitwall live lists it with a number", table.splitlines()[:2] == [
        "number,series,event,session,circuit,url",
        "1,Series Ten,Six Hours of Loopback,Race,Loopback,griiip://18130"], table)
    other = subprocess.run([pitwall, "live", "7"], capture_output=True, text=True, check=False,
                           env=environment(service.server.base, pair[1]))
    check("a number that is not in the list is wrong usage", other.returncode == 2 and
          "1 sessions are on" in other.stderr, other)
    service.server.close()


def links():
    """(pitwall pays nothing for the web.)"""
    needs = subprocess.run(["ldd", pitwall], capture_output=True, text=True, check=False).stdout
    check("pitwall links neither TLS nor HTTP",
          needs and not any(word in needs for word in ("curl", "ssl", "crypto", "gnutls", "websock")),
          needs)


def snapshots(pair):
    """Services that send standings: laps and their times are the truth, whatever was cut off."""
    for name, kind, drops, url in (
            ("swisstiming", standings.Swiss, 0, "swisstiming://SRO"),
            ("swisstiming, 20 answers cut off", standings.Swiss, 20, "swisstiming://"),
            ("imsa, 20 answers cut off", standings.Imsa, 20, "imsa://"),
            ("nls, 20 times cut off", standings.Nls, 20, "nls://24h")):
        # Where crossings are inferred, the laps take the time that they are said to take.
        inferred = not name.startswith("swisstiming")
        race = replica.Race(laps=6, now=True) if inferred else replica.Race(laps=12)
        service = kind(race, pair, drops)
        env = environment(service.server.base, pair[1])
        fine, laps, said = record(url, env, service.done, "standings-%d" % count)
        check(f"{name}: the race is told to its end", fine, said)
        truth = race.truth()
        if inferred:
            for of in truth.values():  # the first standing of a car is no news
                of.pop(1, None)
            for of in laps.values():
                of.pop(1, None)
        wrong = differences(laps, truth)
        check(f"{name}: all laps are the truth", not wrong and laps, wrong or said)
        service.server.close()
    out = subprocess.run([web, "--list"], capture_output=True, text=True, check=False,
                         env=environment(standings.Imsa(race, pair).server.base, pair[1])).stdout
    check("what IMSA shows is listed", "imsa://\tIMSA\tPetit Loopback\tRace\tLoopback\n" in out, out)


def race_monitor(pair):
    race = replica.Race(laps=12)
    service = standings.RaceMonitor(race, pair)
    env = environment(service.server.base, pair[1])
    fine, laps, said = record("racemonitor://37872", env, service.done, "monitor")
    check("racemonitor: the race is told to its end", fine, said)
    wrong = differences(laps, race.truth())
    check("racemonitor: all laps are the truth", not wrong and laps, wrong or said)
    service.server.close()


def captured(pair):
    """The answers of Griiip that were captured during Le Mans, by polling, against a file of them."""
    data = os.environ.get("PITWALL_DATA")
    where = data and os.path.join(data, "formats", "griiip-wec-2026-le-mans")
    if not where or not os.path.isdir(where):
        print("# the captured answers of Griiip are not here")
        return
    asked = set()

    def answer(handler):
        part = handler.path.split("/")
        name = {"sectors": "sectors_current_lap"}.get(part[2], part[2]) if len(part) > 2 else ""
        path = os.path.join(where, f"live_{name}.json")
        if part[1] == "live" and os.path.exists(path):
            asked.add(name)
            with open(path) as file:
                handler.say(file.read())
        else:
            handler.say("", 404)

    server = replica.Server(answer, pair)
    env = environment(server.base, pair[1])
    fine, laps, said = record("griiip://18130", env, lambda: len(asked) >= 9, "captured")
    check("the captured answers are asked for", fine, f"{asked}\n{said}")
    with open(os.path.join(where, "live_laps.json")) as file:
        import json
        rows = json.load(file)
    wrong = [f"car {r['carNumber']} lap {r['lapNumber']}: {r['lapTimeMillis']}" for r in rows
             if laps.get(r["carNumber"], {}).get(r["lapNumber"]) != r["lapTimeMillis"]]
    # The first lap that is there has no line before it.
    check("their laps are read", len(wrong) <= len(laps) and len(laps) == 62, wrong[:15] or said)
    server.close()


try:
    pair = replica.certificates(folder)
    if sys.argv[3] == "services":
        griiip(pair)
        race_monitor(pair)
        captured(pair)
        links()
    elif sys.argv[3] == "standings":
        snapshots(pair)
    else:
        hostile.run(check, environment, web, pair, folder)
finally:
    shutil.rmtree(folder, ignore_errors=True)
print(f"1..{count}")
sys.exit(1 if failed else 0)
