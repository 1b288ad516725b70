"""What waits for people: the next for one of them, and the queue with its counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from intake.model import Application, Person, Status
from intake.records.applications import to_application
from intake.records.rights import for_person
from intake.tables import applications as a
from intake.tables import items, people, scans

State = Literal["waiting", "held", "referred"]
Due = Literal["late", "today", "later"]
Sort = Literal["due", "received", "form", "check"]
STATES: tuple[State, ...] = get_args(State)
DUES: tuple[Due, ...] = get_args(Due)
SORTS: tuple[Sort, ...] = get_args(Sort)

_SOONEST = (a.c.due_on, a.c.received_at, a.c.id)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a list is made: the time, and the day that it is in the office."""

    now: datetime
    today: date


def next_for(connection: Connection, person: Person, now: datetime) -> str | None:
    """The application to give this person next: the one kept for them, else the one due first.

    On nobody's desk, kept for nobody else, and one that the person may have.
    """
    kept = sa.and_(
        a.c.reserved_for == person.id, a.c.reserved_until > now, a.c.reserved_field == ""
    )
    free = (
        a.c.status == Status.IN_REVIEW,
        sa.or_(a.c.lease_until.is_(None), a.c.lease_until <= now),
        *_may_have(person),
    )
    unkept = sa.or_(a.c.reserved_until.is_(None), a.c.reserved_until <= now)
    theirs = (
        connection.execute(
            sa.select(a.c.id).where(kept, *free).limit(1).with_for_update(skip_locked=True)
        )
        .scalars()
        .first()
    )
    if theirs is not None:
        return str(theirs)
    return connection.execute(
        sa.select(a.c.id)
        .where(unkept, *free)
        .order_by(*_SOONEST)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_one_or_none()


def keep_for(connection: Connection, person_id: str, application_id: str, until: datetime) -> None:
    """Keep this one, and no other, for a person who will ask for it next."""
    connection.execute(
        a.update()
        .where(a.c.reserved_for == person_id, a.c.reserved_field == "", a.c.id != application_id)
        .values(reserved_for=None, reserved_until=None)
    )
    connection.execute(
        a.update()
        .where(a.c.id == application_id)
        .values(reserved_for=person_id, reserved_until=until, reserved_field="")
    )


def take_back_sensitive(connection: Connection, person_id: str) -> list[str]:
    """Put the sensitive ones that a person holds, or that are kept for them, into the queue again.

    The ids of those that were on their desk.
    """
    theirs = (a.c.sensitive.is_(True), a.c.status == Status.IN_REVIEW, a.c.holder == person_id)
    found = [row.id for row in connection.execute(sa.select(a.c.id).where(*theirs))]
    connection.execute(a.update().where(*theirs).values(holder=None, lease_until=None))
    connection.execute(
        a.update()
        .where(a.c.sensitive.is_(True), a.c.reserved_for == person_id)
        .values(reserved_for=None, reserved_until=None)
    )
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the queue to list; empty texts for all of it."""

    form: str = ""
    queue: str = ""
    due: Due | Literal[""] = ""
    state: State | Literal[""] = ""
    sort: Sort = "due"
    down: bool = False


def listed(
    connection: Connection, person: Person, at: Moment, wanted: Wanted, rows: slice
) -> list[tuple[Application, str | None]]:
    """Those rows of what this person may see, each with its last holder's name."""
    conditions = [a.c.status == Status.IN_REVIEW, *_may_see(person)]
    for column, value in ((a.c.form_code, wanted.form), (a.c.queue, wanted.queue)):
        if value:
            conditions.append(column == value)
    if wanted.due:
        conditions.append(_due(at) == wanted.due)
    if wanted.state:
        conditions.append(_state(at) == wanted.state)
    # Their ids alone are sorted, which is quicker than whole rows when no index has the order.
    found = connection.execute(
        sa.select(a.c.id)
        .where(*conditions)
        .order_by(*_order(wanted))
        .offset(rows.start)
        .limit(rows.stop - rows.start)
    )
    identifiers = [row.id for row in found]
    query = (
        sa.select(a, people.c.name.label("holder_name"))
        .join_from(a, people, a.c.holder == people.c.id, isouter=True)
        .where(a.c.id.in_(identifiers))
    )
    by_id = {row.id: (to_application(row), row.holder_name) for row in connection.execute(query)}
    return [by_id[each] for each in identifiers]


def counts(
    connection: Connection, person: Person, at: Moment
) -> Sequence[tuple[str, str, Due, State, int]]:
    """How many there are of each ``(form, work queue, due, state)`` that this person may see."""
    parts = (a.c.form_code, a.c.queue, a.c.due_on, a.c.referred)  # as one index has them
    held = sa.func.sum(sa.case((a.c.lease_until > at.now, 1), else_=0))
    rows: Sequence[Any] = connection.execute(
        sa.select(*parts, sa.func.count(), held)
        .where(a.c.status == Status.IN_REVIEW, *_may_see(person))
        .group_by(*parts)
    ).all()
    found: Counter[tuple[str, str, Due, State]] = Counter()
    for form, queue, due_on, referred, number, on_desks in rows:
        due: Due = "late" if due_on < at.today else "today" if due_on == at.today else "later"
        found[form, queue, due, "held"] += on_desks
        found[form, queue, due, "referred" if referred else "waiting"] += number - on_desks
    return [(*key, number) for key, number in found.items() if number]


def first_back(connection: Connection, person: Person, now: datetime) -> datetime | None:
    """When the first of those on other desks comes back, if nobody works on it."""
    query = sa.select(sa.func.min(a.c.lease_until)).where(
        a.c.status == Status.IN_REVIEW,
        a.c.lease_until > now,
        a.c.holder != person.id,
        *_may_have(person),
    )
    first: datetime | None = connection.execute(query).scalar_one()
    return first


def not_shown(connection: Connection) -> int:
    """How many sensitive ones wait for people who are cleared for them."""
    query = sa.select(sa.func.count()).where(
        a.c.status == Status.IN_REVIEW, a.c.sensitive.is_(True)
    )
    return connection.execute(query).scalar_one()


def being_read(connection: Connection) -> int:
    """How many scans are not split yet, and items not read."""
    unsplit = sa.select(sa.func.count()).where(scans.c.status == Status.RECEIVED)
    unread = sa.select(sa.func.count()).where(items.c.status == Status.SCANNED)
    return sum(connection.execute(each).scalar_one() for each in (unsplit, unread))


def work_queues(connection: Connection) -> list[str]:
    """The names of all work queues that applications are or were in."""
    rows = connection.execute(sa.select(a.c.queue).distinct().order_by(a.c.queue))
    return [row.queue for row in rows]


def _may_see(person: Person) -> list[ColumnElement[bool]]:
    """What the lists of a person show: to supervisors all work queues."""
    return for_person(replace(person, queues=()) if person.role == "supervisor" else person)


def _may_have(person: Person) -> list[ColumnElement[bool]]:
    """What a person is given; ``Person.kept_from`` says the same of one application."""
    conditions = for_person(person)
    return conditions if person.role == "supervisor" else [*conditions, a.c.referred.is_(False)]


def _due(at: Moment) -> ColumnElement[Any]:
    today = a.c.due_on == at.today
    return sa.case((a.c.due_on < at.today, "late"), (today, "today"), else_="later")


def _state(at: Moment) -> ColumnElement[Any]:
    return sa.case(
        (a.c.lease_until > at.now, "held"), (a.c.referred.is_(True), "referred"), else_="waiting"
    )


def _order(wanted: Wanted) -> list[ColumnElement[Any]]:
    columns: dict[Sort, tuple[ColumnElement[Any], ...]] = {
        "due": _SOONEST,
        "received": (a.c.received_at, a.c.id),
        "form": (a.c.form_code, *_SOONEST),
        "check": (sa.func.json_array_length(a.c.doubtful), *_SOONEST),
    }
    lead, *rest = columns[wanted.sort]
    return [lead.desc() if wanted.down else lead.asc(), *(each.asc() for each in rest)]
