"""Wrong keys and values in words that an author of forms can act on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from extractors.packs.definition import (
    Definition,
    FieldKeys,
    LookKeys,
    OptionKeys,
    PageKeys,
    PrintKeys,
)
from extractors.packs.mistake import KeyPath, Slip

_MODELS: Mapping[KeyPath, type[BaseModel]] = {
    (): Definition,
    ("pages",): PageKeys,
    ("fields",): FieldKeys,
    ("fields", "options"): OptionKeys,
    ("prints",): PrintKeys,
    ("look",): LookKeys,
}
_WORDS = '{ en = "...", cy = "..." }, or one of the two; a text cannot be empty'
_BOX = "a box of four numbers: [left, top, right, bottom]"
_TEXT = "a text in quotation marks"
_TONE = "a whole number from 0 (black) to 255 (white)"
_WANTED: Mapping[str, str] = {
    "align": "", "kind": "", "language": "", "review": "", "status": "", "unit": "", "way": "",
    "second_keying": "", "what": "", "words": "",
    "at": _BOX, "box": _BOX, "label_at": _BOX,
    "hint": _WORDS, "label": _WORDS, "text": _WORDS, "title": _WORDS,
    "pattern": _TEXT, "value": _TEXT,
    "queue": "a name of 1 to 60 characters without commas, in quotation marks",
    "work_type": 'what the systems downstream call this work, such as "parking.permit"',
    "lines": "a list of boxes of four numbers: [[left, top, right, bottom], ...]",
    "combs": "a list of rows of five numbers: [[left, top, right, bottom, boxes], ...], and a row "
    "has 1 to 60 boxes",
    "options": "a list of { value = ..., label = ..., box = ... }",
    "code": 'capital letters, figures and hyphens in quotation marks, such as "V890-S"',
    "edition": 'a text without spaces or slashes, in quotation marks, such as "2026-11"',
    "name": "small letters and figures, with dots between parts and each part beginning with a "
    'letter, such as "vehicle.vrn"',
    "blank": "the file name of a picture in the pack's own folder, such as \"blank-1.png\"",
    "size": "two numbers above 0: [width, height]",
    "page": "the number of a page, counted from 1",
    "length": "a whole number, 1 or more",
    "required": "true or false", "critical": "true or false", "sensitive": "true or false",
    "rules": 'a list of rules by their number, such as ["DT-01"]',
    "pages": "[[pages]], at least one",
    "fields": "[[fields]], at least one",
    "prints": "[[prints]]",
    "look": "{ lines = ..., tint = ..., band = ... }",
}  # fmt: skip
_ROWS = ("combs", "lines", "options", "pages", "fields", "prints")


def slips(error: ValidationError) -> Iterator[Slip]:
    """One slip for each place with a wrong key or value."""
    told: set[KeyPath] = set()
    for each in error.errors(include_url=False):
        path, words = _told(each["loc"], each["type"], each.get("ctx", {}), each["input"])
        if path not in told:
            told.add(path)
            yield Slip(path, words)


def _told(
    path: KeyPath, problem: str, more: Mapping[str, Any], given: object
) -> tuple[KeyPath, str]:
    if problem == "extra_forbidden":
        return path, _unknown(path)
    at, known = _cut(path)
    wanted = _TONE if path[:1] == ("look",) and len(path) > 1 else _WANTED.get(known, _TEXT)
    if problem == "literal_error" and not wanted:
        return at, _one_of(str(more["expected"]), given)
    wanted = wanted or f"one of: {', '.join(_names(path))}"
    if problem == "missing" and at == path:
        return at, f"it is missing. Give {wanted}."
    shown = f" It is {given!r}." if isinstance(given, str | int | float) and at == path else ""
    return at, f"it must be {wanted}.{shown}"


def _cut(path: KeyPath) -> tuple[KeyPath, str]:
    """The part of a path that an author thinks of as one value, and its key."""
    for length in range(len(path), 0, -1):
        key = path[length - 1]
        if isinstance(key, str) and key in _WANTED and key not in ("en", "cy"):
            row = length < len(path) and key in _ROWS and isinstance(path[length], int)
            return path[: length + row], key
    return path, ""


def _unknown(path: KeyPath) -> str:
    *place, key = path
    where = tuple(each for each in place if isinstance(each, str))
    model = _MODELS.get(where)
    names = [*model.model_fields, *([] if where else ["like"])] if model else []
    near = get_close_matches(str(key), names, 1)
    if near:
        return f"there is no such key. Did you mean {near[0]!r}?"
    if where and key in Definition.model_fields:
        return "this key is for the whole form. Move it up, above the first line in [[ ]]."
    elsewhere = [
        f"[[{other[0]}]]" for other, keys in _MODELS.items()
        if other in (("pages",), ("fields",)) and key in keys.model_fields
    ]  # fmt: skip
    if elsewhere:
        return f"this key belongs under {elsewhere[0]}. Move it there."
    return f"there is no such key here. Take it away, or use one of these: {', '.join(names)}."


def _names(path: KeyPath) -> tuple[str, ...]:
    """The names that the key at ``path`` takes; empty when it takes something else."""
    *place, key = path
    model = _MODELS.get(tuple(each for each in place if isinstance(each, str)))
    taken = model.model_fields[str(key)].annotation if model else None
    return get_args(taken) if get_origin(taken) is Literal else ()


def _one_of(expected: str, given: object) -> str:
    names = [each for each in expected.split("'") if each.strip(", ") not in ("", "or")]
    near = get_close_matches(str(given).lower().replace(" ", "_"), names, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{given!r} is not known here. It must be one of: {', '.join(names)}.{hint}"
