"""A whole Postroom as its operator starts it, and a system downstream that listens."""

from __future__ import annotations

import base64
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from standardwebhooks import Webhook

SECRET = "whsec_" + base64.b64encode(b"a secret of the tests only").decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(true: Callable[[], bool], what: str, seconds: float = 60) -> None:
    latest = time.monotonic() + seconds
    while not true():
        if time.monotonic() > latest:
            raise AssertionError(f"waited {seconds:g} seconds in vain until {what}")
        time.sleep(0.1)


class Listener:
    """Takes deliveries and keeps ``(webhook-id, body)`` of each, once its signature was checked."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                Webhook(SECRET).verify(body, dict(self.headers))
                listener.taken.append((self.headers["webhook-id"], body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    thread = threading.Thread(target=listener.server.serve_forever)
    thread.start()
    yield listener
    listener.server.shutdown()
    thread.join()
    listener.server.server_close()


class Up:
    """``postroom up`` on a data folder and a port of its own."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.port = free_port()
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("POSTROOM_")},
            "POSTROOM_HOME": str(home),
            "POSTROOM_PORT": str(self.port),
            "PYTHONPATH": ".",
            **{f"POSTROOM_{key.upper()}": value for key, value in settings.items()},
        }
        self.process: subprocess.Popen[str] | None = None
        self._said: list[str] = []
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        self._said.clear()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "intake", "up"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._listen, args=(self.process,))
        self._reader.start()

    def wait_ready(self) -> None:
        assert self.process is not None
        process = self.process
        wait_until(
            lambda: "Postroom is running" in self.output or process.poll() is not None,
            "it says that it is running",
        )
        assert process.poll() is None, self.output

    @property
    def output(self) -> str:
        return "".join(self._said)

    def family(self) -> dict[int, str]:
        """Every process below it, by id, with its command line."""
        found: dict[int, str] = {}
        parents = {self.pid}
        table = _processes()
        while parents:
            below = {pid: line for pid, (parent, line) in table.items() if parent in parents}
            found |= below
            parents = set(below)
        return found

    def named(self, word: str) -> list[int]:
        return [pid for pid, line in self.family().items() if word in line]

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def stop(self, number: int = signal.SIGINT, seconds: float = 40) -> None:
        """End it, and wait until nothing of it runs."""
        assert self.process is not None
        assert self._reader is not None
        family = self.family()
        self.process.send_signal(number)
        self.process.wait(timeout=seconds)
        wait_until(lambda: not (family.keys() & _processes().keys()), "its children are gone")
        self._reader.join(timeout=10)
        if self.process.stdout:
            self.process.stdout.close()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._said.append(line)


@contextmanager
def running(up: Up) -> Iterator[Up]:
    """Started and ready; whatever happens, nothing of it is left running."""
    up.start()
    try:
        up.wait_ready()
        yield up
    finally:
        if up.process is not None and up.process.poll() is None:
            up.stop()


def _processes() -> dict[int, tuple[int, str]]:
    """``{id: (parent's id, command line)}`` of everything that runs and is not a zombie."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if stat[0] != "Z":
            found[int(folder.name)] = (int(stat[1]), line)
    return found
