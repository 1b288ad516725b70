"""Characters under a grammar: from the class probabilities of comb cells to whole values.

The grammar never overrules clear writing: the raw reading is always kept, and what was clearly
written but fits no grammar stays unfit (``Decoded.fits``) instead of being bent into a value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from extractors.handprint.recogniser import STRUCK
from extractors.lexicon import Lexicon, Node
from extractors.values import Candidate

_Path = tuple[float, int, int, tuple[str, ...]]
"""Log probability, alternatives alive, characters written, what each cell holds."""

_SMALL = 1e-5
_BEAM = 16
_WITHIN = math.log(1e4)  # a path this much worse than the best is dropped
_CLEAR = math.log(200.0)  # seen this much more likely than another character: clearly written
_CLEAR_ALIKE = math.log(10_000.0)  # the same for two that people write alike
_SWITCH = math.log(0.08)  # a digit beside a letter in the same word of free text
_PASSED = math.log(0.3)  # to pass over a character that was struck out
_SELDOM = math.log(0.1)  # a sign that free text seldom holds
_SELDOM_SIGNS = frozenset("_+()£:")
_WRITTEN_RIGHT = 0.97  # how often people write something that fits the field's grammar
_GRAMMAR_LIFT = 50.0  # at most how much more likely a fitting text is than its characters say
_LOOK_ALIKES = "0O 0D 0Q OD OQ 1I 1L IL 17 2Z 5S 8B 6G 4A UV 9G 7T CG"
_ALIKE = frozenset(frozenset(pair) for pair in _LOOK_ALIKES.split())


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
class Grammar:
    """What a field may hold.

    ``normal`` turns a text into its canonical value or ``None``. Without ``places`` it is free text
    over ``alphabet``, likelier when it consists of known ``words``.
    """

    normal: Callable[[str], str | None]
    alphabet: frozenset[str]
    places: Places | None = None
    words: Lexicon | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A way to read the cells: ``text`` with inner spaces, the cell of each of its characters.

    ``struck``: the cells whose characters were struck out and are no part of the text.
    """

    text: str
    cells: tuple[int, ...]
    log: float
    struck: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One canonical value, the text it comes from, and its share of all that may be written.

    ``known``: the text consists of words the field's list has.
    """

    value: str
    text: Text
    probability: float
    known: bool = False


def without_struck(raw: str) -> str:
    """What is left of a raw reading without the characters struck out."""
    return raw.replace(STRUCK, "")


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a row of cells says.

    ``raw`` is what stands there when no grammar is asked (characters that look the same follow the
    best reading; ``STRUCK`` stands for a character struck out). ``readings`` are the values that
    fit, best first; ``fits`` is the probability that what was written fits at all; ``empty`` that
    nothing was written.
    """

    raw: Text
    readings: tuple[Reading, ...]
    fits: float
    empty: float

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return tuple(Candidate(each.value, each.probability) for each in self.readings)

    @property
    def survivors(self) -> int:
        """How many values stay in play: at least a twentieth as likely as the best."""
        if not self.readings:
            return 0
        best = self.readings[0].probability
        return sum(1 for each in self.readings if each.probability >= best / 20)


def decode(
    cells: NDArray[np.float32], classes: Sequence[str], grammar: Grammar, limit: int = 8
) -> Decoded:
    """The values that cells (n, classes) may hold. All cells empty: ``raw`` is the empty text."""
    table = np.log(np.clip(cells, _SMALL, 1.0))
    steps = _steps(table, classes)
    places = grammar.places
    if places:
        texts = _structured(steps, places)
    else:
        texts = _with_words(_free(steps, grammar.alphabet), steps, grammar.words)
    valid: dict[str, list[Text]] = {}
    for each in texts:
        value = grammar.normal(each.text) if each.text else None
        if value is not None and not _bent(each, steps):
            valid.setdefault(value, []).append(each)
    raw = _raw(steps, max(texts, key=_log, default=None))
    everything = None if places else sum(math.exp(each.log) for each in texts)
    readings, fits = _weighed(valid, everything)
    if grammar.words:
        readings = tuple(replace(r, known=grammar.words.knows(r.text.text)) for r in readings)
    empty = float(np.prod(cells[:, list(classes).index("")]))
    return Decoded(raw, readings[:limit], fits, empty)


def _steps(table: NDArray[np.float32], classes: Sequence[str]) -> list[dict[str, float]]:
    """For each cell its possible characters with log probabilities, best first."""
    least = math.log(_SMALL) + 0.1
    steps = []
    for row in table:
        likely = np.flatnonzero(row > least)
        ranked = likely[np.argsort(-row[likely])]
        steps.append({classes[i]: float(row[i]) for i in ranked.tolist()})
    return steps


def _structured(steps: list[dict[str, float]], places: Places) -> list[Text]:
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


def _fitting(
    step: dict[str, float], allowed: Mapping[str, int], alive: int
) -> list[tuple[str, float, int]]:
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


def _free(steps: list[dict[str, float]], alphabet: frozenset[str]) -> list[Text]:
    """The best texts over an alphabet; letters and digits seldom mix inside a word."""
    paths: list[_Path] = [(0.0, 0, 0, ())]
    for step in steps:
        fitting = _weighed_signs(step, alphabet)
        options = [each for each in fitting[:5] if each[1] > fitting[0][1] - _WITHIN]
        grown = [
            (log + p + _seam(so_far[-1:], character), 0, 0, (*so_far, character))
            for log, _, _, so_far in paths
            for character, p in options
        ]
        paths = _best(grown)
    return [_text(characters, log) for log, _, _, characters in paths]


def _weighed_signs(step: dict[str, float], alphabet: frozenset[str]) -> list[tuple[str, float]]:
    """What a cell of free text may hold, best first."""
    cost = dict.fromkeys(_SELDOM_SIGNS, _SELDOM) | {STRUCK: _PASSED}
    fitting = [
        (c, log + cost.get(c, 0.0))
        for c, log in step.items()
        if not c or c in alphabet or c == STRUCK
    ]
    return sorted(fitting, key=lambda each: -each[1])


def _with_words(
    texts: list[Text], steps: list[dict[str, float]], words: Lexicon | None
) -> list[Text]:
    """The texts, and those that consist of listed words, each lifted by what the list says."""
    if words is None:
        return texts
    found = {(each.text, each.cells): each for each in [*_listed(steps, words), *texts]}
    return [replace(each, log=each.log + words.lift(each.text)) for each in found.values()]


def _listed(steps: list[dict[str, float]], words: Lexicon) -> list[Text]:
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


def _seam(last: tuple[str, ...], character: str) -> float:
    """The cost of a digit beside a letter in one word."""
    before = last[0] if last else ""
    mixed = (before.isalpha() and character.isdigit()) or (before.isdigit() and character.isalpha())
    return _SWITCH if mixed else 0.0


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


def _raw(steps: list[dict[str, float]], best: Text | None) -> Text:
    """The best character of each cell; where two look the same, the one of the best reading."""
    settled = _taken(best) if best else {}
    characters, log = [], 0.0
    for index, step in enumerate(steps):
        first = next(iter(step), "")
        wanted = settled.get(index, first).strip()
        if wanted != first and step.get(wanted, -99.0) > step[first] - math.log(
            30.0 if frozenset((wanted, first)) in _ALIKE else 2.0
        ):
            first = wanted
        characters.append(first)
        log += step.get(first, 0.0)
    filled = [i for i, character in enumerate(characters) if character]
    cells = tuple(range(filled[0], filled[-1] + 1)) if filled else ()
    struck = tuple(i for i in filled if characters[i] == STRUCK)
    return Text("".join(characters[i] or " " for i in cells), cells, log, struck)


def _taken(text: Text) -> dict[int, str]:
    """What a text takes each of its cells to hold."""
    return dict(zip(text.cells, text.text, strict=True)) | dict.fromkeys(text.struck, STRUCK)


def _bent(text: Text, steps: list[dict[str, float]]) -> bool:
    """Whether a text changes a character that was clearly written as another one."""
    taken = _taken(text)
    for cell, step in enumerate(steps):
        seen, character = next(iter(step)), taken.get(cell, "").strip()
        alike = frozenset((seen, character)) in _ALIKE
        if step[character] < step[seen] - (_CLEAR_ALIKE if alike else _CLEAR):
            return True
    return False


def _weighed(
    valid: Mapping[str, Sequence[Text]], everything: float | None
) -> tuple[tuple[Reading, ...], float]:
    """The fitting values, best first, and the probability that what was written fits.

    ``everything``: the mass of all texts found, for free text; what its search left out is another
    text, not a misfit. ``None`` under a grammar of places.
    """
    masses = {value: sum(math.exp(each.log) for each in texts) for value, texts in valid.items()}
    whole = sum(masses.values())
    if not whole:
        return (), 0.0
    if everything is None:
        for_it = min(whole, 1.0) * _GRAMMAR_LIFT * _WRITTEN_RIGHT
        against = max(1.0 - whole, 0.0) * (1.0 - _WRITTEN_RIGHT)
        fits = for_it / (for_it + against)
    else:
        fits = min(whole / everything, 1.0)
    ranked = sorted(masses, key=lambda value: -masses[value])
    readings = (
        Reading(value, max(valid[value], key=_log), fits * masses[value] / whole)
        for value in ranked
    )
    return tuple(readings), fits


def _log(text: Text) -> float:
    return text.log
