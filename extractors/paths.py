"""The likeliest ways through a row of cells: under a grammar of places, as free text, as words.

A beam search: ways that fall far behind the best are given up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from extractors.lexicon import Lexicon, Node
from extractors.values import STRUCK

Step = dict[str, float]
"""One cell: its possible characters with log probabilities, best first."""

_Path = tuple[float, int, int, tuple[str, ...]]
"""Log probability, alternatives alive, characters written, what each cell holds."""

SMALL = 1e-5
"""Probabilities below this are as good as none."""
_BEAM = 16
_WITHIN = math.log(1e4)  # a path this much worse than the best is dropped
_SWITCH = math.log(0.08)  # a digit beside a letter in the same word of free text
_TAIL = math.log(0.1)  # a second letter after a digit: 12A is a house, 1ZA hardly is
_SLASH = math.log(0.05)  # a slash beside a letter, or at the start of a word: half a character
_CLOSE = math.log(0.05)  # a stop with no space after it
_ALONE, _BLOT = 0.15, 0.7  # how often a stop after an empty box is one, and how often it is dirt
_PASSED = math.log(0.3)  # to pass over a character that was struck out
_SELDOM = math.log(0.1)  # a sign that free text seldom holds
_SELDOM_SIGNS = frozenset("_+()£:")
_STOPS = frozenset(".,")
DIRT = frozenset(".,'")
"""Signs as small as dirt, and no word begins with them."""


@dataclass(frozen=True, slots=True)
class Places:
    """The ways to fill a field, place by place, as bit sets: bit ``i`` is alternative ``i``.

    ``allowed[place][character]``: the alternatives with that character there. ``complete[count]``:
    those that are whole after ``count`` characters.
    """

    allowed: tuple[Mapping[str, int], ...]
    complete: tuple[int, ...]

    @staticmethod
    def of(alternatives: Sequence[Sequence[str]]) -> Places:
        """From one row of allowed characters for each way to fill the field (at least one)."""
        longest = max(len(row) for row in alternatives)
        allowed: list[dict[str, int]] = [{} for _ in range(longest)]
        complete = [0] * (longest + 1)
        for index, row in enumerate(alternatives):
            complete[len(row)] |= 1 << index
            for place, characters in enumerate(row):
                for character in characters:
                    allowed[place][character] = allowed[place].get(character, 0) | 1 << index
        return Places(tuple(allowed), tuple(complete))


@dataclass(frozen=True, slots=True)
class Text:
    """A way to read the cells: ``text`` with inner spaces, the cell of each of its characters.

    ``struck``: the cells whose characters were struck out and are no part of the text.
    """

    text: str
    cells: tuple[int, ...]
    log: float
    struck: tuple[int, ...] = ()


def steps_of(table: NDArray[np.float32], classes: Sequence[str]) -> list[Step]:
    """For each cell its possible characters with log probabilities, best first."""
    least = math.log(SMALL) + 0.1
    found: list[Step] = []
    for row in table:
        likely = np.flatnonzero(row > least)
        ranked = likely[np.argsort(-row[likely])]
        found.append({classes[i]: float(row[i]) for i in ranked.tolist()})
    return found


def structured(steps: Sequence[Step], places: Places) -> list[Text]:
    """The best texts whose characters, empty cells left out, follow one of the alternatives."""
    paths: list[_Path] = [(0.0, -1, 0, ())]
    for step in steps:
        grown: list[_Path] = []
        for log, alive, count, so_far in paths:
            if "" in step:
                grown.append((log + step[""], alive, count, (*so_far, "")))
            if STRUCK in step:
                grown.append((log + step[STRUCK] + _PASSED, alive, count, (*so_far, STRUCK)))
            if count < len(places.allowed):
                grown += [
                    (log + p, still, count + 1, (*so_far, character))
                    for character, p, still in _fitting(step, places.allowed[count], alive)
                ]
        paths = _best(grown)
    return [
        _text(characters, log)
        for log, alive, count, characters in paths
        if alive & places.complete[count]
    ]


def _fitting(step: Step, allowed: Mapping[str, int], alive: int) -> list[tuple[str, float, int]]:
    found: list[tuple[str, float, int]] = []
    for character, log in step.items():
        still = alive & allowed.get(character, 0)
        if character and still:
            if found and log < found[0][1] - _WITHIN:
                break
            found.append((character, log, still))
            if len(found) == 5:
                break
    return found


def free(steps: Sequence[Step], alphabet: frozenset[str]) -> list[Text]:
    """The best texts over an alphabet, by how characters follow one another in words."""
    paths: list[_Path] = [(0.0, 0, 0, ())]
    for step in steps:
        options = _weighed_signs(step, alphabet)
        first = _weighed_signs(_without_dirt(step), alphabet)
        grown = [
            (log + p + _seam(so_far[-2:], character), 0, 0, (*so_far, character))
            for log, _, _, so_far in paths
            for character, p in (options if so_far[-1:] > ("",) else first)
        ]
        paths = _best(grown)
    return [_text(characters, log) for log, _, _, characters in paths]


def _weighed_signs(step: Step, alphabet: frozenset[str]) -> list[tuple[str, float]]:
    """What a cell of free text may hold, best first."""
    cost = dict.fromkeys(_SELDOM_SIGNS, _SELDOM) | {STRUCK: _PASSED}
    fitting = [
        (c, log + cost.get(c, 0.0))
        for c, log in step.items()
        if not c or c in alphabet or c == STRUCK
    ]
    fitting.sort(key=lambda each: -each[1])
    return [each for each in fitting[:5] if each[1] > fitting[0][1] - _WITHIN]


def _without_dirt(step: Step) -> Step:
    """A cell after an empty one: a mere stop there is mostly dirt in one more empty box."""
    stops = sum(math.exp(step[each]) for each in DIRT if each in step)
    if not stops:
        return step
    blank = math.log(math.exp(step.get("", -99.0)) + _BLOT * stops)
    return {c: p + math.log(_ALONE) * (c in DIRT) for c, p in step.items()} | {"": blank}


def _seam(last: tuple[str, ...], character: str) -> float:
    """The cost of a character that seldom follows the last two in one word."""
    earlier, before = ("", "", *last)[-2:]
    if before.isalpha() and character.isalpha():
        return _TAIL if earlier.isdigit() else 0.0
    if before.isalnum() and character.isalnum():
        return _SWITCH if before.isdigit() != character.isdigit() else 0.0
    if before in _STOPS and character.isalnum():
        return _CLOSE
    slash = (character == "/" and not before.isdigit()) or (before == "/" and character.isalpha())
    return _SLASH if slash else 0.0


def with_words(texts: list[Text], steps: Sequence[Step], words: Lexicon | None) -> list[Text]:
    """The texts, and those that consist of listed words, each lifted by what the list says."""
    if words is None:
        return texts
    found = {(each.text, each.cells): each for each in [*_listed(steps, words), *texts]}
    return [replace(each, log=each.log + words.lift(each.text)) for each in found.values()]


def _listed(steps: Sequence[Step], words: Lexicon) -> list[Text]:
    """The best texts of listed words: a walk through the tree, cell by cell."""
    paths: list[tuple[float, Node, bool, tuple[str, ...]]] = [(0.0, words.root, False, ())]
    for step in steps:
        least = next(iter(step.values())) - _WITHIN
        grown = []
        for log, node, parted, so_far in paths:
            ahead = _ahead(node, parted, words)
            for character, p in step.items():
                if p < least:
                    break
                if character == STRUCK:
                    grown.append((log + p + _PASSED, node, parted, (*so_far, STRUCK)))
                elif not character and (node is words.root or node.log is not None or parted):
                    grown.append((log + p, node, node is not words.root, (*so_far, "")))
                elif character in ahead:
                    grown.append((log + p, ahead[character], False, (*so_far, character)))
        grown.sort(key=lambda each: -each[0])
        paths = grown[:_BEAM]
    return [_text(characters, log) for log, node, _, characters in paths if node.log is not None]


def _ahead(node: Node, parted: bool, words: Lexicon) -> Mapping[str, Node]:
    """What may follow: inside a word, after an empty box, or after a sign that joins words."""
    if parted:
        ahead = dict(words.root.following) if " " in words.between and node.log is not None else {}
        return ahead | (node.following[" "].following if " " in node.following else {})
    if node.log is None:
        return node.following
    return {sign: words.root for sign in words.between if sign.strip()} | node.following


def _best(paths: list[_Path]) -> list[_Path]:
    paths.sort(key=lambda each: -each[0])
    return [each for each in paths[:_BEAM] if each[0] > paths[0][0] - _WITHIN]


def _text(characters: Sequence[str], log: float) -> Text:
    """Empty cells at the ends go; inside they are spaces. Characters struck out go anywhere."""
    struck = tuple(i for i, character in enumerate(characters) if character == STRUCK)
    filled = [i for i, character in enumerate(characters) if character not in ("", STRUCK)]
    if not filled:
        return Text("", (), log, struck)
    cells = tuple(i for i in range(filled[0], filled[-1] + 1) if i not in struck)
    return Text("".join(characters[i] or " " for i in cells), cells, log, struck)


def taken_by(text: Text) -> dict[int, str]:
    """What a text takes each of its cells to hold."""
    return dict(zip(text.cells, text.text, strict=True)) | dict.fromkeys(text.struck, STRUCK)
