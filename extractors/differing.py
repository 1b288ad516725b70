"""Where a page that lies on a blank does not have the blank's print: it may be another edition.

Writing only ever adds to a page, so print that is missing means something; print that is faint or
broken all over the page does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.bending import WORK_DPI, Seen, warp
from extractors.blanks import LAID_DPI, PITCH, Blank
from extractors.values import Box, Picture

_CELL = 24  # pixels: 6 mm, about a word
_SLACK = 3  # pixels (0.75 mm) across which print may be found
_PRINT = 32  # darkness from which the blank's print is looked for
_LEAST = 60.0 * _CELL  # darkness that a cell must hold in all to be judged
_MISSING = 0.45  # share of a cell's print that is missing when it is not there
_WORSE = 0.3  # how much more that is than on most of the page
_PALEST = 0.25  # of the page's usual tone that print in a cell may have
_PRESENT = 0.6  # of that tone from which a pixel counts as printed
_COARSER = 8  # pixels: how closely the edge of a page is followed
_SEVERAL = 4  # cells beside each other: fewer are a stain, a label or a fold

_EVEN = 0.6  # share found that says neither yes nor no
_LEAD = 0.08  # how much more of its own print must be found

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shown:
    """A blank's print on a page: at ``WORK_DPI`` how dark each pixel of it should be on this page,
    and how dark the page is there or nearly there. All 0 when the page shows none of it."""

    blank: Blank
    wanted: Array
    there: Array


@dataclass(frozen=True, slots=True)
class Unlike:
    """Places of a blank, as shares of it, whose print is not on the page, and the share of all
    print that is missing so."""

    places: tuple[Box, ...]
    share: float


NOTHING = Unlike((), 0.0)


def unlike(seen: Shown) -> Unlike:
    """What of the blank's print is not on the page."""
    blank = seen.blank
    missing, judged = _missing(seen.wanted, seen.there)
    if not judged.any():
        return NOTHING
    usual = float(np.median(missing[judged]))
    bad = np.asarray(judged & (missing > max(_MISSING, usual + _WORSE)), np.uint8)
    # Words lie side by side with gaps between.
    joined = cv2.dilate(bad, np.ones((1, 3), np.uint8))
    count, labels = cv2.connectedComponents(joined, connectivity=8)
    found = []
    for label in range(1, count):
        rows, columns = np.nonzero((labels == label) & (bad > 0))
        if len(rows) >= _SEVERAL:
            found.append(_box(blank, rows, columns))
    return Unlike(tuple(found), float(bad.sum() / judged.sum()))


def rather(one: Shown, other: Shown) -> bool | None:
    """Whether the page is rather ``one`` blank than the ``other``: the print that only one of them
    has decides. ``None`` when they hardly differ, or the page does not show it."""
    if one.blank.shape != other.blank.shape:
        return None
    ours, theirs = _own(one, other.blank), _own(other, one.blank)
    if ours is None and theirs is None:
        return None
    lead = (_EVEN if ours is None else ours) - (_EVEN if theirs is None else theirs)
    return lead > 0 if abs(lead) >= _LEAD else None


def _own(seen: Shown, other: Blank) -> float | None:
    """The share of the print that ``other`` lacks that is on the page; ``None`` if it has all."""
    wide = np.ones((2 * _SLACK + 1, 2 * _SLACK + 1), np.uint8)
    alone = cv2.dilate(other.print_at(WORK_DPI), wide) < _PRINT
    wanted = seen.wanted[alone]
    held = float(wanted.sum())
    if held < _LEAST:
        return None
    return 1 - float(np.maximum(wanted - seen.there[alone], 0).sum()) / held


def _missing(wanted: Array, there: Array) -> tuple[Array, NDArray[np.bool_]]:
    """For each cell the share of its print that is missing, and whether that can be judged."""
    held = _by_cell(wanted)
    # Some print is paler than the rest all along, so a cell is judged by its own tone.
    found = _by_cell(there * (wanted > 0))
    share = _PRESENT * np.clip(found / np.maximum(held, 1.0), _PALEST, 1.0)
    rows, columns = (side * _CELL for side in held.shape)
    wide = cv2.resize(share, (columns, rows), interpolation=cv2.INTER_NEAREST)
    asked = wide * wanted[:rows, :columns]
    lacking = _by_cell(np.maximum(asked - there[:rows, :columns], 0))
    missing = np.asarray(lacking / np.maximum(share * held, 1.0), np.float32)
    return missing, np.asarray(held >= _LEAST)


def shown(blank: Blank, mesh: Array, page: Seen) -> Shown:
    """The blank's print on a page on which it lies so: ``mesh`` in page pixels at ``WORK_DPI``."""
    printed = blank.print_at(WORK_DPI)
    pitch = PITCH * WORK_DPI / LAID_DPI
    there = page.at(WORK_DPI)
    laid = np.asarray(warp(there, mesh, printed.shape, pitch, beyond=0.0), np.uint8)
    wide = cv2.dilate(laid, np.ones((_SLACK, _SLACK), np.uint8))
    zone = (printed >= _PRINT) & _inside(mesh, printed.shape, there.shape)
    # Every third row is enough for a median.
    some = zone[::3]
    share = wide[::3][some] / printed[::3][some]
    tone = max(min(float(np.median(share)), 1.0), 0.1) if share.size else 0.0
    wanted = np.asarray((printed * zone) * np.float32(tone), np.float32)
    return Shown(blank, wanted, wide.astype(np.float32))


def _inside(mesh: Array, shape: tuple[int, ...], sheet: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which pixels of a laid page of that ``shape`` show the ``sheet``; its rim is left out."""
    height, width = (-(-side // _COARSER) for side in shape)
    pitch = PITCH * WORK_DPI / LAID_DPI / _COARSER
    shown = warp(np.ones(sheet, np.uint8), mesh, (height, width), pitch, beyond=0.0)
    small = cv2.erode(shown, np.ones((3, 3)))
    size = width * _COARSER, height * _COARSER
    wide = cv2.resize(small, size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(wide[: shape[0], : shape[1]] > 0)


def _by_cell(values: Array) -> Array:
    """The sum of each cell."""
    rows, columns = (side // _CELL for side in values.shape)
    whole = np.ascontiguousarray(values[: rows * _CELL, : columns * _CELL])
    means = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(means * _CELL**2, np.float32)


def _box(blank: Blank, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Box:
    printed: Picture = blank.print_at(WORK_DPI)
    height, width = (side / _CELL for side in printed.shape)
    return Box(
        float(columns.min() / width),
        float(rows.min() / height),
        float((columns.max() + 1) / width),
        float((rows.max() + 1) / height),
    )
