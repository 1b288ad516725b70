"""The whole extraction: pages of one item in, one ``Reading`` out.

Page by page, so that memory holds one page whatever the item's length: upright, match, lay, read
the fields; then the rules across fields.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from extractors import checks
from extractors.agreement import agree
from extractors.confidence import sure
from extractors.engines import Engines
from extractors.fields import lines
from extractors.fields.barcodes import read_barcode
from extractors.fields.beside import doubt_empties
from extractors.fields.combs import read_combs
from extractors.fields.lines import read_lines
from extractors.fields.signatures import read_signature
from extractors.fields.ticks import read_ticks
from extractors.formpack import FieldPlace, FormPack
from extractors.laying import Laid, lay
from extractors.matching import LAID_DPI
from extractors.printed import NAME as PRINTED
from extractors.printed import read_printed
from extractors.recognising import recognised
from extractors.values import (
    OBSOLETE,
    Doubt,
    FieldReading,
    FormMatch,
    Page,
    PageReading,
    Picture,
    Reading,
)

__all__ = [
    "UNKNOWN", "Asked", "Engines", "PageRead", "doubtful", "needs_review", "read", "read_fields",
    "read_page",
]  # fmt: skip

UNKNOWN = "UNKNOWN"
_WORTH_TELLING = 0.01  # a suggestion less likely than this is noise
_TOGETHER = ("comb", "line", "printed", "tick")  # ways of writing whose fields are read together


@dataclass(frozen=True, slots=True)
class PageRead:
    """What one page gave. ``picture`` is the page laid on its blank, or upright if it has none.

    ``differs``: print of the blank is missing on the page, so it may be another edition.
    """

    page: PageReading
    picture: Picture
    pack: FormPack | None
    confidence: float
    fields: tuple[FieldReading, ...]
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person said an item is: the code and edition of its form."""

    code: str
    edition: str

    def __str__(self) -> str:
        return f"{self.code} {self.edition}"


def read(
    pages: Iterable[Page],
    engines: Engines,
    received: date | None = None,
    keep: Callable[[int, Picture], None] | None = None,
    asked: Asked | None = None,
) -> Reading:
    """Read one item. ``received`` is the day it came (today without it): dates are judged by it.

    ``keep`` is called with each page's number in the item (from 1) and its picture as laid on its
    blank (upright, if it fits none), before the next page is read. With ``asked`` only that form is
    looked for; pages that do not show its print fit no form all the same.
    """
    parts: list[PageRead] = []
    if asked:
        engines = engines.with_packs(tuple(each for each in engines.packs if _is(each, asked)))
    for number, page in enumerate(pages, start=1):
        part = read_page(page, number, engines)
        if keep:
            keep(number, part.picture)
        parts.append(replace(part, picture=part.picture[:0]))
    reading = _reading(parts, received or date.today())
    if asked and reading.form.code == UNKNOWN:
        return replace(reading, doubts=(_not_as_asked(asked, engines),))
    return reading


def _is(pack: FormPack, asked: Asked) -> bool:
    return (pack.code, pack.edition) == (asked.code, asked.edition)


def _not_as_asked(asked: Asked, engines: Engines) -> Doubt:
    """Why nothing was read, although a person said which form it is."""
    if not engines.packs:
        words = f"It could not be read as {asked}: that form is not in use here any more."
        return Doubt("unknown_form", words)
    words = (
        f"It was to be read as {asked}, but its pages do not show the print of that form. "
        "It may be another form or edition, or the scan may be too bad."
    )
    return Doubt("unknown_form", words)


def read_page(page: Page, number: int, engines: Engines) -> PageRead:
    """Read one page as the ``number``-th of its item (from 1)."""
    straight, match = recognised(page, engines.matcher)
    placed = PageReading(
        number=number,
        form_page=match.form_page if match else None,
        transform=_AS_IT_IS,
        turned=straight.turned,
        skew=straight.skew,
        dpi=page.dpi,
    )
    if match is None:
        return PageRead(placed, straight.page.picture, None, 0.0, ())
    laid = lay(straight.page, match)
    height, width = laid.blank.shape
    shares = (laid.transform / [[width], [height], [1.0]]).ravel()
    placed = replace(
        placed,
        transform=tuple(float(each) for each in shares),
        registration_mm=match.error_mm if math.isfinite(match.error_mm) else None,
    )
    fields = read_fields(laid, match.pack.on_page(match.form_page), engines)
    here = tuple(replace(field, page=number) for field in fields)
    differs = bool(match.differs)
    return PageRead(placed, laid.picture, match.pack, match.confidence, here, differs)


_AS_IT_IS = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def read_fields(
    laid: Laid, fields: Sequence[FieldPlace], engines: Engines
) -> tuple[FieldReading, ...]:
    """Read the given fields of a laid page, each by its way of writing, in their order."""
    of = {way: [each for each in fields if each.way == way] for way in _TOGETHER}
    found = [
        *read_combs(
            laid.ink, laid.dark, of["comb"], engines.recogniser, lambda: engines.line_reader
        ),
        *read_lines(laid.ink, of["line"], lambda: engines.line_reader),
        *(read_printed(laid.picture, of["printed"]) if of["printed"] else ()),
        *read_ticks(laid.ink, of["tick"]),
    ]
    for field in fields:
        if field.way == "signature":
            found.append(read_signature(laid.ink, field, LAID_DPI / 25.4))
        elif field.way == "barcode":
            found.append(read_barcode(laid.picture, field))
    by_name = {each.name: each for each in found}
    by_name = doubt_empties(laid.ink, fields, by_name, LAID_DPI / 25.4)
    return tuple(_doubted(field, by_name[field.name]) for field in fields)


def _doubted(place: FieldPlace, field: FieldReading) -> FieldReading:
    """Every reading that is not sure enough for its field says so; suggestions are other values."""
    others = tuple(
        each
        for each in field.candidates
        if each.text != field.value and each.probability >= _WORTH_TELLING
    )
    field = replace(field, candidates=others)
    if field.doubts or sure(place, field):
        return field
    words = "The reading is not sure enough. Compare it with the picture."
    return replace(field, doubts=(Doubt("unsure", words),))


def _reading(parts: Sequence[PageRead], received: date) -> Reading:
    pack, confidence = _form(parts)
    pages = tuple(
        part.page if part.pack is pack else replace(part.page, form_page=None) for part in parts
    )
    if pack is None:
        words = "This fits no form known here. It may be a letter, an enclosure or a new edition."
        form = FormMatch(UNKNOWN, "", confidence)
        return Reading(form, pages, (), (), (Doubt("unknown_form", words),), _engines(()))
    own = [part for part in parts if part.pack is pack]
    first: dict[int | None, PageRead] = {}
    for part in own:
        first.setdefault(part.page.form_page, part)
    read_once = {field.name: field for part in first.values() for field in part.fields}
    read_once = agree(read_once, pack, received)
    fields = tuple(read_once[each.name] for each in pack.fields if each.name in read_once)
    return Reading(
        form=FormMatch(pack.code, pack.edition, confidence),
        pages=pages,
        fields=fields,
        checks=checks.check(read_once, pack, received),
        doubts=(*_edition_doubts(pack), *_page_doubts(parts, pack)),
        engines=_engines(fields),
    )


def _form(parts: Sequence[PageRead]) -> tuple[FormPack | None, float]:
    """The form most of the pages belong to, and the least sure of its pages' matches."""
    weights: dict[tuple[str, str], float] = {}
    for part in parts:
        if part.pack:
            key = (part.pack.code, part.pack.edition)
            weights[key] = weights.get(key, 0.0) + part.confidence
    if not weights:
        return None, 1.0
    best = max(weights, key=lambda key: weights[key])
    own = [part for part in parts if part.pack and (part.pack.code, part.pack.edition) == best]
    return own[0].pack, min(part.confidence for part in own)


_EDITIONS = {
    "withdrawn": "This is edition {}, which is not accepted any more. Return it to the sender.",
    "old": "This is edition {}, and there is a newer one. Decide whether it can be accepted.",
}


def _edition_doubts(pack: FormPack) -> tuple[Doubt, ...]:
    """Why a form whose edition is not the current one goes to a person."""
    words = _EDITIONS.get(pack.status)
    return (Doubt(OBSOLETE, words.format(pack.edition)),) if words else ()


def _page_doubts(parts: Sequence[PageRead], pack: FormPack) -> tuple[Doubt, ...]:
    doubts = []
    seen: set[int] = set()
    for part in parts:
        number, form_page = part.page.number, part.page.form_page
        if part.pack is None:
            words = f"Page {number} is not part of this form. It may be an enclosure."
            doubts.append(Doubt("extra_page", words))
        elif part.pack is not pack:
            words = f"Page {number} belongs to another form: {part.pack.code} {part.pack.edition}."
            doubts.append(Doubt("other_form", words))
        elif form_page in seen:
            words = f"Page {number} is page {form_page} of the form once more. The first was read."
            doubts.append(Doubt("page_twice", words))
        elif form_page:
            seen.add(form_page)
        if part.pack is pack and part.differs:
            words = (
                f"Page {number} lacks words or boxes that this form has. It may be another edition,"
                " or something covers it. Compare the picture before you trust what was read."
            )
            doubts.append(Doubt("other_edition", words))
    doubts += [
        Doubt("missing_page", f"Page {page.number} of the form is missing.")
        for page in pack.pages
        if page.number not in seen
    ]
    return tuple(doubts)


def needs_review(reading: Reading, pack: FormPack | None) -> tuple[Doubt, ...]:
    """Why a person has to look at this item; empty when it can go straight through."""
    reasons = list(reading.doubts)
    if pack is None:
        return tuple(reasons)
    if pack.review == "always":
        reasons.append(Doubt("always", "Every one of these forms is checked by a person."))
    names = ", ".join(pack.label(name) for name in doubtful(reading, pack))
    if names:
        reasons.append(Doubt("fields", f"Not sure enough, or missing: {names}."))
    reasons += [
        Doubt("check", check.message or f"Rule {check.rule} failed.")
        for check in reading.checks
        if check.result == "fail" and check.severity in ("block", "warn")
    ]
    return tuple(reasons)


def doubtful(reading: Reading, pack: FormPack) -> tuple[str, ...]:
    """The fields a person has to look at, in the order of the form: unsure, or required but empty.

    A required field on a missing page counts; that page's other fields do not.
    """
    known = {field.name: field for field in reading.fields}
    names = []
    for place in pack.fields:
        field = known.get(place.name)
        missing = place.required and (field is None or field.value in (None, False))
        if missing or (field is not None and not sure(place, field)):
            names.append(place.name)
    return tuple(names)


def _engines(fields: Sequence[FieldReading]) -> Mapping[str, str]:
    """The parts that read these fields, with their versions."""
    names = {
        "comb": "postroom-handprint",
        "line": lines.NAME,
        "printed": PRINTED,
    }
    ways = {part for field in fields for part in field.method.split("+")}
    return {way: name for way, name in names.items() if way in ways}
