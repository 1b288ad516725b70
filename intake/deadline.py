"""A time limit for a whole request. The ones of httpx hold for each read and write only."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any

import httpx


class Deadline:
    """``with Deadline(20) as deadline``, and ``extensions={"trace": deadline.trace}`` on a request.

    After so many seconds its connection is shut down, and the request ends with an ``HTTPError``.
    """

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._over = False

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _places: TracebackType | None,
    ) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """What httpx tells while it works; a connection comes first plain, then with TLS."""
        if event not in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            return
        with self._lock:
            self._socket = info["return_value"].get_extra_info("socket")
            if self._over:
                raise httpx.ConnectTimeout("too late")

    def _end(self) -> None:
        with self._lock:
            self._over = True
            if self._socket is not None:
                with suppress(OSError):  # it ended by itself meanwhile
                    self._socket.shutdown(socket.SHUT_RDWR)
