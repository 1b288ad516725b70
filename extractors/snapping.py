"""The comb rows of a page met exactly: the mesh drawn to where their printed lines really lie.

Block matching (``bending``) lays a page on its blank to a fraction of a millimetre, but paper also
bends on a smaller scale than its blocks. Here short pieces of every comb row look for their own
lines. A piece moves by a quarter of a box at most, and only with its neighbours, so no row slips by
a box; a row most of whose pieces find nothing stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.blanks import PITCH, Blank
from extractors.formpack import CombRow
from extractors.pictures import grey_of
from extractors.values import Picture

FINE_PITCH = 20  # laid pixels between nodes of the mesh that follows the rows: 2.5 mm
_FINER = PITCH // FINE_PITCH
_REACH = 10  # laid pixels that a piece may move: a quarter of a box of 5 mm
_PIECE = 79.0  # laid pixels, about: 10 mm, two boxes
_LINES = 6  # heights at which a row is cut through to find its upright lines
_COLUMNS = (0.3, 0.7)  # parts of a box at which it is cut through from top to bottom
_PRINTED = 12.0  # standard deviation of darkness along a cut that holds lines to find
_ALIKE = 0.5  # correlation with the blank from which lines count as found
_APART = 4.0  # laid pixels between a piece's shift and that of its neighbours
_FOUND = 0.6  # share of a row's pieces that must find their lines
_CARRY = (1.6, 1.0)  # nodes that a shift carries along and across a row

Array = NDArray[np.float32]
Part = tuple[slice, slice]
Rectangle = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Snapped:
    """``mesh`` as that of a ``Match``, but with nodes ``FINE_PITCH`` apart.

    ``exact``: ``left, top, right, bottom`` in laid pixels of the rows whose lines were found.
    """

    mesh: Array
    exact: tuple[Rectangle, ...]


def snap(picture: Picture, blank: Blank, mesh: Array) -> Snapped:
    """Draw ``mesh`` to the lines of the blank's comb rows as they lie in ``picture``."""
    height, width = mesh.shape[:2]
    finer = cv2.resize(mesh, (width * _FINER, height * _FINER))
    fine = np.ascontiguousarray(finer[_FINER - 1 :, _FINER - 1 :], np.float32)
    total, weight = np.zeros_like(fine), np.zeros_like(fine)
    exact = []
    for row in _rows(blank):
        shifts, found = row.shifts(picture, fine)
        for piece, shift, there in zip(row.pieces, shifts, found, strict=True):
            weight[piece.nodes] += there
            total[piece.nodes] += there * shift
        if found.any(axis=0).all():
            exact.append(row.box)
    if not weight.any():
        return Snapped(fine, ())
    field = _carried(total) / (_carried(weight) + np.float32(0.02))
    across, down = (np.gradient(fine, axis=axis) / FINE_PITCH for axis in (1, 0))
    moved = fine + field[..., :1] * across + field[..., 1:] * down
    return Snapped(np.asarray(moved, np.float32), tuple(exact))


def _carried(values: Array) -> Array:
    wide = cv2.GaussianBlur(values, (0, 0), sigmaX=_CARRY[0], sigmaY=_CARRY[1])
    return np.asarray(wide, np.float32)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some neighbouring boxes of a row: how dark its lines are across and down on the blank.

    ``along``: its part of the row with what is searched beside it; ``boxes``: those it is made of;
    ``nodes``: those of the mesh that lie in it.
    """

    across: Array
    down: Array
    along: slice
    boxes: slice
    nodes: Part


@dataclass(frozen=True, slots=True)
class _Row:
    """A comb row, and where it is cut through to find its lines, as places in a fine mesh.

    ``upright`` (cuts, along, 2): cuts across its upright lines; ``level``: across the level ones.
    """

    box: Rectangle
    upright: Array
    level: Array
    pieces: tuple[_Piece, ...]

    def shifts(self, picture: Picture, mesh: Array) -> tuple[Array, NDArray[np.bool_]]:
        """For each piece how far right and down of its place it lies, and whether that is sure."""
        across = _profile(_cut(picture, mesh, self.upright))
        down = _by_box(_cut(picture, mesh, self.level))
        found = [
            (*_found(across[each.along], each.across),
             *_found(down[each.boxes].mean(axis=0), each.down))
            for each in self.pieces
        ]  # fmt: skip
        values = np.array(found, np.float32).reshape(-1, 2, 2)
        shifts, sure = values[..., 0], values[..., 1] > _ALIKE
        asked = np.array([[each.across.size > 0, each.down.size > 0] for each in self.pieces])
        for axis in (0, 1):
            sure[:, axis] &= abs(shifts[:, axis] - _near(shifts[:, axis])) <= _APART
            if sure[:, axis].sum() < _FOUND * asked[:, axis].sum():
                sure[:, axis] = False
        return shifts, sure


def _near(shifts: Array) -> Array:
    """For each piece the median of its own shift and its neighbours'."""
    if len(shifts) < 3:
        return np.full_like(shifts, np.median(shifts))
    wide = np.concatenate([shifts[1:2], shifts, shifts[-2:-1]])
    return np.asarray(np.median([wide[:-2], wide[1:-1], wide[2:]], axis=0), np.float32)


def _cut(picture: Picture, mesh: Array, places: Array) -> Array:
    """The page's darkness at places in a mesh."""
    seen = _at(picture, np.asarray(_at(mesh, places), np.float32))
    return np.float32(255) - grey_of(np.asarray(seen, np.uint8))


def _at(picture: NDArray[Any], places: Array) -> NDArray[Any]:
    """A picture's values at places ``(x, y)``; white, for a page, outside it."""
    # OpenCV takes an empty second map for one that holds something, so there must be none.
    none: Any = None
    return cv2.remap(picture, places, none, cv2.INTER_LINEAR, borderValue=(255.0,) * 4)


def _profile(cuts: NDArray[np.float32]) -> Array:
    """How dark lines across all ``cuts`` are: what crosses few of them is seldom in both halves."""
    half = len(cuts) // 2
    return np.asarray(np.minimum(cuts[:half], cuts[half : 2 * half]).mean(axis=0), np.float32)


def _by_box(cuts: Array) -> Array:
    """For each box how dark lines across it are, from top to bottom."""
    return np.minimum(cuts[::2], cuts[1::2])


def _found(seen: Array, lines: Array) -> tuple[float, float]:
    """By how much ``lines`` lie off the middle of what was ``seen``, and how alike they are."""
    if lines.size == 0:
        return 0.0, 0.0
    alike = cv2.matchTemplate(seen[None], lines[None], cv2.TM_CCOEFF_NORMED)[0]
    best = int(alike.argmax())
    if not 0 < best < len(alike) - 1:
        return 0.0, 0.0
    below, top, above = (float(each) for each in alike[best - 1 : best + 2])
    vertex = 0.5 * (below - above) / min(below - 2 * top + above, -1e-6)
    return best - _REACH + vertex, top


@lru_cache(maxsize=64)
def _rows(blank: Blank) -> tuple[_Row, ...]:
    rows = [row for field in blank.pack.on_page(blank.number) for row in field.combs]
    return tuple(_prepared(blank, row) for row in rows)


def _prepared(blank: Blank, row: CombRow) -> _Row:
    height, width = blank.grey.shape
    left, top, right, bottom = row.box.pixels(width, height)
    x = np.arange(left - _REACH, right + _REACH, dtype=np.float32)
    y = np.arange(top - _REACH, bottom + _REACH, dtype=np.float32)
    lines = top + (bottom - top) * np.linspace(0.12, 0.88, _LINES)
    size = (right - left) / row.cells
    columns = left + size * (np.arange(row.cells)[:, None] + _COLUMNS).ravel()
    upright = np.stack(np.meshgrid(x, lines), axis=-1).astype(np.float32)
    level = np.stack(np.meshgrid(y, columns), axis=-1)[..., ::-1].astype(np.float32)
    dark = blank.dark.astype(np.float32)
    across, down = (np.asarray(_at(dark, each), np.float32) for each in (upright, level))
    pieces = tuple(_pieces(row.cells, size, (_profile(across), _by_box(down)), (left, top, bottom)))
    return _Row((left, top, right, bottom), _in_mesh(upright), _in_mesh(level), pieces)


def _in_mesh(places: Array) -> Array:
    """Laid pixels as places in the fine mesh."""
    return ((places + 0.5) / FINE_PITCH + 0.5).astype(np.float32)


def _pieces(
    cells: int, size: float, profiles: tuple[Array, Array], at: tuple[int, int, int]
) -> Iterator[_Piece]:
    left, top, bottom = at
    count = min(max(round(cells * size / _PIECE), 1), cells)  # a piece is one box or more
    bounds = np.round(np.linspace(0, cells, count + 1)).astype(int)
    rows = slice(top // FINE_PITCH, bottom // FINE_PITCH + 2)
    across, down = profiles
    for first, last in pairwise(bounds):
        start, end = round(first * size), round(last * size)
        along = slice(start, end + 2 * _REACH)
        boxes = slice(first, last)
        own = _lines(across[along]), _lines(down[boxes].mean(axis=0))
        nodes = slice((left + start) // FINE_PITCH, (left + end) // FINE_PITCH + 2)
        yield _Piece(*own, along, boxes, (rows, nodes))


def _lines(profile: Array) -> Array:
    """The part of a profile that is looked for; empty when no line stands out."""
    inner = profile[_REACH:-_REACH]
    return inner if inner.size and float(inner.std()) >= _PRINTED else inner[:0]
