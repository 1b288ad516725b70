"""What can be filled in on a blank form, found by looking at the picture of one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
import zxingcpp

from extractors import straighten
from extractors.drafting.marks import find_frames, find_ticks
from extractors.drafting.open_rows import find_open_rows
from extractors.drafting.rows import find_rows
from extractors.drafting.rules import find_rules, lone_rules
from extractors.drafting.shapes import Edges, find_shapes, prepare
from extractors.formpack import CombRow
from extractors.values import Box, Page, Picture

_LINE_MM = 4.0
"""Fields whose middles are no further apart than this are read from left to right."""
_QUIET_MM = 1.0
"""Left round a bar code, which cannot be read without some white beside it."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Found:
    """The places to fill in, as shares of the page, each in reading order.

    ``combs``: one entry a row of equal boxes. ``ticks``: small squares or circles to mark.
    ``lines``: the area to write in above a printed rule or row of dots. ``frames``: boxes to write
    freely in, or to sign in. ``barcodes``: printed bar and QR codes. No place is told twice.
    """

    combs: tuple[CombRow, ...]
    ticks: tuple[Box, ...]
    lines: tuple[Box, ...]
    frames: tuple[Box, ...]
    barcodes: tuple[Box, ...]


def find(grey: Picture, dpi: float, words: Sequence[Box] = ()) -> Found:
    """Find the fields of one blank page that stands upright; a degree of skew does no harm.

    ``grey``: ``(height, width)``, best at 200 dots an inch. ``words``: boxes of printed words, so
    that their letters are not taken for boxes to tick.
    """
    sheet = _Sheet(grey, straighten.estimate(Page(1, grey, dpi)).skew)
    paper = prepare(sheet.level, dpi)
    codes = _barcodes(sheet.level, _QUIET_MM * paper.mm)
    shapes = [shape for shape in find_shapes(paper) if not _within_any(shape.edges, codes)]
    rows, used = find_rows(paper, shapes)
    lone = lone_rules(paper, shapes)
    rows += find_open_rows(paper, shapes, lone)
    left = [shape for i, shape in enumerate(shapes) if i not in used]
    ticks = find_ticks(paper, left, [word.pixels(*sheet.size) for word in words])
    small = [row.edges for row in rows] + [tick.edges for tick in ticks]
    frames = find_frames(paper, [shape for shape in left if shape not in ticks], small)
    taken = [*codes, *(row.edges for row in rows)]
    rules = [rule.edges for rule in find_rules(paper, lone)]

    def boxes(places: Iterable[Edges]) -> tuple[Box, ...]:
        return _in_order([sheet.box(place) for place in places], lambda box: box, line)

    line = _LINE_MM * paper.mm / sheet.size[1]
    return Found(
        combs=_in_order(
            [CombRow(sheet.box(row.edges), row.cells) for row in rows], lambda row: row.box, line
        ),
        ticks=boxes(tick.edges for tick in ticks),
        lines=boxes(rule for rule in rules if not _within_any(rule, taken)),
        frames=boxes(frame.edges for frame in frames),
        barcodes=boxes(codes),
    )


class _Sheet:
    """The page made level, and places on it told as places on the page as it came."""

    def __init__(self, grey: Picture, skew: float) -> None:
        height, width = grey.shape
        self.size = (width, height)
        self.level = grey
        self._back = np.eye(2, 3)
        if abs(skew) > straighten.LEAST_SKEW:
            turning = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), skew, 1.0)
            turned = np.asarray(
                cv2.warpAffine(grey, turning, self.size, borderValue=(255,)), dtype=np.uint8
            )
            # A page with little print says nothing sure about its skew: see which is more level.
            if straighten.levelness(turned) > straighten.levelness(grey):
                self.level = turned
                self._back = np.asarray(cv2.invertAffineTransform(turning), dtype=np.float64)

    def box(self, place: Edges) -> Box:
        """``place`` in pixels of the level page: its size kept, its middle moved back."""
        width, height = self.size
        x0, y0, x1, y1 = place
        x, y = self._back @ np.array([(x0 + x1) / 2, (y0 + y1) / 2, 1.0])
        wide, high = (x1 - x0) / 2, (y1 - y0) / 2
        return Box(
            float(max((x - wide) / width, 0.0)),
            float(max((y - high) / height, 0.0)),
            float(min((x + wide) / width, 1.0)),
            float(min((y + high) / height, 1.0)),
        )


def _barcodes(grey: Picture, quiet: float) -> list[Edges]:
    """The boxes of the codes that can be read, in pixels, with ``quiet`` more on each side."""
    found = []
    for code in zxingcpp.read_barcodes(np.ascontiguousarray(grey)):
        at = code.position
        corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
        xs, ys = [float(corner.x) for corner in corners], [float(corner.y) for corner in corners]
        found.append((min(xs) - quiet, min(ys) - quiet, max(xs) + quiet, max(ys) + quiet))
    return found


def _within_any(place: Edges, others: Sequence[Edges]) -> bool:
    across, down = (place[0] + place[2]) / 2, (place[1] + place[3]) / 2
    return any(x0 <= across <= x1 and y0 <= down <= y1 for x0, y0, x1, y1 in others)


def _in_order(placed: list[_T], box: Callable[[_T], Box], line: float) -> tuple[_T, ...]:
    """From top to bottom; what stands within ``line`` of the line's first, left to right."""
    ordered: list[_T] = []
    rest = sorted(placed, key=lambda each: box(each).y0 + box(each).y1)
    while rest:
        middle = (box(rest[0]).y0 + box(rest[0]).y1) / 2
        row = [each for each in rest if (box(each).y0 + box(each).y1) / 2 <= middle + line]
        ordered += sorted(row, key=lambda each: box(each).x0)
        rest = rest[len(row) :]
    return tuple(ordered)
