"""What was done to a tick box: ticked, left empty or struck out, with likelihoods.

A box and what is round it are described by some twenty measures of its ink; a fitted table says how
well each describes boxes of the three states. ``python -m benchmarks.ticks --fit`` fits the table
on drawn sheets, whose hands are not those that the figures are measured on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.values import Box

State = Literal["ticked", "empty", "struck_out"]
Mask = NDArray[np.uint8]
Ink = NDArray[np.float32]

TABLE = Path(__file__).parent / "marks.json"
STATES: tuple[State, ...] = ("ticked", "empty", "struck_out")
MEASURES = (
    "share", "length", "darkest", "extent", "own", "reach", "middle", "thick", "holes", "ring",
    "sectors", "runs", "firm", "crumbs", "beside", "off", "edge", "weak",
)  # fmt: skip

_FAINTEST = 0.12  # darkness that may be ink
_FIRM = 0.3  # darkness that is ink
_PEN = 0.38  # ink of at least this share of a box's darkest is pen, the rest its soft edge
_INSET = 0.12  # sides left out at each edge: the printed line and its remains
_AROUND = 1.0  # sides round the box that are looked at as well
_DOUBT = 0.002  # the share of boxes that no measure describes
_SIDE = 40  # pixels; boxes are measured at this size, whatever they are on paper


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """How likely each state makes what is seen; only their ratios mean something."""

    ticked: float
    empty: float
    struck_out: float

    @property
    def state(self) -> State:
        """The likeliest state when all are expected alike."""
        return max(STATES, key=lambda each: float(getattr(self, each)))


NOTHING_KNOWN = Likelihoods(1 / 3, 1 / 3, 1 / 3)


def likelihoods(ink: Ink, box: Box) -> Likelihoods:
    """Judge ``box`` of a page's handwriting ink (0 paper to 1 ink).

    A box without area, or off the page, says nothing: all states are alike. Nor does one that a
    mark goes right through, from far beyond one side to far beyond the other.
    """
    found = measures(ink, box)
    if found is None or _run_through(ink, box):
        return NOTHING_KNOWN
    scores = _table().scores(found)
    chances = np.exp(scores - scores.max())
    chances = (1 - _DOUBT) * chances / chances.sum() + _DOUBT / len(STATES)
    return Likelihoods(*(float(each) for each in chances))


def measures(ink: Ink, box: Box) -> NDArray[np.float64] | None:
    """The ``MEASURES`` of a box, or ``None`` for one that has no area on the page.

    Lengths are in sides of the box; shares of ink are given as their square root, so that the
    small ones are told apart.
    """
    window = _window(ink, box)
    if window is None:
        return None
    inside = slice(round((_AROUND + _INSET) * _SIDE), round((_AROUND + 1 - _INSET) * _SIDE))
    core = window[inside, inside]
    darkest = float(np.quantile(core, 0.99))
    around = float(np.quantile(window, 0.995))
    mask = (window > max(_FAINTEST, _PEN * max(darkest, 0.5 * around))).astype(np.uint8)
    marks = _Marks.of(mask, inside)
    own, kept = marks.own[inside, inside], marks.kept
    high, wide = _extent(own)
    depth = np.asarray(cv2.distanceTransform(np.pad(own, 1), cv2.DIST_L2, 3), np.float32)
    quarter = slice(own.shape[0] // 4, own.shape[0] - own.shape[0] // 4)
    rim = own.copy()
    fifth = own.shape[0] // 5
    rim[fifth:-fifth, fifth:-fifth] = 0
    found = (
        float(np.sqrt(own.mean())),
        min(_length(own, depth), 8.0),
        darkest,
        max(high, wide),
        marks.share_inside(),
        marks.reach(),
        float(np.sqrt(own[quarter, quarter].mean())),
        float(depth.max()) / _SIDE,
        float(np.log1p(min(_holes(marks.own), 12))),
        float(np.sqrt(_ring(marks.own).mean())),
        _sectors(kept),
        _runs(own),
        float(np.sqrt((core > _FIRM).mean())),
        float(np.sqrt((mask[inside, inside] > own).mean())),
        float(np.sqrt(_ring(kept - marks.own).mean())),
        marks.off(),
        float(rim.sum()) / max(float(own.sum()), 1.0),
        float(np.sqrt(np.clip(core, 0, _FIRM).mean())),
    )
    return np.array(found)


def _run_through(ink: Ink, box: Box) -> bool:
    """Whether one mark in the box reaches opposite edges of the window."""
    window = _window(ink, box)
    if window is None:
        return False
    inside = slice(round((_AROUND + _INSET) * _SIDE), round((_AROUND + 1 - _INSET) * _SIDE))
    _, labels = cv2.connectedComponents((window > _FIRM).astype(np.uint8), connectivity=8)
    ends = [set(np.unique(each)) - {0} for each in (labels[0], labels[-1])]
    sides = [set(np.unique(each)) - {0} for each in (labels[:, 0], labels[:, -1])]
    through = (ends[0] & ends[1]) | (sides[0] & sides[1])
    return bool(through & set(np.unique(labels[inside, inside])))


def _window(ink: Ink, box: Box) -> Ink | None:
    """The box and its surroundings, the box ``_SIDE`` pixels wide and high; 0 off the page."""
    height, width = ink.shape[:2]
    x0, y0, x1, y1 = box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height
    across, down = x1 - x0, y1 - y0
    if not (across >= 2 and down >= 2 and x1 > 1 and y1 > 1 and x0 < width - 1 and y0 < height - 1):
        return None
    size = round((1 + 2 * _AROUND) * _SIDE)
    sx, sy = _SIDE / across, _SIDE / down
    left, top = x0 - _AROUND * across, y0 - _AROUND * down
    # Pixel middles onto pixel middles.
    matrix = np.array(
        [[sx, 0, sx * (0.5 - left) - 0.5], [0, sy, sy * (0.5 - top) - 0.5]], np.float64
    )
    seen = cv2.warpAffine(ink, matrix, (size, size), flags=cv2.INTER_LINEAR)
    return np.nan_to_num(np.asarray(seen, np.float32))


@dataclass(frozen=True, slots=True)
class _Marks:
    """The marks in a window: ``kept`` without specks; ``own``: those that touch the box."""

    kept: Mask
    own: Mask
    inside: slice

    @staticmethod
    def of(mask: Mask, inside: slice) -> _Marks:
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        keep = stats[:, cv2.CC_STAT_AREA] >= 0.006 * _SIDE**2
        keep[0] = False
        core = labels[inside, inside]
        within = np.bincount(core.ravel(), minlength=count)
        touches = keep & (within >= 0.003 * _SIDE**2)
        for index in np.flatnonzero(touches):
            touches[index] = not _remains(core == index)
        return _Marks(keep[labels].astype(np.uint8), touches[labels].astype(np.uint8), inside)

    def share_inside(self) -> float:
        """The share of the own marks' ink that is in the box, its edges included."""
        box = slice(round(_AROUND * _SIDE) - 2, round((_AROUND + 1) * _SIDE) + 2)
        total = float(self.own.sum())
        return float(self.own[box, box].sum()) / total if total else 1.0

    def reach(self) -> float:
        """How far the own marks leave the box."""
        rows, columns = (np.flatnonzero(self.own.any(axis=axis)) for axis in (1, 0))
        if not rows.size:
            return 0.0
        first, last = _AROUND * _SIDE, (_AROUND + 1) * _SIDE - 1
        far = max(first - rows[0], first - columns[0], rows[-1] - last, columns[-1] - last, 0)
        return float(far) / _SIDE

    def off(self) -> float:
        """How far the middle of the own marks lies from the middle of the box."""
        points = np.argwhere(self.own)
        if not len(points):
            return 0.0
        middle = (self.own.shape[0] - 1) / 2
        return float(np.hypot(*(points.mean(0) - middle))) / _SIDE


def _remains(part: NDArray[np.bool_]) -> bool:
    """Whether a mark is a remnant of the box's own printed edge: thin, straight, beside it."""
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    size = part.shape[0]
    high, wide = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    near_side = columns[-1] < 0.35 * size or columns[0] > 0.65 * size
    near_end = rows[-1] < 0.35 * size or rows[0] > 0.65 * size
    upright = wide <= 0.13 * size and high >= 0.5 * size and near_side
    level = high <= 0.13 * size and wide >= 0.5 * size and near_end
    return bool(upright or level)


def _extent(mask: Mask) -> tuple[float, float]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return 0.0, 0.0
    return float(rows[-1] - rows[0] + 1) / _SIDE, float(columns[-1] - columns[0] + 1) / _SIDE


def _length(mask: Mask, depth: NDArray[np.float32]) -> float:
    """The length of the strokes in a box, in its sides: their area over the width of the pen."""
    ridge = depth[(depth > 0) & (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)))]
    if ridge.size == 0:
        return 0.0
    # Deep ridges count more: crumbs beside the strokes say nothing about the pen.
    width = max(2.0 * float((ridge**2).sum() / ridge.sum()) - 1.0, 1.0)
    return float(mask.sum()) / width / _SIDE


def _holes(mask: Mask) -> int:
    """Patches of paper that strokes close in: crossing lines make many."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(1 - np.pad(mask, 1), connectivity=4)
    return int((stats[1:count, cv2.CC_STAT_AREA] >= 4).sum()) - 1


def _ring(mask: Mask) -> Mask:
    """The pixels between the box and a third of a side round it."""
    start, stop = round(_AROUND * _SIDE) - 1, round((_AROUND + 1) * _SIDE) + 1
    reach = round(0.33 * _SIDE)
    outer = mask[start - reach : stop + reach, start - reach : stop + reach]
    keep = np.ones(outer.shape, bool)
    keep[reach:-reach, reach:-reach] = False
    return np.asarray(outer[keep], np.uint8)


@lru_cache(maxsize=1)
def _directions() -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """The pixels of a window outside the box but near it, and each one's direction, 0 to 23."""
    size = round((1 + 2 * _AROUND) * _SIDE)
    y, x = (np.mgrid[0:size, 0:size] - (size - 1) / 2) / _SIDE
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


def _runs(mask: Mask) -> float:
    """How many strokes a row or a column crosses, on average over those with ink."""
    found = []
    for each in (mask, mask.T):
        starts = np.diff(np.pad(each, ((0, 0), (1, 0))).astype(np.int8), axis=1) > 0
        counts = starts.sum(axis=1)
        found += [float(counts[counts > 0].mean()) if counts.any() else 0.0]
    return max(found)


@dataclass(frozen=True, slots=True)
class Table:
    """Straight lines with bends: measure by measure, added up to a score for each state.

    ``knots[i]``: where the line of measure i bends. ``weights`` (columns, 3), ``bias`` (3).
    """

    knots: tuple[tuple[float, ...], ...]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def scores(self, found: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log likelihoods of ``STATES`` up to a constant."""
        return np.asarray(columns(found[None], self.knots)[0] @ self.weights + self.bias)


def columns(
    found: NDArray[np.float64], knots: tuple[tuple[float, ...], ...]
) -> NDArray[np.float64]:
    """Each measure (n, m), how far it lies beyond each of its knots, and some products."""
    parts = [found]
    for index, bends in enumerate(knots):
        parts.append(np.maximum(found[:, index, None] - np.array(bends)[None], 0.0))
    at = {name: found[:, i] for i, name in enumerate(MEASURES)}
    pairs = [at[one] * at[two] for one, two in _PAIRS]
    return np.hstack([*parts, np.stack(pairs, axis=1)])


_PAIRS = (
    ("share", "own"), ("share", "reach"), ("share", "off"), ("length", "thick"), ("share", "ring"),
    ("extent", "own"), ("extent", "darkest"), ("share", "darkest"), ("holes", "ring"),
    ("length", "reach"), ("sectors", "share"), ("thick", "ring"), ("extent", "edge"),
    ("length", "ring"), ("runs", "ring"), ("holes", "length"), ("own", "off"), ("share", "weak"),
)  # fmt: skip


@lru_cache(maxsize=1)
def _table() -> Table:
    given = json.loads(TABLE.read_text(encoding="utf-8"))
    knots = tuple(tuple(given["knots"][name]) for name in MEASURES)
    return Table(knots, np.array(given["weights"]), np.array(given["bias"]))
