"""What a reviewer put right is read as they said, by the real reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest

from extractors.formpack import SHIPPED, load
from extractors.forms.ageing import age
from extractors.forms.fill import Filling, fill
from extractors.values import Picture
from intake import arrival, audit, jobs, repair, review
from intake.model import Application, Person, Status
from intake.pageplan import PagePlan, Plan
from intake.records import applications, people, scans
from intake.services import Services
from tests.workers.test_steps import Scripted, do
from workers import child as reading
from workers import pictures, steps
from workers.child import Work
from workers.process import Child, Message
from workers.steps import Bench

ANN = Person("P1", "ann", "reviewer")
DPI = 150.0
ONE, OTHER = "V890-S 2026-11", "V888-S 2026-11"


@dataclass
class Here:
    """The process that reads, without another process."""

    work: Work

    def run(self, task: Mapping[str, Any], look: Callable[[], None]) -> Iterator[Message]:
        told: list[Message] = []
        reading.do(self.work, dict(task), told.append)
        assert told.pop() == {"end": "done"}
        yield from told


@pytest.fixture(scope="module")
def sheet() -> Picture:
    """One filled page of a form, scanned upside down."""
    pack = load(SHIPPED / "V890-S-2026-11")
    clean = fill(pack, 12, Filling(mistakes=0.0, calm=True, dpi=int(DPI)))
    return np.ascontiguousarray(np.rot90(age(clean.pictures[0], 12, 1), 2))


@pytest.fixture
def unread(services: Services, sheet: Picture) -> Application:
    """An item of that page that was taken for an unknown form, on a reviewer's desk."""
    with services.database.writing() as connection:
        people.add(connection, ANN, "no password")
    receipt = arrival.receive(services, b"a scan", arrival.Arrival("post", "t", "a.pdf"))
    height, width = sheet.shape[:2]
    side = {
        "number": 1, "role": "page", "starts_item": True, "barcode": None, "dpi": DPI,
        "picture": services.objects.put(pictures.encode(sheet)), "width": width,
        "height": height, "doubts": [],
    }  # fmt: skip
    do(services, Scripted([side]), "split")
    unknown = {"form": {"code": "UNKNOWN", "edition": "", "confidence": 1.0}, "pages": [],
               "fields": [], "checks": [], "doubts": [], "engines": {}}  # fmt: skip
    result = {"reading": unknown, "doubtful": [], "why": "It fits no form.", "looks": []}
    do(services, Scripted([{"laid": "0" * 64, "width": 9, "height": 9}, result]), "read")
    with services.database.reading() as connection:
        (item,) = scans.items_of(connection, receipt.scan_id)
        made = applications.of_item(connection, item.id)
    assert made is not None
    review.take(services, made.id, ANN)
    return made


def repaired(services: Services, before: Application, plan: Plan) -> Application:
    """The application after a plan was carried out and read."""
    repair.apply(services, before.id, ANN, before.version, plan)
    (claim,) = jobs.claim(services, ("read",), 1)
    here = Here(Work(services.settings, services.objects))
    bench = Bench(services, cast(Child, here), lambda _claim: None)
    steps.read(bench, claim)
    with services.database.reading() as connection:
        return applications.get(connection, before.id)


def test_a_page_that_was_turned_and_a_form_that_was_chosen_are_read_so(
    services: Services, unread: Application, sheet: Picture
) -> None:
    after = repaired(services, unread, Plan((PagePlan(1, 180),), form=ONE))
    assert (after.form_code, after.version, after.status) == ("V890-S", 3, Status.IN_REVIEW)
    task = review.task(services, after.id)
    assert [page.turned for page in task.reading.pages] == [180]
    assert task.reading.field("vehicle.vrn").value is not None
    (side,) = task.pictures
    assert side.turned == 180
    laid = pictures.decode(services.objects.get(side.laid or ""))
    assert laid.shape[0] == side.laid_height
    upright = np.rot90(sheet, 2)
    assert np.abs(laid[::9, ::9].mean() - upright[::9, ::9].mean()) < 40
    with services.database.reading() as connection:
        trail = [event.action for event in audit.trail(connection, after.id)]
    assert trail == ["extracted", "taken", "repaired", "extracted"]


def test_a_wrong_form_is_told_and_nothing_is_made_up(
    services: Services, unread: Application
) -> None:
    after = repaired(services, unread, Plan((PagePlan(1, 180),), form=OTHER))
    assert (after.form_code, after.status) == ("UNKNOWN", Status.IN_REVIEW)
    assert OTHER in after.why
    task = review.task(services, after.id)
    assert task.reading.fields == ()
    review.take(services, after.id, ANN)
    again = repaired(services, after, Plan((PagePlan(1, 180),), form=ONE))
    assert again.form_code == "V890-S"
    assert again.version == 5
