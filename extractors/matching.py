"""Which form edition and page a scanned page is, and where each point of its blank lies on it.

Three steps, each cheaper to trust than the last: ORB features and a homography propose a blank,
block matching against the blank finds how paper and scanner bent the page locally, and the same
blocks say how much of the blank's print is really there. A page whose print is not there has no
match: a wrong form is worse than none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.formpack import FormPack
from extractors.pictures import darkness, grey_of, shrunk
from extractors.values import Page, Picture

LAID_DPI = 200.0
A4_SHORT_MM = 210.0

_WORK_DPI = 100.0  # features and blocks: print is still legible, a page is one megapixel
_STEP = LAID_DPI / _WORK_DPI
PITCH = 80  # laid pixels between nodes of the mesh: 10 mm, much shorter than paper bends
_BLOCK = (
    28  # half a block in work pixels: 14 mm holds a label beside its comb, so combs cannot slip
)
_REACH = 8  # work pixels a block may move: 2 mm
_CANDIDATES = 3  # blanks worth block matching: editions of one form look alike
_MIN_INLIERS = 12
_MIN_AGREEMENT = 0.45
_SPREAD = 1.6  # nodes: how far a block's shift carries to its neighbours

Array = NDArray[np.float32]
_NO_MAP = np.zeros((0, 0), np.float32)  # both coordinates are in the first map


@dataclass(frozen=True, slots=True)
class Match:
    """A page recognised as one page of a form edition.

    ``transform`` (3 x 3) takes page pixels to laid pixels, closely; ``mesh`` is exact: for each
    node of an even grid over the blank, ``PITCH`` laid pixels apart and one node beyond each edge,
    the page pixel ``(x, y)`` that belongs there. ``confidence`` is the share of print found.
    """

    pack: FormPack
    form_page: int
    confidence: float
    transform: NDArray[np.float64]
    mesh: Array
    blank: Blank


class Blank:
    """One page of a form pack, prepared when first needed and then kept."""

    def __init__(self, pack: FormPack, number: int) -> None:
        self.pack = pack
        self.number = number

    @cached_property
    def grey(self) -> Picture:
        """The blank at ``LAID_DPI``, grey."""
        form_page = self.pack.pages[self.number - 1]
        picture = cv2.imread(str(form_page.blank), cv2.IMREAD_GRAYSCALE)
        if picture is None:
            raise OSError(f"{form_page.blank}: not a picture that can be opened")
        height, width = picture.shape
        short = min(form_page.size_mm) if form_page.size_mm else A4_SHORT_MM
        scale = short / 25.4 * LAID_DPI / min(height, width)
        size = (round(width * scale), round(height * scale))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)

    @cached_property
    def dark(self) -> Picture:
        """How dark the print is at ``LAID_DPI``: 0 paper to 255 black."""
        return darkness(self.grey, LAID_DPI)

    @cached_property
    def small(self) -> Array:
        """``dark`` at the resolution of features and blocks."""
        return _soft(cv2.resize(self.dark, None, fx=1 / _STEP, fy=1 / _STEP, interpolation=3))

    @cached_property
    def features(self) -> tuple[Array, Picture]:
        """Points in work pixels and their descriptors."""
        return _features(255 - cv2.resize(self.dark, self.small.shape[::-1], interpolation=3))

    @cached_property
    def nodes(self) -> Array:
        """``(rows, columns, 2)``: the laid pixel ``(x, y)`` of each node of the mesh."""
        height, width = self.grey.shape
        columns, rows = (-(-side // PITCH) + 2 for side in (width, height))
        x = (np.arange(columns) - 0.5) * PITCH - 0.5
        y = (np.arange(rows) - 0.5) * PITCH - 0.5
        return np.stack(np.meshgrid(x, y), axis=-1).astype(np.float32)


class Matcher:
    """Finds the form edition of a page among ``packs``; their blanks are prepared once."""

    def __init__(self, packs: Sequence[FormPack]) -> None:
        self.blanks = [Blank(pack, page.number) for pack in packs for page in pack.pages]

    def match(self, page: Page) -> Match | None:
        """The edition and page that ``page`` is, or ``None`` when no pack fits."""
        small, scale = _work_copy(page)
        points, descriptors = _features(small)
        if len(points) < _MIN_INLIERS:
            return None
        proposals = [(blank, _propose(blank, points, descriptors)) for blank in self.blanks]
        likely = sorted(
            ((blank, found) for blank, found in proposals if found is not None),
            key=lambda pair: -pair[1].inliers,
        )[:_CANDIDATES]
        dark = _soft(darkness(small, _WORK_DPI))
        matches = [_refine(blank, found, dark, scale) for blank, found in likely]
        best = max(matches, key=lambda match: match.confidence, default=None)
        return best if best is not None and best.confidence >= _MIN_AGREEMENT else None


@dataclass(frozen=True, slots=True)
class _Proposal:
    """Pairs of points (work pixels of page and blank) that one homography explains."""

    homography: NDArray[np.float64]
    page_points: Array
    blank_points: Array
    inliers: int


def _work_copy(page: Page) -> tuple[Picture, float]:
    """The page in grey at about ``_WORK_DPI``, and page pixels for each of its pixels.

    The long side is taken for that of A4: the resolution a scan claims is often wrong.
    """
    long_side = max(page.picture.shape[:2])
    scale = max(long_side / (297 / 25.4 * _WORK_DPI), 1.0)
    return grey_of(shrunk(page.picture, scale)), scale


def _soft(dark: Any) -> Array:
    return np.asarray(cv2.GaussianBlur(dark, (0, 0), 0.8), np.float32)


def _features(grey: Any) -> tuple[Array, Picture]:
    """ORB points spread over the picture, at most a dozen in each 20 mm square."""
    orb = cv2.ORB.create(nfeatures=4000, scaleFactor=1.25, nlevels=4, fastThreshold=15)
    keys = sorted(orb.detect(grey, None), key=lambda key: -key.response)
    taken: dict[tuple[int, int], int] = {}
    chosen = []
    for key in keys:
        square = (int(key.pt[0] // 80), int(key.pt[1] // 80))
        if taken.get(square, 0) < 12:
            taken[square] = taken.get(square, 0) + 1
            chosen.append(key)
    chosen, descriptors = orb.compute(grey, chosen)
    if descriptors is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8)
    return np.array([key.pt for key in chosen], np.float32), descriptors


def _propose(blank: Blank, points: Array, descriptors: Picture) -> _Proposal | None:
    blank_points, blank_descriptors = blank.features
    if len(blank_points) < _MIN_INLIERS:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(descriptors, blank_descriptors)
    pairs = [pair for pair in pairs if pair.distance <= 64]
    if len(pairs) < _MIN_INLIERS:
        return None
    ours = points[[pair.queryIdx for pair in pairs]]
    theirs = blank_points[[pair.trainIdx for pair in pairs]]
    found, mask = cv2.findHomography(ours, theirs, cv2.USAC_MAGSAC, 6.0, maxIters=2000)
    if found is None:
        return None
    homography = np.asarray(found, np.float64)
    if not _plausible(homography, blank.small.shape):
        return None
    inliers = int(mask.sum())
    if inliers < _MIN_INLIERS:
        return None
    moved = cv2.perspectiveTransform(ours[None], homography)[0]
    near = np.linalg.norm(moved - theirs, axis=1) < 3.5 / 25.4 * _WORK_DPI
    return _Proposal(homography, ours[near], theirs[near], inliers)


def _plausible(homography: NDArray[np.float64], shape: tuple[int, ...]) -> bool:
    """A flatbed or feeder keeps a sheet nearly a rectangle of nearly its own shape."""
    height, width = shape
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32)
    try:
        quad = cv2.perspectiveTransform(corners, np.linalg.inv(homography))[0]
    except np.linalg.LinAlgError:
        return False
    if not cv2.isContourConvex(quad):
        return False
    sides = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    across, down = sides[[0, 2]] / width, sides[[1, 3]] / height
    stretch = np.concatenate([across, down])
    even = float(np.ptp(stretch)) < 0.2 * float(stretch.max())
    return even and float(stretch.min()) > 0.4 and float(stretch.max()) < 2.5


def _refine(blank: Blank, found: _Proposal, dark: Array, scale: float) -> Match:
    """Bend the proposal to the page by block matching, and measure how much print is there."""
    nodes = blank.nodes / _STEP
    flat = nodes.reshape(-1, 2)
    mesh = cv2.perspectiveTransform(flat[None], np.linalg.inv(found.homography))[0]
    mesh = (mesh + _bend(found, flat)).reshape(nodes.shape).astype(np.float32)
    agreement = 0.0
    for reach in (_REACH, 3):
        laid = warp(dark, mesh, blank.small.shape, PITCH / _STEP)
        shifts, weights, agreement = _block_shifts(blank.small, laid, nodes, reach)
        mesh = _moved(mesh, _smooth(shifts, weights))
    page_mesh = (mesh + 0.5) * scale - 0.5
    transform, _ = cv2.findHomography(page_mesh.reshape(-1, 2), blank.nodes.reshape(-1, 2), 0)
    found_transform = np.asarray(transform, np.float64)
    return Match(blank.pack, blank.number, agreement, found_transform, page_mesh, blank)


def _bend(found: _Proposal, at: Array) -> Array:
    """How far the page lies from its homography at blank points, from the matched features.

    A quadratic, fitted to the inliers with the far ones weighted down; in work pixels of the page.
    """
    back = cv2.perspectiveTransform(found.blank_points[None], np.linalg.inv(found.homography))[0]
    rest = found.page_points - back
    terms = _quadratic(found.blank_points)
    weights = np.ones(len(rest))
    answer = np.zeros((terms.shape[1], 2))
    for _ in range(4):
        weighted = terms * weights[:, None]
        ridge = 1e-2 * np.eye(terms.shape[1])
        answer = np.linalg.solve(weighted.T @ terms + ridge, weighted.T @ rest)
        off = np.linalg.norm(rest - terms @ answer, axis=1)
        weights = 1 / (1 + (off / 2.0) ** 2)
    bend: Array = np.clip(_quadratic(at) @ answer, -12, 12).astype(np.float32)
    return bend


def _quadratic(points: Array) -> NDArray[np.float64]:
    x, y = (points / 600.0 - (0.7, 1.0)).T
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)


def warp(picture: NDArray[Any], mesh: Array, shape: tuple[int, ...], pitch: float) -> NDArray[Any]:
    """``picture`` as seen through ``mesh`` (a picture pixel for each node ``pitch`` apart)."""
    rows, columns = mesh.shape[:2]
    edge = round(pitch)
    full = cv2.resize(mesh, (columns * edge, rows * edge))
    part = full[edge : edge + shape[0], edge : edge + shape[1]]
    fixed, fraction = cv2.convertMaps(part, _NO_MAP, cv2.CV_16SC2)
    return np.asarray(
        cv2.remap(picture, fixed, fraction, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    )


def _block_shifts(
    blank: Array, laid: Array, nodes: Array, reach: int
) -> tuple[Array, Array, float]:
    """Where the block round each node lies on the laid page, how far to trust it, and the mean
    correlation over all blocks with print, weighted by how much they hold."""
    shifts = np.zeros(nodes.shape, np.float32)
    weights = np.zeros(nodes.shape[:2], np.float32)
    scores = np.zeros(nodes.shape[:2], np.float32)
    masses = np.zeros(nodes.shape[:2], np.float32)
    height, width = blank.shape
    for row, column in np.ndindex(nodes.shape[:2]):
        x, y = (round(float(v)) for v in nodes[row, column])
        left, top = max(x - _BLOCK, reach), max(y - _BLOCK, reach)
        right, bottom = min(x + _BLOCK, width - reach), min(y + _BLOCK, height - reach)
        if right - left < _BLOCK or bottom - top < _BLOCK:
            continue
        block = blank[top:bottom, left:right]
        spread = float(cv2.meanStdDev(block)[1][0, 0])
        if spread < 6.0:
            continue
        window = laid[top - reach : bottom + reach, left - reach : right + reach]
        found = cv2.matchTemplate(window, block, cv2.TM_CCOEFF_NORMED)
        surface = np.asarray(found, np.float32)
        shift, score, sharp = _peak(surface)
        shifts[row, column] = shift
        scores[row, column] = max(score, 0.0)
        masses[row, column] = min(spread, 40.0)
        weights[row, column] = max(score - 0.3, 0.0) ** 2 * sharp
    total = float(masses.sum())
    return shifts, weights, float((scores * masses).sum()) / total if total else 0.0


def _peak(surface: Array) -> tuple[tuple[float, float], float, float]:
    """The best shift, to a fraction of a pixel, its correlation, and how far it beats others."""
    _, score, _, (x, y) = cv2.minMaxLoc(surface)
    reach = surface.shape[0] // 2
    fine = [float(x), float(y)]
    last = surface.shape[0] - 1
    if 0 < x < last:
        fine[0] += _vertex(surface[y, x - 1 : x + 2])
    if 0 < y < last:
        fine[1] += _vertex(surface[y - 1 : y + 2, x])
    rivals = surface.copy()
    rivals[max(y - 3, 0) : y + 4, max(x - 3, 0) : x + 4] = -1
    rival = max(float(rivals.max()), 0.0) if reach > 3 else 0.0
    on_edge = x in (0, last) or y in (0, last)
    sharp = 0.0 if on_edge else min(max(score - rival, 0.0) / 0.3, 1.0)
    return (fine[0] - reach, fine[1] - reach), float(score), sharp


def _vertex(three: Array) -> float:
    below, at, above = (float(v) for v in three.ravel())
    bend = below - 2 * at + above
    return 0.0 if bend >= 0 else min(max(0.5 * (below - above) / bend, -0.5), 0.5)


def _smooth(shifts: Array, weights: Array) -> Array:
    """A smooth field through the shifts: blocks that disagree with their neighbours count less."""
    weights = weights.copy()
    field = np.zeros_like(shifts)
    for _ in range(3):
        broad = _spread_out(shifts, weights, 6.0)
        near = cv2.GaussianBlur(weights, (0, 0), _SPREAD)[..., None]
        field = broad + _spread_out(shifts - broad, weights, _SPREAD) * (near / (near + 0.02))
        off = np.linalg.norm(shifts - field, axis=-1)
        weights = weights / (1 + (off / 1.5) ** 2)
    return field


def _spread_out(values: Array, weights: Array, sigma: float) -> Array:
    top = cv2.GaussianBlur(values * weights[..., None], (0, 0), sigma)
    bottom = cv2.GaussianBlur(weights, (0, 0), sigma)[..., None]
    return np.asarray(top / np.maximum(bottom, 1e-6), np.float32)


def _moved(mesh: Array, field: Array) -> Array:
    """The mesh with each node moved by ``field``, given in laid work pixels."""
    across = np.gradient(mesh, axis=1) / (PITCH / _STEP)
    down = np.gradient(mesh, axis=0) / (PITCH / _STEP)
    return np.asarray(mesh + field[..., :1] * across + field[..., 1:] * down, np.float32)
