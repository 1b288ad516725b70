"""Which form edition and page a scanned page is, and where each point of its blank lies on it.

Features and one similarity propose a blank; block matching (``bending``) then finds how paper and
scanner bent the page, and says how much of the blank's print is really there. A page whose print
is not there has no match: a wrong form is worse than none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.bending import COARSE, FINE, WORK_DPI, Seen, bent, polynomial
from extractors.blanks import DESCRIPTOR_BITS, FEATURE_DPI, LAID_DPI, Blank, features, scaled
from extractors.formpack import FormPack
from extractors.pictures import darkness, grey_of, shrunk
from extractors.values import Page, Picture

__all__ = ["LAID_DPI", "Match", "Matcher"]

_CANDIDATES = 3  # blanks worth a closer look: editions of one form look alike
_MIN_INLIERS = 8
_MIN_AGREEMENT = 0.6  # right pages lie above 0.7 even when cropped; sister forms below 0.5
_FAR = 64  # of 256 bits: descriptors further apart are not of one place
_LOOSE_MM = 3.0  # a bent page lies this far from any similarity
_A4_LONG_MM = 297.0
_LIKE_A4 = 0.2  # a page whose length is off by this share still shows its features
_NEAR_MM = 5.0  # pairs this near it may still tell how the page bends

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Match:
    """A page recognised as one page of a form edition.

    ``transform`` (3 x 3) takes page pixels to laid pixels, closely. ``mesh`` is exact: for each
    node of ``blank.nodes`` the page pixel ``(x, y)`` that belongs there. ``confidence`` is how well
    page and blank agree where there is print: 1 perfectly.
    """

    pack: FormPack
    form_page: int
    confidence: float
    transform: NDArray[np.float64]
    mesh: Array
    blank: Blank


class Matcher:
    """Finds the form edition of a page among ``packs``; their blanks are prepared once."""

    def __init__(self, packs: Sequence[FormPack]) -> None:
        self.blanks = [Blank(pack, page.number) for pack in packs for page in pack.pages]

    def match(self, page: Page) -> Match | None:
        """The edition and page that ``page`` is, or ``None`` when no pack fits.

        The page is upright, or upside down, and not more than about 5 degrees askew. Raises
        ``OSError`` when a blank cannot be opened.
        """
        found = [_match(page, long_mm, blanks) for long_mm, blanks in self._papers.items()]
        return max((each for each in found if each), key=_confidence, default=None)

    @cached_property
    def _papers(self) -> dict[float, list[Blank]]:
        """The blanks to look for when a page is taken to be so many millimetres long.

        All on A4, where small forms are scanned too; those of another size on their own as well.
        """
        papers: dict[float, list[Blank]] = {_A4_LONG_MM: self.blanks}
        for blank in self.blanks:
            long_mm = float(round(max(blank.grey.shape) / LAID_DPI * 25.4))
            if abs(long_mm - _A4_LONG_MM) > _LIKE_A4 * _A4_LONG_MM:
                papers.setdefault(long_mm, []).append(blank)
        return papers


def _match(page: Page, long_mm: float, blanks: Sequence[Blank]) -> Match | None:
    """The page as one of ``blanks``, its long side taken for ``long_mm``."""
    grey, scale = _work_copy(page, long_mm)
    upright = _found(grey, blanks)
    if upright is not None:
        return _as_match(upright, (upright.mesh + 0.5) * scale - 0.5)
    turned = _found(np.ascontiguousarray(grey[::-1, ::-1]), blanks)
    if turned is None:
        return None
    last = np.array(grey.shape[::-1], np.float32) - 1
    return _as_match(turned, (last - turned.mesh + 0.5) * scale - 0.5)


def _found(grey: Picture, blanks: Sequence[Blank]) -> _Fit | None:
    """The blank that an upright page at ``WORK_DPI`` fits best, if it fits one."""
    points, signs = features(scaled(grey, FEATURE_DPI / WORK_DPI))
    if len(points) < _MIN_INLIERS:
        return None
    proposals = [_propose(blank, points, signs) for blank in blanks]
    likely = sorted((each for each in proposals if each), key=lambda each: -len(each.ours))
    if not likely:
        return None
    close = [each for each in likely if len(each.ours) >= len(likely[0].ours) / 2]
    seen = Seen(darkness(grey, WORK_DPI))
    best = max((_fit(each, seen) for each in close[:_CANDIDATES]), key=_agreement)
    for each in FINE:
        best = _Fit(best.blank, *bent(best.blank, seen, best.mesh, each))
    return best if best.agreement >= _MIN_AGREEMENT else None


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A blank and the pairs of points on page and blank (``FEATURE_DPI``) that speak for it."""

    blank: Blank
    ours: Array
    theirs: Array


@dataclass(frozen=True, slots=True)
class _Fit:
    """A blank bent to the page: ``mesh`` in page pixels at ``WORK_DPI``."""

    blank: Blank
    mesh: Array
    agreement: float


def _work_copy(page: Page, long_mm: float) -> tuple[Picture, float]:
    """The page in grey at about ``WORK_DPI``, and page pixels for each of its pixels.

    Its long side is taken for ``long_mm``: the resolution a scan claims is often wrong.
    """
    long_side = max(page.picture.shape[:2])
    scale = max(long_side / (long_mm / 25.4 * WORK_DPI), 1.0)
    whole = round(scale)
    # Grey first: of one channel there is less to average.
    grey = grey_of(page.picture)
    if abs(scale - whole) > 0.02 * scale or whole > min(grey.shape):
        return shrunk(grey, scale), scale
    # Averaging whole pixels is several times faster, so a few at the edge are left out.
    height, width = (side // whole * whole for side in grey.shape)
    return shrunk(grey[:height, :width], whole), float(whole)


def _propose(blank: Blank, points: Array, signs: Array) -> _Proposal | None:
    blank_points, blank_signs = blank.features
    if len(blank_points) < _MIN_INLIERS:
        return None
    here, there = _pairs(signs, blank_signs)
    if len(here) < _MIN_INLIERS:
        return None
    ours, theirs = points[here], blank_points[there]
    loose = _LOOSE_MM / 25.4 * FEATURE_DPI
    found, mask = cv2.estimateAffinePartial2D(
        theirs, ours, method=cv2.RANSAC, ransacReprojThreshold=loose, maxIters=3000
    )
    if found is None or int(mask.sum()) < _MIN_INLIERS or not _plausible(np.asarray(found)):
        return None
    off = np.linalg.norm(cv2.transform(theirs[None], found)[0] - ours, axis=1)
    near = off < _NEAR_MM / 25.4 * FEATURE_DPI
    return _Proposal(blank, ours[near], theirs[near])


def _pairs(signs: Array, others: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which descriptors are each other's nearest, and near. One product of matrices counts the
    bits of all pairs, several times faster than pair by pair."""
    alike = signs @ others.T
    nearest = alike.argmax(axis=1)
    mutual = alike.argmax(axis=0)[nearest] == np.arange(len(signs))
    near = alike.max(axis=1) >= DESCRIPTOR_BITS - 2 * _FAR
    chosen = np.flatnonzero(mutual & near)
    return chosen, nearest[chosen]


def _plausible(similarity: NDArray[np.float64]) -> bool:
    """A form is not much larger or smaller than its page, and the page is nearly upright."""
    across, down = similarity[0, 0], similarity[1, 0]
    return 0.5 < float(np.hypot(across, down)) < 1.6 and abs(float(np.arctan2(down, across))) < 0.2


def _agreement(fit: _Fit) -> float:
    return fit.agreement


def _confidence(match: Match) -> float:
    return match.confidence


def _fit(proposal: _Proposal, seen: Seen) -> _Fit:
    """A smooth curve through the features, then large blocks of print to their places."""
    blank = proposal.blank
    step = WORK_DPI / FEATURE_DPI
    ours, theirs = ((part + 0.5) * step - 0.5 for part in (proposal.ours, proposal.theirs))
    nodes = (blank.nodes + 0.5) * (WORK_DPI / LAID_DPI) - 0.5
    start = polynomial(theirs, ours, nodes.reshape(-1, 2)).reshape(nodes.shape)
    return _Fit(blank, *bent(blank, seen, start, COARSE))


def _as_match(fit: _Fit, mesh: Array) -> Match:
    blank = fit.blank
    found, _ = cv2.findHomography(mesh.reshape(-1, 2), blank.nodes.reshape(-1, 2), 0)
    transform = np.asarray(found, np.float64)
    return Match(
        blank.pack, blank.number, min(fit.agreement, 1.0), transform, mesh.astype(np.float32), blank
    )
