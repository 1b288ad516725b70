"""Fields that are keyed by a second person, and what each of them said."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from intake.keyed import Keying, Said
from intake.model import NotFound, Person
from intake.records.rights import for_person
from intake.tables import answers, applications, keyings

_SAYINGS = ("first", "second", "third", "final")


def add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Each row names the columns that a new keying has."""
    connection.execute(keyings.insert(), [_stored(each) for each in rows])


def get(connection: Connection, keying_id: int, *, lock: bool = False) -> Keying:
    """Raises ``NotFound``. ``lock`` keeps others from changing it until the transaction ends."""
    query = keyings.select().where(keyings.c.id == keying_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound("There is no such field to key.")
    return _keying(row)


def change(connection: Connection, keying_id: int, **values: Any) -> None:
    connection.execute(keyings.update().where(keyings.c.id == keying_id).values(**_stored(values)))


def of_application(connection: Connection, application_id: str) -> list[Keying]:
    """All that were ever asked for an application, oldest first."""
    query = keyings.select().where(keyings.c.application_id == application_id)
    return [_keying(row) for row in connection.execute(query.order_by(keyings.c.id))]


def agreed(connection: Connection, application_id: str) -> dict[str, Said]:
    """The fields of an application that more than one person keyed, with what stands for each."""
    closed = of_application(connection, application_id)
    return {each.field: each.final for each in closed if each.final is not None}


def held_by(connection: Connection, person: Person, now: datetime) -> Keying | None:
    """The one that lies before a person now, while they may still see such applications."""
    row = connection.execute(
        sa.select(keyings)
        .join_from(keyings, applications, keyings.c.application_id == applications.c.id)
        .where(
            keyings.c.closed_at.is_(None),
            keyings.c.holder == person.id,
            keyings.c.lease_until > now,
            *for_person(person),
        )
        .order_by(keyings.c.id)
        .limit(1)
    ).one_or_none()
    return _keying(row) if row else None


def next_for(
    connection: Connection,
    person: Person,
    now: datetime,
    forms: Collection[str],
    but: Collection[int],
) -> Keying | None:
    """The one to key next, ``but`` these, for a person who has had nothing to do with it.

    Of these ``forms`` alone, each as ``code edition``. What holds a delivery up goes first, then
    what is due first.
    """
    query = (
        sa.select(keyings)
        .join_from(keyings, applications, keyings.c.application_id == applications.c.id)
        .where(*_open_to(person, now), _is_of(forms), keyings.c.id.not_in(but))
        .order_by(keyings.c.why, applications.c.due_on, keyings.c.asked_at, keyings.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = connection.execute(query).one_or_none()
    return _keying(row) if row else None


def count_for(connection: Connection, person: Person, now: datetime, forms: Collection[str]) -> int:
    """How many of these forms, each as ``code edition``, a person could key now."""
    query = (
        sa.select(sa.func.count())
        .select_from(keyings)
        .join(applications, keyings.c.application_id == applications.c.id)
        .where(*_open_to(person, now), _is_of(forms))
    )
    return int(connection.execute(query).scalar_one())


def withdraw(connection: Connection, application_id: str, now: datetime) -> None:
    """End what held up a delivery that is not to happen any more."""
    connection.execute(
        keyings.update()
        .where(
            keyings.c.application_id == application_id,
            keyings.c.why == "critical",
            keyings.c.closed_at.is_(None),
        )
        .values(outcome="withdrawn", closed_at=now, holder=None, lease_until=None)
    )


def to_decide(connection: Connection, limit: int) -> list[Keying]:
    """What was keyed a second time and is not settled, oldest first."""
    query = keyings.select().where(keyings.c.closed_at.is_(None), keyings.c.second_by.is_not(None))
    return [_keying(row) for row in connection.execute(query.order_by(keyings.c.id).limit(limit))]


def number_waiting(connection: Connection) -> int:
    """How many wait for a second or third person."""
    query = sa.select(sa.func.count()).where(
        keyings.c.closed_at.is_(None), keyings.c.third_by.is_(None)
    )
    return int(connection.execute(query).scalar_one())


def closed_since(
    connection: Connection, since: datetime
) -> Iterator[tuple[tuple[str, str], Keying]]:
    """Everything that was keyed and settled since then, with form code and edition."""
    query = (
        sa.select(keyings, applications.c.form_code, applications.c.edition)
        .join_from(keyings, applications, keyings.c.application_id == applications.c.id)
        .where(keyings.c.closed_at >= since, keyings.c.outcome != "withdrawn")
        .order_by(keyings.c.closed_at.desc())
    )
    for row in connection.execute(query):
        yield (row.form_code, row.edition), _keying(row)


def _is_of(forms: Collection[str]) -> sa.ColumnElement[bool]:
    return (applications.c.form_code + " " + applications.c.edition).in_(forms)


def _open_to(person: Person, now: datetime) -> list[sa.ColumnElement[bool]]:
    """Nobody has it, it waits for a person's keying, and this one has not had a part in it.

    Nor has it on the desk again, where the first value is to be seen.
    """
    parts = (
        keyings.c.first_by, keyings.c.second_by, applications.c.decided_by, applications.c.holder
    )  # fmt: skip
    answered = sa.exists().where(
        answers.c.application_id == keyings.c.application_id,
        answers.c.field == keyings.c.field,
        answers.c.by == person.id,
    )
    return [
        keyings.c.closed_at.is_(None),
        keyings.c.third_by.is_(None),
        sa.or_(keyings.c.lease_until.is_(None), keyings.c.lease_until <= now),
        *(sa.or_(each.is_(None), each != person.id) for each in parts),
        ~answered,
        *for_person(person),
    ]


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.to_json() if isinstance(value, Said) else value
        for name, value in values.items()
    }


def _keying(row: Any) -> Keying:
    kept = {name: getattr(row, name) for name in keyings.c.keys()}  # noqa: SIM118
    for name in _SAYINGS:
        kept[name] = Said.from_json(kept[name]) if kept[name] is not None else None
    return Keying(**kept)
