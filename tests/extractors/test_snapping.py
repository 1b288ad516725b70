"""Comb rows are met exactly where paper is locally bent, and nothing makes a row jump."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extractors import formpack
from extractors.blanks import LAID_DPI, Blank
from extractors.formpack import CombRow
from extractors.matching import Matcher
from extractors.snapping import FINE_PITCH, snap
from extractors.values import Box, Picture

_MM = LAID_DPI / 25.4


@pytest.fixture(scope="module")
def blank() -> Blank:
    packs = formpack.load_all([formpack.SHIPPED])
    return Matcher([pack for pack in packs if pack.code.startswith("V890")]).blanks[0]


def _moved(blank: Blank, right: float, down: float) -> Picture:
    """The blank with its print moved by so many laid pixels."""
    move = np.array([[1, 0, right], [0, 1, down]], np.float64)
    size = blank.grey.shape[::-1]
    return np.asarray(cv2.warpAffine(blank.grey, move, size, borderValue=255.0), np.uint8)


def _shift(blank: Blank, page: Picture) -> NDArray[np.float32]:
    """How far the mesh was drawn right and down in the middle of the longest row met exactly."""
    found = snap(page, blank, blank.nodes)
    left, top, right, bottom = max(found.exact, key=lambda box: box[2] - box[0])
    column, row = (round(each / 2 / FINE_PITCH + 0.5) for each in (left + right, top + bottom))
    at = (np.array([column, row]) - 0.5) * FINE_PITCH - 0.5
    return np.asarray(found.mesh[row, column] - at, np.float32)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (3.0, -2.0), (-5.0, 4.0)])
def test_rows_are_drawn_to_their_printed_lines(blank: Blank, shift: tuple[float, float]) -> None:
    assert _shift(blank, _moved(blank, *shift)) == pytest.approx(shift, abs=0.6)


def test_writing_in_the_boxes_does_not_draw_a_row_away(blank: Blank) -> None:
    page = _moved(blank, 2.0, 1.0)
    chance = np.random.default_rng(4)
    for field in blank.pack.on_page(1):
        for row in field.combs:
            for index in range(row.cells):
                left, top, right, bottom = row.cell(index).pixels(*page.shape[::-1])
                x = int(chance.integers(left + 4, right - 4))
                cv2.line(page, (x, top - 4), (x + int(chance.integers(-9, 9)), bottom + 4), 30, 4)

    assert _shift(blank, page) == pytest.approx((2.0, 1.0), abs=1.0)


@pytest.mark.parametrize("tone", [0, 255])
def test_a_page_without_lines_stays_where_it_was_laid(blank: Blank, tone: int) -> None:
    page = np.full(blank.grey.shape, tone, np.uint8)
    found = snap(page, blank, blank.nodes)
    assert found.exact == ()
    assert np.isfinite(found.mesh).all()


def test_no_row_moves_by_more_than_a_part_of_a_box(blank: Blank) -> None:
    width = min(
        row.cell(0).width * blank.grey.shape[1]
        for field in blank.pack.on_page(1)
        for row in field.combs
    )
    found = snap(_moved(blank, width / 2, 0.0), blank, blank.nodes)
    plain = snap(np.full(blank.grey.shape, 255, np.uint8), blank, blank.nodes)
    assert np.abs(found.mesh - plain.mesh).max() < 0.3 * width
    assert width > 4.0 * _MM


def _with_comb(blank: Blank, row: CombRow) -> Blank:
    """The blank with one comb row instead of its fields."""
    (field, *_) = (each for each in blank.pack.fields if each.way == "comb")
    pack = replace(blank.pack, fields=(replace(field, combs=(row,), box=row.box),))
    return Blank(pack, 1)


@pytest.mark.parametrize("cells", [1, 2, 60])
def test_boxes_of_any_width_are_looked_for(blank: Blank, cells: int) -> None:
    with_row = _with_comb(blank, CombRow(Box(0.1, 0.1, 0.9, 0.13), cells))
    assert np.isfinite(snap(blank.grey, with_row, blank.nodes).mesh).all()


def test_the_longest_row_of_a_very_large_page_is_looked_for(blank: Blank) -> None:
    large = _with_comb(blank, CombRow(Box(0.01, 0.4, 0.99, 0.5), 60))
    large.grey = np.full((3300, 6600), 255, np.uint8)
    large.grey[1320:1650:10] = 0
    assert np.isfinite(snap(large.grey, large, large.nodes).mesh).all()
