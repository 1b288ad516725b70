"""Letters to senders: the draft of one, those approved, and what became of the paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from intake.model import NotFound
from intake.tables import applications, items, letters, scans


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """One letter. ``body``: the ``edits`` and, once approved, the ``letter`` as JSON.

    ``version`` counts its savings while it is a draft. ``withdrawn_at``: when the return it belongs
    to was taken back.
    """

    application_id: str
    number: int
    version: int
    language: str
    body: Mapping[str, Any]
    written_by: str
    written_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    printed_at: datetime | None = None
    printed_by: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def reference(self) -> str:
        """What names it on paper and in the audit trail."""
        return f"{self.application_id}/{self.number}"


def of(connection: Connection, application_id: str) -> list[KeptLetter]:
    """All of an application, oldest first; an unapproved one is the draft, and the last."""
    query = (
        letters.select()
        .where(letters.c.application_id == application_id)
        .order_by(letters.c.number)
    )
    return [_letter(row) for row in connection.execute(query)]


def get(connection: Connection, application_id: str, number: int) -> KeptLetter:
    """An approved letter. Raises ``NotFound``."""
    query = letters.select().where(
        letters.c.application_id == application_id,
        letters.c.number == number,
        letters.c.approved_at.is_not(None),
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("There is no such letter.")
    return _letter(row)


def keep(connection: Connection, before: KeptLetter | None, **values: Any) -> None:
    """Save a draft in the place of the one before, or as new, or approve it."""
    if before is None:
        connection.execute(letters.insert().values(**values))
    else:
        _change(connection, before.application_id, before.number, **values)


def printed(connection: Connection, letter: KeptLetter, by: str, at: datetime) -> None:
    _change(connection, letter.application_id, letter.number, printed_at=at, printed_by=by)


def withdraw(connection: Connection, application_id: str, at: datetime) -> KeptLetter | None:
    """Take back the letter that was approved last; it, or ``None`` when none stands."""
    standing = [each for each in of(connection, application_id) if each.approved_at]
    if not standing or standing[-1].withdrawn_at:
        return None
    _change(connection, application_id, standing[-1].number, withdrawn_at=at)
    return standing[-1]


def to_print(connection: Connection, limit: int) -> list[tuple[KeptLetter, str, int]]:
    """What is approved and not printed yet, oldest first: letter, file, position in the scan."""
    return _listed(
        connection,
        [letters.c.printed_at.is_(None), letters.c.withdrawn_at.is_(None)],
        letters.c.approved_at,
        limit,
    )


def printed_since(
    connection: Connection, since: datetime, limit: int
) -> list[tuple[KeptLetter, str, int]]:
    """What was printed since then, withdrawn or not, newest first; as ``to_print``."""
    return _listed(
        connection, [letters.c.printed_at >= since], letters.c.printed_at.desc(), limit
    )  # fmt: skip


def of_all(
    connection: Connection, application_ids: Collection[str]
) -> Mapping[str, KeptLetter]:  # fmt: skip
    """The letter that stands for each of these applications that has one, by application."""
    query = (
        letters.select()
        .where(
            letters.c.application_id.in_(application_ids),
            letters.c.approved_at.is_not(None),
            letters.c.withdrawn_at.is_(None),
        )
        .order_by(letters.c.number)
    )
    return {row.application_id: _letter(row) for row in connection.execute(query)}


def _listed(
    connection: Connection,
    conditions: Sequence[sa.ColumnElement[bool]],
    order: sa.ColumnElement[Any],
    limit: int,
) -> list[tuple[KeptLetter, str, int]]:
    query = (
        sa.select(letters, scans.c.file_name, items.c.position.label("place"))
        .join_from(letters, applications, letters.c.application_id == applications.c.id)
        .join(items, applications.c.item_id == items.c.id)
        .join(scans, applications.c.scan_id == scans.c.id)
        .where(letters.c.approved_at.is_not(None), *conditions)
        .order_by(order, letters.c.application_id)
        .limit(limit)
    )
    rows: Sequence[Any] = connection.execute(query).all()
    return [(_letter(row), row.file_name, row.place) for row in rows]


def _change(connection: Connection, application_id: str, number: int, **values: Any) -> None:
    connection.execute(
        sa.update(letters)
        .where(letters.c.application_id == application_id, letters.c.number == number)
        .values(**values)
    )


def _letter(row: Any) -> KeptLetter:
    return KeptLetter(**{name: getattr(row, name) for name in letters.c.keys()})  # noqa: SIM118
