"""pitwall-web against replicas of the services on loopback, TLS and all: TAP.

    test_web.py PITWALL PITWALL-WEB services|standings|console[-NAME]|hostile [SANITIZER]
"""
import csv
import io
import json
import os
import re
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
import shown  # noqa: E402
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


def record(url, env, done, name, command=("record",)):
    """Record @url by @command until @done; the lap times, and what was said."""
    path = f"{folder}/{name}.pitwall"
    with open(path + ".log", "w") as log:
        process = subprocess.Popen([pitwall, *command, url, "-o", path], env=env, stdout=log,
                                   stderr=log, stdin=subprocess.DEVNULL)
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
    none = subprocess.run([pitwall, "live", "0"], capture_output=True, text=True, check=False,
                          env=env)
    check("pitwall live 0 asks no service", none.returncode == 2 and
          none.stderr == "pitwall: live takes the number of a session: pitwall live 1\n", none.stderr)
    other = subprocess.run([pitwall, "live", "7"], capture_output=True, text=True, check=False,
                           env=environment(service.server.base, pair[1]))
    check("a number that is not in the list is wrong usage", other.returncode == 2 and
          "sessions that are on: 1" in other.stderr, other)
    check("what does not say what is on is named", "nls://, racemonitor://" in other.stderr, other)
    service.server.close()
    service = replica.Griiip(race, pair)
    fine, laps, said = record("1", environment(service.server.base, pair[1]), service.done,
                              "live-1", ("live",))
    wrong = differences(laps, race.truth())
    check("pitwall live 1 opens the first session of the list", fine and laps and not wrong,
          wrong or said)
    service.server.close()


def links():
    """(pitwall pays nothing for the web.)"""
    usage = [subprocess.run([web, word], capture_output=True, text=True, check=False)
             for word in ("--help", "--halp")]
    check("--help is usage, and wrong usage fails",
          [(bool(one.stdout), bool(one.stderr), one.returncode) for one in usage]
          == [(True, False, 0), (False, True, 2)], usage)
    needs = subprocess.run(["ldd", pitwall], capture_output=True, text=True, check=False).stdout
    check("pitwall links neither TLS nor HTTP",
          needs and not any(word in needs for word in ("curl", "ssl", "crypto", "gnutls", "websock")),
          needs)


def lists():
    """A pitwall-web that was taken over writes a list of its own."""
    path, proof = f"{folder}/list.sh", f"{folder}/proof"
    with open(path, "w") as script:
        script.write(f"#!/bin/sh\nprintf 'exec:touch {proof}\\tS\\n/etc/passwd\\tS\\nfile:/etc/passwd"
                     "\\tS\\n-\\tS\\ngriiip://1\\tA\\033[2J\\tB\\n'\n")
    os.chmod(path, 0o755)
    env = environment(None, "", PITWALL_WEB=path)
    out = subprocess.run([pitwall, "live", "--format", "csv"], capture_output=True, text=True,
                         check=False, env=env).stdout
    check("only addresses of the web are listed, without escapes",
          out.splitlines()[1:] == ["1,A[2J,B,,,griiip://1"], out)
    subprocess.run([pitwall, "live", "2"], capture_output=True, check=False, env=env)
    check("no command of a list is run", not os.path.exists(proof))


def not_begun(pair):
    """A session without laps and stops, and one that sends no more than the names of things."""
    asked = []

    def answer(handler):
        asked.append(handler.path)
        if "session-info" in handler.path:
            handler.say(json.dumps({"ts": "2026-06-13T14:00:00Z", "eventName": "Six Hours"}))
        elif "/live/" in handler.path:
            handler.say("[]")
        else:
            handler.say("no", 403)

    server = replica.Server(answer, pair)
    out = subprocess.Popen([web, "griiip://18130"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           text=True, env=environment(server.base, pair[1]))
    until(lambda: len([path for path in asked if "/laps/" in path]) > 2, 20)
    out.terminate()
    lines, said = out.communicate(timeout=20)
    check("a session that has not begun: what is there is written", 'session-info {"ts"' in lines, lines)
    check("a session that has not begun: no complaint but that there is no hub",
          [line for line in said.splitlines() if not line.startswith("no sandbox")] ==
          [f"127.0.0.1:{server.port}: HTTP 403: polling"], said)
    server.close()


def slow_list(pair):
    """Each session of 64 takes its time."""
    def answer(handler):
        if "schedule" in handler.path:
            handler.say(json.dumps([{"sid": n, "isStarted": True} for n in range(1, 65)]))
        else:
            time.sleep(30)
            handler.say("{}")

    server = replica.Server(answer, pair)
    out = subprocess.run([web, "--list"], capture_output=True, text=True, check=False, timeout=60,
                         env=environment(server.base, pair[1]))
    check("a list of sessions that take too long ends, and says so",
          "griiip: sessions that are not listed: 64: " in out.stderr, out)
    server.close()


def hub_in_the_clear(pair):
    """The hub's address has no TLS although the service has: no token is sent there."""
    race = replica.Race(laps=6)
    plain = replica.Server(lambda handler: handler.say(""))
    service = replica.Griiip(race, pair, hub=False)
    service.hub_base = plain.base
    fine, laps, said = record("griiip://18130", environment(service.server.base, pair[1]),
                              service.done, "clear")
    check("griiip with a hub in the clear: it is polled instead",
          fine and not differences(laps, race.truth()) and not plain.requests, said)
    plain.close()
    service.server.close()


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


    for state, lines in ((1, ["swisstiming://SRO\tEndurance Cup\tLoopback Weekend\tRace\tLoopback"]),
                         (2, [])):
        service = standings.Swiss(race, pair)
        service.unit_state = state
        out = subprocess.run([web, "--list"], capture_output=True, text=True, check=False,
                             env=environment(service.server.base, pair[1]))
        check(f"Swiss Timing lists its session in state {state} if it is on",
              out.stdout.splitlines() == lines, out)
        service.server.close()


def together(pair):
    """A service and the RMonitor of the same race at once: each lap counts once."""
    race = replica.Race(laps=6, now=True)
    service, second = replica.Griiip(race, pair), standings.RMonitor(race)
    path = f"{folder}/together.pitwall"
    env = environment(service.server.base, pair[1])
    fine, laps, said = record("griiip://10", env, lambda: service.done() and second.done(),
                              "together", ("record", second.url))
    check("two sources at once: both say the race to its end", fine, said)
    wrong = differences(laps, race.truth())
    check("two sources at once: all laps are the truth, once", not wrong and laps, wrong or said)
    checked = subprocess.run([pitwall, "check", path], capture_output=True, text=True, check=False)
    check("two sources at once: the recording has the bytes of both",
          "of 2 sources can be read" in checked.stdout + checked.stderr, checked)
    with open(path, "rb") as file:
        kept = file.read()
    check("two sources at once: as they were sent",
          b'"lapTimeMillis"' in kept and b'$J,"007"' in kept, said)
    service.server.close()


def others(pair):
    """RMonitor in a WebSocket, and addresses of no service that is known: events."""
    for name, kind, cuts, url in (
            ("racemonitor", standings.RaceMonitor, 0, "racemonitor://37872"),
            ("racemonitor, 20 times cut off", standings.RaceMonitor, 20, "racemonitor://37872"),
            ("https, 20 answers cut off", standings.Document, 20, "{}/race.jsonl"),
            ("wss, 20 times cut off", standings.Stream, 20, "ws{}/race")):
        race = replica.Race(laps=12)
        service = kind(race, pair, cuts)
        base = service.server.base
        url = url.format(base[4:] if url.startswith("ws") else base)
        fine, laps, said = record(url, environment(base, pair[1]), service.done, "other-%d" % count)
        check(f"{name}: the race is told to its end", fine, said)
        wrong = differences(laps, race.truth())
        check(f"{name}: all laps are the truth", not wrong and laps, wrong or said)
        service.server.close()


def cars_and_laps(recording, *at):
    """Laps by car, as `results` has them."""
    text = subprocess.run([pitwall, "results", recording, "--format", "csv", *at],
                          capture_output=True, text=True, check=False).stdout
    return {row["number"]: int(row["laps"]) for row in csv.DictReader(io.StringIO(text))}


def console(name, kind, pair, url, now):
    """A race in the console: shown, rewound, cut off 20 times, and the truth in the end."""
    race = replica.Race(laps=6, now=True) if now else replica.Race(laps=12)
    service = kind(race, pair, 20)
    base, path = service.server.base, f"{folder}/console-{count}.pitwall"
    url = url.format(base[4:] if url.startswith("ws") else base)
    env = environment(base, pair[1], PITWALL_FRESH="yes", PITWALL_NO_WELCOME="yes")
    laps = max(lap for _, _, lap, _ in race.laps)
    at = shown.Terminal(folder, env, [pitwall, url, "-o", path])
    check(f"{name}: the console shows the race to its end, cut off 20 times",
          until(service.done) and at.shows(rf"lap {laps} .*LIVE  ", line=0), at.screen())
    missing = [car for car in race.cars if not at.shows(rf"(?m)\b{car} .* ({laps}|{laps - 1}) ")]
    check(f"{name}: and every car of it", not missing, f"{missing}\n{at.screen()}")
    at.keys("Left", "Left")
    check(f"{name}: rewound, it is that many laps before",
          at.shows(rf"lap ({laps - 3}|{laps - 2}|{laps - 1}) .*LIVE [-−]", line=0), at.screen())
    at.keys("G")
    check(f"{name}: and back", at.shows(rf"lap {laps} .*LIVE  ", line=0), at.screen())
    at.keys("9")
    words = r"closed|cut|end of|reset|timed out|transfer|outstanding|bytes"
    check(f"{name}: the feeds say what happened", at.shows(re.escape(url[:30])) and at.shows(words),
          at.screen())
    at.keys("q")
    at.shows("quit")
    at.keys("y")
    check(f"{name}: the console ends", until(lambda: not at.runs(), 20), at.screen())
    at.end()
    read, said = laps_of(path)
    truth = race.truth()
    for of in (*truth.values(), *read.values()) if now else ():
        of.pop(1, None)  # the first standing of a car is no news
    wrong = differences(read, truth)
    check(f"{name}: its recording has all laps as they were", not wrong and read, wrong or said)
    recorded(name, path, race, now)
    service.server.close()


def recorded(name, path, race, now):
    """The recording opened again: its result, the middle of the race, the report."""
    laps = {car: max(of) for car, of in race.truth().items()}
    check(f"{name}: the result has the laps of each car", cars_and_laps(path) == laps,
          cars_and_laps(path))
    middle = race.laps[len(race.laps) // 2][0] + 1_000_000
    # Of Race Monitor the race time is known, and when its records were received.
    when = (time.strftime("@%H:%M:%S", time.gmtime(middle // 1_000_000)) if now else
            standings.span((middle - race.START) // 1000, True)[:-4])
    driven = {car: sum(r[1] == car and r[0] // 1_000_000 <= middle // 1_000_000 for r in race.laps)
              for car in race.cars}
    then = cars_and_laps(path, "--at", when)
    # Crossings between two polls are within a poll, and the clock of the view is cut to seconds.
    off = [car for car in driven if abs(then.get(car, 0) - driven[car]) > (1 if now else 0)]
    check(f"{name}: and in the middle of the race those of then", not off and then,
          f"{when}: {then}\n{driven}")
    page = subprocess.run([pitwall, "render", path, "--at", when, "--size", "120x36"],
                          capture_output=True, text=True, check=False).stdout
    check(f"{name}: the picture of then has every car",
          all(re.search(rf"\b{car}\b", page) for car in race.cars), page)
    done = subprocess.run([pitwall, "report", path, "-o", path + ".html"], capture_output=True,
                          text=True, check=False)
    with open(path + ".html") as file:
        page = file.read()
    check(f"{name}: the report names every car", done.returncode == 0 and
          all(re.search(rf">{car}<", page) for car in race.cars), done.stderr)


def consoles(pair, wanted):
    if not shutil.which("tmux"):
        print("# skipped: tmux is not installed")
        return
    for name, kind, url, now in (
            ("griiip", lambda race, pair, cuts: replica.Griiip(race, pair, cuts, step=3),
             "griiip://10", False),
            ("swisstiming", standings.Swiss, "swisstiming://SRO", False),
            ("imsa", standings.Imsa, "imsa://", True),
            ("nls", standings.Nls, "nls://24h", True),
            ("racemonitor", standings.RaceMonitor, "racemonitor://37872", False),
            ("https", standings.Document, "{}/race.jsonl", False),
            ("wss", standings.Stream, "ws{}/race", False)):
        if wanted in ("", name):
            console(name, kind, pair, url, now)


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
        rows = json.load(file)
    wrong = [f"car {r['carNumber']} lap {r['lapNumber']}: {r['lapTimeMillis']}" for r in rows
             if laps.get(r["carNumber"], {}).get(r["lapNumber"]) != r["lapTimeMillis"]]
    # The first lap that is there has no line before it.
    check("their laps are read", len(wrong) <= len(laps) and len(laps) == 62, wrong[:15] or said)
    server.close()


def captured_swiss(pair):
    """The answers of Swiss Timing that were captured during the 24 h of Spa, by polling."""
    data = os.environ.get("PITWALL_DATA")
    where = data and os.path.join(data, "formats", "swisstiming-spa24-2026")
    if not where or not os.path.isdir(where):
        print("# skipped: the captured answers of Swiss Timing are not here (PITWALL_DATA)")
        return
    documents = {}
    for name in ("seasons", "season", "schedule", "timing", "comp_detail", "comp_detail_msgs"):
        with open(os.path.join(where, f"swiss_{name}.json")) as file:
            documents[name] = file.read()
    full = {name: json.loads(text)["content"]["full"] for name, text in documents.items()}
    meeting = full["season"]["PresentationMeetingId"].upper()
    unit = full["schedule"]["PresentationRoundId"].upper()
    names = {"SRO_SEASONS_JSON.json": ["seasons"], "SRO_2026_SEASON_JSON.json": ["season"],
             f"SRO_2026_SCHEDULE_{meeting}_JSON.json": ["schedule"],
             f"SRO_2026_TIMING_{unit}_JSON.json": ["timing"],
             f"SRO_2026_COMP_DETAIL_{unit}_JSON.json": ["comp_detail", "comp_detail_msgs"]}
    asked = []

    def answer(handler):
        key = handler.path.rsplit("/", 1)[1]
        asked.append(key)
        found = names.get(key)
        handler.say(documents[found[min(asked.count(key), len(found)) - 1]] if found else "",
                    200 if found else 404)

    server = replica.Server(answer, pair)
    env = environment(server.base, pair[1])
    listed = subprocess.run([web, "--list"], capture_output=True, text=True, check=False, env=env)
    check("the captured session is listed", listed.stdout.splitlines() == [
        "swisstiming://SRO\tGTWorldChEU pwrd by AWS Endurance Cup\t"
        "Crowdstrike 24 Hours of Spa Round 4\tRace\tSpa GT3"], listed)
    timing = list(names)[3]
    fine, _, said = record("swisstiming://", env, lambda: asked.count(timing) >= 4, "spa")
    check("the captured answers of Swiss Timing are polled", fine and set(names) <= set(asked),
          f"{set(asked)}\n{said}")
    rows = {}
    for what in ("laps", "results"):
        text = subprocess.run([pitwall, what, f"{folder}/spa.pitwall", "--format", "csv"],
                              capture_output=True, text=True, check=False).stdout
        rows[what] = list(csv.DictReader(io.StringIO(text)))
    wrong, bibs = swiss_differences(full, rows)
    check(f"laps and best laps of {bibs} cars are those captured", bibs > 50 and not wrong, wrong)
    server.close()


def swiss_differences(full, rows):
    """What @rows of the console have otherwise than the documents; the number of cars compared."""
    laps = {(row["number"], row["lap"]): row for row in rows["laps"]}
    results = {row["number"]: row for row in rows["results"]}
    wrong, bibs = [], 0
    for key, result in full["timing"]["Results"].items():
        main = result["MainResult"]
        bib = full["comp_detail"]["Competitors"][key]["Bib"]
        if not main.get("TotalTime"):
            continue
        bibs += 1
        best = main.get("BestTime", {})
        total = main["TotalTime"]
        if total.count(":") == 1:  # the console has an hour in every total time
            total = "0:" + total.zfill(9)
        for what, truth, found in (
                ("laps", str(main["TotalLapCount"]), results.get(bib, {}).get("laps")),
                ("elapsed", total,
                 laps.get((bib, str(main["TotalLapCount"])), {}).get("elapsed")),
                ("best", best.get("Time", ""), results.get(bib, {}).get("best_lap")),
                ("best lap", str(best.get("LapNumber", "")),
                 results.get(bib, {}).get("best_lap_number"))):
            # The console has a best lap of its own where the service has none.
            if truth not in ("", found):
                wrong.append(f"car {bib}: {what} {truth}, read {found}")
    wrong += [f"a lap of {key} that was not captured" for key, row in laps.items()
              if key[0] not in results]
    return "\n".join(wrong), bibs


try:
    pair = replica.certificates(folder)
    if sys.argv[3] == "services":
        griiip(pair)
        others(pair)
        together(pair)
        captured(pair)
        links()
        lists()
        not_begun(pair)
        slow_list(pair)
        hub_in_the_clear(pair)
    elif sys.argv[3].startswith("console"):
        consoles(pair, sys.argv[3][len("console-"):])
    elif sys.argv[3] == "standings":
        snapshots(pair)
        captured_swiss(pair)
    else:
        hostile.run(check, environment, web, pair, folder)
finally:
    shutil.rmtree(folder, ignore_errors=True)
print(f"1..{count}")
sys.exit(1 if failed else 0)
