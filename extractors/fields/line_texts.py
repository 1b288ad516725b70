"""What handwriting on a line says: texts of the line reader, weighed by the field's kind.

The reader proposes texts as they stand, and texts that the field's grammar allows; a list of words
adds those that are nearly what was read. All are weighed by how well they explain the line, as two
views of it show it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from string import digits

import numpy as np
from numpy.typing import NDArray

from extractors import ctc, kinds, lexicon
from extractors.ctc import Emission
from extractors.decoding import Places
from extractors.formpack import FieldPlace
from extractors.kinds.positions import Alternative
from extractors.lexicon import Lexicon, Node
from extractors.values import Candidate

_BEAM = 10
_TEXTS = 5  # texts taken from each search
_LONGEST = 40  # characters of a value with a grammar of its own
_DATE_SIGNS = " /.-"
_DATE = re.compile(r"\d{0,2}(?:[ /.-]{1,3}(?:\d{0,2}(?:[ /.-]{1,3}\d{0,4})?)?)?|\d{0,8}", re.A)
_MOST_EDITS = 3  # between what was read and a listed word
_MOST_WORDS = 3  # of a name that are looked up
_MOST_LISTED = 40  # texts of listed words
_NEAREST = 6  # words for each word of a name
_TRUST = 0.5  # the line reader is too sure: this much of its log likelihood counts


@dataclass(frozen=True, slots=True)
class LineText:
    """``raw`` as it stands; the values that fit, likeliest first, with their shares.

    ``least`` is the probability of the least sure step, the mean of the views.
    """

    raw: str
    values: tuple[Candidate, ...]
    least: float

    @property
    def margin(self) -> float:
        """The share of the best value among those that fit."""
        whole = sum(each.probability for each in self.values)
        return self.values[0].probability / whole if whole else 0.0


def read_texts(
    views: Sequence[Emission], letters: Sequence[str], field: FieldPlace
) -> LineText | None:
    """What one line of a field says by all its views; ``None`` when nothing was made out."""
    rule = kinds.rule(field)
    free = list(dict.fromkeys(_free(views, letters)))
    if not free:
        return None
    standing = np.sum([ctc.log_likelihoods(view, free, letters) for view in views], axis=0)
    raw = free[int(np.argmax(standing))]
    lists = [lexicon.named(each) for each in _lists(field)]
    texts = list(dict.fromkeys([*free, *_proposed(views, letters, field), *_listed(lists, raw)]))
    structured = rule.alternatives(_LONGEST) is not None and field.kind != "date"
    alphabet = frozenset(rule.alphabet) if structured else None
    logs = _TRUST * _explained(views, letters, texts, alphabet)
    logs += [_lift(lists, text) for text in texts]
    least = float(np.mean([ctc.least_sure(view) for view in views]))
    return LineText(raw, _values(texts, logs, rule.normal), least)


def _values(
    texts: Sequence[str], logs: NDArray[np.float64], normal: Callable[[str], str | None]
) -> tuple[Candidate, ...]:
    """The values of the texts that fit, likeliest first, with their share of all texts.

    A value is spelled as in its likeliest text; capitals do not make it another.
    """
    shares = np.exp(logs - logs.max())
    shares /= shares.sum()
    found: dict[str, float] = {}
    spelled: dict[str, str] = {}
    for index in np.argsort(-shares, kind="stable"):
        value = normal(texts[index])
        if value is not None:
            value = spelled.setdefault(value.casefold(), value)
            found[value] = found.get(value, 0.0) + float(shares[index])
    ranked = sorted(found.items(), key=lambda item: -item[1])
    return tuple(Candidate(value, min(share, 1.0)) for value, share in ranked)


def _free(views: Sequence[Emission], letters: Sequence[str]) -> Iterator[str]:
    for view in views:
        for each in ctc.readings(view, letters, beam=_BEAM)[:_TEXTS]:
            text = " ".join(each.text.split())
            if text:
                yield text


def _proposed(
    views: Sequence[Emission], letters: Sequence[str], field: FieldPlace
) -> Iterator[str]:
    """Texts in the field's own characters and, where it has one, of its grammar."""
    rule = kinds.rule(field)
    alternatives = rule.alternatives(_LONGEST)
    if alternatives is None and field.kind != "email":
        return
    spaces = field.kind == "date"
    alphabet = frozenset(digits + _DATE_SIGNS if spaces else rule.alphabet)
    for view in views:
        capitals, names = ctc.folded(view, letters, spaces=spaces)
        narrow = ctc.narrowed(capitals, names, alphabet, alike=True)
        may = _date_start if spaces else _starts(alternatives) if alternatives else None
        for each in ctc.readings(narrow, names, _BEAM, may)[:_TEXTS]:
            if each.text:
                yield each.text.lower() if field.kind == "email" else each.text


def _date_start(text: str) -> bool:
    return _DATE.fullmatch(text) is not None


@lru_cache(maxsize=32)
def _starts(alternatives: tuple[Alternative, ...]) -> Callable[[str], bool]:
    """Whether a text is the beginning of one of the ways to fill a field."""
    places = Places.of(alternatives)

    @lru_cache(maxsize=4096)
    def alive(text: str) -> int:
        if not text:
            return -1
        if len(text) > len(places.allowed):
            return 0
        return alive(text[:-1]) & places.allowed[len(text) - 1].get(text[-1], 0)

    return lambda text: alive(text) != 0


def _explained(
    views: Sequence[Emission],
    letters: Sequence[str],
    texts: Sequence[str],
    alphabet: frozenset[str] | None,
) -> NDArray[np.float64]:
    """How well each text explains the line: log likelihood, the mean of the views.

    Small letters count as capitals; with an ``alphabet`` spaces do not count, nor other characters.
    """
    total = np.zeros(len(texts))
    for view in views:
        emission, names = ctc.folded(view, letters, spaces=alphabet is None)
        plain = [text.upper() for text in texts]
        if alphabet is not None:
            emission = ctc.narrowed(emission, names, alphabet, alike=True)
            plain = ["".join(text.split()) for text in plain]
        total += ctc.log_likelihoods(emission, plain, names)
    return total / len(views)


def _lists(field: FieldPlace) -> tuple[lexicon.Name, ...]:
    if field.words:
        return (field.words,)
    return ("forenames", "surnames") if field.kind == "name" else ()


def _lift(lists: Sequence[Lexicon], text: str) -> float:
    """How much likelier (natural logarithm) the lists make a text; several, each of its words."""
    if len(lists) < 2:
        return sum(each.lift(text.upper()) for each in lists)
    return sum(max(each.lift(word) for each in lists) for word in text.upper().split())


def _listed(lists: Sequence[Lexicon], raw: str) -> Iterator[str]:
    """Texts of listed words that are nearly ``raw``, in its capitals or small letters."""
    if not lists:
        return
    parts = [raw] if len(lists) == 1 else raw.split()
    near = [_nearest(lists, part.upper()) for part in parts[:_MOST_WORDS]]
    small = not raw.isupper() and any(each.isalpha() for each in raw)
    for chosen in islice(product(*near), _MOST_LISTED):
        text = " ".join([*chosen, *parts[_MOST_WORDS:]])
        yield text.title() if small else text


def _nearest(lists: Sequence[Lexicon], text: str) -> list[str]:
    """``text`` itself and the listed words nearest to it."""
    most = min(max(len(text) // 3, 1), _MOST_EDITS)
    row = list(range(len(text) + 1))
    found = sorted(each for words in lists for each in _near(words.root, "", text, row, most))
    kept = _MOST_LISTED if len(lists) == 1 else _NEAREST
    return list(dict.fromkeys([text, *(word for _, word in found[:kept])]))


def _near(
    node: Node, so_far: str, text: str, row: list[int], most: int
) -> Iterator[tuple[int, str]]:
    """Words under a node that at most so many edits make of ``text`` (Levenshtein's distance)."""
    if node.log is not None and row[-1] <= most:
        yield row[-1], so_far
    if len(so_far) > len(text) + most:
        return
    for letter, following in node.following.items():
        if following is node:
            continue
        after = [row[0] + 1]
        for i, each in enumerate(text, start=1):
            after.append(min(row[i] + 1, after[-1] + 1, row[i - 1] + (each != letter)))
        if min(after) <= most:
            yield from _near(following, so_far + letter, text, after, most)
