"""Pages of PDF files: the scanner's own picture where a page is just that, else drawn."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractors.limits import Limits, UnreadableScan, check_size
from extractors.resolution import as_grey_if_grey, page_of
from extractors.values import Page, Picture

DRAWN_DPI = 300.0
_POINTS = 72.0
_TAIL = 2048
_MOST_OBJECTS = 2000
"""Page objects looked at to see whether a page is one picture; more are a drawn page."""


@dataclass(frozen=True, slots=True)
class _Scanned:
    """The one picture that covers the page; ``alone`` when nothing else is drawn on it."""

    image: Any
    dpi: tuple[float, float]
    alone: bool


def pdf_pages(data: bytes | Path, limits: Limits) -> Iterator[Page]:
    """The pages of a PDF, one in memory at a time."""
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    _whole(data)
    with _opened(data) as document:
        count = len(document)
        if count == 0:
            raise UnreadableScan("no_pages", "The PDF holds no page. Scan the paper again.")
        if count > limits.max_pages:
            raise UnreadableScan(
                "too_many_pages",
                f"The PDF has {count} pages; the most is {limits.max_pages}. "
                "Scan fewer sheets at a time.",
            )
        for number in range(1, count + 1):
            # No name holds the page while the next one is decoded: a large one has 100 MB.
            yield _page_or_refusal(document, number, limits, size)


def _page_or_refusal(document: pdfium.PdfDocument, number: int, limits: Limits, size: int) -> Page:
    try:
        return _page(document, number, limits, size)
    except UnreadableScan:
        raise
    except (MemoryError, cv2.error):
        # OpenCV only copies here, and has an error of its own for want of memory.
        raise _too_much(number) from None
    except Exception as error:
        # The binding raises its own and several built-in errors on a bad page.
        raise _damaged(number, len(document)) from error


def _whole(data: bytes | Path) -> None:
    """Refuse a PDF that lost its end: what remains would open, with the last pages missing."""
    if isinstance(data, bytes):
        tail = data[-_TAIL:]
    else:
        with data.open("rb") as file:
            file.seek(max(data.stat().st_size - _TAIL, 0))
            tail = file.read()
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise UnreadableScan(
            "truncated",
            "The PDF breaks off before its end. Send the file again, or scan the paper again.",
        )


@contextmanager
def _opened(data: bytes | Path) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
            raise UnreadableScan(
                "encrypted",
                "The PDF is locked with a password. Ask the sender for one without, or print and "
                "scan it.",
            ) from error
        raise UnreadableScan(
            "damaged", "The PDF is damaged and cannot be opened. Scan the paper again."
        ) from error
    try:
        if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
            document.init_forms()
        yield document
    finally:
        document.close()


def _page(document: pdfium.PdfDocument, number: int, limits: Limits, size: int) -> Page:
    page = document[number - 1]
    try:
        scanned = _scanned(page)
        if scanned and scanned.alone:
            check_size(scanned.image.get_px_size(), number, limits, size)
            picture = _extracted(scanned.image, number, len(document))
            dpi = scanned.dpi
            quarter = page.get_rotation() // 90 % 4
            if quarter:
                picture = np.ascontiguousarray(np.rot90(picture, -quarter))
                dpi = dpi[::-1] if quarter % 2 else dpi
            return page_of(number, picture, dpi)
        drawn = max(scanned.dpi) if scanned else DRAWN_DPI
        return page_of(number, _drawn(page, drawn, number, limits, size), (drawn, drawn))
    finally:
        page.close()


def _scanned(page: pdfium.PdfPage) -> _Scanned | None:
    """The picture that covers the whole page upright, when there is exactly one."""
    images, others = [], 0
    objects = list(itertools.islice(page.get_objects(max_depth=3), _MOST_OBJECTS))
    for item in objects:
        if item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            images.append(item)
        elif item.type != pdfium_c.FPDF_PAGEOBJ_FORM and not _invisible(item):
            others += 1
    if len(images) != 1:
        return None
    image = images[0]
    matrix = image.get_matrix()
    if image.level or abs(matrix.b) + abs(matrix.c) > 0.01 or matrix.a <= 0 or matrix.d <= 0:
        return None
    x0, y0, x1, y1 = page.get_bbox()
    left, bottom, right, top = image.get_bounds()
    slack = 0.02 * max(x1 - x0, y1 - y0)
    edges = zip((left, bottom, right, top), (x0, y0, x1, y1), strict=True)
    if any(abs(edge - limit) > slack for edge, limit in edges):
        return None
    width, height = image.get_px_size()
    dpi = (width * _POINTS / (right - left), height * _POINTS / (top - bottom))
    plain = not others and len(objects) < _MOST_OBJECTS and _plain(page, image)
    return _Scanned(image, dpi, plain)


def _invisible(item: Any) -> bool:
    """Text that a scanner's own reading laid unseen over its picture."""
    if item.type != pdfium_c.FPDF_PAGEOBJ_TEXT:
        return False
    return bool(
        pdfium_c.FPDFTextObj_GetTextRenderMode(item) == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
    )


def _plain(page: pdfium.PdfPage, image: Any) -> bool:
    """No notes on the page, no mask or odd colours in the picture: its pixels are the page."""
    if pdfium_c.FPDFPage_GetAnnotCount(page) or pdfium_c.FPDFPage_HasTransparency(page):
        return False
    return image.get_metadata().colorspace in (
        pdfium_c.FPDF_COLORSPACE_DEVICEGRAY,
        pdfium_c.FPDF_COLORSPACE_DEVICERGB,
        pdfium_c.FPDF_COLORSPACE_CALGRAY,
        pdfium_c.FPDF_COLORSPACE_CALRGB,
        pdfium_c.FPDF_COLORSPACE_ICCBASED,
        pdfium_c.FPDF_COLORSPACE_INDEXED,
    )


def _extracted(image: Any, number: int, count: int) -> Picture:
    if image.get_filters() == ["DCTDecode"] and b"\xff\xd9" not in bytes(image.get_data())[-256:]:
        # PDFium fills what is missing of a JPEG with grey; a form half grey must not pass.
        raise _damaged(number, count)
    return _copied(image.get_bitmap(render=False))


def _drawn(page: pdfium.PdfPage, dpi: float, number: int, limits: Limits, size: int) -> Picture:
    scale = dpi / _POINTS
    across, down = page.get_size()
    check_size((round(across * scale), round(down * scale)), number, limits, size)
    return as_grey_if_grey(_copied(page.render(scale=scale, limit_image_cache=True)))


def _copied(bitmap: Any) -> Picture:
    """The pixels of a PDFium bitmap in memory of our own, grey or RGB."""
    pixels = bitmap.to_numpy()
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return np.array(pixels.reshape(pixels.shape[:2]), dtype=np.uint8)
    code = cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGB
    return np.asarray(cv2.cvtColor(pixels, code), dtype=np.uint8)


def _damaged(number: int, count: int) -> UnreadableScan:
    return UnreadableScan(
        "damaged",
        f"Page {number} of {count} in the PDF is damaged. Scan the paper again at 300 dpi.",
    )


def _too_much(number: int) -> UnreadableScan:
    return UnreadableScan(
        "page_too_large",
        f"Page {number} needs more memory than one page may take. Scan the paper again at 300 dpi.",
    )
