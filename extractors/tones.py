"""How one scan shows paper, print and pen: measured on the page laid on its blank.

Every scanner, copier and pen is different, so nothing here is a fixed threshold: how dark print
came out, how noisy the paper is, how dark most strokes are, and what colour they have.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.blanks import SAMPLE, Blank
from extractors.values import Picture

WRITTEN = 60  # darkness of a pixel that is certainly written or printed
_PEN_COLOUR = 24.0  # how far a pen's colour is from all mixtures of paper and print
_PRINT_COLOUR = 16.0  # how far coloured print is from grey
_FEW = 50  # sampled pixels of print of one tone that say nothing yet
USUAL = 0.65  # share of the pixels of one tone that are paler than what is taken for it
UNEVEN = 1.12  # how much darker than that print of one tone may be
PALEST = 0.7  # print of one tone in several colours may come out paler in some
NOISE = (12.0, 28.0)  # least and most darkness that is taken for paper
SPAN = (36.0, 100.0)  # darkness from paper to full ink: of a page in pencil, of one in ink
PALE = 0.15  # share of the writing's darkness that is dirt or the other side of the sheet
_ENOUGH = 300  # sampled pixels of writing that tell how dark the pen is

Array = NDArray[np.float32]
Colour = NDArray[np.float64]


def two_tone(picture: Picture) -> bool:
    """Whether a scan is black and white, without half-tones."""
    some = picture[::19, ::19]
    return bool(((some > 32) & (some < 224)).mean() < 0.001)


def print_tones(blank: Blank, dark: Picture, black_and_white: bool) -> Picture:
    """For each darkness of the blank the most that print of it has on this page, as a table.

    Measured in the middle of lines, for each of 16 tones; never falling.
    """
    tallest = cv2.dilate(dark, np.ones((3, 3), np.uint8))  # print may lie a pixel off
    places, tones = blank.ridge
    seen = tallest[SAMPLE].ravel()[places]
    there = {tone: seen[tones // 16 == tone] for tone in range(1, 16)}
    known = {t: float(np.quantile(each, USUAL)) for t, each in there.items() if each.size >= _FEW}
    at = [0.0, *(16 * tone + 8.0 for tone in known), 255.0]
    found = np.maximum.accumulate([0.0, *known.values(), 204.0])
    if black_and_white:  # a line that is broken may be black anywhere, and so may tones between
        found = np.where(found > WRITTEN, 255.0, found)
        table = found[np.searchsorted(at, np.arange(256) - 8)]
    else:
        table = np.interp(np.arange(256), at, found) * UNEVEN
    return np.asarray(np.clip(np.maximum(table, PALEST * np.arange(256)), 0, 255), np.uint8)


def ink_levels(blank: Blank, dark: Picture) -> Array:
    """For each darkness that print does not explain how far it is ink, 0 to 1, as a table.

    Paper ends where its noise does, so that pencil is kept on clean paper. Full ink is what most
    strokes of this page reach.
    """
    seen = np.ascontiguousarray(dark[SAMPLE])
    counts = cv2.calcHist([seen], [0], blank.open, [256], [0, 256]).ravel()
    total = np.cumsum(counts)
    middle, high = (float(np.searchsorted(total, share * total[-1])) for share in (0.5, 0.84))
    paper = float(np.clip(middle + 2.5 * (high - middle), *NOISE))
    written = total[-1] - total[int(paper) + 4]
    span = SPAN[1]
    if written >= _ENOUGH:
        typical = float(np.searchsorted(total, total[-1] - 0.3 * written))
        if high:  # with half-tones: what shines through is far paler than the writing
            paper = float(np.clip(PALE * typical, paper, NOISE[1]))
        span = float(np.clip(typical - paper, *SPAN))
    return np.asarray(np.clip((np.arange(256) - paper) / span, 0, 1), np.float32)


def pen_colour(picture: Picture, blank: Blank, dark: Picture) -> Colour | None:
    """What a colour is multiplied by (1 x 4, ``cv2.transform``) to tell coloured pen, 255, from
    paper and print of any tone, 0; ``None`` when the pen has no colour of its own."""
    if picture.ndim == 2:
        return None
    seen, colours = np.ascontiguousarray(dark[SAMPLE]), picture[SAMPLE]
    written = (seen > WRITTEN) & (blank.open > 0)
    clean = seen[::5, ::5] < 16
    if np.count_nonzero(written) < 20 or not clean.any():
        return None
    paper = np.median(colours[::5, ::5][clean], axis=0)
    known = [np.full(3, 3**-0.5)]  # grey print
    places, tones = blank.ridge
    on = places[(tones > WRITTEN) & (seen.ravel()[places] > WRITTEN)]
    if on.size >= _FEW:
        rows, columns = np.unravel_index(on, seen.shape)
        tint = _beyond(paper - _usual_colour(colours[rows, columns], paper), known)
        if np.linalg.norm(tint) > _PRINT_COLOUR:
            known.append(tint / np.linalg.norm(tint))
    own = _beyond(paper - np.median(colours[written], axis=0), known)
    if np.linalg.norm(own) < _PEN_COLOUR:
        return None
    # Half a pen's own colour counts half, a quarter not at all: scans smear colours.
    weights = 2 * 255 * own / (own @ own)
    return np.append(-weights, weights @ paper - 255 / 2)[None]


def _usual_colour(printed: Picture, paper: Colour) -> Colour:
    """The median colour of the most colourful quarter of print: beside black there may be more."""
    colourful = np.ptp(paper - printed, axis=1)
    return np.asarray(np.median(printed[colourful >= np.quantile(colourful, 0.75)], axis=0))


def _beyond(colour: Colour, known: list[Colour]) -> Colour:
    """The part of a colour that no mixture of the ``known`` ones makes."""
    for each in known:
        colour = colour - (colour @ each) * each
    return colour
