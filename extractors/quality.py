"""Is this picture good enough to read? Told while the paper is still in someone's hand.

Measured on a copy of about 100 dpi, some 25 ms a page. The limits are where people, too, begin
to have trouble; a page that only reads badly is for the reviewer, not for the station.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from extractors.pictures import darkness
from extractors.resolution import reduced
from extractors.values import Doubt, Page, Picture

_WORK_DPI = 100.0

LEAST_DPI = 150.0
_DARK_PAPER = 110
_DARK_SHARE = 0.4
_CLEAR_MM = 15
_CARD_MM2 = 80 * 50
"""A little less than a bank card (85.6 by 54 mm), the smallest paper that comes by itself."""
_FAINT_INK = 70
_SOFT_EDGE_MM = 0.75
_SOFT_EDGE_PIXELS = 3.0
"""A sharp step in a coarse scan is two pixels wide, whatever that is in millimetres."""
_CUT_MARKS = 6

_MARK = 56
"""How much darker than its paper (of 255) ink is. What shines through from the back is not."""
_HAIR_MM = 7.0
_FAINT_MARK = 24
_FAINT_LETTERS = 30
_SHARP_EDGE_MM = 0.65


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured, and what is wrong in words for the station.

    ``paper``: brightness of the paper, 0 to 255. ``contrast``: how much darker the ink is.
    ``edge_mm``: how wide the step from ink to paper is (a sharp scan: about 0.5, two pixels here).
    ``cut``: letters that run over the edge of the picture.
    """

    dpi: float
    blank: bool
    paper: float
    contrast: float
    edge_mm: float
    cut: int
    doubts: tuple[Doubt, ...]


def examine(page: Page) -> Quality:
    """Measure one page."""
    grey, dpi = reduced(page, _WORK_DPI)
    dark = darkness(grey, dpi)
    blank = _is_blank(grey, dark, dpi)
    sheet = _sheet(grey, dpi)[::2, ::2]
    paper = float(np.percentile(sheet, 90))
    black = float((sheet < 96).mean())
    ink = dark[dark > _MARK // 2]
    contrast = float(np.percentile(ink, 90)) if ink.size else 0.0
    edge = 0.0 if blank else _edge_mm(grey, dpi)
    cut = 0 if blank else _cut_marks(dark, dpi)
    told = (
        ("low_resolution", page.dpi < LEAST_DPI),
        ("blank", blank),
        ("dark", paper < _DARK_PAPER or black > _DARK_SHARE),
        ("light", not blank and contrast < _FAINT_INK),
        ("blurred", edge > max(_SOFT_EDGE_MM, _SOFT_EDGE_PIXELS * 25.4 / dpi)),
        ("cropped", cut >= _CUT_MARKS),
    )
    doubts = tuple(Doubt(code, sentence(code, page.number)) for code, true in told if true)
    return Quality(page.dpi, blank, paper, contrast, edge, cut, doubts)


_SENTENCES = {
    "low_resolution": "is too coarse to read well. Scan it again at 300 dpi.",
    "blank": "is blank. Check that the paper was not put in the wrong way round.",
    "dark": "is too dark. Scan it again with more brightness.",
    "light": "is too light. Scan it again with less brightness or more contrast.",
    "blurred": "is blurred. Clean the glass and scan it again.",
    "cropped": "has writing cut off at the edge. Straighten the paper and scan it again.",
}


def sentence(code: str, number: int) -> str:
    """What is wrong with the page of that number, and what to do."""
    return f"Page {number} {_SENTENCES[code]}"


def is_blank(page: Page) -> bool:
    """Nothing is printed or written on this side.

    Dust, a hair, punched holes, the shadow of the paper's edge and what shines through from the
    back do not count; one short word, a page number of two digits or a signature does.
    """
    grey, dpi = reduced(page, _WORK_DPI)
    return _is_blank(grey, darkness(grey, dpi), dpi)


def _is_blank(grey: Picture, dark: Picture, dpi: float) -> bool:
    letters, longest = _marks(dark, dpi, _MARK)
    if letters >= 2 or longest > _HAIR_MM:
        return False
    # Print so faint that only a person can read it is told from print that shines through from
    # the back by its edges: paper blurs what is behind it.
    faint, _ = _marks(dark, dpi, _FAINT_MARK)
    return faint < _FAINT_LETTERS or _edge_mm(grey, dpi) > _SHARP_EDGE_MM


def _sheet(grey: Picture, dpi: float) -> Picture:
    """The part of the picture that clear paper spans, without the scanner's dark lid round it.

    Clear is what stays bright over ``_CLEAR_MM`` both ways, as margins do. Light spots
    smaller than a bank card are no small sheet on a dark lid: then it is the whole picture.
    """
    size = [max(round(side / dpi * 25.4), 1) for side in grey.shape[::-1]]
    every_mm = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    bright = np.asarray(every_mm >= _DARK_PAPER, np.uint8)
    square = np.ones((_CLEAR_MM, _CLEAR_MM), np.uint8)
    clear = cv2.morphologyEx(bright, cv2.MORPH_OPEN, square, borderValue=0)
    left, top, wide, high = cv2.boundingRect(clear)
    if wide * high < _CARD_MM2:
        return grey
    mm = dpi / 25.4
    rows = slice(round(top * mm), round((top + high) * mm))
    return grey[rows, round(left * mm) : round((left + wide) * mm)]


def _marks(dark: Picture, dpi: float, depth: int) -> tuple[int, float]:
    """How many marks of at least a letter's size there are, and the longest in millimetres."""
    mm = dpi / 25.4
    margin = min(round(3 * mm), min(dark.shape) // 20)
    inner = dark[margin : dark.shape[0] - margin, margin : dark.shape[1] - margin]
    ink = np.asarray(inner > depth, dtype=np.uint8)
    _, _, marks, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, wide, high, area = marks[1:].T
    size = np.maximum(wide, high)
    thin = np.minimum(wide, high)
    to_edge = np.minimum(
        np.minimum(left, inner.shape[1] - left - wide), np.minimum(top, inner.shape[0] - top - high)
    )
    hole = (area > 0.6 * wide * high) & (size < 9 * mm) & (thin > 3 * mm) & (to_edge < 17 * mm)
    frame = (to_edge == 0) & ((thin < 2 * mm) | ((thin < 20 * mm) & (size > 60 * mm)))
    letters = ~hole & ~frame & (size >= 1.2 * mm) & (area >= 3)
    return int(letters.sum()), float((size[letters] / mm).max(initial=0.0))


def _edge_mm(grey: Picture, dpi: float) -> float:
    """The median width of the strongest steps between ink and paper."""
    window = np.ones((9, 9), np.uint8)
    step = cv2.subtract(cv2.dilate(grey, window), cv2.erode(grey, window)).astype(np.float32)
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    slope = cv2.dilate(cv2.magnitude(across, down), window)
    strong = step > max(30.0, 0.6 * float(np.percentile(step, 99)))
    if not strong.any():
        return 0.0
    return float(np.median(step[strong] / np.maximum(slope[strong], 1.0))) * 25.4 / dpi


def _cut_marks(dark: Picture, dpi: float) -> int:
    """Letter-sized marks on the picture's edge, on the side that has most of them."""
    ink = np.asarray(dark > 2 * _MARK, dtype=np.uint8)
    _, _, marks, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, wide, high, _ = marks[1:].T
    size = np.maximum(wide, high)
    letter = (size > 0.04 * dpi) & (size < 0.4 * dpi)
    height, width = dark.shape
    sides = (left == 0, top == 0, left + wide == width, top + high == height)
    return max(int((letter & side).sum()) for side in sides)
