"""Replicas of timing services on loopback, and of hostile ones.

A replica plays a race that is known: dictionaries of laps and stops. Nothing is sent anywhere else.
"""
import base64
import gzip
import hashlib
import http.server
import json
import random
import socket
import ssl
import struct
import subprocess
import threading
import time


def certificates(folder, name="127.0.0.1"):
    """A certificate for @name that is its own authority; the names of its files."""
    key, cert = f"{folder}/{name}.key", f"{folder}/{name}.pem"
    alt = f"IP:{name}" if name[0].isdigit() else f"DNS:{name}"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName={alt}",
         "-keyout", key, "-out", cert],
        check=True, stderr=subprocess.DEVNULL)
    return key, cert


def iso(us):
    seconds, rest = divmod(us, 1_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + ".%03d+00:00" % (rest // 1000)


class WebSocket:
    """The server's end of one."""

    def __init__(self, handler):
        self.connection = handler.connection
        self.read = handler.rfile.read
        key = handler.headers["Sec-WebSocket-Key"]
        digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        handler.wfile.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n")
        handler.wfile.flush()

    def send(self, text, opcode=1, final=True):
        data = text.encode() if isinstance(text, str) else text
        head = bytes([(0x80 if final else 0) | opcode])
        if len(data) < 126:
            head += bytes([len(data)])
        elif len(data) < 65536:
            head += struct.pack(">BH", 126, len(data))
        else:
            head += struct.pack(">BQ", 127, len(data))
        self.connection.sendall(head + data)

    def receive(self):
        """A text of the client; None when it is gone."""
        head = self.read(2)
        if len(head) < 2:
            return None
        assert head[1] & 0x80, "a client masks"
        size = head[1] & 0x7F
        if size == 126:
            size = struct.unpack(">H", self.read(2))[0]
        mask, data = self.read(4), self.read(size)
        return head[0] & 15, bytes(b ^ mask[i % 4] for i, b in enumerate(data))

    def cut(self):
        """As when a cable is pulled: no goodbye."""
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Server:
    """An HTTPS (or HTTP) server whose answers come from @answer(handler)."""

    def __init__(self, answer, pair=None):
        server = self
        self.requests = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                server.requests.append((time.monotonic(), self.path, dict(self.headers)))
                try:
                    answer(self)
                except (BrokenPipeError, ConnectionError, ssl.SSLError, OSError):
                    self.close_connection = True

            do_POST = do_GET

            def log_message(self, *args):
                pass

            def say(self, body, status=200, headers=()):
                data = body if isinstance(body, bytes) else body.encode()
                if "gzip" in self.headers.get("Accept-Encoding", "") and len(data) > 500:
                    data = gzip.compress(data)
                    headers = tuple(headers) + (("Content-Encoding", "gzip"),)
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # a client that leaves, or does not trust us

        self.listener = Listener(("127.0.0.1", 0), Handler)
        if pair:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pair[1], pair[0])
            self.listener.socket = context.wrap_socket(
                self.listener.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.listener.server_address[1]
        self.base = f"http{'s' if pair else ''}://127.0.0.1:{self.port}"
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def close(self):
        self.listener.shutdown()
        self.listener.server_close()


class Race:
    """A race of @laps laps: what each car did, in the order of the crossings."""

    START = 1_781_359_200_000_000  # 2026-06-13T14:00:00Z

    def __init__(self, cars=8, laps=30, seed=7, now=False):
        """@now: laps of a few seconds, from now on; else those of a day in 2026."""
        self.live = now
        if now:
            self.START = int(time.time()) * 1_000_000
        chance = random.Random(seed)
        self.cars = [str(n) if n != 7 else "007" for n in range(5, 5 + cars)]
        self.laps, self.pits = [], []  # (at, car, lap, lap_ms), (in, out, car, lap)
        for i, car in enumerate(self.cars):
            at = self.START + 1_000 * chance.randrange(500, 3000)
            for lap in range(1, laps + 1):
                ms = chance.randrange(88_000, 93_000) + 400 * i
                if now:
                    ms //= 20
                elif (lap + i) % 11 == 0:
                    ms += 60_000
                    self.pits.append((at + 1000 * 85_000, at + 1000 * 140_000, car, lap))
                at += 1000 * ms
                first = at - self.START if lap == 1 else 1000 * ms
                self.laps.append((at, car, lap, first // 1000))
        self.laps.sort()
        self.end = self.laps[-1][0]

    def driven(self):
        """How many laps are driven by now."""
        now = time.time() * 1_000_000
        return sum(row[0] <= now for row in self.laps)

    def truth(self):
        """Lap times in milliseconds by car."""
        by_car = {}
        for _, car, lap, ms in self.laps:
            by_car.setdefault(car, {})[lap] = ms
        return by_car


class Griiip:
    """The documents and the hub; the race goes on @step laps a tick. @cuts: how often the hub is cut
    off. @hub False: it is refused."""

    SID = 18130

    def __init__(self, race, pair, cuts=0, hub=True, step=6):
        self.race, self.cuts, self.with_hub, self.step = race, cuts, hub, step
        self.hub_base = None  # another address of the hub
        self.told, self.chance, self.lock = 0, random.Random(3), threading.Lock()
        self.server = Server(self.answer, pair)

    def now(self):
        laps = self.race.laps
        return laps[min(self.told, len(laps) - 1)][0] if self.told else self.race.START

    def object(self, at, car, **more):
        pid = -1 if car == "" else 400_000 + self.race.cars.index(car)
        return {**more, "ts": iso(at), "elapsedTimeMillis": (at - self.race.START) // 1000,
                "sid": self.SID, "pid": pid, "carNumber": car, "classId": "GT" if car else ""}

    def lap(self, row):
        at, car, lap, ms = row
        return self.object(at, car, sessionPart=1, lapNumber=lap, lapTimeMillis=ms, isValid=True,
                           color="Gray")

    def document(self, path):
        race, now = self.race, self.now()
        if path == "session-info":
            return self.object(race.START, "", trackName="Loopback", seriesName="Series Ten",
                               eventName="Six Hours of Loopback", sessionName="Race",
                               sessionType="Race", seriesId=10, isStarted=True,
                               startTime=iso(race.START))
        if path == "participants":
            return [self.object(race.START, car, teamName=f"Team {car}", manufacturer="Car",
                                currentDriverId="1",
                                drivers=[{"displayName": f"Driver {car}", "externalDriverID": "1"}])
                    for car in race.cars]
        if path == "race-flags":
            return [self.object(race.START, "", flag="Green", sectorNumbers=[], lapNumber=1)]
        if path == "laps":  # the last 15 of each car, the newest first
            by_car = {}
            for row in race.laps[:self.told]:
                by_car.setdefault(row[1], []).append(row)
            return [self.lap(row) for rows in by_car.values() for row in reversed(rows[-15:])]
        if path == "pit-in":
            return [self.object(p[0], p[2], lapNumber=p[3]) for p in race.pits if p[0] <= now]
        if path == "pit-out":
            return [self.object(p[1], p[2], lapNumber=p[3] + 1, durationMillis=(p[1] - p[0]) // 1000)
                    for p in race.pits if p[1] <= now]
        if path == "session-clock":
            return self.object(now, "", tsNow=iso(now), startTime=iso(race.START))
        return None

    def answer(self, handler):
        path = handler.path.split("?")[0]
        if path == "/meta/sessions-schedule-live":
            handler.say(json.dumps([{"sid": 1, "isStarted": False},
                                    {"sid": self.SID, "isStarted": True}]))
        elif path == "/live-session-stream/negotiate":
            if self.with_hub or self.hub_base:
                handler.say(json.dumps({"negotiateVersion": 1, "url": (self.hub_base or self.server.base) + "/hub?hub=h",
                                        "accessToken": "secret" * 200}))
            else:
                handler.say("no", 403)
        elif path == "/hub":
            assert handler.path.endswith("access_token=" + "secret" * 200)
            self.hub(WebSocket(handler))
        elif path.startswith("/live/") and path.endswith(f"/{self.SID}"):
            if not self.with_hub and path.startswith("/live/laps/"):
                self.advance()
            found = self.document(path.split("/")[2])
            handler.say("" if found is None else json.dumps(found), 404 if found is None else 200)
        else:
            handler.say("", 404)

    def advance(self):
        with self.lock:
            before = self.told
            self.told = (self.race.driven() if self.race.live else
                         min(self.told + self.step, len(self.race.laps)))
            return before, self.told

    def done(self):
        return self.told == len(self.race.laps) and self.cuts <= 0

    def hub(self, hub):
        end = "\x1e"
        kind, text = hub.receive()
        assert kind == 1 and text.decode() == '{"protocol":"json","version":1}' + end
        hub.send("{}" + end)
        joined = hub.receive()
        assert joined and f"SID-{self.SID}" in joined[1].decode()
        hub.send('{"type":6}' + end, opcode=9)
        last_pit = 0
        while True:
            before, after = self.advance()
            if self.cuts > 0 and self.chance.random() < 0.5:
                # What these laps were is not sent: only the documents have it.
                self.cuts -= 1
                hub.cut()
                return
            messages = [{"type": 1, "target": "lv-laps", "arguments": [[self.lap(row)]]}
                        for row in self.race.laps[before:after]]
            pits = self.document("pit-in")
            if len(pits) > last_pit:
                last_pit = len(pits)
                messages.append({"type": 1, "target": "lv-pit-in", "arguments": [pits]})
                messages.append({"type": 1, "target": "ReceiveBatch", "arguments": [
                    {"items": [{"channel": "pit-out", "view": self.document("pit-out")}]}]})
            whole = "".join(json.dumps(m) + end for m in messages)
            if whole and self.chance.random() < 0.3:  # in two parts
                hub.send(whole[:7], final=False)
                hub.send(whole[7:], opcode=0)
            elif whole:
                hub.send(whole)
            time.sleep(0.01 if messages else 0.2)
