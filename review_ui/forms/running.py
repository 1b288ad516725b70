"""Runs a task of ``child`` in a process of its own, within limits, one at a time for each person.

No file is kept: it goes to the process through a pipe, what comes back is shown once, and the
temporary folder of whatever the process starts is removed.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

from flask_babel import gettext as _

from intake.settings import Settings
from review_ui.told import told

log = logging.getLogger(__name__)

MOST_PAGES = 6
"""Pages of a trial that are read: enough for any form, and soon done."""
_TOGETHER = 2
"""Trials of different people at once: they share the processors with the workers."""
_START_SECONDS = 60.0
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}


class CannotRun(Exception):
    """The task gave nothing; the text says why, and what to do next."""


class Busy(CannotRun):
    """Too many at once."""


class _Turns:
    """Who has a task running in this web process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._people: set[str] = set()

    @contextmanager
    def of(self, person: str) -> Iterator[None]:
        with self._lock:
            if person in self._people:
                raise Busy(_("Your last file is still being read. Wait until it is done."))
            if len(self._people) >= _TOGETHER:
                raise Busy(_("Others are trying scans just now. Wait a moment and send it again."))
            self._people.add(person)
        try:
            yield
        finally:
            with self._lock:
                self._people.discard(person)


turns = _Turns()


def run(
    settings: Settings, person: str, task: Mapping[str, Any], data: bytes, pages: int = MOST_PAGES
) -> dict[str, Any]:
    """What the process answers. Raises ``CannotRun`` with a sentence for the person.

    ``pages``: how many pages it may have time for.
    """
    seconds = _START_SECONDS + min(pages, 2) * settings.page_seconds
    with turns.of(person), tempfile.TemporaryDirectory(prefix="postroom-") as folder:
        head = {**task, "memory_mb": settings.memory_mb, "parent": os.getpid()}
        answer = _answer(json.dumps(head).encode() + b"\n" + data, folder, seconds)
    if answer["end"] == "unreadable":
        raise CannotRun(told(answer["reason"]))
    if answer["end"] == "bad_pack":
        raise CannotRun(_("A form pack cannot be used. %(why)s", why=answer["reason"]))
    if answer["end"] == "failed":
        log.warning("trial_failed error=%s\n%s", answer["error"], answer["places"])
        raise CannotRun(
            _("This file could not be read. Scan the paper again, at 300 dpi, and try with that.")
        )
    return answer


def limits(settings: Settings) -> list[float]:
    """The limits of a scan, in the order ``extractors.limits.Limits`` takes them."""
    return [
        settings.limit_bytes, settings.limit_pages, settings.limit_pixels, settings.limit_ratio,
    ]  # fmt: skip


def _answer(given: bytes, folder: str, seconds: float) -> dict[str, Any]:
    process = subprocess.Popen(
        [sys.executable, "-m", "review_ui.forms.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **_ONE_THREAD, "TMPDIR": folder},
        start_new_session=True,
    )
    try:
        answered, _errors = process.communicate(given, timeout=seconds)
    except subprocess.TimeoutExpired:
        log.warning("trial_stopped seconds=%g", seconds)
        raise CannotRun(
            _(
                "This was stopped after %(seconds)s seconds. Try with one page, scanned at 300 "
                "dpi.",
                seconds=round(seconds),
            )
        ) from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode != 0:
        log.warning("trial_died status=%s", process.returncode)
        raise CannotRun(
            _(
                "Reading this file took too much memory, or it is damaged. "
                "Scan the paper again, at 300 dpi, and try with that."
            )
        )
    answer: dict[str, Any] = json.loads(answered)
    return answer
