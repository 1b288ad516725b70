"""How far off the answer places of a page may lie, told without knowing where they really are.

Print that was found shows how the page is bent just there; the further an answer place lies from
such print, the more has to be guessed.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.bending import Bent
from extractors.blanks import LAID_DPI, PITCH, Blank

# From pages of known damage, a little on the safe side: so much beside print, and so much more for
# each millimetre from it.
_BESIDE_MM = 0.05
_EACH_MM = 0.0025
_USUAL_OFF_MM = 0.2  # blocks with writing over them lie off so far though the mesh is right
_FARTHEST = 8.0  # nodes
_STEP = 40  # laid pixels between the places that are asked about

Array = NDArray[np.float32]


def expected_error(blank: Blank, bent: Bent, shape: tuple[int, ...]) -> float:
    """The distance in mm that 95 % of the answer places on a page of that ``shape`` do not pass, as
    far as it can be told; infinite when no print tells where any of them lies."""
    if not bent.told.any(axis=(0, 1)).all():
        return float("inf")
    at = np.asarray((_asked(blank) + 0.5) / PITCH + 0.5, np.float32)  # in nodes
    height, width = shape[:2]
    there = _looked_up(bent.mesh, at)
    shown = ((there >= 0) & (there < (width, height))).all(axis=-1)
    far = np.stack([_distance(bent.told[..., axis]) for axis in (0, 1)], axis=-1)
    away = np.linalg.norm(_looked_up(far, at[shown] if shown.any() else at), axis=-1)
    guessed = _BESIDE_MM + _EACH_MM * PITCH / LAID_DPI * 25.4 * float(np.percentile(away, 95))
    return float(np.hypot(guessed, max(bent.off_mm - _USUAL_OFF_MM, 0.0)))


def _asked(blank: Blank) -> Array:
    """Points ``(x, y)`` all over the answer places, or the whole page where there are none."""
    height, width = blank.shape
    boxes = [box.pixels(width, height) for box in blank.places()] or [(0, 0, width, height)]
    points = [
        np.stack(np.meshgrid(_spread(left, right), _spread(top, bottom)), axis=-1).reshape(-1, 2)
        for left, top, right, bottom in boxes
    ]
    return np.concatenate(points).astype(np.float32)


def _spread(first: int, last: int) -> Array:
    count = max(round((last - first) / _STEP), 1)
    return (first + (np.arange(count) + 0.5) * (last - first) / count).astype(np.float32)


def _distance(told: NDArray[np.bool_]) -> Array:
    """For each node the way to the nearest that is told, in nodes."""
    apart = cv2.distanceTransform(np.asarray(~told, np.uint8), cv2.DIST_L2, 5)
    return np.asarray(np.minimum(apart, _FARTHEST), np.float32)


def _looked_up(values: Array, at: Array) -> Array:
    """``values`` of nodes at points between them: ``(n, 2)``."""
    found = cv2.remap(
        values, at[None, :, 0], at[None, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(found[0], np.float32)
