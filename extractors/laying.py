"""A matched page laid on its blank, and the handwriting on it without the blank's print.

The print is known, so nothing is guessed from the page alone: ink is what is darker than the print
can explain within the registration's tolerance, or coloured where the print is grey. Where a
stroke crosses a printed line the two sides are joined again; where it runs along one, the line has
become thicker or darker than the blank's and is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.bending import warp
from extractors.blanks import LAID_DPI, PITCH, Blank
from extractors.matching import Match
from extractors.pictures import darkness, grey_of
from extractors.values import Page, Picture

_SLACK = 2  # laid pixels (0.25 mm) that print may lie beside its place on the blank
_PRINT = 24  # darkness from which a blank's pixel counts as print
_PEN_COLOUR = 32.0  # brightest less darkest of red, green, blue: grey print stays well below it
_LEVELS = np.clip((np.arange(256, dtype=np.float32) - 28) / 100, 0, 1)

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Laid:
    """A page as seen through its blank: every place of the form pack is where it should be.

    ``picture`` (colour kept) and ``blank`` (grey) have the same size, ``LAID_DPI``. ``ink`` is
    float32, 0 paper to 1 ink, with the blank's print removed. ``transform`` takes page pixels to
    laid pixels, closely.
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
    dark = darkness(grey_of(picture), LAID_DPI)
    printed = _as_printed(blank.dark, dark)
    zone = _widened(np.asarray(blank.dark > _PRINT, np.uint8))
    ink = np.where(zone > 0, cv2.subtract(dark, _widened(printed)), dark)
    ink = np.maximum(ink, _grown_thick(dark, printed, zone))
    pen = _pen(picture, zone, dark)
    return _levels(_bridged(ink, dark, zone) if pen is None else np.maximum(ink, pen))


def _widened(picture: Picture) -> Picture:
    """Each pixel takes the greatest value within the slack print may lie off its place."""
    around = np.ones((2 * _SLACK + 1, 2 * _SLACK + 1), np.uint8)
    return np.asarray(cv2.dilate(picture, around), np.uint8)


def _as_printed(blank: Picture, dark: Picture) -> Picture:
    """The blank's darkness in the tones this scanner gave its print.

    For each of 16 tones of the blank, the median darkness on the page; never falling.
    """
    tones = np.zeros(17)
    step = (slice(None, None, 3), slice(None, None, 3))
    inner = cv2.erode(blank, np.ones((3, 3), np.uint8))[step]
    seen, level = dark[step], inner // 16
    for tone in range(1, 16):
        there = seen[level == tone]
        tones[tone] = np.median(there) if there.size >= 50 else tones[tone - 1]
    tones[16] = tones[15]
    rising = np.maximum.accumulate(tones)
    table = np.interp(np.arange(256), np.arange(17) * 16 + 8.0, rising)
    table = np.maximum(table, np.arange(256) * 0.8)
    return np.asarray(cv2.LUT(blank, np.clip(table, 0, 255).astype(np.uint8)), np.uint8)


def _grown_thick(dark: Picture, printed: Picture, zone: Picture) -> Picture:
    """Print that has more darkness round it than the blank explains: a stroke runs along it."""
    window = (2 * _SLACK + 3, 2 * _SLACK + 3)
    more = cv2.subtract(cv2.blur(dark, window), cv2.blur(printed, window))
    # A stroke 0.3 mm wide and fairly dark fills about a third of the window.
    grown = (more > 255 * 0.5 / 3).astype(np.uint8) & zone
    return np.asarray(cv2.bitwise_and(dark, dark, mask=grown), np.uint8)


def _pen(picture: Picture, zone: Picture, dark: Picture) -> Picture | None:
    """Darkness of coloured pen alone, or ``None`` when what is written has no colour."""
    if picture.ndim == 2:
        return None
    red, green, blue = cv2.split(picture)
    colour = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    written = (dark > 60) & (zone == 0)
    if np.count_nonzero(written) < 200:
        return None
    paper = float(np.median(colour[::4, ::4][dark[::4, ::4] < 16]))
    if float(np.median(colour[written])) - paper < _PEN_COLOUR:
        return None
    share = np.clip((np.arange(256.0) - paper) / _PEN_COLOUR - 0.5, 0, 1) * 255
    return np.asarray(
        cv2.multiply(dark, cv2.LUT(colour, share.astype(np.uint8)), scale=1 / 255), np.uint8
    )


def _bridged(ink: Picture, dark: Picture, zone: Picture) -> Picture:
    """Strokes cut by a printed line, joined again where the page is dark enough for it."""
    reach = 2 * (2 * _SLACK) + 1
    closed = ink
    for shape in _bars(reach):
        closed = np.maximum(closed, cv2.morphologyEx(ink, cv2.MORPH_CLOSE, shape))
    joined = np.minimum(closed, dark)
    return np.asarray(np.where(zone > 0, np.maximum(joined, ink), ink), np.uint8)


def _bars(length: int) -> Iterator[Picture]:
    """Structuring elements: a line ``length`` pixels long in each of eight directions."""
    half = length // 2
    for turn in range(8):
        angle = np.pi * turn / 8
        along = half / max(abs(np.cos(angle)), abs(np.sin(angle)))
        tip = round(along * np.cos(angle)), round(along * np.sin(angle))
        bar = np.zeros((length, length), np.uint8)
        cv2.line(bar, (half - tip[0], half - tip[1]), (half + tip[0], half + tip[1]), 1)
        yield bar


def _levels(ink: Picture) -> Array:
    """Ink as 0 to 1: faint remains go to 0, a firm stroke to 1."""
    return np.asarray(cv2.LUT(ink, _LEVELS), np.float32)
