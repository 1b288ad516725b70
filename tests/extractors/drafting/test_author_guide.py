"""The guide for form authors is true: its commands, run in order, say what stands there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "form-author.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with what the guide takes from the one where Postroom is installed."""
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "docs" / "examples")
    return tmp_path


def blocks(sort: str) -> list[str]:
    return re.findall(rf"^```{sort}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def test_every_command_of_the_guide_says_what_the_guide_says(place: Path) -> None:
    expected = next(block for block in blocks("toml") if block.startswith("[[samples]]"))
    for block in blocks("console"):
        for command, told in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            assert run(command, place) == told, command
            if command.startswith("mkdir"):
                (place / command.split()[1] / "expected.toml").write_text(expected)


def run(command: str, place: Path) -> str:
    """What a command prints; Postroom's own is the one of the environment that runs the tests."""
    words = command.replace(".venv/bin/", f"{BIN}/").split()
    done = subprocess.run(words, cwd=place, capture_output=True, text=True, timeout=120)
    return done.stdout + done.stderr


def test_the_pictures_and_files_that_the_guide_shows_are_there() -> None:
    links = re.findall(r"\]\(([\w./-]+)(?:#[\w-]+)?\)", GUIDE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


def test_the_finished_file_is_that_of_the_guide(place: Path) -> None:
    """Each field that the guide shows in its reference stands so in the example file."""
    finished = (place / "docs" / "examples" / "parking-permit.toml").read_text(encoding="utf-8")
    shown = next(block for block in blocks("toml") if block.startswith('code = "PK1"'))
    plain = [re.sub(r"\s+# .*|^# .*", "", line) for line in shown.splitlines()]
    added = {"", "required = true", "sensitive = true"}
    assert [line for line in plain if line not in added and line not in finished] == []
