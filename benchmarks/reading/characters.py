"""Single characters when the field says whether it takes digits or letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase, digits

import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.measured import WrittenCell
from extractors.values import Picture

ALPHABETS = {"digits": digits, "letters": ascii_uppercase}


@dataclass(frozen=True, slots=True)
class Seen:
    """One written box read among the characters of its alphabet; ``sure``: of what was read.

    ``group`` names its hand or its form. ``picture``: the box on the page beside what was cut.
    """

    alphabet: str
    truth: str
    read: str
    sure: float
    group: str
    note: str = ""
    picture: tuple[Picture, Picture] | None = None

    @property
    def right(self) -> bool:
        return self.read == self.truth


def best_of(
    table: NDArray[np.float32], classes: Sequence[str], truth: str
) -> tuple[str, str, float] | None:
    """The alphabet ``truth`` is of, the best character of it and its share; ``None`` for signs."""
    for name, alphabet in ALPHABETS.items():
        if truth in alphabet:
            row = table[[classes.index(each) for each in alphabet]].astype(float) + 1e-12
            best = int(np.argmax(row))
            return name, alphabet[best], float(row[best] / row.sum())
    return None


def among(cells: Iterable[WrittenCell], classes: Sequence[str]) -> Iterator[Seen]:
    """Each letter or digit read as its field's alphabet allows; signs are left out."""
    for cell in cells:
        found = best_of(cell.table, classes, cell.truth)
        if found:
            asked = cell.outcome.asked
            pictures = cell.around, cell.tile
            yield Seen(found[0], cell.truth, *found[1:], asked.group, asked.raw, pictures)


def confusions(seen: Iterable[Seen], most: int = 12) -> str:
    """The commonest mistakes, "C read L 12" and so on."""
    count = Counter((each.truth, each.read) for each in seen if not each.right)
    return ", ".join(f"{truth} read {read} {n}" for (truth, read), n in count.most_common(most))
