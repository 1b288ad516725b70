"""Times against their goals."""

from __future__ import annotations

from benchmarks.ui.figures import Figure, table


def test_a_percentile_is_a_time_that_was_measured() -> None:
    figure = Figure("queue", [float(n) for n in range(100, 0, -1)], goal=95.0)
    assert [figure.at(p) for p in (50, 95, 99)] == [50.0, 95.0, 99.0]
    assert Figure("one", [7.0]).at(95) == 7.0


def test_a_goal_is_met_when_95_of_100_stay_under_it() -> None:
    times = [10.0] * 95 + [500.0] * 5
    assert Figure("queue", times, goal=50.0).met
    assert not Figure("queue", [*times, 500.0], goal=50.0).met


def test_the_table_says_what_was_missed_and_what_was_not_measured() -> None:
    text = table("server", [Figure("queue", [60.0], 50.0), Figure("page", [], 50.0)])
    queue, page = text.splitlines()[1:]
    assert queue.endswith("MISSED")
    assert page.endswith("not measured")
