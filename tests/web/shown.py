"""The console over replicas of services, in a terminal of its own (tmux): what it shows."""
import atexit
import re
import subprocess
import tempfile
import time


class Terminal:
    """A command in a terminal of 120x36 cells."""

    def __init__(self, folder, env, command):
        self.mux = ["tmux", "-S", tempfile.mktemp(dir=folder), "-f", "/dev/null"]
        self.env = {**env, "TERM": "screen-256color", "LC_ALL": "C.UTF-8"}
        atexit.register(self.end)
        self.tmux("-u", "new-session", "-d", "-s", "web", "-x", "120", "-y", "36", *command)

    def tmux(self, *words):
        return subprocess.run([*self.mux, *words], env=self.env, capture_output=True, text=True,
                              check=False).stdout

    def screen(self):
        return self.tmux("capture-pane", "-p", "-t", "web")

    def keys(self, *keys):
        self.tmux("send-keys", "-t", "web", *keys)

    def shows(self, words, seconds=20, line=None):
        """The match of @words on the screen, or on a line of it; None: not within @seconds."""
        end = time.monotonic() + seconds
        while True:
            text = self.screen()
            found = re.search(words, text if line is None else (text.split("\n") + [""])[line])
            if found or time.monotonic() > end:
                return found
            time.sleep(0.05)

    def runs(self):
        return self.tmux("list-sessions") != ""

    def end(self):
        """A console is left by its keys: when its terminal is gone, its recorder goes on."""
        if self.runs():
            self.keys("Escape", "q")
            self.shows("quit", 5)
            self.keys("y")
            end = time.monotonic() + 10
            while self.runs() and time.monotonic() < end:
                time.sleep(0.05)
        self.tmux("kill-server")
