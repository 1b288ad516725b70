"""Rows of the audit trail: added, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from intake.tables import events


def last(connection: Connection, subject: str) -> Row[Any] | None:
    query = events.select().where(events.c.subject == subject).order_by(events.c.n.desc()).limit(1)
    return connection.execute(query).one_or_none()


def add(connection: Connection, **values: Any) -> None:
    connection.execute(events.insert().values(**values))


def subjects(connection: Connection) -> Sequence[str]:
    query = sa.select(events.c.subject).distinct().order_by(events.c.subject)
    return connection.execute(query).scalars().all()


def of(connection: Connection, subject: str) -> Sequence[Row[Any]]:
    query = events.select().where(events.c.subject == subject).order_by(events.c.n)
    return connection.execute(query).all()
