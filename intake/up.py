"""``postroom up``: the web pages, the workers and the watched folder, until Ctrl-C.

One process supervises. Web and workers are its children: one that dies is started again, and all
die with it, even when it is killed. It watches the inbox itself.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO

import click

from intake import editions, overview, people, settings
from intake.inbox import Inbox
from intake.objects import NEW
from intake.people import NewAccount
from intake.processes import die_with
from intake.services import Services, open_services
from intake.settings import Settings

log = logging.getLogger("postroom.up")

SAMPLE_POST = Path(__file__).parent / "sample_post"
LOOK_SECONDS = 0.5
STOP_SECONDS = 20.0
WEB_START_SECONDS = 60.0
SOON = 5.0
"""Seconds before a child that ran no longer than ``STEADY`` is started again; doubled each time."""
STEADY = 15.0
LONGEST_PAUSE = 120.0
ABANDONED_SECONDS = 3600.0


@dataclass
class Child:
    """One kind of process that is kept running."""

    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    not_before: float = 0.0
    quick_deaths: int = 0

    def keep_running(self, now: float) -> None:
        """Start it if it does not run; after quick deaths, later each time."""
        if self.process is not None:
            if self.process.poll() is None:
                return
            self._mourn(self.process.returncode, now)
        if now >= self.not_before:
            self._start()
            self.started = now

    def _mourn(self, status: int, now: float) -> None:
        self.process = None
        self.quick_deaths = self.quick_deaths + 1 if now - self.started < STEADY else 0
        pause = SOON * 2.0 ** (self.quick_deaths - 1) if self.quick_deaths else 0.0
        self.not_before = now + min(pause, LONGEST_PAUSE)
        log.warning("ended child=%s status=%s log=%s", self.name, status, self.log)

    def _start(self) -> None:
        # A session of its own, so that Ctrl-C in the terminal reaches the supervisor alone.
        with self.log.open("ab") as written:
            self.process = subprocess.Popen(
                list(self.command),
                stdout=written,
                stderr=written,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=partial(die_with, os.getpid()),
            )


@dataclass
class House:
    """Everything that runs. ``stopping`` ends it."""

    services: Services
    children: list[Child]
    inbox: Inbox
    stopping: bool = False
    told: list[str] = field(default_factory=list)
    failing: dict[str, str] = field(default_factory=dict)

    def run(self, accounts: Sequence[NewAccount]) -> None:
        ready = self._wait_for_web()
        if ready or accounts:
            click.echo(_welcome(self.services.settings, accounts))
        if not ready and not self.stopping:
            told = self.services.settings.home / "logs" / "web.log"
            click.echo(f"The pages did not start. See {told}. They are tried again.")
        while not self.stopping:
            self.tend()
            self._guarded("progress", self._tell_progress)
            time.sleep(LOOK_SECONDS)

    def tend(self) -> None:
        """Start what does not run, and look into the inbox once."""
        for child in self.children:
            self._guarded(child.name, partial(child.keep_running, time.monotonic()))
        self._guarded("inbox", self.inbox.look)

    def _guarded(self, name: str, part: Callable[[], object]) -> None:
        """A full disk or a locked database must not take the house down; the next round retries."""
        try:
            part()
        except Exception as error:
            told = type(error).__name__
            if self.failing.get(name) != told:
                self.failing[name] = told
                log.warning("round_failed part=%s error=%s", name, told)
        else:
            self.failing.pop(name, None)

    def stop(self) -> None:
        """Ask every child to end; kill what has not after a while."""
        running = [c.process for c in self.children if c.process and c.process.poll() is None]
        for process in running:
            process.terminate()
        latest = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(timeout=max(latest - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _wait_for_web(self) -> bool:
        given = self.services.settings
        latest = time.monotonic() + WEB_START_SECONDS
        while not self.stopping and time.monotonic() < latest:
            self.tend()
            if _healthy(given.host, given.port):
                return True
            time.sleep(0.1)
        return False

    def _tell_progress(self) -> None:
        now = overview.progress(self.services)
        line = _progress_line(now)
        if line and self.told[-1:] != [line]:
            self.told = [line]
            click.echo(line)


@click.command()
def up() -> None:
    """Start the pages, the workers and the watched folder. Ctrl-C stops them."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    given = settings.load()
    given.home.mkdir(parents=True, exist_ok=True)
    with (given.home / "postroom.lock").open("w") as lock:
        _only_one(lock, given)
        sweep(given)
        _port_is_free(given)
        services = open_services(given)
        if given.usual_forms in given.forms:
            given.usual_forms.mkdir(exist_ok=True)
        # A bad form pack or key refuses to start here, with its file and what to do.
        services.check_packs()
        editions.note_earlier_use(services)
        _ = services.session_key
        house = House(services, _children(given), Inbox(services))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: setattr(house, "stopping", True))
        house.inbox.prepare()
        accounts = people.first_accounts(services)
        if accounts:
            _drop_sample_post(given)
        try:
            house.run(accounts)
        finally:
            click.echo("Stopping. What is not finished carries on at the next start.")
            house.stop()
            services.close()


def _children(given: Settings) -> list[Child]:
    logs = given.home / "logs"
    logs.mkdir(exist_ok=True)
    worker = [sys.executable, "-m", "workers.app"]
    return [
        Child("web", web_command(given), logs / "web.log"),
        *(
            Child(f"worker-{n}", worker, logs / f"worker-{n}.log")
            for n in range(1, given.workers + 1)
        ),
    ]


def web_command(given: Settings) -> list[str]:
    """What starts the web process."""
    return [
        sys.executable, "-m", "gunicorn", "review_ui:create_app()",
        "--bind", f"{_in_address(given.host)}:{given.port}",
        "--workers", "1", "--worker-class", "gthread", "--threads", str(given.web_threads),
        "--timeout", "60", "--graceful-timeout", "10",
        "--forwarded-allow-ips", given.trusted_proxies,
        "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip


def _only_one(lock: IO[str], given: Settings) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise click.ClickException(
            f"Postroom is already running on {given.home}. Stop it first, or set POSTROOM_HOME "
            "to another folder."
        ) from None


def sweep(given: Settings) -> None:
    """Remove what a killed process left half written.

    Only the web process, which does not run yet, writes uploads; others may be writing objects now.
    """
    long_ago = time.time() - ABANDONED_SECONDS
    for path in given.home.glob(".arriving-*"):
        path.unlink(missing_ok=True)
    for path in (given.objects / NEW).glob("*"):
        if path.stat().st_mtime < long_ago:
            path.unlink(missing_ok=True)


def _port_is_free(given: Settings) -> None:
    try:
        family, *_, address = socket.getaddrinfo(given.host, given.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        advice = (
            f"Stop the program that uses it, or choose another: POSTROOM_PORT={given.port + 1}"
            if taken
            else "Set POSTROOM_HOST to an address of this machine, and POSTROOM_PORT to a port "
            "that this account may use."
        )
        raise click.ClickException(
            f"Postroom cannot use port {given.port} on {given.host}: {error.strerror}. {advice}"
        ) from None


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _drop_sample_post(given: Settings) -> None:
    for sample in sorted(SAMPLE_POST.glob("*.*")):
        if sample.suffix.lower() in (".pdf", ".tif", ".tiff", ".jpg", ".png"):
            partial = given.inbox / f"{sample.name}.part"
            shutil.copyfile(sample, partial)
            partial.rename(given.inbox / sample.name)


def _healthy(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _welcome(given: Settings, accounts: Sequence[NewAccount]) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(given.host, given.host)  # noqa: S104
    lines = [f"Postroom is running. Open http://{_in_address(host)}:{given.port}"]
    if accounts:
        lines += ["", "Log in with one of these. They are shown this once:"]
        lines += [f"  {each.person.name:<12} {each.password}" for each in accounts]
        lines += ["", "Sample post is arriving. Log in as reviewer to check the first item."]
    lines += [f"Put scans into {given.inbox} and they are read.", "Ctrl-C stops."]
    width = max(map(len, lines))
    rule = "-" * (width + 4)
    return "\n".join(["", rule, *(f"| {line:<{width}} |" for line in lines), rule, ""])


def _progress_line(now: overview.Progress) -> str:
    if not now.scans:
        return ""
    parts = [f"{now.pages_read} of {now.pages} pages read"]
    if now.scans_waiting:
        files = "file" if now.scans_waiting == 1 else "files"
        parts.append(f"{now.scans_waiting} more {files} to open")
    parts.append(f"{now.for_people} waiting for a person")
    parts.append(f"{now.delivered} delivered")
    if now.quarantined:
        parts.append(f"{now.quarantined} could not be read")
    if now.stuck:
        parts.append(f"{now.stuck} stuck (see 'postroom status')")
    return ", ".join(parts)
