"""Whole forms through the real pipeline: what was written, what was read, cell by cell."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.forms import Asked, Form
from benchmarks.reading.sheet import family_of, sort_of
from extractors.agreement import agree
from extractors.confidence import sure
from extractors.fields.cells import classify
from extractors.formpack import FieldPlace
from extractors.forms.stories import RECEIVED
from extractors.laying import Laid, lay
from extractors.matching import Match
from extractors.pictures import grey_of
from extractors.read import Engines, read_fields
from extractors.straighten import upright
from extractors.values import Box, FieldReading, Page

Tiles = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One field: what was asked for and what was read, and how the form was scanned and written."""

    scan: str
    hand: str
    asked: Asked
    reading: FieldReading
    right: bool
    accepted: bool

    @property
    def family(self) -> str:
        return family_of(self.asked.field)

    @property
    def sort(self) -> str:
        return sort_of(self.asked.field)


@dataclass(frozen=True, slots=True)
class WrittenCell:
    """One written box: its character, the probabilities of all classes, its clean picture.

    ``around`` is the box and what is near it on the laid page, grey.
    """

    truth: str
    table: NDArray[np.float32]
    tile: Tiles
    around: Tiles
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Read:
    """One form as read. ``laid`` is ``None`` when it was not recognised, and nothing is read."""

    form: Form
    laid: Laid | None
    outcomes: tuple[Outcome, ...]
    cells: tuple[WrittenCell, ...]


def measured(engines: Engines, forms: Iterable[Form], told: str) -> Iterator[Read]:
    """Each form as read; progress goes to standard error under the name ``told``."""
    for number, form in enumerate(forms, start=1):
        yield _read(engines, form)
        print(f"\r{told}: {number} forms ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def laid_page(page: Page, engines: Engines) -> tuple[Laid | None, Match | None]:
    """The page laid on its blank as reading does it; neither when it fits none."""
    match = engines.matcher.match(page)
    if match is None:
        page = upright(page).page
        match = engines.matcher.match(page)
    return (lay(page, match), match) if match else (None, None)


def _read(engines: Engines, form: Form) -> Read:
    laid, match = laid_page(form.page, engines)
    fields = [asked.field for asked in form.asked]
    if laid is None or match is None:
        return Read(form, None, (), ())
    alone = {each.name: each for each in read_fields(laid, fields, engines)}
    agreed = agree(alone, match.pack, RECEIVED)
    readings = [agreed[field.name] for field in fields]
    outcomes = tuple(
        Outcome(
            form.scan, form.hand, asked, reading,
            reading.value == asked.value, sure(asked.field, reading),
        )
        for asked, reading in zip(form.asked, readings, strict=True)
    )  # fmt: skip
    return Read(form, laid, outcomes, tuple(_cells(engines, laid, outcomes)))


def _cells(engines: Engines, laid: Laid, outcomes: Sequence[Outcome]) -> Iterator[WrittenCell]:
    """The written boxes of comb fields, with all the recogniser says of them."""
    grey = grey_of(laid.picture)
    fields: list[FieldPlace] = [each.asked.field for each in outcomes]
    found = classify(laid.ink, laid.dark, fields, engines.recogniser)
    for outcome, cells in zip(outcomes, found, strict=True):
        for index, character in enumerate(outcome.asked.raw):
            if character != " ":
                yield WrittenCell(
                    character, cells.probabilities[index], cells.tiles[index, 0],
                    around(grey, cells.boxes[index]), outcome,
                )  # fmt: skip


def around(grey: Tiles, box: Box) -> Tiles:
    """The box and a third of its size round it."""
    height, width = grey.shape
    left, top, right, bottom = box.grown(box.width / 3, box.height / 5).pixels(width, height)
    return grey[top:bottom, left:right].copy()
