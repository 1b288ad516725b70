"""The durable job table: what has to happen next.

A job is added in the transaction that makes it necessary. A worker claims it for a time (its
lease), and its result counts only while its fence holds: whoever claims later moves the fence on.
A job that failed too often, or whose worker died too often, is parked as stuck, with its reason.
What fails because the disk, the store or the database is away is tried again for about a day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection

from intake import parking
from intake.model import Application
from intake.records import jobs as rows
from intake.services import Services

Step = Literal["split", "read", "deliver"]
Cause = Literal["fault", "death", "outage"]
"""Why a job failed: by itself, by taking its process with it, or because something was away."""
LEASE = timedelta(seconds=30)
_FIRST = 0
"""The priority of a job before those of any day."""
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(hours=1)
DEATHS_ALLOWED = 2
"""How often a job may take the process that runs it with it."""
OUTAGES_ALLOWED = 30
"""How often a job is tried while something is away: with the waits between, about a day."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One job handed out to one worker. ``fence`` proves that it is still this worker's."""

    job_id: int
    step: Step
    subject: str
    revision: int
    fence: int
    attempt: int


@dataclass(frozen=True, slots=True)
class StuckJob:
    """A parked job and why."""

    job_id: int
    step: Step
    subject: str
    attempts: int
    error: str


def add(
    connection: Connection, step: Step, subject: str, received: datetime, *, revision: int = 1
) -> None:
    """Add a job in the caller's transaction; the same job twice is one.

    What was ``received`` on an earlier day goes first.
    """
    rows.add(connection, step, subject, revision, received.toordinal())


def add_urgent(connection: Connection, step: Step, subject: str, *, revision: int = 1) -> None:
    """Add a job that goes before all others, because a person has just asked for it."""
    rows.add(connection, step, subject, revision, _FIRST)


def read_again(connection: Connection, application: Application) -> bool:
    """Have the item of an application read once more, in the caller's transaction.

    False when that is about to happen already.
    """
    revision, priority = application.version + 1, application.received_at.toordinal()
    return rows.add(connection, "read", application.item_id, revision, priority) or rows.wake(
        connection, rows.number(connection, "read", application.item_id, revision), rows.DONE
    )


def claim(services: Services, steps: Sequence[Step], limit: int) -> list[Claim]:
    """Hand out up to ``limit`` jobs of these steps for the time of ``LEASE``.

    A job that was handed out as often as it may be, without an end, is parked instead.
    """
    with services.database.reading() as connection:
        if not rows.due(connection, steps, 1, services.now()):
            return []
    now = services.now()
    claims = []
    with services.database.writing() as connection:
        for row in rows.due(connection, steps, limit, now):
            rows.lease(connection, row.id, now + LEASE)
            given = Claim(
                row.id, row.step, row.subject, row.revision, row.fence + 1, row.attempts + 1
            )
            if row.attempts < allowed(services, given.step):
                claims.append(given)
            else:
                error = row.error or "Whoever worked on this was stopped each time."
                _park(connection, given, error, now)
    return claims


def allowed(services: Services, step: Step) -> int:
    """How often a step is tried."""
    settings = services.settings
    return settings.delivery_attempts if step == "deliver" else settings.attempts


def extend(services: Services, given: Claim) -> bool:
    """Hold the job for another ``LEASE``; false when it is no longer this worker's."""
    with services.database.writing() as connection:
        return rows.change_held(
            connection, given.job_id, given.fence, lease_until=services.now() + LEASE
        )


def finish(services: Services, given: Claim, then: Callable[[Connection], None]) -> bool:
    """Run ``then`` and finish the job in one transaction; false, with nothing done, if too late."""
    with services.database.writing() as connection:
        held = rows.change_held(
            connection, given.job_id, given.fence, state=rows.DONE, lease_until=None, error=""
        )
        if held:
            then(connection)
        return held


def fail(services: Services, given: Claim, error: str, cause: Cause = "fault") -> bool:
    """Try the job again later, or park it when it was tried often enough; false if too late.

    An outage does not count as an attempt.
    """
    now = services.now()
    with services.database.writing() as connection:
        row: Any = rows.get(connection, given.job_id)
        deaths = row.deaths + (cause == "death")
        outages = row.outages + (cause == "outage")
        attempts = given.attempt - (cause == "outage")
        if (
            attempts >= allowed(services, given.step)
            or deaths >= DEATHS_ALLOWED
            or outages >= OUTAGES_ALLOWED
        ):
            return _park(connection, given, error, now)
        return rows.change_held(
            connection,
            given.job_id,
            given.fence,
            state=rows.WAITING,
            lease_until=None,
            not_before=now + wait_after(outages if cause == "outage" else attempts),
            attempts=attempts,
            deaths=deaths,
            outages=outages,
            error=error,
        )


def give_back(services: Services, given: Claim) -> bool:
    """Put back, as untried, a job whose worker has to stop; false if too late."""
    with services.database.writing() as connection:
        return rows.change_held(
            connection,
            given.job_id,
            given.fence,
            state=rows.WAITING,
            lease_until=None,
            attempts=given.attempt - 1,
        )


def park(services: Services, given: Claim, error: str) -> bool:
    """Park the job at once, visibly stuck; false if too late."""
    with services.database.writing() as connection:
        return _park(connection, given, error, services.now())


def wait_after(attempt: int) -> timedelta:
    """How long to wait after the ``attempt``-th failure: 2 s, 8 s, 32 s ... at most an hour."""
    return min(FIRST_WAIT * int(4 ** min(attempt - 1, 9)), LONGEST_WAIT)


def stuck(services: Services) -> list[StuckJob]:
    """Every parked job, oldest first."""
    with services.database.reading() as connection:
        return [
            StuckJob(row.id, row.step, row.subject, row.attempts, row.error)
            for row in rows.stuck(connection)
        ]


def retry(services: Services, job_id: int, actor: str) -> bool:
    """Let a parked job try again from the start; false if it is not stuck."""
    with services.database.writing() as connection:
        row: Any = rows.get(connection, job_id)
        if row is None or not rows.wake(connection, job_id):
            return False
        parking.revive(connection, row.step, row.subject, actor, services.now())
        return True


def retry_all(services: Services, actor: str, step: Step | None = None) -> int:
    """Let every parked job, or those of one step, try again; how many."""
    wanted = [each.job_id for each in stuck(services) if step in (None, each.step)]
    return sum(retry(services, job_id, actor) for job_id in wanted)


def reread(services: Services, scan_id: str, actor: str) -> bool:
    """Split a quarantined scan again, now that a limit was raised; false if it is not quarantined.

    Raises ``NotFound``.
    """
    with services.database.writing() as connection:
        if not parking.reread(connection, scan_id, actor, services.now()):
            return False
        return rows.wake(connection, rows.number(connection, "split", scan_id), rows.DONE)


def trying_again(services: Services) -> list[tuple[Step, str, int]]:
    """What failed and waits to be tried again: step, error, and how many jobs."""
    with services.database.reading() as connection:
        return rows.trying_again(connection)


def counts(connection: Connection) -> dict[tuple[str, str], int]:
    """How many jobs there are of each ``(step, state)``."""
    return rows.counts(connection)


def _park(connection: Connection, given: Claim, error: str, now: datetime) -> bool:
    held = rows.change_held(
        connection, given.job_id, given.fence, state=rows.STUCK, lease_until=None, error=error
    )
    if held:
        parking.park(connection, given.job_id, given.step, given.subject, now)
    return held
