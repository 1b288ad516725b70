"""Filled, printed and scanned measuring forms with exact truth, in the hands of one group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks.reading.answers import answer, person
from benchmarks.reading.hands import Group
from benchmarks.reading.sheet import family_of, sort_of
from extractors import kinds, lexicon
from extractors.formpack import FieldPlace, FormPack
from extractors.forms.ageing import age
from extractors.forms.draw import draw
from extractors.forms.hand import Hand
from extractors.forms.paper import Paper, inked
from extractors.values import Box, Page, Picture, Value

_SCANS = (
    (200, 1, False), (300, 2, False), (200, 3, False), (200, 2, False), (300, 1, True),
    (200, 2, False), (300, 3, False), (200, 1, True), (300, 2, False),
)  # fmt: skip
"""How the forms are scanned, in turn: dots an inch, level of ageing, black and white."""
_LOWER = 0.5  # share of the page below which numbers and dates are in the hand for figures


@dataclass(frozen=True, slots=True)
class Asked:
    """One field as filled in. ``raw`` is what stands on the paper, ``value`` its canonical value.

    ``group`` names the hands, ``listed`` says whether a word list of Postroom knows it.
    """

    field: FieldPlace
    raw: str
    value: Value
    group: str
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One scanned form; ``scan`` says how, ``hand`` who wrote it."""

    number: int
    page: Page
    asked: tuple[Asked, ...]
    scan: str
    hand: str


def forms(pack: FormPack, group: Group, count: int, seed: int) -> Iterator[Form]:
    """``count`` forms, each by another writer of ``group``. The same seed gives the same forms."""
    for number in range(count):
        yield _form(pack, group, number, np.random.default_rng([seed, number]))


def _form(pack: FormPack, group: Group, number: int, rng: np.random.Generator) -> Form:
    dpi, level, bitonal = _SCANS[number % len(_SCANS)]
    hands = group.writer(rng, tidy=number % 2 == 0, bitonal=bitonal)
    blank = _blank(pack.folder, dpi)
    writer = _Writer(hands.letters, rng, Paper(blank.shape, dpi))
    figures = _Writer(hands.figures, rng, writer.paper)
    who = person(rng)
    asked = []
    for field in pack.on_page(1):
        other = family_of(field) in ("digits", "date") and field.box.y0 > _LOWER
        given, name = (figures, group.figures) if other else (writer, group.name)
        asked.append(given.answer(field, who, name))
    picture = inked(blank, writer.paper, hands.letters)
    picture = age(picture, int(rng.integers(1 << 30)), level, bitonal=bitonal)
    scan = f"{dpi} dpi, level {level}{', 1-bit' if bitonal else ''}"
    return Form(number, Page(1, picture, float(dpi)), tuple(asked), scan, hands.name)


@lru_cache(maxsize=4)
def _blank(folder: Path, dpi: int) -> Picture:
    return draw(folder, dpi)[0]


@dataclass(frozen=True, slots=True)
class _Writer:
    """One hand at one page."""

    hand: Hand
    rng: np.random.Generator
    paper: Paper

    def answer(self, field: FieldPlace, who: dict[str, str], group: str) -> Asked:
        """Fill ``field`` in; the first field of a sort tells of ``who``."""
        sort = sort_of(field)
        theirs = field.name.startswith("applicant.") and sort in who
        text = who[sort] if theirs else answer(sort, self.rng)
        boxes = [row.cell(i) for row in field.combs for i in range(row.cells)]
        for character, box in zip(text, boxes, strict=False):
            if character != " ":
                self.paper.character(self.hand, self.rng, character, self._mm(box))
        listed = bool(field.words) and lexicon.named(field.words).knows(text)
        return Asked(field, text, kinds.rule(field).normal(text), group, listed)

    def _mm(self, box: Box) -> tuple[float, float, float, float]:
        height, width = (each / self.paper.scale for each in self.paper.ink.shape)
        return box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height
