"""A real HTTP listener that keeps what it gets and answers as told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Listener:
    """``answers``: the status of each next request; 204 when they have run out."""

    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""


@contextmanager
def listening(*answers: int) -> Iterator[Listener]:
    """A listener on a port of its own."""
    kept = Listener(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            status = kept.answers.pop(0) if kept.answers else 204
            self.send_response(status)
            if status in (301, 302, 307, 308):
                self.send_header("location", kept.address)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.address = f"http://127.0.0.1:{server.server_port}/applications"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
