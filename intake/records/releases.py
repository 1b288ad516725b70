"""What was delivered: one frozen body for each revision, numbered in the order of release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from intake.tables import releases


def add(
    connection: Connection, application_id: str, revision: int, body: str, at: datetime
) -> Row[Any]:
    """Freeze what this revision says. A revision that was frozen before stays as it is."""
    known = get(connection, application_id, revision)
    if known is not None:
        return known
    connection.execute(
        releases.insert().values(
            application_id=application_id, revision=revision, body=body, released_at=at
        )
    )
    frozen = get(connection, application_id, revision)
    if frozen is None:
        raise LookupError("a release that was just written is not there")
    return frozen


def get(connection: Connection, application_id: str, revision: int) -> Row[Any] | None:
    return connection.execute(
        releases.select().where(
            releases.c.application_id == application_id, releases.c.revision == revision
        )
    ).one_or_none()


def latest(connection: Connection, application_id: str) -> Row[Any] | None:
    """The newest revision that was released, if any was."""
    return connection.execute(
        releases.select()
        .where(releases.c.application_id == application_id)
        .order_by(releases.c.revision.desc())
        .limit(1)
    ).one_or_none()


def after(connection: Connection, cursor: int, limit: int) -> Sequence[Row[Any]]:
    """Releases with a higher cursor, in the order of release."""
    query = (
        releases.select().where(releases.c.cursor > cursor).order_by(releases.c.cursor).limit(limit)
    )
    return connection.execute(query).all()


def numbered(connection: Connection, cursor: int) -> Row[Any] | None:
    return connection.execute(releases.select().where(releases.c.cursor == cursor)).one_or_none()


def sent(connection: Connection, application_id: str, revision: int, at: datetime) -> None:
    """Record that the webhook took it."""
    _change(connection, application_id, revision, sent_at=at)


def acknowledged(
    connection: Connection, application_id: str, revision: int, by: str, at: datetime
) -> None:
    """Record that the system downstream has it for good."""
    _change(connection, application_id, revision, acknowledged_at=at, acknowledged_by=by)


def _change(connection: Connection, application_id: str, revision: int, **values: Any) -> None:
    connection.execute(
        sa.update(releases)
        .where(releases.c.application_id == application_id, releases.c.revision == revision)
        .values(**values)
    )
