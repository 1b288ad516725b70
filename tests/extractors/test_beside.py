"""Writing next to an answer place: an empty-looking field is not believed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extractors.fields.beside import doubt_empties
from extractors.formpack import CombRow, FieldPlace
from extractors.values import Box, FieldReading, Value, Way

PER_MM = 8.0
HEIGHT, WIDTH = 800, 800  # a page of 100 by 100 mm
BOXES = Box(0.1, 0.2, 0.5, 0.27)
TICK = Box(0.1, 0.6, 0.15, 0.65)


def place(name: str, way: Way, box: Box) -> FieldPlace:
    combs = (CombRow(box, 8),) if way == "comb" else ()
    kind = "digits" if way == "comb" else "tick"
    return FieldPlace(name, {"en": name}, kind, way, 1, box, combs)  # type: ignore[arg-type]


PLACES = (place("number", "comb", BOXES), place("agreed", "tick", TICK))


def read_as(name: str, value: Value, raw: str = "") -> FieldReading:
    box = next(each.box for each in PLACES if each.name == name)
    return FieldReading(name, value, raw, 0.99, "auto", 1, box, "comb")


EMPTY = {"number": read_as("number", None), "agreed": read_as("agreed", False)}


def paper() -> NDArray[np.float32]:
    return np.zeros((HEIGHT, WIDTH), np.float32)


def write(ink: NDArray[np.float32], x: float, y: float, tall: float = 4.0) -> None:
    """An upright stroke with a flag, its middle at ``x``, ``y`` millimetres."""
    top, foot = (y - tall / 2) * PER_MM, (y + tall / 2) * PER_MM
    path = np.array([[x * PER_MM - 6, top + 8], [x * PER_MM, top], [x * PER_MM, foot]], np.int32)
    cv2.polylines(ink, [path], False, 1.0, 4)


def doubted(ink: NDArray[np.float32], readings: dict[str, FieldReading] = EMPTY) -> set[str]:
    found = doubt_empties(ink, PLACES, readings, PER_MM)
    told = {n for n, each in found.items() if "written_beside" in {d.code for d in each.doubts}}
    assert all(found[name].confidence <= 0.5 for name in told)
    assert all(found[name] == readings[name] for name in set(found) - told)
    return told


@pytest.mark.parametrize("y", [16.5, 31.0])
def test_a_number_above_or_below_its_boxes_is_not_taken_for_none(y: float) -> None:
    ink = paper()
    for x in (12, 17, 22):
        write(ink, x, y)
    assert doubted(ink) == {"number"}


def test_a_word_written_on_behind_the_boxes_is_told() -> None:
    ink = paper()
    cv2.ellipse(ink, (480, 190), (52, 18), 0, 0, 360, 1.0, 4)  # joined, so its middle is far off
    assert doubted(ink) == {"number"}


def test_a_ring_round_a_tick_box_and_a_tick_beside_it_are_told() -> None:
    ring, beside = paper(), paper()
    cv2.circle(ring, (100, 500), 44, 1.0, 4)
    write(beside, 18.5, 62)
    assert doubted(ring) == doubted(beside) == {"agreed"}


def test_writing_far_away_dots_and_what_starts_in_the_boxes_say_nothing() -> None:
    ink = paper()
    write(ink, 70, 90)
    cv2.circle(ink, (130, 260), 4, 1.0, -1)
    write(ink, 12, 27, tall=5.0)
    assert doubted(ink) == set()


def test_a_field_with_a_value_keeps_the_marks_near_it() -> None:
    ink = paper()
    write(ink, 30, 30.5)
    assert doubted(ink, {**EMPTY, "number": read_as("number", "123", "123")}) == set()


def test_a_page_without_empty_fields_is_left_as_it_is() -> None:
    readings = {"number": read_as("number", "1", "1"), "agreed": read_as("agreed", True, "x")}
    ink = paper()
    write(ink, 12, 31)
    assert doubted(ink, readings) == set()
