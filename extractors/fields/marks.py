"""What was done to a tick box: ticked, left empty or struck out, with likelihoods.

A box and what is round it are described by measures of the ink; a few small networks, fitted apart
and asked together, say how well they describe boxes of the three states. They are fitted by
``python -m benchmarks.ticks --fit`` on drawn sheets, whose hands are not those that the figures
are measured on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from extractors.fields.tick_measures import Around, measures
from extractors.values import Box

State = Literal["ticked", "empty", "struck_out"]
Array = NDArray[np.float64]

TABLE = Path(__file__).parent / "marks.json"
STATES: tuple[State, ...] = ("ticked", "empty", "struck_out")
_DOUBT = 0.002  # the share of boxes that no measure describes
_LOST = 0.3  # the share of marks that leave no trace where a scan keeps only parts of the writing


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """How likely each state makes what is seen; only their ratios mean something."""

    ticked: float
    empty: float
    struck_out: float

    @property
    def state(self) -> State:
        """The likeliest state when all are expected alike."""
        return max(STATES, key=lambda each: float(getattr(self, each)))


NOTHING_KNOWN = Likelihoods(1 / 3, 1 / 3, 1 / 3)
ALONE = Around()
"""A box of which nothing more is known."""


def likelihoods(ink: NDArray[np.float32], box: Box, around: Around = ALONE) -> Likelihoods:
    """Judge ``box`` of a page's handwriting ink (0 paper to 1 ink).

    A box that cannot be measured says nothing: all states are alike.
    """
    found = measures(ink, box, around)
    if found is None:
        return NOTHING_KNOWN
    ticked, empty, struck = (float(each) for each in _committee().chances(found[None])[0])
    lost = 0.0 if around.whole else _LOST
    return Likelihoods(
        (1 - lost) * ticked + lost * empty, empty, (1 - lost) * struck + lost * empty
    )


@dataclass(frozen=True, slots=True)
class Committee:
    """Networks of two hidden layers each, whose scores are averaged.

    ``least`` and ``most``: the range of each measure that they know, to which others are cut.
    ``middle`` and ``spread``: what makes the measures comparable. ``nets``: weights and offsets
    of the three layers, in turn.
    """

    least: Array
    most: Array
    middle: Array
    spread: Array
    nets: Sequence[Sequence[Array]]

    @staticmethod
    def of(table: Mapping[str, Any]) -> Committee:
        """From what ``marks.json`` holds."""
        least, most = np.array(table["least"]), np.array(table["most"])
        nets = [[np.array(layer) for layer in net] for net in table["nets"]]
        return Committee(least, most, np.array(table["middle"]), np.array(table["spread"]), nets)

    def chances(self, found: Array) -> Array:
        """The likelihoods of ``STATES`` (n, 3) for boxes with these measures (n, m)."""
        seen = (np.clip(found, self.least, self.most) - self.middle) / self.spread
        scores = np.zeros((len(found), len(STATES)))
        for w1, b1, w2, b2, w3, b3 in self.nets:
            hidden = np.maximum(np.maximum(seen @ w1 + b1, 0) @ w2 + b2, 0)
            scores += (hidden @ w3 + b3) / len(self.nets)
        chances = np.exp(scores - scores.max(1, keepdims=True))
        chances /= chances.sum(1, keepdims=True)
        return np.asarray((1 - _DOUBT) * chances + _DOUBT / len(STATES))


@lru_cache(maxsize=1)
def _committee() -> Committee:
    return Committee.of(json.loads(TABLE.read_text(encoding="utf-8")))
