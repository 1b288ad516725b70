"""Comb rows: which of a page's rectangles stand side by side as boxes for one character each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from extractors.drafting.shapes import Edges, Paper, Print, Shape, runs

_WIDEST = 2.5
"""Times its height: wider cells are those of a table."""
_HIGHEST_MM = 15.0
_LOWEST_MM = 3.0
_PRINT_MM2 = 0.12
"""More print than this in a box is a character, less is dust."""
_PALE = 0.7
"""Print at most so dark, next to the darkest on the page, is a hint to write over."""


@dataclass(frozen=True, slots=True)
class Row:
    """Equal boxes side by side, in pixels."""

    x0: float
    y0: float
    x1: float
    y1: float
    cells: int

    @property
    def edges(self) -> Edges:
        return self.x0, self.y0, self.x1, self.y1


def find_rows(paper: Paper, shapes: Sequence[Shape]) -> tuple[list[Row], set[int]]:
    """The comb rows, and the places in ``shapes`` that they are made of or that stand in a row.

    What is left may be a box to tick or to write in.
    """
    owners, parts = _divided(paper, shapes)
    cells = [i for i, shape in enumerate(parts) if _may_be_cell(shape, paper.mm)]
    tones = max((parts[i].ground for i in cells), default=255.0), _PALE * paper.darkest
    rows: list[Row] = []
    used: set[int] = set()
    for chain in _chains(paper, parts, cells):
        if _table(parts, chain, paper.mm):
            continue
        for row in _without_print(parts, chain, tones):
            rows.append(_row([parts[i] for i in row]))
            used.update(owners[i] for i in row)
        used.update(owners[i] for i in chain if parts[i].print.area > _PRINT_MM2)
    return _mended(paper, rows), used


def _divided(paper: Paper, shapes: Sequence[Shape]) -> tuple[list[int], list[Shape]]:
    """The shapes, those with dividers inside cut in cells, and the place each comes from."""
    owners: list[int] = []
    parts: list[Shape] = []
    for i, shape in enumerate(shapes):
        count = max(_ticked_off(paper, shape), 1)
        width = shape.width / count
        for k in range(count):
            left = shape.x0 + k * width
            part = replace(shape, x0=left, x1=left + width, print=Print()) if count > 1 else shape
            owners.append(i)
            parts.append(part)
    return owners, parts


def _may_be_cell(shape: Shape, mm: float) -> bool:
    return (
        not shape.circle
        and shape.lighter > -4
        and _LOWEST_MM <= shape.height / mm <= _HIGHEST_MM
        and 0.2 * shape.height <= shape.width <= _WIDEST * shape.height
    )


def _row(cells: Sequence[Shape]) -> Row:
    return Row(
        cells[0].x0,
        float(np.median([cell.y0 for cell in cells])),
        cells[-1].x1,
        float(np.median([cell.y1 for cell in cells])),
        len(cells),
    )


def _chains(paper: Paper, shapes: Sequence[Shape], cells: Sequence[int]) -> list[list[int]]:
    """Runs of at least two cells, left to right, with equal gaps between them."""
    after = {i: _next(paper, shapes, cells, i) for i in cells}
    firsts = set(cells) - {j for j in after.values() if j is not None}
    found: list[list[int]] = []
    for first in sorted(firsts):
        chain = [first]
        while (follower := after[chain[-1]]) is not None:
            chain.append(follower)
        found += _split_at_gaps([shapes[i] for i in chain], chain, paper.mm)
    return [chain for chain in found if len(chain) > 1]


def _next(paper: Paper, shapes: Sequence[Shape], cells: Sequence[int], i: int) -> int | None:
    """The cell that follows ``i`` on its right."""
    cell, mm = shapes[i], paper.mm
    best, best_gap = None, min(2.4 * mm, 0.5 * cell.width)
    for j in cells:
        other = shapes[j]
        gap = other.x0 - cell.x1
        if (
            -0.6 * mm <= gap <= best_gap
            and abs(other.y0 - cell.y0) <= 0.6 * mm
            and abs(other.y1 - cell.y1) <= 0.6 * mm
            and abs(other.width - cell.width) <= max(0.6 * mm, 0.16 * cell.width)
            and not _printed_between(paper, cell, other)
        ):
            best, best_gap = j, gap
    return best


def _printed_between(paper: Paper, cell: Shape, other: Shape) -> bool:
    """Whether a dash, slash or point stands in the gap."""
    trim = 0.3 * paper.mm
    left, right = round(cell.x1 + trim), round(other.x0 - trim)
    top, bottom = round(cell.y0 + trim), round(cell.y1 - trim)
    if right - left < 0.3 * paper.mm:
        return False
    return float(paper.ink[top:bottom, left:right].sum()) > 0.1 * paper.mm**2


def _split_at_gaps(cells: Sequence[Shape], chain: list[int], mm: float) -> list[list[int]]:
    gaps = [right.x0 - left.x1 for left, right in pairwise(cells)]
    if not gaps:
        return [chain]
    usual = float(np.percentile(gaps, 25))
    parts = [[chain[0]]]
    for gap, i in zip(gaps, chain[1:], strict=True):
        if gap > usual + 0.55 * mm:
            parts.append([])
        parts[-1].append(i)
    return parts


def _table(shapes: Sequence[Shape], chain: Sequence[int], mm: float) -> bool:
    """Whether the cells belong to a ruled grid: wide, with other columns or rows touching."""
    cells = [shapes[i] for i in chain]
    wide = float(np.median([cell.width for cell in cells]))
    high = float(np.median([cell.height for cell in cells]))
    if wide < 1.2 * high:
        return False
    members = set(chain)
    for i, other in enumerate(shapes):
        if i in members:
            continue
        beside = abs(other.y0 - cells[0].y0) < 0.6 * mm and abs(other.y1 - cells[0].y1) < 0.6 * mm
        if beside and min(abs(other.x1 - cells[0].x0), abs(other.x0 - cells[-1].x1)) < 0.5 * mm:
            return True
        if wide > 1.5 * high and any(_stacked(cell, other, mm) for cell in cells):
            return True
    return False


def _stacked(cell: Shape, other: Shape, mm: float) -> bool:
    if abs(cell.x0 - other.x0) > 0.6 * mm or abs(cell.x1 - other.x1) > 0.6 * mm:
        return False
    return min(abs(cell.y0 - other.y1), abs(cell.y1 - other.y0)) < 0.5 * mm


def _without_print(
    shapes: Sequence[Shape], chain: list[int], tones: tuple[float, float]
) -> list[list[int]]:
    """The chain without boxes that hold print already; pale letters to write over may stay.

    ``tones``: brightness of the page's white boxes, and how dark a hint may be.
    """
    white, pale = tones
    printed = {i for i in chain if shapes[i].print.area > _PRINT_MM2}
    taken = {i for i in printed if shapes[i].print.dark > pale or shapes[i].ground < white - 5}
    few = len(printed) <= 2 and 3 * len(printed) < len(chain)
    if few and printed & {chain[0], chain[-1]}:  # a currency sign, not a hint
        taken = printed
    parts: list[list[int]] = [[]]
    for i in chain:
        if i in taken:
            parts.append([])
        else:
            parts[-1].append(i)
    return [part for part in parts if len(part) > 1]


def _mended(paper: Paper, rows: Sequence[Row]) -> list[Row]:
    """Rows with one cell between them joined: print or dirt hid its border."""
    found: list[Row] = []
    for row in sorted(rows, key=lambda row: row.x0):
        for i, other in enumerate(found):
            if _continues(paper, other, row):
                cells = other.cells + row.cells + 1
                found[i] = Row(other.x0, other.y0, row.x1, other.y1, cells)
                break
        else:
            found.append(row)
    return found


def _continues(paper: Paper, row: Row, after: Row) -> bool:
    """Whether ``after`` is the same row one cell further, with its upper and lower line drawn."""
    mm = paper.mm
    pitch = (row.x1 - row.x0) / row.cells
    gap = after.x0 - row.x1
    level = abs(after.y0 - row.y0) < 0.5 * mm and abs(after.y1 - row.y1) < 0.5 * mm
    same = abs((after.x1 - after.x0) / after.cells - pitch) < 0.15 * pitch
    if not (level and same and abs(gap - pitch) < 0.15 * pitch):
        return False
    columns = slice(round(row.x1), round(after.x0))
    reach = max(2, round(0.25 * mm))
    lines = (paper.ink[round(y) - reach : round(y) + reach + 1, columns] for y in (row.y0, row.y1))
    return all(float(line.any(axis=0).mean()) > 0.9 for line in lines)


def _ticked_off(paper: Paper, shape: Shape) -> int:
    """The number of cells of a rectangle with short or dotted dividers inside; 0 without."""
    mm = paper.mm
    if shape.circle or shape.lighter <= -4 or not _LOWEST_MM <= shape.height / mm <= _HIGHEST_MM:
        return 0
    if shape.width < 1.5 * shape.height and shape.width < 6 * mm:
        return 0
    trim = max(2, round(shape.thick_mm * mm / 2 + 0.2 * mm))
    patch = paper.grey[
        round(shape.y0) + trim : round(shape.y1) - trim,
        round(shape.x0) + trim : round(shape.x1) - trim,
    ]
    dark = patch < shape.ground - max(10.0, 1.5 * paper.edge)
    if dark.shape[0] < 4 or dark.shape[1] < 8:
        return 0
    strokes = _strokes(dark, mm)
    for start, end in strokes:
        dark[:, max(start - 2, 0) : end + 2] = False
    if float(dark.sum()) > _PRINT_MM2 * mm**2 * len(strokes):
        return 0  # print with some upright strokes in it
    places = np.array([(start + end) / 2 + trim for start, end in strokes])
    return even_cells(places, shape.width, shape.height, mm) if strokes else 0


def _strokes(dark: NDArray[np.bool_], mm: float) -> list[tuple[int, int]]:
    """Columns of thin upright strokes that stand on the lower edge or hang from the upper one."""
    part = max(3, round(0.28 * dark.shape[0]))
    rim = max(2, round(0.7 * mm))
    foot = (dark[-part:].mean(axis=0) > 0.3) & dark[-rim:].any(axis=0)
    head = (dark[:part].mean(axis=0) > 0.3) & dark[:rim].any(axis=0)
    found = runs(foot | head)
    return [run for run in found if run[1] - run[0] <= max(3, 0.8 * mm)]


def even_cells(places: NDArray[np.float64], width: float, height: float, mm: float) -> int:
    """The number of equal cells that dividers at ``places`` make, 0 when they are not equal."""
    count = len(places) + 1
    pitch = width / count
    if not 2.2 * mm <= pitch <= _WIDEST * height or pitch < 0.25 * height:
        return 0
    away = np.abs(places - pitch * np.arange(1, count))
    return count if float(away.max()) <= max(0.5 * mm, 0.08 * pitch) else 0
