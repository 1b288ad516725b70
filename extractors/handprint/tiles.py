"""From the ink of a page to three pictures a cell: the same for reading and for training.

In the first, the character keeps its own components, also where it crosses its box; neighbours'
strokes and what removal of the printed comb left near the known edges go. The second shows the same
frame as it came, so that what the cleaning took by mistake is not lost. The third shows it with the
print still there, so that a stroke that runs along a printed line is not lost either. Size is
evened out, except that small marks stay small and keep their height in the cell, so that a full
stop is not an O.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.values import Picture

SIDE = 32
"""Pixels of a tile's side."""

VIEWS = 3
"""Pictures of a cell: the character alone; everything in the same frame; and with the print."""

# Floats from 0 paper to 1 ink; Any because OpenCV does not say what it returns.
Ink = NDArray[Any]
Mask = NDArray[np.bool_]

_MARGIN = 0.45  # how far around the cell to look, in cell widths (and heights)
_CROSSING = 0.2  # how far outside its cell a character's own stroke is still drawn
_FAINTEST = 0.11  # ink weaker than this is paper, however empty the cell
_EDGE = 0.11  # a comb line's remains lie within this share of the cell from its edge
_FILL = 26 / 32  # share of the tile that a character fills
_SMALLEST_VIEW = 0.66  # a tile shows at least this share of the cell's height


@dataclass(frozen=True, slots=True)
class _Window:
    """The cell with its surroundings; ``x0, y0, x1, y1`` is the cell in pixels of ``ink``.

    ``dark``: the same part of the page with its print.
    """

    ink: Ink
    dark: Ink
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0


def tile(
    ink: NDArray[np.float32], dark: Picture, cell: tuple[float, float, float, float]
) -> NDArray[np.uint8]:
    """Three pictures, (3, 32, 32) with ink 255, of what is written in ``cell``.

    The first shows the character alone, the second everything in the same frame, the third that
    with the print. ``ink`` is (height, width) from 0 paper to 1 ink; ``dark``, of the same size,
    from 0 paper to 255, holds the print too; ``cell`` is left, top, right, bottom in their pixels.
    A cell without area or off the page gives an empty tile.
    """
    window = _window(ink, dark, cell)
    if window is None:
        return np.zeros((VIEWS, SIDE, SIDE), np.uint8)
    level = _level(window)
    cleaned = _without_lines(window, level)
    return _drawn(cleaned, _own(cleaned, level), window.ink)


def _window(ink: Ink, dark: Picture, cell: tuple[float, float, float, float]) -> _Window | None:
    x0, y0, x1, y1 = (float(v) for v in cell)
    height, width = ink.shape
    whole = all(map(math.isfinite, (x0, y0, x1, y1))) and x1 - x0 >= 2 and y1 - y0 >= 2
    if not whole or x0 >= width or y0 >= height or x1 <= 0 or y1 <= 0:
        return None
    dx, dy = _MARGIN * (x1 - x0), _MARGIN * (y1 - y0)
    left, top = max(int(x0 - dx), 0), max(int(y0 - dy), 0)
    right, bottom = min(int(x1 + dx) + 1, width), min(int(y1 + dy) + 1, height)
    part = np.asarray(np.minimum(np.maximum(ink[top:bottom, left:right], 0), 1), np.float32)
    if math.isnan(float(part.sum())):
        part = np.nan_to_num(part)
    printed = dark[top:bottom, left:right].astype(np.float32) / 255
    return _Window(part, printed, x0 - left, y0 - top, x1 - left, y1 - top)


def _inside(window: _Window, grow: float = 0.0) -> tuple[slice, slice]:
    """Rows and columns of the cell, grown by that share of its size on every side."""
    dx, dy = grow * window.width, grow * window.height
    rows = slice(max(round(window.y0 - dy), 0), max(round(window.y1 + dy), 1))
    columns = slice(max(round(window.x0 - dx), 0), max(round(window.x1 + dx), 1))
    return rows, columns


def _level(window: _Window) -> float:
    """The ink that counts as ink: follows the pen, so pencil is read as well as a black marker."""
    values = window.ink[_inside(window)].ravel()
    dark = max(4, round(0.01 * values.size))
    if values.size <= dark:
        return _FAINTEST
    strongest = float(np.partition(values, -dark)[-dark])
    return max(_FAINTEST, 0.38 * strongest)


def _without_lines(window: _Window, level: float) -> _Window:
    """Remains of comb lines taken out near the four edges; strokes that cross one are bridged."""
    ink = window.ink
    across, down = (window.x0, window.x1), (window.y0, window.y1)
    upright = _line_remains(ink, level, across, down)
    if upright is not None:
        ink = np.where(upright, np.float32(0), ink)
    level_lines = _line_remains(ink.T, level, down, across)
    if level_lines is not None:
        ink = np.where(level_lines.T, np.float32(0), ink)
    if upright is not None:
        _bridge(ink, window.ink, upright, level)
    if level_lines is not None:
        _bridge(ink.T, window.ink.T, level_lines, level)
    return replace(window, ink=ink)


def _line_remains(
    ink: Ink, level: float, edges: tuple[float, float], span: tuple[float, float]
) -> Mask | None:
    """Upright lines near ``edges`` (x): thin, straight, and from end to end of ``span`` (y).

    A stem of a letter near the edge is spared: it seldom runs the whole height of its box.
    ``None`` when there are none, as in most cells.
    """
    found: Mask | None = None
    start, end = max(round(span[0]), 0), min(round(span[1]), ink.shape[0])
    if end - start < 4:
        return None
    reach = max(2, round(_EDGE * (edges[1] - edges[0])))
    dark = ink[start:end] > level * 0.8
    filled = np.add.reduce(dark, axis=0, dtype=np.int32) > 0.3 * len(dark)
    for edge in edges:
        low, high = max(round(edge) - reach, 0), min(round(edge) + reach + 1, ink.shape[1])
        if low >= high or not filled[low:high].any():
            continue
        line = low + np.flatnonzero(filled[low:high] & _full(dark, low, high))
        if 0 < line.size <= reach:
            found = np.zeros(ink.shape, bool) if found is None else found
            found[:, line] = ink[:, line] > 0
    return found


def _full(dark: Mask, low: int, high: int) -> Mask:
    """Which of the columns from ``low`` to ``high`` are dark from end to end.

    A line leaning by a pixel or two is still one line: a column counts with its neighbours.
    """
    before = min(low, 1)
    near = dark[:, low - before : high + 1].astype(np.uint8)
    wide = cv2.dilate(near, np.ones((1, 3), np.uint8))[:, before : before + high - low]
    return np.asarray(wide.mean(axis=0) > 0.93)


def _bridge(ink: Ink, before: Ink, taken: Mask, level: float) -> None:
    """Put back, in place, what was taken where a stroke goes on at both sides of the line."""
    columns = np.flatnonzero(taken.any(axis=0))
    for group in np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1):
        if group.size == 0 or group[0] < 1 or group[-1] + 1 >= ink.shape[1]:
            continue
        beside = np.stack([ink[:, group[0] - 1], ink[:, group[-1] + 1]]) > level
        near = cv2.dilate(beside.astype(np.uint8), np.ones((1, 3), np.uint8)).all(axis=0)
        ink[np.ix_(near, group)] = before[np.ix_(near, group)]


def _own(window: _Window, level: float) -> Mask | None:
    """Where the character of this cell is; ``None`` when there is nothing but specks."""
    dark = (window.ink > level).astype(np.uint8)
    # Small labels are faster; in a window this small they cannot run out.
    kind = cv2.CV_16U if dark.size <= 1 << 16 else cv2.CV_32S
    count, labels, stats, centres = cv2.connectedComponentsWithStats(
        dark, connectivity=8, ltype=kind
    )
    if count < 2:
        return None
    rows, columns = _inside(window)
    inside = np.bincount(labels[rows, columns].ravel(), minlength=count)[1:]
    area = stats[1:, cv2.CC_STAT_AREA]
    speck = max(3.0, 0.0018 * window.width * window.height)
    share = inside / area
    centre_x, centre_y = centres[1:, 0], centres[1:, 1]
    central = (window.x0 <= centre_x) & (centre_x <= window.x1)
    central &= (window.y0 - 0.05 * window.height <= centre_y) & (centre_y <= window.y1)
    keep = (area >= speck) & (share > 0.4) & (central | (share > 0.6))
    remains = _remains(window, stats[1:])
    # Two characters that touch: what lies in this cell is kept, the rest is cut off at its edge.
    joined = ~keep & (inside > 0.06 * window.width * window.height) & ~remains & (share > 0.3)
    chosen = (keep & ~remains) | joined
    if chosen.any():
        largest = inside[chosen].max()
        chosen &= (inside >= 0.05 * largest) | (area > 4 * speck)
    elif (keep & (inside > 3 * speck)).any():
        chosen = keep & (inside > 3 * speck)  # better a doubtful picture than a silent blank
    if not chosen.any():
        return None
    mask: Mask = np.concatenate([[False], chosen]).take(np.asarray(labels))
    if joined.any():
        allowed = np.zeros_like(mask)
        allowed[_inside(window, grow=0.04)] = True
        mask &= allowed | (np.concatenate([[False], chosen & ~joined])[labels])
    return mask


def _remains(window: _Window, stats: NDArray[Any]) -> Mask:
    """Which components are pieces of a comb line: thin, along an edge, and close to it."""
    left, top, wide, high = (stats[:, i].astype(float) for i in range(4))
    width, height = window.width, window.height
    x, y = left + wide / 2, top + high / 2
    thin_x, thin_y = 0.12 * width + 1, 0.12 * width + 1
    beside = np.minimum(abs(x - window.x0), abs(x - window.x1)) < _EDGE * width
    above = np.minimum(abs(y - window.y0), abs(y - window.y1)) < _EDGE * height
    upright = (wide <= thin_x) & (high >= 2.5 * wide) & beside
    level = (high <= thin_y) & (wide >= 2.5 * high) & above
    crumb = (np.maximum(wide, high) <= thin_x) & (
        (np.minimum(abs(x - window.x0), abs(x - window.x1)) < 0.05 * width)
        | (abs(y - window.y0) < 0.05 * height)
    )
    return np.asarray(upright | level | crumb)


def _drawn(window: _Window, own: Mask | None, before: Ink) -> NDArray[np.uint8]:
    """The character alone, scaled and centred; in its frame ``before`` (the ink uncleaned) and the
    page with its print."""
    ink = np.stack([np.zeros_like(before), before, window.dark], axis=2)
    place = _whole_cell(window)
    if own is not None and (found := _frame(window, own)) is not None:
        place = found
        around = cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
        ink[around, 0] = window.ink[around]
    x, y, view = place
    scale = SIDE / view
    if scale < 1:
        ink = cv2.GaussianBlur(ink, (0, 0), 0.4 * (1 / scale - 1) + 0.2)
    centre = (SIDE - 1) / 2
    move = np.array([[scale, 0, centre - scale * x], [0, scale, centre - scale * y]])
    drawn = np.moveaxis(cv2.warpAffine(ink, move, (SIDE, SIDE), flags=cv2.INTER_LINEAR), 2, 0)
    # Everything is as dark as the character makes it; without one, as the darkest that is there.
    shown = drawn[0] if drawn[0].any() else drawn[1]
    # Print is seldom as dark as the pen: in the third picture the darkest of both is black.
    pen = _strong(shown)
    strongest = np.array([pen, pen, _strong(drawn[2])])
    drawn = drawn / np.maximum(strongest, 0.12)[:, None, None]
    return np.asarray(np.clip(drawn, 0, 1) * 255).astype(np.uint8)


def _strong(picture: Ink) -> float:
    """How dark the darkest pixels are, but for a few."""
    return float(np.partition(picture.ravel(), -24)[-24])


def _whole_cell(window: _Window) -> tuple[float, float, float]:
    """The frame of a cell without a character: its middle and the side shown, in pixels."""
    x, y = (window.x0 + window.x1) / 2, (window.y0 + window.y1) / 2
    return x, y, max(window.width, window.height) / _FILL


def _frame(window: _Window, own: Mask) -> tuple[float, float, float] | None:
    """Where the character stands: the middle and the side of the square to show, in pixels."""
    allowed = np.zeros(own.shape, bool)
    allowed[_inside(window, grow=_CROSSING)] = True
    rows = np.flatnonzero((own & allowed).any(axis=1))
    columns = np.flatnonzero((own & allowed).any(axis=0))
    if rows.size == 0:
        return None
    x, y = (columns[0] + columns[-1]) / 2, (rows[0] + rows[-1]) / 2
    size = max(columns[-1] - columns[0], rows[-1] - rows[0]) + 1.0
    smallest = _SMALLEST_VIEW * window.height
    # A small mark is shown off centre, as it stands in the cell; a character is centred.
    small = min(max(1 - (size / _FILL) / smallest, 0.0) * 2, 1.0)
    y -= 0.6 * small * (y - (window.y0 + window.y1) / 2)
    return float(x), float(y), max(size / _FILL, smallest)
