"""The printed comb round a training cell, and how reading takes it out again.

Forms print their boxes in many ways; whatever ``extractors.laying`` leaves of one, and whatever it
takes of the pen with it, the recogniser has to have seen. So the very same code removes it here.
"""

from __future__ import annotations

import cv2
import numpy as np

from extractors.blanks import PRINT, SLACK
from extractors.handprint.accidents import Box
from extractors.handprint.pens import Ink
from extractors.handprint.strokes import Rng
from extractors.laying import Part
from extractors.tones import NOISE, PALE, PALEST, SPAN, UNEVEN, USUAL, WRITTEN
from extractors.values import Picture

_GUIDES = "DDMMYYHP"
_FEW = 12  # pixels that tell nothing of a tone


def comb(shape: tuple[int, int], box: Box, rng: Rng) -> Ink:
    """Print (height, width) from 0 paper to 1: the cell's box, those beside it, at times a letter.

    ``box`` is left, top, right, bottom in pixels.
    """
    x0, y0, x1, y1 = box
    printed = np.zeros(shape, np.float32)
    tone = float(rng.uniform(0.25, 1.0))
    gap = float(rng.uniform(3, 10)) if rng.random() < 0.12 else 0.0
    reach = y0 if rng.random() < 0.7 else y1 - (y1 - y0) * rng.uniform(0.15, 0.6)  # a comb's tick
    thick = int(rng.choice([1, 2, 2, 2, 3, 3, 4, 5]))
    if rng.random() < 0.12:  # white boxes on a tinted ground
        printed[:] = rng.uniform(0.1, 0.3)
        tone = float(printed[0, 0]) if rng.random() < 0.5 else tone
        width = x1 - x0
        for step in (-1, 0, 1):
            left = round(x0 + step * (width + gap) + gap / 2)
            printed[round(y0) : round(y1), max(left, 0) : max(left + round(width - gap), 0)] = 0
    lines = [(x0, reach, x0, y1), (x1, reach, x1, y1)]
    lines += [(0.0, y, float(shape[1]), y) for y in ((y0, y1) if rng.random() < 0.9 else (y1,))]
    if gap:
        lines += [(x0 - gap, y0, x0 - gap, y1), (x1 + gap, y0, x1 + gap, y1)]
    for line in lines:
        _line(printed, line, tone, thick)
    if rng.random() < 0.12:
        _guide(printed, box, rng)
    return printed


def _line(printed: Ink, line: Box, tone: float, thick: int) -> None:
    drawn = np.zeros(printed.shape, np.uint8)
    ends = np.round(np.array(line).reshape(2, 2) * 16).astype(np.int32)
    cv2.line(drawn, ends[0], ends[1], 255, thick, cv2.LINE_AA, 4)
    np.maximum(printed, drawn.astype(np.float32) * (tone / 255), out=printed)


def _guide(printed: Ink, box: Box, rng: Rng) -> None:
    """A small letter that says what goes into the box."""
    letter = _GUIDES[int(rng.integers(len(_GUIDES)))]
    size, drawn = rng.uniform(0.5, 1.0), np.zeros(printed.shape, np.uint8)
    x = int((box[0] + box[2]) / 2 - 9 * size + rng.normal(0, 3))
    y = int((box[1] + box[3]) / 2 + 10 * size + rng.normal(0, 5))
    cv2.putText(drawn, letter, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size, 255, 1, cv2.LINE_AA)
    tone = rng.uniform(0.2, 0.6) / 255
    np.maximum(printed, drawn.astype(np.float32) * tone, out=printed)


def removed(dark: Picture, blank: Picture, pen: Picture, rng: Rng) -> Ink:
    """The ink of a cell whose print is taken out as ``extractors.laying`` does, 0 paper to 1.

    All at 200 dpi and of one shape: ``dark``, the page from 0 to 255; ``blank``, its print, where
    the form has it; ``pen``, 255 where something was written, which tells how dark the pen is.
    """
    slip = np.clip(rng.normal(0, 0.6, 2), -SLACK + 0.5, SLACK - 0.5)
    move = np.array([[1.0, 0.0, slip[0]], [0.0, 1.0, slip[1]]])
    there = cv2.warpAffine(blank, move, blank.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    around = np.ones((2 * SLACK + 1, 2 * SLACK + 1), np.uint8)
    zone = cv2.dilate(np.asarray(there > PRINT, np.uint8), around)
    broad = np.asarray(cv2.dilate(there, around) * zone, np.uint8)
    part = Part(dark, np.asarray(there, np.uint8), broad)
    found = part.written(_tones(dark, blank, pen), thin=bool(rng.random() < 0.3))
    if rng.random() < 0.25:  # a pen with a colour of its own
        own = cv2.blur(pen, (3, 3)) / np.float32(255)
        found = np.maximum(found, (dark * own).astype(np.uint8))
    else:
        found = part.bridged(found)
    return np.asarray(cv2.LUT(found, _levels(dark, broad, pen, rng)), np.float32)


def _tones(dark: Picture, blank: Picture, pen: Picture) -> Picture:
    """``extractors.tones.print_tones``, from the little print that one cell has."""
    tallest = cv2.dilate(dark, np.ones((3, 3), np.uint8))
    ridge = (blank >= 16) & (blank >= cv2.dilate(blank, np.ones((3, 3), np.uint8))) & (pen < 16)
    tones, seen = blank[ridge] // 16, tallest[ridge]
    at, found = [0.0], [0.0]
    for tone in range(1, 16):
        own = seen[tones == tone]
        if own.size >= _FEW:
            at.append(16 * tone + 8.0)
            found.append(float(np.quantile(own, USUAL)))
    known = np.maximum.accumulate([*found, 204.0])
    table = np.interp(np.arange(256), [*at, 255.0], known) * UNEVEN
    if ((dark > 32) & (dark < 224)).mean() < 0.001:  # black and white
        table = np.where(table > WRITTEN, 255.0, table)
    return np.asarray(np.clip(np.maximum(table, PALEST * np.arange(256)), 0, 255), np.uint8)


def _levels(dark: Picture, broad: Picture, pen: Picture, rng: Rng) -> Ink:
    """``extractors.tones.ink_levels``, with the page's usual pen a little unlike this cell's."""
    paper = dark[(broad == 0) & (pen < 16)]
    least = NOISE[0]
    if paper.size >= _FEW:
        middle, high = np.quantile(paper, (0.5, 0.84))
        least = float(np.clip(middle + 2.5 * (high - middle), *NOISE))
    strokes = dark[pen > 128]
    typical = float(np.quantile(strokes, 0.7)) if strokes.size >= _FEW else SPAN[1]
    typical *= float(np.exp(rng.normal(0, 0.15)))
    least = float(np.clip(PALE * typical, least, NOISE[1]))
    span = float(np.clip(typical - least, *SPAN))
    return np.asarray(np.clip((np.arange(256) - least) / span, 0, 1), np.float32)
