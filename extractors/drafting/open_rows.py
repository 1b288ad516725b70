"""Comb rows open at the top: a rule with short strokes standing on it at equal distances."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from extractors.drafting.rows import Row, even_cells
from extractors.drafting.rules import Rule
from extractors.drafting.shapes import Paper, Shape, runs

_USUAL_MM = 7.0
"""As high as people write, where the strokes are shorter."""
_LEAST_CELLS = 3


def find_open_rows(paper: Paper, shapes: Sequence[Shape], lone: Sequence[Rule]) -> list[Row]:
    """The rows on those ``lone`` rules, no sides of ``shapes``, that strokes stand on."""
    rows = [_open_row(paper, rule) for rule in lone if rule.solid]
    return [row for row in rows if row and not any(_on(row, shape) for shape in shapes)]


def _on(row: Row, shape: Shape) -> bool:
    """Whether the row's rule is the side of a box after all, of one among several."""
    across, high = (shape.x0 + shape.x1) / 2, row.y1 - row.y0
    near = min(abs(shape.y0 - row.y1), abs(shape.y1 - row.y1)) < 0.3 * high
    return near and row.x0 < across < row.x1 and shape.height < 3 * high


def _open_row(paper: Paper, rule: Rule) -> Row | None:
    mm = paper.mm
    left = round(rule.x0 - 0.5 * mm)
    foot, head = round(rule.y - rule.thick / 2 - 0.3 * mm), round(rule.y - 1.3 * mm)
    if head < 0 or left < 0 or foot <= head:
        return None
    above = paper.ink[head:foot, left : round(rule.x1 + 0.5 * mm)]
    standing = np.asarray(above.all(axis=0))
    strokes = [run for run in runs(standing) if run[1] - run[0] <= max(3, 0.8 * mm)]
    if len(strokes) < _LEAST_CELLS + 1:
        return None
    places = np.array([(start + end) / 2 for start, end in strokes]) + left
    first, last = float(places[0]), float(places[-1])
    if max(abs(first - rule.x0), abs(last - rule.x1)) > 0.6 * mm:
        return None
    cells = even_cells(places[1:-1] - first, last - first, _USUAL_MM * mm, mm)
    if not cells:
        return None
    top = max(round(rule.y - 12 * mm), 0)
    columns = np.round(places - 0.5).astype(np.int64)
    gone = np.flatnonzero(paper.ink[top:foot, columns].mean(axis=1) < 0.6)
    tall = foot - top - (int(gone[-1]) + 1 if len(gone) else 0)
    high = max(tall + rule.y - foot, min(_USUAL_MM * mm, 1.4 * (last - first) / cells))
    return Row(first, max(rule.y - high, 0.0), last, rule.y, cells)
