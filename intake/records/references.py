"""Reference numbers: which applications name the same vehicle, person or document."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import Connection

from intake.model import Application
from intake.records.applications import to_application
from intake.tables import applications, reference_numbers

_mine, _other = reference_numbers.alias("mine"), reference_numbers.alias("other")


def put(connection: Connection, application_id: str, numbers: Iterable[tuple[str, str]]) -> None:
    """Let these ``(kind, value)`` be all the numbers of an application."""
    connection.execute(
        reference_numbers.delete().where(reference_numbers.c.application_id == application_id)
    )
    rows = [
        {"application_id": application_id, "kind": kind, "value": value}
        for kind, value in sorted(set(numbers))
    ]
    if rows:
        connection.execute(reference_numbers.insert(), rows)


def sharing(
    connection: Connection, application: Application, *, cleared: bool, limit: int | None
) -> list[tuple[Application, tuple[str, ...]]]:
    """Applications received no later that share a number, newest first, with the kinds shared.

    Sensitive ones only for somebody who is ``cleared`` for them. ``limit``: how many at most.
    """
    before = [
        applications.c.id != application.id,
        applications.c.received_at <= application.received_at,
    ]
    if not cleared:
        before.append(applications.c.sensitive.is_(False))
    same = sa.and_(_mine.c.kind == _other.c.kind, _mine.c.value == _other.c.value)
    found = (
        sa.select(applications.c.id)
        .join_from(_mine, _other, same)
        .join(applications, applications.c.id == _other.c.application_id)
        .where(_mine.c.application_id == application.id, *before)
        .group_by(applications.c.id)
        .order_by(applications.c.received_at.desc(), applications.c.id.desc())
        .limit(limit)
    )
    rows = connection.execute(
        sa.select(applications, _other.c.kind.label("shared"))
        .join_from(_mine, _other, same)
        .join(applications, applications.c.id == _other.c.application_id)
        .where(_mine.c.application_id == application.id, applications.c.id.in_(found))
        .order_by(applications.c.received_at.desc(), applications.c.id.desc(), _other.c.kind)
    )
    kinds: dict[Application, dict[str, None]] = {}
    for row in rows:
        kinds.setdefault(to_application(row), {})[row.shared] = None
    return [(each, tuple(shared)) for each, shared in kinds.items()]
