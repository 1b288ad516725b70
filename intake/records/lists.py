"""Queries across subjects, for lists and counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from intake.model import Application, Item, Scan, Status
from intake.records import scans as scan_rows
from intake.records.applications import to_application
from intake.tables import applications, items, releases, scans, sides

_READ = (Status.EXTRACTED, Status.QUARANTINED, Status.STUCK)


def scan(connection: Connection, scan_id: str) -> Scan:
    """Raises ``NotFound``."""
    return scan_rows.get(connection, scan_id)


def newest_scans(connection: Connection, limit: int, status: Status | None = None) -> list[Scan]:
    query = scans.select().order_by(scans.c.received_at.desc(), scans.c.id.desc()).limit(limit)
    if status is not None:
        query = query.where(scans.c.status == status)
    return [scan_rows.to_scan(row) for row in connection.execute(query)]


def with_status(connection: Connection, status: Status) -> list[Scan]:
    query = scans.select().where(scans.c.status == status).order_by(scans.c.id)
    return [scan_rows.to_scan(row) for row in connection.execute(query)]


def items_of(
    connection: Connection, scan_ids: Sequence[str]
) -> list[tuple[Item, Application | None]]:
    """The items of these scans in their order, each with its application if there is one."""
    mine = items.select().where(items.c.scan_id.in_(scan_ids)).order_by(items.c.position)
    made = applications.select().where(applications.c.scan_id.in_(scan_ids))
    of_item = {row.item_id: to_application(row) for row in connection.execute(made)}
    found = [scan_rows.to_item(row) for row in connection.execute(mine)]
    return [(item, of_item.get(item.id)) for item in found]


def stages(connection: Connection) -> dict[Status, int]:
    """How many stand at each status: applications; items and scans that are not further yet."""
    totals: dict[Status, int] = {}
    unread = items.select().where(items.c.status != Status.EXTRACTED).subquery()
    unsplit = scans.select().where(scans.c.status != Status.SCANNED).subquery()
    for table in (applications, unread, unsplit):
        query = sa.select(table.c.status, sa.func.count()).group_by(table.c.status)
        for status, number in connection.execute(query):
            totals[Status(status)] = totals.get(Status(status), 0) + number
    return totals


def scans_in_hand(connection: Connection) -> tuple[int, int]:
    """``(all scans, those that wait to be split)``."""
    waiting = sa.func.count().filter(scans.c.status == Status.RECEIVED)
    row = connection.execute(sa.select(sa.func.count(), waiting).select_from(scans)).one()
    return row[0], row[1]


def pages(connection: Connection) -> tuple[int, int]:
    """``(pages that belong to an item, those whose item was read)``."""
    query = (
        sa.select(sa.func.count(), sa.func.count().filter(items.c.status.in_(_READ)))
        .select_from(sides)
        .join(items, sides.c.item_id == items.c.id)
    )
    row = connection.execute(query).one()
    return row[0], row[1]


def returned(
    connection: Connection, since: datetime, limit: int
) -> list[tuple[Application, str, int]]:
    """What was returned to its sender, newest first: application, file, position in the scan."""
    query = (
        sa.select(applications, scans.c.file_name, items.c.position)
        .join_from(applications, items, applications.c.item_id == items.c.id)
        .join(scans, applications.c.scan_id == scans.c.id)
        .where(applications.c.status == Status.RETURNED, applications.c.decided_at >= since)
        .order_by(applications.c.decided_at.desc())
        .limit(limit)
    )
    rows: Sequence[Any] = connection.execute(query).all()
    return [(to_application(row), row.file_name, row.position) for row in rows]


def delivered(
    connection: Connection, limit: int
) -> list[tuple[Application, datetime, datetime | None, datetime | None]]:
    """The latest releases, newest first, with when they were released, sent, acknowledged."""
    query = (
        sa.select(
            applications, releases.c.released_at, releases.c.sent_at, releases.c.acknowledged_at
        )
        .join_from(releases, applications, releases.c.application_id == applications.c.id)
        .order_by(releases.c.cursor.desc())
        .limit(limit)
    )
    rows: Sequence[Any] = connection.execute(query).all()
    return [(to_application(r), r.released_at, r.sent_at, r.acknowledged_at) for r in rows]
