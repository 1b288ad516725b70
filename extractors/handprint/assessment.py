"""How right and how honest probabilities are: accuracy within a group, temperature, calibration."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating]


def softmax(scores: Numbers, temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities (n, classes) from scores (n, classes)."""
    scaled = scores.astype(np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    powers = np.exp(scaled)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def within(probabilities: Numbers, group: Sequence[int]) -> NDArray[np.float64]:
    """Probabilities shared out anew among the classes of ``group``; the others get none."""
    only = np.zeros(probabilities.shape, np.float64)
    only[:, list(group)] = probabilities[:, list(group)] + 1e-12
    return np.asarray(only / only.sum(axis=1, keepdims=True))


def accuracy(
    probabilities: Numbers, truth: NDArray[np.integer], merged: Sequence[tuple[int, int]] = ()
) -> float:
    """Share of rows whose most probable class is right; pairs in ``merged`` count as one class."""
    best = probabilities.argmax(axis=1)
    wanted = truth.astype(np.int64).copy()
    for kept, other in merged:
        best[best == other] = kept
        wanted[wanted == other] = kept
    return float((best == wanted).mean())


def calibration_error(probabilities: Numbers, truth: NDArray[np.integer], bins: int = 15) -> float:
    """Expected calibration error of the most probable class, over ``bins`` of equal width."""
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    bin_of = np.minimum((sure * bins).astype(int), bins - 1)
    error = 0.0
    for index in range(bins):
        chosen = bin_of == index
        if chosen.any():
            error += float(chosen.mean()) * abs(float(sure[chosen].mean() - right[chosen].mean()))
    return error


def fitted_temperature(scores: Numbers, truth: NDArray[np.integer]) -> float:
    """The temperature from 0.3 to 4 with the least negative log likelihood on these rows."""
    rows = np.arange(len(truth))

    def loss(temperature: float) -> float:
        right = softmax(scores, temperature)[rows, truth.astype(np.int64)]
        return float(-np.log(right + 1e-12).mean())

    candidates = np.geomspace(0.3, 4.0, 105)
    return float(min(candidates, key=loss))
