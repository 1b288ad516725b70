"""The process that reads may crash, hang or be unwanted: the worker lives on."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.limits import UnreadableScan
from workers.process import Child, ChildDied, ChildFailed, ChildTooSlow

NAUGHTY = (sys.executable, str(Path(__file__).parent / "naughty_child.py"))


@pytest.fixture
def child() -> Iterator[Child]:
    made = Child(page_seconds=1.0, command=NAUGHTY)
    yield made
    made.stop()


def no_look() -> None:
    pass


def do(child: Child, what: str) -> int:
    """Have it done; the id of the process that did it."""
    first, *_ = child.run({"do": what}, no_look)
    return int(first["pid"])


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_process_is_kept_for_the_next_job(child: Child) -> None:
    assert do(child, "work") == do(child, "work")


def test_a_crash_is_told_and_the_next_job_gets_a_new_process(child: Child) -> None:
    first = do(child, "work")
    with pytest.raises(ChildDied, match="signal 11"):
        do(child, "crash")
    assert do(child, "work") != first


def test_a_hang_is_ended_by_force(child: Child) -> None:
    started = time.monotonic()
    messages = child.run({"do": "hang"}, no_look)
    pid = next(messages)["pid"]
    with pytest.raises(ChildTooSlow):
        next(messages)
    assert time.monotonic() - started < 10
    assert not runs(pid)


def test_time_counts_for_each_page_not_for_the_whole_scan(child: Child) -> None:
    assert len(list(child.run({"do": "slowly"}, no_look))) == 5


def test_a_refusal_and_a_mistake_leave_the_process_warm(child: Child) -> None:
    first = do(child, "work")
    with pytest.raises(UnreadableScan) as refusal:
        do(child, "refuse")
    assert (refusal.value.code, refusal.value.message) == ("blank", "Scan it again.")
    with pytest.raises(ChildFailed) as failure:
        do(child, "fail")
    assert (str(failure.value), failure.value.places) == ("ValueError", "  File x")
    assert do(child, "work") == first


def test_a_worker_that_has_to_stop_does_not_wait_for_the_page(child: Child) -> None:
    class Stop(Exception):
        pass

    def look() -> None:
        if time.monotonic() > started + 0.5:
            raise Stop

    started = time.monotonic()
    messages = child.run({"do": "hang"}, look)
    pid = next(messages)["pid"]
    with pytest.raises(Stop):
        next(messages)
    assert not runs(pid)


def test_a_process_killed_between_jobs_is_replaced(child: Child) -> None:
    first = do(child, "work")
    os.kill(first, 9)
    time.sleep(0.2)
    assert do(child, "work") != first


def test_a_process_that_cannot_start_is_told(tmp_path: Path) -> None:
    child = Child(page_seconds=5.0, command=(sys.executable, str(tmp_path / "no-such-file.py")))
    with pytest.raises(ChildDied, match="status 2"):
        do(child, "work")
