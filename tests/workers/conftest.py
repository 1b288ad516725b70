from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.services import Services
from tests.intake.house import Clock, open_house


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(tmp_path: Path, clock: Clock) -> Iterator[Services]:
    opened = open_house(tmp_path / "var", clock)
    yield opened
    opened.close()
