"""The job table: leases, fences, retries, parking; and several processes on one file."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from intake import arrival, audit, jobs, overview
from intake.jobs import Claim
from intake.model import Status
from intake.records import scans
from intake.services import Services
from tests.intake.house import Clock, job_states

STEPS: tuple[jobs.Step, ...] = ("split", "read", "deliver")


@pytest.fixture
def scan_id(services: Services) -> str:
    given = arrival.Arrival("post", "test", "a.pdf")
    return arrival.receive(services, b"one scan", given).scan_id


def claim_one(services: Services) -> Claim:
    (claim,) = jobs.claim(services, STEPS, 5)
    return claim


def nothing(_connection: Connection) -> None:
    pass


def status_of(services: Services, scan_id: str) -> Status:
    with services.database.reading() as connection:
        return scans.get(connection, scan_id).status


def test_a_claimed_job_is_not_handed_out_again_while_its_lease_lasts(
    services: Services, clock: Clock, scan_id: str
) -> None:
    assert claim_one(services).subject == scan_id
    clock.pass_by(seconds=29)
    assert jobs.claim(services, STEPS, 5) == []


def test_after_the_lease_the_next_worker_gets_it_with_a_new_fence(
    services: Services, clock: Clock, scan_id: str
) -> None:
    first = claim_one(services)
    clock.pass_by(seconds=31)
    second = claim_one(services)
    assert (second.subject, second.fence, second.attempt) == (scan_id, first.fence + 1, 2)


def test_extending_keeps_the_lease(services: Services, clock: Clock, scan_id: str) -> None:
    claim = claim_one(services)
    clock.pass_by(seconds=20)
    assert jobs.extend(services, claim)
    clock.pass_by(seconds=20)
    assert jobs.claim(services, STEPS, 5) == []
    assert job_states(services, scan_id) == [("split", "running", 1)]


def test_the_result_of_a_late_worker_is_dropped(
    services: Services, clock: Clock, scan_id: str
) -> None:
    late = claim_one(services)
    clock.pass_by(seconds=31)
    owner = claim_one(services)
    written: list[str] = []
    assert not jobs.finish(services, late, lambda _: written.append("late"))
    assert not jobs.extend(services, late)
    assert not jobs.fail(services, late, "too late")
    assert jobs.finish(services, owner, lambda _: written.append("owner"))
    assert written == ["owner"]
    assert job_states(services, scan_id) == [("split", "done", 1)]


def test_a_result_that_cannot_be_stored_leaves_the_job_unfinished(
    services: Services, scan_id: str
) -> None:
    claim = claim_one(services)

    def broken(connection: Connection) -> None:
        jobs.add(connection, "read", scan_id, services.now())
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        jobs.finish(services, claim, broken)
    assert job_states(services, scan_id) == [("split", "running", 1)]


def test_a_failed_job_waits_longer_each_time_and_is_then_parked_in_sight(
    services: Services, clock: Clock, scan_id: str
) -> None:
    for attempt in range(1, services.settings.attempts + 1):
        claim = claim_one(services)
        assert jobs.fail(services, claim, "OSError")
        assert jobs.claim(services, STEPS, 5) == []
        clock.time += jobs.wait_after(attempt)
    assert jobs.claim(services, STEPS, 5) == []
    (stuck,) = overview.stuck(services)
    assert (stuck.subject, stuck.error) == (scan_id, "OSError")
    assert status_of(services, scan_id) == Status.STUCK
    assert "postroom retry" in overview.scan(services, scan_id).scan.reason


def test_an_outage_of_a_day_uses_up_no_attempts_and_is_then_parked_in_sight(
    services: Services, clock: Clock, scan_id: str
) -> None:
    begun = clock.time
    number = 0
    while status_of(services, scan_id) == Status.RECEIVED:
        number += 1
        claim = claim_one(services)
        assert claim.attempt == 1
        jobs.fail(services, claim, "StoreUnreachable", "outage")
        assert jobs.trying_again(services)[:1] in ([], [("split", "StoreUnreachable", 1)])
        clock.time += jobs.wait_after(number)
    assert status_of(services, scan_id) == Status.STUCK
    assert timedelta(hours=20) < clock.time - begun < timedelta(hours=28)


def test_every_stuck_job_of_a_step_can_be_tried_again_at_once(services: Services) -> None:
    given = arrival.Arrival("post", "test", "a.pdf")
    for n in range(3):
        arrival.receive(services, f"{n}".encode(), given)
    for claim in jobs.claim(services, STEPS, 5):
        jobs.park(services, claim, "OSError")
    assert jobs.retry_all(services, "operator:test", "deliver") == 0
    assert jobs.retry_all(services, "operator:test") == 3
    assert overview.stuck(services) == []
    assert len(jobs.claim(services, STEPS, 5)) == 3


def test_a_job_that_kills_its_worker_each_time_is_parked_too(
    services: Services, clock: Clock, scan_id: str
) -> None:
    for _ in range(services.settings.attempts):
        claim_one(services)
        clock.pass_by(seconds=31)
    assert jobs.claim(services, STEPS, 5) == []
    assert status_of(services, scan_id) == Status.STUCK


def test_a_job_is_parked_the_second_time_it_takes_its_process_with_it(
    services: Services, clock: Clock, scan_id: str
) -> None:
    claim_one(services)  # this worker is killed from outside, which the job is not to blame for
    clock.pass_by(seconds=31)
    jobs.fail(services, claim_one(services), "ChildDied", "death")
    assert job_states(services, scan_id) == [("split", "waiting", 1)]
    clock.pass_by(minutes=1)
    jobs.fail(services, claim_one(services), "ChildDied", "death")
    assert status_of(services, scan_id) == Status.STUCK


def test_a_parked_job_can_be_tried_again(services: Services, scan_id: str) -> None:
    claim = claim_one(services)
    jobs.park(services, claim, "ChildDied")
    assert jobs.retry(services, claim.job_id, "operator:test")
    assert not jobs.retry(services, claim.job_id, "operator:test")
    assert status_of(services, scan_id) == Status.RECEIVED
    assert claim_one(services).attempt == 1


def test_a_job_given_back_counts_as_untried(services: Services, scan_id: str) -> None:
    assert jobs.give_back(services, claim_one(services))
    again = claim_one(services)
    assert (again.subject, again.attempt) == (scan_id, 1)


def test_the_same_job_added_twice_is_one(services: Services, scan_id: str) -> None:
    with services.database.writing() as connection:
        jobs.add(connection, "split", scan_id, services.now())
    assert len(job_states(services, scan_id)) == 1


def test_post_of_an_earlier_day_goes_first(services: Services) -> None:
    today = services.now()
    with services.database.writing() as connection:
        jobs.add(connection, "split", "today", today)
        jobs.add(connection, "split", "yesterday", today - timedelta(days=1))
    assert [each.subject for each in jobs.claim(services, STEPS, 5)] == ["yesterday", "today"]


def test_what_was_begun_is_finished_before_more_is_split(services: Services) -> None:
    with services.database.writing() as connection:
        jobs.add(connection, "split", "next scan", services.now())
        jobs.add(connection, "read", "item", services.now())
    assert [each.subject for each in jobs.claim(services, STEPS, 1)] == ["item"]


def test_waits_grow_to_an_hour_at_most() -> None:
    seconds = [jobs.wait_after(attempt).total_seconds() for attempt in range(1, 101)]
    assert seconds[:4] == [2, 8, 32, 128]
    assert seconds[-1] == 3600


WORKER = """
import sys, time
from intake import jobs
from intake.services import open_services
from intake.settings import load
from intake import audit

services = open_services(load())
end = time.monotonic() + 30
while time.monotonic() < end:
    claims = jobs.claim(services, ("read",), 3)
    if not claims:
        break
    for claim in claims:
        def record(connection):
            jobs.add(connection, "deliver", claim.subject, services.now())
            audit.append(connection, "ALL", sys.argv[1], "read", services.now(), job=claim.job_id)
        assert jobs.finish(services, claim, record)
"""


def test_four_processes_on_one_file_do_every_job_once_and_lose_none(
    services: Services, tmp_path: Path
) -> None:
    names = [f"item {n}" for n in range(120)]
    with services.database.writing() as connection:
        for name in names:
            jobs.add(connection, "read", name, services.now())
    environment = {"POSTROOM_HOME": str(services.settings.home), "PYTHONPATH": "."}
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, f"worker {n}"], env=environment)
        for n in range(4)
    ]
    assert [each.wait(timeout=60) for each in workers] == [0, 0, 0, 0]
    with services.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT step, state, subject FROM jobs").all()
        # All four wrote to one trail: a lost update would break its chain.
        events = audit.trail(connection, "ALL")
        assert audit.first_broken(connection, "ALL") is None
    found = Counter((step, state) for step, state, _ in rows)
    assert found == {("read", "done"): 120, ("deliver", "waiting"): 120}
    assert Counter(event.detail["job"] for event in events).most_common(1)[0][1] == 1
    assert len(events) == 120
