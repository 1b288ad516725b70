"""The one door for post and counter: store the original, then give a receipt.

The receipt is given only after the bytes are durable in the objects and the scan, its first job and
its audit event are committed together. A crash before that leaves no receipt; sent again, the same
bytes get the same receipt and are read once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from ulid import ULID

from intake import audit, jobs
from intake.model import Channel, Receipt, Refused, Scan, Status
from intake.records import scans
from intake.services import Services


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a scan came. ``actor`` says who handed it in, ``key`` is that actor's idempotency key."""

    channel: Channel
    station: str
    file_name: str = ""
    actor: str = "station"
    key: str | None = None
    batch: str = ""


def receive(services: Services, source: bytes | Path, arrival: Arrival) -> Receipt:
    """Take in one file. Raises ``Refused`` (nothing was kept) and ``OSError`` (try again)."""
    data = _read(source, services.settings.limit_bytes)
    sha256 = hashlib.sha256(data).hexdigest()
    with services.database.reading() as connection:
        _key_fits(connection, arrival, sha256)
    services.objects.put(data)
    now = services.now()
    with services.database.writing() as connection:
        _key_fits(connection, arrival, sha256)
        known = scans.with_digest(connection, sha256)
        scan = known or _add(connection, sha256, len(data), arrival, now)
        if arrival.key and scans.key(connection, arrival.actor, arrival.key) is None:
            scans.keep_key(connection, arrival.actor, arrival.key, scan, now)
    return Receipt(scan.id, sha256, scan.received_at, known is not None, scan.status)


def _read(source: bytes | Path, limit: int) -> bytes:
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > limit:
        raise Refused(
            "too_large",
            f"The file has {size:,} bytes; at most {limit:,} are taken. Scan it in smaller parts.",
        )
    data = source.read_bytes() if isinstance(source, Path) else source
    if not data:
        raise Refused("empty", "The file is empty. Scan it again.")
    return data


def _key_fits(connection: Connection, arrival: Arrival, sha256: str) -> None:
    before = scans.key(connection, arrival.actor, arrival.key) if arrival.key else None
    if before is not None and before[0] != sha256:
        raise Refused(
            "key_reused",
            "This idempotency key came with another file before. Use a new key for a new file.",
        )


def _add(connection: Connection, sha256: str, size: int, arrival: Arrival, now: datetime) -> Scan:
    scan = Scan(
        id=str(ULID()),
        sha256=sha256,
        size=size,
        channel=arrival.channel,
        station=arrival.station[:60],
        file_name=_printable(Path(arrival.file_name).name)[:255],
        received_at=now,
        status=Status.RECEIVED,
        batch=arrival.batch[:60],
    )
    scans.add(connection, scan)
    jobs.add(connection, "split", scan.id, scan.received_at)
    audit.append(
        connection, scan.id, arrival.actor, "received", now,
        sha256=sha256, channel=scan.channel, station=scan.station, batch=scan.batch,
    )  # fmt: skip
    return scan


def _printable(name: str) -> str:
    """A name as text; bytes of it that are not UTF-8, which no database takes, become ``?``."""
    return name.encode("utf-8", "replace").decode()
