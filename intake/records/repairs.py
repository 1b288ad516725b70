"""Which sides make up which item of a scan, and moving them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from intake.model import Application, Item, Side
from intake.records.applications import to_application
from intake.records.scans import to_item, to_side
from intake.tables import applications, items, sides


@dataclass(frozen=True, slots=True)
class Part:
    """One item of a scan with its pages in their order, and its application once it was read."""

    item: Item
    sides: tuple[Side, ...]
    application: Application | None


def parts(connection: Connection, scan_id: str) -> tuple[list[Part], tuple[Side, ...]]:
    """The items of a scan in the order of their paper, and the blank sides that are in none.

    Items without pages, whose pages went to another one, are left out.
    """
    query = sides.select().where(sides.c.scan_id == scan_id).order_by(sides.c.number)
    of_item: dict[str, list[Side]] = {}
    blanks = []
    for row in connection.execute(query):
        if row.item_id is not None:
            of_item.setdefault(row.item_id, []).append(to_side(row))
        elif row.role == "blank":
            blanks.append(to_side(row))
    mine = items.select().where(items.c.scan_id == scan_id, items.c.id.in_(list(of_item)))
    known = {row.id: to_item(row) for row in connection.execute(mine)}
    made = applications.select().where(applications.c.scan_id == scan_id).with_for_update()
    read = {row.item_id: to_application(row) for row in connection.execute(made)}
    found = [
        Part(known[each], _in_order(pages), read.get(each)) for each, pages in of_item.items()
    ]  # by the lowest number of their sides, because these were asked for by number
    return found, tuple(blanks)


def add_item(connection: Connection, item: Item) -> None:
    connection.execute(items.insert().values(asdict(item)))


def last_position(connection: Connection, scan_id: str) -> int:
    """The highest position that an item of the scan has."""
    query = sa.select(sa.func.max(items.c.position)).where(items.c.scan_id == scan_id)
    return int(connection.execute(query).scalar_one())


def ask_for(connection: Connection, item_id: str, form: str) -> None:
    """Record which form a person says an item is, as ``code edition``; ``""``: they do not say."""
    connection.execute(items.update().where(items.c.id == item_id).values(asked_form=form))


def mark_sensitive(connection: Connection, item_id: str) -> None:
    """Record that an item has pages of a sensitive application."""
    connection.execute(items.update().where(items.c.id == item_id).values(sensitive=True))


def place(connection: Connection, scan_id: str, side: Side, item_id: str | None) -> None:
    """Put a side into an item or into none, with its position, role, turn and picture as given."""
    connection.execute(
        sides.update()
        .where(sides.c.scan_id == scan_id, sides.c.number == side.number)
        .values(
            item_id=item_id,
            position=side.position,
            role=side.role,
            turned=side.turned,
            laid=side.laid,
        )
    )


def _in_order(pages: Sequence[Side]) -> tuple[Side, ...]:
    return tuple(sorted(pages, key=lambda side: side.position or 0))
