"""Trying a scan on a form, and drafting one: in a process of its own, and nothing is kept."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from extractors.formpack import SHIPPED, load
from extractors.forms.fill import Filling, fill
from intake.services import Services
from intake.settings import Settings
from review_ui.forms import child, running
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]
V890 = SHIPPED / "V890-S-2026-11"


@pytest.fixture
def supervisor(log_in: LogIn) -> Visitor:
    return log_in("supervisor")


@pytest.fixture(scope="module")
def scan() -> bytes:
    """A V890-S filled in by hand, calmly, as a JPEG of 150 dpi."""
    filled = fill(load(V890), 3, Filling(mistakes=0.0, calm=True, dpi=150))
    data = io.BytesIO()
    Image.fromarray(filled.pictures[0]).save(data, "JPEG", quality=85, dpi=(150, 150))
    return data.getvalue()


def tried(visitor: Visitor, data: bytes, key: str = "V890-S-2026-11") -> Any:
    visitor.get(f"/forms/{key}/try")
    return visitor.post(f"/forms/{key}/try", {"scan": (io.BytesIO(data), "scan.jpg")})


def answer(form: str = "V890-S", ours: bool = True) -> dict[str, Any]:
    """What the process answers, without reading anything."""
    pack = load(V890)
    place = pack.by_name["vehicle.vrn"]
    box = [place.box.x0, place.box.y0, place.box.x1, place.box.y1]
    read = {
        "name": "vehicle.vrn", "value": "AB12CDE", "raw": "AB12CDE", "confidence": 0.71,
        "status": "auto", "page": 1, "box": box, "method": "comb", "candidates": [], "cells": [],
        "correction": None,
        "doubts": [{"code": "between", "message": "<b>Character 3</b>", "character": 2,
                    "alternatives": ["1"]}],
    }  # fmt: skip
    page = {
        "number": 1, "form_page": 1, "transform": [1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0], "turned": 0,
        "skew": 0.0, "dpi": 200.0,
    }  # fmt: skip
    reading = {
        "form": {"code": form, "edition": "2026-11", "confidence": 0.93}, "pages": [page],
        "fields": [read], "checks": [], "doubts": [], "engines": {},
    }  # fmt: skip
    shown = {"number": 1, "width": 1654, "height": 2339, "picture": "AAAA"}
    return {
        "end": "done", "pages": [shown], "more": True, "reading": reading, "ours": ours,
        "form": form, "unsure": ["vehicle.vrn"], "bad": ["Page 1 is dark."],
        "told": ["Not sure enough: Registration mark."],
    }  # fmt: skip


def test_a_trial_shows_what_was_read_where_and_keeps_nothing(
    supervisor: Visitor, services: Services, scan: bytes,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    before = sorted(services.settings.home.rglob("*"))
    own = tmp_path / "temporary"  # others on this machine may be at work in the usual folder
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    got = tried(supervisor, scan)
    assert got.status_code == 200
    assert "Recognised as this form" in got.text
    truth = fill(load(V890), 3, Filling(mistakes=0.0, calm=True, dpi=150)).truth
    assert str(truth["vehicle.vrn"]) in got.text
    assert "data:image/jpeg;base64,/9j/" in got.text
    assert sorted(services.settings.home.rglob("*")) == before
    assert list(own.iterdir()) == []
    assert "img-src 'self' data:" in got.headers["Content-Security-Policy"]
    assert got.headers["Cache-Control"] == "no-store"


def test_values_confidences_and_doubts_stand_in_the_table_and_on_the_picture(
    supervisor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_answer", lambda *_: answer())
    text = tried(supervisor, b"x").text
    assert "1 AB12CDE · 71%" in text
    assert "&lt;b&gt;Character 3&lt;/b&gt;" in text
    assert "<b>Character 3" not in text
    assert "1 would be shown to a person" in text
    assert "Not sure enough: Registration mark." in text
    assert "Only the first 6 were read" in text


def test_a_scan_that_was_taken_for_another_form_says_so(
    supervisor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_answer", lambda *_: answer("V62-S", ours=False))
    text = tried(supervisor, b"x").text
    assert "taken for another form: V62-S 2026-11" in text
    assert "AB12CDE" not in text
    assert "Page 1 is dark." in text
    assert "Not sure enough" not in text
    monkeypatch.setattr(running, "_answer", lambda *_: answer("UNKNOWN", ours=False))
    assert "fits no form known here" in tried(supervisor, b"x").text


def test_one_trial_at_a_time_for_each_person(supervisor: Visitor, services: Services) -> None:
    with services.database.reading() as connection:
        (person,) = connection.exec_driver_sql(
            "SELECT id FROM people WHERE name = 'supervisor'"
        ).one()
    with running.turns.of(person):
        got = tried(supervisor, b"x")
    assert got.status_code == 409
    assert "still being read" in got.text
    with running.turns.of("one"), running.turns.of("two"):
        assert "Wait a moment and send it again" in tried(supervisor, b"x").text


def test_without_a_file_nothing_is_started(
    supervisor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(running, "_answer")
    supervisor.get("/forms/V890-S-2026-11/try")
    got = supervisor.post("/forms/V890-S-2026-11/try")
    assert got.status_code == 422
    assert "Choose a scan of this form" in got.text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b"hello", "This is not a PDF, TIFF, JPEG or PNG file."),
        (b"\x89PNG\r\n\x1a\n rubbish", "The file breaks off in page 1."),
    ],
)
def test_a_bad_file_is_told_with_its_sentence(data: bytes, words: str) -> None:
    task = {
        "do": "try", "folder": str(V890), "folders": [str(SHIPPED)],
        "limits": running.limits(Settings()), "most": 6,
    }  # fmt: skip
    got = child.do(task, data)
    assert got["end"] == "unreadable"
    assert words.lower() in got["reason"].lower()


def test_a_file_over_the_limit_of_the_settings_is_refused() -> None:
    settings = Settings(limit_bytes=10)
    task = {
        "do": "try", "folder": str(V890), "folders": [str(SHIPPED)],
        "limits": running.limits(settings), "most": 6,
    }  # fmt: skip
    assert child.do(task, b"\x89PNG\r\n\x1a\n rubbish")["end"] == "unreadable"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, page_seconds=0.01)


def standing_in(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Have this code run where the process of a trial would."""
    start = subprocess.Popen

    def instead(_: list[str], **how: Any) -> subprocess.Popen[bytes]:
        return start([sys.executable, "-c", code], **how)

    monkeypatch.setattr(running.subprocess, "Popen", instead)  # type: ignore[attr-defined]


def test_a_process_that_takes_too_long_is_killed_with_all_it_started(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "child"
    code = (
        "import subprocess, time; p = subprocess.Popen(['sleep', '60']);"
        f"open({str(told)!r}, 'w').write(str(p.pid)); time.sleep(60)"
    )
    standing_in(monkeypatch, code)
    monkeypatch.setattr(running, "_START_SECONDS", 3.0)
    with pytest.raises(running.CannotRun, match="stopped after 3 seconds"):
        running.run(settings, "one", {}, b"")
    state = Path(f"/proc/{told.read_text()}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_a_process_that_dies_is_told_in_a_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing_in(monkeypatch, "import os; os.abort()")
    monkeypatch.setattr(running, "_START_SECONDS", 30.0)
    with pytest.raises(running.CannotRun, match="too much memory, or it is damaged"):
        running.run(settings, "one", {}, b"")
    with running.turns.of("one"):
        pass  # the turn was given back


def test_the_process_may_not_take_more_memory_than_the_settings_say(tmp_path: Path) -> None:
    task = {"do": "try", "memory_mb": 64, "parent": os.getpid()}
    done = subprocess.run(
        [sys.executable, "-m", "review_ui.forms.child"],
        input=json.dumps(task).encode() + b"\n" + bytes(200_000_000),
        capture_output=True,
        timeout=50,
        check=False,
    )
    assert done.returncode != 0


def test_a_blank_is_drafted_and_opens_in_the_editor_as_a_draft(
    supervisor: Visitor, services: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "made"
    shutil.copytree(V890, place, ignore=shutil.ignore_patterns("samples"))
    path = place / "form.toml"
    path.write_text(path.read_text("utf-8").replace('"V890-S"', '"PK1"'), encoding="utf-8")
    files = {each.name: child._text(each.read_bytes()) for each in place.iterdir()}
    made = {"end": "done", "files": files, "fields": 17, "doubtful": 2}
    monkeypatch.setattr(running, "_answer", lambda *_: made)
    supervisor.get("/forms/new")
    given = {"code": "PK1", "edition": "2026-11", "blank": (io.BytesIO(b"x"), "blank.pdf")}
    got = supervisor.post("/forms/new", dict(given))
    assert got.location == "/forms/PK1-2026-11/edit"
    text = supervisor.get(got.location).text
    assert "17 fields found, 2 of them to be checked by you." in text
    assert "Put into use" not in text or services.settings.forms
    assert load(services.settings.home / "drafts/PK1-2026-11").code == "PK1"
    given["blank"] = (io.BytesIO(b"x"), "blank.pdf")
    again = supervisor.post("/forms/new", dict(given))
    assert "There is an edition 2026-11 of PK1 already." in again.text
    (services.settings.home / "drafts/PK1-2026-11/form.toml").write_text("code = ")
    given["blank"] = (io.BytesIO(b"x"), "blank.pdf")
    spoilt = supervisor.post("/forms/new", dict(given))
    assert "There is a draft PK1-2026-11 already that cannot be used." in spoilt.text


@pytest.mark.parametrize(
    ("code", "edition"), [("../x", "1"), ("pk1", "1"), ("PK1", "../../x"), ("PK1", ""), ("", "1")]
)
def test_a_draft_needs_a_plain_code_and_edition(
    supervisor: Visitor, services: Services, monkeypatch: pytest.MonkeyPatch, code: str,
    edition: str,
) -> None:  # fmt: skip
    monkeypatch.delattr(running, "_answer")
    supervisor.get("/forms/new")
    given = {"code": code, "edition": edition, "blank": (io.BytesIO(b"x"), "blank.pdf")}
    got = supervisor.post("/forms/new", given)
    assert got.status_code == 422
    assert "Give the " in got.text
    assert not (services.settings.home / "drafts").exists()
