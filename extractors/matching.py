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

from extractors.bending import WORK_DPI, Seen
from extractors.blanks import LAID_DPI, Blank
from extractors.editions import Fit, best_fit
from extractors.expected import expected_error
from extractors.features import FEATURE_DPI, features
from extractors.formpack import FormPack
from extractors.pictures import darkness, grey_of, shrunk
from extractors.proposing import Proposal, Proposer
from extractors.straighten import Turn, estimate
from extractors.values import Box, Page, Picture

__all__ = ["LAID_DPI", "Match", "Matcher"]

_UNSURE = 0.5  # the most that a page whose print differs in several places is believed
_A4_LONG_MM = 297.0
_LIKE_A4 = 0.2  # a page whose length is off by this share still shows its features
_ASKEW = 2.5  # degrees: a page that seems to lie more askew may really be level
_SMALLER = FEATURE_DPI / WORK_DPI
_SIZES = (0.91, 1.1)  # of a page whose features were not found at the size it seems to have
_AT_REST = 12  # blanks whose large pictures are kept

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Match:
    """A page recognised as one page of a form edition.

    ``transform`` (3 x 3) takes page pixels to laid pixels, closely. ``mesh`` is exact: for each
    node of ``blank.nodes`` the page pixel ``(x, y)`` that belongs there. ``confidence`` is how well
    page and blank agree where there is print: 1 perfectly. ``error_mm``: 95 % of the answer places
    lie nearer than about this to where the mesh says.

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
        among = self._papers[long_mm]
        seen = Seen(darkness(grey, WORK_DPI))
        doubted = None
        for moved, picture in _attempts(grey):
            likely = [
                _back(each, moved) for each in self._proposer.propose(features(picture), among)
            ]
            fit = best_fit(likely, seen) if likely else None
            if fit is not None:
                error = expected_error(fit.blank, fit.bent, grey.shape)
                match = _as_match(fit, (fit.bent.mesh + 0.5) * scale - 0.5, error)
                if not match.differs:
                    return match
                # Print is missing: seen another way it may prove to be another form.
                doubted = doubted or match
        return doubted

    def _used(self, blank: Blank) -> None:
        """Large pictures are kept of the blanks used lately only."""
        self._lately = [blank, *(each for each in self._lately if each is not blank)]
        while len(self._lately) > _AT_REST:
            self._lately.pop().rest()


def _attempts(grey: Picture) -> Iterator[tuple[NDArray[np.float64], Picture]]:
    """Ways in which a page may lie, likeliest first: how it was moved (2 x 3), and the result at
    ``FEATURE_DPI``.

    It is looked at again only when nothing fits it as it seems to lie.
    """
    lie = estimate(Page(1, grey, WORK_DPI))
    ways = [(lie.turned, lie.skew, 1.0), ((lie.turned + 180) % 360, lie.skew, 1.0)]
    if lie.turned or abs(lie.skew) > _ASKEW:
        ways.insert(1, (0, 0.0, 1.0))
    ways += [(lie.turned, lie.skew, size) for size in _SIZES]
    for turned, skew, size in ways:
        yield _moved(grey, skew - turned, size)


def _back(likely: Proposal, moved: NDArray[np.float64]) -> Proposal:
    """What was proposed for a page so moved, for the page as it was."""
    mesh = cv2.transform(likely.mesh, cv2.invertAffineTransform(moved))
    return replace(likely, mesh=np.asarray(mesh, np.float32))


def _moved(grey: Picture, degrees: float, size: float) -> tuple[NDArray[np.float64], Picture]:
    """How the page is turned against the clock and enlarged onto a sheet that holds all of it, and
    the result at ``FEATURE_DPI``."""
    height, width = grey.shape
    matrix = np.asarray(cv2.getRotationMatrix2D((0, 0), degrees, size), np.float64)
    corners = np.array([[(-0.5, -0.5), (width, -0.5), (-0.5, height), (width, height)]])
    there = cv2.transform(corners, matrix)[0]
    matrix[:, 2] = -0.5 - there.min(axis=0)
    wide, high = (int(each) for each in np.ceil(np.ptp(there, axis=0) * _SMALLER))
    # In one step, and sharply: from a blurred page fewer features are those of its blank.
    offset = (_SMALLER - 1) / 2
    small = _SMALLER * matrix + [(0, 0, offset), (0, 0, offset)]
    moved = cv2.warpAffine(grey, small, (wide, high), flags=cv2.INTER_CUBIC, borderValue=(255,))
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


def _confidence(match: Match) -> float:
    return match.confidence


def _as_match(fit: Fit, mesh: Array, error_mm: float) -> Match:
    blank = fit.blank
    found, _ = cv2.findHomography(mesh.reshape(-1, 2), blank.nodes.reshape(-1, 2), 0)
    return Match(
        pack=blank.pack,
        form_page=blank.number,
        confidence=min(fit.agreement, _UNSURE if fit.lacks.places else 1.0),
        transform=np.asarray(found, np.float64),
        mesh=mesh.astype(np.float32),
        blank=blank,
        error_mm=error_mm,
        differs=fit.lacks.places,
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
