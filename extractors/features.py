"""Small pictures of places on a page by which it is told apart, and found again, on another."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.values import Picture

FEATURE_DPI = 75.0  # a feature then covers 13 mm: a word beside a comb, not a comb corner alone
DESCRIPTOR_BITS = 256
_SQUARE = 20 / 25.4 * FEATURE_DPI  # features are spread over squares of 20 mm
_IN_SQUARE = 8


@dataclass(frozen=True, slots=True)
class Features:
    """``points`` (n, 2) of a picture at ``FEATURE_DPI`` and ``signs`` (n, 32), their descriptors:
    ``DESCRIPTOR_BITS`` bits each."""

    points: NDArray[np.float32]
    signs: NDArray[np.uint8]


def features(grey: Picture) -> Features:
    """The ORB features of a picture at ``FEATURE_DPI``, spread evenly.

    Descriptors are taken upright: pages were straightened, and characters told apart by their turn
    alone (6 and 9, N and Z) stay apart.
    """
    orb = cv2.ORB.create(
        nfeatures=4000, scaleFactor=1.12, nlevels=4, patchSize=39, edgeThreshold=39,
        fastThreshold=15,
    )  # fmt: skip
    keys = sorted(orb.detect(grey, None), key=attrgetter("response"), reverse=True)
    chosen = [keys[each] for each in _spread(np.array([key.pt for key in keys], np.float32))]
    for key in chosen:
        key.angle = 0.0
    kept, signs = orb.compute(grey, chosen)
    if signs is None:
        nothing = np.zeros((0, DESCRIPTOR_BITS // 8), np.uint8)
        return Features(np.zeros((0, 2), np.float32), nothing)
    points = np.array([key.pt for key in kept], np.float32)
    return Features(points, np.asarray(signs, np.uint8))


def _spread(places: NDArray[np.float32]) -> NDArray[np.intp]:
    """Which of the places, the strongest first, are among the first few of their square."""
    squares = places.reshape(-1, 2) // _SQUARE @ (1, 1000)
    order = np.argsort(squares, kind="stable")
    ordered = squares[order]
    before = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return np.sort(order[before < _IN_SQUARE])
