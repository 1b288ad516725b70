"""States, their legal moves, and when an answer is due."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from intake.model import MOVES, IllegalMove, Status, due_on, move


def test_every_status_has_its_moves() -> None:
    assert set(MOVES) == set(Status)


@given(some.sampled_from(Status), some.sampled_from(Status))
def test_only_the_moves_of_the_table_are_legal(now: Status, to: Status) -> None:
    if to in MOVES[now]:
        assert move(now, to) == to
    else:
        with pytest.raises(IllegalMove):
            move(now, to)


def test_nothing_leaves_the_closed_state() -> None:
    assert MOVES[Status.CLOSED] == frozenset()


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (datetime(2026, 11, 16, 9, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 20, 9, tzinfo=UTC), date(2026, 11, 27)),
        (datetime(2026, 11, 21, 9, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 11, 22, 9, tzinfo=UTC), date(2026, 11, 30)),
        # Half past eleven at night in UTC is already the next day in a London summer.
        (datetime(2026, 7, 6, 23, 30, tzinfo=UTC), date(2026, 7, 14)),
    ],
)
def test_an_answer_is_due_five_working_days_after_receipt(received: datetime, due: date) -> None:
    assert due_on(received) == due


@given(some.datetimes(timezones=some.just(UTC), min_value=datetime(2000, 1, 1)))
def test_nothing_is_due_on_a_weekend(received: datetime) -> None:
    assert due_on(received).weekday() < 5
