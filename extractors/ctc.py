"""Texts from the class probabilities of a line (connectionist temporal classification).

An emission is (steps, letters): each row sums to about 1, column 0 stands for no character.
Method: Graves et al., 2006; prefix beam search after Hannun et al., 2014.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from extractors.values import Candidate

Emission: TypeAlias = NDArray[np.float32]

_FLOOR = 1e-6
_NEVER = -1e9
_POSSIBLE = 0.003  # a character less likely than this is not tried at a step
_SAME_SHAPE = {"O": "0", "0": "O", "I": "1", "1": "I"}


def folded(
    emission: Emission, letters: Sequence[str], *, spaces: bool = False
) -> tuple[Emission, tuple[str, ...]]:
    """The emission with small letters counted as capitals and, without ``spaces``, these as no
    character.
    """
    plain = [(letter if spaces else letter.strip()).upper()[:1] for letter in letters]
    capitals = tuple(dict.fromkeys(plain))
    summed = np.zeros((len(emission), len(capitals)), np.float32)
    for column, letter in enumerate(plain):
        summed[:, capitals.index(letter)] += emission[:, column]
    return summed, capitals


def narrowed(
    emission: Emission, letters: Sequence[str], alphabet: frozenset[str], *, alike: bool = False
) -> Emission:
    """The emission when only the characters of an alphabet may stand there.

    What looks like a character that may not, such as an O among digits, is the one that may; with
    ``alike`` either is as likely as both: a grammar tells them apart.
    """
    column = {letter: i for i, letter in enumerate(letters)}
    shared = emission.copy()
    for letter, other in _SAME_SHAPE.items():
        known = letter in column and other in column
        if known and other in alphabet and (alike or letter not in alphabet):
            shared[:, column[other]] += emission[:, column[letter]]
    allowed = np.array([not each or each in alphabet for each in letters])
    shared *= allowed
    shared /= np.maximum(shared.sum(axis=1, keepdims=True), 1e-6)
    return np.asarray(shared, np.float32)


def log_likelihood(emission: Emission, text: str, letters: Sequence[str]) -> float:
    """The natural logarithm of the probability that the line says exactly ``text``.

    A character the reader does not know has the smallest probability, not none.
    """
    return float(log_likelihoods(emission, [text], letters)[0])


def log_likelihoods(
    emission: Emission, texts: Sequence[str], letters: Sequence[str]
) -> NDArray[np.float64]:
    """The same for several texts at once, for hardly more time than for one."""
    column = {letter: i for i, letter in enumerate(letters)}
    logs = np.log(np.clip(emission, _FLOOR, 1.0))
    # One more column for the unknown; states: a gap, then each character with a gap after it.
    logs = np.column_stack([logs, np.full(len(logs), np.log(_FLOOR))])
    states = np.zeros((len(texts), 2 * max(map(len, texts), default=0) + 1), np.intp)
    for row, text in zip(states, texts, strict=True):
        row[1 : 2 * len(text) : 2] = [column.get(each, len(letters)) for each in text]
    # A step may skip the gap between two characters only if they differ.
    skip = np.zeros(states.shape, bool)
    skip[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    barred = np.where(skip[:, 2:], 0.0, _NEVER)
    paths = np.full(states.shape, _NEVER)
    paths[:, :2] = logs[0, states[:, :2]]
    for row in logs[1:]:
        after = paths.copy()
        np.logaddexp(after[:, 1:], paths[:, :-1], out=after[:, 1:])
        np.logaddexp(after[:, 2:], paths[:, :-2] + barred, out=after[:, 2:])
        paths = after + row[states]
    ends = np.array([2 * len(text) for text in texts], np.intp)
    rows = np.arange(len(texts))
    last = np.where(ends > 0, paths[rows, np.maximum(ends - 1, 0)], _NEVER)
    return np.asarray(np.logaddexp(paths[rows, ends], last), np.float64)


def readings(
    emission: Emission,
    letters: Sequence[str],
    beam: int = 12,
    may_start: Callable[[str], bool] | None = None,
) -> tuple[Candidate, ...]:
    """The most probable texts of a line, best first, with their probabilities.

    With ``may_start`` only those of whose every beginning it says yes.
    """
    ends: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}  # ending in a gap, in a character
    scale = 0.0
    for row in emission:
        likely = [int(c) for c in np.flatnonzero(row > _POSSIBLE) if c]
        if not likely and row[0] > 0.99:
            ends = {text: (gap + own, 0.0) for text, (gap, own) in ends.items()}
            continue
        after: dict[str, list[float]] = {}
        for text, (gap, own) in ends.items():
            total = gap + own
            stay = after.setdefault(text, [0.0, 0.0])
            stay[0] += total * float(row[0])
            for c in likely:
                p, longer = float(row[c]), text + letters[c]
                again = text[-1:] == letters[c]
                if again:
                    stay[1] += own * p
                if may_start is None or may_start(longer):
                    after.setdefault(longer, [0.0, 0.0])[1] += (gap if again else total) * p
        best = sorted(after.items(), key=lambda each: -sum(each[1]))[:beam]
        top = sum(best[0][1]) or 1.0
        scale += float(np.log(top))
        ends = {text: (gap / top, own / top) for text, (gap, own) in best}
    found = sorted(((sum(both), text) for text, both in ends.items()), reverse=True)
    return tuple(Candidate(text, min(float(p * np.exp(scale)), 1.0)) for p, text in found)


def least_sure(emission: Emission) -> float:
    """The probability of the least sure step on the best path; 1.0 for a line of gaps only."""
    best = emission.max(axis=1)
    return float(best.min()) if best.size else 1.0
