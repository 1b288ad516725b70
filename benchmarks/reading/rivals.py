"""The same fields read by others in the same run: Tesseract, and RapidOCR's own recogniser.

Both get the whole comb as one strip: raw, as it lies on the page, and with its lines removed (our
handwriting ink). Tesseract gets what suits it best: one line (psm 7), only the characters that the
field may hold, the strip twice as large; many strips go to one process, so that its start counts
for little. What they say is held against the truth as our reading is: capitals, in the field's
normal form, spaces free in everything but text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.others import RapidOcr, larger, tesseract
from benchmarks.reading.clock import used
from benchmarks.reading.measured import Outcome, Read
from benchmarks.reading.section import Section
from benchmarks.reading.sheet import FAMILIES
from extractors import kinds
from extractors.laying import Laid
from extractors.pictures import grey_of
from extractors.read import Engines, read_fields
from extractors.values import Picture

_ROOM = 0.12  # of the box's height, kept round a strip
_WHITE = 24  # pixels of paper put round a strip for Tesseract


@dataclass(frozen=True, slots=True)
class Strip:
    """One comb as others see it: grey, dark on white; ``clean`` without lines, ``raw`` with."""

    outcome: Outcome
    clean: Picture
    raw: Picture

    @property
    def alphabet(self) -> str:
        return "".join(sorted(kinds.rule(self.outcome.asked.field).alphabet)).strip()


def table(pages: Sequence[Read], engines: Engines) -> Section:
    """Exactly right by family, and seconds a field, of every reader on the fields of ``pages``."""
    strips = [strip for page in pages if page.laid for strip in _strips(page, page.laid)]
    section = Section("4. Side by side: the same fields, right in %, and processor seconds a field")
    section.say(
        f"{'':44}" + "".join(f"{family:>9}" for family in FAMILIES[:-1]) + f"{'s/field':>9}"
    )
    count = {family: len(_right(strips, family)) for family in FAMILIES[:-1]}
    section.say(f"{'fields':44}" + "".join(f"{count[family]:9}" for family in FAMILIES[:-1]))
    ours = [each.outcome.right for each in strips]
    _row(section, "Postroom", strips, ours, _own_time(pages, engines) / max(len(strips), 1))
    readers: Mapping[str, Callable[[Sequence[Strip], str], list[str]]] = {
        "Tesseract 5, psm 7, whitelist": _tesseract,
        "RapidOCR recogniser": partial(_rapid, RapidOcr()),
    }
    for name, read in readers.items():
        for way in ("clean", "raw"):
            start = used()
            said = read(strips, way)
            each = (used() - start) / max(len(strips), 1)
            right = [_same(strip, text) for strip, text in zip(strips, said, strict=True)]
            told = "lines removed" if way == "clean" else "as it lies"
            _row(section, f"{name}, {told}", strips, right, each)
    return section


def _strips(page: Read, laid: Laid) -> list[Strip]:
    height, width = laid.ink.shape
    grey = grey_of(laid.picture)
    found = []
    for outcome in page.outcomes:
        box = outcome.asked.field.box
        room = _ROOM * box.height
        left, top, right, bottom = box.grown(room * height / width, room).pixels(width, height)
        ink = laid.ink[top:bottom, left:right]
        clean = np.asarray(255 - np.clip(ink, 0, 1) * 255, np.uint8)
        found.append(Strip(outcome, clean, grey[top:bottom, left:right]))
    return found


def _own_time(pages: Sequence[Read], engines: Engines) -> float:
    """Seconds to read the fields of all pages, from the laid page on: both readers, decoded."""
    start = used()
    for page in pages:
        if page.laid:
            read_fields(page.laid, [each.asked.field for each in page.outcomes], engines)
    return used() - start


def _row(
    section: Section, name: str, strips: Sequence[Strip], right: Sequence[bool], seconds: float
) -> None:
    shares = {
        family: 100 * float(np.mean([right[i] for i in _right(strips, family)] or [False]))
        for family in FAMILIES[:-1]
    }
    figures = "".join(f"{share:9.1f}" for share in shares.values())
    section.say(f"{name:44}{figures}{seconds:9.3f}")
    section.data[name] = {**shares, "seconds a field": seconds}


def _right(strips: Sequence[Strip], family: str) -> list[int]:
    return [i for i, each in enumerate(strips) if each.outcome.family == family]


def _same(strip: Strip, said: str) -> bool:
    asked = strip.outcome.asked
    text = " ".join(said.upper().split())
    if asked.field.kind not in ("text", "name"):
        text = text.replace(" ", "")
    if asked.field.pattern:
        text = text.replace(" ", "")
    return kinds.rule(asked.field).normal(text) == asked.value


def _tesseract(strips: Sequence[Strip], way: str) -> list[str]:
    """What Tesseract says of each strip; one process for each alphabet."""
    said = [""] * len(strips)
    alphabets = sorted({each.alphabet for each in strips})
    for alphabet in alphabets:
        own = [i for i, each in enumerate(strips) if each.alphabet == alphabet]
        pictures = [larger(getattr(strips[i], way), _WHITE) for i in own]
        for index, text in zip(own, tesseract(pictures, alphabet), strict=True):
            said[index] = text
    return said


def _rapid(reader: RapidOcr, strips: Sequence[Strip], way: str) -> list[str]:
    return reader([getattr(each, way) for each in strips])
