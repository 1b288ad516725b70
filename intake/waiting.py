"""The queue as its page shows it: what waits for a person, who has it, when it is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.model import OFFICE, Application, Person, Status
from intake.records import applications
from intake.records import waiting as rows
from intake.records.waiting import DUES, SORTS, STATES, Due, Moment, State, Wanted
from intake.services import Services

__all__ = [
    "DUES", "SORTS", "STATES", "Decided", "Due", "Empty", "Queue", "State", "Waiting", "Wanted",
    "decided", "empty", "not_shown", "queue", "soonest", "work_queues",
]  # fmt: skip

_SHOWN_AFTER = timedelta(hours=12)
_MAY_REOPEN = (
    Status.READY, Status.RELEASED, Status.SECOND_KEYING, Status.RETURNED, Status.AWAITING_RESCAN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue. ``holder`` is the name of whoever has it on the desk now.

    ``left`` counts the doubtful fields that nobody has answered yet.
    """

    application: Application
    holder: str | None
    left: int


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of what a person asked for, and counts of all that they may see.

    ``found``: how many fit what was asked, listed or not. ``total``: how many wait in all;
    ``free``: how many of those "Get next" may give this person, by when they are due.
    ``forms``, ``queues``, ``dues``, ``states``: how many each choice would list, given the others.
    """

    lines: tuple[Waiting, ...]
    found: int
    total: int
    free: Mapping[Due, int]
    forms: Mapping[str, int]
    queues: Mapping[str, int]
    dues: Mapping[Due, int]
    states: Mapping[State, int]


@dataclass(frozen=True, slots=True)
class Empty:
    """When more is due: how much is being read, when the first one held elsewhere comes back."""

    being_read: int
    first_back: datetime | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decided, and whether they may still reopen it."""

    application: Application
    may_reopen: bool


def queue(services: Services, person: Person, wanted: Wanted, lines: slice) -> Queue:
    """The ``lines`` of the queue that a person ``wanted``, with counts."""
    at = _at(services)
    with services.database.reading() as connection:
        found = rows.listed(connection, person, at, wanted, lines)
        said = applications.answered(connection, [each.id for each, _name in found])
        cube = rows.counts(connection, person, at)
    chosen = (wanted.form, wanted.queue, wanted.due, wanted.state)

    def fits(key: tuple[str, ...], but: int = -1) -> bool:
        return all(i == but or c in ("", key[i]) for i, c in enumerate(chosen))

    totals: list[Counter[str]] = [Counter(), Counter(), Counter(), Counter()]
    free = dict.fromkeys(DUES, 0)
    for _form, name, due, state, number in cube:
        theirs = not person.queues or name in person.queues
        given = state == "waiting" or (state == "referred" and person.role == "supervisor")
        free[due] += number if theirs and given else 0
    for *key, number in cube:
        for part, counter in enumerate(totals):
            counter[key[part]] += number if fits(tuple(key), part) else 0
    return Queue(
        lines=_lines(found, said, at.now),
        found=sum(number for *key, number in cube if fits(tuple(key))),
        total=sum(number for *_, number in cube),
        free=free,
        forms=dict(sorted(totals[0].items())),
        queues=dict(sorted(totals[1].items())),
        dues={each: totals[2][each] for each in DUES},
        states={each: totals[3][each] for each in STATES},
    )


def soonest(services: Services, person: Person, *, limit: int) -> list[Waiting]:
    """What waits for a person, due first."""
    at = _at(services)
    with services.database.reading() as connection:
        found = rows.listed(connection, person, at, Wanted(), slice(0, limit))
        said = applications.answered(connection, [each.id for each, _name in found])
    return list(_lines(found, said, at.now))


def empty(services: Services, person: Person) -> Empty:
    """When there may be more for this person."""
    with services.database.reading() as connection:
        back = rows.first_back(connection, person, services.now())
        return Empty(rows.being_read(connection), back)


def not_shown(services: Services, person: Person) -> int:
    """How many wait that this person does not see because they are sensitive."""
    if person.cleared:
        return 0
    with services.database.reading() as connection:
        return rows.not_shown(connection)


def decided(services: Services, person: Person, *, limit: int = 5) -> list[Decided]:
    """What this person decided last today, newest first."""
    now = services.now()
    longest = timedelta(minutes=services.settings.reopen_minutes)
    with services.database.reading() as connection:
        found = applications.decided_by(connection, person.id, now - _SHOWN_AFTER, limit)
    return [
        Decided(
            each,
            (each.status in _MAY_REOPEN or each.is_referral_of(person, now))
            and each.decided_at is not None
            and now - each.decided_at <= longest,
        )
        for each in found
    ]


def work_queues(services: Services) -> list[str]:
    """The names of work queues: of the form packs, and of what came before them."""
    with services.database.reading() as connection:
        before = rows.work_queues(connection)
    return sorted({*before, *(pack.queue for pack in services.packs.values())})


def _at(services: Services) -> Moment:
    now = services.now()
    return Moment(now, now.astimezone(OFFICE).date())


def _lines(
    found: Sequence[tuple[Application, str | None]],
    said: Mapping[str, Collection[str]],
    now: datetime,
) -> tuple[Waiting, ...]:
    """Applications with their last holders' names and the fields answered as lines."""
    return tuple(
        Waiting(
            application=each,
            holder=name if each.held_by(now) else None,
            left=len(set(each.doubtful).difference(said.get(each.id, ()))),
        )
        for each, name in found
    )
