"""Texts from the emissions of a line reader."""

from __future__ import annotations

import math
from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import ctc

LETTERS = ("", "A", "B")


def emission(rows: list[list[float]]) -> np.ndarray:
    table = np.array(rows, np.float32) + 0.01
    return table / table.sum(axis=1, keepdims=True)


def by_counting(table: np.ndarray) -> dict[str, float]:
    """The probability of every text, by adding up every path."""
    found: dict[str, float] = {}
    for path in product(range(len(LETTERS)), repeat=len(table)):
        text = "".join(LETTERS[column] for column, _ in groupby(path))
        chance = math.prod(float(row[column]) for row, column in zip(table, path, strict=True))
        found[text] = found.get(text, 0.0) + chance
    return found


rows = st.lists(st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3), min_size=1, max_size=5).map(
    emission
)


@settings(deadline=None)
@given(rows)
def test_the_likelihood_of_a_text_is_the_sum_over_its_paths(table: np.ndarray) -> None:
    for text, chance in by_counting(table).items():
        assert ctc.log_likelihood(table, text, LETTERS) == pytest.approx(math.log(chance), abs=1e-3)


@settings(deadline=None)
@given(rows)
def test_a_wide_search_finds_the_likeliest_text(table: np.ndarray) -> None:
    exact = by_counting(table)
    found = ctc.readings(table, LETTERS, beam=64)
    assert exact[found[0].text] == pytest.approx(max(exact.values()), rel=1e-3)
    assert found[0].probability == pytest.approx(exact[found[0].text], rel=1e-3)


def test_a_doubled_letter_needs_a_gap_between() -> None:
    sharp = np.eye(3, dtype=np.float32)
    assert ctc.readings(sharp[[1, 1]], LETTERS)[0].text == "A"
    assert ctc.readings(sharp[[1, 0, 1]], LETTERS)[0].text == "AA"


def test_a_letter_the_reader_does_not_know_is_next_to_impossible() -> None:
    table = np.eye(3, dtype=np.float32)[[1, 2]]
    assert ctc.log_likelihood(table, "AZ", LETTERS) < ctc.log_likelihood(table, "AB", LETTERS) - 9
