"""Which work each person is given: the work queues they know, and sensitive applications.

Every change is told in a trail of the person, with who made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from intake import audit, waiting
from intake.model import NotFound, Person
from intake.records import people as rows
from intake.records import waiting as queue_rows
from intake.services import Services


class UnknownQueue(Exception):
    """No form and no application is in such a work queue; the text names those that there are."""


class OwnClearance(Exception):
    """Nobody clears themselves."""

    def __init__(self) -> None:
        super().__init__("Your own clearance has to be changed by somebody else.")


def set_queues(services: Services, name: str, queues: Sequence[str], actor: str) -> Person:
    """Give a person applications of these work queues only; of all when none is named.

    Raises ``NotFound``, ``UnknownQueue``.
    """
    known = waiting.work_queues(services)
    wrong = [each for each in queues if each not in known]
    if wrong:
        raise UnknownQueue(
            f"There is no work queue {wrong[0]}. There are: {', '.join(known)}. A form pack names "
            "its work queue with the key 'queue'."
        )
    chosen = tuple(sorted(set(queues)))
    with services.database.writing() as connection:
        person = _named(connection, name)
        if person.queues != chosen:
            rows.set_queues(connection, person.id, chosen)
            told = {"queues": list(chosen)}
            audit.append(connection, person.id, actor, "queues_set", services.now(), **told)
        return replace(person, queues=chosen)


def set_cleared(
    services: Services, name: str, cleared: bool, actor: str, by: Person | None = None
) -> Person:
    """Clear a person for sensitive applications, or no longer; ``by`` whom, if they are known.

    Sensitive ones that they have on the desk go back into the queue when they no longer are.
    Raises ``NotFound``, ``OwnClearance``.
    """
    with services.database.writing() as connection:
        person = _named(connection, name)
        if by is not None and by.id == person.id and by.cleared != cleared:
            raise OwnClearance
        if person.cleared == cleared:
            return person
        now = services.now()
        rows.set_cleared(connection, person.id, cleared)
        action = "cleared" if cleared else "clearance_withdrawn"
        audit.append(connection, person.id, actor, action, now)
        if not cleared:
            for application_id in queue_rows.take_back_sensitive(connection, person.id):
                audit.append(connection, application_id, actor, "taken_back", now)
        return replace(person, cleared=cleared)


def _named(connection: Connection, name: str) -> Person:
    row = rows.named(connection, name.strip().lower(), lock=True)
    if row is None:
        raise NotFound(f"There is no account named {name}.")
    return rows.to_person(row)
