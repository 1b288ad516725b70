"""Which form edition and page a scanned page is, and where each point of its blank lies on it.

Features and one similarity propose a blank; block matching (``bending``) then finds how paper and
scanner bent the page, and says how much of the blank's print is really there. A page whose print
is not there has no match: a wrong form is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.bending import COARSE, FINE, WORK_DPI, Bent, Seen, bent
from extractors.blanks import FEATURE_DPI, LAID_DPI, Blank, features, scaled
from extractors.differing import Lying, rather, unlike
from extractors.formpack import FormPack
from extractors.pictures import darkness, grey_of, shrunk
from extractors.proposing import Proposal, Proposer
from extractors.straighten import Turn, estimate
from extractors.values import Box, Page, Picture

__all__ = ["LAID_DPI", "Match", "Matcher"]

_CANDIDATES = 4  # proposals worth a closer look
_SISTERS = 0.08  # agreement below the best one's within which a blank may be the right edition
_EQUAL = 0.003  # agreements this near are the same: only chance tells such blanks apart
_MIN_AGREEMENT = 0.6  # right pages lie above 0.7 even when cropped; sister forms below 0.5
_ANOTHER_FORM = 0.22  # share of print missing in places that not even a sister edition has
_UNSURE = 0.5  # the most that a page whose print differs in several places is believed
_A4_LONG_MM = 297.0
_LIKE_A4 = 0.2  # a page whose length is off by this share still shows its features
_ASKEW = 2.5  # degrees that features can be off before a page is levelled for them
_SIZES = (0.91, 1.1)  # of a page whose features were not found at the size it seems to have
_AT_REST = 12  # blanks whose large pictures are kept

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Match:
    """A page recognised as one page of a form edition.

    ``transform`` (3 x 3) takes page pixels to laid pixels, closely. ``mesh`` is exact: for each
    node of ``blank.nodes`` the page pixel ``(x, y)`` that belongs there. ``confidence`` is how well
    page and blank agree where there is print: 1 perfectly. ``error_mm``: 95 % of the blank's print
    lies nearer than this to where the mesh says, as far as it tells its place.

    ``differs``: places (shares of the blank) whose print is not on the page; there are some when it
    may be another edition, and then ``confidence`` is 0.5 at most.
    """

    pack: FormPack
    form_page: int
    confidence: float
    transform: NDArray[np.float64]
    mesh: Array
    blank: Blank
    error_mm: float
    differs: tuple[Box, ...] = ()

    def turned(self, degrees: Turn, shape: tuple[int, ...]) -> Match:
        """The match on the page turned clockwise; ``shape`` is that of the page as it is."""
        turning = _turning(degrees, shape)
        mesh = cv2.transform(self.mesh, turning[:2]).astype(np.float32)
        return replace(self, mesh=mesh, transform=self.transform @ np.linalg.inv(turning))


class Matcher:
    """Finds the form edition of a page among ``packs``; their blanks are prepared once."""

    def __init__(self, packs: Sequence[FormPack]) -> None:
        self.blanks = [Blank(pack, page.number) for pack in packs for page in pack.pages]
        self._lately: list[Blank] = []

    def match(self, page: Page) -> Match | None:
        """The edition and page that ``page`` is, or ``None`` when no pack fits.

        The page may lie in any of the four ways, and up to 15 degrees askew. Raises ``OSError``
        when a blank cannot be opened.
        """
        found = [self._on_paper(page, each) for each in self._papers]
        best = max((each for each in found if each), key=_confidence, default=None)
        if best:
            self._used(best.blank)
        return best

    @cached_property
    def _proposer(self) -> Proposer:
        return Proposer(self.blanks)

    @cached_property
    def _papers(self) -> dict[float, list[Blank]]:
        """The blanks to look for when a page is taken to be so many millimetres long.

        All on A4, where small forms are scanned too; those of another size on their own as well.
        """
        papers: dict[float, list[Blank]] = {_A4_LONG_MM: self.blanks}
        for blank in self.blanks:
            long_mm = float(round(max(blank.shape) / LAID_DPI * 25.4))
            if abs(long_mm - _A4_LONG_MM) > _LIKE_A4 * _A4_LONG_MM:
                papers.setdefault(long_mm, []).append(blank)
        return papers

    def _on_paper(self, page: Page, long_mm: float) -> Match | None:
        """The page's match when its long side is taken for ``long_mm``."""
        grey, scale = _work_copy(page, long_mm)
        for moved, picture in _attempts(grey):
            fit = self._found(picture, self._papers[long_mm])
            if fit is not None:
                back = cv2.invertAffineTransform(moved)
                mesh = cv2.transform(fit.bent.mesh, back).astype(np.float32)
                lacks = unlike(Lying(fit.blank, mesh), Seen(darkness(grey, WORK_DPI)))
                if lacks.share < _ANOTHER_FORM:
                    return _as_match(fit, (mesh + 0.5) * scale - 0.5, lacks.places)
        return None

    def _found(self, grey: Picture, among: Sequence[Blank]) -> _Fit | None:
        """The blank that an upright page at ``WORK_DPI`` fits best, if it fits one."""
        likely = self._proposer.propose(features(scaled(grey, FEATURE_DPI / WORK_DPI)), among)
        close = [each for each in likely if each.pairs >= likely[0].pairs / 2][:_CANDIDATES]
        if not close:
            return None
        seen = Seen(darkness(grey, WORK_DPI))
        fits = sorted((_fit(each, seen) for each in close), key=_agreement)
        best = fits[-1].agreement
        fine = [_fine(each, seen) for each in fits if each.agreement >= best - _SISTERS]
        chosen = _right_edition(sorted(fine, key=_agreement), seen)
        return chosen if chosen.agreement >= _MIN_AGREEMENT else None

    def _used(self, blank: Blank) -> None:
        """Large pictures are kept of the blanks used lately only."""
        self._lately = [blank, *(each for each in self._lately if each is not blank)]
        while len(self._lately) > _AT_REST:
            self._lately.pop().rest()


@dataclass(frozen=True, slots=True)
class _Fit:
    """A blank and how it lies on the page."""

    blank: Blank
    bent: Bent

    @property
    def agreement(self) -> float:
        return self.bent.agreement


def _attempts(grey: Picture) -> Iterator[tuple[NDArray[np.float64], Picture]]:
    """Ways in which a page may lie, likeliest first: what was done (2 x 3) to it, and the result.

    Most pages lie upright, so only when such a one fits nothing is it looked at more closely.
    """
    yield np.eye(2, 3), grey
    lie = estimate(Page(1, grey, WORK_DPI))
    level = lie.skew if abs(lie.skew) > _ASKEW else 0.0
    ways = [(lie.turned, level, 1.0), ((lie.turned + 180) % 360, level, 1.0)]
    ways += [(lie.turned, level, size) for size in _SIZES]
    for turned, skew, size in ways:
        if (turned, skew, size) != (0, 0.0, 1.0):
            yield _moved(grey, skew - turned, size)


def _moved(grey: Picture, degrees: float, size: float) -> tuple[NDArray[np.float64], Picture]:
    """The page turned against the clock and enlarged, on a sheet that holds all of it."""
    height, width = grey.shape
    matrix = np.asarray(cv2.getRotationMatrix2D((0, 0), degrees, size), np.float64)
    corners = np.array([[(-0.5, -0.5), (width, -0.5), (-0.5, height), (width, height)]])
    there = cv2.transform(corners, matrix)[0]
    matrix[:, 2] = -0.5 - there.min(axis=0)
    wide, high = (int(each) for each in np.ceil(np.ptp(there, axis=0)))
    moved = cv2.warpAffine(grey, matrix, (wide, high), borderValue=(255,))
    return matrix, np.asarray(moved, np.uint8)


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


def _agreement(fit: _Fit) -> float:
    return fit.agreement


def _confidence(match: Match) -> float:
    return match.confidence


def _fit(proposal: Proposal, seen: Seen) -> _Fit:
    """Large blocks of print drawn to their places."""
    return _Fit(proposal.blank, bent(proposal.blank, seen, proposal.mesh, COARSE))


def _fine(fit: _Fit, seen: Seen) -> _Fit:
    """Smaller blocks of print drawn to their places."""
    for each in FINE:
        fit = _Fit(fit.blank, bent(fit.blank, seen, fit.bent.mesh, each))
    return fit


def _right_edition(fits: Sequence[_Fit], seen: Seen) -> _Fit:
    """Of blanks that all fit (the best last) the one whose own print is on the page; where there
    is nothing to tell them apart, the one in use."""
    chosen = fits[-1]
    for each in reversed(fits[:-1]):
        known = rather(_lying(each), _lying(chosen), seen)
        if known is None:
            alike = each.agreement >= chosen.agreement - _EQUAL
            known = alike and _in_use(each) and not _in_use(chosen)
        if known:
            chosen = each
    return chosen


def _lying(fit: _Fit) -> Lying:
    return Lying(fit.blank, fit.bent.mesh)


def _in_use(fit: _Fit) -> bool:
    return fit.blank.pack.status == "current"


def _as_match(fit: _Fit, mesh: Array, differs: tuple[Box, ...]) -> Match:
    blank = fit.blank
    found, _ = cv2.findHomography(mesh.reshape(-1, 2), blank.nodes.reshape(-1, 2), 0)
    return Match(
        pack=blank.pack,
        form_page=blank.number,
        confidence=min(fit.agreement, _UNSURE if differs else 1.0),
        transform=np.asarray(found, np.float64),
        mesh=mesh.astype(np.float32),
        blank=blank,
        error_mm=fit.bent.off_mm,
        differs=differs,
    )


def _turning(degrees: Turn, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """3 x 3: where the pixels of a picture of that shape go when it is turned clockwise."""
    last_y, last_x = shape[0] - 1, shape[1] - 1
    return np.array(
        {
            0: [(1, 0, 0), (0, 1, 0), (0, 0, 1)],
            90: [(0, -1, last_y), (1, 0, 0), (0, 0, 1)],
            180: [(-1, 0, last_x), (0, -1, last_y), (0, 0, 1)],
            270: [(0, 1, 0), (-1, 0, last_x), (0, 0, 1)],
        }[degrees],
        np.float64,
    )
