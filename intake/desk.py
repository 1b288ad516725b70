"""One application on one person's desk, inside one transaction: what ``review`` is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from extractors.values import CheckResult, Reading
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
    move,
)
from intake.records import applications, keyings, letters, releases, rescans, scans
from intake.services import Services

_DECISIONS = {Status.RETURNED: "returned", Status.AWAITING_RESCAN: "rescan_asked"}


@dataclass(frozen=True, slots=True)
class Task:
    """Everything the review page shows. ``failures`` are rules as they stand with the answers."""

    application: Application
    reading: Reading
    answers: Mapping[str, Answer]
    failures: tuple[CheckResult, ...]
    pictures: tuple[Side, ...]

    @property
    def version(self) -> int:
        return self.application.version

    @property
    def lease_until(self) -> datetime | None:
        return self.application.lease_until

    @property
    def doubtful(self) -> tuple[str, ...]:
        """The names of the fields to look at, in the order of the form."""
        return self.application.doubtful

    @property
    def unresolved(self) -> tuple[str, ...]:
        """The doubtful fields without an answer, in the order of the form."""
        return tuple(name for name in self.doubtful if name not in self.answers)


_MOMENT = 0.02  # of a lease


@dataclass
class Desk:
    """The application as it stands in this transaction; every change is written at once."""

    services: Services
    connection: Connection
    application: Application
    person: Person

    def hold(self) -> datetime:
        """Keep it for this person for another lease; until when.

        A lease that was made a moment ago is left as it is, which saves writing it down.
        """
        lease = timedelta(minutes=self.services.settings.lease_minutes)
        until, before = self.services.now() + lease, self.application.lease_until
        taken = self.application.holder != self.person.id
        if not taken and before is not None and until - before < lease * _MOMENT:
            return before
        kept = {"reserved_for": None, "reserved_until": None, "reserved_field": ""}
        self._change(holder=self.person.id, lease_until=until, **kept)
        if taken:
            self.tell("taken")
        return until

    def let_go(self, action: str, **also: Any) -> None:
        """Put it back into the queue."""
        self._change(holder=None, lease_until=None, **also)
        self.tell(action)

    def save(self, said: Sequence[Answer], action: str) -> int:
        """Keep answers under a new version, which is returned."""
        version = self.application.version + 1
        applications.answer(self.connection, self.application.id, version, said)
        pack = self.services.packs.get((self.application.form_code, self.application.edition))
        numbers.answered(self.connection, self.application, pack, [each.field for each in said])
        self._change(version=version)
        self.hold()
        self.tell(action, answers=[{"field": each.field, "state": each.state} for each in said])
        return version

    def decide(self, to: Status, code: str = "", note: str = "", **told: Any) -> None:
        """End the review. ``told``: what else the audit trail says of it."""
        self._change(
            status=move(self.application.status, to),
            version=self.application.version + 1,
            referred=False,
            holder=None,
            lease_until=None,
            decided_at=self.services.now(),
            decided_by=self.person.id,
            code=code,
            note=note,
        )
        self.tell(_DECISIONS.get(to, "confirmed"), code=code, **told)

    def reopen(self) -> None:
        """Take the decision back. What was to be delivered becomes a new revision."""
        keyings.withdraw(self.connection, self.application.id, self.services.now())
        letter = letters.withdraw(self.connection, self.application.id, self.services.now())
        rescans.withdraw(self.connection, self.application.id, self._actor, self.services.now())
        told = self.application.status not in (Status.RETURNED, Status.AWAITING_RESCAN)
        told = told or releases.latest(self.connection, self.application.id) is not None
        self._change(
            status=move(self.application.status, Status.IN_REVIEW),
            revision=self.application.revision + told,
            version=self.application.version + 1,
            decided_at=None,
            decided_by=None,
            code="",
            note="",
        )
        self.tell("reopened", **({"withdrawn": letter.reference} if letter else {}))
        self.hold()

    def take_back_referral(self) -> None:
        """Have it on this person's own desk again instead of with a supervisor."""
        self._change(
            version=self.application.version + 1,
            referred=False,
            note="",
            decided_at=None,
            decided_by=None,
        )
        self.tell("referral_withdrawn")
        self.hold()

    def tell(self, action: str, **detail: Any) -> None:
        """Add to the audit trail."""
        audit.append(
            self.connection,
            self.application.id,
            self._actor,
            action,
            self.services.now(),
            revision=self.application.revision,
            **detail,
        )

    def task(self) -> Task:
        return task(self.services, self.connection, self.application)

    def answered(self, field: str, value: Value, state: AnswerState) -> Answer:
        return Answer(field, value, state, self.person.id, self.services.now())

    @property
    def _actor(self) -> str:
        return f"{self.person.role}:{self.person.name}"

    def _change(self, **values: Any) -> None:
        applications.change(self.connection, self.application.id, **values)
        self.application = replace(self.application, **values)


@contextmanager
def desk(
    services: Services, application_id: str, person: Person, version: int | None = None
) -> Iterator[Desk]:
    """A transaction on an application that this person still holds, at the version they saw.

    Raises ``LeaseLost``, ``VersionConflict``, ``NotFound``.
    """
    with services.database.writing() as connection:
        application = applications.get(connection, application_id, lock=True)
        if application.status != Status.IN_REVIEW or application.holder != person.id:
            raise LeaseLost
        if version is not None and version != application.version:
            raise VersionConflict(application.version)
        yield Desk(services, connection, application, person)


def task(services: Services, connection: Connection, application: Application) -> Task:
    reading = applications.reading(connection, application.id)
    pack = services.packs.get((application.form_code, application.edition))
    answers = applications.answers_of(connection, application.id)
    return Task(
        application=application,
        reading=reading,
        answers=answers,
        failures=corrections.failures(application, reading, pack, answers),
        pictures=scans.sides_of_item(connection, application.item_id),
    )
