"""The web process as ``postroom up`` starts it, on a data folder and a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from intake.settings import load
from intake.up import web_command

_START_SECONDS = 60.0


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of the pages over ``home``; the process ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    told = {"POSTROOM_HOME": str(home), "POSTROOM_PORT": port}
    kept = {key: each for key, each in os.environ.items() if not key.startswith("POSTROOM_")}
    with (home / "web.log").open("wb") as log:
        process = subprocess.Popen(
            web_command(load(told)), env={**kept, **told}, stdout=log, stderr=log
        )
        try:
            _wait(process, f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    latest = time.monotonic() + _START_SECONDS
    while time.monotonic() < latest and process.poll() is None:
        try:
            if httpx.get(f"{address}/healthz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit(f"The pages did not start (status {process.poll()}).")
