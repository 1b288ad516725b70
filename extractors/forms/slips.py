"""Slips of the pen in one comb: struck out and written again, begun late, out of the boxes.

They change what stands on the paper, never what the writer means.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from extractors.formpack import FieldPlace

STRUCK = "\u2327"
"""In what is told of the paper: a character that was struck out."""

Where = Literal["boxes", "across", "after"]
_SINGLE = ("date",)  # kinds whose boxes have a fixed meaning: nobody writes on in the next box
WORDS = ("MAIN", "NORTH", "JONES", "MISTAKE", "FLAT", "LEE", "OLD", "WEST", "SMITH", "THE")


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a comb: a character for each box (``""`` none), and which are struck out.

    ``where``: one character a box; ``across`` the boxes without heed of them; or ``after`` them.
    """

    boxes: tuple[str, ...]
    struck: frozenset[int] = frozenset()
    slip: str = ""
    where: Where = "boxes"

    @property
    def told(self) -> tuple[str, ...]:
        """The truth of each box: its character, ``STRUCK``, or ``""``; none if out of the boxes."""
        if self.where == "across":
            return ()
        if self.where == "after":
            return ("",) * len(self.boxes)
        return tuple(STRUCK if i in self.struck else c for i, c in enumerate(self.boxes))

    @property
    def raw(self) -> str:
        """The paper as a text, struck-out characters as ``STRUCK``."""
        read = [STRUCK if i in self.struck else c or " " for i, c in enumerate(self.boxes)]
        return "".join(read).strip()


def capacity(field: FieldPlace) -> int:
    """How many boxes a comb has."""
    return sum(row.cells for row in field.combs)


def plain(field: FieldPlace, text: str) -> Written:
    """``text`` without any slip. Raises ``ValueError`` when it has more characters than boxes."""
    room = capacity(field)
    if len(text) > room:
        raise ValueError(f"{field.name}: {len(text)} characters for {room} boxes")
    return Written(tuple("" if c == " " else c for c in text.ljust(room)))


def slipped(field: FieldPlace, text: str, rng: np.random.Generator, *, beside: bool) -> Written:
    """``text`` with a slip by chance, if there is room for one.

    ``beside``: nothing else is to be answered beside the field, so that people may write there.
    """
    spare = capacity(field) - len(text)
    possible: list[Callable[[FieldPlace, str, np.random.Generator], Written]] = []
    if spare >= 1 and field.kind not in _SINGLE:
        possible += [_struck_character, _struck_character, _begun_late]
    if spare >= 6 and field.kind in ("text", "name"):
        possible.append(_struck_word)
    if len(field.combs) == 1 and len(text) > 2:
        possible.append(_across)
        if beside and field.combs[0].box.x1 + 0.012 * len(text) < 0.97:
            possible.append(_after)
    if not possible:
        return plain(field, text)
    return possible[int(rng.integers(len(possible)))](field, text, rng)


def other(character: str, rng: np.random.Generator) -> str:
    """Another character of the same sort, written in its place by mistake."""
    among = "0123456789" if character.isdigit() else "ABCDEFGHKLMNPRSTUVWXYZ"
    left = among.replace(character, "")
    return left[int(rng.integers(len(left)))]


def _struck_character(field: FieldPlace, text: str, rng: np.random.Generator) -> Written:
    """A wrong character struck out, and the right one in the next box."""
    places = [i for i, c in enumerate(text) if c.isalnum()]
    if not places:
        return plain(field, text)
    at = places[int(rng.integers(len(places)))]
    longer = plain(field, text[:at] + other(text[at], rng) + text[at:])
    return Written(longer.boxes, frozenset((at,)), "struck_character")


def _struck_word(field: FieldPlace, text: str, rng: np.random.Generator) -> Written:
    """A whole word struck out, and the answer begun again after it."""
    room = capacity(field) - len(text) - 1
    words = [each for each in WORDS if len(each) <= room]
    word = words[int(rng.integers(len(words)))]
    longer = plain(field, f"{word} {text}")
    return Written(longer.boxes, frozenset(range(len(word))), "struck_word")


def _begun_late(field: FieldPlace, text: str, _rng: np.random.Generator) -> Written:
    """The first box left empty."""
    return Written(plain(field, f" {text}").boxes, slip="begun_late")


def _across(field: FieldPlace, text: str, _rng: np.random.Generator) -> Written:
    return Written(plain(field, text).boxes, slip="across_boxes", where="across")


def _after(field: FieldPlace, text: str, _rng: np.random.Generator) -> Written:
    return Written(plain(field, text).boxes, slip="outside_boxes", where="after")
