"""Turn a page upright and take out its skew.

Letters stand on their lines: in an upright page the lower edges of the letters lie on few heights,
their upper edges on more (small and tall letters), their left and right edges anywhere. So the side
of the letters on which the edges agree best is the bottom, and the angle at which they agree best
is the skew. Print without small letters has no such bottom; then ``certain`` is False and whoever
knows the form has to try the page the other way up as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.resolution import reduced
from extractors.values import Page, Picture

Turn = Literal[0, 90, 180, 270]
Points = NDArray[np.float64]

_WORK_DPI = 150.0
_WIDEST_SKEW = 16.5
_LEAST_LETTERS = 40
"""Fewer letter-like marks say nothing reliable about which way is up."""
_CLEARLY_LINES = 1.15
"""How much better rows must agree than columns before a page is turned a quarter."""
_CLEARLY_UP = 1.08
"""How much better lower edges must agree than upper ones before up is sure."""
_SNOW = 40.0
"""Specks per square inch from which they are taken out; a clean page of print has fewer than 10."""
LEAST_SKEW = 0.1
"""Degrees; less is not worth a resampling."""


@dataclass(frozen=True, slots=True)
class Lie:
    """How a page lies. ``turned``: degrees clockwise that make it upright.

    ``skew``: degrees by which its lines then still fall to the right (negative: rise).
    ``certain``: the page really has to be turned like this; otherwise it may as well be the other
    way up, and ``turned`` says what is likelier.
    """

    turned: Turn
    skew: float
    certain: bool


@dataclass(frozen=True, slots=True)
class Straight:
    """The page upright and level, with what was done to it (as in ``Lie``).

    ``cleaned``: a dark border or a snow of specks was taken out.
    """

    page: Page
    turned: Turn
    skew: float
    certain: bool
    cleaned: bool = False


@dataclass(frozen=True, slots=True)
class _Marks:
    """The marks that may be letters, as (left, top, width, height) rows, and the ink itself.

    ``specks``: marks too small for a full stop, per square inch.
    """

    boxes: Points
    ink: Picture
    dpi: float
    specks: float


def upright(page: Page) -> Straight:
    """The page turned, level, without the scanner's dark border and without a snow of specks.

    Resampled only if it has skew.
    """
    lie, marks = _lie(page)
    turned = turn(page.picture, lie.turned)
    picture = without_border(turned, page.dpi)
    if marks.specks > _SNOW:
        picture = np.asarray(cv2.medianBlur(picture, 3), dtype=np.uint8)
    cleaned = picture is not turned
    if abs(lie.skew) > LEAST_SKEW:
        picture = _levelled(picture, lie.skew)
    return Straight(replace(page, picture=picture), lie.turned, lie.skew, lie.certain, cleaned)


def estimate(page: Page) -> Lie:
    """How the page lies, from a reduced copy; the page itself is left alone."""
    return _lie(page)[0]


def _lie(page: Page) -> tuple[Lie, _Marks]:
    grey, dpi = reduced(page, _WORK_DPI)
    marks = _marks(grey, dpi)
    height, width = grey.shape
    turned: Turn = 0
    certain = False
    if len(marks.boxes) >= _LEAST_LETTERS:
        turned, certain = _which_way(marks)
    skew = _skew(marks, turned, (width, height))
    return Lie(turned, skew, certain), marks


def levelness(grey: Picture) -> float:
    """How sharply the rows of a grey picture differ: the more, the more level its lines lie."""
    return float(np.square(np.diff(grey.mean(axis=1))).sum())


def turn(picture: Picture, degrees: Turn) -> Picture:
    """The picture turned clockwise by a multiple of 90 degrees."""
    if degrees == 0:
        return picture
    return np.ascontiguousarray(np.rot90(picture, -degrees // 90))


def _marks(grey: Picture, dpi: float) -> _Marks:
    window = max(int(dpi * 0.2) | 1, 3)
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 20
    )
    _, _, found, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=cv2.CV_32S)
    found = found[1:]
    wide, high, area = found[:, 2], found[:, 3], found[:, 4]
    size = np.maximum(wide, high)
    # From a small letter of 5 points to a capital of 20: no dots, rules, boxes or pictures.
    letters = (size >= 0.03 * dpi) & (size <= 0.3 * dpi) & (np.minimum(wide, high) >= 2)
    letters &= area >= 5
    specks = float((size <= 0.013 * dpi).sum()) / (grey.size / dpi**2)
    boxes = found[letters, :4].astype(np.float64)
    return _Marks(boxes, np.asarray(ink, dtype=np.uint8), dpi, specks)


def _which_way(marks: _Marks) -> tuple[Turn, bool]:
    x, y, wide, high = marks.boxes.T
    across, down = x + wide / 2, y + high / 2
    bin_size = marks.dpi / 75.0
    agreement: dict[Turn, float] = {
        0: _anywhere(across, y + high, bin_size)[1],
        180: _anywhere(across, y, bin_size)[1],
        270: _anywhere(down, x, bin_size)[1],
        90: _anywhere(down, x + wide, bin_size)[1],
    }
    rows = max(agreement[0], agreement[180])
    columns = max(agreement[90], agreement[270])
    pair: tuple[Turn, Turn] = (90, 270) if columns > rows * _CLEARLY_LINES else (0, 180)
    likelier, other = sorted(pair, key=lambda way: -agreement[way])
    up_sure = agreement[likelier] > agreement[other] * _CLEARLY_UP
    lines_sure = max(rows, columns) > _CLEARLY_LINES * min(rows, columns)
    if not up_sure and pair == (0, 180):
        likelier = 0  # most paper is put in the right way up
    return likelier, bool(up_sure and lines_sure)


def _anywhere(along: Points, across: Points, bin_size: float) -> tuple[float, float]:
    """As ``_best``, of all the angles at which a page may lie, to a quarter of a degree.

    In bins three times as wide lines are still seen when the angle is off three times as far.
    """
    widely = np.arange(-_WIDEST_SKEW, _WIDEST_SKEW + 0.01, 0.75)
    about, _ = _best(along, across, widely, 3 * bin_size)
    return _best(along, across, about + np.arange(-0.75, 0.76, 0.25), bin_size)


def _best(along: Points, across: Points, angles: Points, bin_size: float) -> tuple[float, float]:
    """The angle at which the points fall on the fewest lines, and how well they then do."""
    along = along - along.mean()
    best = (0.0, -1.0)
    for angle in angles:
        heights = (across - along * np.tan(np.radians(angle))) / bin_size
        counts = np.bincount((heights - heights.min()).astype(np.int64)).astype(np.float64)
        # Two neighbouring bins together, so that a line on the edge between two counts as one.
        pairs = counts[1:] + counts[:-1] if len(counts) > 1 else counts
        score = float(pairs @ pairs) / len(along)
        if score > best[1]:
            best = (float(angle), score)
    return best


def _skew(marks: _Marks, turned: Turn, size: tuple[int, int]) -> float:
    """Degrees, to about a twentieth, from the lower edges of all ink (rules and letters)."""
    along, across = _lower_edges(marks.ink, turned, marks.dpi)
    if len(along) < 200:
        return 0.0
    some = slice(None, None, max(1, len(along) // 6000))
    coarse, _ = _anywhere(along[some], across[some], marks.dpi / 60.0)
    middle, _ = _best(along, across, coarse + np.arange(-0.3, 0.31, 0.05), marks.dpi / 100.0)
    fine, _ = _best(along, across, middle + np.arange(-0.06, 0.061, 0.02), marks.dpi / 150.0)
    return 0.0 if abs(fine) > _WIDEST_SKEW - 0.3 else round(fine, 2) + 0.0


def _lower_edges(ink: Picture, turned: Turn, dpi: float) -> tuple[Points, Points]:
    """Where ink ends downwards on the turned page: along and across its lines, in pixels.

    The margins are left out: shadows of the paper's edge lie there. About 10,000 points at most.
    """
    page = turn(ink, turned)
    margin = int(0.2 * dpi)
    inner = page[margin : page.shape[0] - margin, margin : page.shape[1] - margin]
    if inner.shape[0] < 2 or inner.shape[1] < 2:
        return np.zeros(0), np.zeros(0)
    ends = cv2.findNonZero(cv2.subtract(inner[:-1], inner[1:]))
    if ends is None:
        return np.zeros(0), np.zeros(0)
    along, down = ends.reshape(-1, 2)[:: max(1, len(ends) // 10_000)].astype(np.float64).T
    return along, down


def _levelled(picture: Picture, skew: float) -> Picture:
    height, width = picture.shape[:2]
    # OpenCV turns counter-clockwise for positive angles: against lines that fall to the right.
    turning = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), skew, 1.0)
    white = (255, 255, 255)
    levelled = cv2.warpAffine(
        picture, turning, (width, height), flags=cv2.INTER_LINEAR, borderValue=white
    )
    return np.asarray(levelled, dtype=np.uint8)


def without_border(picture: Picture, dpi: float) -> Picture:
    """The page with the dark frame made white that a scanner leaves round smaller paper.

    A dark area is such a frame when it hangs on the picture's edge, is large, and stays in the
    outer eighth of the page; a black heading printed to the edge goes deeper and is kept.
    """
    small, small_dpi = reduced(Page(1, picture, dpi), 40.0)
    dark = np.asarray(small < 64, dtype=np.uint8)
    edge = np.concatenate((dark[0], dark[-1], dark[:, 0], dark[:, -1]))
    if edge.mean() < 0.02:
        return picture
    frame = _frame(dark)
    if not frame.any():
        return picture
    by = round(dpi / small_dpi)
    rim = cv2.dilate(frame, np.ones((3, 3), np.uint8))
    height, width = picture.shape[:2]
    mask = cv2.resize(rim, None, fx=by, fy=by, interpolation=cv2.INTER_NEAREST)
    mask = cv2.copyMakeBorder(
        mask,
        0,
        max(height - mask.shape[0], 0),
        0,
        max(width - mask.shape[1], 0),
        cv2.BORDER_REPLICATE,
    )
    cleaned = picture.copy()
    cleaned[mask[:height, :width] > 0] = 255
    return cleaned


def _frame(dark: Picture) -> Picture:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    height, width = dark.shape
    inner = labels[height // 8 : height - height // 8, width // 8 : width - width // 8]
    deep = set(np.unique(inner).tolist())
    edges = np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1]))
    frame = np.zeros_like(dark)
    for label in set(np.unique(edges).tolist()) - deep - {0}:
        if stats[label, cv2.CC_STAT_AREA] > 0.002 * height * width:
            frame[labels == label] = 1
    return frame
