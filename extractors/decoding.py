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

from extractors.lexicon import Lexicon
from extractors.paths import (
    DIRT,
    SMALL,
    Places,
    Step,
    Text,
    free,
    steps_of,
    structured,
    taken_by,
    with_words,
)
from extractors.values import STRUCK, Candidate

__all__ = ["Decoded", "Grammar", "Places", "Reading", "Text", "decode"]

_CLEAR = math.log(200.0)  # seen this much more likely than another character: clearly written
_CLEAR_SORT = math.log(2_000.0)  # the same for a letter and a digit: a place asks for one of them
_CLEAR_ALIKE = math.log(10_000.0)  # the same for a digit and a letter that people write alike
_WRITTEN_RIGHT = 0.97  # how often people write something that fits the field's grammar
_GRAMMAR_LIFT = 50.0  # at most how much more likely a fitting text is than its characters say
_LOOK_ALIKES = "0O 0D 0Q OD OQ 1I 1L IL 17 2Z 5S 8B 6G 4A UV 9G 7T CG"
_ALIKE = frozenset(frozenset(pair) for pair in _LOOK_ALIKES.split())


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a field may hold.

    ``normal`` turns a text into its canonical value or ``None``. Without ``places`` it is free text
    over ``alphabet``, likelier when it consists of known ``words``. ``share`` is how often a value
    like this one is met, beside the usual ones.
    """

    normal: Callable[[str], str | None]
    alphabet: frozenset[str]
    places: Places | None = None
    words: Lexicon | None = None
    share: Callable[[str], float] = lambda _value: 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One canonical value, the text it comes from, and its share of all that may be written.

    ``known``: the text consists of words the field's list has.
    """

    value: str
    text: Text
    probability: float
    known: bool = False


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
    cells: NDArray[np.float32], classes: Sequence[str], grammar: Grammar, limit: int = 12
) -> Decoded:
    """The values that cells (n, classes) may hold. All cells empty: ``raw`` is the empty text."""
    table = np.log(np.clip(cells, SMALL, 1.0))
    steps = steps_of(table, classes)
    places = grammar.places
    if places:
        texts = structured(steps, places)
    else:
        texts = with_words(free(steps, grammar.alphabet), steps, grammar.words)
    valid: dict[str, list[Text]] = {}
    for each in texts:
        value = grammar.normal(each.text) if each.text else None
        if value is not None and not _bent(each, steps, frozenset() if places else DIRT):
            valid.setdefault(value, []).append(each)
    raw = _raw(steps, max(texts, key=_log, default=None))
    everything = None if places else sum(math.exp(each.log) for each in texts)
    readings, fits = _weighed(valid, everything, grammar.share)
    if grammar.words:
        readings = tuple(replace(r, known=grammar.words.knows(r.text.text)) for r in readings)
    empty = float(np.prod(cells[:, list(classes).index("")]))
    return Decoded(raw, readings[:limit], fits, empty)


def _raw(steps: Sequence[Step], best: Text | None) -> Text:
    """The best character of each cell; where two look the same, the one of the best reading."""
    settled = taken_by(best) if best else {}
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


def _bent(text: Text, steps: Sequence[Step], dirt: frozenset[str]) -> bool:
    """Whether a text changes a character that was clearly written as another one.

    To leave out a sign that may be ``dirt`` is no such change.
    """
    taken = taken_by(text)
    for cell, step in enumerate(steps):
        seen, character = next(iter(step)), taken.get(cell, "").strip()
        if not character and seen in dirt:
            continue
        clear = _CLEAR
        if seen.isalnum() and character.isalnum() and seen.isdigit() != character.isdigit():
            clear = _CLEAR_ALIKE if frozenset((seen, character)) in _ALIKE else _CLEAR_SORT
        if step.get(character, -math.inf) < step[seen] - clear:
            return True
    return False


def _weighed(
    valid: Mapping[str, Sequence[Text]],
    everything: float | None,
    share: Callable[[str], float],
) -> tuple[tuple[Reading, ...], float]:
    """The fitting values, best first, and the probability that what was written fits.

    ``everything``: the mass of all texts found, for free text; what its search left out is another
    text, not a misfit. ``None`` under a grammar of places. ``share`` chooses among the fitting
    values and says nothing of whether any fits.
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
    masses = {value: mass * share(value) for value, mass in masses.items()}
    whole = sum(masses.values())
    ranked = sorted(masses, key=lambda value: -masses[value])
    readings = (
        Reading(value, max(valid[value], key=_log), fits * masses[value] / whole)
        for value in ranked
    )
    return tuple(readings), fits


def _log(text: Text) -> float:
    return text.log
