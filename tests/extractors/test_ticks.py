"""Tick boxes as people mark them: ticked, crossed, filled, struck out, or left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.confidence import ACCEPT
from extractors.fields.marks import STATES, likelihoods
from extractors.fields.tick_measures import Around, measures
from extractors.fields.ticks import read_choice, read_tick, read_ticks
from extractors.formpack import FieldPlace, Option
from extractors.values import Box

SIDE = 32
SIZE = 400
Ink = np.ndarray
BOXES = [Box(x / SIZE, 100 / SIZE, (x + SIDE) / SIZE, (100 + SIDE) / SIZE) for x in (40, 140, 240)]


def paper() -> Ink:
    return np.zeros((SIZE, SIZE), np.float32)


def stroke(ink: Ink, box: int, points: list[tuple[float, float]], pen: int = 3) -> None:
    """Draw through points given in sides of the box, from its top left corner."""
    left, top = 40 + 100 * box, 100
    line = np.array([[left + x * SIDE, top + y * SIDE] for x, y in points], np.int32)
    cv2.polylines(ink, [line], False, 1.0, pen, cv2.LINE_AA)


def tick(ink: Ink, box: int, pen: int = 3) -> None:
    stroke(ink, box, [(0.15, 0.5), (0.4, 0.85), (1.0, -0.2)], pen)


def cross(ink: Ink, box: int, pen: int = 3) -> None:
    stroke(ink, box, [(0.1, 0.1), (0.9, 0.9)], pen)
    stroke(ink, box, [(0.9, 0.1), (0.1, 0.9)], pen)


def line(ink: Ink, box: int, pen: int = 3) -> None:
    stroke(ink, box, [(0.0, 0.9), (1.0, 0.1)], pen)


def scribble(ink: Ink, box: int, pen: int = 3) -> None:
    zigzag = [(0.0 if i % 2 else 1.0, -0.05 + i * 0.1) for i in range(12)]
    stroke(ink, box, zigzag, pen)


def filled(ink: Ink, box: int, pen: int = 3) -> None:
    ink[104 : 96 + SIDE, 44 + 100 * box : 36 + 100 * box + SIDE] = 1.0


def field(kind: str = "choice") -> FieldPlace:
    options = tuple(Option(name, {"en": name}, box) for name, box in zip("abc", BOXES, strict=True))
    if kind == "tick":
        return FieldPlace("agreed", {"en": "Agreed"}, "tick", "tick", 1, BOXES[0])
    return FieldPlace(
        "reason", {"en": "Reason"}, "choice", "tick", 1, Box.hull(BOXES), options=options
    )


@pytest.mark.parametrize("mark", [tick, cross, line])
@pytest.mark.parametrize("pen", [2, 3, 5])
def test_a_tick_a_cross_or_a_line_is_a_tick(mark: Callable[..., None], pen: int) -> None:
    ink = paper()
    mark(ink, 0, pen)
    found = read_tick(ink, field("tick"))
    assert (found.value, found.doubts) == (True, ())
    assert found.confidence >= ACCEPT


def test_an_empty_box_is_not_ticked() -> None:
    found = read_tick(paper(), field("tick"))
    assert found.value is False
    assert found.confidence >= 0.98


@given(st.integers(0, 2**31))
def test_specks_are_not_a_tick(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ink = paper()
    for x, y in rng.integers(0, SIDE, (4, 2)):
        ink[100 + y, 40 + x] = 1.0
    assert read_tick(ink, field("tick")).value is False


def test_the_remains_of_the_printed_box_are_not_taken_for_a_tick() -> None:
    ink = paper()
    stroke(ink, 0, [(0.2, 0.1), (0.2, 0.95)], 2)
    stroke(ink, 0, [(0.85, 0.1), (0.85, 0.95)], 1)
    found = read_tick(ink, field("tick"))
    assert found.value is False or found.confidence < 0.6


def struck(ink: Ink, box: int, pen: int = 3) -> None:
    """A cross, scribbled over beyond the edges of its box."""
    cross(ink, box, pen)
    for shift in (0.0, 0.05, -0.04):
        zigzag = [(-0.25 if i % 2 else 1.25, -0.2 + i * 0.14 + shift) for i in range(11)]
        stroke(ink, box, zigzag, pen)


def test_a_box_scribbled_over_is_for_a_person() -> None:
    ink = paper()
    struck(ink, 0)
    found = read_tick(ink, field("tick"))
    assert found.value is None
    assert found.status == "conflict"
    assert found.doubts[0].code == "tick_heavy"


def test_a_box_filled_neatly_is_ticked() -> None:
    ink = paper()
    filled(ink, 0)
    assert read_tick(ink, field("tick")).value is True


def test_a_filled_box_counts_where_the_hand_fills_its_boxes_only() -> None:
    fields = [replace(field("tick"), name=f"box_{i}", box=box) for i, box in enumerate(BOXES)]
    both, mixed, single = paper(), paper(), paper()
    for ink in (both, mixed, single):
        filled(ink, 0)
    filled(both, 1)
    cross(mixed, 1)
    assert [each.value for each in read_ticks(both, fields)] == [True, True, False]
    assert all(each.confidence >= ACCEPT for each in read_ticks(both, fields)[:2])
    for ink in (mixed, single):
        first = read_ticks(ink, fields)[0]
        assert (first.value, first.doubts[0].code) == (True, "tick_heavy")
        assert first.confidence < ACCEPT
    assert read_ticks(mixed, fields)[1].confidence >= ACCEPT


def test_a_faint_mark_is_doubted() -> None:
    ink = paper()
    ink[112:117, 52:57] = 1.0
    found = read_tick(ink, field("tick"))
    assert found.confidence < 0.97
    assert found.doubts


@given(st.integers(0, 2), st.sampled_from([tick, cross, line, filled]), st.integers(2, 5))
def test_the_ticked_option_is_the_choice(box: int, mark: Callable[..., None], pen: int) -> None:
    ink = paper()
    mark(ink, box, pen)
    found = read_choice(ink, field())
    assert found.value == "abc"[box]
    assert found.confidence >= 0.97
    assert found.doubts == ()


def test_a_lone_box_that_is_scribbled_over_is_doubted() -> None:
    ink = paper()
    struck(ink, 1)
    found = read_choice(ink, field())
    assert found.confidence < ACCEPT
    assert any(each.code == "tick_heavy" and "'b'" in each.message for each in found.doubts)


def test_no_tick_is_no_choice() -> None:
    found = read_choice(paper(), field())
    assert (found.value, found.status, found.doubts) == (None, "absent", ())
    assert found.confidence >= 0.97


def test_two_ticks_are_a_conflict() -> None:
    ink = paper()
    tick(ink, 0)
    cross(ink, 2)
    found = read_choice(ink, field())
    assert (found.value, found.status) == (None, "conflict")
    assert {each.text for each in found.candidates} == {"a", "c"}
    assert found.doubts[0].message == "'a' and 'c' are ticked, and one box was expected."


def test_a_changed_mind_gives_the_tick_that_was_not_struck_out() -> None:
    ink = paper()
    struck(ink, 0)
    tick(ink, 1)
    found = read_choice(ink, field())
    assert found.value == "b"
    assert found.doubts[0].code == "tick_changed"


def test_the_end_of_a_long_tick_in_the_next_box_does_not_count() -> None:
    ink = paper()
    tick(ink, 0)
    stroke(ink, 1, [(-0.6, 1.4), (0.2, 0.6)], 3)
    assert read_choice(ink, field()).value == "a"


def test_a_tail_from_the_next_field_is_not_a_tick_there() -> None:
    ink = paper()
    fields = [
        FieldPlace(
            f"box_{i}", {"en": "Box"}, "tick", "tick", 1, Box(x / SIZE, 0.25, y / SIZE, 0.33)
        )
        for i, (x, y) in enumerate([(40, 72), (84, 116)])
    ]
    stroke(ink, 0, [(0.2, 0.5), (0.45, 0.95), (2.2, 0.3)])
    first, second = read_ticks(ink, fields)
    assert first.value is True
    assert second.value is False or second.confidence < ACCEPT


def test_a_mark_in_the_next_box_says_nothing_about_this_one() -> None:
    ink = paper()
    cross(ink, 1, 5)
    alone = [replace(field("tick"), name=f"box_{i}", box=box) for i, box in enumerate(BOXES)]
    assert [each.value for each in read_ticks(ink, alone)] == [False, True, False]
    assert all(each.confidence >= ACCEPT for each in read_ticks(ink, alone))


@pytest.mark.parametrize("piece", [1, 2, 5])
def test_where_a_scan_lost_parts_of_the_writing_no_empty_choice_is_believed(piece: int) -> None:
    ink = paper()
    for y in range(200, 390, 6):  # strokes broken into pieces
        for x in range(20, 380, piece + 3):
            ink[y : y + 2, x : x + piece] = 1.0
    found = read_ticks(ink, [field()])[0]
    assert found.value is None
    assert found.confidence < ACCEPT


def test_thin_strokes_are_whole_and_leave_empty_boxes_empty() -> None:
    ink = paper()
    for y in range(200, 390, 6):
        ink[y, 20:380] = 1.0
    assert read_ticks(ink, [field()])[0].confidence >= ACCEPT


def test_a_ring_round_a_box_is_a_tick_or_doubted() -> None:
    ink = paper()
    cv2.circle(ink, (40 + SIDE // 2, 100 + SIDE // 2), round(0.85 * SIDE), 1.0, 3, cv2.LINE_AA)
    found = read_choice(ink, field())
    assert found.value == "a" or found.confidence < ACCEPT


def everywhere(ink: Ink) -> None:
    ink[:] = 1.0


def noise(ink: Ink) -> None:
    ink[:] = np.random.default_rng(5).uniform(0, 1, ink.shape)


def huge_tick(ink: Ink) -> None:
    cv2.polylines(ink, [np.array([[5, 120], [150, 160], [395, 20]], np.int32)], False, 1.0, 40)


@pytest.mark.parametrize("spoil", [everywhere, noise, huge_tick])
def test_ink_all_over_the_page_is_never_sure(spoil: Callable[[Ink], None]) -> None:
    ink = paper()
    spoil(ink)
    for found in (read_choice(ink, field()), read_tick(ink, field("tick"))):
        assert found.confidence < ACCEPT
        assert found.doubts


@pytest.mark.parametrize(
    "box",
    [Box(0.5, 0.5, 0.5, 0.5), Box(0.5, 0.5, 0.6, 0.5), Box(1.2, 0.2, 1.3, 0.3), Box(1, 1, 1, 1)],
    ids=["no area", "no height", "off the page", "the corner"],
)
def test_a_box_that_is_not_on_the_page_says_nothing(box: Box) -> None:
    place = FieldPlace("agreed", {"en": "Agreed"}, "tick", "tick", 1, box)
    found = read_tick(paper(), place)
    assert found.confidence < ACCEPT
    assert measures(paper(), box, Around()) is None


@given(
    st.integers(0, 2**31),
    st.tuples(*[st.floats(-0.5, 1.5)] * 4),
    st.sampled_from([(400, 400), (3, 3), (50, 700)]),
)
def test_any_ink_in_any_box_is_judged(
    seed: int, corners: tuple[float, float, float, float], shape: tuple[int, int]
) -> None:
    rng = np.random.default_rng(seed)
    ink = (rng.uniform(0, 1, shape) > rng.uniform(0, 1)).astype(np.float32)
    seen = likelihoods(ink, Box(*corners))
    assert sum(getattr(seen, each) for each in STATES) == pytest.approx(1)
