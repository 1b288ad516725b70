"""A page with truth and draft drawn over each other, to look at.

Truth is a thick green line, the draft a thin red one with its label and kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from benchmarks.drafting.places import Field
from extractors.values import Box

_DPI = 150
_MM = _DPI / 25.4
_TRUTH, _DRAFT, _FREE = "#00a33b", "#d4001a", "#8a8f94"


def page_picture(pdf: Path, page: int) -> Image.Image:
    """The page (counted from 1) as printed, without what a viewer would draw for form fields."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        drawn: Image.Image = document[page - 1].render(scale=_DPI / 72).to_pil()
        return drawn.convert("RGB")
    finally:
        document.close()


def save(
    path: Path, picture: Image.Image, truth: Sequence[Field], draft: Sequence[Field] = ()
) -> None:
    """Draw both on a copy of ``picture`` and write it as PNG; folders are made."""
    drawn = picture.copy()
    pen = ImageDraw.Draw(drawn)
    font = ImageFont.load_default(size=11)
    for field in truth:
        for place in field.places:
            pen.rectangle(_pixels(place.box), outline=_FREE if field.optional else _TRUTH, width=4)
            _cells(pen, place.box, place.cells, _TRUTH)
    for field in draft:
        for place in field.places:
            left, top, right, bottom = _pixels(place.box)
            pen.rectangle((left, top, right, bottom), outline=_DRAFT, width=1)
            _cells(pen, place.box, place.cells, _DRAFT)
            told = (place.labels or field.labels or ("",))[0]
            pen.text((left + 2, bottom), f"{told[:60]} [{field.kinds[0]}]", _DRAFT, font)
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn.save(path)


def _pixels(box: Box) -> tuple[int, int, int, int]:
    return round(box.x0 * _MM), round(box.y0 * _MM), round(box.x1 * _MM), round(box.y1 * _MM)


def _cells(pen: ImageDraw.ImageDraw, box: Box, cells: int, colour: str) -> None:
    """Short strokes at the middle of each box of a comb row."""
    left, top, right, bottom = _pixels(box)
    for index in range(cells):
        x = round(left + (index + 0.5) * (right - left) / cells)
        y = (top + bottom) // 2 + (4 if colour == _DRAFT else -4)
        pen.line((x, y - 4, x, y + 4), fill=colour, width=2)
