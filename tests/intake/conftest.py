from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.model import Person
from intake.records import people
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


def _account(services: Services, person: Person) -> Person:
    with services.database.writing() as connection:
        people.add(connection, person, "no password")
    return person


@pytest.fixture
def ann(services: Services) -> Person:
    return _account(services, Person("P1", "ann", "reviewer"))


@pytest.fixture
def ben(services: Services) -> Person:
    return _account(services, Person("P2", "ben", "reviewer"))


@pytest.fixture
def sue(services: Services) -> Person:
    return _account(services, Person("P3", "sue", "supervisor"))
