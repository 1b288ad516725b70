"""A blank form opened for drafting: each page's picture, its printed words, its fillable fields.

Whatever the file is (PDF, TIFF, JPEG, PNG, any size of paper), every page comes out alike: upright,
grey, at 200 dots an inch. Words come from the PDF's own text where it has any, else from Tesseract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from extractors.drafting.pdf_text import Told, Widget, Word, told
from extractors.drafting.vocabulary import meaning
from extractors.limits import Limits
from extractors.pages import kind, pages
from extractors.pictures import grey_of
from extractors.printed import layout
from extractors.straighten import LEAST_SKEW, levelness, upright
from extractors.values import Box, Page, Picture

__all__ = ["DPI", "Sheet", "Widget", "Word", "sheets"]

DPI = 200.0
_MM = 25.4
_A4, _HAIR = (210.0, 297.0), 0.6
_LEAST_WORDS = 5
"""Words in a PDF page's own text below which the page is taken for a picture of print."""
_SURE = 0.3
"""Tesseract's own confidence; below it a word is most often a rule or a box taken for letters."""
_OCR_DPI = 400.0
_SPARSE, _TIMEOUT_S = 11, 180
"""Tesseract looks for text here and there, as on forms, and for a whole page has its time."""
_DARK, _WHITE, _GREY = 110, 165, 200
"""Tones: darker is a dark band; lighter is white print on it; darker is a printed rule."""
_BAND = 0.6
_SIX = re.compile(r"(?<=[a-z])6(?=[a-z])")
"""How Tesseract, which here knows English only, reads the ô of a Welsh word."""
_CONFUSED = {"|": "I", "lam": "I am"}


@dataclass(frozen=True)
class Sheet:
    """One page of a blank. ``picture``: grey, 200 dots an inch; ``size_mm``: width and height."""

    number: int
    picture: Picture
    size_mm: tuple[float, float]
    words: tuple[Word, ...] = ()
    widgets: tuple[Widget, ...] = ()


def sheets(blank: Path, limits: Limits | None = None) -> Iterator[Sheet]:
    """The pages of a blank in order, each opened only when asked for.

    A page without text of its own comes without words: ``read_words`` reads them, best when the
    boxes on it are known. Raises ``UnreadableScan`` with its reason, and ``OSError``.
    """
    with blank.open("rb") as file:
        is_pdf = kind(file.read(1024)) == "pdf"
    for page in pages(blank, limits or Limits()):
        own = told(blank, page.number) if is_pdf else Told()
        if len(own.words) >= _LEAST_WORDS or own.widgets:
            yield _sheet(page, own.words, own.widgets)
        else:
            yield _sheet(_straight(page), (), ())


def read_words(picture: Picture, boxes: Sequence[Box] = ()) -> tuple[Word, ...]:
    """The printed words of a page picture of 200 dpi, by Tesseract. Raises as ``layout`` does.

    ``boxes``: empty places to write in (shares of the page), whose edges are no letters.
    """
    plain = letters_only(_without(picture, boxes))
    by = _OCR_DPI / DPI
    larger = np.asarray(cv2.resize(plain, None, fx=by, fy=by, interpolation=cv2.INTER_CUBIC))
    height, width = larger.shape
    found = []
    for block in layout(larger.astype(np.uint8), _SPARSE, _TIMEOUT_S):
        place, text = block.block, _CONFUSED.get(block.text, block.text)
        text = _SIX.sub("ô", text)
        box = Box(place.x_1 / width, place.y_1 / height, place.x_2 / width, place.y_2 / height)
        # A Welsh word is never sure to Tesseract: one that names a value is print all the same.
        sure = block.score >= _SURE or (len(text) > 3 and meaning(text) is not None)
        if not sure or not any(c.isalnum() for c in text):
            continue
        dated = set(text.upper()) <= set("DMYB")
        if dated or len(text) > 2 or not any(_within(box, each) for each in boxes):
            found.append(Word(text, box))
    return tuple(found)


def _within(word: Box, box: Box) -> bool:
    """Whether a word's middle is in a box to write in: there, marks are seldom print."""
    across, down = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box.x0 <= across <= box.x1 and box.y0 <= down <= box.y1


def _without(picture: Picture, boxes: Sequence[Box]) -> Picture:
    """The picture with the edges of boxes painted over; what is printed within them stays."""
    clean = picture.copy()
    height, width = picture.shape
    thick = _pixels(0.9)
    for box in boxes:
        left, top, right, bottom = box.pixels(width, height)
        cv2.rectangle(clean, (left, top), (right, bottom), 255, thick)
    return clean


def letters_only(picture: Picture) -> Picture:
    """A page picture without its rules and boxes, and with white print on dark turned dark."""
    # Where most is dark, even with the letters in it, is a heading in white on a dark band.
    window = (_pixels(6), _pixels(3))
    dark = (picture < _DARK).astype(np.uint8)
    near = cv2.dilate(
        (cv2.blur(dark.astype(np.float32), window) > _BAND).astype(np.uint8),
        np.ones(window[::-1], np.uint8),
    )
    letter = np.ones((_pixels(2.5), _pixels(2.5)), np.uint8)
    bands = cv2.bitwise_and(near, cv2.morphologyEx(dark, cv2.MORPH_CLOSE, letter))
    turned = np.where(picture > _WHITE, 0, 255)
    plain = np.where(bands > 0, turned, picture)
    ink = np.asarray(plain < _GREY, dtype=np.uint8)
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, _pixels(7)), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((_pixels(6.5), 1), np.uint8))
    rules = cv2.dilate(cv2.bitwise_or(across, down), np.ones((3, 3), np.uint8))
    return np.asarray(np.where(rules > 0, 255, plain), dtype=np.uint8)


def _pixels(millimetres: float) -> int:
    return round(millimetres / _MM * DPI)


def _straight(page: Page) -> Page:
    """A scanned page turned upright and level; only turned when its print says so for sure.

    A page with little print says nothing sure about its skew either: see which is more level.
    """
    straight = upright(page)
    if straight.turned:
        return straight.page if straight.certain else page
    before, after = (levelness(grey_of(each.picture)) for each in (page, straight.page))
    return page if abs(straight.skew) > LEAST_SKEW and after < before else straight.page


def _sheet(page: Page, words: tuple[Word, ...], widgets: tuple[Widget, ...]) -> Sheet:
    grey = grey_of(page.picture)
    height, width = grey.shape
    pixels = (round(width / page.dpi * DPI), round(height / page.dpi * DPI))
    if pixels != (width, height):
        smaller = pixels[0] < width
        way = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
        grey = np.asarray(cv2.resize(grey, pixels, interpolation=way), dtype=np.uint8)
    size_mm = _paper(width / page.dpi * _MM, height / page.dpi * _MM)
    return Sheet(page.number, grey, size_mm, words, widgets)


def _paper(width: float, height: float) -> tuple[float, float]:
    """A page's size in mm to a tenth; A4 where it is that but for a hair.

    Places are shares of the page until they are written down, so they follow.
    """
    if abs(width - _A4[0]) < _HAIR and abs(height - _A4[1]) < _HAIR:
        return _A4
    return round(width, 1), round(height, 1)
