"""Applications, what was read, and what people answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from extractors.values import Reading
from intake.model import Answer, Application, NotFound, Status
from intake.tables import answers, applications, readings

_WITHDRAWN = "withdrawn"


def add(connection: Connection, application: Application, reading: Reading) -> None:
    connection.execute(applications.insert().values(asdict(application)))
    connection.execute(
        readings.insert().values(application_id=application.id, body=reading.to_json())
    )


def replace(connection: Connection, application: Application, reading: Reading) -> None:
    """Put what was read again in the place of what was read before."""
    change(connection, application.id, **asdict(application))
    connection.execute(
        readings.update()
        .where(readings.c.application_id == application.id)
        .values(body=reading.to_json())
    )


def keep_reading(connection: Connection, application_id: str, reading: Reading) -> None:
    """Put what still stands of a reading in its place."""
    connection.execute(
        readings.update()
        .where(readings.c.application_id == application_id)
        .values(body=reading.to_json())
    )


def get(connection: Connection, application_id: str, *, lock: bool = False) -> Application:
    """Raises ``NotFound``. ``lock`` keeps others from changing it until the transaction ends."""
    query = applications.select().where(applications.c.id == application_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound("There is no such application.")
    return to_application(row)


def of_item(connection: Connection, item_id: str) -> Application | None:
    row = connection.execute(
        applications.select().where(applications.c.item_id == item_id)
    ).one_or_none()
    return to_application(row) if row else None


def reading(connection: Connection, application_id: str) -> Reading:
    """What the machine read. Raises ``NotFound``."""
    body = connection.execute(
        sa.select(sa.type_coerce(readings.c.body, sa.Text)).where(
            readings.c.application_id == application_id
        )
    ).scalar_one_or_none()
    if body is None:
        raise NotFound("There is no such application.")
    return _read(body)


@lru_cache(maxsize=16)
def _read(body: str) -> Reading:
    """One page asks for the same reading several times; what it says is found anew by its text."""
    return Reading.from_json(json.loads(body))


def change(connection: Connection, application_id: str, **values: Any) -> None:
    """Set columns of one application; the caller has checked the move and its own right to it."""
    connection.execute(
        applications.update().where(applications.c.id == application_id).values(**values)
    )


def on_desk_of(connection: Connection, person_id: str, now: datetime) -> str | None:
    """The application that a person holds now; of several the one due first."""
    # Not sorted by the database, which would then look through the whole queue for these few.
    rows = connection.execute(
        sa.select(applications.c.due_on, applications.c.received_at, applications.c.id).where(
            applications.c.status == Status.IN_REVIEW,
            applications.c.holder == person_id,
            applications.c.lease_until > now,
        )
    )
    held = sorted(tuple(row) for row in rows)
    return str(held[0][-1]) if held else None


def decided_by(
    connection: Connection, person_id: str, since: datetime, limit: int
) -> list[Application]:
    """What a person decided last, newest first."""
    query = (
        applications.select()
        .where(applications.c.decided_by == person_id, applications.c.decided_at >= since)
        .order_by(applications.c.decided_at.desc())
        .limit(limit)
    )
    return [to_application(row) for row in connection.execute(query)]


def answer(
    connection: Connection, application_id: str, version: int, given: Sequence[Answer]
) -> None:
    """Keep answers under the version that they make; earlier ones stay as history."""
    connection.execute(
        answers.insert(),
        [{**asdict(each), "application_id": application_id, "version": version} for each in given],
    )


def withdraw(connection: Connection, application_id: str, version: int, last: Answer) -> None:
    """Let the answer for a field count no more; what was said before stays as history."""
    taken_back = {**asdict(last), "value": None, "state": _WITHDRAWN}
    connection.execute(
        answers.insert().values(application_id=application_id, version=version, **taken_back)
    )


def answered(connection: Connection, identifiers: Sequence[str]) -> dict[str, set[str]]:
    """The names of the fields whose answer counts, by application; none, none."""
    found: dict[str, set[str]] = {}
    query = (
        sa.select(answers.c.application_id, answers.c.field, answers.c.state)
        .where(answers.c.application_id.in_(identifiers))
        .order_by(answers.c.version)
    )
    for row in connection.execute(query):
        fields = found.setdefault(row.application_id, set())
        (fields.discard if row.state == _WITHDRAWN else fields.add)(row.field)
    return found


def answers_of(connection: Connection, application_id: str) -> Mapping[str, Answer]:
    """The latest answer for each field, save where it was withdrawn."""
    rows = connection.execute(
        answers.select()
        .where(answers.c.application_id == application_id)
        .order_by(answers.c.version)
    )
    latest = {row.field: Answer(row.field, row.value, row.state, row.by, row.at) for row in rows}
    return {name: each for name, each in latest.items() if str(each.state) != _WITHDRAWN}


def to_application(row: Any) -> Application:
    kept = {name: getattr(row, name) for name in applications.c.keys()}  # noqa: SIM118
    return Application(**{**kept, "status": Status(row.status), "doubtful": tuple(row.doubtful)})
