"""Keys from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from intake.__main__ import postroom


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(postroom, ["keys", *words])


def test_a_key_is_made_listed_and_revoked(home: Path) -> None:
    made = run("new", "station-1", "--scope", "scan", "--scope", "deliver")
    assert made.exit_code == 0
    key = made.output.strip()
    assert key.startswith("postroom_")
    listed = run("list").output
    assert listed.startswith("station-1 (deliver, scan), made 20")
    assert key not in listed
    assert run("revoke", "station-1").output == "The key of station-1 is refused from now on.\n"
    assert ", revoked 20" in run("list").output


def test_what_cannot_be_done_is_told(home: Path) -> None:
    assert "Give a name of 2 to 51" in run("new", "X", "--scope", "scan").output
    assert "no key named nobody" in run("revoke", "nobody").output
    assert run("new", "station-1", "--scope", "everything").exit_code == 2
