"""The three pictures of a cell: what stays, what goes, and that nothing raises."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extractors.handprint import tiles
from extractors.handprint.tiles import SIDE

CELL = (60.0, 40.0, 100.0, 90.0)


Cell = tuple[float, float, float, float]


def tile(ink: NDArray[np.float32], cell: Cell) -> NDArray[np.uint8]:
    """The first picture: the character alone."""
    return tiles.tile(ink, bare(ink), cell)[0]


def everything(ink: NDArray[np.float32], cell: Cell) -> NDArray[np.uint8]:
    """The second picture: all that stands in the same frame."""
    return tiles.tile(ink, bare(ink), cell)[1]


def bare(ink: NDArray[np.float32]) -> NDArray[np.uint8]:
    """How dark a page without print is that has this ink."""
    return np.asarray(np.nan_to_num(ink) * 255, np.uint8)


def paper() -> NDArray[np.float32]:
    return np.zeros((130, 160), np.float32)


def middle_of(picture: NDArray[np.uint8]) -> tuple[float, float]:
    rows, columns = np.nonzero(picture > 100)
    return float(columns.mean()), float(rows.mean())


def with_letter_n(strength: float = 1.0) -> NDArray[np.float32]:
    drawn = np.zeros((130, 160), np.uint8)
    points = np.array([[70, 82], [70, 50], [90, 82], [90, 50]], np.int32)
    cv2.polylines(drawn, [points], False, 255, 4, cv2.LINE_AA)
    return drawn.astype(np.float32) / 255 * np.float32(strength)


def test_a_character_fills_its_tile() -> None:
    picture = tile(with_letter_n(), CELL)
    rows = np.flatnonzero((picture > 100).any(axis=1))
    assert picture.shape == (SIDE, SIDE)
    assert picture.dtype == np.uint8
    assert 22 <= rows[-1] - rows[0] <= 30
    assert middle_of(picture) == pytest.approx((15.5, 15.5), abs=1.5)


def test_faint_ink_gives_the_same_picture_as_dark_ink() -> None:
    dark, faint = tile(with_letter_n(), CELL), tile(with_letter_n(0.3), CELL)
    assert np.abs(dark.astype(int) - faint.astype(int)).mean() < 8


def test_a_full_stop_stays_small_and_low() -> None:
    ink = paper()
    cv2.circle(ink, (80, 84), 2, 1.0, -1)
    picture = tile(ink, CELL)
    assert 4 <= (picture > 100).sum() <= 60
    assert middle_of(picture)[1] > 21


def test_an_apostrophe_stands_higher_than_a_comma() -> None:
    high, low = paper(), paper()
    cv2.line(high, (80, 44), (79, 54), 1.0, 3)
    cv2.line(low, (80, 78), (79, 88), 1.0, 3)
    assert middle_of(tile(high, CELL))[1] + 8 < middle_of(tile(low, CELL))[1]


def test_a_neighbour_that_reaches_in_is_dropped() -> None:
    ink = with_letter_n()
    alone = tile(ink, CELL)
    cv2.line(ink, (104, 50), (120, 80), 1.0, 3)
    cv2.line(ink, (98, 62), (125, 62), 1.0, 3)
    assert np.abs(tile(ink, CELL).astype(int) - alone.astype(int)).mean() < 3


def test_a_stroke_that_leaves_its_cell_is_kept() -> None:
    ink = paper()
    cv2.line(ink, (80, 46), (80, 96), 1.0, 3)
    cv2.line(ink, (66, 46), (94, 46), 1.0, 3)
    inside = paper()
    inside[:90] = ink[:90]
    with_tail = np.argwhere(tile(ink, CELL) > 100)
    cut = np.argwhere(tile(inside, CELL) > 100)
    assert np.ptp(with_tail[:, 1]) < np.ptp(cut[:, 1])


def test_the_second_picture_shows_the_first_ones_frame_with_all_that_was_taken() -> None:
    ink = with_letter_n()
    assert np.array_equal(everything(ink, CELL), tile(ink, CELL))
    cv2.line(ink, (104, 50), (104, 80), 1.0, 3)
    ink[40:90, 60:62] = 1.0
    more, alone = everything(ink, CELL), tile(ink, CELL)
    assert (more >= alone).all()
    assert (more > 100).sum() > (alone > 100).sum() + 40


def test_the_second_picture_of_a_cell_with_remains_only_shows_them() -> None:
    ink = paper()
    ink[40:90, 60:62] = 1.0
    assert not tile(ink, CELL).any()
    assert everything(ink, CELL).any()


def test_the_third_picture_shows_the_print_that_was_removed() -> None:
    ink = with_letter_n(0.4)
    page = bare(ink)
    page[88:90, 40:120] = 200
    alone, _, printed = tiles.tile(ink, page, CELL)
    _, _, bare_paper = tiles.tile(ink, bare(ink), CELL)
    assert (printed > 200).any(axis=0).all()  # the line runs through the whole frame
    assert alone.max() == 255
    assert printed[10:20].max() < 150  # beside the darker print a pale pen stays pale
    assert bare_paper.max() == 255


@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_remains_of_the_comb_are_dropped(strength: float) -> None:
    ink = with_letter_n()
    alone = tile(ink, CELL)
    ink[40:90, 60:62] = strength
    ink[40:90, 99:101] = strength
    ink[88:90, 62:99] = strength
    assert np.abs(tile(ink, CELL).astype(int) - alone.astype(int)).mean() < 3


def test_a_line_through_a_stroke_leaves_the_stroke_whole() -> None:
    ink = paper()
    cv2.line(ink, (55, 65), (95, 65), 1.0, 3)
    cv2.line(ink, (76, 48), (76, 84), 1.0, 3)
    ink[40:90, 60:62] = 1.0
    picture = tile(ink, CELL)
    count, _ = cv2.connectedComponents((picture > 80).astype(np.uint8))
    assert count == 2  # the background and one cross


def test_an_empty_cell_gives_an_empty_tile() -> None:
    assert not tile(paper(), CELL).any()


def test_specks_are_not_ink() -> None:
    ink = paper()
    ink[60, 80] = ink[70, 75] = 1.0
    assert not tile(ink, CELL).any()


@pytest.mark.parametrize(
    "cell",
    [
        (60.0, 40.0, 60.0, 90.0),
        (60.0, 40.0, 61.0, 41.0),
        (100.0, 90.0, 60.0, 40.0),
        (500.0, 500.0, 540.0, 550.0),
        (-80.0, -90.0, -40.0, -40.0),
        (float("nan"), 0.0, 40.0, 50.0),
    ],
)
def test_a_cell_without_area_or_off_the_page_is_empty(
    cell: tuple[float, float, float, float],
) -> None:
    assert not tile(np.ones((130, 160), np.float32), cell).any()


@pytest.mark.parametrize("value", [0.0, 0.05, 0.5, 1.0, float("nan")])
@pytest.mark.parametrize("cell", [CELL, (0.0, 0.0, 3.0, 3.0), (-5.0, 100.0, 30.0, 150.0)])
def test_uniform_ink_never_raises(value: float, cell: tuple[float, float, float, float]) -> None:
    assert tile(np.full((130, 160), value, np.float32), cell).shape == (SIDE, SIDE)


def test_noise_never_raises() -> None:
    noise = np.random.default_rng(4).random((130, 160)).astype(np.float32)
    for seed in range(30):
        x, y, w, h = np.random.default_rng(seed).uniform((-20, -20, 1, 1), (150, 120, 80, 80))
        assert tile(noise, (x, y, x + w, y + h)).shape == (SIDE, SIDE)
