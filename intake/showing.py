"""Whether a field can be shown apart from its page: that needs a picture laid as its blank is."""

from __future__ import annotations

from sqlalchemy import Connection

from intake.model import Application
from intake.records import applications, scans


def laid_pages(connection: Connection, application: Application) -> frozenset[int]:
    """The pages of the item, as its reading counts them, whose places hold on their picture."""
    sides = scans.sides_of_item(connection, application.item_id)
    return frozenset(s.position or n for n, s in enumerate(sides, start=1) if s.laid is not None)


def is_pictured(connection: Connection, application: Application, field: str) -> bool:
    """Whether this field was read, and on such a page."""
    read = {each.name: each for each in applications.reading(connection, application.id).fields}
    return field in read and read[field].page in laid_pages(connection, application)
