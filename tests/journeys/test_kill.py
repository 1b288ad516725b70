"""Kill any process, again and again, while post is read: nothing is lost and nothing done twice.

Two hundred pages in fifty scans, five before each kill: some handed in for a receipt, some put into
the inbox. Ten times, one process of the house is killed while these are being read. What waits for
a person is confirmed in between, so that deliveries run into the kills too.
"""

from __future__ import annotations

import io
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from extractors.formpack import SHIPPED, load
from extractors.forms.fill import Filling, fill
from intake import arrival, audit, overview, people, review
from intake.model import Person, Receipt, Status
from intake.services import Services, open_services
from intake.settings import load as load_settings
from tests.journeys.house import SECRET, Listener, Up, listening, running, wait_until

SCANS, PAGES = 50, 4
# Each stands for one kill; "parent" is `postroom up` itself.
VICTIMS = (
    "workers.app", "workers.child", "parent", "gunicorn", "workers.app",
    "parent", "workers.child", "gunicorn", "workers.app", "parent",
)  # fmt: skip


@pytest.fixture(scope="module")
def post() -> list[bytes]:
    """Scans of filled forms, coarse so that they are quick to read; no two alike."""
    pack = load(SHIPPED / "V890-S-2026-11")
    sheets = [fill(pack, seed, Filling(dpi=75)).pictures[0] for seed in range(25)]
    return [_tiff(number, sheets) for number in range(SCANS)]


def _tiff(number: int, sheets: list[object]) -> bytes:
    pages = [Image.fromarray(sheets[(number + step * 7) % len(sheets)]) for step in range(PAGES)]
    pages[0].putpixel((0, 0), (number, 0, 0))
    file = io.BytesIO()
    pages[0].save(
        file, "TIFF", compression="tiff_lzw", save_all=True, append_images=pages[1:], dpi=(75, 75)
    )
    return file.getvalue()


class Office:
    """The record as the test sees it, and a reviewer who confirms what waits."""

    def __init__(self, up: Up) -> None:
        self.services: Services = open_services(load_settings(up.environment))
        self.rita: Person = people.add(self.services, "rita", "reviewer").person

    def progress(self) -> overview.Progress:
        return overview.progress(self.services)

    def confirm_what_waits(self) -> None:
        while (waits := review.take_next(self.services, self.rita)) is not None:
            version = review.task(self.services, waits).version
            names = review.task(self.services, waits).unresolved
            for name in names:
                given = (name, "accepted", None)
                version = review.answer(self.services, waits, self.rita, version, given)
            review.confirm(self.services, waits, self.rita, version)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as made:
        yield made


def test_ten_kills_over_two_hundred_pages_lose_nothing_and_repeat_nothing(
    tmp_path: Path, post: list[bytes], listener: Listener
) -> None:
    chance = random.Random(7)
    up = Up(tmp_path / "var", webhook_url=listener.url, webhook_secret=SECRET)
    office = Office(up)
    with running(up):
        receipts = []
        for number, victim in enumerate(VICTIMS):
            *by_hand, one, two = post[number * 5 : number * 5 + 5]
            receipts += [_hand_in(office.services, data) for data in by_hand]
            (up.home / "inbox" / f"post-{number}-1.tif").write_bytes(one)
            (up.home / "inbox" / f"post-{number}-2.tif").write_bytes(two)
            _wait_until_reading(office)
            time.sleep(chance.random())
            _kill(up, victim, chance)
            office.confirm_what_waits()
        wait_until(lambda: _all_out(office), "everything is delivered", seconds=240)
    _nothing_lost(office.services, receipts)
    _read_once(office.services)
    _delivered_once(office.services, listener)
    office.services.close()


def _hand_in(services: Services, data: bytes) -> Receipt:
    return arrival.receive(services, data, arrival.Arrival("counter", "desk 1", "counter.tif"))


def _wait_until_reading(office: Office) -> None:
    """So that every kill comes while pages are read, and not while things only start."""
    before = office.progress().pages_read
    wait_until(lambda: office.progress().pages_read > before, "a page is read", 120)
    now = office.progress()
    assert now.scans_waiting or now.pages_read < now.pages


def _kill(up: Up, victim: str, chance: random.Random) -> None:
    if victim == "parent":
        up.stop(signal.SIGKILL)
        up.start()
        up.wait_ready()
        return
    wait_until(lambda: bool(up.named(victim)), f"{victim} runs")
    os.kill(chance.choice(up.named(victim)), signal.SIGKILL)


def _all_read(office: Office) -> bool:
    now = office.progress()
    return now.scans == SCANS and now.pages_read == SCANS * PAGES


def _all_out(office: Office) -> bool:
    office.confirm_what_waits()
    assert overview.stuck(office.services) == []
    return _all_read(office) and office.progress().delivered == SCANS


def _nothing_lost(services: Services, receipts: list[Receipt]) -> None:
    lines = overview.recent_scans(services, limit=SCANS * 2)
    assert len(lines) == SCANS
    assert {receipt.scan_id for receipt in receipts} <= {line.scan.id for line in lines}
    for line in lines:
        assert (line.scan.status, line.scan.sides) == (Status.SCANNED, PAGES)
        assert len(services.objects.get(line.scan.sha256)) == line.scan.size
        assert [each.status for each in line.items] == [Status.RELEASED]
    assert overview.stuck(services) == []


def _read_once(services: Services) -> None:
    """One split and one reading are on record for each scan, in trails nobody broke."""
    with services.database.reading() as connection:
        for line in overview.recent_scans(services, limit=SCANS * 2):
            (item,) = line.items
            assert item.application is not None
            for subject, action in ((line.scan.id, "split"), (item.application.id, "extracted")):
                trail = audit.trail(connection, subject)
                assert audit.first_broken(connection, subject) is None
                assert [event.action for event in trail].count(action) == 1
        states = connection.exec_driver_sql("SELECT state FROM jobs").scalars().all()
    assert Counter(states) == {"done": SCANS * 3}


def _delivered_once(services: Services, listener: Listener) -> None:
    """A delivery may arrive again after a kill, but only as the same bytes under the same id."""
    bodies: dict[str, set[bytes]] = {}
    for webhook_id, body in listener.taken:
        bodies.setdefault(webhook_id, set()).add(body)
    assert all(len(each) == 1 for each in bodies.values())
    told = [json.loads(next(iter(each))) for each in bodies.values()]
    assert all(each["revision"] == 1 for each in told)
    delivered = sorted(each["application_id"] for each in told)
    assert delivered == sorted(
        each.application.id for each in overview.delivered(services, limit=SCANS * 2)
    )
    assert len(delivered) == SCANS
