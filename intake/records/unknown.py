"""Pages that look printed to fill in and fit no form pack, each with its group of lookalikes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from intake.tables import applications, unknown_pages


@dataclass(frozen=True, slots=True)
class UnknownPage:
    """One page. ``look`` names its group, ``thumbnail`` is the digest of a small picture."""

    look: str
    application_id: str
    page: int
    signature: bytes
    thumbnail: str
    at: datetime


def add(connection: Connection, page: UnknownPage) -> None:
    connection.execute(unknown_pages.insert().values(asdict(page)))


def remove(connection: Connection, application_id: str) -> None:
    """Forget the pages of an application that is read again."""
    connection.execute(
        unknown_pages.delete().where(unknown_pages.c.application_id == application_id)
    )


def firsts(connection: Connection, limit: int, after: int = 0) -> list[tuple[int, str, bytes]]:
    """``(id, look, signature)`` of the first page of each group with a higher id, newest first."""
    lowest = sa.select(sa.func.min(unknown_pages.c.id)).group_by(unknown_pages.c.look)
    query = (
        sa.select(unknown_pages.c.id, unknown_pages.c.look, unknown_pages.c.signature)
        .where(unknown_pages.c.id.in_(lowest), unknown_pages.c.id > after)
        .order_by(unknown_pages.c.id.desc())
        .limit(limit)
    )
    return [(row.id, row.look, row.signature) for row in connection.execute(query)]


def groups(connection: Connection, least: int, limit: int) -> Sequence[Any]:
    """Groups of ``least`` pages or more, newest first: look, pages, first, last, thumbnail."""
    found = (
        sa.select(
            unknown_pages.c.look,
            sa.func.count().label("pages"),
            sa.func.min(unknown_pages.c.at).label("first"),
            sa.func.max(unknown_pages.c.at).label("last"),
            sa.func.min(unknown_pages.c.id).label("lowest"),
        )
        .group_by(unknown_pages.c.look)
        .having(sa.func.count() >= least)
        .subquery()
    )
    query = (
        sa.select(found.c.look, found.c.pages, found.c.first, found.c.last,
                  unknown_pages.c.thumbnail)
        .join_from(found, unknown_pages, found.c.lowest == unknown_pages.c.id)
        .order_by(found.c.last.desc(), found.c.look)
        .limit(limit)
    )  # fmt: skip
    return connection.execute(query).all()


def members(connection: Connection, look: str) -> Sequence[Any]:
    """The pages of a group, oldest first, each with its application."""
    query = (
        sa.select(unknown_pages.c.page, unknown_pages.c.thumbnail, unknown_pages.c.at, applications)
        .join_from(unknown_pages, applications, unknown_pages.c.application_id == applications.c.id)
        .where(unknown_pages.c.look == look)
        .order_by(unknown_pages.c.id)
    )
    return connection.execute(query).all()
