"""Applications filed as the workers would file them, for tests of what comes after reading."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ulid import ULID

from extractors import checks
from extractors.formpack import FieldPlace
from extractors.values import (
    Doubt,
    FieldReading,
    FormMatch,
    PageReading,
    Reading,
    Value,
)
from intake import audit, jobs
from intake.jobs import Claim
from intake.model import OFFICE, Application, Item, Person, Scan, Side, Status, due_on
from intake.records import applications, people, scans
from intake.services import Services, open_services
from intake.settings import Settings

FORM = ("V62-S", "2026-11")
START = datetime(2026, 11, 20, 9, 14, 22, tzinfo=UTC)
WHOLE_PAGE = (0.001, 0.0, 0.0, 0.0, 0.001, 0.0, 0.0, 0.0, 1.0)
WRITTEN: dict[str, tuple[Value, str]] = {
    "vehicle.vrn": ("AB12CDE", "AB12CDE"),
    "vehicle.vrn_again": ("AB12CDE", "AB12CDE"),
    "vehicle.make": ("Ford", "Ford"),
    "applicant.name.given": ("Sarah Meredyth", "SARAH MEREDYTH"),
    "applicant.name.family": ("Morgan", "MORGAN"),
    "applicant.date_of_birth": ("1976-03-11", "11031976"),
    "applicant.driver_number": ("MORGA753116SM9IJ", "MORGA753116SM9IJ"),
    "request.reason": ("lost", "x"),
    "fee.amount": ("25.00", "25.00"),
    "declaration.signature": (True, ""),
    "declaration.date": ("2026-11-17", "17112026"),
}


@dataclass
class Clock:
    """A clock that a test moves."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class House:
    """The services of one test, its clock, and one person."""

    services: Services
    clock: Clock
    reviewer: Person = field(default_factory=lambda: Person(str(ULID()), "robin", "reviewer"))

    def claim(self) -> Claim:
        (given,) = jobs.claim(self.services, ["deliver"], 1)
        return given


def house(home: Path, **settings: object) -> House:
    """Services on an empty data folder."""
    clock = Clock()
    opened = open_services(Settings.model_validate({"home": home, **settings}))
    made = House(replace(opened, now=clock), clock)
    with made.services.database.writing() as connection:
        people.add(connection, made.reviewer, "no password")
    return made


def file(house: House, status: Status = Status.READY, values: object = None) -> str:
    """File one read application; ready ones have their delivery job. Its id."""
    return _file(house, _reading(house, {**WRITTEN, **(values or {})}), status)  # type: ignore[dict-item]


def file_without_page_2(house: House) -> str:
    """File an application of which only page 1 came; it waits for a person. Its id."""
    whole = _reading(house, WRITTEN)
    fields = tuple(each for each in whole.fields if each.page == 1)
    part = replace(whole, pages=whole.pages[:1], fields=fields)
    return _file(house, part, Status.IN_REVIEW)


def file_unknown(house: House) -> str:
    """File an item that fits no form, confirmed as it is. Its id."""
    doubt = Doubt("unknown_form", "This fits no form known here.")
    page = PageReading(1, None, WHOLE_PAGE, 90, -0.4, 300.0)
    unknown = Reading(FormMatch("UNKNOWN", "", 1.0), (page,), (), (), (doubt,), {})
    return _file(house, unknown, Status.READY)


def _file(house: House, reading: Reading, status: Status) -> str:
    services, now = house.services, house.clock()
    scan, item = _scan(now), str(ULID())
    filed = Application(
        id=str(ULID()), item_id=item, scan_id=scan.id, status=status, revision=1, version=1,
        form_code=reading.form.code, edition=reading.form.edition, received_at=now,
        due_on=due_on(now), doubtful=() if status == Status.READY else ("vehicle.vrn",), why="",
    )  # fmt: skip
    side = Side(1, "page", "ab" * 32, 1654, 2339, 200.0, position=1)
    with services.database.writing() as connection:
        scans.add(connection, scan)
        scans.was_split(
            connection, scan, [(side, item)], [Item(item, scan.id, 1, Status.EXTRACTED)]
        )
        applications.add(connection, filed, reading)
        audit.append(connection, filed.id, "pipeline", "extracted", now, form=filed.form_code)
        if status == Status.READY:
            jobs.add(connection, "deliver", filed.id, now)
    return filed.id


def _scan(now: datetime) -> Scan:
    digest = hashlib.sha256(str(ULID()).encode()).hexdigest()
    return Scan(
        str(ULID()), digest, 12345, "post", "station-2", "scan.tif", now, Status.RECEIVED,
        batch="B-7",
    )  # fmt: skip


def _reading(house: House, written: dict[str, tuple[Value, str]]) -> Reading:
    pack = house.services.packs[FORM]
    fields = tuple(_field(place, *written.get(place.name, (None, ""))) for place in pack.fields)
    received = house.clock().astimezone(OFFICE).date()
    return Reading(
        form=FormMatch(*FORM, confidence=0.994),
        pages=tuple(PageReading(n, n, WHOLE_PAGE, 0, 0.12, 200.0) for n in (1, 2)),
        fields=fields,
        checks=checks.check({each.name: each for each in fields}, pack, received),
        doubts=(),
        engines={"comb": "postroom-handprint 1.0"},
    )


def _field(place: FieldPlace, value: Value, raw: str) -> FieldReading:
    status = "auto" if value is not None else "absent"
    doubts = (Doubt("character", "Character 2 could be O.", 1, ("O",)),) if raw else ()
    return FieldReading(
        place.name, value, raw, 0.97, status, place.page, place.box, place.way, doubts  # type: ignore[arg-type]
    )  # fmt: skip
