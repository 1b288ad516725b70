"""Fill a form pack by hand: pictures of filled pages, with the truth about every field.

``python -m extractors.forms.fill PACK --count N --seed S --out DIR`` writes N filled, aged forms
as pictures, with ``truth.jsonl`` beside them: one line for each form.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
from extractors.forms.stories import RECEIVED, Answers, story
from extractors.values import Box, Picture, Value

__all__ = ["Filled", "age", "fill", "samples_many"]


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
class _Marks:
    """Slips of the pen that are not in the answers."""

    overwritten: str = ""  # a field with one character written over another
    second_option: str = ""  # a choice with two boxes marked
    changed_mind: str = ""  # a choice with one box struck out and another marked


def fill(
    pack: FormPack,
    seed: int,
    *,
    mistakes: float = 0.25,
    calm: bool = False,
    dpi: int = DPI,
    received: date = RECEIVED,
) -> Filled:
    """Fill ``pack`` as one fictional writer would.

    ``mistakes`` is the share of forms with a mistake on purpose, ``calm`` asks for a hand that is
    easy to read. The same arguments give the same form.
    """
    rng = np.random.default_rng([seed, len(pack.fields)])
    answers = story(pack, rng, received)
    mistake, marks = "", _Marks()
    if rng.random() < mistakes:
        mistake, marks = _spoilt(pack, answers, rng)
    hand = Hand.of(rng, calm=calm)
    pictures = tuple(
        _page(pack, page.number, blank, answers, (hand, rng, marks), dpi)
        for page, blank in zip(pack.pages, _blanks(pack.folder, dpi), strict=True)
    )
    raw = {field.name: _raw(field, answers.get(field.name)) for field in pack.fields}
    truth = {field.name: _value(pack, field, answers.get(field.name)) for field in pack.fields}
    if marks.second_option:
        truth[marks.second_option] = None
    return Filled(pictures, truth, raw, mistake, hand.face)


def samples_many(pack: FormPack, count: int, seed: int, level: int = 2) -> Iterator[Filled]:
    """``count`` filled forms, each aged up to ``level``; one at a time, so memory holds one."""
    for number in range(count):
        own = seed * 100_003 + number
        clean = fill(pack, own)
        aged = tuple(
            age(picture, own + 7 * page, min(level, 1 + own % 3) if level else 0)
            for page, picture in enumerate(clean.pictures)
        )
        yield Filled(aged, clean.truth, clean.raw, clean.mistake, clean.face)


@lru_cache(maxsize=8)
def _blanks(folder: Path, dpi: int) -> tuple[Picture, ...]:
    return draw(folder, dpi)


def _page(
    pack: FormPack,
    number: int,
    blank: Picture,
    answers: Answers,
    writing: tuple[Hand, np.random.Generator, _Marks],
    dpi: int,
) -> Picture:
    hand, rng, marks = writing
    height, width = blank.shape
    paper = Paper((height, width), dpi)

    def mm(box: Box) -> tuple[float, float, float, float]:
        across, down = width / paper.scale, height / paper.scale
        return box.x0 * across, box.y0 * down, box.x1 * across, box.y1 * down

    for field in pack.on_page(number):
        answer = answers.get(field.name)
        if field.way == "comb" and isinstance(answer, str):
            cells = _cells(field, answer)
            slip = _slip_at(cells, rng) if field.name == marks.overwritten else -1
            for index, (character, cell) in enumerate(cells):
                if index == slip:
                    paper.character(hand, rng, _other(character, rng), mm(cell))
                paper.character(hand, rng, character, mm(cell))
        elif field.way == "line" and isinstance(answer, str):
            for text, line in zip(answer.split("\n"), field.lines, strict=False):
                paper.line(hand, rng, text, mm(line))
        elif field.way == "tick":
            _ticks(paper, hand, rng, field, (answer, marks), mm)
        elif field.way == "signature" and answer:
            paper.signature(hand, rng, _signer(answers), mm(field.box))
    return inked(blank, paper, hand.ink)


def _ticks(
    paper: Paper,
    hand: Hand,
    rng: np.random.Generator,
    field: FieldPlace,
    said: tuple[str | bool | None, _Marks],
    mm: Callable[[Box], tuple[float, float, float, float]],
) -> None:
    answer, marks = said
    if field.kind == "tick" and answer is True:
        paper.tick(hand, rng, mm(field.box))
    for option in field.options:
        if option.value == answer:
            paper.tick(hand, rng, mm(option.box))
    others = [option for option in field.options if option.value != answer]
    if field.name == marks.second_option:
        paper.tick(hand, rng, mm(others[0].box))
    if field.name == marks.changed_mind:
        box = mm(others[-1].box)
        paper.tick(hand, rng, box, "cross")
        for _again in range(3):
            paper.strike(hand, rng, box)
            paper.tick(hand, rng, box, "fill")


def _cells(field: FieldPlace, answer: str) -> list[tuple[str, Box]]:
    """Each character of a comb with its box; spaces leave their box empty."""
    boxes = [row.cell(i) for row in field.combs for i in range(row.cells)]
    if len(answer) > len(boxes):
        raise ValueError(f"{field.name}: {len(answer)} characters for {len(boxes)} boxes")
    return [(c, box) for c, box in zip(answer, boxes, strict=False) if c != " "]


def _slip_at(cells: Sequence[tuple[str, Box]], rng: np.random.Generator) -> int:
    return int(rng.integers(len(cells)))


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


def _spoilt(pack: FormPack, answers: Answers, rng: np.random.Generator) -> tuple[str, _Marks]:
    """Put one mistake into the answers, or into how they are marked; says which."""
    mistakes: dict[str, Callable[[], _Marks]] = {}
    births = [name for name in answers if name.endswith("date_of_birth")]
    choices = [f.name for f in pack.fields if f.kind == "choice" and len(f.options) < 5
               and answers.get(f.name)]  # fmt: skip
    combs = [
        f.name for f in pack.fields if f.way == "comb" and isinstance(answers.get(f.name), str)
    ]

    def rewrite(name: str, text: str) -> _Marks:
        answers[name] = text
        return _Marks()

    def drop(name: str) -> _Marks:
        answers.pop(name, None)
        return _Marks()

    if births:
        other = str(answers[births[0]])
        wrong = f"{(int(other[:2]) % 28) + 1:02d}{other[2:]}"
        mistakes["birth_date_disagrees"] = lambda: rewrite(births[0], wrong)
    if "vehicle.vrn_again" in answers:
        mistakes["marks_differ"] = lambda: rewrite("vehicle.vrn_again", "AA19ZZZ")
    if "declaration.date" in answers:
        later = str(answers["declaration.date"])[:4] + "2027"
        mistakes["signed_in_future"] = lambda: rewrite("declaration.date", later)
        mistakes["not_signed"] = lambda: drop("declaration.signature")
    if choices:
        picked = str(rng.choice(choices))
        mistakes["two_boxes"] = lambda: _Marks(second_option=picked)
        mistakes["changed_mind"] = lambda: _Marks(changed_mind=picked)
    if combs:
        name = str(rng.choice(combs))
        mistakes["overwritten"] = lambda: _Marks(overwritten=name)
    if not mistakes:
        return "", _Marks()
    which = str(rng.choice(sorted(mistakes)))
    return which, mistakes[which]()


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
