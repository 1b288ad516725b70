"""A house with many applications that wait: a few forms really read, each filed again and again."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ulid import ULID

from extractors.forms.ageing import age
from extractors.forms.fill import Filling, fill
from extractors.read import Engines, read
from extractors.values import Page, Picture, Reading
from intake.model import OFFICE, Application, Item, Scan, Side, Status, due_on
from intake.services import Services
from intake.tables import applications, items, scans, sides
from workers import pictures, routing

DPI = 300
FORMS: Sequence[tuple[tuple[str, str], int]] = (
    (("V62-S", "2026-11"), 8),
    (("V62-S", "2026-11"), 11),
    (("V5C-S", "2026-11"), 7),
    (("V890-S", "2026-11"), 8),
    (("D1-S", "2026-11"), 7),
)
"""The forms that are filled in and read: which, and the number its invented person has."""
_READINGS = sa.table("readings", sa.column("application_id"), sa.column("body"))  # JSON as text
_AT_ONCE = 500
_DAYS = 9


@dataclass(frozen=True)
class Sample:
    """One form as the workers would have read it, with its pages as stored for the viewer."""

    reading: Reading
    body: str
    sides: tuple[Side, ...]
    doubtful: tuple[str, ...]
    why: str
    queue: str


def fill_house(services: Services, number: int) -> None:
    """File ``number`` applications that wait for a person, as the workers do, in bulk."""
    made = _samples(services)
    rng = random.Random(20261122)
    with services.database.writing() as connection:
        for first in range(0, number, _AT_ONCE):
            rows: dict[Any, list[dict[str, Any]]] = {
                table: [] for table in (scans, items, sides, applications, _READINGS)
            }
            for n in range(first, min(first + _AT_ONCE, number)):
                received = services.now() - timedelta(minutes=rng.uniform(0, _DAYS * 24 * 60))
                _file(rows, made[n % len(made)], received, n)
            for table, each in rows.items():
                connection.execute(table.insert(), each)


def _samples(services: Services) -> list[Sample]:
    engines = Engines.load()
    return [_sample(services, engines, *each) for each in FORMS]


def _sample(services: Services, engines: Engines, form: tuple[str, str], person: int) -> Sample:
    pack = services.packs[form]
    filled = fill(pack, person, Filling(mistakes=0.0, dpi=DPI))
    papers = [age(picture, person, 2) for picture in filled.pictures]
    laid: list[Picture] = []
    pages = [Page(n, paper, float(DPI)) for n, paper in enumerate(papers, start=1)]
    received = services.now().astimezone(OFFICE).date()
    reading = read(pages, engines, received, lambda _, picture: laid.append(picture))
    found = engines.pack(reading.form)
    doubtful = tuple(routing.doubtful(reading, found)) or (pack.fields[0].name,)
    return Sample(
        reading,
        json.dumps(reading.to_json()),
        tuple(_sides(services, papers, laid)),
        doubtful,
        routing.why(reading, found) or f"{len(doubtful)} fields to check.",
        pack.queue,
    )


def _sides(services: Services, papers: list[Picture], laid: list[Picture]) -> Iterator[Side]:
    for number, (paper, shown) in enumerate(zip(papers, laid, strict=True), start=1):
        scanned = services.objects.put(pictures.encode(paper))
        viewed = services.objects.put(pictures.encode_for_viewer(shown))
        yield Side(
            number, "page", scanned, paper.shape[1], paper.shape[0], float(DPI), number,
            laid=viewed, laid_width=shown.shape[1], laid_height=shown.shape[0],
        )  # fmt: skip


def _file(
    rows: dict[Any, list[dict[str, Any]]], sample: Sample, received: datetime, number: int
) -> None:
    scan_id, item_id, application_id = (str(ULID()) for _ in range(3))
    scan = Scan(
        scan_id, f"{number:064x}", 1000, "post", "benchmark", f"post-{number:05}.pdf", received,
        Status.SCANNED, sides=len(sample.sides),
    )  # fmt: skip
    form = sample.reading.form
    application = Application(
        id=application_id, item_id=item_id, scan_id=scan_id, status=Status.IN_REVIEW, revision=1,
        version=1, form_code=form.code, edition=form.edition, received_at=received,
        due_on=due_on(received), doubtful=sample.doubtful, why=sample.why, queue=sample.queue,
    )  # fmt: skip
    rows[scans].append(asdict(scan))
    rows[items].append(asdict(Item(item_id, scan_id, 1, Status.EXTRACTED)))
    for side in sample.sides:
        told = asdict(replace(side, doubts=()))
        rows[sides].append({**told, "doubts": [], "scan_id": scan_id, "item_id": item_id})
    rows[applications].append(asdict(application))
    rows[_READINGS].append({"application_id": application_id, "body": sample.body})
