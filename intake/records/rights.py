"""Which applications a person may be given to work on."""

from __future__ import annotations

import sqlalchemy as sa

from intake.model import Person
from intake.tables import applications


def for_person(person: Person) -> list[sa.ColumnElement[bool]]:
    """Of the work queues they know, and sensitive ones only for people cleared for them."""
    conditions: list[sa.ColumnElement[bool]] = []
    if person.queues:
        conditions.append(applications.c.queue.in_(person.queues))
    if not person.cleared:
        conditions.append(applications.c.sensitive.is_(False))
    return conditions
