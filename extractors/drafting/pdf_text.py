"""What a PDF page says of itself: its printed words and its fillable fields.

Only asked of a file that ``extractors.pages`` has opened and drawn already; what PDFium cannot
tell is left out, since the page's picture stands for itself.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractors.values import Box

WidgetKind = Literal["text", "tick", "choice", "signature"]

_MOST_LETTERS = 50_000
_MOST_FIELDS = 2_000
_GRAIN = 1_000_000
"""PDFium tells places on a page as whole numbers; of so many across and down."""
_HIDDEN = 1 << 1 | 1 << 5  # annotation flags: hidden, no view
_PRINTED = 1 << 2
_MULTILINE, _COMB = 1 << 12, 1 << 24
_BOLD = 600
_KINDS: dict[int, WidgetKind] = {
    pdfium_c.FPDF_FORMFIELD_TEXTFIELD: "text",
    pdfium_c.FPDF_FORMFIELD_CHECKBOX: "tick",
    pdfium_c.FPDF_FORMFIELD_RADIOBUTTON: "tick",
    pdfium_c.FPDF_FORMFIELD_COMBOBOX: "choice",
    pdfium_c.FPDF_FORMFIELD_LISTBOX: "choice",
    pdfium_c.FPDF_FORMFIELD_SIGNATURE: "signature",
}
_DASHES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u00ad": "-", "\ufffe": "-"})


@dataclass(frozen=True, slots=True)
class Word:
    """One printed word; ``box`` in shares of the page. ``bold`` is known of a PDF's text only."""

    text: str
    box: Box
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Widget:
    """One place of a fillable field. ``box`` in shares of the page.

    ``name``: the field's full name with those of its parents, joined by dots; ``tooltip``: what
    the PDF says aloud. ``length``: the cells of a comb, or ``None``. ``value``: what a tick stands
    for. ``options``: what a list offers. ``lines``: more than one line may be written.
    """

    name: str
    kind: WidgetKind
    box: Box
    tooltip: str = ""
    length: int | None = None
    value: str = ""
    options: tuple[str, ...] = ()
    lines: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """The words and fillable fields of one page, in shares of the page."""

    words: tuple[Word, ...] = ()
    widgets: tuple[Widget, ...] = ()


def told(blank: Path, number: int) -> Told:
    """What page ``number`` (from 1) of a PDF says; nothing where PDFium cannot tell."""
    try:
        document = pdfium.PdfDocument(blank)
    except pdfium.PdfiumError:
        return Told()
    try:
        if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
            document.init_forms()
        page = document[number - 1]
        try:
            fields = tuple(_widgets(document, page)) if document.formenv else ()
            return Told(tuple(_words(page)), fields)
        finally:
            page.close()
    except pdfium.PdfiumError:
        return Told()
    finally:
        document.close()


@dataclass(frozen=True, slots=True)
class _Letter:
    """``ink``: where it is printed; ``room``: as high as its line, as wide as its step."""

    text: str
    ink: Box
    room: Box
    bold: bool


def _words(page: Any) -> Iterator[Word]:
    """Letters joined to words: broken at spaces, at gaps, and where the line or weight changes."""
    text = page.get_textpage()
    letters: list[_Letter] = []
    try:
        for index in range(min(text.count_chars(), _MOST_LETTERS)):
            letter = _letter(page, text, index)
            if letters and (letter is None or not _goes_on(letters[-1], letter)):
                yield _word(letters)
                letters = []
            if letter is not None:
                letters.append(letter)
    finally:
        text.close()
    if letters:
        yield _word(letters)


def _goes_on(last: _Letter, letter: _Letter) -> bool:
    before, box = last.room, letter.room
    if last.bold != letter.bold or abs(before.y1 - box.y1) > 0.5 * before.height:
        return False
    return -before.width <= box.x0 - before.x1 <= 0.35 * before.height


def _word(letters: list[_Letter]) -> Word:
    text = "".join(each.text for each in letters)
    return Word(text, Box.hull([each.ink for each in letters]), letters[0].bold)


def _letter(page: Any, text: Any, index: int) -> _Letter | None:
    """One letter in shares of the page; ``None`` for a space and for what is off the page."""
    letter = chr(pdfium_c.FPDFText_GetUnicode(text, index) or 32).translate(_DASHES)
    if letter.isspace() or not letter.isprintable():
        return None
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    rect = pdfium_c.FS_RECTF()
    if not (
        pdfium_c.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        and pdfium_c.FPDFText_GetLooseCharBox(text, index, rect)
    ):
        return None
    ink = _on_page(page, (left.value, bottom.value, right.value, top.value))
    room = _on_page(page, (rect.left, rect.bottom, rect.right, rect.top))
    return _Letter(letter, ink, room, _is_bold(text, index)) if ink and room else None


def _is_bold(text: Any, index: int) -> bool:
    if pdfium_c.FPDFText_GetFontWeight(text, index) >= _BOLD:
        return True
    name = _string(
        lambda buffer, size: pdfium_c.FPDFText_GetFontInfo(text, index, buffer, size, None), "utf-8"
    )
    return "bold" in name.lower() or "heavy" in name.lower() or "black" in name.lower()


def _on_page(page: Any, edges: tuple[float, float, float, float]) -> Box | None:
    """A rectangle of the PDF in shares of the page as it is shown; ``None`` when off the page."""
    across, down = ctypes.c_int(), ctypes.c_int()
    corners = []
    for x, y in (edges[:2], edges[2:]):
        pdfium_c.FPDF_PageToDevice(page, 0, 0, _GRAIN, _GRAIN, 0, x, y, across, down)
        corners.append((across.value / _GRAIN, down.value / _GRAIN))
    (xa, ya), (xb, yb) = corners
    box = Box(max(min(xa, xb), 0), max(min(ya, yb), 0), min(max(xa, xb), 1), min(max(ya, yb), 1))
    return box if box.width > 0 and box.height > 0 else None


def _widgets(document: Any, page: Any) -> Iterator[Widget]:
    for index in range(min(pdfium_c.FPDFPage_GetAnnotCount(page), _MOST_FIELDS)):
        note = pdfium_c.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        try:
            widget = _widget(document.formenv, page, note)
        finally:
            pdfium_c.FPDFPage_CloseAnnot(note)
        if widget is not None:
            yield widget


def _widget(form: Any, page: Any, note: Any) -> Widget | None:
    kind = _KINDS.get(pdfium_c.FPDFAnnot_GetFormFieldType(form, note))
    shown = pdfium_c.FPDFAnnot_GetFlags(note)
    rect = pdfium_c.FS_RECTF()
    if kind is None or shown & _HIDDEN or not pdfium_c.FPDFAnnot_GetRect(note, rect):
        return None
    box = _on_page(page, (rect.left, rect.bottom, rect.right, rect.top))
    if box is None:
        return None
    flags = pdfium_c.FPDFAnnot_GetFormFieldFlags(form, note)

    def say(ask: Any) -> str:
        return " ".join(_string(lambda buffer, size: ask(form, note, buffer, size)).split())

    return Widget(
        name=say(pdfium_c.FPDFAnnot_GetFormFieldName),
        kind=kind,
        box=box,
        tooltip=say(pdfium_c.FPDFAnnot_GetFormFieldAlternateName),
        length=_length(note) if kind == "text" and flags & _COMB else None,
        value=say(pdfium_c.FPDFAnnot_GetFormFieldExportValue) if kind == "tick" else "",
        options=tuple(_options(form, note)) if kind == "choice" else (),
        lines=kind == "text" and bool(flags & _MULTILINE),
    )


def _length(note: Any) -> int | None:
    """The cells of a comb. Told of a field with one place; PDFium does not ask the parents."""
    length = ctypes.c_float()
    if not pdfium_c.FPDFAnnot_GetNumberValue(note, b"MaxLen", length):
        return None
    return int(length.value) if 1 <= length.value <= 60 else None


def _options(form: Any, note: Any) -> Iterator[str]:
    for index in range(min(pdfium_c.FPDFAnnot_GetOptionCount(form, note), 60)):

        def ask(buffer: Any, size: int, index: int = index) -> int:
            return int(pdfium_c.FPDFAnnot_GetOptionLabel(form, note, index, buffer, size))

        yield _string(ask)


def _string(ask: Callable[[Any, int], int], encoding: str = "utf-16-le") -> str:
    """What PDFium writes into a buffer, asked for its length first."""
    size = ask(None, 0)
    if size <= 0:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)) if encoding != "utf-8" else buffer
    ask(raw, size)
    return buffer.raw.decode(encoding, "replace").rstrip("\0")
