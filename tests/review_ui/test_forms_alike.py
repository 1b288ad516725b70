"""A form whose pages look like those of another in use goes into use only when somebody insists."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from extractors.formpack import SHIPPED, load
from intake.services import Services
from review_ui import create_app
from review_ui.forms import child, packs, running
from tests.review_ui.test_forms import opened, send
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]
V62 = SHIPPED / "V62-S-2026-11"
V890 = SHIPPED / "V890-S-2026-11"
DRAFT = "V62-S-2027-09"
LIKE_V62 = [
    {"page": 1, "other": "V62-S 2026-11", "other_page": 1, "taken": True},
    {"page": 2, "other": "PK1 2026-11", "other_page": 3, "taken": False},
]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "forms"
    folder.mkdir()
    return folder


@pytest.fixture
def app(services: Services, own: Path) -> Flask:
    """Over a house with a draft of two pages, printed as the shipped edition is."""
    copied(V62, packs.drafts_folder(services) / DRAFT, edition="2027-09")
    settings = services.settings.model_copy(update={"forms": (own,)})
    return create_app(replace(services, settings=settings))


@pytest.fixture
def supervisor(log_in: LogIn) -> Visitor:
    return log_in("supervisor")


def copied(pack: Path, to: Path, edition: str, status: str = "current") -> Path:
    shutil.copytree(pack, to, ignore=shutil.ignore_patterns("samples"))
    path = to / "form.toml"
    text = path.read_text(encoding="utf-8").replace("2026-11", edition)
    path.write_text(f'status = "{status}"\n{text}', encoding="utf-8")
    return to


def put_into_use(visitor: Visitor, **more: Any) -> tuple[int, Any]:
    form = opened(visitor, DRAFT)["form"] | more.pop("form", {})
    answer = send(visitor, f"/forms/{DRAFT}/save", {"form": form, "edition": "2027-09", **more})
    return answer.status_code, answer.json


def answering(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]) -> None:
    monkeypatch.setattr(running, "_answer", lambda *_: answer)


def test_pages_like_those_in_use_are_told_with_names_and_what_to_do_and_nothing_is_written(
    supervisor: Visitor, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, {"end": "done", "rivals": LIKE_V62})
    status, told = put_into_use(supervisor)
    assert status == 409
    assert "Nothing is saved yet" in told["question"]
    assert told["words"][:2] == [
        "Page 1 of V62-S 2027-09 cannot be told apart from page 1 of V62-S 2026-11.",
        "Page 2 of V62-S 2027-09 may be taken for page 3 of PK1 2026-11.",
    ]
    assert 'write status = "old" in its form.toml' in told["words"][2]
    assert "PK1 2026-11 and V62-S 2026-11" in told["words"][2]
    assert "have the print differ" in told["words"][3]
    assert list(own.iterdir()) == []
    assert "Put into use all the same" in supervisor.get(f"/forms/{DRAFT}/edit").text


def test_a_second_press_puts_it_into_use_all_the_same(
    supervisor: Visitor, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(running, "_answer")
    assert put_into_use(supervisor, all_the_same=True) == (200, {"to": f"/forms/{DRAFT}"})
    assert load(own / DRAFT).edition == "2027-09"


def test_a_form_like_no_other_goes_into_use_at_once(
    supervisor: Visitor, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, {"end": "done", "rivals": []})
    assert put_into_use(supervisor)[0] == 200
    assert (own / DRAFT).is_dir()


@pytest.mark.parametrize("code", ["import time; time.sleep(60)", "import os; os.abort()"])
def test_a_comparison_that_fails_or_takes_too_long_says_so_and_stops_nobody(
    supervisor: Visitor, own: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    start = subprocess.Popen

    def instead(_: list[str], **how: Any) -> subprocess.Popen[bytes]:
        return start([sys.executable, "-c", code], **how)

    monkeypatch.setattr(running.subprocess, "Popen", instead)  # type: ignore[attr-defined]
    monkeypatch.setattr(running, "_START_SECONDS", 2.0)
    status, told = put_into_use(supervisor)
    assert status == 409
    assert "could not be compared" in told["question"]
    assert "failed, or took too long" in told["words"][0]
    assert list(own.iterdir()) == []
    assert put_into_use(supervisor, all_the_same=True)[0] == 200


def test_while_too_much_is_compared_one_is_asked_to_wait(supervisor: Visitor, own: Path) -> None:
    with running.turns.of("one"), running.turns.of("two"):
        status, told = put_into_use(supervisor)
    assert status == 409
    assert "Wait a moment" in told["problem"]
    assert list(own.iterdir()) == []


def test_an_edition_that_is_saved_as_withdrawn_is_not_compared(
    supervisor: Visitor, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(running, "_answer")
    assert put_into_use(supervisor, form={"status": "withdrawn"})[0] == 200


def test_an_edition_set_back_to_current_is_compared_and_comes_back_only_when_somebody_insists(
    supervisor: Visitor, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(V62, own / "V62-S-2027-01", edition="2027-01", status="old")
    answering(monkeypatch, {"end": "done", "rivals": LIKE_V62})
    path = "/forms/V62-S-2027-01"

    def save(status: str, **more: Any) -> tuple[int, Any]:
        found = opened(supervisor, "V62-S-2027-01")
        form = {**found["form"], "status": status}
        sent = {"form": form, "version": found["version"], "in_place": True, **more}
        answer = send(supervisor, f"{path}/save", sent)
        return answer.status_code, answer.json

    status, told = save("current")
    assert (status, load(own / "V62-S-2027-01").status) == (409, "old")
    assert told["words"][0].startswith("Page 1 of V62-S 2027-01 cannot be told apart")
    assert save("old") == (200, {"to": path})
    assert save("current", all_the_same=True) == (200, {"to": path})
    assert load(own / "V62-S-2027-01").status == "current"
    assert save("current") == (200, {"to": path}), "what is current already is not asked again"


def test_two_pages_printed_as_those_in_use_are_really_found(supervisor: Visitor, own: Path) -> None:
    status, told = put_into_use(supervisor)
    assert status == 409
    for number in (1, 2):
        words = f"Page {number} of V62-S 2027-09 cannot be told apart from page {number} of V62-S "
        assert any(each.startswith(words) for each in told["words"]), json.dumps(told)
    assert list(own.iterdir()) == []


def test_only_packs_that_are_not_withdrawn_and_look_the_same_are_rivals(tmp_path: Path) -> None:
    copied(V62, tmp_path / "V62-S-2025-01", edition="2025-01", status="old")
    copied(V890, tmp_path / "V890-S-2025-01", edition="2025-01")
    task = {"do": "compare", "folder": str(V62), "edition": "2027-09", "folders": [str(tmp_path)]}
    assert child.do(task, b"") == {"end": "done", "rivals": []}
