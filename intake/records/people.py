"""Accounts of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from intake.model import NotFound, Person
from intake.tables import people


def add(connection: Connection, person: Person, password: str) -> None:
    """``password`` is its hash."""
    connection.execute(
        people.insert().values(id=person.id, name=person.name, role=person.role, password=password)
    )


def named(connection: Connection, name: str, *, lock: bool = False) -> Row[Any] | None:
    query = people.select().where(people.c.name == name)
    return connection.execute(query.with_for_update() if lock else query).one_or_none()


def get(connection: Connection, person_id: str) -> Person:
    """Raises ``NotFound``."""
    row = connection.execute(people.select().where(people.c.id == person_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such person.")
    return to_person(row)


def session_of(connection: Connection, person_id: str) -> int | None:
    """The number that sessions begun now carry; ``None`` when there is no such person."""
    query = sa.select(people.c.session).where(people.c.id == person_id)
    return connection.execute(query).scalar_one_or_none()


def name_of(connection: Connection, person_id: str) -> str:
    return get(connection, person_id).name


def every(connection: Connection) -> list[Person]:
    return [to_person(row) for row in connection.execute(people.select().order_by(people.c.name))]


def set_password(connection: Connection, person_id: str, password: str) -> None:
    """Set the hash of a new password, and let the account log in at once."""
    _change(connection, person_id, password=password, failures=0, locked_until=None, closed_at=None)


def close(connection: Connection, person_id: str, at: datetime) -> None:
    """Let nobody log in to it any more."""
    _change(connection, person_id, closed_at=at)


def end_sessions(connection: Connection, person_id: str) -> None:
    """Count one up, so that every session begun before is over."""
    _change(connection, person_id, session=people.c.session + 1)


def preferences_of(connection: Connection, person_id: str) -> Any:
    """What was kept with ``set_preferences``; ``None`` for nothing, or no such person."""
    query = sa.select(people.c.preferences).where(people.c.id == person_id)
    return connection.execute(query).scalar_one_or_none()


def set_preferences(connection: Connection, person_id: str, kept: dict[str, Any]) -> None:
    _change(connection, person_id, preferences=kept)


def set_queues(connection: Connection, person_id: str, queues: Sequence[str]) -> None:
    """Set the work queues they know; none for all."""
    _change(connection, person_id, queues=list(queues) or None)


def set_cleared(connection: Connection, person_id: str, cleared: bool) -> None:
    _change(connection, person_id, cleared=cleared)


def set_tries(
    connection: Connection, person_id: str, failures: int, locked_until: datetime | None
) -> None:
    _change(connection, person_id, failures=failures, locked_until=locked_until)


def to_person(row: Any) -> Person:
    return Person(
        row.id, row.name, row.role, row.closed_at is not None, tuple(row.queues or ()), row.cleared
    )


def _change(connection: Connection, person_id: str, **values: Any) -> None:
    connection.execute(people.update().where(people.c.id == person_id).values(**values))
