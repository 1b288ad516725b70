"""A matched page laid on its blank, and the handwriting on it without the blank's print.

The print is known, so nothing is guessed from the page alone: ink is what is darker than the print
can explain within the registration's tolerance, or of the pen's own colour. Where a
stroke crosses a printed line the two sides are joined again; where it runs along one, the line has
become thicker or darker than the blank's and is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.bending import warp
from extractors.blanks import LAID_DPI, SLACK, Blank
from extractors.matching import Match
from extractors.pictures import darkness, grey_of
from extractors.snapping import FINE_PITCH, Rectangle, snap
from extractors.tones import Colour, ink_levels, pen_colour, print_tones, two_tone
from extractors.values import Page, Picture

_BESIDE = 0.3  # darkness beside print, as a share of its own, above which it was not met exactly
_STRONGEST_PRINT = 128  # print darker than this hides too much for writing on it to be restored
_HALO = 4 * SLACK  # laid pixels round a part of the page that its ink depends on

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Laid:
    """A page as seen through its blank: every place of the form pack is where it should be.

    ``picture`` (colour kept), ``dark`` (its darkness, 0 paper to 255 black, print and all) and
    ``blank`` (grey) have the same size, ``LAID_DPI``. ``ink`` is float32, 0 paper to 1 ink, with
    the blank's print removed; far from every answer place it is 0, whatever stands there.
    ``transform`` takes page pixels to laid pixels, closely.
    """

    picture: Picture
    dark: Picture
    blank: Picture
    ink: Array
    transform: NDArray[np.float64]


def lay(page: Page, match: Match) -> Laid:
    """Lay ``page`` on the blank it was matched to."""
    grey = match.blank.grey
    found = snap(page.picture, match.blank, match.mesh)
    picture = np.asarray(warp(page.picture, found.mesh, grey.shape, FINE_PITCH, 255.0), np.uint8)
    dark = darkness(grey_of(picture), LAID_DPI)
    ink = _ink(picture, dark, match.blank, found.exact, two_tone(page.picture))
    return Laid(picture, dark, grey, ink, match.transform)


def _ink(
    picture: Picture,
    dark: Picture,
    blank: Blank,
    exact: Sequence[Rectangle],
    black_white: bool,
) -> Array:
    """The ink round the answer places, part by part: small enough for the processor's cache.

    ``exact``: the comb rows that were met exactly.
    """
    tones = print_tones(blank, dark, black_white)
    pen = pen_colour(picture, blank, dark)
    levels = ink_levels(blank, dark)
    broad = _print_places(dark, blank, exact, tones)
    ink = np.zeros(dark.shape, np.float32)
    for left, top, right, bottom in blank.answers:
        up, back = max(top - _HALO, 0), max(left - _HALO, 0)
        outer = slice(up, bottom + _HALO), slice(back, right + _HALO)
        part = Part(dark[outer], blank.dark[outer], broad[outer])
        found = part.written(tones, thin=blank.guides is not None)
        if pen is None:
            found = part.bridged(found)
        else:
            found = np.maximum(found, _penned(picture[outer], part.dark, pen))
        # Faint remains go to 0, a firm stroke to 1.
        inner = found[top - up : bottom - up, left - back : right - back]
        ink[top:bottom, left:right] = cv2.LUT(inner, levels)
    return ink


def _print_places(
    dark: Picture, blank: Blank, exact: Sequence[Rectangle], tones: Picture
) -> Picture:
    """The blank's ``broad``, but tight round guide letters in rows that were met exactly."""
    if blank.guides is None:
        return blank.broad
    broad = blank.broad.copy()
    for left, top, right, bottom in exact:
        row = slice(top, bottom), slice(left, right)
        tight, ring = (each[row] for each in blank.guides)
        on = cv2.mean(cv2.LUT(tight, tones), mask=tight)[0]
        if ring.any() and cv2.mean(dark[row], mask=ring)[0] < _BESIDE * on:
            broad[row] = tight
    return broad


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a laid page: its darkness, the blank's, and the blank's widened (``broad``).

    Training takes the print out of its cells with this too: a recogniser has to know what is left.
    """

    dark: Picture
    blank: Picture
    broad: Picture

    def written(self, tones: Picture, thin: bool) -> Picture:
        """What is darker than print of these ``tones`` explains; ``thin``: and what print hides of
        it, restored as far as can be."""
        # Where print cannot lie, ``broad`` is 0 and so is its tone.
        printed = cv2.LUT(self.broad, tones)
        more = np.asarray(cv2.subtract(self.dark, printed), np.uint8)
        if thin:  # the darker the print is the less a pen adds to it
            left = np.maximum(cv2.bitwise_not(printed), 255 - _STRONGEST_PRINT)
            more = np.asarray(cv2.divide(more, left, scale=255), np.uint8)
        return np.asarray(cv2.max(more, self._grown_thick(tones)), np.uint8)

    def _zone(self) -> Picture:
        """255 where print may lie, 0 elsewhere."""
        return (self.broad > 0) * np.uint8(255)

    def _grown_thick(self, tones: Picture) -> Picture:
        """Print that has more darkness round it than the blank explains: a stroke runs along it."""
        window = (2 * SLACK + 3, 2 * SLACK + 3)
        printed = cv2.blur(cv2.LUT(self.blank, tones), window)
        more = cv2.subtract(cv2.blur(self.dark, window), printed)
        # A stroke 0.3 mm wide and fairly dark fills about a third of the window.
        grown = (more > 255 * 0.5 / 3) * self._zone()
        return np.asarray(cv2.bitwise_and(self.dark, grown), np.uint8)

    def bridged(self, ink: Picture) -> Picture:
        """Strokes cut by a printed line, joined again where the page is dark enough for it."""
        reach = 2 * (2 * SLACK) + 1
        closed = ink
        for shape in _bars(reach):
            closed = np.maximum(closed, cv2.morphologyEx(ink, cv2.MORPH_CLOSE, shape))
        joined = cv2.min(closed, self.dark)
        return np.asarray(cv2.max(ink, cv2.bitwise_and(joined, self._zone())), np.uint8)


def _penned(picture: Picture, dark: Picture, pen: Colour) -> Picture:
    """Darkness of coloured pen alone."""
    return np.asarray(cv2.multiply(dark, cv2.transform(picture, pen), scale=1 / 255), np.uint8)


@cache
def _bars(length: int) -> tuple[Picture, ...]:
    """Structuring elements: a line ``length`` pixels long in each of eight directions."""
    bars = []
    half = length // 2
    for turn in range(8):
        angle = np.pi * turn / 8
        along = half / max(abs(np.cos(angle)), abs(np.sin(angle)))
        tip = round(along * np.cos(angle)), round(along * np.sin(angle))
        bar = np.zeros((length, length), np.uint8)
        cv2.line(bar, (half - tip[0], half - tip[1]), (half + tip[0], half + tip[1]), 1)
        bars.append(bar)
    return tuple(bars)
