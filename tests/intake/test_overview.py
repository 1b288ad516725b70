"""What pages and commands list."""

from __future__ import annotations

from intake import arrival, jobs, overview
from intake.delivery import run as deliver
from intake.model import Status
from intake.services import Services
from tests.intake.house import Clock, read_item, without_doubt


def test_recent_scans_come_newest_first_with_their_stage(services: Services, clock: Clock) -> None:
    old = read_item(services)
    clock.pass_by(hours=1)
    new = arrival.receive(services, b"new", arrival.Arrival("counter", "desk", "n.pdf"))
    first, second = overview.recent_scans(services)
    assert (first.scan.id, first.items) == (new.scan_id, ())
    assert [item.status for item in second.items] == [Status.IN_REVIEW]
    assert second.items[0].application == old
    assert len(overview.recent_scans(services, limit=1)) == 1


def test_each_thing_is_counted_at_one_stage_only(services: Services) -> None:
    read_item(services)
    read_item(services, without_doubt())
    arrival.receive(services, b"new", arrival.Arrival("post", "test"))
    assert overview.by_stage(services) == {
        Status.RECEIVED: 1, Status.IN_REVIEW: 1, Status.READY: 1,
    }  # fmt: skip


def test_progress_follows_a_page_from_arrival_to_delivery(services: Services) -> None:
    assert overview.progress(services) == overview.Progress(0, 0, 0, 0, 0, 0, 0, 0)
    read_item(services, without_doubt())
    read_item(services)
    arrival.receive(services, b"new", arrival.Arrival("post", "test"))
    now = overview.progress(services)
    assert (now.scans, now.scans_waiting, now.pages, now.pages_read) == (3, 1, 2, 2)
    assert (now.for_people, now.delivered) == (1, 0)
    (claim,) = jobs.claim(services, ("deliver",), 5)
    assert deliver(services, claim)
    assert overview.progress(services).delivered == 1
    (delivered,) = overview.delivered(services)
    assert (delivered.sent_at, delivered.acknowledged_at) == (None, None)
