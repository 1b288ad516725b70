"""A small house to test in: services in a folder of their own, a clock, and post already read."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ulid import ULID

from extractors.values import Box, CheckResult, FieldReading, FormMatch, PageReading, Reading
from intake import arrival, jobs
from intake.database import Database
from intake.model import Application, Item, Side, Status, due_on
from intake.objects import FolderObjects
from intake.records import applications, scans
from intake.services import Services
from intake.settings import load

MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
FORM = FormMatch("V890-S", "2026-11", 0.99)
_count = itertools.count(1)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = MONDAY

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **time: float) -> None:
        self.time += timedelta(**time)


def open_house(home: Path, clock: Clock, **given: str) -> Services:
    """Services on their own folder; ``given`` are settings."""
    chosen = {f"POSTROOM_{key.upper()}": value for key, value in given.items()}
    settings = load({"POSTROOM_HOME": str(home), **chosen})
    database = Database(settings.database)
    database.migrate()
    return Services(settings, database, FolderObjects(settings.objects), clock)


@dataclass(frozen=True)
class Read:
    """What the machine is to have read: values by field name, and what was doubtful about it."""

    values: tuple[tuple[str, str | bool | None], ...] = (
        ("vehicle.vrn", "AB12CDE"),
        ("vehicle.off_road_from", "2026-11-01"),
        ("applicant.name.family", "MORGAN"),
    )
    doubtful: tuple[str, ...] = ("vehicle.vrn", "applicant.name.family")
    illegible: tuple[str, ...] = ()
    checks: tuple[CheckResult, ...] = ()


def reading(read: Read) -> Reading:
    fields = tuple(
        FieldReading(
            name=name,
            value=None if name in read.illegible else value,
            raw=str(value),
            confidence=0.6 if name in read.doubtful else 0.999,
            status="illegible" if name in read.illegible else "auto",
            page=1,
            box=Box(0.1, 0.1, 0.5, 0.2),
            method="comb",
        )
        for name, value in read.values
    )
    whole = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    page = PageReading(1, 1, whole, 0, 0.0, 300.0)
    return Reading(FORM, (page,), fields, read.checks, (), {"comb": "test"})


def read_item(services: Services, read: Read | None = None, *, data: bytes = b"") -> Application:
    """Post that arrived, was split and read, and now waits for a person (or for delivery)."""
    given = read or Read()
    data = data or f"scan {next(_count)}".encode()
    receipt = arrival.receive(services, data, arrival.Arrival("post", "test", "a.pdf"))
    picture = services.objects.put(b"a picture")
    with services.database.writing() as connection:
        scan = scans.get(connection, receipt.scan_id)
        item = Item(str(ULID()), scan.id, 1, Status.SCANNED)
        side = Side(1, "page", picture, 10, 10, 300.0, 1, None, picture, 10, 10)
        scans.was_split(connection, scan, [(side, item.id)], [item])
        scans.set_item_status(connection, item, Status.EXTRACTED)
        made = Application(
            id=str(ULID()),
            item_id=item.id,
            scan_id=scan.id,
            status=Status.IN_REVIEW if given.doubtful else Status.READY,
            revision=1,
            version=1,
            form_code=FORM.code,
            edition=FORM.edition,
            received_at=scan.received_at,
            due_on=due_on(scan.received_at),
            doubtful=given.doubtful,
            why="2 fields to check." if given.doubtful else "",
        )
        applications.add(connection, made, reading(given))
        if made.status == Status.READY:
            jobs.add(connection, "deliver", made.id, made.received_at)
    return made


def now(services: Services, application: Application) -> Application:
    """The application as it stands."""
    with services.database.reading() as connection:
        return applications.get(connection, application.id)


def job_states(services: Services, subject: str) -> Sequence[tuple[str, str, int]]:
    """``(step, state, revision)`` of every job about a subject."""
    with services.database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT step, state, revision FROM jobs WHERE subject = ? ORDER BY id", (subject,)
        )
        return [(row[0], row[1], row[2]) for row in rows]


def failing(rule: str, *fields: str) -> CheckResult:
    return CheckResult(rule, "fail", "block", fields, "These do not agree.")


def without_doubt(read: Read | None = None) -> Read:
    return replace(read or Read(), doubtful=())
