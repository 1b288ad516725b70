"""Claim jobs for the threads of this process, and see each one to its end.

A lane is a kind of work with its own threads, so that a slow receiver of deliveries never holds up
reading. Only as many jobs are claimed as there are free threads; leases therefore stay short, and
jobs whose worker died are picked up here as soon as their lease has run out.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from dramatiq import Broker, Worker
from sqlalchemy.exc import DBAPIError, OperationalError

from intake import jobs
from intake.jobs import Claim, Step
from intake.queue import announce, embedded_broker, subscribe
from intake.services import Services
from workers.process import Child, ChildDied, ChildFailed, ChildTooSlow
from workers.steps import STEPS, Bench

log = logging.getLogger("postroom.worker")

IDLE_SECONDS = 0.25
EXTEND_SECONDS = 10.0


class NotOurs(Exception):
    """The job was given to another worker, because this one held it too long."""


class Stopping(Exception):
    """The worker stops; the job goes back untried."""


@dataclass
class Lane:
    """Some steps, the threads that run them, and the broker between claimer and threads."""

    name: str
    steps: Sequence[Step]
    threads: int
    broker: Broker = field(default_factory=embedded_broker)
    free: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.free = threading.Semaphore(self.threads)
        self.broker.emit_after("process_boot")

    def worker(self) -> Worker:
        """The threads, not yet started."""
        return Worker(self.broker, worker_threads=self.threads, worker_timeout=100)


class Claimer:
    """Feeds the lanes of one process from the job table until ``stop`` is set."""

    def __init__(self, services: Services, lanes: Sequence[Lane]) -> None:
        self.stop = threading.Event()
        self._services = services
        self._lanes = lanes
        self._local = threading.local()
        self._children: list[Child] = []
        self._extended: dict[int, float] = {}
        for lane in lanes:
            subscribe(lane.broker, lane.name, partial(self._see_through, lane))

    def run(self) -> None:
        """Claim and announce until ``stop`` is set; then kill the reading processes."""
        while not self.stop.is_set():
            try:
                announced = sum(self._fill(lane) for lane in self._lanes)
            except OperationalError as error:
                log.warning("claim_failed %s", _told(error))
                announced = 0
            if not announced:
                self.stop.wait(IDLE_SECONDS)

    def _fill(self, lane: Lane) -> int:
        slots = 0
        while lane.free.acquire(blocking=False):
            slots += 1
        try:
            claims = jobs.claim(self._services, lane.steps, slots) if slots else []
        except BaseException:
            lane.free.release(slots)
            raise
        if slots > len(claims):
            lane.free.release(slots - len(claims))
        for claim in claims:
            announce(lane.broker, lane.name, claim)
        return len(claims)

    def _see_through(self, lane: Lane, claim: Claim) -> None:
        started = time.monotonic()
        outcome = "done"
        try:
            outcome = self._try(claim)
        except Exception as error:
            # Only the database can fail here; the lease runs out and the job is tried again.
            log.error(
                "job_lost job=%d step=%s %s\n%s",
                claim.job_id, claim.step, _told(error), _places(error),
            )  # fmt: skip
        finally:
            self._extended.pop(claim.job_id, None)
            lane.free.release()
        log.info(
            "job=%d step=%s subject=%s attempt=%d outcome=%s seconds=%.2f",
            claim.job_id, claim.step, claim.subject, claim.attempt, outcome,
            time.monotonic() - started,
        )  # fmt: skip

    def _try(self, claim: Claim) -> str:
        services = self._services
        try:
            STEPS[claim.step](self._bench(), claim)
        except NotOurs:
            return "taken_over"
        except Stopping:
            jobs.give_back(services, claim)
            return "given_back"
        except (ChildDied, ChildTooSlow) as error:
            jobs.fail(services, claim, f"{type(error).__name__}: {error}", "death")
            return type(error).__name__
        except ChildFailed as error:
            log.error("job=%d step=%s %s\n%s", claim.job_id, claim.step, error, error.places)
            jobs.fail(services, claim, str(error), "outage" if error.outage else "fault")
            return "failed"
        except Exception as error:
            told = _told(error)
            log.error("job=%d step=%s %s\n%s", claim.job_id, claim.step, told, _places(error))
            away = isinstance(error, (OSError, OperationalError))
            jobs.fail(services, claim, told, "outage" if away else "fault")
            return "failed"
        return "done"

    def _bench(self) -> Bench:
        if not hasattr(self._local, "bench"):
            child = Child(self._services.settings.page_seconds)
            self._children.append(child)
            self._local.bench = Bench(self._services, child, self._look)
        bench: Bench = self._local.bench
        return bench

    def _look(self, claim: Claim) -> None:
        """Let go when the worker stops or lost the job; otherwise hold the job longer."""
        if self.stop.is_set():
            raise Stopping
        now = time.monotonic()
        if now - self._extended.setdefault(claim.job_id, now) > EXTEND_SECONDS:
            self._extended[claim.job_id] = now
            if not jobs.extend(self._services, claim):
                raise NotOurs

    def kill_children(self) -> None:
        for child in self._children:
            child.stop()


def _told(error: Exception) -> str:
    """An error for the log and the record: without what people wrote, which its text may quote.

    The first line of a database's own words names tables and columns only.
    """
    if isinstance(error, DBAPIError) and error.orig is not None:
        return f"{type(error.orig).__name__}: {str(error.orig).partition(chr(10))[0]}"
    return type(error).__name__


def _places(error: Exception) -> str:
    """The traceback of an error without its text, nor that of the errors before it."""
    return "".join(traceback.format_tb(error.__traceback__))
