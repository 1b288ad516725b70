"""The moves of review: take an application to the desk, answer its fields, decide.

Whoever takes an application holds it for a while (``lease_minutes``); every move they make holds it
longer. After that anyone else may take it, with the answers saved so far; until somebody does, it
is still the first person's. Every change checks the version the person saw, and writes answers,
status, job and audit event in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from intake import audit, corrections, jobs, sampling
from intake.desk import Desk, Task, desk
from intake.desk import task as _task
from intake.model import (
    AnswerState,
    Application,
    HeldBySomeoneElse,
    LeaseLost,
    NotForYou,
    Person,
    Side,
    Status,
    TooLate,
    Unresolved,
    Value,
)
from intake.records import applications, lists, people, releases, scans, waiting
from intake.services import Services

__all__ = ["Reserved", "Returned", "Task"]

RESERVED = timedelta(seconds=60)

CONFIRMED = (Status.READY, Status.RELEASED, Status.SECOND_KEYING)
"""Where an application stands that somebody confirmed a moment ago."""
REOPENED = (*CONFIRMED, Status.RETURNED, Status.AWAITING_RESCAN)
"""Where one stands whose decision can be taken back."""
_GONE_ON = "This can no longer be reopened. Ask the team that received it."


@dataclass(frozen=True, slots=True)
class Reserved:
    """What is kept as somebody's next, and its pages, for their browser to load already."""

    application_id: str
    pictures: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """One item that goes back to its sender, and where its paper is: file, position in it."""

    application: Application
    file_name: str
    position: int


def returned(services: Services, *, limit: int) -> list[Returned]:
    """The paper to send back: what was returned in the last week, newest first."""
    since = services.now() - timedelta(days=7)
    with services.database.reading() as connection:
        return [Returned(*found) for found in lists.returned(connection, since, limit)]


def take_next(services: Services, person: Person) -> str | None:
    """Take the application that is kept for this person, else the one due first; its id.

    ``None`` when there is none that they may have. Somebody who still has one on the desk is given
    that one: asking twice takes one.
    """
    now = services.now()
    with services.database.writing() as connection:
        application_id = applications.on_desk_of(connection, person.id, now)
        if application_id is None:
            application_id = waiting.next_for(connection, person, now)
        if application_id is not None:
            found = applications.get(connection, application_id)
            Desk(services, connection, found, person).hold()
        return application_id


def reserve_next(services: Services, person: Person) -> Reserved | None:
    """Keep what ``take_next`` would give this person next for ``RESERVED``, asked again: longer.

    Only for people who have one on the desk; ``None`` for others, and when none is left.
    """
    now = services.now()
    with services.database.writing() as connection:
        if applications.on_desk_of(connection, person.id, now) is None:
            return None
        application_id = waiting.next_for(connection, person, now)
        if application_id is None:
            return None
        found = applications.get(connection, application_id)
        waiting.keep_for(connection, person.id, application_id, now + RESERVED)
        if not found.kept_for(person, now):
            Desk(services, connection, found, person).tell("reserved")
        return Reserved(application_id, scans.sides_of_item(connection, found.item_id))


def on_desk(services: Services, person: Person) -> Application | None:
    """The application that this person holds now; of several the one due first."""
    with services.database.reading() as connection:
        found = applications.on_desk_of(connection, person.id, services.now())
        return applications.get(connection, found) if found is not None else None


def take(services: Services, application_id: str, person: Person) -> Task:
    """Take this application.

    Raises ``NotForYou``, ``HeldBySomeoneElse``, ``LeaseLost`` (it does not wait for a person),
    ``NotFound``.
    """
    with services.database.writing() as connection:
        application = applications.get(connection, application_id, lock=True)
        _allow(person, application)
        if application.status != Status.IN_REVIEW:
            raise LeaseLost
        now = services.now()
        for holder, until in (
            (application.held_by(now), application.lease_until),
            (application.lent_to(now), application.reserved_until),
        ):
            if holder is not None and holder != person.id:
                raise HeldBySomeoneElse(people.name_of(connection, holder), until)
        mine = Desk(services, connection, application, person)
        mine.hold()
        return mine.task()


def task(services: Services, application_id: str) -> Task:
    """The application as it stands, to look at only. Raises ``NotFound``."""
    with services.database.reading() as connection:
        return _task(services, connection, applications.get(connection, application_id))


def heartbeat(services: Services, application_id: str, person: Person) -> datetime:
    """Hold it longer because the person is active; until when. Raises ``LeaseLost``."""
    with desk(services, application_id, person) as mine:
        return mine.hold()


def answer(
    services: Services,
    application_id: str,
    person: Person,
    version: int,
    given: tuple[str, AnswerState, Value],
) -> int:
    """Save one answer ``(field, state, value)``; the new version.

    ``value`` counts for ``corrected`` (checked, and brought into its kind's canonical form) and
    ``as_written`` (kept as typed). Raises ``LeaseLost``, ``VersionConflict``, ``BadValue``, and
    ``KeyError`` for a field the form has not.
    """
    with desk(services, application_id, person, version) as mine:
        reading = applications.reading(mine.connection, application_id)
        pack = services.packs.get((mine.application.form_code, mine.application.edition))
        field, state, value = corrections.meant(reading, pack, given)
        return mine.save([mine.answered(field, value, state)], "field_answered")


def accept_as_read(
    services: Services,
    application_id: str,
    person: Person,
    version: int,
    fields: Sequence[str] | None = None,
) -> int:
    """Accept the readings of ``fields`` at once; the new version.

    Without ``fields``: every unresolved one that has a value and breaks no rule. The audit trail
    tells it apart from single answers. Raises ``LeaseLost``, ``VersionConflict``.
    """
    with desk(services, application_id, person, version) as mine:
        shown = mine.task()
        names = acceptable(shown) if fields is None else fields
        if not names:
            return mine.application.version
        said = [
            mine.answered(name, *corrections.as_read(shown.reading.field(name))) for name in names
        ]
        return mine.save(said, "accepted_as_read")


def acceptable(shown: Task) -> tuple[str, ...]:
    """The unresolved fields that ``accept_as_read`` takes: read, and in no broken rule."""
    broken = {name for check in shown.failures for name in check.fields}
    sure = ("auto", "auto_corrected")
    read = {field.name for field in shown.reading.fields if field.status in sure}
    return tuple(name for name in shown.unresolved if name in read and name not in broken)


def confirm(services: Services, application_id: str, person: Person, version: int) -> None:
    """Approve the application for delivery.

    Confirming the same version twice (a double click) is one approval.
    Raises ``Unresolved``, ``LeaseLost``, ``VersionConflict``.
    """
    if _decided(services, application_id, person, version) in CONFIRMED:
        return
    with desk(services, application_id, person, version) as mine:
        unresolved = mine.task().unresolved
        if unresolved:
            raise Unresolved(unresolved)
        if sampling.ask(services, mine.connection, mine.application, person.id):
            mine.decide(Status.SECOND_KEYING)
        else:
            mine.decide(Status.READY)
            _deliver(mine)


def was_delivered(services: Services, application_id: str) -> bool:
    """Whether some revision was given to the systems downstream."""
    with services.database.reading() as connection:
        return releases.latest(connection, application_id) is not None


def refer(services: Services, application_id: str, person: Person, version: int, note: str) -> None:
    """Hand it to a supervisor with a note.

    Referring the same version twice (a double click) is one referral.
    Raises ``LeaseLost``, ``VersionConflict``.
    """
    if _let_go_before(services, application_id, person, "referred", version + 1):
        return
    with desk(services, application_id, person, version) as mine:
        mine.let_go(
            "referred",
            referred=True,
            note=note,
            version=version + 1,
            decided_at=services.now(),
            decided_by=person.id,
        )


def give_back(services: Services, application_id: str, person: Person) -> None:
    """Put it back into the queue; saved answers stay. Once more is no mistake.

    Raises ``LeaseLost``.
    """
    if _let_go_before(services, application_id, person, "given_back"):
        return
    with desk(services, application_id, person) as mine:
        mine.let_go("given_back")


def reopen(services: Services, application_id: str, person: Person) -> Task:
    """Take a decision back soon after it was made; what is approved next is a new revision.

    Its decider and supervisors may, within ``reopen_minutes`` and before the system downstream
    acknowledged it. A referral its referrer may, while no supervisor has it on the desk.
    Raises ``TooLate``, ``NotForYou``, ``NotFound``.
    """
    longest = timedelta(minutes=services.settings.reopen_minutes)
    with services.database.writing() as connection:
        application = applications.get(connection, application_id, lock=True)
        referral = application.is_referral_of(person, services.now())
        _allow(person, replace(application, referred=False) if referral else application)
        if not referral and application.status not in REOPENED:
            raise TooLate(_GONE_ON)
        decided = application.decided_at
        if decided is None or services.now() - decided > longest:
            raise TooLate("The time to reopen this has passed. Ask a supervisor what to do.")
        if application.decided_by != person.id and person.role != "supervisor":
            raise TooLate("Only the person who decided this, or a supervisor, can reopen it.")
        given = releases.get(connection, application_id, application.revision)
        if given is not None and given.acknowledged_at is not None:
            raise TooLate(_GONE_ON)
        mine = Desk(services, connection, application, person)
        if referral:
            mine.take_back_referral()
        else:
            mine.reopen()
        return mine.task()


def _allow(person: Person, application: Application) -> None:
    why = person.kept_from(application)
    if why is not None:
        raise NotForYou(why)


def _deliver(mine: Desk) -> None:
    now = mine.application
    jobs.add(mine.connection, "deliver", now.id, now.received_at, revision=now.revision)


def _let_go_before(
    services: Services, application_id: str, person: Person, action: str, version: int | None = None
) -> bool:
    """Whether this person did just that last, and the version that it made still stands."""
    with services.database.reading() as connection:
        application = applications.get(connection, application_id)
        told = audit.trail(connection, application_id)
    mine = (action, f"{person.role}:{person.name}")
    last = [(each.action, each.actor) for each in told[-1:]]
    return last == [mine] and version in (None, application.version)


def _decided(
    services: Services, application_id: str, person: Person, version: int
) -> Status | None:
    """The decision this person made on just this version, if they did."""
    with services.database.reading() as connection:
        application = applications.get(connection, application_id)
    mine = application.decided_by == person.id and application.version == version + 1
    return application.status if mine else None
