"""Earlier post from the same person or about the same vehicle, found by reference numbers.

Shown to a reviewer for one purpose: to tell a duplicate or a chaser from a new application. Every
look at an earlier application is told in its audit trail.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from intake import audit
from intake.desk import Task, task
from intake.model import Application, LeaseLost, NotFound, Person, Status
from intake.records import applications, references
from intake.services import Services


@dataclass(frozen=True, slots=True)
class Earlier:
    """An application received before that shares a number: ``shared`` names the kinds."""

    application: Application
    shared: tuple[str, ...]


def earlier(
    services: Services, application_id: str, person: Person, limit: int
) -> tuple[Earlier, ...]:
    """What was received before from the same person or vehicle, newest first.

    Sensitive applications are left out for people who are not cleared. Raises ``NotFound``.
    """
    with services.database.reading() as connection:
        return _found(connection, applications.get(connection, application_id), person, limit)


def look(
    services: Services, application_id: str, person: Person, earlier_id: str, *, tell: bool
) -> Task:
    """An earlier application as it stands, to look at only, while ``application_id`` is held.

    ``tell``: write in its audit trail who looked, and from which application. Raises ``LeaseLost``
    when the person does not hold that, ``NotFound`` when it shares no number with it.
    """
    with services.database.writing() if tell else services.database.reading() as connection:
        held = applications.get(connection, application_id)
        if held.status != Status.IN_REVIEW or held.holder != person.id:
            raise LeaseLost
        found = applications.get(connection, earlier_id)
        matches = _found(connection, held, person, None)
        if earlier_id not in {each.application.id for each in matches}:
            raise NotFound("There is no such earlier application.")
        if tell:
            actor, at = f"{person.role}:{person.name}", services.now()
            audit.append(
                connection, earlier_id, actor, "looked_at_earlier", at, looked_from=application_id
            )
        return task(services, connection, found)


def _found(
    connection: Connection, application: Application, person: Person, limit: int | None
) -> tuple[Earlier, ...]:
    found = references.sharing(connection, application, cleared=person.cleared, limit=limit)
    return tuple(Earlier(each, shared) for each, shared in found)
