"""A matched page laid on its blank, and the handwriting on it without the blank's print.

The print is known, so nothing is guessed from the page alone: ink is what is darker than the print
can explain within the registration's tolerance, or coloured where the print is grey. Where a
stroke crosses a printed line the two sides are joined again; where it runs along one, the line has
become thicker or darker than the blank's and is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.bending import warp
from extractors.blanks import LAID_DPI, PITCH, SLACK, Blank
from extractors.matching import Match
from extractors.pictures import darkness, grey_of
from extractors.values import Page, Picture

_PEN_COLOUR = 32.0  # brightest less darkest of red, green, blue: grey print stays well below it
_WRITTEN = 60  # darkness of a pixel that is certainly written or printed
_LEVELS = np.clip((np.arange(256, dtype=np.float32) - 28) / 100, 0, 1)
_SAMPLE = (slice(None, None, 3), slice(None, None, 3))  # enough pixels of a page for a median
_HALO = 4 * SLACK  # laid pixels round a part of the page that its ink depends on

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Laid:
    """A page as seen through its blank: every place of the form pack is where it should be.

    ``picture`` (colour kept) and ``blank`` (grey) have the same size, ``LAID_DPI``. ``ink`` is
    float32, 0 paper to 1 ink, with the blank's print removed; far from every answer place it is 0,
    whatever stands there. ``transform`` takes page pixels to laid pixels, closely.
    """

    picture: Picture
    blank: Picture
    ink: Array
    transform: NDArray[np.float64]


def lay(page: Page, match: Match) -> Laid:
    """Lay ``page`` on the blank it was matched to."""
    grey = match.blank.grey
    picture = np.asarray(warp(page.picture, match.mesh, grey.shape, PITCH, 255.0), np.uint8)
    return Laid(picture, grey, _ink(picture, match.blank), match.transform)


def _ink(picture: Picture, blank: Blank) -> Array:
    """The ink round the answer places, part by part: small enough for the processor's cache."""
    dark = darkness(grey_of(picture), LAID_DPI)
    tones = _tones(blank, dark)
    pen = _pen(picture, blank, dark)
    ink = np.zeros(dark.shape, np.float32)
    for left, top, right, bottom in blank.answers:
        up, back = max(top - _HALO, 0), max(left - _HALO, 0)
        outer = slice(up, bottom + _HALO), slice(back, right + _HALO)
        part = _Part(dark[outer], blank.dark[outer], blank.broad[outer])
        found = part.written(tones)
        if pen is None:
            found = part.bridged(found)
        else:
            found = np.maximum(found, _penned(picture[outer], part.dark, pen))
        # Faint remains go to 0, a firm stroke to 1.
        inner = found[top - up : bottom - up, left - back : right - back]
        ink[top:bottom, left:right] = cv2.LUT(inner, _LEVELS)
    return ink


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a laid page: its darkness, the blank's, and the blank's widened (``broad``)."""

    dark: Picture
    blank: Picture
    broad: Picture

    def written(self, tones: Picture) -> Picture:
        """What is darker than print of these ``tones`` explains."""
        # Where print cannot lie, ``broad`` is 0 and so is its tone.
        more = cv2.subtract(self.dark, cv2.LUT(self.broad, tones))
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


def _tones(blank: Blank, dark: Picture) -> Picture:
    """For each darkness of the blank the one that this scanner gave its print, as a table.

    For each of 16 tones of the blank, the median darkness on the page; never falling.
    """
    tones = np.zeros(17)
    seen, level = dark[_SAMPLE], blank.inner[_SAMPLE] // 16
    for tone in range(1, 16):
        there = seen[level == tone]
        tones[tone] = np.median(there) if there.size >= 50 else tones[tone - 1]
    tones[16] = tones[15]
    rising = np.maximum.accumulate(tones)
    table = np.interp(np.arange(256), np.arange(17) * 16 + 8.0, rising)
    table = np.maximum(table, np.arange(256) * 0.8)
    return np.asarray(np.clip(table, 0, 255), np.uint8)


def _pen(picture: Picture, blank: Blank, dark: Picture) -> Picture | None:
    """For each colourfulness how far it is coloured pen (0 to 255), as a table; ``None`` when what
    is written has no colour."""
    if picture.ndim == 2:
        return None
    seen, colour = np.ascontiguousarray(dark[_SAMPLE]), _colour(picture[_SAMPLE])
    written = (seen > _WRITTEN) & (blank.broad[_SAMPLE] == 0)
    if np.count_nonzero(written) < 20:
        return None
    paper = float(np.median(colour[seen < 16]))
    if float(np.median(colour[written])) - paper < _PEN_COLOUR:
        return None
    share = np.clip((np.arange(256.0) - paper) / _PEN_COLOUR - 0.5, 0, 1) * 255
    return np.asarray(share, np.uint8)


def _colour(picture: Picture) -> Picture:
    """The brightest of red, green and blue less the darkest."""
    red, green, blue = cv2.split(picture)
    most, least = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    return np.asarray(cv2.subtract(most, least), np.uint8)


def _penned(picture: Picture, dark: Picture, pen: Picture) -> Picture:
    """Darkness of coloured pen alone."""
    share = cv2.LUT(_colour(picture), pen)
    return np.asarray(cv2.multiply(dark, share, scale=1 / 255), np.uint8)


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
