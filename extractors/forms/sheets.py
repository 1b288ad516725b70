"""Sheets that are not forms: separator sheets to print, and a letter for specimens of post."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from extractors.forms.draw import DPI, font, wrapped
from extractors.values import Picture

SEPARATOR = "POSTROOM-SEPARATOR"
BATCH = "POSTROOM-BATCH:"
_A4 = (210.0, 297.0)
_INCH = 25.4
_NARROW, _WIDE, _GAP, _EDGE = 0.08, 0.2, 0.08, 0.62  # inches, from the paper's edge inward
_PATCH_T = (_NARROW, _WIDE, _NARROW, _WIDE)


def separator(dpi: int = DPI, payload: str = SEPARATOR) -> Picture:
    """A grey A4 separator sheet: patch code T along all four edges, ``payload`` as Code 128.

    It works whichever way round and whichever side up it goes into the scanner.
    """
    told = "Put this sheet between two items before scanning. It is not kept."
    return _barred(dpi, payload, "Separator sheet", told)


def batch_header(number: str, dpi: int = DPI) -> Picture:
    """The sheet that goes on top of a batch; its barcode carries the batch's ``number``."""
    told = "Put this sheet on top of the batch before scanning."
    return _barred(dpi, f"{BATCH}{number}", f"Batch {number}", told)


def _barred(dpi: int, payload: str, title: str, told: str) -> Picture:
    image, pen, scale = _sheet(dpi)
    width, height = image.size
    inset = 2.0 * dpi  # so that the bars of two edges do not cross
    at = _EDGE * dpi
    for bar in _PATCH_T:
        near, far = round(at), round(at + bar * dpi) - 1
        for box in (
            (near, 0, far, height - 1),
            (width - 1 - far, 0, width - 1 - near, height - 1),
        ):
            pen.rectangle((box[0], inset, box[2], height - inset), fill=0)
        pen.rectangle((inset, near, width - inset, far), fill=0)
        pen.rectangle((inset, height - 1 - far, width - inset, height - 1 - near), fill=0)
        at += (bar + _GAP) * dpi
    _centred(pen, title, (width / 2, 0.36 * height), font(True, 9 * scale))
    _centred(pen, told, (width / 2, 0.41 * height), font(False, 3.6 * scale))
    code = _code(payload, round(110 * scale), round(22 * scale))
    image.paste(code, ((width - code.width) // 2, round(0.48 * height)))
    _centred(pen, payload, (width / 2, 0.48 * height + 27 * scale), font(False, 3.2 * scale))
    return np.asarray(image)


def letter(paragraphs: Sequence[str], dpi: int = DPI) -> Picture:
    """A typed A4 letter, grey; a newline in a paragraph is kept."""
    image, pen, scale = _sheet(dpi)
    face = font(False, 4.0 * scale)
    y = 30 * scale
    for paragraph in paragraphs:
        for line in wrapped(paragraph, face, 160 * scale):
            pen.text((25 * scale, y), line, 25, face, anchor="ls")
            y += 5.6 * scale
        y += 4.5 * scale
    return np.asarray(image)


def _sheet(dpi: int) -> tuple[Image.Image, ImageDraw.ImageDraw, float]:
    scale = dpi / _INCH
    image = Image.new("L", (round(_A4[0] * scale), round(_A4[1] * scale)), 255)
    return image, ImageDraw.Draw(image), scale


def _centred(
    pen: ImageDraw.ImageDraw, text: str, at: tuple[float, float], face: ImageFont.FreeTypeFont
) -> None:
    pen.text((round(at[0]), round(at[1])), text, 0, face, anchor="ms")


def _code(payload: str, width: int, height: int) -> Image.Image:
    """A Code 128 barcode at whole pixels a module, at most ``width`` wide."""
    barcode = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.Code128)
    modules = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False))[:1]
    each = max(1, width // modules.shape[1])
    return Image.fromarray(
        cv2.resize(modules, (modules.shape[1] * each, height), interpolation=cv2.INTER_NEAREST)
    )
