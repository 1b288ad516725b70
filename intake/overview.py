"""What the pages and ``postroom status`` list: recent post with its stages, counts, stuck jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from intake import jobs
from intake.jobs import StuckJob
from intake.model import Application, Item, Scan, Side, Status
from intake.records import lists
from intake.records import scans as scan_rows
from intake.services import Services


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of a scan with its application, once it was read."""

    item: Item
    application: Application | None

    @property
    def status(self) -> Status:
        """Where it stands now: the application's status as soon as there is one."""
        return self.application.status if self.application else self.item.status


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One scan with what became of it. ``doubted``: its pages that are bad to read."""

    scan: Scan
    items: tuple[ItemLine, ...]
    doubted: tuple[Side, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the post in hand is. Pages count in scans that were split."""

    scans: int
    scans_waiting: int
    pages: int
    pages_read: int
    for_people: int
    delivered: int
    quarantined: int
    stuck: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """One delivered revision."""

    application: Application
    released_at: datetime
    sent_at: datetime | None
    acknowledged_at: datetime | None


def recent_scans(services: Services, *, limit: int = 50) -> list[ScanLine]:
    """The newest scans first, each with its items."""
    with services.database.reading() as connection:
        return _lines(connection, lists.newest_scans(connection, limit))


def scan(services: Services, scan_id: str) -> ScanLine:
    """One scan with its items. Raises ``NotFound``."""
    with services.database.reading() as connection:
        (line,) = _lines(connection, [lists.scan(connection, scan_id)])
    return line


def quarantined(services: Services, *, limit: int = 50) -> list[Scan]:
    """Scans that could not be read, with their code and what to do, newest first."""
    with services.database.reading() as connection:
        return lists.newest_scans(connection, limit, Status.QUARANTINED)


def by_stage(services: Services) -> Mapping[Status, int]:
    """How many applications, and items and scans without one yet, stand at each status."""
    with services.database.reading() as connection:
        return lists.stages(connection)


def stuck(services: Services) -> list[StuckJob]:
    """Parked jobs with their reasons; ``postroom retry ID`` lets one try again."""
    return jobs.stuck(services)


def delivered(services: Services, *, limit: int = 20) -> list[Delivered]:
    """The latest deliveries, newest first."""
    with services.database.reading() as connection:
        return [Delivered(*found) for found in lists.delivered(connection, limit)]


def progress(services: Services) -> Progress:
    with services.database.reading() as connection:
        stages = lists.stages(connection)
        scans, waiting = lists.scans_in_hand(connection)
        pages, read = lists.pages(connection)
        parked = sum(n for (_, state), n in jobs.counts(connection).items() if state == "stuck")
    return Progress(
        scans=scans,
        scans_waiting=waiting,
        pages=pages,
        pages_read=read,
        for_people=stages.get(Status.IN_REVIEW, 0),
        delivered=stages.get(Status.RELEASED, 0) + stages.get(Status.ACKNOWLEDGED, 0),
        quarantined=stages.get(Status.QUARANTINED, 0),
        stuck=parked,
    )


def _lines(connection: Connection, found: Sequence[Scan]) -> list[ScanLine]:
    """A line for each scan, asked for together: one query for all their items, one for pages."""
    identifiers = [scan.id for scan in found]
    items: dict[str, list[ItemLine]] = {each: [] for each in identifiers}
    for item, made in lists.items_of(connection, identifiers):
        items[item.scan_id].append(ItemLine(item, made))
    doubted: dict[str, list[Side]] = {each: [] for each in identifiers}
    for scan_id, side in scan_rows.doubted_sides(connection, identifiers):
        doubted[scan_id].append(side)
    return [ScanLine(each, tuple(items[each.id]), tuple(doubted[each.id])) for each in found]
