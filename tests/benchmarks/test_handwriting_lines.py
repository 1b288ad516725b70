"""The benchmark of handwriting on lines: what it counts must be right, on one page of lines."""

import numpy as np
import pytest

from benchmarks.distance import edits
from benchmarks.handwriting_lines import Row, measure, told, written_lines
from benchmarks.others import larger
from extractors import kinds
from extractors.fields.lines import LineReader
from extractors.forms.hand import FITTING


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return measure(1, 3, FITTING)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [("", "", 0), ("ABC", "ABC", 0), ("AB", "", 2), ("KITTEN", "SITTING", 3)],
)
def test_edits_lead_from_one_text_to_another(one: str, other: str, wanted: int) -> None:
    assert edits(one, other) == edits(other, one) == wanted


def test_what_is_written_fits_its_field_and_both_pictures_show_it() -> None:
    for line, seconds in written_lines(1, 5, FITTING, LineReader.load()):
        assert line.truth == kinds.rule(line.field).normal(line.text)
        assert line.truth, line.text
        assert line.ink.shape == line.page.shape
        assert line.ink.min() < 100
        assert seconds > 0


def test_every_reader_gets_the_same_lines(rows: list[Row]) -> None:
    assert len(rows) == 5
    assert {each.lines for each in rows} == {rows[0].lines}
    for each in rows:
        assert each.right <= each.given <= each.lines
        assert each.accepted_wrong <= each.accepted <= each.given
        assert 0 <= each.characters <= 100
    assert rows[0].characters > 60


def test_the_table_has_a_line_for_each_reader(rows: list[Row]) -> None:
    lines = told(rows)
    assert len(lines) == 6
    assert max(map(len, lines)) <= 100
    assert told([])[0] == lines[0]


def test_pictures_for_others_are_twice_as_large() -> None:
    assert larger(np.full((10, 30), 255, np.uint8), 5).shape == (30, 70)
