"""Known words: towns, names, streets, makes. They make a reading likelier, and forbid none.

The lists lie in ``extractors/words/`` (their sources and licences beside them). A text is judged
by a mixture: with some probability people write what a list has, else any characters at all.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import digits
from typing import Literal, get_args

FOLDER = Path(__file__).parent / "words"

Name = Literal["forenames", "surnames", "towns", "streets", "makes", "models", "colours"]
NAMES: tuple[Name, ...] = get_args(Name)

_LISTED = 0.7  # how often people write what the list has
_CHARACTER = math.log(30)  # any characters at all: one of about thirty at each place
_MOST = math.log(100.0)  # a list lifts a text by no more than this
_PART = 5.0  # a part that occurs in the list lifts a text that is not in it by no more than this
_SHORT = 3  # letters: a part of fewer says nothing
_NUMBER = math.log(1 / 300)
_NEXT = math.log(0.3)  # how often another word follows, where one may
_SEVERAL: Mapping[Name, str] = {"forenames": " -", "surnames": " -", "streets": " "}
"""The characters between words, for lists whose words are combined."""


@dataclass(slots=True)
class Node:
    """A place in the tree of a list; ``log``: the word that ends here, ``None`` if none does."""

    following: dict[str, Node] = field(default_factory=dict)
    log: float | None = None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One list. ``root``: the tree of its words; ``between``: what may join several of them;
    ``parts``: the log probabilities of single words in its entries, as COURT in APPLE COURT."""

    root: Node
    between: str
    parts: Mapping[str, float] = field(default_factory=dict)

    def lift(self, text: str) -> float:
        """How much likelier (natural logarithm) the list makes ``text`` than bare characters."""
        log = self.log(text)
        if log is None:
            parts = sum(self._part(each) for each in _words(text))
            return math.log(1.0 - _LISTED) + min(parts, _MOST)
        listed = min(log + _CHARACTER * len(text), _MOST)
        return math.log(1.0 - _LISTED + _LISTED * math.exp(listed))

    def _part(self, word: str) -> float:
        log = self.parts.get(word)
        return (
            0.0 if log is None else math.log1p(min(math.exp(log + _CHARACTER * len(word)), _PART))
        )

    def knows(self, text: str) -> bool:
        """Whether all of ``text`` (capitals) comes from the list."""
        return self.log(text) is not None

    def log(self, text: str) -> float | None:
        """The log probability of ``text`` by the list alone; ``None`` when it is not in it."""
        if not any(character.isalpha() for character in text):
            return None
        whole, node = 0.0, self.root
        for character in " ".join(text.split()):
            step = node.following.get(character)
            if step is None and character in self.between and node.log is not None:
                whole, step = whole + node.log + _NEXT, self.root
            if step is None:
                return None
            node = step
        return None if node.log is None else whole + node.log


@cache
def named(name: Name) -> Lexicon:
    """The list of that name, read once. Raises ``FileNotFoundError`` for an unknown one."""
    root = Node()
    words: dict[str, float] = {}
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        word, _, times = line.partition("\t")
        words[word] = float(times or 1)
    whole = sum(words.values())
    for word, weight in words.items():
        node = root
        for character in word:
            node = node.following.setdefault(character, Node())
        node.log = math.log(weight / whole)
    if name == "streets":
        _with_house_numbers(root)
    parts: dict[str, float] = defaultdict(float)
    for word, weight in words.items():
        for part in _words(word):
            parts[part] += weight / whole
    return Lexicon(root, _SEVERAL.get(name, ""), {p: math.log(each) for p, each in parts.items()})


def _words(text: str) -> list[str]:
    return [each for each in text.replace("-", " ").split() if len(each) >= _SHORT]


def _with_house_numbers(root: Node) -> None:
    """Adds to a tree numbers of any length that may end in a letter: 7, 112, 12A."""
    number = Node(log=_NUMBER)
    number.following = dict.fromkeys(digits, number)
    number.following |= {letter: Node(log=_NUMBER) for letter in "ABCDEFGH"}
    root.following |= dict.fromkeys(digits, number)
