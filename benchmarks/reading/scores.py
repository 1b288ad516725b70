"""Shares with their intervals, risk and coverage, and how honest probabilities are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RISK = 0.005
"""Of the values accepted at most this share may be wrong."""
_Z = 1.96


def wilson(part: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927); 0 to 1 of nothing."""
    if not total:
        return 0.0, 1.0
    share, z = part / total, _Z * _Z
    middle = (share + z / (2 * total)) / (1 + z / total)
    half = _Z * math.sqrt(share * (1 - share) / total + z / (4 * total**2)) / (1 + z / total)
    return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass(frozen=True, slots=True)
class Curve:
    """Risk and coverage, best confidence first: after ``coverage[i]`` of all, ``risk[i]`` of those
    taken so far is wrong. Values of one confidence are taken together."""

    coverage: NDArray[np.float64]
    risk: NDArray[np.float64]

    def at_risk(self, most: float = RISK) -> float:
        """The largest share that can be taken with no more than ``most`` of it wrong."""
        below = np.flatnonzero(self.risk <= most)
        return float(self.coverage[below[-1]]) if below.size else 0.0


def curve(confidence: Sequence[float], right: Sequence[bool]) -> Curve:
    """The risk-coverage curve of values with these confidences."""
    said, good = np.asarray(confidence, float), np.asarray(right, bool)
    if not said.size:
        return Curve(np.zeros(0), np.zeros(0))
    order = np.argsort(-said, kind="stable")
    wrong = np.cumsum(~good[order])
    taken = np.arange(1, len(said) + 1)
    last = np.flatnonzero(np.append(np.diff(said[order]) != 0, True))
    return Curve(taken[last] / len(said), wrong[last] / taken[last])


@dataclass(frozen=True, slots=True)
class Bin:
    """Values whose confidence lies in one tenth: how many, the mean said, the share right."""

    low: float
    count: int
    said: float
    right: float


def reliability(
    confidence: Sequence[float], right: Sequence[bool], bins: int = 10
) -> tuple[float, tuple[Bin, ...]]:
    """Expected calibration error over ``bins`` of equal width, and the bins that hold anything."""
    said, good = np.asarray(confidence, float), np.asarray(right, bool)
    if not said.size:
        return 0.0, ()
    where = np.minimum((said * bins).astype(int), bins - 1)
    found = []
    for index in np.unique(where):
        here = where == index
        low = float(index) / bins
        found.append(Bin(low, int(here.sum()), float(said[here].mean()), float(good[here].mean())))
    error = sum(each.count * abs(each.said - each.right) for each in found) / len(said)
    return float(error), tuple(found)
