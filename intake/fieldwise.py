"""One field across many applications: a person sees and decides just that field of each.

An application is lent for it for a while (``lease_minutes``, longer with every answer), so nobody
else is given it meanwhile, on this page or as a whole. Answers are saved one by one like those of
the review page, under its version. None of them confirms an application: nobody has seen the whole
page, so it waits in the queue, with nothing left to check when this was the last field.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from extractors.values import Reading
from intake import audit, corrections, numbers
from intake.model import (
    Answer,
    AnswerState,
    Application,
    LeaseLost,
    Person,
    Side,
    Status,
    Value,
    VersionConflict,
)
from intake.records import applications, lending, scans
from intake.records.lending import Field
from intake.services import Services
from intake.showing import is_pictured

__all__ = ["Field"]

AT_ONCE = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """A field that waits in ``waiting`` applications, of which the first is due on ``due_on``."""

    field: Field
    waiting: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Lent:
    """An application of which one field is lent, with all that may be needed to show that field."""

    application: Application
    reading: Reading
    answer: Answer | None
    pictures: tuple[Side, ...]


def choices(services: Services, person: Person) -> list[Choice]:
    """The fields that wait, the one in most applications first."""
    with services.database.reading() as connection:
        found = lending.counts(connection, person, services.now())
    every = [Choice(field, waiting, due) for field, waiting, due in found]
    known = [each for each in every if _is_known(services, each.field)]
    return sorted(known, key=lambda each: (-each.waiting, each.field))


def lend(services: Services, person: Person, field: Field) -> int:
    """Lend up to ``AT_ONCE`` applications for this field; how many this person has then.

    Those they have and did not answer yet stay theirs; everything else that was lent to them for
    single fields goes back.
    """
    now = services.now()
    with services.database.writing() as connection:
        mine = lending.lent(connection, person.id, field, now)
        kept = [
            each.id for each in mine
            if field[2] not in applications.answers_of(connection, each.id)
        ]  # fmt: skip
        lending.take_back(connection, person.id)
        lending.lend(connection, kept, person.id, field[2], _until(services))
        fresh = _fresh(services, connection, person, field, AT_ONCE - len(kept))
        for each in fresh:
            _tell(services, connection, (each, person), "field_lent", field=field[2])
        return len(kept) + len(fresh)


def lent(services: Services, person: Person, field: Field) -> list[Lent]:
    """What this person has of this field now, answered or not, due first."""
    with services.database.reading() as connection:
        found = lending.lent(connection, person.id, field, services.now())
        return [_lent(connection, each, field[2]) for each in found]


def one(services: Services, application_id: str, person: Person, field: str) -> Lent:
    """One of them. Raises ``LeaseLost`` when it is not lent to this person now; ``NotFound``."""
    with services.database.reading() as connection:
        application = applications.get(connection, application_id)
        _check(services, application, person, field)
        until = application.reserved_until
        if until is None or until <= services.now():
            raise LeaseLost
        return _lent(connection, application, field)


def answer(
    services: Services,
    application_id: str,
    person: Person,
    version: int,
    given: tuple[tuple[str, AnswerState, Value], ...],
) -> int:
    """Save what was said about the lent field; the new version.

    ``given`` is as in ``review.answer``. Several: what was keyed without seeing the reading, then
    what was decided with both in sight; the last one counts, and all are kept.
    Raises ``LeaseLost``, ``VersionConflict``, ``BadValue``.
    """
    field = given[0][0]
    with services.database.writing() as connection:
        application = applications.get(connection, application_id, lock=True)
        _check(services, application, person, field)
        if version != application.version:
            raise VersionConflict(application.version)
        reading = applications.reading(connection, application_id)
        pack = services.packs.get((application.form_code, application.edition))
        for each in given:
            version += 1
            name, state, value = corrections.meant(reading, pack, each)
            said = Answer(name, value, state, person.id, services.now())
            applications.answer(connection, application_id, version, [said])
            _tell(services, connection, (application, person), "field_answered_alone",
                  answers=[{"field": name, "state": state}])  # fmt: skip
        numbers.answered(connection, application, pack, [field])
        applications.change(connection, application_id, version=version)
        lending.extend(connection, person.id, field, _until(services))
        return version


def send_to_page(services: Services, application_id: str, person: Person, field: str) -> None:
    """Leave it to whoever gets the whole page; it is not shown by single fields any more.

    Raises ``LeaseLost``, ``NotFound``.
    """
    with services.database.writing() as connection:
        application = applications.get(connection, application_id, lock=True)
        _check(services, application, person, field)
        applications.change(
            connection, application_id, whole_page=True,
            reserved_for=None, reserved_until=None, reserved_field="",
        )  # fmt: skip
        lending.extend(connection, person.id, field, _until(services))
        _tell(services, connection, (application, person), "sent_to_whole_page", field=field)


def give_back(services: Services, person: Person) -> None:
    """End what is lent to this person for single fields; answers stay."""
    with services.database.writing() as connection:
        lending.take_back(connection, person.id)


def _fresh(
    services: Services, connection: Connection, person: Person, field: Field, most: int
) -> list[Application]:
    """Lend up to so many that are free. What has no picture of the field is left to the page."""
    chosen: list[Application] = []
    while len(chosen) < most:
        found = lending.free(connection, person, field, services.now(), most - len(chosen))
        if not found:
            break
        for application_id in found:
            application = applications.get(connection, application_id)
            if is_pictured(connection, application, field[2]):
                chosen.append(application)
                lending.lend(connection, [application_id], person.id, field[2], _until(services))
            else:
                applications.change(connection, application_id, whole_page=True)
    return chosen


def _check(services: Services, application: Application, person: Person, field: str) -> None:
    """Raises ``LeaseLost`` unless this field of it is lent to this person."""
    waits = application.status == Status.IN_REVIEW
    lent = application.reserved_for == person.id and application.reserved_field == field
    elsewhere = application.held_by(services.now()) is not None
    if not waits or not lent or elsewhere:
        raise LeaseLost


def _lent(connection: Connection, application: Application, field: str) -> Lent:
    return Lent(
        application=application,
        reading=applications.reading(connection, application.id),
        answer=applications.answers_of(connection, application.id).get(field),
        pictures=scans.sides_of_item(connection, application.item_id),
    )


def _is_known(services: Services, field: Field) -> bool:
    pack = services.packs.get((field[0], field[1]))
    return pack is not None and field[2] in pack.by_name


def _until(services: Services) -> datetime:
    return services.now() + timedelta(minutes=services.settings.lease_minutes)


def _tell(
    services: Services,
    connection: Connection,
    about: tuple[Application, Person],
    action: str,
    **detail: object,
) -> None:
    application, person = about
    actor = f"{person.role}:{person.name}"
    audit.append(
        connection, application.id, actor, action, services.now(),
        revision=application.revision, **detail,
    )  # fmt: skip
