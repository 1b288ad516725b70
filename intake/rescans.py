"""Paper that has to be scanned again: a reviewer asks, the mailroom does it or cannot find it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from intake import audit
from intake.desk import desk
from intake.model import (
    RESCAN_REASONS,
    Application,
    Channel,
    NotFound,
    Person,
    Refused,
    Status,
    move,
)
from intake.records import applications, references, releases, rescans, scans, unknown
from intake.services import Services

RESCANNED = "RESCANNED"
"""The code of an application that was closed because its paper was scanned again."""
LISTED = 50


@dataclass(frozen=True, slots=True)
class ToScan:
    """One item to scan again. ``pages``: the numbers of its sides in the file.

    Nothing of what is written on it, save what a reviewer wrote into ``note`` for the mailroom.
    """

    id: int
    scan_id: str
    file_name: str
    batch: str
    station: str
    channel: Channel
    position: int
    pages: tuple[int, ...]
    reason: str
    note: str
    asked_at: datetime
    due_on: date


@dataclass(frozen=True, slots=True)
class Arrived:
    """A scan that may be the new one."""

    scan_id: str
    file_name: str
    received_at: datetime


def ask(
    services: Services, application_id: str, person: Person, version: int, reason: tuple[str, str]
) -> None:
    """Ask the mailroom to scan the paper again. ``reason``: a code of ``RESCAN_REASONS``, a note.

    Asking twice from the same version is asking once. Raises ``LeaseLost``, ``VersionConflict``,
    and ``Refused`` for what was delivered before.
    """
    if _asked(services, application_id, person, version):
        return
    with desk(services, application_id, person, version) as mine:
        if releases.latest(mine.connection, application_id) is not None:
            raise Refused(
                "delivered",
                "This application was delivered before. A new scan would be delivered as another "
                "application, beside the first. Refer it to a supervisor, or return it.",
            )
        rescans.add(mine.connection, application_id, reason, person.id, services.now())
        mine.decide(Status.AWAITING_RESCAN, *reason)


def number_open(services: Services) -> int:
    """How many items wait to be scanned again."""
    with services.database.reading() as connection:
        return rescans.number_open(connection)


def waiting(services: Services, *, limit: int = LISTED) -> list[ToScan]:
    """What waits to be scanned again, asked for first."""
    with services.database.reading() as connection:
        rows = rescans.open_ones(connection, limit)
        pages = rescans.pages_of(connection, [row.item_id for row in rows])
    return [_to_scan(row, pages[row.item_id]) for row in rows]


def arrived(services: Services, since: datetime) -> list[Arrived]:
    """The scans that came and were parted into items since then, newest first."""
    with services.database.reading() as connection:
        rows = rescans.arrived_since(connection, since, LISTED)
    return [Arrived(row.id, row.file_name, row.received_at) for row in rows]


def done(services: Services, rescan_id: int, person: Person, new_scan_id: str) -> None:
    """The paper was scanned again, as this scan; what was read before is closed.

    What the new scan holds is due no later than that was. Raises ``NotFound``, and ``Refused`` for
    a scan that cannot be the new one or an item that nobody has to scan any more.
    """
    with _open(services, rescan_id) as (connection, row, application):
        scan = scans.get(connection, new_scan_id)
        if scan.id == application.scan_id or scan.received_at <= row.asked_at:
            raise Refused(
                "old_scan",
                "This scan came before the paper was asked for again. Choose the new scan.",
            )
        if scan.status != Status.SCANNED:
            raise Refused(
                "unread",
                "This scan was not read yet. Wait until Arrivals shows that it was, then choose "
                "it.",
            )
        at, actor = services.now(), _actor(person)
        references.put(connection, application.id, ())
        unknown.remove(connection, application.id)
        _leave(connection, application, Status.CLOSED, code=RESCANNED, note="")
        rescans.end(connection, rescan_id, actor, at, scan.id)
        rescans.bring_forward(connection, scan.id, application.due_on)
        audit.append(connection, application.id, actor, "rescanned", at, new_scan=scan.id)
        audit.append(connection, scan.id, actor, "replaces", at, application=application.id)


def not_found(services: Services, rescan_id: int, person: Person) -> None:
    """The paper cannot be found: back to review, where a supervisor decides.

    Raises ``NotFound``, and ``Refused`` for an item that nobody has to scan any more.
    """
    with _open(services, rescan_id) as (connection, row, application):
        at, actor = services.now(), _actor(person)
        wanted = RESCAN_REASONS.get(row.code, row.code)
        told = f"It was to be scanned again ({wanted}), but the mailroom cannot find the paper."
        note = f"{told} {row.note}" if row.note else told
        _leave(connection, application, Status.IN_REVIEW, referred=True, code="", note=note)
        rescans.end(connection, rescan_id, actor, at)
        audit.append(connection, application.id, actor, "paper_not_found", at)


@contextmanager
def _open(services: Services, rescan_id: int) -> Iterator[tuple[Connection, Any, Application]]:
    """A transaction on something that still waits to be scanned."""
    with services.database.writing() as connection:
        row = rescans.get(connection, rescan_id)
        if row is None:
            raise NotFound("Nothing was asked for under this number.")
        application = applications.get(connection, row.application_id, lock=True)
        if row.done_at is not None or application.status != Status.AWAITING_RESCAN:
            raise Refused("done", "Somebody has dealt with this already. Nothing was changed.")
        yield connection, row, application


def _leave(connection: Connection, application: Application, to: Status, **also: Any) -> None:
    """Let it wait for the mailroom no longer."""
    applications.change(
        connection,
        application.id,
        status=move(application.status, to),
        version=application.version + 1,
        decided_at=None,
        decided_by=None,
        **also,
    )


def _asked(services: Services, application_id: str, person: Person, version: int) -> bool:
    """Whether this person has asked from just this version."""
    with services.database.reading() as connection:
        found = applications.get(connection, application_id)
    mine = found.decided_by == person.id and found.version == version + 1
    return mine and found.status == Status.AWAITING_RESCAN


def _to_scan(row: Any, pages: list[int]) -> ToScan:
    return ToScan(
        id=row.id,
        scan_id=row.scan_id,
        file_name=row.file_name,
        batch=row.batch,
        station=row.station,
        channel=row.channel,
        position=row.position,
        pages=tuple(pages),
        reason=RESCAN_REASONS.get(row.code, row.code),
        note=row.note,
        asked_at=row.asked_at,
        due_on=row.due_on,
    )


def _actor(person: Person) -> str:
    return f"{person.role}:{person.name}"
