"""The worker's side of the process that decodes and reads (``workers.child``).

It is started when first needed and used again for the next job. When it dies, takes too long or
the worker has to stop, it is killed, and the next job gets a new one.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from extractors.limits import UnreadableScan

Message = dict[str, Any]
_LOOK = 0.25
"""Seconds between looks at whether the worker still wants the result."""
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}


class ChildDied(Exception):
    """The process ended while it worked: a crash in a decoder, or out of memory."""


class ChildTooSlow(Exception):
    """No page came within its time, so the process was killed."""


class ChildFailed(Exception):
    """The task ended with an error; ``places`` is its traceback without the error's own text.

    ``outage``: the objects could not be reached, so the task is not to blame.
    """

    def __init__(self, error: str, places: str, *, outage: bool = False) -> None:
        super().__init__(error)
        self.places = places
        self.outage = outage


class Child:
    """One process. Not for use by two threads at once."""

    def __init__(self, page_seconds: float, command: tuple[str, ...] = ()) -> None:
        self._page_seconds = page_seconds
        self._command = command or (sys.executable, "-m", "workers.child")
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def run(self, task: Mapping[str, Any], look: Callable[[], None]) -> Iterator[Message]:
        """The messages of one task. ``look`` is called often; what it raises ends the task.

        Raises ``UnreadableScan``, ``ChildDied``, ``ChildTooSlow``, ``ChildFailed``.
        """
        ended = False
        try:
            connection = self._started()
            connection.send_bytes(json.dumps(task).encode())
            while True:
                message = self._next(connection, look)
                if "end" in message:
                    ended = True
                    break
                yield message
        except (EOFError, OSError) as error:
            raise ChildDied(self._how_it_ended()) from error
        finally:
            if not ended:
                self.stop()
        if message["end"] == "unreadable":
            raise UnreadableScan(message["code"], message["reason"])
        if message["end"] == "failed":
            raise ChildFailed(message["error"], message["places"], outage=message["outage"])

    def stop(self) -> None:
        """Kill the process and whatever it started, if it runs."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _started(self) -> Connection:
        if self._connection is not None and self._process and self._process.poll() is None:
            return self._connection
        self.stop()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [*self._command, str(theirs.fileno()), str(os.getpid())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_ONE_THREAD},
                start_new_session=True,
            )
        self._connection = Connection(ours.detach())
        return self._connection

    def _next(self, connection: Connection, look: Callable[[], None]) -> Message:
        latest = time.monotonic() + self._page_seconds
        while not connection.poll(_LOOK):
            look()
            if time.monotonic() > latest:
                raise ChildTooSlow(f"no page within {self._page_seconds:g} s")
        look()
        message: Message = json.loads(connection.recv_bytes())
        return message

    def _how_it_ended(self) -> str:
        if self._process is None:
            return "could not be started"
        try:
            status = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return "closed its connection"
        return f"ended with signal {-status}" if status < 0 else f"ended with status {status}"
