"""Boxes to tick and boxes to write freely in, among the rectangles that are no comb cells."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.drafting.shapes import Edges, Paper, Shape, Span

_TICK_MM = (2.4, 9.2)
_PRINT_MM2 = 0.15
_SHARP = 0.91
_PALE = 0.7
"""Print at most so dark, next to the darkest on the page, is a hint to write over."""
_LEAST_HIGH_MM = 3.4
_CELL_HIGH_MM, _CELL_WIDE_MM = 3.0, 6.0
"""The least of an empty cell of a table that has another empty cell beside it."""


def find_ticks(paper: Paper, shapes: Sequence[Shape], words: Sequence[Span]) -> list[Shape]:
    """Single small squares and circles, less letters, bullets, number tags and icons."""
    marks = [shape for shape in shapes if _may_be_tick(shape, paper)]
    letters = _letters(paper)
    return [
        mark
        for mark in marks
        if not _part_of_word(mark, words)
        and not _beside_letters(mark, marks, letters, paper.mm)
        and not _gap(mark, marks, paper.mm)
    ]


def _may_be_tick(shape: Shape, paper: Paper) -> bool:
    small, large = sorted((shape.width / paper.mm, shape.height / paper.mm))
    if small < _TICK_MM[0] or large > _TICK_MM[1] or large > 1.75 * small:
        return False
    if shape.lighter <= -4:
        return False
    if shape.print.area > _PRINT_MM2 and (shape.circle or not _pale_letter(shape, paper)):
        return False
    if shape.circle:
        # A tick circle is a thin ring of some contrast; icons and letters are bold.
        return shape.thick_mm <= 0.14 * small and shape.thick_mm > 0 and shape.contrast > 40
    return shape.thick_mm <= 0.22 * small


def _pale_letter(shape: Shape, paper: Paper) -> bool:
    """Whether all that is printed in a square is one pale letter, such as a Y for yes."""
    held = shape.print
    middle = held.left > 0.1 and held.right < 0.9
    small = held.area < 0.2 * shape.width * shape.height / paper.mm**2
    return held.lines == 1 and middle and small and held.dark < _PALE * paper.darkest


def _gap(mark: Shape, marks: Sequence[Shape], mm: float) -> bool:
    """Whether it is the paper between two boxes, closed by what is printed above and below."""
    lower = [other for other in marks if mark.y0 < other.y0 - 0.5 * mm and other.y1 < mark.y1]
    return any(abs(other.x1 - mark.x0) < 0.3 * mm for other in lower) and any(
        abs(other.x0 - mark.x1) < 0.3 * mm for other in lower
    )


def _part_of_word(mark: Shape, words: Sequence[Span]) -> bool:
    """Whether the mark is a letter of a longer printed word."""
    for x0, y0, x1, y1 in words:
        wide = min(mark.x1, x1) - max(mark.x0, x0)
        high = min(mark.y1, y1) - max(mark.y0, y0)
        covered = wide > 0 and high > 0 and wide * high > 0.6 * mark.width * mark.height
        if covered and x1 - x0 > 1.6 * mark.width and y1 - y0 < 2.2 * mark.height:
            return True
    return False


def _letters(paper: Paper) -> NDArray[np.float64]:
    """(left, top, right, bottom) of every connected piece of ink as high as a letter."""
    ink = paper.ink.astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    high = stats[1:, 3] / paper.mm
    kept = stats[1:][(high > 1.0) & (high < 12.0)].astype(np.float64)
    kept[:, 2:4] += kept[:, :2]
    return np.asarray(kept[:, :4], dtype=np.float64)


def _beside_letters(
    mark: Shape, marks: Sequence[Shape], letters: NDArray[np.float64], mm: float
) -> bool:
    """Whether it stands like a letter among letters: same foot, about as high, close by.

    No letter encloses a rectangle with sharp corners, so a box close to its label is safe.
    """
    if not len(letters) or mark.full > _SHARP:
        return False
    half = mark.thick_mm * mm / 2
    outer = np.array([mark.x0 - half, mark.y0 - half, mark.x1 + half, mark.y1 + half])
    if not (np.abs(letters - outer).max(axis=1) < 0.5 * mm).any():
        return False
    high = float(outer[3] - outer[1])
    gap = np.maximum(letters[:, 0] - outer[2], outer[0] - letters[:, 2])
    near = (gap > -0.2 * high) & (gap < 0.45 * high)
    near &= np.abs(letters[:, 3] - outer[3]) < 0.12 * high
    height = letters[:, 3] - letters[:, 1]
    near &= (height > 0.6 * high) & (height < 1.12 * high)
    return any(not _is_mark(letter, marks, mm) for letter in letters[near])


def _is_mark(letter: NDArray[np.float64], marks: Sequence[Shape], mm: float) -> bool:
    return any(
        max(
            abs(letter[0] - mark.x0),
            abs(letter[1] - mark.y0),
            abs(letter[2] - mark.x1),
            abs(letter[3] - mark.y1),
        )
        < 0.8 * mm
        for mark in marks
    )


def find_frames(paper: Paper, shapes: Sequence[Shape], inner: Sequence[Edges]) -> list[Shape]:
    """Larger rectangles with room to write. ``inner``: fields found; a panel round one is left."""
    cells = [shape for shape in shapes if _may_be_cell(shape, paper.mm)]
    frames = [
        shape
        for shape in shapes
        if _may_be_frame(shape, paper)
        or (shape in cells and any(_adjoin(shape, other, paper.mm) for other in cells))
    ]
    frames = [frame for frame in frames if not any(_inside(frame, box) for box in inner)]
    return [
        frame
        for frame in frames
        if not any(other is not frame and _inside(frame, other.edges) for other in frames)
    ]


def _inside(frame: Shape, box: Edges) -> bool:
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    within = frame.x0 < across < frame.x1 and frame.y0 < down < frame.y1
    return within and (box[2] - box[0]) * (box[3] - box[1]) < 0.9 * frame.width * frame.height


def _may_be_cell(shape: Shape, mm: float) -> bool:
    room = shape.width >= _CELL_WIDE_MM * mm and shape.height >= _CELL_HIGH_MM * mm
    wide = shape.width > 1.5 * shape.height and not shape.circle
    return room and wide and shape.lighter > -4 and shape.print.area <= _PRINT_MM2


def _adjoin(one: Shape, other: Shape, mm: float) -> bool:
    """Whether two cells stand side by side in one row of a table, with one rule between them."""
    level = max(abs(one.y0 - other.y0), abs(one.y1 - other.y1)) < 0.3 * mm
    return level and min(abs(one.x1 - other.x0), abs(other.x1 - one.x0)) < 0.5 * mm


def _may_be_frame(shape: Shape, paper: Paper) -> bool:
    wide, high = shape.width / paper.mm, shape.height / paper.mm
    if shape.circle or wide < 7.5 or high < _LEAST_HIGH_MM or shape.lighter <= -4:
        return False
    if max(wide / 7.5, high / 7.5) < 1.2 or high > 3.5 * wide:
        return False
    held = shape.print
    if held.area <= 2 * _PRINT_MM2 or held.lines == 0:
        return True
    if held.lines == 1 and held.dark < _PALE * paper.darkest:
        return True  # a hint to write over
    if held.lines == 1 and held.left < 0.2 and (held.right - held.left) * wide < 8 < 0.5 * wide:
        return True  # a currency sign, or a number
    return held.lines <= 2 and held.free_mm >= max(5.0, 0.45 * high)
