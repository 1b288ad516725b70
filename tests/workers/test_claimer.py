"""From the job table to a thread and back, whatever happens on the way."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from intake import arrival, jobs, overview
from intake.jobs import Claim
from intake.services import Services
from tests.intake.house import Clock, job_states
from workers import claimer as claiming
from workers.claimer import Claimer, Lane
from workers.process import ChildDied, ChildFailed
from workers.steps import Bench

Act = Callable[[Bench, Claim], None]


class Running:
    """A claimer on its own thread, with a step that does what the test says."""

    def __init__(self, services: Services, threads: int = 1) -> None:
        self.services = services
        lane = Lane("pages", ("split",), threads)
        self.claimer = Claimer(services, [lane])
        self.worker = lane.worker()
        self.thread = threading.Thread(target=self.claimer.run)

    def __enter__(self) -> Running:
        self.worker.start()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.claimer.stop.set()
        self.thread.join()
        self.worker.stop()


@pytest.fixture
def act(monkeypatch: pytest.MonkeyPatch) -> Callable[[Act], None]:
    """Sets what the split step does."""

    def put(step: Act) -> None:
        monkeypatch.setitem(claiming.STEPS, "split", step)

    return put


def arrive(services: Services, number: int = 1) -> list[str]:
    given = arrival.Arrival("post", "test", "a.pdf")
    return [arrival.receive(services, f"{n}".encode(), given).scan_id for n in range(number)]


def wait_until(true: Callable[[], bool]) -> None:
    latest = time.monotonic() + 10
    while not true():
        assert time.monotonic() < latest, "waited ten seconds in vain"
        time.sleep(0.02)


def finish(bench: Bench, claim: Claim) -> None:
    jobs.finish(bench.services, claim, lambda _: None)


def states(services: Services, scan_id: str) -> str:
    ((_, state, _),) = job_states(services, scan_id)
    return state


def test_every_job_is_run_and_no_more_at_once_than_there_are_threads(
    services: Services, act: Callable[[Act], None]
) -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def step(bench: Bench, claim: Claim) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        finish(bench, claim)
        with lock:
            running -= 1

    act(step)
    scans = arrive(services, 12)
    with Running(services, threads=3):
        wait_until(lambda: all(states(services, each) == "done" for each in scans))
    assert 1 < most <= 3


@pytest.mark.parametrize(
    "error", [ChildFailed("ValueError", "  File x"), OSError("disk full"), ChildDied("signal 11")]
)
def test_a_failure_is_tried_again_later_and_its_text_is_not_logged(
    services: Services,
    act: Callable[[Act], None],
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    def step(_bench: Bench, _claim: Claim) -> None:
        raise error

    act(step)
    (scan_id,) = arrive(services)
    with Running(services):
        wait_until(lambda: states(services, scan_id) == "waiting" and claimed(services) == 1)
    assert "disk full" not in caplog.text


def test_when_even_the_failure_cannot_be_recorded_nothing_written_is_logged(
    services: Services,
    act: Callable[[Act], None],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrote, told = "Mr Morgan", "disk full"

    def step(_bench: Bench, _claim: Claim) -> None:
        raise ValueError(wrote)

    def fail(*_: object, **__: object) -> bool:
        raise OSError(told)

    act(step)
    monkeypatch.setattr(jobs, "fail", fail)
    arrive(services)
    with Running(services):
        wait_until(lambda: "job_lost" in caplog.text)
    assert wrote not in caplog.text
    assert told not in caplog.text


def claimed(services: Services) -> int:
    with services.database.reading() as connection:
        return int(connection.exec_driver_sql("SELECT max(fence) FROM jobs").scalar_one())


@pytest.mark.parametrize(
    "error",
    [
        OSError("disk full"),
        OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked")),
        ChildFailed("StoreUnreachable", "  File x", outage=True),
    ],
)
def test_an_outage_of_disk_store_or_database_uses_up_no_attempt(
    services: Services, clock: Clock, act: Callable[[Act], None], error: Exception
) -> None:
    def step(_bench: Bench, _claim: Claim) -> None:
        raise error

    act(step)
    (scan_id,) = arrive(services)
    with Running(services):
        for number in range(1, services.settings.attempts + 2):
            wait_until(lambda n=number: claimed(services) == n)  # type: ignore[misc]
            wait_until(lambda: states(services, scan_id) == "waiting")
            clock.pass_by(hours=1)


def test_a_page_that_kills_its_reader_twice_is_parked(
    services: Services, clock: Clock, act: Callable[[Act], None]
) -> None:
    def step(_bench: Bench, _claim: Claim) -> None:
        raise ChildDied("ended with signal 11")

    act(step)
    (scan_id,) = arrive(services)
    with Running(services):
        wait_until(lambda: claimed(services) == 1 and states(services, scan_id) == "waiting")
        clock.pass_by(seconds=10)
        wait_until(lambda: states(services, scan_id) == "stuck")
    (stuck,) = overview.stuck(services)
    assert stuck.error == "ChildDied: ended with signal 11"


def test_stopping_gives_the_job_back_untried(
    services: Services, act: Callable[[Act], None]
) -> None:
    begun = threading.Event()

    def step(bench: Bench, claim: Claim) -> None:
        begun.set()
        while True:
            bench.look(claim)
            time.sleep(0.02)

    act(step)
    (scan_id,) = arrive(services)
    with Running(services):
        assert begun.wait(10)
    assert states(services, scan_id) == "waiting"
    (again,) = jobs.claim(services, ("split",), 1)
    assert again.attempt == 1


def test_a_long_step_keeps_its_lease_and_lets_go_when_another_took_over(
    services: Services,
    clock: Clock,
    act: Callable[[Act], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(claiming, "EXTEND_SECONDS", 0.05)
    let_go = threading.Event()
    looks = 0

    def step(bench: Bench, claim: Claim) -> None:
        nonlocal looks
        try:
            while True:
                bench.look(claim)
                looks += 1
                time.sleep(0.02)
        except claiming.NotOurs:
            let_go.set()
            raise

    act(step)
    (scan_id,) = arrive(services)
    with Running(services):
        wait_until(lambda: looks > 10)
        clock.pass_by(seconds=20)
        wait_until(lambda: lease_left(services) > 25)
        with services.database.writing() as connection:
            connection.exec_driver_sql("UPDATE jobs SET fence = fence + 1")
        assert let_go.wait(10)
    assert states(services, scan_id) == "running"


def lease_left(services: Services) -> float:
    with services.database.reading() as connection:
        (row,) = connection.execute(jobs.rows.jobs.select()).all()
    return (row.lease_until - services.now()).total_seconds() if row.lease_until else 0.0
