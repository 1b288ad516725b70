"""Measures of the ink in and round a tick box, for ``marks`` to judge it by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.fields import strokes
from extractors.fields.strokes import SIDE, Mask
from extractors.values import Box

Ink = NDArray[np.float32]
Place = tuple[slice, slice]

MEASURES = (
    "share", "length", "darkest", "extent", "own", "reach", "middle", "thick", "holes", "ring",
    "sectors", "runs", "firm", "crumbs", "beside", "off", "edge", "weak", "gap", "arms", "bent",
    "elsewhere", "bent_there", "rise",
)  # fmt: skip

_FAINTEST = 0.12  # darkness that may be ink
_FIRM = 0.3  # darkness that is ink
_PEN = 0.38  # ink of at least this share of a box's darkest is pen, the rest its soft edge
_INSET = 0.12  # sides left out at each edge: the printed line and its remains
_AROUND = 1.0  # sides round the box that are looked at as well
_BEYOND = 2.0  # sides round the box within which marks are followed to other boxes
_FLOODED = 0.4  # share of a box and what is round it that no marks fill
_ENOUGH = 200  # pixels of writing that tell whether it is whole
_WHOLE = 0.88  # share of writing in pieces as long as strokes, above which it is whole
_SURELY_WHOLE = 0.975  # the same for thin strokes in black and white
_THICK = 0.4  # share of writing that is not the edge of strokes, below which they are thin
_MIDDLING = 0.6  # darkness between paper and pen, which a black and white scan hardly has
_GREY = 0.2  # share of writing of middling darkness, above which the scan is no black and white one
_PIECE = 12  # pixels, 1.5 mm; what is shorter is no stroke
_SPECK = 4  # pixels; what is shorter is dirt, and no writing
_GROWN = round((0.3 + _INSET) * SIDE)

# Parts of windows: what lies round the box, in it the box's inside; the box with some room.
_NEAR = slice(round((_BEYOND - _AROUND) * SIDE), round((_BEYOND + _AROUND + 1) * SIDE))
_CORE = slice(round((_AROUND + _INSET) * SIDE), round((_AROUND + 1 - _INSET) * SIDE))
_WIDER = slice(round((_BEYOND - 0.3) * SIDE), round((_BEYOND + 1.3) * SIDE))


@dataclass(frozen=True, slots=True)
class Around:
    """What a box is judged by besides its own ink.

    ``boxes``: the page's tick boxes, of which a mark that reaches into several is made for one.
    ``whole``: the page's writing is whole, not the broken remains that a black and white scan
    leaves of pale ink.
    """

    boxes: tuple[Box, ...] = ()
    whole: bool = True

    @staticmethod
    def of(ink: Ink, boxes: Sequence[Box]) -> Around:
        """Of a page's handwriting ink (0 paper to 1 ink) and its tick boxes."""
        # Every other pixel each way is enough for lengths of pieces, and four times as fast.
        written = np.asarray(cv2.inRange(ink[::2, ::2], _FAINTEST, 2.0), np.uint8)
        _, _, pieces, _ = cv2.connectedComponentsWithStats(written, connectivity=8)
        areas = 4 * pieces[1:, cv2.CC_STAT_AREA]
        lengths = 2 * pieces[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1, initial=0)
        total = int(areas[lengths >= _SPECK].sum())
        long = int(areas[lengths >= _PIECE].sum())
        if areas.sum() < _ENOUGH:
            return Around(tuple(boxes))
        whole = long > 0 and long >= _WHOLE * total
        if whole and long < _SURELY_WHOLE * total:
            whole = not _thin_black_and_white(ink)
        return Around(tuple(boxes), whole)


def _thin_black_and_white(ink: Ink) -> bool:
    """Whether a page is a black and white scan of thin strokes: they may have been thick ones."""
    written = np.asarray(cv2.inRange(ink, _FAINTEST, 2.0), np.uint8)
    total = max(cv2.countNonZero(written), 1)
    middling = cv2.countNonZero(np.asarray(cv2.inRange(ink, _FAINTEST, _MIDDLING)))
    inner = cv2.countNonZero(cv2.erode(written, np.ones((3, 3), np.uint8)))
    return middling < _GREY * total and inner < _THICK * total


def measures(ink: Ink, box: Box, around: Around) -> NDArray[np.float64] | None:
    """The ``MEASURES`` of a box of a page's handwriting ink (0 paper to 1 ink).

    ``None`` when nothing can be said: for a box without area, or off the page, for one under a
    flood of ink, and for one that a mark goes right through, from far beyond one side to far beyond
    the other. Lengths are in sides of the box; shares of ink are given as their square root, so
    that small ones are told apart.
    """
    far = _window(ink, box)
    if far is None or _overrun(far):
        return None
    window = far[_NEAR, _NEAR]
    core = window[_CORE, _CORE]
    darkest = float(np.quantile(core, 0.99))
    weak = float(np.sqrt(np.clip(core, 0, _FIRM).mean()))
    if window.max() <= _FAINTEST:  # as most boxes are
        return _unmarked(darkest, weak)
    nearby = float(np.quantile(window, 0.995))
    mask = (far > max(_FAINTEST, _PEN * max(darkest, 0.5 * nearby))).astype(np.uint8)
    marks = _Marks.of(mask, _cores(box, around.boxes))
    own, kept = marks.own[_CORE, _CORE], marks.kept
    high, wide = strokes.extent(own)
    depth = np.asarray(cv2.distanceTransform(np.pad(own, 1), cv2.DIST_L2, 3), np.float32)
    quarter = slice(own.shape[0] // 4, own.shape[0] - own.shape[0] // 4)
    rim = own.copy()
    fifth = own.shape[0] // 5
    rim[fifth:-fifth, fifth:-fifth] = 0
    found = (
        float(np.sqrt(own.mean())),
        min(strokes.length(own, depth), 8.0),
        darkest,
        max(high, wide),
        marks.share_inside(),
        marks.reach(),
        float(np.sqrt(own[quarter, quarter].mean())),
        float(depth.max()) / SIDE,
        float(np.log1p(min(strokes.holes(marks.own), 12))),
        float(np.sqrt(_ring(marks.own).mean())),
        _sectors(kept),
        strokes.runs(own),
        float(np.sqrt((core > _FIRM).mean())),
        float(np.sqrt((mask[_NEAR, _NEAR][_CORE, _CORE] > own).mean())),
        float(np.sqrt(_ring(kept - marks.own).mean())),
        marks.off(),
        float(rim.sum()) / max(float(own.sum()), 1.0),
        weak,
        strokes.gap(own),
        _arms(marks.own),
        marks.bent,
        *marks.there,
        marks.rise,
    )
    return np.array(found)


def filled(ink: Ink, box: Box) -> float:
    """The share of the inside of a box that is inked; 0 for one without area or off the page."""
    window = _window(ink, box)
    if window is None:
        return 0.0
    core = window[_NEAR, _NEAR][_CORE, _CORE]
    return float((core > max(_FAINTEST, _PEN * float(np.quantile(core, 0.99)))).mean())


def _unmarked(darkest: float, weak: float) -> NDArray[np.float64]:
    """The measures of a box without ink in or round it."""
    gap = strokes.gap(np.zeros((_CORE.stop - _CORE.start,) * 2, np.uint8))
    known = {"own": 1.0, "darkest": darkest, "weak": weak, "gap": gap}
    return np.array([known.get(name, 0.0) for name in MEASURES])


def _cores(box: Box, others: Sequence[Box]) -> list[Place]:
    """The insides of other boxes in the window round ``box``, rows and columns of its pixels."""
    wide, high = box.x1 - box.x0, box.y1 - box.y0
    size = round((1 + 2 * _BEYOND) * SIDE)
    found = []
    for other in others:
        if abs(other.x0 - box.x0) > 4 * wide or abs(other.y0 - box.y0) > 4 * high:
            continue
        dx, dy = _INSET * (other.x1 - other.x0), _INSET * (other.y1 - other.y0)
        across = (other.x0 + dx - box.x0, other.x1 - dx - box.x0)
        down = (other.y0 + dy - box.y0, other.y1 - dy - box.y0)
        left, right = (round(float(np.clip((x / wide + _BEYOND) * SIDE, 0, size))) for x in across)
        top, low = (round(float(np.clip((y / high + _BEYOND) * SIDE, 0, size))) for y in down)
        itself = abs(across[0] + across[1] - wide) < wide and abs(down[0] + down[1] - high) < high
        if right - left > 2 and low - top > 2 and not itself:
            found.append((slice(top, low), slice(left, right)))
    return found


def _overrun(window: Ink) -> bool:
    """Whether ink covers the box and more, or one mark in it reaches opposite edges."""
    firm = (window > _FIRM).astype(np.uint8)
    if firm[_NEAR, _NEAR].mean() > _FLOODED:
        return True
    _, labels = cv2.connectedComponents(firm, connectivity=8)
    ends = [set(np.unique(each)) - {0} for each in (labels[0], labels[-1])]
    sides = [set(np.unique(each)) - {0} for each in (labels[:, 0], labels[:, -1])]
    through = (ends[0] & ends[1]) | (sides[0] & sides[1])
    return bool(through & set(np.unique(labels[_NEAR, _NEAR][_CORE, _CORE])))


def _window(ink: Ink, box: Box) -> Ink | None:
    """The box and ``_BEYOND`` sides round it, ``SIDE`` pixels to a side; 0 off the page."""
    height, width = ink.shape[:2]
    x0, y0, x1, y1 = box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height
    across, down = x1 - x0, y1 - y0
    if not (across >= 2 and down >= 2 and x1 > 1 and y1 > 1 and x0 < width - 1 and y0 < height - 1):
        return None
    size = round((1 + 2 * _BEYOND) * SIDE)
    sx, sy = SIDE / across, SIDE / down
    left, top = x0 - _BEYOND * across, y0 - _BEYOND * down
    # Pixel middles onto pixel middles.
    matrix = np.array(
        [[sx, 0, sx * (0.5 - left) - 0.5], [0, sy, sy * (0.5 - top) - 0.5]], np.float64
    )
    seen = cv2.warpAffine(ink, matrix, (size, size), flags=cv2.INTER_LINEAR)
    return np.nan_to_num(np.asarray(seen, np.float32))


@dataclass(frozen=True, slots=True)
class _Marks:
    """The marks near a box: ``kept`` without specks and without those in other boxes alone;
    ``own``: those that touch the box. ``bent``: how far they are from straight there. ``there``:
    their share in the box that holds most of them besides, and how bent they are in that.
    ``rise``: how far their middle lies above their part in the box.
    """

    kept: Mask
    own: Mask
    bent: float
    there: tuple[float, float]
    rise: float

    @staticmethod
    def of(mask: Mask, cores: Sequence[Place]) -> _Marks:
        """``mask``: ``_BEYOND`` round the box; ``cores``: the insides of other boxes in it."""
        count, labels, stats, middles = cv2.connectedComponentsWithStats(mask, connectivity=8)
        keep = stats[:, cv2.CC_STAT_AREA] >= 0.006 * SIDE**2
        keep[0] = False
        core = labels[_NEAR, _NEAR][_CORE, _CORE]
        within = np.bincount(core.ravel(), minlength=count)
        touches = keep & (within >= 0.003 * SIDE**2)
        for index in np.flatnonzero(touches):
            touches[index] = not _remains(core == index)
        own = touches[labels].astype(np.uint8)
        about = touches | _about(np.asarray(stats))
        shares = []
        for each in cores:
            inked = np.bincount(labels[each].ravel(), minlength=count)
            keep &= about | (inked < 0.02 * SIDE**2)
            here, there = float((within * touches).sum()), float((inked * touches).sum())
            shares.append(there / max(there + here, 1.0))
        most = max(shares, default=0.0)
        bent = strokes.bent(own[_grown(cores[shares.index(most)])]) if most else 0.0
        total = stats[:, cv2.CC_STAT_AREA] * touches
        rise = 0.0
        if total.any():
            at = np.argwhere(touches[core])[:, 0].mean() + _NEAR.start + _CORE.start
            rise = float(at - (middles[:, 1] * total).sum() / total.sum()) / SIDE
        near = keep[labels[_NEAR, _NEAR]].astype(np.uint8)
        here = strokes.bent(own[_WIDER, _WIDER])
        return _Marks(near, own[_NEAR, _NEAR], here, (most, bent), rise)

    def share_inside(self) -> float:
        """The share of the own marks' ink that is in the box, its edges included."""
        box = slice(round(_AROUND * SIDE) - 2, round((_AROUND + 1) * SIDE) + 2)
        total = float(self.own.sum())
        return float(self.own[box, box].sum()) / total if total else 1.0

    def reach(self) -> float:
        """How far the own marks leave the box."""
        rows, columns = (np.flatnonzero(self.own.any(axis=axis)) for axis in (1, 0))
        if not rows.size:
            return 0.0
        first, last = _AROUND * SIDE, (_AROUND + 1) * SIDE - 1
        far = max(first - rows[0], first - columns[0], rows[-1] - last, columns[-1] - last, 0)
        return float(far) / SIDE

    def off(self) -> float:
        """How far the middle of the own marks lies from the middle of the box."""
        points = np.argwhere(self.own)
        if not len(points):
            return 0.0
        middle = (self.own.shape[0] - 1) / 2
        return float(np.hypot(*(points.mean(0) - middle))) / SIDE


def _remains(part: NDArray[np.bool_]) -> bool:
    """Whether a mark is a remnant of the box's own printed edge: thin, straight, beside it."""
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    size = part.shape[0]
    high, wide = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    near_side = columns[-1] < 0.35 * size or columns[0] > 0.65 * size
    near_end = rows[-1] < 0.35 * size or rows[0] > 0.65 * size
    upright = wide <= 0.17 * size and high >= 0.5 * size and near_side
    level = high <= 0.17 * size and wide >= 0.5 * size and near_end
    return bool(upright or level)


def _grown(core: Place) -> Place:
    """A place in the window with some room round it."""
    rows, columns = (slice(max(each.start - _GROWN, 0), each.stop + _GROWN) for each in core)
    return rows, columns


def _about(stats: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """The marks that lie about the middle of the window, such as a ring round the box."""
    middle = (1 + 2 * _BEYOND) * SIDE / 2
    start = stats[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]]
    stop = start + stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    return np.asarray((start < middle).all(1) & (stop > middle).all(1))


def _arms(mask: Mask) -> float:
    """The share of all directions in which own marks stand round the box."""
    near, turn = _directions()
    return len(np.unique(turn[(mask > 0) & near])) / 24


def _ring(mask: Mask) -> Mask:
    """The pixels between the box and a third of a side round it."""
    start, stop = round(_AROUND * SIDE) - 1, round((_AROUND + 1) * SIDE) + 1
    reach = round(0.33 * SIDE)
    outer = mask[start - reach : stop + reach, start - reach : stop + reach]
    keep = np.ones(outer.shape, bool)
    keep[reach:-reach, reach:-reach] = False
    return np.asarray(outer[keep], np.uint8)


@lru_cache(maxsize=1)
def _directions() -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """The pixels of a window outside the box but near it, and each one's direction, 0 to 23."""
    size = round((1 + 2 * _AROUND) * SIDE)
    y, x = (np.mgrid[0:size, 0:size] - (size - 1) / 2) / SIDE
    far = np.hypot(x, y)
    near = (np.maximum(abs(x), abs(y)) > 0.52) & (far < 1.35)
    turn = ((np.arctan2(y, x) + np.pi) / (2 * np.pi) * 24).astype(np.int64) % 24
    return near, turn


def _sectors(mask: Mask) -> float:
    """The share of all directions in which one mark stands round the box: 1 for a ring."""
    near, turn = _directions()
    count, labels = cv2.connectedComponents(mask * near.astype(np.uint8), connectivity=8)
    best = 0
    for index in range(1, count):
        best = max(best, len(np.unique(turn[labels == index])))
    return best / 24
