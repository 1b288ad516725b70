"""How paper and scanner bent a page: its blank's print found block by block, and a smooth mesh.

Coarse blocks first, which cannot slip by one comb box, then finer ones near where those point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.blanks import LAID_DPI, PITCH, Blank, Pass, scaled, soft
from extractors.values import Picture

WORK_DPI = 100.0  # print is still legible, a page is one megapixel

Array = NDArray[np.float32]
_NO_MAP = np.zeros((0, 0), np.float32)  # cv2.convertMaps: both coordinates are in the first map


# A block of 24 mm holds a label beside its comb, so it cannot slip by one box of 5 mm; the reach of
# the finer blocks is below half a box.
COARSE = Pass(25.0, half=12.0, reach=4.0, every=2, carry=2.0)
FINE = (
    Pass(50.0, half=6.0, reach=2.0, every=1, carry=1.5),
    Pass(100.0, half=4.0, reach=1.0, every=1, carry=1.0),
)

_STRIP = 320  # pixels
_FEWEST = 12  # sure blocks that show from where a page is seen
_ASIDE_MM = 2.0  # how far a bent page lies from a flat one
_SURE = 0.02  # weight of a block that tells its place
_STEADY = 0.25  # on the blank itself; with the wear of a scan it still tells


class Seen:
    """A page's darkness, as blocks are looked for in it at different resolutions."""

    def __init__(self, dark: Picture) -> None:
        """``dark`` is at ``WORK_DPI``."""
        self._dark = dark
        self._soft: dict[float, Picture] = {}

    def at(self, dpi: float) -> Picture:
        """A little soft, at ``dpi``."""
        if dpi not in self._soft:
            dark = self._dark
            self._soft[dpi] = soft(dark if dpi == WORK_DPI else scaled(dark, dpi / WORK_DPI))
        return self._soft[dpi]


@dataclass(frozen=True, slots=True)
class Bent:
    """``mesh`` (page pixels at ``WORK_DPI``) through which a page shows a blank.

    ``agreement``: the mean correlation of all blocks with print, weighted by how much they hold.
    ``off_mm``: how far from the mesh those blocks lie that tell their place, at most, but for 5 %.
    ``told``: for each node and axis whether the block there tells its place.
    """

    mesh: Array
    agreement: float
    off_mm: float
    told: NDArray[np.bool_]

    def as_seen_from_aside(self, blank: Blank) -> Array:
        """The mesh of a flat page seen from aside that meets most of the sure nodes; the mesh as it
        is, when they are too few to tell."""
        nodes = blank.nodes
        sure = self.told.all(axis=-1)
        if sure.sum() < _FEWEST:
            return self.mesh
        near = _ASIDE_MM / 25.4 * WORK_DPI
        ours, theirs = self.mesh[sure], nodes[sure]
        found, _ = cv2.findHomography(theirs, ours, cv2.RANSAC, near, maxIters=500)
        if found is None:
            return self.mesh
        flat = cv2.perspectiveTransform(nodes.reshape(1, -1, 2), np.asarray(found))
        return np.asarray(flat.reshape(nodes.shape), np.float32)


def bent(blank: Blank, page: Seen, mesh: Array, by: Pass) -> Bent:
    """``mesh`` (page pixels at ``WORK_DPI``) moved to where the blank's print lies."""
    step = WORK_DPI / by.dpi
    pitch = PITCH * by.dpi / LAID_DPI
    here = (mesh + 0.5) / step - 0.5
    laid = warp(page.at(by.dpi), here, blank.print_at(by.dpi).shape, pitch, beyond=0.0)
    shifts, weights, agreement = _shifts(blank, np.asarray(laid, np.uint8), by)
    field = _smooth(shifts, weights, by)
    moved = _moved(here, field, pitch)
    off = _off(shifts - field, weights) / by.dpi * 25.4
    return Bent((moved + 0.5) * step - 0.5, agreement, off, weights > _SURE)


def _off(left: Array, weights: Array) -> float:
    """The distance that 95 % of the blocks do not pass, along the axes on which they are sure."""
    sure = weights > _SURE
    told = sure.any(axis=-1)
    if not told.any():
        return float("inf")
    return float(np.percentile(np.linalg.norm(np.where(sure, left, 0)[told], axis=-1), 95))


def telling(blank: Blank) -> NDArray[np.bool_]:
    """``(rows, columns, 2)``: the nodes of ``blank`` round which print tells its place, across and
    down, in the last round."""
    by = FINE[-1]
    _, weights, _ = _shifts(blank, blank.print_at(by.dpi), by)
    return np.asarray(weights >= _STEADY)


def polynomial(source: Array, target: Array, at: Array) -> Array:
    """Where the points ``at`` go by the quadratic that takes ``source`` to ``target`` points.

    Pairs that lie off count little, and with few pairs it stays close to linear.
    """
    centre, size = source.mean(axis=0), float(np.ptp(source, axis=0).max()) / 2 + 1.0
    terms = _terms((source - centre) / size)
    weights: NDArray[Any] = np.ones(len(source))
    ridge = np.diag([0.0, 0.0, 0.0, 2.0, 2.0, 2.0]) + 1e-6 * np.eye(6)
    answer = np.zeros((6, 2))
    for _ in range(5):
        weighted = terms * weights[:, None]
        answer = np.linalg.solve(weighted.T @ terms + ridge, weighted.T @ target)
        off = np.linalg.norm(target - terms @ answer, axis=1)
        weights = 1 / (1 + (off / 3.0) ** 2)
    return np.asarray(_terms((at - centre) / size) @ answer, np.float32)


def _terms(points: Array) -> NDArray[np.float64]:
    x, y = points.astype(np.float64).T
    # Beyond the outermost pairs the curve goes on straight: squares would run away.
    u, v = np.clip(x, -1.0, 1.0), np.clip(y, -1.0, 1.0)
    bow = [u * (2 * x - u), u * y + x * v - u * v, v * (2 * y - v)]
    return np.stack([np.ones_like(x), x, y, *bow], axis=1)


def warp(
    picture: NDArray[Any], mesh: Array, shape: tuple[int, ...], pitch: float, beyond: float
) -> NDArray[Any]:
    """``picture`` seen through ``mesh``: a picture pixel for each node, ``pitch`` apart.

    ``beyond`` is the value outside the picture.
    """
    edge = round(pitch)
    height, width = shape[:2]
    across = cv2.resize(mesh, (mesh.shape[1] * edge, len(mesh)))[:, edge : edge + width]
    laid = np.empty((height, width, *picture.shape[2:]), picture.dtype)
    border = (beyond, beyond, beyond, beyond)
    # In strips a few nodes high the maps, much larger than the picture, stay in the cache.
    step = max(_STRIP // edge, 1)
    for first in range(0, -(-height // edge), step):
        nodes = across[first : first + step + 2]
        strip = laid[first * edge : (first + step) * edge]
        part = cv2.resize(nodes, (width, len(nodes) * edge))[edge : edge + len(strip)]
        fixed, fraction = cv2.convertMaps(part, _NO_MAP, cv2.CV_16SC2)
        cv2.remap(picture, fixed, fraction, cv2.INTER_LINEAR, dst=strip, borderValue=border)
    return laid


def _shifts(blank: Blank, laid: Picture, by: Pass) -> tuple[Array, Array, float]:
    """Where the block round each node lies on the laid page, how far to trust that in x and y, and
    the mean correlation over all blocks."""
    shifts = np.zeros(blank.nodes.shape, np.float32)
    weights = np.zeros(blank.nodes.shape, np.float32)
    blocks = blank.blocks(by)
    if not blocks:
        return shifts, weights, 0.0
    # Correlation works with such numbers, and would turn every block into them once more.
    seen, printed = laid.astype(np.float32), blank.print_at(by.dpi).astype(np.float32)
    surfaces = [
        cv2.matchTemplate(seen[each.window], printed[each.part], cv2.TM_CCOEFF_NORMED)
        for each in blocks
    ]
    found, scores, sharp = _peaks(np.stack(surfaces).astype(np.float32))
    at = tuple(np.array([each.node for each in blocks]).T)
    shifts[at] = found
    weights[at] = np.maximum(scores - 0.3, 0)[:, None] ** 2 * sharp
    spreads = [each.spread for each in blocks]
    return shifts, weights, float(np.average(np.maximum(scores, 0), weights=spreads))


def _peaks(surfaces: Array) -> tuple[Array, Array, Array]:
    """Of each correlation surface the best shift ``(x, y)``, to a fraction of a pixel, its
    correlation, and for each axis how far it beats other shifts: a line tells nothing along itself.
    """
    count, size, _ = surfaces.shape
    scores = surfaces.reshape(count, -1).max(axis=1)
    shifts, sharp = [], []
    each = np.arange(count)
    for axis in (1, 2):  # the greatest of each column, then of each row
        along = surfaces.max(axis=axis)
        at = along.argmax(axis=1)
        inside = (at > 0) & (at < size - 1)
        middle = np.clip(at, 1, size - 2)
        below, top, above = (along[each, middle + step] for step in (-1, 0, 1))
        bend = np.minimum(below - 2 * top + above, -1e-6)
        vertex = np.clip(0.5 * (below - above) / bend, -0.5, 0.5)
        shifts.append(at - (size - 1) / 2 + np.where(inside, vertex, 0))
        rivals = np.where(np.abs(np.arange(size) - at[:, None]) > 2, along, 0).max(axis=1)
        beats = np.clip((scores - np.maximum(rivals, 0)) / 0.3, 0, 1)
        sharp.append(np.where(inside, beats, 0))
    return np.stack(shifts, axis=1), scores, np.stack(sharp, axis=1)


def _smooth(shifts: Array, weights: Array, by: Pass) -> Array:
    """A smooth field through the shifts: blocks that disagree with their neighbours count less.

    Where no block is near, the field is that of the wider surroundings, and far from all of them it
    goes on as a plane.
    """
    off_limit = 0.4 / 25.4 * by.dpi
    weights = weights.copy()
    field = np.zeros_like(shifts)
    for _ in range(4):
        plane = _plane(shifts, weights)
        broad = plane + _carried(shifts - plane, weights, 5.0)
        near = cv2.GaussianBlur(weights, (0, 0), by.carry)
        fine = _carried(shifts - broad, weights, by.carry)
        field = broad + fine * (near / (near + 0.01))
        weights = weights / (1 + ((shifts - field) / off_limit) ** 2)
    return field


def _plane(shifts: Array, weights: Array) -> Array:
    """For each axis the plane through the shifts; nearly level when few blocks are sure."""
    rows, columns, _ = shifts.shape
    y, x = np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    terms = np.stack([np.ones_like(x), x, y], axis=-1).reshape(-1, 3)
    found = np.zeros(shifts.shape, np.float32)
    for axis in range(2):
        weighted = terms * weights[..., axis].reshape(-1, 1)
        pull = np.diag([1e-3, 0.3, 0.3])
        answer = np.linalg.solve(weighted.T @ terms + pull, weighted.T @ shifts[..., axis].ravel())
        found[..., axis] = (terms @ answer).reshape(rows, columns)
    return found


def _carried(values: Array, weights: Array, sigma: float) -> Array:
    top = cv2.GaussianBlur(values * weights, (0, 0), sigma)
    bottom = cv2.GaussianBlur(weights, (0, 0), sigma)
    return np.asarray(top / np.maximum(bottom, 1e-6), np.float32)


def _moved(mesh: Array, field: Array, pitch: float) -> Array:
    """The mesh with each node moved by ``field``, given in laid pixels ``pitch`` to a node."""
    across = np.gradient(mesh, axis=1) / pitch
    down = np.gradient(mesh, axis=0) / pitch
    return np.asarray(mesh + field[..., :1] * across + field[..., 1:] * down, np.float32)
