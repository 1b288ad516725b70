"""Scans, their items and sides, and the keys that make a repeated request harmless."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from intake.model import Item, NotFound, PageDoubt, Scan, Side, Status, move
from intake.tables import idempotency_keys, items, scans, sides


def add(connection: Connection, scan: Scan) -> None:
    connection.execute(scans.insert().values(asdict(scan)))


def get(connection: Connection, scan_id: str) -> Scan:
    """Raises ``NotFound``."""
    row = connection.execute(scans.select().where(scans.c.id == scan_id)).one_or_none()
    if row is None:
        raise NotFound("There is no scan with this receipt number.")
    return to_scan(row)


def with_digest(connection: Connection, sha256: str) -> Scan | None:
    row = connection.execute(scans.select().where(scans.c.sha256 == sha256)).one_or_none()
    return to_scan(row) if row else None


def set_status(
    connection: Connection, scan: Scan, to: Status, *, code: str = "", reason: str = ""
) -> None:
    connection.execute(
        scans.update()
        .where(scans.c.id == scan.id)
        .values(status=move(scan.status, to), code=code, reason=reason)
    )


def was_split(
    connection: Connection,
    scan: Scan,
    found: Sequence[tuple[Side, str | None]],
    new: Sequence[Item],
) -> None:
    """Record a scan's items and sides; each side comes with the id of its item, if it has one."""
    connection.execute(
        scans.update()
        .where(scans.c.id == scan.id)
        .values(status=move(scan.status, Status.SCANNED), sides=len(found), code="", reason="")
    )
    if new:
        connection.execute(items.insert(), [asdict(each) for each in new])
    if found:
        connection.execute(
            sides.insert(),
            [{**_kept(side), "scan_id": scan.id, "item_id": item} for side, item in found],
        )


def item(connection: Connection, item_id: str) -> Item:
    """Raises ``NotFound``."""
    row = connection.execute(items.select().where(items.c.id == item_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such item.")
    return to_item(row)


def items_of(connection: Connection, scan_id: str) -> tuple[Item, ...]:
    query = items.select().where(items.c.scan_id == scan_id).order_by(items.c.position)
    return tuple(to_item(row) for row in connection.execute(query))


def set_item_status(
    connection: Connection, item: Item, to: Status, *, code: str = "", reason: str = ""
) -> None:
    connection.execute(
        items.update()
        .where(items.c.id == item.id)
        .values(status=move(item.status, to), code=code, reason=reason)
    )


def sides_of_item(connection: Connection, item_id: str) -> tuple[Side, ...]:
    query = sides.select().where(sides.c.item_id == item_id).order_by(sides.c.position)
    return tuple(to_side(row) for row in connection.execute(query))


def doubted_sides(connection: Connection, scan_ids: Sequence[str]) -> list[tuple[str, Side]]:
    """The sides of these scans whose picture is bad to read, in order, each with its scan's id."""
    query = (
        sides.select()
        .where(sides.c.scan_id.in_(scan_ids), sides.c.doubts.is_not(sa.null()))
        .order_by(sides.c.scan_id, sides.c.number)
    )
    return [(row.scan_id, to_side(row)) for row in connection.execute(query)]


def set_laid(connection: Connection, scan_id: str, side: Side) -> None:
    """Record the picture of a side as laid on its blank."""
    connection.execute(
        sides.update()
        .where(sides.c.scan_id == scan_id, sides.c.number == side.number)
        .values(laid=side.laid, laid_width=side.laid_width, laid_height=side.laid_height)
    )


def key(connection: Connection, owner: str, key: str) -> tuple[str, str] | None:
    """``(sha256, scan id)`` that ``owner`` sent with this idempotency key before."""
    row = connection.execute(
        sa.select(idempotency_keys.c.sha256, idempotency_keys.c.scan_id).where(
            idempotency_keys.c.owner == owner, idempotency_keys.c.key == key
        )
    ).one_or_none()
    return (row.sha256, row.scan_id) if row else None


def keep_key(connection: Connection, owner: str, key: str, scan: Scan, at: datetime) -> None:
    connection.execute(
        idempotency_keys.insert().values(
            owner=owner, key=key, sha256=scan.sha256, scan_id=scan.id, at=at
        )
    )


def to_scan(row: Any) -> Scan:
    return Scan(**{**row._mapping, "status": Status(row.status)})


def to_item(row: Any) -> Item:
    return Item(**{**row._mapping, "status": Status(row.status)})


def _kept(side: Side) -> dict[str, Any]:
    """A side's columns. No doubts are no value, so that a query finds those that have some."""
    return {**asdict(side), "doubts": [asdict(each) for each in side.doubts] or None}


def to_side(row: Any) -> Side:
    kept = dict(row._mapping)
    del kept["scan_id"], kept["item_id"]
    doubts = tuple(PageDoubt(**each) for each in kept.pop("doubts") or ())
    return Side(**kept, doubts=doubts)
