"""Each step stores what it found, once, and only while the job is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

import pytest

from extractors.limits import UnreadableScan
from intake import arrival, audit, jobs, overview
from intake.jobs import Claim
from intake.model import Application, PageDoubt, Person, Status
from intake.records import applications, keyings, people, rescans, scans
from intake.services import Services
from tests.intake.house import Clock, Read, job_states, read_item, reading, without_doubt
from tests.intake.packs import write_pack
from workers import steps
from workers.process import Child, Message
from workers.steps import Bench

ALL: tuple[jobs.Step, ...] = ("split", "read", "deliver")
DIGEST = "0" * 64


@dataclass
class Scripted:
    """A child process that says what it was told to say."""

    says: list[Message] = field(default_factory=list)
    raises: Exception | None = None
    tasks: list[Mapping[str, Any]] = field(default_factory=list)

    def run(self, task: Mapping[str, Any], look: Callable[[], None]) -> Iterator[Message]:
        self.tasks.append(task)
        look()
        yield from (dict(each) for each in self.says)
        if self.raises is not None:
            raise self.raises


def side(number: int, role: str = "page", starts: bool = False, barcode: str = "") -> Message:
    return {
        "number": number, "role": role, "starts_item": starts, "barcode": barcode or None,
        "picture": DIGEST, "width": 100, "height": 140, "dpi": 300.0, "doubts": [],
    }  # fmt: skip


def read_result(read: Read) -> list[Message]:
    return [
        {"laid": DIGEST, "width": 1654, "height": 2339},
        {
            "reading": reading(read).to_json(),
            "doubtful": list(read.doubtful),
            "why": "2 fields to check." if read.doubtful else "",
            "looks": [],
        },
    ]


def do(services: Services, child: Scripted, step: jobs.Step) -> Claim:
    """Claim the next job of ``step`` and run it."""
    (claim,) = jobs.claim(services, (step,), 1)
    steps.STEPS[step](Bench(services, cast(Child, child), lambda _claim: None), claim)
    return claim


@pytest.fixture
def scan_id(services: Services) -> str:
    given = arrival.Arrival("post", "test", "a.pdf")
    return arrival.receive(services, b"one scan", given).scan_id


@pytest.fixture
def item_id(services: Services, scan_id: str) -> str:
    do(services, Scripted([side(1, starts=True)]), "split")
    (line,) = overview.scan(services, scan_id).items
    return line.item.id


def test_a_scan_is_parted_into_items_and_every_side_is_kept(
    services: Services, scan_id: str
) -> None:
    found = [
        side(1, "separator", barcode="POSTROOM-SEPARATOR 7"),
        side(2, starts=True),
        side(3, "blank"),
        side(4),
        side(5, "separator"),
        side(6, starts=True, barcode="ON PAGE"),
    ]
    child = Scripted(found)
    do(services, child, "split")
    with services.database.reading() as connection:
        scan = scans.get(connection, scan_id)
        first, second = scans.items_of(connection, scan_id)
        pages = [[s.number for s in scans.sides_of_item(connection, i.id)] for i in (first, second)]
    assert child.tasks == [{"step": "split", "scan": scan.sha256}]
    assert (scan.status, scan.sides) == (Status.SCANNED, 6)
    assert (first.barcode, second.barcode) == ("POSTROOM-SEPARATOR 7", "ON PAGE")
    assert pages == [[2, 4], [6]]
    assert job_states(services, scan_id) == [("split", "done", 1)]
    for item in (first, second):
        assert job_states(services, item.id) == [("read", "waiting", 1)]


def test_an_unreadable_scan_is_quarantined_with_its_reason_and_not_tried_again(
    services: Services, scan_id: str
) -> None:
    refusal = UnreadableScan("encrypted", "The PDF asks for a password.")
    do(services, Scripted([side(1, starts=True)], refusal), "split")
    (scan,) = overview.quarantined(services)
    assert (scan.id, scan.code, scan.reason) == (
        scan_id, "encrypted", "The PDF asks for a password."
    )  # fmt: skip
    assert job_states(services, scan_id) == [("split", "done", 1)]
    assert services.objects.get(scan.sha256) == b"one scan"
    with services.database.reading() as connection:
        actions = [event.action for event in audit.trail(connection, scan_id)]
    assert actions == ["received", "quarantined"]


def test_a_scan_of_nothing_but_blank_sides_is_quarantined(services: Services, scan_id: str) -> None:
    do(services, Scripted([side(1, "blank"), side(2, "blank")]), "split")
    assert [scan.code for scan in overview.quarantined(services)] == ["blank"]


def test_what_makes_a_page_bad_to_read_is_kept_and_told_to_the_reader(
    services: Services, scan_id: str
) -> None:
    doubt = {"code": "dark", "message": "Page 3 is too dark. Scan it again with more brightness."}
    dark = side(3) | {"doubts": [doubt]}
    do(services, Scripted([side(1, "separator"), side(2, starts=True), dark]), "split")
    line = overview.scan(services, scan_id)
    (kept,) = line.doubted
    assert (kept.number, kept.doubts) == (3, (PageDoubt(**doubt),))
    assert overview.recent_scans(services) == [line]
    child = Scripted(read_result(Read()) * 2)
    child.says.pop(1)
    do(services, child, "read")
    (task,) = child.tasks
    assert [each["doubts"] for each in task["sides"]] == [[], ["dark"]]


def test_splitting_again_changes_nothing(services: Services, clock: Clock, scan_id: str) -> None:
    do(services, Scripted([side(1, starts=True)]), "split")
    with services.database.writing() as connection:
        connection.exec_driver_sql("UPDATE jobs SET state = 'waiting' WHERE step = 'split'")
    do(services, Scripted([side(1, starts=True), side(2, starts=True)]), "split")
    assert len(overview.scan(services, scan_id).items) == 1


def test_a_doubtful_reading_waits_for_a_person(services: Services, item_id: str) -> None:
    do(services, Scripted(read_result(Read())), "read")
    with services.database.reading() as connection:
        made = applications.of_item(connection, item_id)
        assert made is not None
        assert applications.reading(connection, made.id) == reading(Read())
        (picture,) = scans.sides_of_item(connection, item_id)
    assert (made.status, made.doubtful, made.why) == (
        Status.IN_REVIEW, Read().doubtful, "2 fields to check."
    )  # fmt: skip
    assert (picture.laid, picture.laid_width, picture.laid_height) == (DIGEST, 1654, 2339)
    assert job_states(services, made.id) == []


def test_an_application_has_the_work_queue_of_its_form_and_who_may_see_it(
    services: Services, item_id: str
) -> None:
    write_pack(services.settings.home / "forms", "PK1", "2026")
    form = services.settings.home / "forms" / "PK1-2026" / "form.toml"
    text = form.read_text(encoding="utf-8")
    keys = 'queue = "permits"\nsensitive = true\nlanguage = "cy"\n'
    form.write_text(keys + text, encoding="utf-8")
    said = read_result(Read())
    said[-1]["reading"]["form"] |= {"code": "PK1", "edition": "2026"}
    closed = services.settings.model_copy(update={"closed_days": (date(2026, 11, 18),)})
    do(replace(services, settings=closed), Scripted(said), "read")
    with services.database.reading() as connection:
        made = applications.of_item(connection, item_id)
    assert made is not None
    assert (made.queue, made.sensitive, made.language) == ("permits", True, "cy")
    assert made.due_on == date(2026, 11, 24)


def test_what_fits_no_form_is_in_the_general_work_queue_and_not_sensitive(
    services: Services, item_id: str
) -> None:
    said = read_result(Read())
    said[-1]["reading"]["form"] |= {"code": "UNKNOWN", "edition": ""}
    do(services, Scripted(said), "read")
    with services.database.reading() as connection:
        made = applications.of_item(connection, item_id)
    assert made is not None
    assert (made.queue, made.sensitive) == ("general", False)


def test_a_sure_reading_goes_straight_to_delivery(services: Services, item_id: str) -> None:
    child = Scripted(read_result(without_doubt()))
    do(services, child, "read")
    (task,) = child.tasks
    assert task["received"] == "2026-11-16"
    assert task["sides"] == [
        {"number": 1, "picture": DIGEST, "dpi": 300.0, "turned": None, "doubts": []}
    ]
    assert task["asked"] is None
    with services.database.reading() as connection:
        made = applications.of_item(connection, item_id)
    assert made is not None
    assert made.status == Status.READY
    assert job_states(services, made.id) == [("deliver", "waiting", 1)]


def test_a_sure_reading_waits_where_its_form_wants_critical_fields_keyed_twice(
    services: Services, item_id: str
) -> None:
    write_pack(services.settings.home / "forms", "PK1", "2026")
    form = services.settings.home / "forms" / "PK1-2026" / "form.toml"
    text = form.read_text(encoding="utf-8")
    form.write_text(f'second_keying = "critical"\n{text}critical = true\n', encoding="utf-8")
    said = read_result(without_doubt())
    said[-1]["reading"]["form"] |= {"code": "PK1", "edition": "2026"}
    do(services, Scripted(said), "read")
    with services.database.reading() as connection:
        made = applications.of_item(connection, item_id)
        assert made is not None
        (asked,) = keyings.of_application(connection, made.id)
    assert (made.status, made.decided_by) == (Status.SECOND_KEYING, None)
    assert (asked.field, asked.why, asked.first.how) == ("vehicle.vrn", "critical", "machine")
    assert job_states(services, made.id) == []


def test_the_result_of_a_worker_that_was_too_slow_is_dropped(
    services: Services, clock: Clock, item_id: str
) -> None:
    (late,) = jobs.claim(services, ("read",), 1)
    clock.pass_by(minutes=1)
    do(services, Scripted(read_result(Read())), "read")
    with services.database.reading() as connection:
        made = applications.of_item(connection, item_id)
    bench = Bench(
        services, cast(Child, Scripted(read_result(without_doubt()))), lambda _claim: None
    )
    steps.read(bench, late)
    with services.database.reading() as connection:
        assert applications.of_item(connection, item_id) == made


def test_reading_again_changes_nothing(services: Services, item_id: str) -> None:
    do(services, Scripted(read_result(Read())), "read")
    with services.database.writing() as connection:
        connection.exec_driver_sql("UPDATE jobs SET state = 'waiting' WHERE step = 'read'")
        before = applications.of_item(connection, item_id)
    do(services, Scripted(), "read")
    with services.database.reading() as connection:
        assert applications.of_item(connection, item_id) == before


def test_delivery_releases_what_is_ready(services: Services, item_id: str) -> None:
    do(services, Scripted(read_result(without_doubt())), "read")
    do(services, Scripted(), "deliver")
    (delivered,) = overview.delivered(services)
    assert delivered.application.status == Status.RELEASED
    assert delivered.sent_at is None
    assert overview.progress(services).delivered == 1


class Meanwhile(Scripted):
    """While it reads, the mailroom says that this scan replaces an application."""

    def begin(self, services: Services, old: Application, scan_id: str) -> Meanwhile:
        self.told = (services, old, scan_id)
        return self

    def run(self, task: Mapping[str, Any], look: Callable[[], None]) -> Iterator[Message]:
        services, old, scan_id = self.told
        with services.database.writing() as connection:
            people.add(connection, Person("P9", "ann", "reviewer"), "no password")
            rescans.add(connection, old.id, ("BLURRED", ""), "P9", services.now())
            rescans.end(connection, 1, "operator:op", services.now(), scan_id)
        yield from super().run(task, look)


def test_what_is_said_to_replace_another_while_it_is_read_is_due_no_later(
    services: Services, scan_id: str
) -> None:
    old = read_item(services)
    with services.database.writing() as connection:
        connection.exec_driver_sql("UPDATE applications SET due_on = '2026-01-05'")
    do(services, Scripted([side(1, starts=True)]), "split")
    do(services, Meanwhile(read_result(Read())).begin(services, old, scan_id), "read")
    with services.database.reading() as connection:
        (item,) = scans.items_of(connection, scan_id)
        made = applications.of_item(connection, item.id)
    assert made is not None
    assert made.due_on.isoformat() == "2026-01-05"
