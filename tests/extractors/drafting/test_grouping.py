"""Which places become one field: the groups of a date, the rows of an address, ticks."""

from __future__ import annotations

from extractors.drafting.grouping import entries
from extractors.drafting.nearby import Surroundings
from extractors.drafting.places import Place
from extractors.drafting.printed_lines import Run
from extractors.values import Box


def row(y: float, cells: int, x: float = 46.0) -> Place:
    """A comb of boxes of 5 by 7 mm."""
    return Place("comb", Box(x, y, x + 5 * cells, y + 7), cells, frame=True)


def printed(x: float, y: float, text: str) -> Run:
    """Print of about 8 points with its foot at ``y``."""
    return Run(text, Box(x, y - 2.2, x + 1.6 * len(text), y), 0)


def grouped(places: list[Place], runs: list[Run]) -> list[tuple[int, ...]]:
    near = Surroundings.around(runs, [each.box for each in places])
    return [entry.cells for entry in entries(places, near)]


def test_rows_of_one_length_below_a_label_are_one_field() -> None:
    address = [row(50, 20), row(59, 20), row(68, 12)]
    assert grouped(address, [printed(13, 55, "Address")]) == [(20, 20, 12)]


def test_a_row_that_is_longer_than_the_one_above_is_a_field_of_its_own() -> None:
    two = [row(50, 8), row(59, 12)]
    assert grouped(two, [printed(13, 55, "Postcode")]) == [(8,), (12,)]


def test_the_groups_of_a_date_are_one_field() -> None:
    groups = [row(50, 2), row(50, 2, 60.0), row(50, 4, 74.0)]
    assert grouped(groups, [printed(13, 55, "Date of birth")]) == [(2, 2, 4)]
