"""Writing beside an answer place: below its boxes, or a ring round a tick box.

What reads a field looks only inside it. So a field that looks empty may have been answered where
there was room, and "nothing was written" must not be believed while there is unexplained writing
next to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.formpack import FieldPlace
from extractors.values import Box, Doubt, FieldReading

_INKED = 0.2  # darkness that counts as ink in the smaller picture
_MARGIN = 0.5  # mm round a place that still count as in it
_CHARACTER = 2.0  # mm: the longer side of the smallest mark that could be an answer
_INSIDE = 0.25  # a mark with this share of its ink inside places belongs there
_REACH = 5.0  # mm from a place to a mark that may be meant for it; ink further off is not kept
_MOST = 0.5  # what "empty" is worth beside such a mark
_WAYS = ("comb", "line", "tick", "signature")

Rectangle = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

_DOUBT = Doubt(
    "written_beside",
    "This looks empty, but there is writing next to it. Check if that is the answer.",
)


def doubt_empties(
    ink: NDArray[np.float32],
    fields: Sequence[FieldPlace],
    readings: Mapping[str, FieldReading],
    per_mm: float,
) -> dict[str, FieldReading]:
    """The readings, with a doubt where a field looks empty and writing stands next to it.

    ``ink`` is that of the laid page (0 paper to 1) with ``per_mm`` pixels a millimetre; ``fields``
    are all on the page.
    """
    empty = {
        name for name, each in readings.items() if each.value in (None, False) and not each.raw
    }
    doubted = dict(readings)
    places = [each for each in fields if each.way in _WAYS]
    if not empty.intersection(each.name for each in places):
        return doubted
    # Half the resolution shows marks of this size as well, in a quarter of the time.
    half = cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    small = np.asarray(half, np.float32)
    per_mm /= 2
    for mark in _marks_outside(small, places, per_mm):
        away = [min(_distance(mark, box, small) for box in _boxes(each)) for each in places]
        nearest = places[int(np.argmin(away))]
        if nearest.name in empty and min(away) <= _REACH * per_mm:
            reading = readings[nearest.name]
            doubted[nearest.name] = replace(
                reading,
                confidence=min(reading.confidence, _MOST),
                doubts=(*reading.doubts, _DOUBT),
            )
    return doubted


def _boxes(field: FieldPlace) -> list[Box]:
    """Everything the field is written in, piece by piece: options may stand far apart."""
    pieces = [row.box for row in field.combs] + [each.box for each in field.options]
    return pieces + list(field.lines) or [field.box]


def _marks_outside(
    ink: NDArray[np.float32], fields: Sequence[FieldPlace], per_mm: float
) -> list[Rectangle]:
    """Where marks as large as a character stand outside all places."""
    height, width = ink.shape
    inside = np.zeros(ink.shape, np.uint8)
    dx, dy = _MARGIN * per_mm / width, _MARGIN * per_mm / height
    for field in fields:
        for box in _boxes(field):
            left, top, right, bottom = box.grown(dx, dy).pixels(width, height)
            inside[top:bottom, left:right] = 1
    mask = (ink > _INKED).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    within = np.bincount(labels[inside > 0], minlength=count)
    long = stats[:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1].max(1) >= _CHARACTER * per_mm
    outside = within < _INSIDE * stats[:, cv2.CC_STAT_AREA]
    chosen = np.flatnonzero(long & outside)
    found = [map(int, stats[i, :4]) for i in chosen if i]
    return [(x, y, x + wide, y + high) for x, y, wide, high in found]


def _distance(mark: Rectangle, box: Box, ink: NDArray[np.float32]) -> float:
    """Between the edges of a mark and of a box, in pixels; 0 where they touch."""
    height, width = ink.shape
    left, top, right, bottom = box.pixels(width, height)
    across = max(left - mark[2], 0, mark[0] - right)
    down = max(top - mark[3], 0, mark[1] - bottom)
    return float(np.hypot(across, down))
