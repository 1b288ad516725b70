"""Post to review without the reader: forms filled by the drawing script, with doubts of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image
from ulid import ULID

from extractors.formpack import FieldPlace, load
from extractors.forms.fill import Filled, Filling, fill
from extractors.values import (
    Candidate,
    Cell,
    CheckResult,
    Doubt,
    FieldReading,
    FormMatch,
    PageReading,
    Reading,
    Value,
)
from intake.model import Application, Item, Scan, Side, Status, due_on
from intake.records import applications, scans
from intake.services import Services, open_services
from intake.settings import Settings

NOW = datetime(2026, 11, 18, 10, 42, tzinfo=UTC)
PACK = ("V62-S", "2026-11")
_DPI = 110


@dataclass
class Clock:
    """A clock that stands still until it is moved on."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True)
class Plan:
    """What to seed. ``changes`` replaces parts of what was read, by field name.

    ``enclosures``: how many pages follow that are not of the form.
    """

    seed: int = 3
    changes: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    checks: Sequence[CheckResult] = ()
    doubts: Sequence[Doubt] = ()
    code: str = PACK[0]
    received: datetime = NOW - timedelta(days=1)
    enclosures: int = 0


DOUBTFUL: Mapping[str, Mapping[str, object]] = {
    "vehicle.vrn": {
        "raw": "AA19NMV",
        "value": "AA19NMV",
        "confidence": 0.71,
        "doubts": (Doubt("between", "Character 6 could be an M or an N.", 5, ("M", "N")),),
    },
    "applicant.date_of_birth": {
        "raw": "07101966",
        "value": "1966-10-07",
        "confidence": 0.8,
        "doubts": (Doubt("between", "Character 8 could be a 6 or a 0.", 7, ("6", "0")),),
    },
    "request.reason": {
        "value": None,
        "confidence": 0.5,
        "status": "conflict",
        "doubts": (Doubt("tick_faint", "One of these boxes has a faint mark."),),
    },
}


def services_in(folder: Path, clock: Clock) -> Services:
    return replace(open_services(Settings(home=folder)), now=clock)


def seed(services: Services, plan: Plan = Plan(changes=DOUBTFUL)) -> str:
    """An application in review with its page pictures; its id."""
    pack = services.packs[PACK]
    filled = _filled(pack.folder, plan.seed)
    fields = tuple(
        _with(_read(place, filled), plan.changes.get(place.name, {})) for place in pack.fields
    )
    known = plan.code == PACK[0]
    of_form = len(filled.pictures) if known else 0
    reading = Reading(
        form=FormMatch(plan.code, PACK[1] if known else "", 0.99 if known else 0.1),
        pages=tuple(
            PageReading(n, n if n <= of_form else None, (1.0, 0, 0, 0, 1, 0, 0, 0, 1), 0, 0.0, _DPI)
            for n in range(1, len(filled.pictures) + plan.enclosures + 1)
        ),
        fields=fields if known else (),
        checks=tuple(plan.checks),
        doubts=tuple(plan.doubts),
        engines={"seed": "1"},
    )
    return _store(services, plan, filled, reading)


@lru_cache
def _filled(folder: Path, number: int) -> Filled:
    return fill(load(folder), number, Filling(mistakes=0.0, calm=True, dpi=_DPI))


@lru_cache
def _jpegs(folder: Path, number: int) -> tuple[bytes, ...]:
    kept = []
    for picture in _filled(folder, number).pictures:
        data = BytesIO()
        Image.fromarray(picture).save(data, "JPEG", quality=85)
        kept.append(data.getvalue())
    return tuple(kept)


def _with(read: FieldReading, changes: Mapping[str, object]) -> FieldReading:
    return replace(read, **changes)  # type: ignore[arg-type]  # names of its parts


def _read(place: FieldPlace, filled: Filled) -> FieldReading:
    value: Value = filled.truth[place.name]
    raw = filled.raw[place.name]
    cells: list[Cell] = []
    if place.way == "comb":
        boxes = [row.cell(i) for row in place.combs for i in range(row.cells)]
        written = raw.ljust(len(boxes))
        cells = [
            Cell(box, (Candidate(c.strip(), 0.99),)) for box, c in zip(boxes, written, strict=True)
        ]
    return FieldReading(
        name=place.name,
        value=value,
        raw=raw,
        confidence=0.99,
        status="auto" if value is not None else "absent",
        page=place.page,
        box=place.box,
        method=place.way,
        cells=tuple(cells),
    )


def _why(number: int) -> str:
    return "1 field to check." if number == 1 else f"{number} fields to check."


def _store(services: Services, plan: Plan, filled: Filled, reading: Reading) -> str:
    scan_id, item_id, application_id = (str(ULID()) for _ in range(3))
    scan = Scan(
        scan_id, scan_id.lower().ljust(64, "0"), 1000, "post", "inbox",
        f"post-{plan.seed:04}.pdf", plan.received, Status.SCANNED, sides=len(reading.pages),
    )  # fmt: skip
    sides = []
    jpegs = _jpegs(services.packs[PACK].folder, plan.seed)
    shown = [*zip(filled.pictures, jpegs, strict=True)]
    shown += [shown[-1]] * plan.enclosures
    for number, (picture, jpeg) in enumerate(shown, start=1):
        digest = services.objects.put(jpeg)
        height, width = picture.shape[:2]
        laid = (digest, width, height) if reading.fields else (None, 0, 0)
        sides.append(
            (Side(number, "page", digest, width, height, _DPI, number, None, *laid), item_id)
        )
    doubtful = tuple(f.name for f in reading.fields if f.doubts)
    application = Application(
        id=application_id, item_id=item_id, scan_id=scan_id, status=Status.IN_REVIEW,
        revision=1, version=1, form_code=reading.form.code, edition=reading.form.edition,
        received_at=plan.received, due_on=due_on(plan.received), doubtful=doubtful,
        why=_why(len(doubtful)) if doubtful else "The form was not recognised.",
    )  # fmt: skip
    with services.database.writing() as connection:
        scans.add(connection, replace(scan, status=Status.RECEIVED))
        scans.was_split(
            connection, replace(scan, status=Status.RECEIVED), sides,
            [Item(item_id, scan_id, 1, Status.EXTRACTED)],
        )  # fmt: skip
        applications.add(connection, application, reading)
    return application_id
