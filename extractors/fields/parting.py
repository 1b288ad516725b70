"""Characters of neighbouring boxes that touch, parted where they are joined most thinly.

A component that is much wider than a box holds two characters. It is cut along the path from top to
bottom, near the line between the boxes, that crosses least ink. A component as wide as one
character stays whole, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

_INK = 0.25  # ink from which strokes are joined
_WIDE = 1.3  # boxes: a component wider than this is two characters
_NEAR = 0.3  # boxes from the line between them that a cut may lie
_SHARE = 0.2  # of a component's ink that each of two characters has at least
_ASIDE = 0.02  # ink that a cut would rather cross than lie a pixel further from the line
_THICK = 0.3  # of a box's height: what a cut must not cross more of, or strokes run on there

Ink = NDArray[np.float32]


def parted(ink: Ink, edges: Sequence[float]) -> Ink | None:
    """A copy of a row's ``ink`` in which touching characters are cut apart; ``None``: none touch.

    ``ink`` is the row with what is above and below it; ``edges`` are the upright lines of its
    boxes, in its pixels, from left to right.
    """
    if ink.shape[0] < 2 or ink.shape[1] < 4:
        return None
    lines = [min(max(round(x), 1), ink.shape[1] - 2) for x in edges[1:-1]]
    crossed = [x for x in lines if (ink[:, x - 1 : x + 2] > _INK).any()]
    if not crossed:
        return None
    width = (edges[-1] - edges[0]) / (len(edges) - 1)
    dark = (ink > _INK).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8, ltype=cv2.CV_32S)
    cut: Ink | None = None
    for line in crossed:
        for label in np.unique(labels[:, line - 1 : line + 2]):
            if label == 0 or stats[label, cv2.CC_STAT_WIDTH] < _WIDE * width:
                continue
            near = slice(max(round(line - width), 0), round(line + width))
            own = labels[:, near] == label
            path = _path(np.where(own, ink[:, near], 0), line - near.start, width)
            if path is not None:
                cut = ink.copy() if cut is None else cut
                rows = np.arange(len(path))
                for columns in (path, path + 1):  # a slanting cut one pixel wide leaves corners
                    there = own[rows, columns]
                    cut[rows[there], columns[there] + near.start] = 0
    return cut


def _path(ink: Ink, line: int, width: float) -> NDArray[np.intp] | None:
    """For each row the column of the cut through ``ink``; ``None`` where it should stay whole."""
    total, left = float(ink.sum()), float(ink[:, :line].sum())
    if not _SHARE * total <= left <= (1 - _SHARE) * total:
        return None
    reach = min(round(_NEAR * width), line, ink.shape[1] - 2 - line)
    if reach < 1:
        return None
    columns = np.arange(line - reach, line + reach + 1)
    cost = ink[:, columns] + _ASIDE / len(ink) * abs(columns - line)
    best, came = cost[0].copy(), np.zeros(cost.shape, np.int8)
    for row in range(1, len(cost)):
        wide = np.concatenate([[np.inf], best, [np.inf]])
        ways = np.stack([wide[:-2], wide[1:-1], wide[2:]])
        came[row] = ways.argmin(axis=0) - 1
        best = ways.min(axis=0) + cost[row]
    at = int(best.argmin())
    if best[at] > _THICK * len(ink):
        return None
    path = np.empty(len(cost), np.intp)
    for row in range(len(cost) - 1, -1, -1):
        path[row] = at
        at += int(came[row, at])
    return columns[path]
