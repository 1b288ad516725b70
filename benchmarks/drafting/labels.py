"""Whether a drafted label is the one that a person would give.

It is right when, without punctuation, capitals and the number of the question, it
- is one of the labels that were written down for the place;
- is the beginning of the printed question, at least five words of it (or all of it); or
- shares three quarters of the words of the longer one with such a label, and is not as near to the
  label of another place on the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_BEGINNING = 5
_SHARED = 0.75
_NUMBER = re.compile(r"^\s*\d+(\.\d+)*\.?\s*\*?(?=\s+\S)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is right in one place: any of ``labels``, or the beginning of ``printed``."""

    labels: tuple[str, ...]
    printed: str = ""

    @property
    def asked(self) -> bool:
        """Whether a person would give the place a label at all (not to a barcode)."""
        return bool(self.labels or self.printed)


def words(text: str) -> list[str]:
    """The words of a label: small letters and figures, without the number of its question."""
    text = re.sub(r"[\u2018\u2019']", "", _NUMBER.sub("", text)).casefold()
    return re.findall(r"[^\W_]+", text)


def is_right(given: str, wanted: Wanted, others: Iterable[Wanted] = ()) -> bool:
    """Whether ``given`` is right; ``others`` are the wanted labels of the other places."""
    said = words(given)
    if not said:
        return False
    if any(said == words(each) for each in wanted.labels):
        return True
    question = words(wanted.printed)
    if question and (said == question or _begins(question, said)):
        return True
    near = _nearness(said, wanted)
    return near >= _SHARED and near > max((_nearness(said, each) for each in others), default=0)


def _begins(question: Sequence[str], said: Sequence[str]) -> bool:
    return len(said) >= _BEGINNING and list(question[: len(said)]) == list(said)


def _nearness(said: Sequence[str], wanted: Wanted) -> float:
    """The greatest share of words in common, counted in the longer of the two."""
    texts = [words(each) for each in (*wanted.labels, wanted.printed) if each]
    return max(
        ((Counter(said) & Counter(each)).total() / max(len(said), len(each), 1) for each in texts),
        default=0.0,
    )
