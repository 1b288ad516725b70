"""Which paper was asked for to be scanned again, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from intake.model import Status
from intake.tables import applications, items, rescans, scans, sides


def add(
    connection: Connection, application_id: str, reason: tuple[str, str], by: str, at: datetime
) -> None:
    """``reason``: a code and a note; ``by``: the id of the person who asks."""
    code, note = reason
    connection.execute(
        rescans.insert().values(
            application_id=application_id, code=code, note=note, asked_by=by, asked_at=at
        )
    )


def get(connection: Connection, rescan_id: int) -> Row[Any] | None:
    return connection.execute(rescans.select().where(rescans.c.id == rescan_id)).one_or_none()


def end(
    connection: Connection, rescan_id: int, by: str, at: datetime, new_scan_id: str | None = None
) -> None:
    """Nobody has to scan it any more. ``new_scan_id``: the scan that came in its place."""
    connection.execute(
        rescans.update()
        .where(rescans.c.id == rescan_id)
        .values(done_by=by, done_at=at, new_scan_id=new_scan_id)
    )


def withdraw(connection: Connection, application_id: str, by: str, at: datetime) -> None:
    """End what was asked for an application, because a reviewer took it back."""
    connection.execute(
        rescans.update()
        .where(rescans.c.application_id == application_id, rescans.c.done_at.is_(None))
        .values(done_by=by, done_at=at)
    )


def number_open(connection: Connection) -> int:
    query = sa.select(sa.func.count()).where(rescans.c.done_at.is_(None))
    return int(connection.execute(query).scalar_one())


def open_ones(connection: Connection, limit: int) -> Sequence[Any]:
    """What waits to be scanned again, asked for first, with its file and place in it."""
    query = (
        sa.select(
            rescans.c.id,
            rescans.c.code,
            rescans.c.note,
            rescans.c.asked_at,
            scans.c.id.label("scan_id"),
            scans.c.file_name,
            scans.c.batch,
            scans.c.station,
            scans.c.channel,
            items.c.id.label("item_id"),
            items.c.position,
            applications.c.due_on,
        )
        .join_from(rescans, applications, rescans.c.application_id == applications.c.id)
        .join(items, applications.c.item_id == items.c.id)
        .join(scans, applications.c.scan_id == scans.c.id)
        .where(rescans.c.done_at.is_(None))
        .order_by(rescans.c.asked_at, rescans.c.id)
        .limit(limit)
    )
    return connection.execute(query).all()


def pages_of(connection: Connection, item_ids: Sequence[str]) -> dict[str, list[int]]:
    """The numbers, in their scan, of the sides of each of these items."""
    query = (
        sa.select(sides.c.item_id, sides.c.number)
        .where(sides.c.item_id.in_(item_ids))
        .order_by(sides.c.item_id, sides.c.number)
    )
    found: dict[str, list[int]] = {each: [] for each in item_ids}
    for row in connection.execute(query):
        found[row.item_id].append(row.number)
    return found


def due_in_place_of(connection: Connection, scan_id: str) -> date | None:
    """When what a scan came in the place of was due, the soonest; ``None``: it replaces nothing."""
    query = (
        sa.select(sa.func.min(applications.c.due_on))
        .join_from(rescans, applications, rescans.c.application_id == applications.c.id)
        .where(rescans.c.new_scan_id == scan_id)
    )
    found: date | None = connection.execute(query).scalar_one()
    return found


def bring_forward(connection: Connection, scan_id: str, due_on: date) -> None:
    """Let what a scan holds and is not decided yet be due then, if it would be later."""
    connection.execute(
        applications.update()
        .where(
            applications.c.scan_id == scan_id,
            applications.c.status.in_((Status.IN_REVIEW, Status.SCANNED, Status.STUCK)),
            applications.c.due_on > due_on,
        )
        .values(due_on=due_on)
    )


def arrived_since(connection: Connection, at: datetime, limit: int) -> Sequence[Any]:
    """Scans that came after ``at``, newest first: id, file name and when."""
    query = (
        sa.select(scans.c.id, scans.c.file_name, scans.c.received_at)
        .where(scans.c.received_at > at, scans.c.status == Status.SCANNED)
        .order_by(scans.c.received_at.desc(), scans.c.id.desc())
        .limit(limit)
    )
    return connection.execute(query).all()
