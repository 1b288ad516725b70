"""How paper and scanner bent a page: its blank's print found block by block, and a smooth mesh.

Coarse blocks first, which cannot slip by one comb box, then finer ones near where those point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.blanks import LAID_DPI, PITCH, Blank, scaled, soft
from extractors.values import Picture

WORK_DPI = 100.0  # print is still legible, a page is one megapixel

Array = NDArray[np.float32]
_NO_MAP = np.zeros((0, 0), np.float32)  # cv2.convertMaps: both coordinates are in the first map


@dataclass(frozen=True, slots=True)
class _Pass:
    """One round of block matching: blocks ``2 * half`` wide may move ``reach``, all in mm.

    ``carry``: how many nodes a block's shift carries to its neighbours.
    """

    dpi: float
    half: float
    reach: float
    carry: float


# A block of 24 mm holds a label beside its comb, so it cannot slip by one box of 5 mm; the reach of
# the later rounds is below half a box.
_PASSES = (
    _Pass(50.0, half=12.0, reach=4.0, carry=2.0),
    _Pass(100.0, half=8.0, reach=1.5, carry=1.5),
    _Pass(100.0, half=6.5, reach=0.75, carry=1.0),
)
_FAINT = 6.0  # standard deviation of darkness below which a block holds too little print


def bent(blank: Blank, dark: Picture, mesh: Array) -> tuple[Array, float]:
    """``mesh`` (page pixels of ``dark``, at ``WORK_DPI``) moved to where the blank's print lies.

    Also how well page and blank agree: the mean correlation of all blocks with print, weighted by
    how much they hold.
    """
    agreement = 0.0
    for each in _PASSES:
        step = WORK_DPI / each.dpi
        page = soft(dark if step == 1 else scaled(dark, 1 / step))
        printed = blank.print_at(each.dpi)
        nodes = (blank.nodes + 0.5) * (each.dpi / LAID_DPI) - 0.5
        pitch = PITCH * each.dpi / LAID_DPI
        here = (mesh + 0.5) / step - 0.5
        laid = warp(page, here, printed.shape, pitch, beyond=0.0)
        shifts, weights, agreement = _shifts(printed, laid, nodes, each)
        moved = _moved(here, _smooth(shifts, weights, each), pitch)
        mesh = (moved + 0.5) * step - 0.5
    return mesh, agreement


def polynomial(source: Array, target: Array, at: Array) -> Array:
    """Where the points ``at`` go by the quadratic that takes ``source`` to ``target`` points.

    Pairs that lie off count little, and with few pairs it stays close to linear.
    """
    centre, size = source.mean(axis=0), float(np.ptp(source, axis=0).max()) / 2 + 1.0
    terms = _terms((source - centre) / size)
    weights: NDArray[np.float64] = np.ones(len(source))
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
    rows, columns = mesh.shape[:2]
    edge = round(pitch)
    full = cv2.resize(mesh, (columns * edge, rows * edge))
    part = full[edge : edge + shape[0], edge : edge + shape[1]]
    fixed, fraction = cv2.convertMaps(part, _NO_MAP, cv2.CV_16SC2)
    border = (beyond, beyond, beyond, beyond)
    laid = cv2.remap(picture, fixed, fraction, cv2.INTER_LINEAR, borderValue=border)
    return np.asarray(laid)


def _shifts(printed: Array, laid: Array, nodes: Array, by: _Pass) -> tuple[Array, Array, float]:
    """Where the block round each node lies on the laid page, how far to trust it, and the mean
    correlation over all blocks."""
    shifts = np.zeros(nodes.shape, np.float32)
    weights = np.zeros(nodes.shape[:2], np.float32)
    total = sure = 0.0
    reach = max(round(by.reach / 25.4 * by.dpi), 2)
    for node, (left, top, right, bottom) in _blocks(nodes, printed.shape, by, reach):
        block = printed[top:bottom, left:right]
        spread = float(cv2.meanStdDev(block)[1][0, 0])
        if spread < _FAINT:
            continue
        window = laid[top - reach : bottom + reach, left - reach : right + reach]
        found = cv2.matchTemplate(window, block, cv2.TM_CCOEFF_NORMED)
        shift, score, sharp = _peak(np.asarray(found, np.float32))
        shifts[node] = shift
        weights[node] = max(score - 0.3, 0.0) ** 2 * sharp
        total += min(spread, 40.0)
        sure += min(spread, 40.0) * max(score, 0.0)
    return shifts, weights, sure / total if total else 0.0


def _blocks(
    nodes: Array, shape: tuple[int, ...], by: _Pass, reach: int
) -> Iterator[tuple[tuple[int, int], tuple[int, int, int, int]]]:
    """Each node with the block round it, kept so far from the edges that it can move."""
    half = round(by.half / 25.4 * by.dpi)
    height, width = shape
    for row, column in np.ndindex(nodes.shape[:2]):
        x, y = (round(float(each)) for each in nodes[row, column])
        left, top = max(x - half, reach), max(y - half, reach)
        right, bottom = min(x + half, width - reach), min(y + half, height - reach)
        if right - left >= half and bottom - top >= half:
            yield (row, column), (left, top, right, bottom)


def _peak(surface: Array) -> tuple[tuple[float, float], float, float]:
    """The best shift, to a fraction of a pixel, its correlation, and how far it beats others."""
    _, score, _, (x, y) = cv2.minMaxLoc(surface)
    last = surface.shape[0] - 1
    fine = [float(x), float(y)]
    if 0 < x < last:
        fine[0] += _vertex(surface[y, x - 1 : x + 2])
    if 0 < y < last:
        fine[1] += _vertex(surface[y - 1 : y + 2, x])
    if x in (0, last) or y in (0, last):
        return (fine[0] - last / 2, fine[1] - last / 2), float(score), 0.0
    rivals = surface.copy()
    rivals[max(y - 3, 0) : y + 4, max(x - 3, 0) : x + 4] = -1.0
    rival = max(float(rivals.max()), 0.0)
    sharp = min(max(score - rival, 0.0) / 0.3, 1.0)
    return (fine[0] - last / 2, fine[1] - last / 2), float(score), sharp


def _vertex(three: Array) -> float:
    below, at, above = (float(each) for each in three.ravel())
    bend = below - 2 * at + above
    return 0.0 if bend >= 0 else min(max(0.5 * (below - above) / bend, -0.5), 0.5)


def _smooth(shifts: Array, weights: Array, by: _Pass) -> Array:
    """A smooth field through the shifts: blocks that disagree with their neighbours count less.

    Where no block is near, the field is that of the wider surroundings.
    """
    off_limit = 0.4 / 25.4 * by.dpi
    weights = weights.copy()
    field = np.zeros_like(shifts)
    for _ in range(4):
        broad = _carried(shifts, weights, 5.0)
        near = cv2.GaussianBlur(weights, (0, 0), by.carry)[..., None]
        fine = _carried(shifts - broad, weights, by.carry)
        field = broad + fine * (near / (near + 0.01))
        off = np.linalg.norm(shifts - field, axis=-1)
        weights = weights / (1 + (off / off_limit) ** 2)
    return field


def _carried(values: Array, weights: Array, sigma: float) -> Array:
    top = cv2.GaussianBlur(values * weights[..., None], (0, 0), sigma)
    bottom = cv2.GaussianBlur(weights, (0, 0), sigma)[..., None]
    return np.asarray(top / np.maximum(bottom, 1e-6), np.float32)


def _moved(mesh: Array, field: Array, pitch: float) -> Array:
    """The mesh with each node moved by ``field``, given in laid pixels ``pitch`` to a node."""
    across = np.gradient(mesh, axis=1) / pitch
    down = np.gradient(mesh, axis=0) / pitch
    return np.asarray(mesh + field[..., :1] * across + field[..., 1:] * down, np.float32)
