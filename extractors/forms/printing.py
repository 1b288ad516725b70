"""The printed form before anybody writes on it: a pack's blank pages at any resolution."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw

from extractors.formpack import BadFormPack, FormPack, FormPage
from extractors.forms.draw import DPI, draw, font
from extractors.values import Box, Picture

_SAME = 2.0  # grey levels apart on average: the same drawing, by another machine


def blanks(pack: FormPack, dpi: int = DPI) -> tuple[Picture, ...]:
    """The blank pages, grey or RGB. A page measured in pixels has the size guessed.

    A pack that is drawn from its definition is drawn anew, so that its print is sharp.
    Raises ``BadFormPack`` for a picture that cannot be read.
    """
    return _blanks(pack.folder, pack.pages, dpi)


@lru_cache(maxsize=4)
def _blanks(folder: Path, pages: tuple[FormPage, ...], dpi: int) -> tuple[Picture, ...]:
    given = tuple(_opened(page.blank) for page in pages)
    if dpi > DPI and all(page.measured_in == "mm" for page in pages) and _drawn(folder, given):
        try:
            return draw(folder, dpi)
        except BadFormPack:  # letters do not grow evenly: at this resolution a label is too wide
            pass
    return tuple(
        _sized(picture, page.size_mm, dpi)
        for page, picture in zip(pages, given, strict=True)
    )  # fmt: skip


def _drawn(folder: Path, given: tuple[Picture, ...]) -> bool:
    """Whether the pack's pictures are what its definition draws."""
    try:
        drawn = draw(folder)
    except BadFormPack:
        return False
    return all(
        one.shape == other.shape and np.abs(one.astype(np.int16) - other).mean() <= _SAME
        for one, other in zip(drawn, given, strict=True)
    )


def _opened(path: Path) -> Picture:
    try:
        with Image.open(path) as picture:
            mode = "L" if picture.mode in ("1", "L") else "RGB"
            return np.asarray(picture.convert(mode), np.uint8)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadFormPack(f"{path}: this picture cannot be read: {error}") from None


def _sized(picture: Picture, size_mm: tuple[float, float], dpi: int) -> Picture:
    height, width = picture.shape[:2]
    wide, high = (round(side / 25.4 * dpi) for side in size_mm)
    if (wide, high) == (width, height):
        return picture
    way = cv2.INTER_AREA if wide < width else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (wide, high), interpolation=way), np.uint8)


def printed_on(blank: Picture, prints: Mapping[Box, str], dpi: int) -> Picture:
    """``blank`` with machine print in the boxes given, in its own typeface and black."""
    if not prints:
        return blank
    image = Image.fromarray(blank)
    pen = ImageDraw.Draw(image)
    for box, text in prints.items():
        left, top, right, bottom = box.pixels(image.width, image.height)
        size = min(0.6 * (bottom - top), 10 * dpi / 72)
        size *= min(1.0, 0.94 * (right - left) / max(font(False, size).getlength(text), 1))
        black = 30 if image.mode == "L" else (30, 30, 30)
        at = (left + 0.03 * (right - left), (top + bottom) / 2)
        pen.text(at, text, black, font(False, size), anchor="lm")
    return np.asarray(image, np.uint8)


def code_in(blank: Picture, box: Box) -> str | None:
    """What the barcode printed in ``box`` says, ``None`` when there is none."""
    height, width = blank.shape[:2]
    left, top, right, bottom = box.grown(0.01, 0.01).pixels(width, height)
    found = zxingcpp.read_barcodes(np.ascontiguousarray(blank[top:bottom, left:right]))
    return str(found[0].text) if found else None
