"""Applications of which one field is lent to a person, to look at apart from the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from intake.model import Application, Person, Status
from intake.records.applications import to_application
from intake.records.rights import for_person
from intake.tables import answers
from intake.tables import applications as a

Field = tuple[str, str, str]
"""Form code, edition, name of the field."""
_NOBODY: dict[str, Any] = {"reserved_for": None, "reserved_until": None, "reserved_field": ""}


def counts(
    connection: Connection, person: Person, now: datetime
) -> Sequence[tuple[Field, int, date]]:
    """For every field: how many applications wait for it, and when the first is due."""
    names = sa.func.json_each(a.c.doubtful).table_valued("value")
    query = (
        sa.select(
            a.c.form_code, a.c.edition, names.c.value, sa.func.count(), sa.func.min(a.c.due_on)
        )
        .select_from(a)
        .join(names, sa.true())
        .where(*_free(person, now), _unanswered(names.c.value))
        .group_by(a.c.form_code, a.c.edition, names.c.value)
    )
    return [((row[0], row[1], row[2]), row[3], row[4]) for row in connection.execute(query)]


def free(
    connection: Connection,
    person: Person,
    field: Field,
    now: datetime,
    limit: int,
) -> list[str]:
    """Applications that wait for this field and that nobody has, due first."""
    code, edition, name = field
    names = sa.func.json_each(a.c.doubtful).table_valued("value")
    query = (
        sa.select(a.c.id)
        .join(names, sa.true())
        .where(
            a.c.form_code == code,
            a.c.edition == edition,
            names.c.value == name,
            *_free(person, now),
            _unanswered(names.c.value),
        )
        .order_by(a.c.due_on, a.c.received_at, a.c.id)
        .limit(limit)
    )
    return [row.id for row in connection.execute(query)]


def lend(
    connection: Connection, chosen: Sequence[str], person_id: str, field: str, until: datetime
) -> None:
    """Nobody else gets these until then; whoever had one before has it no more."""
    connection.execute(
        a.update()
        .where(a.c.id.in_(chosen))
        .values(
            reserved_for=person_id, reserved_until=until, reserved_field=field,
            holder=None, lease_until=None,
        )
    )  # fmt: skip


def extend(connection: Connection, person_id: str, field: str, until: datetime) -> None:
    """Lend longer what is still lent."""
    connection.execute(
        a.update()
        .where(*_lent(person_id), a.c.reserved_field == field)
        .values(reserved_until=until)
    )


def lent(connection: Connection, person_id: str, field: Field, now: datetime) -> list[Application]:
    """What of this field is lent to a person now, due first."""
    code, edition, name = field
    query = (
        a.select()
        .where(
            *_lent(person_id),
            a.c.reserved_until > now,
            a.c.reserved_field == name,
            a.c.form_code == code,
            a.c.edition == edition,
        )
        .order_by(a.c.due_on, a.c.received_at, a.c.id)
    )
    return [to_application(row) for row in connection.execute(query)]


def take_back(connection: Connection, person_id: str) -> None:
    """End everything of single fields that is lent to a person."""
    connection.execute(a.update().where(*_lent(person_id)).values(**_NOBODY))


def _lent(person_id: str) -> list[ColumnElement[bool]]:
    return [a.c.reserved_for == person_id, a.c.reserved_field != ""]


def _free(person: Person, now: datetime) -> list[ColumnElement[bool]]:
    """Waits for a person, nobody has it or is about to, and one field may be seen alone."""
    return [
        a.c.status == Status.IN_REVIEW,
        a.c.referred.is_(False),
        a.c.whole_page.is_(False),
        sa.or_(a.c.lease_until.is_(None), a.c.lease_until <= now),
        sa.or_(a.c.reserved_until.is_(None), a.c.reserved_until <= now),
        *for_person(person),
    ]


def _unanswered(name: ColumnElement[Any]) -> ColumnElement[bool]:
    return ~sa.exists().where(answers.c.application_id == a.c.id, answers.c.field == name)
