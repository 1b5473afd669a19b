"""Replicas of the services that send standings, or RMonitor: they play a race of replica.Race."""
import json
import random
import socket
import threading
import time

import replica


def clock(us):
    return time.strftime("%d.%m.%Y %H:%M:%S", time.gmtime(us // 1_000_000)) + ".%03d" % (us // 1000 % 1000)


def span(ms, hours=False):
    s, ms = divmod(ms, 1000)
    if hours:
        return "%d:%02d:%02d.%03d" % (s // 3600, s // 60 % 60, s % 60, ms)
    return "%d:%02d.%03d" % (s // 60, s % 60, ms)


class Standings:
    """The race goes on by the clock if it is of now, else one crossing of the field a poll, so no car
    gains two laps between two polls. @drops: how many of the answers are cut off in the middle."""

    def __init__(self, race, pair, drops=0):
        self.race, self.told, self.drops, self.polls = race, 0, drops, 0
        self.lock, self.last = threading.Lock(), 0
        self.server = replica.Server(self.answer, pair)

    def advance(self):
        with self.lock:
            seen = set()
            if self.race.live:
                self.told = self.race.driven()
                return
            while self.told < len(self.race.laps) and self.race.laps[self.told][1] not in seen:
                seen.add(self.race.laps[self.told][1])
                self.told += 1

    def state(self):
        """By car: laps, time of the last crossing, time of the last lap."""
        cars = {car: (0, self.race.START, 0) for car in self.race.cars}
        for at, car, lap, ms in self.race.laps[:self.told]:
            cars[car] = (lap, at, ms)
        return cars

    def say(self, handler, body):
        self.polls += 1
        data = body if isinstance(body, str) else json.dumps(body)
        if self.drops > 0 and self.polls % 3 == 0:
            self.drops -= 1
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data.encode())
                                + data.encode()[:len(data) // 2])
            handler.wfile.flush()
            handler.close_connection = True
            return
        handler.say(data)

    def done(self):
        # What was told last was asked for once more.
        if self.told < len(self.race.laps) or self.drops > 0:
            self.last = self.polls
        return self.polls > self.last + 6


class Swiss(Standings):
    unit_state = 1  # on
    UNIT, MEETING = "abcdef01-0000-4000-8000-00000000000a", "abcdef01-0000-4000-8000-00000000000b"

    def answer(self, handler):
        key = handler.path.rsplit("/", 1)[1]
        ids = {car: f"00000000-0000-4000-8000-0000000000{i:02d}"
               for i, car in enumerate(self.race.cars)}
        full = {
            "SRO_SEASONS_JSON.json": {"CurrentSeason": "2026"},
            "SRO_2026_SEASON_JSON.json": {
                "PresentationMeetingId": self.MEETING,
                "Meetings": {self.MEETING: {"Id": self.MEETING, "State": 1, "Name": "Loopback Weekend",
                                            "TrackName": "Loopback"}}},
            f"SRO_2026_SCHEDULE_{self.MEETING.upper()}_JSON.json": {
                "PresentationRoundId": self.UNIT,
                "Competitions": {"c-1": {"Id": "c-1", "Name": "Endurance Cup"}},
                "Units": {self.UNIT: {"Id": self.UNIT, "Name": "Race", "Duration": "1:00:00",
                                      "CompetitionId": "c-1", "State": self.unit_state}}},
        }.get(key)
        if key == f"SRO_2026_TIMING_{self.UNIT.upper()}_JSON.json":
            self.advance()
            full = {"UnitId": self.UNIT,
                    "UntInfo": {"TrackFlag": 1, "ChequeredFlag": False,
                                "StartRealTime": clock(self.race.START)},
                    "Results": {ids[car]: {"CompetitorId": ids[car], "MainResult": {
                        "TotalTime": span((at - self.race.START) // 1000, True),
                        "TotalLapCount": lap, "Status": 2,
                        "LastLap": {"LapNumber": lap, "Time": span(ms)}}}
                        for car, (lap, at, ms) in self.state().items() if lap}}
        elif key == f"SRO_2026_COMP_DETAIL_{self.UNIT.upper()}_JSON.json":
            full = {"UnitId": self.UNIT, "Classes": {"p": {"Id": "p", "Name": "Pro Cup"}},
                    "Competitors": {ids[car]: {"Id": ids[car], "Bib": car, "ClassId": "p",
                                               "TeamName": f"Team {car}", "InPitLane": False}
                                    for car in self.race.cars}}
        if full is None:
            handler.say("", 404)
        else:
            self.say(handler, {"uid": 1, "hash": "x", "content": {"full": full}})


class Imsa(Standings):
    def answer(self, handler):
        assert "callback=jsonp" in handler.path
        if handler.path.startswith("/RaceData_JSONP.json"):
            self.say(handler, 'jsonpRaceData(%s);' % json.dumps(
                {"A": "12:00:00", "B": "Time to go: 1:00:00", "C": "1" if self.polls > 2 else "2"}))
        elif handler.path.startswith("/RaceResults_JSONP.json"):
            rows = [{"A": i + 1, "N": car, "C": "GTP", "F": f"Driver {car}", "V": "Car",
                     "L": lap, "LL": span(ms) if ms else "", "P": 0}
                    for i, (car, (lap, at, ms)) in enumerate(self.state().items())]
            rows.append({"A": 99, "N": "Tx99", "C": "", "F": "", "V": "", "L": 5})
            self.say(handler, 'jsonpRaceResults(%s);' % json.dumps(
                {"S": "Race", "E": "Petit Loopback", "T": "Loopback", "B": rows}))
            self.advance()
        else:
            handler.say("", 404)


class Nls(Standings):
    """A WebSocket; @drops times it is cut off."""

    def answer(self, handler):
        link = replica.WebSocket(handler)
        kind, text = link.receive()
        asked = json.loads(text)
        assert asked["eventId"] == "50" and asked["eventPid"] == [0, 3, 4]
        link.send('{"PID":"LTS_TIMESYNC","serverLocalTime":1}')
        link.send('{"PID":"4","TRACKSTATE":"0","TIMESTATE":"1"}')
        link.send(json.dumps({"PID": "3", "MESSAGES": [
            {"ID": "1", "MESSAGETIME": "12:00:01", "MESSAGE": "race control says hello"}]}))
        while True:
            self.polls += 1
            link.send(json.dumps({
                "PID": "0", "CUP": "24h", "HEAT": "Rennen", "HEATTYPE": "R", "TRACKNAME": "Loopback",
                "RESULT": [{"POSITION": str(i + 1), "STNR": car, "CLASSNAME": "SP9", "CAR": "Car",
                            "TEAM": f"Team {car}", "NAME": f"Driver {car}", "LAPS": str(lap),
                            "LASTLAPTIME": span(ms) if ms else "", "S9TIME": "12.3"}
                           for i, (car, (lap, at, ms)) in enumerate(self.state().items())]}))
            if self.drops > 0 and self.polls % 4 == 0:
                self.drops -= 1
                link.cut()
                return
            self.advance()
            time.sleep(0.03)


class Played:
    """A WebSocket that plays the race on, @step laps at a time, and is cut off @cuts times: the laps
    of the moment are then not sent."""

    def __init__(self, race, pair, cuts=0, step=2):
        self.race, self.told, self.cuts, self.step = race, 0, cuts, step
        self.chance = random.Random(5)
        self.server = replica.Server(self.answer, pair)

    def done(self):
        return self.told == len(self.race.laps) and self.cuts <= 0

    def play(self, link):
        while self.told < len(self.race.laps) or self.cuts > 0:
            before = self.told
            self.told = (self.race.driven() if self.race.live else
                         min(self.told + self.step, len(self.race.laps)))
            if self.cuts > 0 and self.chance.random() < 0.5:
                self.cuts -= 1
                link.cut()
                return
            self.send(link, self.race.laps[before:self.told])
            time.sleep(0.01)
        while True:  # until it is gone
            link.send(self.beat())
            time.sleep(0.5)


class RaceMonitor(Played):
    """A token by HTTP, then RMonitor lines over a WebSocket: first the state, then what happens."""

    def answer(self, handler):
        if handler.path.startswith("/Info/WebRaceList?"):
            assert "raceID=37872&" in handler.path
            handler.say(json.dumps({
                "LiveTimingToken": "to-ken", "LiveTimingHost": f"127.0.0.1:{self.server.port}",
                "CurrentRaces": [{"ID": 37872, "Instance": "209", "ReceivingData": True}]}))
            return
        assert handler.path == "/instance/209/to-ken"
        link = replica.WebSocket(handler)
        assert link.receive() == (1, b"$JOIN,209,to-ken")
        link.send(self.state())
        self.play(link)

    def state(self):
        lines = ['$B,1,"Race"', '$E,"TRACKNAME","Loopback"']
        lines += [f'$A,"{car}","{car}",{i},"First","Last {car}","USA",1'
                  for i, car in enumerate(self.race.cars)]
        last = {row[1]: row for row in self.race.laps[:self.told]}
        if last:
            lines.append(self.clock(max(last.values())))
        lines += [self.total(row) for row in last.values()]
        return "\n".join(lines)

    def beat(self):
        return self.clock(self.race.laps[-1])

    def clock(self, row):
        day = time.strftime("%H:%M:%S", time.gmtime(row[0] // 1_000_000))
        total = (row[0] - self.race.START) // 1000
        return f'$F,9999,"01:00:00","{day}","{span(total, True)[:-4]}","Green "'

    def total(self, row):
        at, car, lap, _ = row
        ahead = sum(r[1] != car and (r[2] > lap or (r[2] == lap and r[0] < at))
                    for r in {r[1]: r for r in self.race.laps if r[0] <= at}.values())
        return f'$G,{ahead + 1},"{car}",{lap},"{span((at - self.race.START) // 1000, True)}"'

    def send(self, link, laps):
        for row in laps:
            at, car, _, ms = row
            total = span((at - self.race.START) // 1000, True)
            link.send(f'{self.clock(row)}\r\n{self.total(row)}\r\n'
                        f'$J,"{car}","{span(ms, True)}","{total}"\r\n')


class RMonitor(RaceMonitor):
    """The same lines over TCP, as timing software sends them."""

    def __init__(self, race):
        self.race, self.told, self.cuts, self.step = race, 0, 0, 2
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"rmonitor://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection = Connection(self.listener.accept()[0])
            try:
                connection.send(self.state())
                self.play(connection)
            except OSError:
                pass


class Connection:
    """Lines over TCP."""

    def __init__(self, connection):
        self.connection = connection

    def send(self, text):
        self.connection.sendall(text.encode() + b"\r\n")


def line(row):
    return json.dumps({"kind": "passing", "at": replica.iso(row[0])[:-6] + "Z", "number": row[1]})


def start(race):
    return json.dumps({"kind": "start", "at": replica.iso(race.START)[:-6] + "Z"})


class Stream(Played):
    """A WebSocket of events: all of them from the start, then those that happen."""

    def answer(self, handler):
        link = replica.WebSocket(handler)
        link.send("\n".join([start(self.race)] + [line(r) for r in self.race.laps[:self.told]]))
        self.play(link)

    def beat(self):
        return '{"kind":"heartbeat"}'

    def send(self, link, laps):
        for row in laps:
            link.send(line(row))


class Document(Standings):
    """A document of events that grows, at times in the middle of a line; the last has no end."""

    def answer(self, handler):
        self.advance()
        laps = self.race.laps
        body = "\n".join([start(self.race)] + [line(r) for r in laps[:self.told]])
        if self.told < len(laps):
            whole = "\n" + line(laps[self.told])
            body += whole[:(7 * self.polls + 9) % len(whole)]
        self.say(handler, body)
