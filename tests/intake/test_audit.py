"""The trail shows what was changed or removed behind its back."""

from __future__ import annotations

import pytest

from intake import audit
from intake.services import Services


@pytest.fixture
def trail(services: Services) -> str:
    with services.database.writing() as connection:
        for action in ("received", "split", "quarantined"):
            audit.append(connection, "S1", "pipeline", action, services.now(), code="x")
    return "S1"


def broken_at(services: Services, subject: str) -> int | None:
    with services.database.reading() as connection:
        return audit.first_broken(connection, subject)


def test_events_are_numbered_and_chained(services: Services, trail: str) -> None:
    with services.database.reading() as connection:
        first, second, third = audit.trail(connection, trail)
    assert [first.n, second.n, third.n] == [1, 2, 3]
    assert (first.hash_prev, second.hash_prev) == (None, first.hash)
    assert broken_at(services, trail) is None


@pytest.mark.parametrize(
    ("tampering", "shown_at"),
    [
        ("UPDATE events SET actor = 'someone' WHERE n = 2", 2),
        ("UPDATE events SET detail = '{}' WHERE n = 1", 1),
        ("DELETE FROM events WHERE n = 2", 2),
        ("DELETE FROM events WHERE n = 1", 1),
    ],
)
def test_tampering_shows(services: Services, trail: str, tampering: str, shown_at: int) -> None:
    with services.database.writing() as connection:
        connection.exec_driver_sql(tampering)
    assert broken_at(services, trail) == shown_at


def test_trails_do_not_depend_on_each_other(services: Services, trail: str) -> None:
    with services.database.writing() as connection:
        audit.append(connection, "S2", "pipeline", "received", services.now())
        connection.exec_driver_sql("DELETE FROM events WHERE subject = 'S1'")
    assert broken_at(services, "S2") is None
