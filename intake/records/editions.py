"""The editions that applications were read with, each with the digest its pack had then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from intake.tables import applications, editions


def used(connection: Connection) -> Mapping[tuple[str, str], str]:
    """The digest of every used edition, by ``(code, edition)``."""
    rows = connection.execute(editions.select().order_by(editions.c.code, editions.c.edition))
    return {(row.code, row.edition): row.digest for row in rows}


def digest(connection: Connection, code: str, edition: str) -> str | None:
    """The digest an edition was first used with; ``None`` for one that was not used yet."""
    row = connection.execute(
        editions.select().where(editions.c.code == code, editions.c.edition == edition)
    ).one_or_none()
    return row.digest if row else None


def unrecorded(connection: Connection) -> list[tuple[str, str]]:
    """``(code, edition)`` of stored applications that no row tells of."""
    known = sa.exists().where(
        editions.c.code == applications.c.form_code, editions.c.edition == applications.c.edition
    )
    query = sa.select(applications.c.form_code, applications.c.edition).distinct().where(~known)
    return [(row.form_code, row.edition) for row in connection.execute(query)]


def add(connection: Connection, key: tuple[str, str], digest: str, at: datetime) -> None:
    code, edition = key
    connection.execute(
        editions.insert().values(code=code, edition=edition, digest=digest, first_used_at=at)
    )
