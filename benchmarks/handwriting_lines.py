"""How handwriting on lines is read, beside Tesseract and RapidOCR on the very same lines.

    python -m benchmarks.handwriting_lines [--forms N] [--seed S] [--fitting]

The lines of the shipped V62 specimen are filled with answers of many sorts (capitals, and small
letters where people write them) in hands kept for measuring, aged, laid and read. In a third of the
answers that come from a word list one letter is changed, so that the list knows them not.
``--fitting`` takes the hands kept for fitting instead, to choose with.

``measure`` gives one ``Row`` for each reader; ``told`` makes the table of it:

    reader              lines  right %  characters %  given %  wrong given  accepted  wrong  ms
    Postroom              ...

*right*: the value, in its kind's normal form, small letters or capitals, is exactly right.
*characters*: of the truth without spaces, less the edits that lead from what stands there as read.
*given*: a value was offered, right or wrong; the rest went to a person without one. *accepted*: no
person would look. Others get each line twice as large and with its print removed, as ours does
(``ink``), or as it lies on the page (``page``); what they say is held against the same normal form.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

os.environ["OMP_NUM_THREADS"] = os.environ["OMP_THREAD_LIMIT"] = "1"

import cv2
import numpy as np

from benchmarks.distance import edits
from benchmarks.others import RapidOcr, larger, tesseract
from benchmarks.reading.clock import used
from extractors import kinds, lexicon
from extractors.confidence import sure
from extractors.fields.lines import LineReader, read_lines
from extractors.formpack import SHIPPED, FieldPlace, FormPack, Kind, load
from extractors.forms.fill import age
from extractors.forms.hand import FITTING, MEASURING, Face, Hand
from extractors.forms.paper import Paper, inked
from extractors.forms.people import mark, stranger
from extractors.forms.printing import blanks
from extractors.laying import lay
from extractors.matching import Matcher
from extractors.pictures import grey_of
from extractors.values import Box, FieldReading, Page, Picture

Rng = np.random.Generator

_PACK = SHIPPED / "V62-S-2026-11"
_DPI = 200
_UNLISTED = 1 / 3
_SORTS: tuple[tuple[str, Kind, lexicon.Name | None], ...] = (
    ("make", "text", "makes"), ("model", "text", "models"), ("colour", "text", "colours"),
    ("town", "text", "towns"), ("name", "name", None), ("date", "date", None),
    ("postcode", "postcode", None), ("mark", "registration_mark", None),
    ("phone", "phone", None), ("address", "text", "streets"), ("note", "text", None),
)  # fmt: skip
_NOTES = (
    "Sold to a dealer", "Company secretary", "Moved abroad", "Director", "Lost in the post",
    "Not known", "Engine replaced 2019", "See letter enclosed", "SORN since May",
)  # fmt: skip
_DATES = ("%d/%m/%Y", "%d %m %Y", "%d-%m-%y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was written on: its field, the text, and it as others see it."""

    field: FieldPlace
    sort: str
    text: str
    reading: FieldReading
    ink: Picture
    page: Picture

    @property
    def truth(self) -> str | None:
        return kinds.rule(self.field).normal(self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """What one reader made of all lines; counts, but ``characters`` (percent) and ``ms`` a line."""

    reader: str
    lines: int
    right: int
    characters: float
    given: int
    accepted: int
    accepted_wrong: int
    ms: float


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.handwriting_lines")
    parser.add_argument("--forms", type=int, default=30)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--fitting", action="store_true", help="hands kept for fitting")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    rows = measure(given.forms, given.seed, FITTING if given.fitting else MEASURING)
    print("\n".join(told(rows)))
    return 0


def measure(forms: int, seed: int, faces: Sequence[str | Face] = MEASURING) -> list[Row]:
    """Every reader on the lines of ``forms`` specimens; our own first. Takes about 3 s a form."""
    reader = LineReader.load()
    lines = list(written_lines(forms, seed, faces, reader))
    seen = [line for line, _ in lines]
    rows = [_own(seen, sum(seconds for _, seconds in lines))]
    others: tuple[tuple[str, int, Callable[[Sequence[Picture]], list[str]]], ...] = (
        ("Tesseract 5, psm 7", 20, tesseract), ("RapidOCR", 0, RapidOcr()),
    )  # fmt: skip
    for name, white, read in others:
        for way in ("ink", "page"):
            begin = used()
            said = read([larger(getattr(each, way), white) for each in seen])
            rows.append(_other(f"{name}, {way}", seen, said, used() - begin))
    return rows


def told(rows: Sequence[Row]) -> list[str]:
    """The table, one line of at most 100 columns for each reader."""
    head = (
        f"{'reader':26}{'lines':>6}{'right %':>9}{'characters %':>14}{'given %':>9}"
        f"{'wrong given':>13}{'accepted':>10}{'wrong':>7}{'ms':>6}"
    )
    return [head] + [
        f"{each.reader:26}{each.lines:6}{100 * each.right / max(each.lines, 1):9.1f}"
        f"{each.characters:14.1f}{100 * each.given / max(each.lines, 1):9.1f}"
        f"{each.given - each.right:13}{each.accepted:10}{each.accepted_wrong:7}{each.ms:6.0f}"
        for each in rows
    ]


def written_lines(
    forms: int, seed: int, faces: Sequence[str | Face], reader: LineReader
) -> Iterator[tuple[Line, float]]:
    """The lines of filled, aged and laid specimens, as we read them, with the seconds it took."""
    pack = load(_PACK)
    matcher = Matcher((pack,))
    for number in range(forms):
        rng = np.random.default_rng([seed, number])
        hand = Hand.anyone(rng, faces)
        for page, blank in zip(pack.pages, blanks(pack, _DPI), strict=True):
            fields, texts = _answers(pack, page.number, rng)
            picture = _filled(blank, hand, fields, texts, rng)
            worn = age(picture, seed + 10 * number + page.number, 1 + int(rng.integers(3)))
            match = matcher.match(Page(1, worn, float(_DPI)))
            if match is None or match.form_page != page.number:
                continue
            laid = lay(Page(1, worn, float(_DPI)), match)
            begin = used()
            readings = read_lines(laid.ink, fields, lambda: reader)
            each = (used() - begin) / len(fields)
            grey = grey_of(laid.picture)
            for field, (sort, text), reading in zip(fields, texts, readings, strict=True):
                ink = np.asarray(255 * (1 - laid.ink), np.uint8)
                crops = (_crop(ink, field.box), _crop(grey, field.box))
                yield Line(field, sort, text, reading, *crops), each


def _answers(pack: FormPack, page: int, rng: Rng) -> tuple[list[FieldPlace], list[tuple[str, str]]]:
    """The lines of a page, each with a sort of answer by chance and the kind that it is."""
    fields: list[FieldPlace] = []
    texts: list[tuple[str, str]] = []
    for field in pack.on_page(page):
        for box in field.lines if field.way == "line" else ():
            sort, kind, words = _SORTS[int(rng.integers(len(_SORTS)))]
            name = f"{field.name}.{len(fields)}"
            fields.append(
                replace(field, name=name, kind=kind, words=words, box=box, lines=(box,),
                        pattern=None, critical=False)
            )  # fmt: skip
            texts.append((sort, _text(sort, words, rng)))
    return fields, texts


def _text(sort: str, words: lexicon.Name | None, rng: Rng) -> str:
    who = stranger(rng)
    made: Callable[[], str] = {
        "name": lambda: f"{who.given} {who.family}",
        "date": lambda: who.born.strftime(str(rng.choice(_DATES))),
        "postcode": lambda: who.address[3],
        "mark": lambda: mark(rng),
        "phone": lambda: who.telephone,
        "address": lambda: who.address[0],
        "note": lambda: str(rng.choice(_NOTES)),
    }.get(sort, lambda: _listed(words, rng))
    text = made()
    if sort in ("make", "model", "colour", "town", "name", "address") and rng.random() < 0.5:
        return text.title()
    return text


def _listed(name: lexicon.Name | None, rng: Rng) -> str:
    lines = (lexicon.FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    text = lines[int(rng.integers(len(lines)))].partition("\t")[0]
    letters = [i for i, each in enumerate(text) if each in ascii_uppercase]
    if letters and rng.random() < _UNLISTED:
        at = int(rng.choice(letters))
        text = text[:at] + str(rng.choice(list(ascii_uppercase))) + text[at + 1 :]
    return text


def _filled(
    blank: Picture,
    hand: Hand,
    fields: Sequence[FieldPlace],
    texts: Sequence[tuple[str, str]],
    rng: Rng,
) -> Picture:
    paper = Paper((blank.shape[0], blank.shape[1]), _DPI)
    height, width = (each / paper.scale for each in blank.shape[:2])
    for field, (_, text) in zip(fields, texts, strict=True):
        box = field.box
        drop = rng.normal(0, 0.9)  # people write over their line and through it
        top, bottom = box.y0 * height + drop, box.y1 * height + drop
        paper.line(hand, rng, text, (box.x0 * width, top, box.x1 * width, bottom))
    return inked(blank, paper, hand)


def _crop(picture: Picture, box: Box) -> Picture:
    height, width = picture.shape
    room = 0.2 * box.height
    left, top, right, bottom = box.grown(0.0, room).pixels(width, height)
    return np.asarray(picture[top:bottom, left:right], np.uint8)


def _own(seen: Sequence[Line], seconds: float) -> Row:
    said = [each.reading.raw for each in seen]
    values = [each.reading.value for each in seen]
    accepted = [each for each in seen if sure(each.field, each.reading)]
    return Row(
        reader="Postroom",
        lines=len(seen),
        right=sum(_same(each, value) for each, value in zip(seen, values, strict=True)),
        characters=_characters(seen, said),
        given=sum(value is not None for value in values),
        accepted=len(accepted),
        accepted_wrong=sum(not _same(each, each.reading.value) for each in accepted),
        ms=1000 * seconds / max(len(seen), 1),
    )


def _other(name: str, seen: Sequence[Line], said: Sequence[str], seconds: float) -> Row:
    values = [kinds.rule(line.field).normal(text) for line, text in zip(seen, said, strict=True)]
    right = sum(_same(line, value) for line, value in zip(seen, values, strict=True))
    given = sum(value is not None for value in values)
    ms = 1000 * seconds / max(len(seen), 1)
    return Row(name, len(seen), right, _characters(seen, said), given, 0, 0, ms)


def _same(line: Line, value: object) -> bool:
    truth = line.truth
    return isinstance(value, str) and truth is not None and value.casefold() == truth.casefold()


def _characters(seen: Sequence[Line], said: Sequence[str]) -> float:
    total = kept = 0
    for line, text in zip(seen, said, strict=True):
        truth, read = ("".join(each.upper().split()) for each in (line.text, text))
        total += len(truth)
        kept += max(len(truth) - edits(read, truth), 0)
    return 100 * kept / max(total, 1)


if __name__ == "__main__":
    sys.exit(main())
