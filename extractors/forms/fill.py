"""Fill a form pack by hand: pictures of filled pages, with the truth about every field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from extractors import kinds
from extractors.formpack import FieldPlace, FormPack
from extractors.forms import slips
from extractors.forms.ageing import age
from extractors.forms.draw import DPI
from extractors.forms.hand import Face, Hand
from extractors.forms.marks import TICK_SHARES, TICKS
from extractors.forms.mistakes import Marks, spoil
from extractors.forms.paper import Paper, inked
from extractors.forms.people import FAMILIAR, STRANGERS
from extractors.forms.printing import blanks, code_in, printed_on
from extractors.forms.slips import Written
from extractors.forms.stories import RECEIVED, Answers, story
from extractors.values import Box, Picture, Value

__all__ = ["Filled", "Filling", "age", "fill", "samples_many"]

_OTHER_TICK = 0.1  # how often somebody ticks in another way than usual


@dataclass(frozen=True, slots=True)
class Filled:
    """One filled form: RGB pages, the value of every field, what stands on the paper.

    ``mistake`` names what the writer did wrong on purpose, ``""`` for nothing. ``cells``: for each
    comb written in, what stands in each box (``""`` nothing, ``slips.STRUCK`` struck out; none at
    all when it was written across the boxes). ``ticks``: for each tick field, the mark in each box
    by the value it stands for (``""`` for a lone tick): a sort of tick, ``struck``, or ``""``.
    ``slips``: the fields with a slip of the pen. ``face`` and ``hand`` tell how it was written.
    """

    pictures: tuple[Picture, ...]
    truth: dict[str, Value]
    raw: dict[str, str]
    mistake: str
    face: str
    cells: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ticks: dict[str, dict[str, str]] = field(default_factory=dict)
    slips: dict[str, str] = field(default_factory=dict)
    hand: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Everything but the pictures."""
        return {
            "truth": self.truth, "raw": self.raw, "mistake": self.mistake, "face": self.face,
            "cells": self.cells, "ticks": self.ticks, "slips": self.slips, "hand": self.hand,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filling:
    """How forms are filled. ``mistakes``: the share with a mistake on purpose; ``mistake`` names
    one that is made for certain; ``calm`` asks for a hand that is easy to read.

    ``varied``: hands, names and towns of all sorts, not just tidy writers and a few names.
    ``firm``: nobody with a pencil or a faint pen. ``slips``: the share of fields with a slip of
    the pen. ``faces``: whose characters to write with, ``()`` for the usual ones.
    """

    mistakes: float = 0.25
    mistake: str = ""
    calm: bool = False
    dpi: int = DPI
    received: date = RECEIVED
    varied: bool = False
    firm: bool = False
    slips: float = 0.0
    faces: Sequence[str | Face] = ()


def fill(pack: FormPack, seed: int, filling: Filling = Filling()) -> Filled:
    """Fill ``pack`` as one fictional writer would. The same arguments give the same form.

    Raises ``ValueError`` when ``filling.mistake`` cannot be made on this form, and
    ``BadFormPack`` when a blank cannot be read.
    """
    rng = np.random.default_rng([seed, len(pack.fields)])
    answers = story(pack, rng, filling.received, STRANGERS if filling.varied else FAMILIAR)
    mistake, marks = filling.mistake, Marks()
    if mistake or rng.random() < filling.mistakes:
        mistake, marks = spoil(pack, answers, rng, mistake)
    hand = (
        Hand.anyone(rng, filling.faces, firm=filling.firm) if filling.varied
        else Hand.of(rng, calm=filling.calm, faces=filling.faces)
    )  # fmt: skip
    told = _Told()
    pictures = []
    for page, blank in zip(pack.pages, blanks(pack, filling.dpi), strict=True):
        paper = Paper((blank.shape[0], blank.shape[1]), filling.dpi)
        here = pack.on_page(page.number)
        writer = _Writer(hand, rng, paper, marks, filling, here, told)
        for each in here:
            writer.answer(each, answers)
        prints = {
            each.box: str(answers[each.name])
            for each in here if each.way == "printed" and each.name in answers
        }  # fmt: skip
        pictures.append(inked(printed_on(blank, prints, filling.dpi), paper, hand))
    raw = {each.name: _raw(each, answers.get(each.name)) for each in pack.fields} | told.raw
    truth = {each.name: _value(pack, each, answers.get(each.name)) for each in pack.fields}
    if marks.second_option:
        truth[marks.second_option] = None
    return Filled(
        tuple(pictures), truth, raw, mistake, hand.face.name,
        told.cells, told.ticks, told.slips, hand.to_json(),
    )  # fmt: skip


def samples_many(pack: FormPack, count: int, seed: int, level: int = 2) -> Iterator[Filled]:
    """``count`` tidily filled forms, each aged up to ``level``; one at a time in memory."""
    for number in range(count):
        own = seed * 100_003 + number
        clean = fill(pack, own)
        aged = tuple(
            age(picture, own + 7 * page, min(level, 1 + own % 3))
            for page, picture in enumerate(clean.pictures)
        )
        yield replace(clean, pictures=aged)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is kept of the paper while it is written on."""

    raw: dict[str, str] = field(default_factory=dict)
    cells: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ticks: dict[str, dict[str, str]] = field(default_factory=dict)
    slips: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Writer:
    """One writer at one page."""

    hand: Hand
    rng: np.random.Generator
    paper: Paper
    marks: Marks
    filling: Filling
    here: Sequence[FieldPlace]
    told: _Told

    def answer(self, field: FieldPlace, answers: Answers) -> None:
        """Write the answer to one field, as it is written there."""
        said = answers.get(field.name)
        if field.way == "comb" and isinstance(said, str):
            self._comb(field, said)
        elif field.way == "line" and isinstance(said, str):
            lines = zip(said.split("\n"), field.lines, strict=False)
            raw = " ".join(self._line(field, text, line) for text, line in lines)
            if slips.STRUCK in raw:
                self.told.raw[field.name] = raw
        elif field.way == "tick":
            self._tick(field, said)
        elif field.way == "signature" and said:
            self.paper.signature(self.hand, self.rng, _signer(answers), self._mm(field.box))

    def _slips(self) -> bool:
        return self.filling.slips > 0 and self.rng.random() < self.filling.slips

    def _comb(self, field: FieldPlace, text: str) -> None:
        if self._slips():
            written = slips.slipped(field, text, self.rng, beside=self._alone(field))
        else:
            written = slips.plain(field, text)
        self.told.cells[field.name] = written.told
        if written.slip:
            self.told.slips[field.name] = written.slip
        if written.struck:
            self.told.raw[field.name] = written.raw
        if written.where == "boxes":
            self._in_boxes(field, written)
        else:
            self._free(field, text, written.where)

    def _alone(self, field: FieldPlace) -> bool:
        """Whether no other answer place stands to the right of this one."""
        box = field.box
        return not any(
            other.box.x1 > box.x1 and other.box.y0 < box.y1 and other.box.y1 > box.y0
            for other in self.here
        )

    def _in_boxes(self, field: FieldPlace, written: Written) -> None:
        boxes = [row.cell(i) for row in field.combs for i in range(row.cells)]
        full = [(i, c) for i, c in enumerate(written.boxes) if c]
        overwritten = field.name == self.marks.overwritten and full
        slip = int(self.rng.integers(len(full))) if overwritten else -1
        for number, (index, character) in enumerate(full):
            first = [slips.other(character, self.rng)] if number == slip else []
            for each in (*first, character):
                self.paper.character(self.hand, self.rng, each, self._mm(boxes[index]))
        if written.struck:
            out = Box.hull([boxes[i] for i in sorted(written.struck)])
            self.paper.cross_out(self.hand, self.rng, self._mm(out))

    def _free(self, field: FieldPlace, text: str, where: str) -> None:
        """Without heed of the boxes: across them, or after the last one up to the page's edge."""
        box = field.combs[0].box
        wide = min(len(text) * 0.016, box.width) if where == "across" else 0.985 - box.x1
        start = box.x0 if where == "across" else box.x1
        place = self._mm(Box(start, box.y0, start + max(wide, 0.01), box.y1))
        self.paper.line(self.hand, self.rng, text, place)

    def _line(self, field: FieldPlace, text: str, line: Box) -> str:
        """Write one line, perhaps after a word struck out; returns what stands there."""
        x0, y0, x1, y1 = self._mm(line)
        wrong = slips.WORDS[int(self.rng.integers(len(slips.WORDS)))] if self._slips() else ""
        if x1 - x0 < 4.5 * (len(wrong) + len(text)):
            wrong = ""
        if wrong:
            end = self.paper.line(self.hand, self.rng, wrong, (x0, y0, x1, y1))
            self.paper.cross_out(self.hand, self.rng, (x0 + 1, y0, end + 1, y1))
            self.told.slips[field.name] = "struck_word"
            x0 = end + 1
        self.paper.line(self.hand, self.rng, text, (x0, y0, x1, y1))
        return f"{slips.STRUCK * len(wrong)} {text}".strip()

    def _tick(self, field: FieldPlace, said: str | bool | None) -> None:
        places = {option.value: option.box for option in field.options}
        if field.kind == "tick":
            places = {"": field.box}
        chosen = [v for v in places if (said is True if field.kind == "tick" else v == said)]
        others = [v for v in places if v not in chosen]
        if field.name == self.marks.second_option:
            chosen.append(others[0])
        made = dict.fromkeys(places, "")
        for value in chosen:
            made[value] = self._mark()
            self.paper.tick(self.hand, self.rng, self._mm(places[value]), made[value])
        struck = field.name == self.marks.changed_mind
        if struck:
            made[others[-1]] = "struck"
            self.paper.strike(self.hand, self.rng, self._mm(places[others[-1]]))
        elif others and self._slips() and self.hand.mark != "fill":
            back = others[int(self.rng.integers(len(others)))]
            made[back] = "struck"
            self.told.slips[field.name] = "struck_tick"
            strike = self.paper.strike if self.rng.random() < 0.4 else self.paper.take_back
            strike(self.hand, self.rng, self._mm(places[back]))
        self.told.ticks[field.name] = made

    def _mark(self) -> str:
        if self.filling.varied and self.rng.random() < _OTHER_TICK:
            return str(self.rng.choice(TICKS, p=TICK_SHARES))
        return self.hand.mark

    def _mm(self, box: Box) -> tuple[float, float, float, float]:
        height, width = (each / self.paper.scale for each in self.paper.ink.shape)
        return box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height


def _signer(answers: Answers) -> str:
    names = [v for k, v in answers.items() if k.endswith("name.family") and isinstance(v, str)]
    return names[0] if names else "KEEPER"


def _raw(field: FieldPlace, answer: str | bool | None) -> str:
    if field.way == "barcode":
        return ""
    if isinstance(answer, str):
        return answer.replace("\n", " ")
    return "X" if answer and field.way == "tick" else ""


def _value(pack: FormPack, field: FieldPlace, answer: str | bool | None) -> Value:
    """The canonical value, ``None`` when nothing (or nothing that fits) is written."""
    if field.way == "barcode":
        return code_in(blanks(pack)[field.page - 1], field.box)
    if field.kind in ("tick", "signature"):
        return bool(answer)
    if not isinstance(answer, str):
        return None
    return kinds.rule(field).normal(answer)
