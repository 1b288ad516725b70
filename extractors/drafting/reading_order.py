"""The order in which a person fills in a page: bands from the top, columns within a band."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from extractors.values import Box

_T = TypeVar("_T")
_GAP_DOWN, _GAP_ACROSS = 0.2, 3.0
"""Millimetres of empty paper that part two bands, and two columns."""
_SECTION = 10.0
"""Millimetres of empty paper that part two sections of a page."""
_LONG_COLUMN = 3
"""From so many fields each, columns are read one after the other, not row by row."""


def ordered(items: Sequence[tuple[Box, _T]]) -> list[_T]:
    """Things with their boxes (mm, with labels) in the order of reading.

    Cut into bands where empty paper goes right across, a band into columns where empty paper goes
    right down it, and so on; what cannot be cut goes by its top.
    """
    if len(items) <= 1:
        return [each for _, each in items]
    sections = _cut(items, lambda box: (box.y0, box.y1), _SECTION)
    columns = _cut(items, lambda box: (box.x0, box.x1), _GAP_ACROSS)
    bands = _cut(items, lambda box: (box.y0, box.y1), _GAP_DOWN)
    tall = len(columns) > 1 and all(len(column) >= _LONG_COLUMN for column in columns)
    for parts in (sections, columns if tall else [], bands, columns):
        if len(parts) > 1:
            return [each for part in parts for each in ordered(part)]
    return [each for _, each in sorted(items, key=lambda item: (item[0].y0, item[0].x0))]


def _cut(
    items: Sequence[tuple[Box, _T]], side: Callable[[Box], tuple[float, float]], gap: float
) -> list[list[tuple[Box, _T]]]:
    parts: list[list[tuple[Box, _T]]] = []
    end = float("-inf")
    for item in sorted(items, key=lambda each: side(each[0])[0]):
        start, stop = side(item[0])
        if not parts or start > end + gap:
            parts.append([])
        parts[-1].append(item)
        end = max(end, stop)
    return parts
