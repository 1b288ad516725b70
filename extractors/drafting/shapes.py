"""Every rectangle and circle of a form page: what a box to fill in could be.

A box is a flat patch of paper with an edge all round it: a drawn line, a row of dots or dashes, or
the step from white to a tinted ground. So the page is cut along its edges, and the patches that
fill a rectangle or a circle are kept, each with what its border and its inside look like. Places
here are in pixels of the picture; lengths that say so in millimetres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.values import Picture

Span = tuple[int, int, int, int]
"""Left, top, right, bottom in whole pixels."""
Edges = tuple[float, float, float, float]
"""The same in fractions of pixels."""

_LEAST_MM = 1.9
"""The inside of the smallest box to tick, less the width of its lines."""
_LEAST_EDGE = 7.0
"""Grey levels that tell white from a pale tint in a clean picture."""
_THICKEST_MM = 1.1
"""A border thicker than this is the edge of a dark area."""
_FULL = 0.86
"""Share of its bounding box that a rectangle fills; rounded corners and ticks take some."""


@dataclass(frozen=True, slots=True)
class Print:
    """What is printed on a patch.

    ``area`` in square millimetres; ``dark``: grey levels darker than the patch; ``lines`` of print;
    ``free_mm``: the highest part without print over the whole width; ``left`` and ``right``: where
    the print begins and ends, as shares of the width.
    """

    area: float = 0.0
    dark: float = 0.0
    lines: int = 0
    free_mm: float = 0.0
    left: float = 0.0
    right: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """One patch, bounded by the middle of its lines.

    ``full``: share of the rectangle that the patch fills. ``ground``: its brightness. ``thick_mm``:
    of its thickest side, 0 without drawn lines. ``contrast``: grey levels of its palest side.
    ``lighter``: by how much it is lighter than what lies round it. ``print``: what is printed on
    it. ``weak``: closed only by joining dashes.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    circle: bool
    full: float
    ground: float
    thick_mm: float
    contrast: float
    lighter: float
    print: Print
    weak: bool = False

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def edges(self) -> Edges:
        return self.x0, self.y0, self.x1, self.y1


@dataclass(frozen=True, slots=True)
class Paper:
    """The picture with what all parts need to know: pixels a millimetre and what counts as an edge.

    ``ink``: True where it is darker than the ground nearby; ``darkest``: how much the ink is darker
    than white.
    """

    grey: Picture
    mm: float
    edge: float
    ink: NDArray[np.bool_]
    darkest: float


def prepare(grey: Picture, dpi: float) -> Paper:
    """The picture made ready: noise measured, and smoothed where there is any."""
    steps = _steps(grey)
    noise = float(np.percentile(steps[::3, ::3], 60))
    if noise > 3:
        grey = np.asarray(cv2.GaussianBlur(grey, (3, 3), 0), dtype=np.uint8)
        noise = float(np.percentile(_steps(grey)[::3, ::3], 60))
    mm = dpi / 25.4
    size = int(2.5 * mm) | 1
    ground = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    edge = max(_LEAST_EDGE, 2.2 * noise)
    ink = cv2.subtract(ground, grey) > max(20.0, 2 * edge)
    darkest = 255.0 - float(np.percentile(grey[ink], 10)) if ink.any() else 255.0
    return Paper(grey, mm, edge, ink, darkest)


def find_shapes(paper: Paper) -> list[Shape]:
    """All patches, those without a break in their border first, in no special order."""
    edges = _steps(paper.grey) > paper.edge
    found = _patches(edges, paper, weak=False)
    joined = edges | _chains(paper.ink, paper.mm)
    joined |= _chains(paper.ink.T, paper.mm).T
    for shape in _patches(joined, paper, weak=True):
        if not any(_overlap(shape, other) for other in found if not other.weak):
            found.append(shape)
    return found


def _overlap(one: Shape, other: Shape) -> bool:
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    if wide <= 0 or high <= 0:
        return False
    return wide * high > 0.3 * min(one.width * one.height, other.width * other.height)


def _steps(grey: Picture) -> Picture:
    kernel = np.ones((3, 3), np.uint8)
    return np.asarray(cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, kernel), dtype=np.uint8)


def _chains(ink: NDArray[np.bool_], mm: float) -> NDArray[np.bool_]:
    """Dashes and dots one after the other along a row, joined, and only those."""
    gap = np.ones((1, int(1.7 * mm) | 1), np.uint8)
    least = np.ones((1, int(3.6 * mm) | 1), np.uint8)
    rows = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, gap)
    return np.asarray(cv2.morphologyEx(rows, cv2.MORPH_OPEN, least) > 0)


def _patches(edges: NDArray[np.bool_], paper: Paper, *, weak: bool) -> list[Shape]:
    flat = (~edges).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(flat, connectivity=4)
    wide, high, area = stats[:, 2], stats[:, 3], stats[:, 4]
    fits = (np.minimum(wide, high) >= _LEAST_MM * paper.mm) & (area > 0.35 * wide * high)
    fits &= wide * high < 0.85 * paper.grey.size
    fits[0] = False
    found = []
    for label in np.flatnonzero(fits):
        x, y, w, h = (int(value) for value in stats[label, :4])
        mask = (labels[y : y + h, x : x + w] == label).astype(np.uint8)
        circle, full = _form(mask)
        if circle or full >= _FULL:
            if weak and not _fenced(paper.ink, (x, y, x + w, y + h), paper.mm):
                continue
            shape = _measured(paper, (x, y, x + w, y + h), mask, (circle, full))
            found.append(replace(shape, weak=weak))
    return found


def _fenced(ink: NDArray[np.bool_], span: Span, mm: float) -> bool:
    """Whether dots or dashes stand round a patch in straight lines, and no print."""
    x0, y0, x1, y1 = span
    far = round(1.6 * mm)
    sides = (
        ink[y0:y1, max(x0 - far, 0) : x0 + 1][:, ::-1],
        ink[y0:y1, x1 - 1 : x1 + far],
        ink[max(y0 - far, 0) : y0 + 1, x0:x1][::-1].T,
        ink[y1 - 1 : y1 + far, x0:x1].T,
    )
    return all(_fence(side, mm) for side in sides)


def _fence(side: NDArray[np.bool_], mm: float) -> bool:
    """``side``: along it downwards, outwards to the right. A line comes first, then white."""
    dense = np.flatnonzero(side.mean(axis=0) > 0.15)
    if len(dense) == 0:
        return False
    wide = max(2, round(0.5 * mm))
    line = np.asarray(side[:, dense[0] : dense[0] + wide].any(axis=1))
    gaps = [end - start for start, end in runs(np.logical_not(line))]
    behind = side[:, dense[0] + wide : dense[0] + 2 * wide]
    return bool(line.mean() > 0.25 and max(gaps, default=0) < 1.7 * mm and behind.mean() < 0.12)


def _form(mask: Picture) -> tuple[bool, float]:
    """Whether it is a circle, and the share of its rectangle that it fills; holes filled."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(mask)
    cv2.drawContours(filled, outlines, -1, 1, thickness=-1)
    height, width = mask.shape
    share = float(filled.mean())
    if not 0.72 <= share < _FULL or not 0.85 <= width / height <= 1.18:
        return False, share
    ys, xs = np.nonzero(filled)
    across = (xs + 0.5 - width / 2) / (width / 2)
    down = (ys + 0.5 - height / 2) / (height / 2)
    return float((across**2 + down**2 > 1.12).mean()) < 0.01, share


def _measured(paper: Paper, span: Span, mask: Picture, form: tuple[bool, float]) -> Shape:
    circle, full = form
    x0, y0, x1, y1 = span
    patch = paper.grey[y0:y1, x0:x1]
    ground = float(np.median(patch[mask > 0]))
    sides = [_side(paper, span, way, ground, circle=circle) for way in range(4)]
    left, top, right, bottom = sides
    inset = max(1, round(0.25 * paper.mm))
    inner = patch[inset:-inset, inset:-inset]
    if circle:
        inner = patch[(y1 - y0) // 6 : -(y1 - y0) // 6, (x1 - x0) // 6 : -(x1 - x0) // 6]
    return Shape(
        x0 - left.middle,
        y0 - top.middle,
        x1 + right.middle,
        y1 + bottom.middle,
        circle,
        full,
        ground,
        max(side.thick for side in sides) / paper.mm,
        min(side.contrast for side in sides),
        ground - max(side.beyond for side in sides),
        _print(paper, inner, ground),
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """One border, measured outwards from the patch: pixels, grey levels."""

    middle: float
    thick: float
    contrast: float
    beyond: float


def _side(paper: Paper, span: Span, way: int, ground: float, *, circle: bool) -> _Side:
    """``way``: 0 left, 1 top, 2 right, 3 bottom."""
    strip = _outwards(paper, span, way, circle=circle)
    inside = 2
    # A row of dots or dashes is dark in less than half of its length: look at the darker third.
    drop = ground - np.percentile(strip, 33, axis=0)
    reach = max(4, round(_THICKEST_MM * paper.mm)) + inside
    far = strip[:, reach : reach + max(2, round(0.5 * paper.mm))]
    beyond = float(np.percentile(far, 60)) if far.size else ground
    near = drop[:reach]
    crossed = np.flatnonzero(near > paper.edge / 2)
    if len(crossed) == 0:  # a step to lighter ground, or the end of the picture
        rise = np.flatnonzero(-near > paper.edge / 2)
        at = float(rise[0]) if len(rise) else float(inside + 1)
        return _Side(at - inside, 0.0, float((-near).max(initial=0.0)), beyond)
    first = int(crossed[0])
    peak = _first_peak(near, first, paper.edge)
    height = float(near[peak])
    # How dark it still is behind the line: the ground outside may be tinted.
    behind = max(float(near[peak:].min()), 0.0)
    end = peak + int(np.argmax(near[peak:] < (height + behind) / 2))
    if height - behind < paper.edge or near[peak:].min() >= (height + behind) / 2:
        half = np.flatnonzero(near[first:] >= height / 2)
        return _Side(float(first + half[0]) - inside, 0.0, height, beyond)
    start = first + int(np.argmax(near[first : peak + 1] >= height / 2))
    around = slice(max(start - 1, 0), end + 1)
    weights = np.clip(near[around] - behind * (np.arange(len(near))[around] > peak), 0, None)
    places = np.arange(len(near))[around] + 0.5
    middle = float(places @ weights / weights.sum())
    return _Side(middle - inside, float(weights.sum()) / height, height, beyond)


def _first_peak(near: NDArray[np.float64], first: int, edge: float) -> int:
    """The darkest place of the first line met from ``first`` on: the next line is another's."""
    best = first
    for at in range(first, len(near)):
        if near[at] > near[best]:
            best = at
        elif near[best] - near[at] > max(edge, 0.3 * near[best]):
            break
    return best


def _outwards(paper: Paper, span: Span, way: int, *, circle: bool) -> Picture:
    """The middle part of a side: along it downwards, and from 2 pixels inside to 2 mm outside."""
    x0, y0, x1, y1 = span
    grey = paper.grey
    if way in (1, 3):
        grey, (x0, y0, x1, y1) = grey.T, (y0, x0, y1, x1)
    part = 0.42 if circle else 0.2
    low, high = round(y0 + part * (y1 - y0)), round(y1 - part * (y1 - y0))
    far = round(2.0 * paper.mm)
    if way in (0, 1):
        return grey[low : high + 1, max(x0 - far, 0) : x0 + 2][:, ::-1]
    return grey[low : high + 1, x1 - 2 : x1 + far]


def _print(paper: Paper, inner: Picture, ground: float) -> Print:
    height = inner.shape[0] / paper.mm
    if inner.size == 0:
        return Print(free_mm=height)
    dark = inner < ground - max(14.0, 2 * paper.edge)
    area = float(dark.sum()) / paper.mm**2
    if area < 0.02:
        return Print(area=area, free_mm=height)
    rows = dark.sum(axis=1) > 0.25 * paper.mm
    columns = np.flatnonzero(dark.any(axis=0)) / dark.shape[1]
    return Print(
        area,
        ground - float(np.percentile(inner[dark], 25)),
        sum(end - start >= 0.8 * paper.mm for start, end in runs(rows)),
        max((end - start for start, end in runs(~rows)), default=0) / paper.mm,
        float(columns[0]),
        float(columns[-1]),
    )


def runs(flags: NDArray[np.bool_]) -> Sequence[tuple[int, int]]:
    """The stretches of True: first, and one past the last."""
    steps = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    return list(
        zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True)
    )
