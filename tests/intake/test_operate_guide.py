"""The operator's guide names every setting and every command."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.__main__ import COMMANDS
from intake.settings import Settings

GUIDE = (Path(__file__).parents[2] / "docs" / "operate.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_the_guide_names_the_setting(setting: str) -> None:
    assert f"`{setting}`" in GUIDE


@pytest.mark.parametrize("command", COMMANDS)
def test_the_guide_names_the_command(command: str) -> None:
    assert f"`postroom {command}" in GUIDE
