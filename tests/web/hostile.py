"""What a hostile or broken server can do to pitwall-web: it is told in a sentence, bounded, and tried
again."""
import ctypes
import errno
import os
import platform
import re
import socket as sockets
import struct
import subprocess
import threading
import time
import zlib

import replica


def bomb():
    """1 GiB of zeros, compressed to 1 MiB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    data = b"".join(packer.compress(block) for _ in range(1024))
    return data + packer.flush()


def answer(handler):
    path = handler.path
    if path.startswith("/ws"):
        web_socket(handler, path)
        return
    head = b"HTTP/1.1 200 OK\r\n"
    if path == "/big":
        handler.wfile.write(head + b"Content-Length: 10737418240\r\n\r\n")
    elif path == "/endless":
        handler.wfile.write(head + b"Connection: close\r\n\r\n")
        while True:
            handler.wfile.write(bytes(1 << 20))
    elif path == "/bomb":
        data = handler.server.bomb
        handler.wfile.write(head + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(data))
        handler.wfile.write(data)
    elif path == "/bombs":  # compressed many times over
        data = handler.server.bomb[:1000]
        handler.wfile.write(head + b"Content-Encoding: " + b"gzip, " * 50 + b"gzip\r\n"
                            b"Content-Length: %d\r\n\r\n" % len(data) + data)
    elif path == "/head":
        handler.wfile.write(head)
        while True:
            handler.wfile.write(b"X: " + b"x" * 1000 + b"\r\n")
    elif path == "/slow":
        handler.wfile.write(head + b"Content-Length: 1000\r\n\r\n")
        while True:
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.5)
    elif path.startswith("/teapot"):
        handler.say("no", 418)
    elif path.startswith("/to-"):
        to = {"/to-file": "file:///etc/passwd", "/to-http": "http://127.0.0.1:1/", "/to-loop": path,
              "/to-gopher": "gopher://127.0.0.1:1/"}[path]
        handler.say("", 302, (("Location", to),))
    else:
        handler.say("fine\n")


def web_socket(handler, path):
    if path == "/ws-refused":
        handler.say("no", 403)
        return
    if path == "/ws-other-key":
        handler.wfile.write(b"HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n")
        handler.wfile.flush()
        time.sleep(1)
        return
    if path == "/ws-slow-head":
        while True:
            handler.wfile.write(b"H")
            handler.wfile.flush()
            time.sleep(0.2)
    socket = replica.WebSocket(handler)
    if path == "/ws-huge":
        handler.connection.sendall(b"\x81\x7f\x3f\xff\xff\xff\xff\xff\xff\xff")
    elif path == "/ws-large":
        socket.send(b"x" * (8 << 20))
        socket.send(b"", opcode=8)
    elif path == "/ws-no-beginning":
        handler.connection.sendall(b"\x80\x05hello")
    elif path == "/ws-whole-before":
        handler.connection.sendall(b"\x81\x02hi\x80\x05hello")
    elif path == "/ws-in-the-middle":
        handler.connection.sendall(b"\x01\x02hi\x81\x05hello")
    elif path == "/ws-part-of-a-ping":
        handler.connection.sendall(b"\x09\x02hi")
    elif path == "/ws-masked":
        handler.connection.sendall(b"\x81\x81\x00\x00\x00\x00x")
    elif path == "/ws-reserved":
        handler.connection.sendall(b"\xc1\x01x")
    elif path == "/ws-long-ping":
        handler.connection.sendall(b"\x89\x7e\x01\x00" + bytes(256))
    elif path == "/ws-parts":
        socket.send(b"x", final=False)
        while True:
            socket.send(bytes(1 << 20), opcode=0, final=False)
    elif path == "/ws-bye":
        socket.send(b"", opcode=8)
    time.sleep(2)


TRIES = (
    ("/big", "larger than 32 MiB|[Mm]aximum file size", "an answer of 10 GiB"),
    ("/endless", "larger than 32 MiB", "an answer without end"),
    ("/bomb", "larger than 32 MiB", "a compressed bomb"),
    ("/bombs", "unencoding|encod|larger", "a bomb in many layers"),
    ("/head", "head of the answer is too long|header", "a head without end"),
    ("/slow", "too slow", "an answer of two bytes a second"),
    ("/teapot", "HTTP 418", "an error"),
    ("/to-file", "[Pp]rotocol", "a redirect to a file"),
    ("/to-http", "[Pp]rotocol", "a redirect without TLS"),
    ("/to-gopher", "[Pp]rotocol", "a redirect to another protocol"),
    ("/to-loop", "redirects", "redirects in a circle"),
    ("/ws-refused", "no WebSocket: HTTP/1.1 403", "a WebSocket that is refused"),
    ("/ws-other-key", "no WebSocket: HTTP/1.1 101", "an answer to another key"),
    ("/ws-slow-head", "no answer", "a handshake of five bytes a second"),
    ("/ws-huge", "too long", "a frame of 2^62 bytes"),
    ("/ws-large", "closed the connection", "a message of 8 MiB, which is read"),
    ("/ws-no-beginning", "does not keep", "the end of a message without its beginning"),
    ("/ws-whole-before", "does not keep", "a part behind a whole message"),
    ("/ws-in-the-middle", "does not keep", "a message inside another one"),
    ("/ws-part-of-a-ping", "does not keep", "a part of a ping"),
    ("/ws-masked", "does not keep", "a masked frame"),
    ("/ws-reserved", "does not keep", "reserved bits"),
    ("/ws-long-ping", "does not keep", "a long ping"),
    ("/ws-parts", "too long", "a message of parts without end"),
    ("/ws-bye", "closed the connection", "a goodbye"),
)


def memory(pid):
    try:
        with open(f"/proc/{pid}/status") as file:
            return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) // 1024
    except (OSError, AttributeError):
        return 0


class Try:
    """pitwall-web at an address, until it says @words."""

    def __init__(self, web, url, words, env):
        self.words, self.said, self.most, self.found = words, [], 0, False
        self.process = subprocess.Popen([web, url], env=env, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stderr:
            self.said.append(line)
            self.found = self.found or bool(re.search(self.words, line))

    def look(self):
        self.most = max(self.most, memory(self.process.pid))
        return self.found

    def end(self):
        self.lives = self.process.poll() is None
        self.process.kill()
        self.process.wait()


def wait_all(tries, seconds=45):
    end = time.monotonic() + seconds
    while not all([one.look() for one in tries]) and time.monotonic() < end:
        time.sleep(0.05)
    for one in tries:
        one.look()
        one.end()


def run(check, environment, web, pair, folder):
    server = replica.Server(answer, pair)
    server.listener.bomb = bomb()
    env = environment(server.base, pair[1])
    tries = [Try(web, (server.base.replace("http", "ws") if path.startswith("/ws") else server.base)
                 + path, words, env) for path, words, _ in TRIES]
    wait_all(tries)
    for one, (_, words, what) in zip(tries, TRIES):
        check(f"{what}: it says why", one.found, "".join(one.said) or "nothing was said")
        most = 1024 if os.environ.get("PITWALL_SANITIZED") else 256
        check(f"{what}: it goes on, with bounded memory", one.lives and one.most < most,
              f"{one.most} MiB, lives: {one.lives}")
    certificates(check, environment, web, pair, folder, server)
    sandbox(check, environment, web, server, pair)
    no_sandbox(check, environment, web, server, pair)
    proxies(check, environment, web, server, pair)
    server.close()


def certificates(check, environment, web, pair, folder, server):
    other = replica.certificates(folder, "localhost")
    named = replica.Server(answer, other)
    socket_base = named.base.replace("http", "ws")
    one = Try(web, server.base + "/x", "certificate", environment(None, other[1]))
    four = Try(web, socket_base + "/x", "certificate subject|host name|alternative certificate",
               environment(None, other[1]))
    two = Try(web, named.base + "/x", "certificate|SSL|subject|host name",
              environment(None, other[1]))
    system = environment(None, pair[1])
    del system["PITWALL_WEB_CA"]
    three = Try(web, server.base + "/x", "certificate", system)
    wait_all([one, two, three, four], 20)
    check("a WebSocket too says what is wrong with a certificate", four.found, "".join(four.said))
    check("a certificate of another authority is refused", one.found, "".join(one.said))
    check("a certificate of another name is refused", two.found, "".join(two.said))
    check("a certificate that the system does not know is refused", three.found, "".join(three.said))
    asked = [r for r in named.requests + server.requests if r[1] == "/x"]
    check("nothing was asked of them", not asked, asked)
    named.close()


class Proxy:
    """An HTTP proxy that connects to loopback alone."""

    def __init__(self):
        self.asked = []
        self.listener = sockets.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.connect, args=(client,), daemon=True).start()

    def connect(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            more = client.recv(4096)
            if not more:
                return
            head += more
        self.asked.append(head.split(b"\r\n")[0].decode())
        host, port = head.split()[1].decode().rsplit(":", 1)
        assert host == "127.0.0.1"
        server = sockets.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        threading.Thread(target=self.pump, args=(client, server), daemon=True).start()
        self.pump(server, client)

    @staticmethod
    def pump(source, to):
        try:
            while data := source.recv(65536):
                to.sendall(data)
            to.shutdown(sockets.SHUT_WR)
        except OSError:
            pass


def proxies(check, environment, web, server, pair):
    proxy = Proxy()
    env = environment(server.base, pair[1], https_proxy=proxy.url)
    one = Try(web, server.base + "/teapot?proxy", "HTTP 418", env)
    two = Try(web, server.base.replace("http", "ws") + "/ws-bye", "closed the connection", env)
    wait_all([one, two], 20)
    check("documents come through the proxy of the environment", one.found, "".join(one.said))
    check("and so do WebSockets", two.found, "".join(two.said))
    check("the proxy was asked to connect to the service",
          proxy.asked and set(proxy.asked) == {f"CONNECT 127.0.0.1:{server.port} HTTP/1.1"},
          proxy.asked)


def without_calls():
    """As a kernel that has neither seccomp nor Landlock (x86-64)."""
    names = {"prctl": 157, "seccomp": 317, "landlock_create_ruleset": 444}
    libc, refuse, allow = ctypes.CDLL(None, use_errno=True), 0x00050000 | errno.ENOSYS, 0x7fff0000
    program = [(0x20, 0, 0, 0), (0x15, 5, 0, names["seccomp"]), (0x15, 4, 0, names["landlock_create_ruleset"]),
               (0x15, 0, 2, names["prctl"]), (0x20, 0, 0, 16), (0x15, 1, 0, 22), (0x06, 0, 0, allow),
               (0x06, 0, 0, refuse)]
    code = b"".join(struct.pack("HBBI", *row) for row in program)
    kept = ctypes.create_string_buffer(code)
    filters = struct.pack("HxxxxxxP", len(program), ctypes.addressof(kept))
    libc.prctl(38, 1, 0, 0, 0)
    libc.prctl(22, 2, ctypes.create_string_buffer(filters), 0, 0)


def no_sandbox(check, environment, web, server, pair):
    if platform.machine() != "x86_64" or os.environ.get("PITWALL_SANITIZED"):
        print("# the calls of this machine or build are not known: a kernel without a sandbox is not tried")
        return
    said = {}
    for limited, before in (("yes", None), ("no", without_calls)):
        one = subprocess.Popen([web, server.base + "/fine"], env=environment(server.base, pair[1]),
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=before)
        time.sleep(2)
        one.kill()
        said[limited] = [line for line in one.communicate()[1].splitlines() if "sandbox" in line]
    check("a kernel without a sandbox is reported once, and only it", said == {
        "yes": [], "no": ["no sandbox: this kernel or build does not limit files and system calls"]}, said)


def sandbox(check, environment, web, server, pair):
    one = Try(web, server.base + "/fine", "never", environment(server.base, pair[1]))
    end = time.monotonic() + 10
    while not any(r[1] == "/fine" for r in server.requests) and time.monotonic() < end:
        time.sleep(0.05)
    with open(f"/proc/{one.process.pid}/status") as file:
        status = file.read()
    if os.environ.get("PITWALL_SANITIZED"):
        print("# a sanitizer looks into the process: no sandbox")
    else:
        check("it can get no privileges", "NoNewPrivs:\t1" in status, status)
        check("its system calls are limited", "Seccomp:\t2" in status, status)
    plain = environment(None, pair[1], PITWALL_WEB_HURRY="yes")
    two = Try(web, server.base + "/slowly#every=1", "never", plain)
    time.sleep(4)
    asked = [r[0] for r in server.requests if r[1] == "/slowly"]
    gaps = [b - a for a, b in zip(asked, asked[1:])]
    check("a service is asked at most once a second", len(asked) > 1 and min(gaps) > 0.95, gaps)
    one.end()
    two.end()
