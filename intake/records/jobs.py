"""The rows of the job table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from intake.tables import jobs

WAITING, RUNNING, DONE, STUCK = "waiting", "running", "done", "stuck"


def add(connection: Connection, step: str, subject: str, revision: int, priority: int) -> bool:
    """Add a job, unless the same one was added before; whether it was added."""
    known = connection.execute(
        sa.select(jobs.c.id).where(
            jobs.c.step == step, jobs.c.subject == subject, jobs.c.revision == revision
        )
    ).scalar_one_or_none()
    if known is not None:
        return False
    connection.execute(
        jobs.insert().values(
            step=step,
            subject=subject,
            revision=revision,
            state=WAITING,
            priority=priority,
            attempts=0,
            deaths=0,
            outages=0,
            fence=0,
        )
    )
    return True


def due(
    connection: Connection, steps: Sequence[str], limit: int, now: datetime
) -> Sequence[Row[Any]]:
    """Jobs to run now: waiting and due, or running with a lease that ran out.

    Earlier days go first. Within a day, what was begun is finished before more is split, so that
    the first items reach people and systems downstream soon.
    """
    query = (
        jobs.select()
        .where(
            jobs.c.step.in_(steps),
            sa.or_(
                sa.and_(
                    jobs.c.state == WAITING,
                    sa.or_(jobs.c.not_before.is_(None), jobs.c.not_before <= now),
                ),
                sa.and_(jobs.c.state == RUNNING, jobs.c.lease_until <= now),
            ),
        )
        .order_by(jobs.c.priority, jobs.c.step == "split", jobs.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(query).all()


def lease(connection: Connection, job_id: int, until: datetime) -> None:
    """Hand a job out: its fence and its attempts go up, so earlier holders are too late."""
    connection.execute(
        jobs.update()
        .where(jobs.c.id == job_id)
        .values(
            state=RUNNING,
            lease_until=until,
            attempts=jobs.c.attempts + 1,
            fence=jobs.c.fence + 1,
        )
    )


def change_held(connection: Connection, job_id: int, fence: int, **values: Any) -> bool:
    """Change a running job if ``fence`` still holds; whether it did."""
    result = connection.execute(
        jobs.update()
        .where(jobs.c.id == job_id, jobs.c.fence == fence, jobs.c.state == RUNNING)
        .values(**values)
    )
    return result.rowcount == 1


def get(connection: Connection, job_id: int) -> Row[Any] | None:
    return connection.execute(jobs.select().where(jobs.c.id == job_id)).one_or_none()


def number(connection: Connection, step: str, subject: str, revision: int = 1) -> int:
    """The id of the job of a step about a subject."""
    query = sa.select(jobs.c.id).where(
        jobs.c.step == step, jobs.c.subject == subject, jobs.c.revision == revision
    )
    return int(connection.execute(query).scalar_one())


def stuck(connection: Connection) -> Sequence[Row[Any]]:
    query = jobs.select().where(jobs.c.state == STUCK).order_by(jobs.c.id)
    return connection.execute(query).all()


def trying_again(connection: Connection) -> list[tuple[Any, str, int]]:
    """``(step, error, number)`` of the waiting jobs that failed before."""
    query = (
        sa.select(jobs.c.step, jobs.c.error, sa.func.count())
        .where(jobs.c.state == WAITING, jobs.c.error != "")
        .group_by(jobs.c.step, jobs.c.error)
        .order_by(jobs.c.step, jobs.c.error)
    )
    return [(step, error, number) for step, error, number in connection.execute(query)]


def wake(connection: Connection, job_id: int, was: str = STUCK) -> bool:
    """Let a job try again from the start; whether it stood at ``was``."""
    result = connection.execute(
        jobs.update()
        .where(jobs.c.id == job_id, jobs.c.state == was)
        .values(
            state=WAITING,
            attempts=0,
            deaths=0,
            outages=0,
            not_before=None,
            lease_until=None,
            error="",
        )
    )
    return result.rowcount == 1


def counts(connection: Connection) -> dict[tuple[str, str], int]:
    """How many jobs of each ``(step, state)``."""
    query = sa.select(jobs.c.step, jobs.c.state, sa.func.count()).group_by(
        jobs.c.step, jobs.c.state
    )
    return {(step, state): number for step, state, number in connection.execute(query)}
