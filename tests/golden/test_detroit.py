"""The whole of a recorded IMSA race (Detroit 2026, Timing71), all cars: TAP.

    test_detroit.py PITWALL

The values below were computed from the frames of the archive without pitwall: each key frame replaces the state, each
difference changes it. The laps at the end are also read here, from the last key frame. PITWALL_DATA names the samples.
"""
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile

pitwall = os.path.abspath(sys.argv[1])
beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared/data")
archive = os.path.join(os.environ.get("PITWALL_DATA", beside), "formats/timing71/imsa_2026_detroit_race.zip")
if not os.path.exists(archive):
    print(f"1..0 # SKIP {archive} is not here (PITWALL_DATA names the folder of the samples)")
    sys.exit(0)

# Number: class, position in it, laps, best lap, energy in percent at the end of laps, and stops: the frame in which
# the state became PIT, and the one in which it was PIT no more. None: car 15 takes the flag in the pit lane, and what
# follows is no part of its race. Its 60 s for the red light at the exit of the pits put it behind car 77.
CARS = {
    "31": ("GTP", 1, 82, 66.234, {10: 86.4, 40: 74.9, 82: 13.8},
         [(1780173787, 1780173822)]),
    "25": ("GTP", 2, 82, 66.701, {10: 86.1, 40: 78.7, 82: 13.1},
         [(1780174399, 1780174437)]),
    "10": ("GTP", 3, 82, 66.592, {10: 85.7, 25: 61, 40: 74.2, 82: 10.2},
         [(1780174266, 1780174302)]),
    "93": ("GTP", 4, 82, 66.461, {10: 85.3, 40: 72.4, 80: 14.5, 82: 11.7},
         [(1780173520, 1780173555)]),
    "7": ("GTP", 5, 82, 66.601, {10: 84.4, 25: 59.6, 40: 79.2, 82: 9.9},
         [(1780174131, 1780174169)]),
    "40": ("GTP", 6, 82, 66.385, {10: 86.3, 40: 78, 82: 14},
         [(1780173793, 1780173829)]),
    "60": ("GTP", 7, 82, 66.323, {10: 93.4, 40: 81, 82: 15.2},
         [(1780172024, 1780172069), (1780172376, 1780172415), (1780174648, 1780174685)]),
    "6": ("GTP", 8, 82, 66.386, {10: 83.4, 40: 81.2, 82: 16.7},
         [(1780174329, 1780174369), (1780176914, 1780176969), (1780177038, 1780177055)]),
    "24": ("GTP", 9, 82, 66.34, {10: 85.9, 40: 75.1, 82: 11.9},
         [(1780173656, 1780173698), (1780175184, 1780175201), (1780177102, 1780177118)]),
    "23": ("GTP", 10, 82, 66.996, {10: 86.7, 40: 54.5, 80: 12.9, 82: 9.6},
         [(1780172794, 1780172828), (1780173098, 1780173116), (1780175953, 1780175982)]),
    "5": ("GTP", 11, 80, 66.569, {10: 85.8, 40: 75.1, 78: 19.4, 80: 16.3},
         [(1780173675, 1780173716), (1780174048, 1780174065), (1780174670, 1780174749), (1780174945, 1780174979)]),
    "3": ("GTDPRO", 1, 79, 69.848, {10: 84.5, 40: 73.9, 79: 14.6},
         [(1780173648, 1780173686)]),
    "9": ("GTDPRO", 2, 79, 70.643, {10: 86.9, 40: 69.6, 79: 8.5},
         [(1780173539, 1780173576)]),
    "65": ("GTDPRO", 3, 79, 70.24, {10: 86.5, 40: 68.4, 79: 8.2},
         [(1780173443, 1780173478), (1780174977, 1780175017)]),
    "1": ("GTDPRO", 4, 79, 71.041, {10: 86.9, 40: 63, 69: 17.8, 79: 1.8},
         [(1780173247, 1780173280)]),
    "64": ("GTDPRO", 5, 79, 70.074, {10: 85.9, 40: 69, 79: 8.3},
         [(1780173445, 1780173481)]),
    "14": ("GTDPRO", 6, 79, 70.105, {10: 85.2, 40: 71.7, 79: 10.8},
         [(1780173586, 1780173623), (1780177498, 1780177515)]),
    "4": ("GTDPRO", 7, 79, 70.172, {10: 85.3, 40: 70.3, 66: 29, 79: 10.2},
         [(1780173515, 1780173556), (1780177719, 1780177735)]),
    "59": ("GTDPRO", 8, 79, 70.739, {10: 86.4, 40: 51.2, 79: 10.9},
         [(1780172750, 1780172790), (1780177039, 1780177072), (1780177800, 1780177817)]),
    "77": ("GTDPRO", 9, 78, 71.713, {10: 93.8, 40: 45.4, 73: 19.9, 75: 15.7, 78: 10.5},
         [(1780172382, 1780172417), (1780176059, 1780176088)]),
    "15": ("GTDPRO", 10, 78, 70.195, {10: 86.1, 40: 71.5, 78: 12.5},
         [(1780173946, 1780173987), (1780177807, None)]),
}
# The frame in which each flag is first shown.
FLAGS = [(1780172000, "full course yellow"), (1780172376, "green"), (1780176603, "full course yellow"),
         (1780177030, "green"), (1780177115, "full course yellow"), (1780177418, "green"), (1780177830, "chequered")]
# Laps in the order of each class, at instants with no crossing within four seconds. (The source has a car that passes
# another in front of it at SF only, pitwall at the next line: the instants have no such pair.)
INSTANTS = {
    1780172979: ("31:14 93:14 24:14 40:14 6:14 7:14 25:14 10:14 5:14 60:14 23:14 | "
                 "3:14 14:14 65:14 4:14 64:14 15:14 1:14 9:14 59:13 77:13"),
    1780174666: ("31:39 25:39 6:39 10:39 93:39 24:39 7:39 40:39 60:38 5:38 23:38 | "
                 "3:37 65:37 14:37 4:37 15:37 1:37 9:37 64:36 77:36 59:36"),
    1780175959: ("31:58 25:58 6:58 10:58 93:58 7:58 24:58 40:58 23:57 60:57 5:56 | "
                 "3:55 14:55 4:55 15:55 1:55 9:55 65:55 64:54 59:54 77:54"),
    1780176855: ("31:70 25:70 10:70 6:70 24:70 93:70 7:70 40:70 60:70 23:70 5:68 | "
                 "3:67 14:67 4:67 15:67 1:67 9:67 65:67 64:66 59:66 77:65"),
}
START = 1780171791.160  # the first frame that shows how long the race runs, less that time
ZONE = -4 * 3600

count = failed = 0


def check(what, got, want):
    global count, failed
    count += 1
    failed += got != want
    print(f"{'ok' if got == want else 'not ok'} {count} - {what}")
    if got != want:
        print(f"#  | got  {got}\n#  | want {want}")


def run(*words):
    done = subprocess.run([pitwall, *words], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        print(f"# {words}: {done.stderr[:300]}")
    return done.stdout


def table(*words):
    return list(csv.DictReader(io.StringIO(run(*words, "--format", "csv"))))


def seconds(text):
    total = 0.0
    for part in text.split(":"):
        total = total * 60 + float(part)
    return round(total, 3)


def time_of_day(instant):
    local = (instant + ZONE) % 86400
    return f"{local // 3600:02}:{local // 60 % 60:02}:{local % 60:02}"


def stop(came_in, out):
    time = "" if out is None else f"{(out - came_in) // 60}:{(out - came_in) % 60:02}.000"
    return time_of_day(came_in) + ".000", time, "estimated"


def last_key_frame():
    with zipfile.ZipFile(archive) as files:
        last = max((name for name in files.namelist() if name[:-5].isdigit()), key=lambda name: int(name[:-5]))
        frame = json.loads(files.read(last))
    columns = [column[0] for column in frame["manifest"]["colSpec"]]
    number, laps = columns.index("Num"), columns.index("Laps")
    return {car[number]: car[laps] for car in frame["cars"]}


def by_class(rows):
    order = {}
    for row in rows:
        order.setdefault(row["class"], []).append(f"{row['number']}:{row['laps']}")
    return " | ".join(" ".join(order[name]) for name in ("GTP", "GTDPRO"))


def the_end():
    rows = {row["number"]: row for row in table("results", archive)}
    check("laps are those of the last key frame", {n: int(row["laps"]) for n, row in rows.items()}, last_key_frame())
    check("laps of all cars", {n: int(row["laps"]) for n, row in rows.items()}, {n: car[2] for n, car in CARS.items()})
    check("order of each class", {n: (row["class"], int(row["class_pos"])) for n, row in rows.items()},
          {n: car[:2] for n, car in CARS.items()})
    check("best laps", {n: seconds(row["best_lap"]) for n, row in rows.items()}, {n: car[3] for n, car in CARS.items()})
    check("number of stops", {n: int(row["pit_stops"]) for n, row in rows.items()},
          {n: len(car[5]) for n, car in CARS.items()})


def laps_and_stops():
    laps = {}
    for row in table("laps", archive):
        laps.setdefault(row["number"], {})[int(row["lap"])] = row
    check("every lap is there, once", {n: sorted(own) for n, own in laps.items()},
          {n: list(range(1, car[2] + 1)) for n, car in CARS.items()})
    check("energy at the end of laps",
          {n: {lap: float(laps[n][lap]["energy"]) for lap in car[4]} for n, car in CARS.items()},
          {n: car[4] for n, car in CARS.items()})
    stops = {}
    for row in table("stops", archive):
        stops.setdefault(row["number"], []).append((row["time_of_day"], row["time"], row["source"]))
    check("stops", stops, {n: [stop(*pair) for pair in car[5]] for n, car in CARS.items()})


def flags():
    rows = [row for row in table("events", archive) if row["kind"] == "flag"]
    got = [(row["time_of_day"], row["text"].replace("the flag is ", "")) for row in rows]
    # The first green is the start; the chequered flag falls as car 31 crosses the line, at its total time.
    want = [(time_of_day(at) + ".000", flag) for at, flag in FLAGS[:-1]] + [("17:50:28.270", "chequered")]
    check("flags", [row for row in got if row != ("16:09:51.160", "green")], want)


def jumps():
    for at, want in INSTANTS.items():
        rows = table("results", archive, "--at", "@" + time_of_day(at))
        check(f"laps and order of each class at {time_of_day(at)}", by_class(rows), want)
        check(f"the flag at {time_of_day(at)}",
              bool(re.search("FULL COURSE|FCY", run("render", archive, "--at", "@" + time_of_day(at)).split("\n")[0])),
              any(begin <= at < end for begin, end in ((1780172000, 1780172376), (1780176603, 1780177030))))


def forecast():
    at = 1780175959
    rows = {row["number"]: row for row in table("forecast", archive, "--at", "@" + time_of_day(at))}
    now = dict(pair.split(":") for pair in INSTANTS[at].replace(" |", "").split())
    check("the forecast has the laps of the instant", {n: row["laps_now"] for n, row in rows.items()}, now)
    missed = [n for n, row in rows.items() if not float(row["laps_p10"]) <= CARS[n][2] <= float(row["laps_p90"])]
    check("the laps of the end are within every forecast", missed, [])
    wins = {}
    for row in rows.values():
        wins[row["class"]] = wins.get(row["class"], 0) + float(row["p_class_win"])
    check("one car wins each class", {c: abs(p - 1) < 0.02 for c, p in wins.items()}, {"GTP": True, "GTDPRO": True})
    best = {c: max((float(r["p_class_win"]), n) for n, r in rows.items() if r["class"] == c)[1] for c in wins}
    check("the favourites lead and win", best, {"GTP": "31", "GTDPRO": "3"})
    # 100 minutes, and the lap on which they end.
    end = START + 6000
    flag = {seconds(row["flag_at"]) - (end + ZONE) % 86400 for row in rows.values()}
    check("the flag is forecast within a lap of the end of the time", all(0 <= late < 80 for late in flag), True)


def report():
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "detroit.html")
        run("report", archive, "-o", name)
        with open(name, encoding="utf-8") as file:
            html = file.read()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))
    for won in ("Car 31 (Cadillac Whelen) won with 82 laps in 1:40:37.110, 6.023 s ahead of car 25",
                "car 3 (Corvette Racing by Pratt Miller Motorsports) won with 79 laps, 1.935 s ahead of car 9"):
        check("the report says: " + won, won in text, True)
    rows = re.findall(r"(?<!\S)(\d+) (\d+) (GTP|GTDPRO) (\d+) .*? (\d+) (?:1:4\d:\d\d\.\d{3}|\d:\d\d:\d\d\.\d+)", text)
    check("the report lists all cars in order", {n: (c, int(p), int(laps)) for _, n, c, p, laps in rows},
          {n: car[:3] for n, car in CARS.items()})
    check("the report counts the yellows", "Full course yellow 3 times for 18:26." in text, True)


for part in (the_end, laps_and_stops, flags, jumps, forecast, report):
    part()
print(f"1..{count}")
sys.exit(failed > 0)
