"""What every part of Postroom passes on: frozen values, no behaviour beyond geometry and JSON.

Places are shares of a page (0 to 1, origin top left), so they hold for any picture of that page.
Pictures are NumPy arrays of ``uint8``: ``(height, width)`` grey or ``(height, width, 3)`` RGB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]
Value: TypeAlias = str | bool | None

Way = Literal["comb", "line", "tick", "signature", "printed", "barcode"]
Status = Literal["auto", "auto_corrected", "illegible", "absent", "conflict"]
Outcome = Literal["pass", "fail", "not_checked"]
Severity = Literal["block", "warn", "info"]

STRUCK = "\u2327"
"""Stands in a raw reading for a character that was struck out."""


OBSOLETE = "form_obsolete"
"""The code of the doubt about a form whose edition is old or withdrawn."""


def without_struck(raw: str) -> str:
    """What is left of a raw reading without the characters struck out."""
    return raw.replace(STRUCK, "")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page; shares of its width and height."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """``(left, top, right, bottom)`` in pixels of a picture of that size, kept inside it."""
        left, right = (min(max(round(x * width), 0), width) for x in (self.x0, self.x1))
        top, bottom = (min(max(round(y * height), 0), height) for y in (self.y0, self.y1))
        return left, top, right, bottom

    def grown(self, dx: float, dy: float) -> Box:
        """This box with ``dx``, ``dy`` (shares of the page) added each side, kept on the page."""
        return Box(
            max(self.x0 - dx, 0.0),
            max(self.y0 - dy, 0.0),
            min(self.x1 + dx, 1.0),
            min(self.y1 + dy, 1.0),
        )

    @staticmethod
    def hull(boxes: list[Box] | tuple[Box, ...]) -> Box:
        """The smallest box round all of ``boxes`` (at least one)."""
        return Box(
            min(b.x0 for b in boxes),
            min(b.y0 for b in boxes),
            max(b.x1 for b in boxes),
            max(b.y1 for b in boxes),
        )


@dataclass(frozen=True, slots=True)
class Page:
    """One side of one sheet. ``number`` counts from 1 in its scan; ``dpi`` is pixels an inch.

    ``dpi_guessed``: the file did not say, or not believably; taken as if the page were A4.
    ``turned``: degrees clockwise (0, 90, 180, 270) that make it upright, as a person said; ``None``
    when nobody did.
    """

    number: int
    picture: Picture
    dpi: float
    dpi_guessed: bool = False
    turned: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible text with its probability (0 to 1)."""

    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One comb box. ``alternatives``: best first, at most five; ``""`` means an empty box."""

    box: Box
    alternatives: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """One printed or written word with its place and the probability that it is right."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a person should look: a value, never raised.

    ``character`` is the index in ``FieldReading.raw`` of a doubtful character, with what else it
    could be in ``alternatives``; ``None`` when the doubt is about the whole field or item.
    """

    code: str
    message: str
    character: int | None = None
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """What was changed from the raw reading, and the rule that left one candidate only."""

    from_: str
    rule: str


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What was read in one answer place.

    ``value`` is canonical (ISO date, unspaced mark, E.164 phone, ``True`` or ``False`` for a tick),
    ``None`` when absent or illegible. ``raw`` is what stands on the paper, always kept.
    ``confidence`` is the probability that ``value`` is exactly right (absent included).
    ``box`` is the place on the page as laid on its blank; ``page`` counts from 1 within the item.
    """

    name: str
    value: Value
    raw: str
    confidence: float
    status: Status
    page: int
    box: Box
    method: str
    doubts: tuple[Doubt, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    cells: tuple[Cell, ...] = ()
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One rule across fields: what it found, and in words for the reviewer when it failed."""

    rule: str
    result: Outcome
    severity: Severity
    fields: tuple[str, ...]
    message: str = ""


@dataclass(frozen=True, slots=True)
class FormMatch:
    """Which form edition an item is. ``code`` is ``"UNKNOWN"`` when no pack fits."""

    code: str
    edition: str
    confidence: float


@dataclass(frozen=True, slots=True)
class PageReading:
    """How one page of the item was laid on its blank.

    ``number`` counts from 1 within the item; ``form_page`` is the page of the pack, or ``None``
    when it matched none. ``transform`` is 3 x 3, row by row: pixels of the upright page to shares
    of the blank. ``turned`` is the clockwise turn in degrees that made it upright, ``skew`` the
    small angle taken out, ``dpi`` that of the scan. ``registration_mm``: how far from its place on
    the blank print may lie on the page, as far as could be measured.
    """

    number: int
    form_page: int | None
    transform: tuple[float, ...]
    turned: int
    skew: float
    dpi: float
    registration_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one item. ``engines`` names each part that read, with its version."""

    form: FormMatch
    pages: tuple[PageReading, ...]
    fields: tuple[FieldReading, ...]
    checks: tuple[CheckResult, ...]
    doubts: tuple[Doubt, ...]
    engines: Mapping[str, str]

    def field(self, name: str) -> FieldReading:
        """The reading of the field ``name``; ``KeyError`` when the form has none."""
        for reading in self.fields:
            if reading.name == name:
                return reading
        raise KeyError(name)

    def to_json(self) -> dict[str, Any]:
        """A plain structure that ``from_json`` turns back into an equal reading."""
        return {
            "form": _plain(self.form),
            "pages": [_plain(page) for page in self.pages],
            "fields": [_plain(field) for field in self.fields],
            "checks": [_plain(check) for check in self.checks],
            "doubts": [_plain(doubt) for doubt in self.doubts],
            "engines": dict(self.engines),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Reading:
        return Reading(
            form=FormMatch(**data["form"]),
            pages=tuple(
                PageReading(**{**page, "transform": tuple(page["transform"])})
                for page in data["pages"]
            ),
            fields=tuple(_field(field) for field in data["fields"]),
            checks=tuple(
                CheckResult(**{**check, "fields": tuple(check["fields"])})
                for check in data["checks"]
            ),
            doubts=tuple(_doubt(doubt) for doubt in data["doubts"]),
            engines=dict(data["engines"]),
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Box):
        return [value.x0, value.y0, value.x1, value.y1]
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def _doubt(data: Mapping[str, Any]) -> Doubt:
    return Doubt(**{**data, "alternatives": tuple(data["alternatives"])})


def _field(data: Mapping[str, Any]) -> FieldReading:
    cells = tuple(
        Cell(Box(*cell["box"]), tuple(Candidate(**c) for c in cell["alternatives"]))
        for cell in data["cells"]
    )
    return FieldReading(
        **{
            **data,
            "box": Box(*data["box"]),
            "doubts": tuple(_doubt(doubt) for doubt in data["doubts"]),
            "candidates": tuple(Candidate(**c) for c in data["candidates"]),
            "cells": cells,
            "correction": Correction(**data["correction"]) if data["correction"] else None,
        }
    )
