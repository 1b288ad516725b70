"""The append-only, hash-chained trail of what was done to a scan or an application, and by whom.

Each event's hash covers its content and the hash before it, so a changed or removed event shows.
Details carry ids, codes and field names, never what people wrote.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from intake.records import events


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a trail; ``n`` counts from 1 for each subject."""

    n: int
    at: datetime
    actor: str
    action: str
    detail: Mapping[str, Any]
    hash_prev: str | None
    hash: str


def append(
    connection: Connection, subject: str, actor: str, action: str, at: datetime, **detail: Any
) -> None:
    """Add an event in the caller's transaction, next to the change it tells of."""
    before = events.last(connection, subject)
    n, hash_prev = (before.n + 1, before.hash) if before else (1, None)
    events.add(
        connection,
        subject=subject,
        n=n,
        at=at,
        actor=actor,
        action=action,
        detail=detail,
        hash_prev=hash_prev,
        hash=_hash(subject, n, at, actor, action, detail, hash_prev),
    )


def trail(connection: Connection, subject: str) -> tuple[Event, ...]:
    return tuple(
        Event(row.n, row.at, row.actor, row.action, row.detail, row.hash_prev, row.hash)
        for row in events.of(connection, subject)
    )


def first_broken(connection: Connection, subject: str) -> int | None:
    """The number of the first event that was changed or is missing; ``None`` for a whole trail."""
    hash_prev = None
    for expected, event in enumerate(trail(connection, subject), start=1):
        made = _hash(
            subject, expected, event.at, event.actor, event.action, event.detail, hash_prev
        )
        if event.n != expected or event.hash_prev != hash_prev or event.hash != made:
            return expected
        hash_prev = event.hash
    return None


def broken(connection: Connection) -> Iterator[tuple[str, int | None]]:
    """Every subject that has a trail, with ``first_broken`` of it."""
    for subject in events.subjects(connection):
        yield subject, first_broken(connection, subject)


def _hash(subject: str, n: int, at: datetime, *rest: Any) -> str:
    content = [subject, n, at.astimezone(UTC).isoformat(timespec="microseconds"), *rest]
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(written.encode()).hexdigest()
