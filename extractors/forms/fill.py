"""Fill a form pack by hand: pictures of filled pages, with the truth about every field.

``python -m extractors.forms.fill PACK --count N --seed S --out DIR`` writes N filled, aged forms
as pictures, with ``truth.jsonl`` beside them: one line for each form.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from extractors import kinds
from extractors.formpack import SHIPPED, BadFormPack, FieldPlace, FormPack, load
from extractors.forms.ageing import age
from extractors.forms.draw import DPI, draw
from extractors.forms.hand import Hand, Paper, inked
from extractors.forms.mistakes import Marks, spoil
from extractors.forms.stories import RECEIVED, Answers, story
from extractors.values import Box, Picture, Value

__all__ = ["Filled", "Filling", "age", "fill", "samples_many"]


@dataclass(frozen=True, slots=True)
class Filled:
    """One filled form: RGB pages, the value of every field, what stands on the paper.

    ``mistake`` names what the writer did wrong on purpose, ``""`` for nothing.
    """

    pictures: tuple[Picture, ...]
    truth: dict[str, Value]
    raw: dict[str, str]
    mistake: str
    face: str

    def to_json(self) -> dict[str, Any]:
        """Everything but the pictures."""
        return {
            "truth": self.truth, "raw": self.raw, "mistake": self.mistake, "face": self.face,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filling:
    """How forms are filled. ``mistakes``: the share with a mistake on purpose; ``mistake`` names
    one that is made for certain; ``calm`` asks for a hand that is easy to read.
    """

    mistakes: float = 0.25
    mistake: str = ""
    calm: bool = False
    dpi: int = DPI
    received: date = RECEIVED


def fill(pack: FormPack, seed: int, filling: Filling = Filling()) -> Filled:
    """Fill ``pack`` as one fictional writer would. The same arguments give the same form.

    Raises ``ValueError`` when ``filling.mistake`` cannot be made on this form.
    """
    rng = np.random.default_rng([seed, len(pack.fields)])
    answers = story(pack, rng, filling.received)
    mistake, marks = filling.mistake, Marks()
    if mistake or rng.random() < filling.mistakes:
        mistake, marks = spoil(pack, answers, rng, mistake)
    hand = Hand.of(rng, calm=filling.calm)
    pictures = []
    for page, blank in zip(pack.pages, _blanks(pack.folder, filling.dpi), strict=True):
        writer = _Writer(hand, rng, Paper(blank.shape, filling.dpi), marks)
        for field in pack.on_page(page.number):
            writer.answer(field, answers)
        pictures.append(inked(blank, writer.paper, hand.ink))
    raw = {field.name: _raw(field, answers.get(field.name)) for field in pack.fields}
    truth = {field.name: _value(pack, field, answers.get(field.name)) for field in pack.fields}
    if marks.second_option:
        truth[marks.second_option] = None
    return Filled(tuple(pictures), truth, raw, mistake, hand.face)


def samples_many(pack: FormPack, count: int, seed: int, level: int = 2) -> Iterator[Filled]:
    """``count`` filled forms, each aged up to ``level``; one at a time, so memory holds one."""
    for number in range(count):
        own = seed * 100_003 + number
        clean = fill(pack, own)
        aged = tuple(
            age(picture, own + 7 * page, min(level, 1 + own % 3))
            for page, picture in enumerate(clean.pictures)
        )
        yield replace(clean, pictures=aged)


@lru_cache(maxsize=8)
def _blanks(folder: Path, dpi: int) -> tuple[Picture, ...]:
    return draw(folder, dpi)


@dataclass(frozen=True, slots=True)
class _Writer:
    """One writer at one page."""

    hand: Hand
    rng: np.random.Generator
    paper: Paper
    marks: Marks

    def answer(self, field: FieldPlace, answers: Answers) -> None:
        """Write the answer to one field, as it is written there."""
        said = answers.get(field.name)
        if field.way == "comb" and isinstance(said, str):
            self._comb(field, said)
        elif field.way == "line" and isinstance(said, str):
            for text, line in zip(said.split("\n"), field.lines, strict=False):
                self.paper.line(self.hand, self.rng, text, self._mm(line))
        elif field.way == "tick":
            self._tick(field, said)
        elif field.way == "signature" and said:
            self.paper.signature(self.hand, self.rng, _signer(answers), self._mm(field.box))

    def _comb(self, field: FieldPlace, text: str) -> None:
        cells = _cells(field, text)
        overwritten = field.name == self.marks.overwritten
        slip = int(self.rng.integers(len(cells))) if overwritten else -1
        for index, (character, cell) in enumerate(cells):
            first = [_other(character, self.rng)] if index == slip else []
            for each in (*first, character):
                self.paper.character(self.hand, self.rng, each, self._mm(cell))

    def _tick(self, field: FieldPlace, said: str | bool | None) -> None:
        boxes = [option.box for option in field.options if option.value == said]
        if field.kind == "tick" and said is True:
            boxes = [field.box]
        others = [option.box for option in field.options if option.value != said]
        if field.name == self.marks.second_option:
            boxes.append(others[0])
        for box in boxes:
            self.paper.tick(self.hand, self.rng, self._mm(box))
        if field.name == self.marks.changed_mind:
            self.paper.strike(self.hand, self.rng, self._mm(others[-1]))

    def _mm(self, box: Box) -> tuple[float, float, float, float]:
        height, width = (each / self.paper.scale for each in self.paper.ink.shape)
        return box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height


def _cells(field: FieldPlace, answer: str) -> list[tuple[str, Box]]:
    """Each character of a comb with its box; spaces leave their box empty."""
    boxes = [row.cell(i) for row in field.combs for i in range(row.cells)]
    if len(answer) > len(boxes):
        raise ValueError(f"{field.name}: {len(answer)} characters for {len(boxes)} boxes")
    return [(c, box) for c, box in zip(answer, boxes, strict=False) if c != " "]


def _other(character: str, rng: np.random.Generator) -> str:
    among = "0123456789" if character.isdigit() else "ABCDEFGHKLMNPRSTUVWXYZ"
    left = among.replace(character, "")
    return left[int(rng.integers(len(left)))]


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
        return f"{pack.code}/{pack.edition}/{field.page}"
    if field.kind in ("tick", "signature"):
        return bool(answer)
    if not isinstance(answer, str):
        return None
    return kinds.rule(field).normal(answer)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m extractors.forms.fill", description="Write filled specimens of a form pack."
    )
    parser.add_argument("pack", help="a pack's folder, or its name among the shipped ones")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--level", type=int, default=2, choices=range(4), help="worst ageing")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    given = parser.parse_args(arguments)
    folder = Path(given.pack) if Path(given.pack).is_dir() else SHIPPED / given.pack
    try:
        pack = load(folder)
    except BadFormPack as error:
        print(error, file=sys.stderr)
        return 2
    given.out.mkdir(parents=True, exist_ok=True)
    with (given.out / "truth.jsonl").open("w", encoding="utf-8") as lines:
        for number, form in enumerate(samples_many(pack, given.count, given.seed, given.level)):
            names = []
            for page, picture in enumerate(form.pictures, start=1):
                names.append(f"{pack.code}-{given.seed}-{number:04d}-{page}.jpg")
                path = given.out / names[-1]
                Image.fromarray(picture).save(path, quality=80, dpi=(DPI, DPI))
            lines.write(json.dumps({"files": names, **form.to_json()}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
