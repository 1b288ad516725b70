"""Forms that nobody made a pack for: their pages by look, and reading them once there is one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from intake import audit, jobs
from intake.model import Application, NotFound, Status
from intake.records import applications, repairs, unknown
from intake.records.applications import to_application
from intake.services import Services

LEAST = 2
"""Pages that look alike before they are shown as a group."""


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that look alike and match no form. ``thumbnail``: the digest of a small picture."""

    look: str
    pages: int
    first_seen: datetime
    last_seen: datetime
    thumbnail: str


@dataclass(frozen=True, slots=True)
class Member:
    """One page of a group: its number in its item, and the application."""

    page: int
    thumbnail: str
    application: Application


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """How many applications are read again, and how many were left as they are."""

    begun: int
    left: int


def groups(services: Services, *, limit: int) -> list[Group]:
    """Groups of two pages or more, the one seen last first."""
    with services.database.reading() as connection:
        rows = unknown.groups(connection, LEAST, limit)
    return [Group(row.look, row.pages, row.first, row.last, row.thumbnail) for row in rows]


def members(services: Services, look: str) -> list[Member]:
    """The pages of a group, oldest first. Raises ``NotFound``."""
    with services.database.reading() as connection:
        rows = unknown.members(connection, look)
    if not rows:
        raise NotFound("There is no such group of pages.")
    return [Member(row.page, row.thumbnail, to_application(row)) for row in rows]


def read_again(services: Services, look: str, actor: str) -> ReadAgain:
    """Have the applications of a group read once more, now that there may be a pack for them.

    Those that somebody has on the desk, or that were decided, are left alone. Raises ``NotFound``.
    """
    identifiers = dict.fromkeys(each.application.id for each in members(services, look))
    begun = 0
    with services.database.writing() as connection:
        now = services.now()
        for identifier in identifiers:
            application = applications.get(connection, identifier, lock=True)
            if may_be_read_again(application, now) and jobs.read_again(connection, application):
                # Whatever form a person took it for, it was not: now all are looked for.
                repairs.ask_for(connection, application.item_id, "")
                audit.append(connection, application.id, actor, "reread", now)
                begun += 1
    return ReadAgain(begun, len(identifiers) - begun)


def may_be_read_again(application: Application, now: datetime) -> bool:
    """Whether it waits for a person and is on nobody's desk."""
    return application.status == Status.IN_REVIEW and application.held_by(now) is None
