"""Several views of a cell whose character is not clear.

A recogniser answers a little differently when a character leans or stands a little otherwise. What
it says of all of them is surer than what it says of one, so cells that are not clear are seen again
shifted and slanted.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.handprint.recogniser import Recogniser
from extractors.handprint.tiles import SIDE

_UNCLEAR = 0.03  # the chance of another character of the same sort, from which a cell is seen again
_VIEWS = ((1.5, 0.0), (-1.5, 0.0), (0.0, 0.22), (0.0, -0.22))
"""Pixels of a tile to the right, and the slant (a shear about the middle)."""
_FLOOR = 1e-7


def steady_probabilities(recogniser: Recogniser, tiles: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Class probabilities (n, classes) of ``tiles`` (n, 3, 32, 32), the unclear seen five times."""
    table = recogniser.probabilities(tiles)
    unclear = np.flatnonzero(_doubt(table, recogniser.classes) > _UNCLEAR)
    if unclear.size == 0:
        return table
    seen = [_moved(tiles[unclear], *view) for view in _VIEWS]
    again = recogniser.probabilities(np.concatenate(seen))
    logs = np.log(np.maximum(again, _FLOOR)).reshape(len(_VIEWS), unclear.size, -1).sum(axis=0)
    logs = (logs + np.log(np.maximum(table[unclear], _FLOOR))) / (len(_VIEWS) + 1)
    powers = np.exp(logs)
    steady = table.copy()
    steady[unclear] = powers / powers.sum(axis=1, keepdims=True)
    return steady


def _doubt(table: NDArray[np.float32], classes: Sequence[str]) -> NDArray[np.float32]:
    """For each row the chance of another character of the same sort than the likeliest.

    A field hardly ever leaves open whether a character is a letter, a digit or a sign.
    """
    sorts = np.array([2 * each.isalpha() + each.isdigit() for each in classes])
    best = sum(table[:, sorts == sort].max(axis=1, initial=0.0) for sort in (0, 1, 2))
    return np.asarray(1.0 - best, np.float32)


def _moved(tiles: NDArray[np.uint8], right: float, slant: float) -> NDArray[np.uint8]:
    middle = SIDE / 2
    matrix = np.array([[1.0, slant, right - slant * middle], [0.0, 1.0, 0.0]])
    moved = [
        [cv2.warpAffine(picture, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR) for picture in each]
        for each in tiles
    ]
    return np.asarray(moved, np.uint8)
