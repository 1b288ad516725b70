"""Shapes of the strokes in a tick box, seen at one size: ``SIDE`` pixels are a side of the box."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]

SIDE = 40  # pixels; boxes are measured at this size, whatever they are on paper


def gap(mask: Mask) -> float:
    """The radius of the largest patch of paper between the strokes in a box, in its sides."""
    apart = cv2.distanceTransform(1 - np.pad(mask, 1, constant_values=1), cv2.DIST_L2, 3)
    return float(apart.max()) / SIDE


def bent(mask: Mask) -> float:
    """How far the ink in a box lies off one straight line, in its sides."""
    points = np.argwhere(mask)
    if len(points) < 3:
        return 0.0
    return float(np.sqrt(max(np.linalg.eigvalsh(np.cov(points.T))[0], 0.0))) / SIDE


def extent(mask: Mask) -> tuple[float, float]:
    """The height and width of what the ink covers, in sides of the box."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return 0.0, 0.0
    return float(rows[-1] - rows[0] + 1) / SIDE, float(columns[-1] - columns[0] + 1) / SIDE


def length(mask: Mask, depth: NDArray[np.float32]) -> float:
    """The length of the strokes in a box, in its sides: their area over the width of the pen."""
    ridge = depth[(depth > 0) & (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)))]
    if ridge.size == 0:
        return 0.0
    # Deep ridges count more: crumbs beside the strokes say nothing about the pen.
    width = max(2.0 * float((ridge**2).sum() / ridge.sum()) - 1.0, 1.0)
    return float(mask.sum()) / width / SIDE


def holes(mask: Mask) -> int:
    """Patches of paper that strokes close in: crossing lines make many."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(1 - np.pad(mask, 1), connectivity=4)
    return int((stats[1:count, cv2.CC_STAT_AREA] >= 4).sum()) - 1


def runs(mask: Mask) -> float:
    """How many strokes a row or a column crosses, on average over those with ink."""
    found = []
    for each in (mask, mask.T):
        starts = np.diff(np.pad(each, ((0, 0), (1, 0))).astype(np.int8), axis=1) > 0
        counts = starts.sum(axis=1)
        found += [float(counts[counts > 0].mean()) if counts.any() else 0.0]
    return max(found)
