"""The second reader: the boxes of a comb as one line."""

from __future__ import annotations

import numpy as np

from extractors import ctc
from extractors.decoding import decode
from extractors.fields.cells import Cells, grammar
from extractors.fields.opinions import one_line, second_opinions
from extractors.formpack import CombRow, FieldPlace
from extractors.handprint.tiles import SIDE, VIEWS
from extractors.values import Box, Picture

CLASSES = (*"0123456789OI", "")
PLACE = Box(0.1, 0.1, 0.3, 0.2)


def place(kind: str, count: int) -> FieldPlace:
    return FieldPlace(
        "it", {"en": "It"}, kind, "comb", 1, PLACE,  # type: ignore[arg-type]
        combs=(CombRow(PLACE, count),), length=count,
    )  # fmt: skip


def cells(*rows: dict[str, float]) -> Cells:
    """One box for each row of probabilities, with a stem in its picture."""
    table = np.full((len(rows), len(CLASSES)), 1e-4, np.float32)
    for row, seen in zip(table, rows, strict=True):
        for character, probability in seen.items():
            row[CLASSES.index(character)] = probability
    tiles = np.zeros((len(rows), VIEWS, SIDE, SIDE), np.uint8)
    tiles[:, :, 6:26, 14:18] = 255
    return Cells((PLACE,) * len(rows), tiles, table)


class Says:
    """A line reader that is sure of a text whatever it is shown."""

    letters = ("", *"0123456789oOIl", " ")

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[Picture] = []

    def emissions(self, lines: list[Picture]) -> list[np.ndarray]:
        self.lines = lines
        said = np.full((2 * len(self.text), len(self.letters)), 0.0005, np.float32)
        said[1::2, 0] = 0.99
        for step, letter in enumerate(self.text):
            said[2 * step, self.letters.index(letter)] = 0.99
        return [said for _ in lines]


def test_the_line_shows_the_ink_as_it_came() -> None:
    given = cells({"1": 0.9}, {"7": 0.9})
    whole = one_line(given, CLASSES)
    given.tiles[:, 0, 14:16] = 0  # the cleaning took a piece of the stem
    assert np.array_equal(one_line(given, CLASSES), whole)


def test_an_empty_comb_gives_a_white_line() -> None:
    assert (one_line(cells({"": 0.99}, {"": 0.99}), CLASSES) == 255).all()


def test_the_second_reader_settles_what_the_first_left_open() -> None:
    field = place("digits", 2)
    given = cells({"1": 0.9, "7": 0.09}, {"3": 0.5, "8": 0.49})
    first = decode(given.probabilities, CLASSES, grammar(field))
    reader = Says("18")
    [both] = second_opinions([(field, given, first)], CLASSES, reader)  # type: ignore[arg-type]
    assert both.decoded.readings[0].value == "18"
    assert both.heard > 0.9
    assert reader.lines[0].shape[0] == 48


def test_an_o_is_a_zero_to_the_second_reader_where_only_digits_may_stand() -> None:
    field = place("digits", 2)
    given = cells({"1": 0.99}, {"0": 0.6, "8": 0.39})
    first = decode(given.probabilities, CLASSES, grammar(field))
    [both] = second_opinions([(field, given, first)], CLASSES, Says("IO"))  # type: ignore[arg-type]
    assert both.decoded.readings[0].value == "10"


def test_a_value_that_only_the_second_reader_has_is_weighed_too() -> None:
    field = place("digits", 2)
    given = cells({"1": 0.99}, {"0": 0.9, "8": 2e-3})
    first = decode(given.probabilities, CLASSES, grammar(field), limit=1)
    [both] = second_opinions([(field, given, first)], CLASSES, Says("18"))  # type: ignore[arg-type]
    assert {each.value for each in both.decoded.readings} == {"10", "18"}


def test_among_letters_an_o_stays_an_o() -> None:
    emission, letters = np.eye(3, dtype=np.float32), ("", "O", "0")
    digits = ctc.narrowed(emission, letters, frozenset("0"))
    both = ctc.narrowed(emission, letters, frozenset("0O"))
    assert digits[1].argmax() == 2
    assert both[1].argmax() == 1


def test_in_free_text_the_second_reader_turns_no_figure_into_a_letter() -> None:
    field = place("text", 3)
    given = cells({"1": 0.6, "I": 0.39}, {"0": 0.6, "O": 0.39}, {"0": 0.6, "O": 0.39})
    first = decode(given.probabilities, CLASSES, grammar(field))
    [both] = second_opinions([(field, given, first)], CLASSES, Says("IOO"))  # type: ignore[arg-type]
    assert both.decoded.readings[0].value == first.readings[0].value == "100"


def test_in_free_text_the_second_reader_still_chooses_among_figures() -> None:
    field = place("text", 2)
    given = cells({"1": 0.9, "7": 0.09}, {"3": 0.5, "8": 0.49})
    first = decode(given.probabilities, CLASSES, grammar(field))
    [both] = second_opinions([(field, given, first)], CLASSES, Says("18"))  # type: ignore[arg-type]
    assert both.decoded.readings[0].value == "18"


def test_in_free_text_the_second_reader_confirms_a_figure_against_a_letter() -> None:
    field = place("text", 2)
    given = cells({"1": 0.99}, {"3": 0.6, "I": 0.39})
    first = decode(given.probabilities, CLASSES, grammar(field))
    [both] = second_opinions([(field, given, first)], CLASSES, Says("13"))  # type: ignore[arg-type]
    assert both.decoded.readings[0].value == "13"
    assert both.decoded.readings[0].probability > first.readings[0].probability
