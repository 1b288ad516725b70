"""Where handwriting stands on a line, and a clean picture of it for the line reader.

People write over a line, through it and below it, at any size, and neighbouring lines reach in. So
strokes are judged one by one: what carries the writing stands in the line's own rows, what is close
to that belongs to it, and dirt far from it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.matching import LAID_DPI
from extractors.values import Box, Picture

_ABOVE, _BELOW = 0.5, 0.4  # how far over and under the line's rows to look, in their height
_FAINTEST = 0.1  # ink weaker than this is paper, however faint the pen
_INKED = 0.35  # ink that counts as a stroke, as a share of the strongest
_STRONGEST = 0.003  # the share of the rows' pixels that the strongest ink is taken from
_EDGES = 9  # pixels: soft edges and faint joins this near to a stroke are shown
_STRONG = 0.18  # size of a stroke that carries writing, in the rows' height
_LEAST = 0.006  # less ink than this share of a square of the rows' height is nothing
_NEAR = 0.35  # strokes this near the writing belong to it, in its height
_ALONE = 0.8  # a small mark this far from all larger ones is dirt, in the writing's height
_SMALL = 0.3  # what a small mark is, in the writing's height
_EDGE = 8  # white round the writing: one part in so many of its height
_ROOM = 5  # the same round the writing as it came
_TALL = round(11 * LAID_DPI / 25.4)  # pixels; in a place as high people write several lines
_LETTERS = round(1.5 * LAID_DPI / 25.4)  # pixels; a line of writing is higher
_OF_TALLEST = 0.4  # of the height of the tallest line of a place, which a line has
_CROSSING = 0.12  # ink between two lines, such as a tail, as a share of what rows of writing hold
_SLANTS = np.arange(-0.5, 0.55, 0.1)  # shears that are tried to make stems upright

Ink = NDArray[np.float32]


def lines_in(ink: Ink, box: Box) -> tuple[Box, ...]:
    """The lines of writing in a place of a laid page, from top to bottom, as places of their own.

    A low place is one line, and so is one in which no lines stand apart.
    """
    height, width = ink.shape
    left, top, right, bottom = box.pixels(width, height)
    inside = ink[top:bottom, left:right]
    if bottom - top < _TALL or inside.size == 0:
        return (box,)
    rows = (inside > _level(inside)).sum(axis=1)
    usual = float(np.median(rows[rows > 0])) if rows.any() else 0.0
    lines = _joined(_runs(rows > _CROSSING * usual))
    if len(lines) < 2:
        return (box,)
    between = [(above[1] + below[0]) / 2 for above, below in pairwise(lines)]
    # As high as the writing: how far beyond a line others may reach goes by its height.
    edges = zip([lines[0][0], *between], [*between, lines[-1][1]], strict=True)
    return tuple(Box(box.x0, (top + y0) / height, box.x1, (top + y1) / height) for y0, y1 in edges)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The stretches of True: first, and one past the last."""
    steps = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False]))))
    return list(zip(steps[::2].tolist(), steps[1::2].tolist(), strict=True))


def _joined(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The lines among stretches of inked rows; what is too low for one belongs to the nearest."""
    runs = list(runs)
    least = max([_LETTERS, *(_OF_TALLEST * (end - start) for start, end in runs)])
    while len(runs) > 1:
        low = min(range(len(runs)), key=lambda i: runs[i][1] - runs[i][0])
        if runs[low][1] - runs[low][0] >= least:
            break
        gaps = {i: runs[i + 1][0] - runs[i][1] for i in (low - 1, low) if 0 <= i < len(runs) - 1}
        at = min(gaps, key=lambda i: gaps[i])
        runs[at : at + 2] = [(runs[at][0], runs[at + 1][1])]
    return runs


def line_views(ink: NDArray[np.float32], box: Box) -> tuple[Picture, Picture] | None:
    """The writing in ``box`` of a page's ``ink`` (0 paper to 1), twice, dark on white.

    First cleaned, cropped tight and upright, then as it came: what one treatment spoils, the other
    shows. ``None`` if nobody wrote there.
    """
    height, width = ink.shape
    tall = box.height
    left, top, right, bottom = Box(
        box.x0, max(box.y0 - _ABOVE * tall, 0.0), box.x1, min(box.y1 + _BELOW * tall, 1.0)
    ).pixels(width, height)
    crop = ink[top:bottom, left:right]
    own = slice(max(round(box.y0 * height) - top, 0), round(box.y1 * height) - top)
    mask = written(crop, own)
    return None if mask is None else (_cleaned(crop, mask, _level(crop[own])), _plain(crop, mask))


def line_picture(ink: NDArray[np.float32], box: Box) -> Picture | None:
    """The first of the views."""
    views = line_views(ink, box)
    return views[0] if views else None


def _cleaned(crop: Ink, mask: NDArray[np.bool_], level: float) -> Picture:
    rows, columns = _extent(mask)
    kept = np.where(mask, crop, 0.0)[rows, columns]
    strong = float(np.percentile(kept[kept > level], 80))
    dark = np.clip(kept / max(strong, 1.5 * _FAINTEST), 0.0, 1.0)
    upright = _upright(dark.astype(np.float32))
    edge = max(4, upright.shape[0] // _EDGE)
    return np.pad((255.0 * (1.0 - upright)).astype(np.uint8), edge, constant_values=255)


def _plain(crop: Ink, mask: NDArray[np.bool_]) -> Picture:
    rows, columns = _extent(mask)
    room = max(4, (rows.stop - rows.start) // _ROOM)
    rows = slice(max(rows.start - room, 0), rows.stop + room)
    columns = slice(max(columns.start - room, 0), columns.stop + room)
    return np.asarray(255.0 * (1.0 - np.clip(crop[rows, columns], 0.0, 1.0)), np.uint8)


def _extent(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def written(crop: NDArray[np.float32], own: slice) -> NDArray[np.bool_] | None:
    """The strokes of a crop that belong to its rows ``own``; ``None`` when nobody wrote there."""
    high = own.stop - own.start
    if crop.size == 0 or high < 3:
        return None
    dark = (crop > _level(crop[own])).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    parts = _Parts.of(np.asarray(labels), np.asarray(stats), count)
    inside = np.bincount(parts.labels[own].ravel(), minlength=count)
    keep = parts.strokes(high) & (parts.size >= _STRONG * high) & (inside >= 0.5 * parts.area)
    if not keep.any():
        return None
    keep = parts.without_dirt(parts.with_near(keep, high))
    mask = keep[parts.labels]
    if mask.sum() < _LEAST * high * high:
        return None
    grown = cv2.dilate(mask.astype(np.uint8), np.ones((_EDGES, _EDGES), np.uint8)).astype(bool)
    return np.asarray(grown & ((parts.labels == 0) | mask), np.bool_)


def _level(rows: Ink) -> float:
    """The ink that counts as a stroke: follows the pen, so pencil is read as well as a marker."""
    count = max(round(_STRONGEST * rows.size), 1)
    strongest = float(np.partition(rows.ravel(), -count)[-count])
    return max(_FAINTEST, _INKED * strongest)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The connected marks of a crop, number 0 the paper; each array has one value a mark."""

    labels: NDArray[Any]
    left: NDArray[Any]
    top: NDArray[Any]
    right: NDArray[Any]
    bottom: NDArray[Any]
    area: NDArray[Any]

    @staticmethod
    def of(labels: NDArray[Any], stats: NDArray[Any], count: int) -> _Parts:
        left, top, wide, tall, area = (stats[:count, i] for i in range(5))
        return _Parts(labels, left, top, left + wide, top + tall, area)

    @property
    def tall(self) -> NDArray[Any]:
        return np.asarray(self.bottom - self.top)

    @property
    def size(self) -> NDArray[Any]:
        return np.asarray(np.maximum(self.right - self.left, self.tall))

    def strokes(self, high: int) -> NDArray[np.bool_]:
        """What is neither paper nor a speck nor a piece of a printed line."""
        rule = (self.tall <= 3) & (self.right - self.left > 2 * high)
        found = ~rule & (self.area >= 4) & (self.size >= 0.05 * high)
        found[0] = False
        return np.asarray(found, np.bool_)

    def with_near(self, keep: NDArray[np.bool_], high: int) -> NDArray[np.bool_]:
        """The strokes kept, with those that are near them and about as high on the page."""
        top = _middle(self.top[keep], self.area[keep], 0.1)
        bottom = _middle(self.bottom[keep], self.area[keep], 0.9)
        tall = max(bottom - top, 0.25 * high)
        middle = (self.top + self.bottom) / 2
        level = (middle >= top - 0.35 * tall) & (middle <= bottom + 0.35 * tall)
        level &= (self.top >= top - 0.8 * tall) & (self.bottom <= bottom + 0.8 * tall)
        able = self.strokes(high) & level
        reach = max(2, round(_NEAR * tall))
        around = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
        for _ in range(2):
            near = cv2.dilate(keep[self.labels].astype(np.uint8), around)
            touched = np.bincount(
                self.labels.ravel(), weights=near.ravel(), minlength=len(self.area)
            )
            keep = keep | (able & (touched > 0))
        return keep

    def without_dirt(self, keep: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The strokes kept, less small marks far from all larger ones."""
        tall = _middle(self.bottom[keep], self.area[keep], 0.9)
        tall = max(tall - _middle(self.top[keep], self.area[keep], 0.1), 1.0)
        large = np.flatnonzero(keep & (self.tall >= _SMALL * tall))
        if not large.size:
            return keep
        kept = keep.copy()
        for mark in np.flatnonzero(keep & (self.tall < _SMALL * tall)):
            apart = np.maximum(
                self.left[large] - self.right[mark], self.left[mark] - self.right[large]
            )
            kept[mark] = apart.min() <= _ALONE * tall
        return kept


def _middle(values: NDArray[Any], weights: NDArray[Any], share: float) -> float:
    """The value below which that share of the weight lies."""
    order = np.argsort(values)
    whole = np.cumsum(weights[order])
    return float(values[order][int(np.searchsorted(whole, share * whole[-1]))])


def _upright(dark: Ink) -> Ink:
    """The writing sheared so that its stems stand upright: then columns are full or empty."""
    sheared = [_sheared(dark, float(slant)) for slant in _SLANTS]
    best = max(sheared, key=lambda each: float((each.sum(axis=0) ** 2).sum()))
    columns = np.flatnonzero(best.max(axis=0) > 0.2)
    return best[:, columns[0] : columns[-1] + 1] if columns.size else dark


def _sheared(dark: Ink, slant: float) -> Ink:
    high, wide = dark.shape
    room = round(0.3 * high)
    move = np.array([[1.0, slant, room - slant * high / 2], [0.0, 1.0, 0.0]])
    return np.asarray(cv2.warpAffine(dark, move, (wide + 2 * room, high)), np.float32)
