"""A real S3 server for the tests: SeaweedFS on loopback ports of its own, gone with the test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from intake.bucket import Account

BUCKET = "intake"
READY_SECONDS = 60.0


@contextmanager
def store_server(folder: Path) -> Iterator[Account]:
    """The account of a running server that has the empty bucket ``BUCKET``."""
    s3, master, volume, filer = _free_ports(4)
    account = Account(f"127.0.0.1:{s3}", "postroom-test", "only-for-this-test", secure=False)
    command = [
        str(Path(sys.executable).parent / "weed"), "mini", f"-dir={folder}",
        "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-s3.port={s3}", f"-master.port={master}",
        f"-volume.port={volume}", f"-filer.port={filer}", "-admin.ui=false", "-webdav=false",
        "-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false",
        f"-bucket={BUCKET}",
    ]  # fmt: skip
    keys = {"AWS_ACCESS_KEY_ID": account.access_key, "AWS_SECRET_ACCESS_KEY": account.secret_key}
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, **keys}, cwd=folder
        )
    try:
        _wait_until_ready(server, account, folder / "server.log")
        yield account
    finally:
        server.kill()
        server.wait()


def _wait_until_ready(server: subprocess.Popen[bytes], account: Account, log: Path) -> None:
    from minio import Minio

    client = Minio(account.endpoint, account.access_key, account.secret_key, secure=False)
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            socket.create_connection(tuple_of(account.endpoint), timeout=1).close()
            if client.bucket_exists(BUCKET):
                return
        except Exception:
            time.sleep(0.2)
    raise AssertionError(f"the store did not start:\n{log.read_text(errors='replace')[-2000:]}")


def tuple_of(endpoint: str) -> tuple[str, int]:
    host, port = endpoint.split(":")
    return host, int(port)


def _free_ports(count: int) -> list[int]:
    """Ports free on loopback whose partner 10,000 above (the server's gRPC) exists and is free."""
    found: list[int] = []
    while len(found) < count:
        with socket.socket() as probe, socket.socket() as partner:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            if port + 10_000 > 65_535 or port in found:
                continue
            try:
                partner.bind(("127.0.0.1", port + 10_000))
            except OSError:
                continue
            found.append(port)
    return found
