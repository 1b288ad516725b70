"""The moves of second keying: other people key fields without seeing what was approved.

``sampling`` says which fields; ``keyed`` how what people keyed is compared.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from intake import audit, corrections, jobs, keyed, numbers
from intake.desk import Desk
from intake.keyed import Keying, Outcome, Said, alike
from intake.model import (
    Answer,
    AnswerState,
    Application,
    LeaseLost,
    NotForYou,
    Person,
    Status,
    TooLate,
    Value,
    move,
)
from intake.records import applications, keyings
from intake.services import Services
from intake.showing import is_pictured

_ACTOR = "pipeline"
_DISAGREES = "A second keying changed a value, and now answers do not go together."
_CLOSED = "This was decided already."
_GONE_ON = "This can no longer be reopened. Ask the team that received it to correct it."


def waiting(services: Services, person: Person) -> int:
    """How many fields this person could key now."""
    with services.database.reading() as connection:
        return keyings.count_for(connection, person, services.now(), _forms(services))


def in_hand(services: Services, person: Person) -> Keying | None:
    """The field that lies before this person now."""
    with services.database.reading() as connection:
        return keyings.held_by(connection, person, services.now())


def take_next(services: Services, person: Person) -> Keying | None:
    """Give this person the next field to key, or the one they still have; ``None`` for none."""
    now = services.now()
    until = now + timedelta(minutes=services.settings.lease_minutes)
    with services.database.writing() as connection:
        found = keyings.held_by(connection, person, now)
        if found is None:
            found = _next(services, connection, person)
            if found is None:
                return None
            _tell(services, connection, found, person, "keying_taken")
        keyings.change(connection, found.id, holder=person.id, lease_until=until)
        return replace(found, holder=person.id, lease_until=until)


def put_back(services: Services, keying_id: int, person: Person) -> None:
    """Let somebody else key it. Does nothing when it is not this person's any more."""
    with services.database.writing() as connection:
        if keyings.get(connection, keying_id, lock=True).holder == person.id:
            keyings.change(connection, keying_id, holder=None, lease_until=None)


def key(
    services: Services, keying_id: int, person: Person, given: tuple[AnswerState, Value]
) -> Keying:
    """Keep what this person keyed: ``(state, value)`` as in ``review.answer``; how it stands then.

    Sending the same twice is one keying. Raises ``LeaseLost`` and ``BadValue``.
    """
    with services.database.writing() as connection:
        found = keyings.get(connection, keying_id, lock=True)
        if found.holder is None and person.id in (found.second_by, found.third_by):
            return found
        if found.holder != person.id or found.stage not in ("second", "third"):
            raise LeaseLost
        said = _meant(services, connection, found, given)
        stage = found.stage
        values: dict[str, Any] = {stage: said, f"{stage}_by": person.id}
        values |= {"holder": None, "lease_until": None}
        keyings.change(connection, found.id, **values)
        found = replace(found, **values)
        _tell(services, connection, found, person, "field_keyed", stage=stage)
        second = found.second or said
        outcome = keyed.outcome(found.first, second, found.third)
        if not outcome:
            return found
        final = second if outcome == "second" else found.first
        return _close(services, connection, found, outcome, (final, person.id))


def settle(
    services: Services, keying_id: int, person: Person, given: tuple[AnswerState, Value]
) -> Keying:
    """A supervisor says what stands on the paper, where people keyed different things.

    Raises ``TooLate`` when it is decided, ``LeaseLost`` while nobody keyed it a second time, and
    ``BadValue``.
    """
    with services.database.writing() as connection:
        found = keyings.get(connection, keying_id, lock=True)
        if found.stage == "closed":
            raise TooLate(_CLOSED)
        if found.second is None:
            raise LeaseLost
        final = _meant(services, connection, found, given)
        outcome: Outcome = "chosen"
        if alike(final, found.first):
            outcome = "first"
        elif alike(final, found.second):
            outcome = "second"
        _tell(services, connection, found, person, "keying_settled")
        return _close(services, connection, found, outcome, (final, person.id))


def reopen(services: Services, keying_id: int, person: Person) -> str:
    """Take an application back whose delivered value turned out wrong; its id.

    However long ago it was decided, but not once the system downstream acknowledged it, nor when
    it was reopened since: raises ``TooLate``. Raises ``NotForYou``.
    """
    with services.database.writing() as connection:
        found = keyings.get(connection, keying_id)
        application = applications.get(connection, found.application_id, lock=True)
        why_not = person.kept_from(application)
        if why_not is not None:
            raise NotForYou(why_not)
        if application.status not in (Status.READY, Status.RELEASED):
            raise TooLate(_GONE_ON)
        if application.revision != found.revision:
            raise TooLate(_CLOSED)
        Desk(services, connection, application, person).reopen()
        return application.id


def _next(services: Services, connection: Connection, person: Person) -> Keying | None:
    """The next one that can be shown.

    A sample whose item was read anew since is ended; what lacks its form pack now is passed over.
    """
    now, forms, passed = services.now(), _forms(services), set[int]()
    while (found := keyings.next_for(connection, person, now, forms, passed)) is not None:
        application = applications.get(connection, found.application_id)
        pack = services.packs.get((application.form_code, application.edition))
        known = pack is not None and found.field in pack.by_name
        if known and is_pictured(connection, application, found.field):
            return found
        if pack is not None and found.why == "sample":
            keyings.change(connection, found.id, outcome="withdrawn", closed_at=now)
        passed.add(found.id)
    return None


def _forms(services: Services) -> list[str]:
    return [f"{code} {edition}" for code, edition in services.packs]


def _meant(
    services: Services,
    connection: Connection,
    keying: Keying,
    given: tuple[AnswerState, Value],
) -> Said:
    """What somebody keyed, in canonical form; never by accepting what the machine read."""
    application = applications.get(connection, keying.application_id)
    pack = services.packs.get((application.form_code, application.edition))
    reading = applications.reading(connection, application.id)
    state, value = given
    if state == "accepted":
        raise ValueError(state)
    _, state, value = corrections.meant(reading, pack, (keying.field, state, value))
    return Said(state, value)


def _close(
    services: Services,
    connection: Connection,
    keying: Keying,
    outcome: Outcome,
    final: tuple[Said, str],
) -> Keying:
    """End one keying, and what waited for it."""
    values: dict[str, Any] = {
        "final": final[0], "final_by": final[1], "outcome": outcome,
        "closed_at": services.now(), "holder": None, "lease_until": None,
    }  # fmt: skip
    keyings.change(connection, keying.id, **values)
    application = applications.get(connection, keying.application_id, lock=True)
    if keying.why == "critical" and application.status == Status.SECOND_KEYING:
        every = keyings.of_application(connection, application.id)
        mine = [each for each in every if each.revision == application.revision]
        critical = [each for each in mine if each.why == "critical"]
        if all(each.stage == "closed" for each in critical):
            _go_on(services, connection, application, critical)
    return replace(keying, **values)


def _go_on(
    services: Services, connection: Connection, application: Application, closed: list[Keying]
) -> None:
    """Deliver what waited for its critical fields, with the values that stand now.

    When a changed value breaks a rule, a person has to look at the whole application again.
    """
    now = services.now()
    changed = [
        Answer(each.field, each.final.value, each.final.state, each.final_by, now)
        for each in closed
        if each.was_wrong and each.final is not None and each.final_by is not None
    ]
    version = application.version + 1
    if changed:
        applications.answer(connection, application.id, version, changed)
        pack = services.packs.get((application.form_code, application.edition))
        numbers.answered(connection, application, pack, [each.field for each in changed])
    broken = _broken(services, connection, application, {each.field for each in changed})
    values: dict[str, Any] = {"version": version}
    if broken:
        doubtful = dict.fromkeys((*application.doubtful, *broken))
        values |= {
            "status": move(application.status, Status.IN_REVIEW), "why": _DISAGREES,
            "doubtful": list(doubtful), "revision": application.revision + 1,
            "decided_at": None, "decided_by": None,
        }  # fmt: skip
    else:
        values |= {"status": move(application.status, Status.READY)}
        jobs.add(connection, "deliver", application.id, application.received_at,
                 revision=application.revision)  # fmt: skip
    applications.change(connection, application.id, **values)
    action = "keyed_back_to_review" if broken else "keyed_twice"
    names = [each.field for each in changed]
    audit.append(connection, application.id, _ACTOR, action, now,
                 revision=application.revision, changed=names)  # fmt: skip


def _broken(
    services: Services, connection: Connection, application: Application, changed: Collection[str]
) -> tuple[str, ...]:
    """The fields of rules that fail with the values as they are now and that concern these."""
    if not changed:
        return ()
    pack = services.packs.get((application.form_code, application.edition))
    reading = applications.reading(connection, application.id)
    answers = applications.answers_of(connection, application.id)
    failures = corrections.failures(application, reading, pack, answers)
    ours = [each for each in failures if not set(changed).isdisjoint(each.fields)]
    concerned = {name for each in ours for name in each.fields}
    return tuple(each.name for each in reading.fields if each.name in concerned)


def _tell(
    services: Services,
    connection: Connection,
    keying: Keying,
    person: Person,
    action: str,
    **detail: object,
) -> None:
    """Add to the audit trail of the application; never what anybody keyed."""
    audit.append(
        connection, keying.application_id, f"{person.role}:{person.name}", action, services.now(),
        revision=keying.revision, field=keying.field, **detail,
    )  # fmt: skip
