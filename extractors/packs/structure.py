"""What makes a definition usable at all: right keys with right values, and boxes on their pages.

The same rules refuse a pack when the service starts and are told by ``postroom forms check``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from extractors.packs import wording
from extractors.packs.definition import Definition, FieldKeys, PageKeys, Rectangle
from extractors.packs.mistake import KeyPath, Slip
from extractors.packs.written import Written

_Keys = TypeVar("_Keys", bound=BaseModel)


def examine(data: Mapping[str, Any]) -> tuple[Definition | None, tuple[Slip, ...]]:
    """The definition, ``None`` when anything in it is wrong, and everything that is."""
    form: Definition | None = None
    slips: list[Slip] = []
    try:
        form = Definition.model_validate(data)
    except ValidationError as error:
        slips += wording.slips(error)
    pages, fields = sound(data, "pages", PageKeys), sound(data, "fields", FieldKeys)
    slips += _named_twice(fields)
    for number, field in fields.items():
        at: KeyPath = ("fields", number)
        slips += [Slip((*at, key), words) for key, words in _lacking(field)]
        slips += _alike_options(at, field)
        slips += _off_page(at, field, data, pages)
    return None if slips else form, tuple(slips)


def sound(data: Mapping[str, Any], key: str, keys: type[_Keys]) -> dict[int, _Keys]:
    """The entries of a list that are well formed by themselves, by their number from 0."""
    found = {}
    given = data.get(key)
    for number, each in enumerate(given if isinstance(given, list) else []):
        try:
            found[number] = keys.model_validate(each)
        except ValidationError:
            continue
    return found


def rectangles(field: FieldKeys) -> Iterator[tuple[KeyPath, Rectangle]]:
    """Every box of a field with the key it is given at: rows, options, lines, its ``box``."""
    for number, row in enumerate(field.combs):
        yield ("combs", number), row[:4]
    for number, option in enumerate(field.options):
        yield ("options", number, "box"), option.box
    for number, line in enumerate(field.lines):
        yield ("lines", number), line
    if field.box:
        yield ("box",), field.box


def no_blank(found: Written, index: int, picture: Path) -> Slip:
    """The picture of a page is not there; told where its name stands in the pack's own file."""
    own = "pages" in found.own.data
    words = f"there is no picture {picture}. Put the picture of page {index + 1} there."
    return Slip(("pages", index, "blank") if own else ("like",), words)


def _lacking(field: FieldKeys) -> Iterator[tuple[str, str]]:
    """What a way of writing needs and the field does not give."""
    if field.way == "comb" and not field.combs:
        words = "a comb needs rows of [left, top, right, bottom, number of boxes]."
        yield "combs", words
    if field.kind == "choice" and len(field.options) < 2:
        words = "a choice needs at least two ticks, each { value = ..., label = ..., box = ... }."
        yield "options", words
    if field.way == "line" and not (field.lines or field.box):
        yield "box", "a field to write on needs a box, or lines: [left, top, right, bottom]."
    boxed = field.way in ("signature", "printed", "barcode")
    if field.box is None and (boxed or (field.way == "tick" and field.kind != "choice")):
        yield (
            "box",
            f"a field to be read as {field.way!r} needs its box: [left, top, right, bottom].",
        )
    try:
        re.compile(field.pattern or "")
    except (re.error, OverflowError, RecursionError) as error:
        yield "pattern", f"this is no regular expression: {error}."


def _named_twice(fields: Mapping[int, FieldKeys]) -> Iterator[Slip]:
    first: dict[str, int] = {}
    for number, field in fields.items():
        if first.setdefault(field.name, number) != number:
            words = f"the name {field.name!r} is used twice. Give each field its own."
            yield Slip(("fields", number, "name"), words)


def _alike_options(at: KeyPath, field: FieldKeys) -> Iterator[Slip]:
    seen: set[str] = set()
    for number, option in enumerate(field.options):
        if option.value in seen:
            words = f"the value {option.value!r} is used twice. Give each tick its own."
            yield Slip((*at, "options", number, "value"), words)
        seen.add(option.value)


def _off_page(
    at: KeyPath, field: FieldKeys, data: Mapping[str, Any], pages: Mapping[int, PageKeys]
) -> Iterable[Slip]:
    count = len(data["pages"]) if isinstance(data.get("pages"), list) else 0
    if count and not 1 <= field.page <= count:
        told = "1 page" if count == 1 else f"{count} pages"
        words = f"the form has {told}, so there is no page {field.page}."
        return [Slip((*at, "page"), words)]
    page = pages.get(field.page - 1)
    return _outside(at, field, page) if page else []


def _outside(at: KeyPath, field: FieldKeys, page: PageKeys) -> Iterator[Slip]:
    width, height = page.size
    for key, (x0, y0, x1, y1) in rectangles(field):
        given = f"[{x0:g}, {y0:g}, {x1:g}, {y1:g}]"
        if x0 >= x1 or y0 >= y1:
            words = f"{given} has no size. A box is left, top, right, bottom, in this order."
            yield Slip((*at, *key), words)
        elif x0 < 0 or y0 < 0 or x1 > width or y1 > height:
            words = (
                f"{given} is not on the page, which is {width:g} by {height:g} {page.unit}. "
                "Measure the box again, or correct the size of the page."
            )
            yield Slip((*at, *key), words)
