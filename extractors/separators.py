"""Where one item ends and the next begins: separator sheets and blank sheets.

A separator sheet carries a patch code (T, 2 or 3: four wide and narrow bars near an edge) or a
barcode whose text starts as agreed. A sheet is blank when both its sides are; of a scan of single
sides every page is a sheet. So the blank back of a form parts nothing when the station says that it
scans both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

import numpy as np
import zxingcpp

from extractors.forms.sheets import BATCH, SEPARATOR
from extractors.patchcodes import patch_code
from extractors.quality import is_blank
from extractors.resolution import reduced
from extractors.values import Page

Role = Literal["page", "blank", "separator"]

_WORK_DPI = 150.0


@dataclass(frozen=True, slots=True)
class Splitting:
    """How a station's scans are parted. ``prefixes``: what a separator's barcode starts with."""

    blank_separates: bool = True
    two_sided: bool = False
    prefixes: tuple[str, ...] = (SEPARATOR, "PATCHT", BATCH)
    patches: tuple[str, ...] = ("T", "2", "3")


@dataclass(frozen=True, slots=True)
class Side:
    """One side with its part in the scan.

    ``starts_item``: the first page of an item (only ever of role ``"page"``). ``barcode``: the text
    of the separator's barcode (a patch code reads ``PATCHT``, ``PATCH2``, ``PATCH3``), or of the
    first barcode on a page. A blank side is not read; it parts items only as a blank sheet.
    """

    page: Page
    role: Role
    starts_item: bool
    barcode: str | None


def split(pages: Iterable[Page], splitting: Splitting | None = None) -> Iterator[Side]:
    """Each page with its part, in order; at most two pages are held at a time."""
    rules = splitting or Splitting()
    starts = True
    for sheet in _sheets(pages, rules.two_sided):
        sides = [(page, *_role(page, rules)) for page in sheet]
        if rules.blank_separates and all(role == "blank" for _, role, _ in sides):
            starts = True
        del sheet
        while sides:
            # Taken off the list, so that nothing here holds a page while the next is decoded.
            page, role, barcode = sides.pop(0)
            side = Side(page, role, starts and role == "page", barcode)
            if role != "blank":
                starts = role == "separator"
            del page
            yield side
            del side


def barcodes(page: Page) -> tuple[str, ...]:
    """The text of every Code 128, Code 39 and QR code on the page, any way up."""
    grey, _ = reduced(page, _WORK_DPI)
    formats = zxingcpp.BarcodeFormats(
        [
            zxingcpp.BarcodeFormat.Code128,
            zxingcpp.BarcodeFormat.Code39,
            zxingcpp.BarcodeFormat.QRCode,
        ]
    )
    found = zxingcpp.read_barcodes(np.ascontiguousarray(grey), formats=formats)
    return tuple(code.text for code in found if code.text)


def _sheets(pages: Iterable[Page], two_sided: bool) -> Iterator[tuple[Page, ...]]:
    if not two_sided:
        yield from ((page,) for page in pages)
        return
    sides = iter(pages)
    for front, back in zip_longest(sides, sides):
        yield (front, back) if back is not None else (front,)


def _role(page: Page, rules: Splitting) -> tuple[Role, str | None]:
    # Reduced once for all three; what is asked first is cheapest.
    grey, dpi = reduced(page, _WORK_DPI)
    page = replace(page, picture=grey, dpi=dpi)
    if is_blank(page):
        return "blank", None
    texts = barcodes(page)
    for text in texts:
        if text.strip().upper().startswith(tuple(prefix.upper() for prefix in rules.prefixes)):
            return "separator", text.strip()
    patch = patch_code(page)
    if patch in rules.patches:
        return "separator", f"PATCH{patch}"
    return "page", texts[0] if texts else None
