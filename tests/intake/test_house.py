"""The supervisor of ``postroom up``: one bad moment of a part must not end the house."""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from intake import overview, up
from intake.inbox import Inbox
from intake.services import Services
from intake.up import Child, House


def house(services: Services, *children: Child) -> House:
    box = Inbox(services)
    box.prepare()
    return House(services, list(children), box)


def test_a_locked_database_does_not_end_the_house(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mine = house(services)

    def locked(_services: Services) -> None:
        mine.stopping = True
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr(up, "_healthy", lambda *_: True)
    monkeypatch.setattr(overview, "progress", locked)
    mine.run([])
    assert "OperationalError" in caplog.text


def test_a_child_that_cannot_be_started_does_not_keep_the_others_from_it(
    services: Services, tmp_path: Path
) -> None:
    bad = Child("bad", ["/no/such/program"], tmp_path / "bad.log")
    good = Child("good", [sys.executable, "-c", ""], tmp_path / "good.log")
    mine = house(services, bad, good)
    mine.tend()
    assert good.process is not None
    mine.stop()


def test_what_fails_every_round_is_told_once(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    mine = house(services)
    for part in ("taking", "taken", "refused"):
        (services.settings.inbox / part).rmdir()
    services.settings.inbox.rmdir()
    for _ in range(3):
        mine.tend()
    assert caplog.text.count("part=inbox error=FileNotFoundError") == 1
    mine.inbox.prepare()
    mine.tend()
    assert mine.failing == {}


def test_what_killed_processes_left_half_written_is_removed_at_the_start(
    services: Services,
) -> None:
    given = services.settings
    services.objects.put(b"so that there are objects")
    abandoned = [given.home / ".arriving-abc", given.objects / "new" / "abandoned"]
    written_now = given.objects / "new" / "written-now"
    for path in (*abandoned, written_now):
        path.write_bytes(b"half")
    os.utime(abandoned[1], (0, 0))
    up.sweep(given)
    assert [path.exists() for path in (*abandoned, written_now)] == [False, False, True]


def test_pages_that_do_not_start_are_told_with_where_to_look(
    services: Services, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(up, "WEB_START_SECONDS", 0.0)
    mine = house(services)
    monkeypatch.setattr(overview, "progress", lambda _: setattr(mine, "stopping", True))
    mine.run([])
    told = capsys.readouterr().out
    assert "The pages did not start" in told
    assert "web.log" in told


def test_a_child_that_keeps_dying_is_started_less_and_less_often(tmp_path: Path) -> None:
    child = Child("web", [sys.executable, "-c", "raise SystemExit(1)"], tmp_path / "web.log")
    starts, pauses, now = 0, [], 0.0
    while starts < 6:
        before = child.process
        child.keep_running(now)
        if child.process is not None and child.process is not before:
            starts += 1
            pauses.append(now)
            child.process.wait()
        now += 1.0
    gaps = [later - earlier for earlier, later in pairwise(pauses)]
    assert gaps == sorted(gaps)
    assert gaps[0] <= up.SOON + 2
    assert gaps[-1] >= 4 * gaps[0]
