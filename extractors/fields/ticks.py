"""Tick boxes: three states from the ink that is not on the blank.

How much of a box is inked, measured on real forms: empty at most 0.02, ticked 0.06 to 0.25 (tick,
cross, line), struck out 0.26 and more. A thick pen inks half a box with a plain tick, so a box is
heavy only when its strokes are also long: a tick is about two box sides of stroke, a cross three,
scribbling over more. A box filled on purpose looks like one struck out, so a heavy box is only
taken for struck out when another box of the same choice is ticked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.formpack import FieldPlace
from extractors.values import Box, Candidate, Doubt, FieldReading, Status, Value

State = Literal["ticked", "empty", "struck_out"]

METHOD = "tick"
_INKED = 0.3  # darkness that counts as ink
_FAINTEST_TICK = 0.035  # between the most of an empty and the least of a ticked box
_HEAVY = 0.26
_LONG = 3.7  # box sides of stroke: more than a cross
_SOLID = 0.62
_SURE = 0.995
_FAINT = Doubt("tick_faint", "One of these boxes has a faint mark.")


@dataclass(frozen=True, slots=True)
class TickInk:
    """The ink of one tick box.

    ``share`` of the area inside its printed edges is inked; ``length`` of the strokes in it, in
    sides of the box.
    """

    share: float
    length: float

    @property
    def marked(self) -> float:
        """The probability that somebody put a mark here, from the share alone."""
        slope = 4.5 * math.log(max(self.share, 1e-4) / _FAINTEST_TICK)
        return 1.0 / (1.0 + math.exp(-max(min(slope, 12.0), -12.0)))

    @property
    def heavy(self) -> bool:
        """Filled or scribbled over rather than ticked."""
        return self.share >= _SOLID or (self.share >= _HEAVY and self.length >= _LONG)

    @property
    def state(self) -> State:
        if self.heavy:
            return "struck_out"
        return "ticked" if self.marked >= 0.5 else "empty"


def measure(ink: NDArray[np.float32], box: Box) -> TickInk:
    """The ink in ``box`` of a page's handwriting ink (0 paper to 1), its printed edges left out.

    Specks smaller than a pen's dot are not counted.
    """
    height, width = ink.shape
    inset = 0.12
    left, top, right, bottom = Box(
        box.x0 + inset * box.width,
        box.y0 + inset * box.height,
        box.x1 - inset * box.width,
        box.y1 - inset * box.height,
    ).pixels(width, height)
    inside = (ink[top:bottom, left:right] > _INKED).astype(np.uint8)
    if inside.size == 0:
        return TickInk(0.0, 0.0)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    crumbs = [i for i in range(1, count) if _crumb(stats[i], inside.shape)]
    inside[np.isin(labels, crumbs)] = 0
    return TickInk(float(inside.mean()), _stroke_length(inside))


def _crumb(stats: NDArray[np.int32], shape: tuple[int, ...]) -> bool:
    """A speck smaller than a pen's dot, or the remains of the box's own printed edge."""
    left, top, wide, high, area = (int(each) for each in stats)
    rows, columns = shape
    thin, long = 0.13, 0.5
    beside = left + wide < 0.35 * columns or left > 0.65 * columns
    above = top + high < 0.35 * rows or top > 0.65 * rows
    upright = wide <= thin * columns and high >= long * rows and beside
    level = high <= thin * rows and wide >= long * columns and above
    return area < 0.006 * rows * columns or upright or level


def _stroke_length(mask: NDArray[np.uint8]) -> float:
    """The length of the strokes in a box, in its sides: their area over the width of the pen."""
    depth = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 3)
    ridge = depth[(depth > 0) & (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)))]
    if ridge.size == 0:
        return 0.0
    # Deep ridges count more: crumbs beside the strokes say nothing about the pen.
    width = max(2.0 * float((ridge**2).sum() / ridge.sum()) - 1.0, 1.0)
    return float(mask.sum()) / width / float(np.sqrt(mask.size))


def read_tick(ink: NDArray[np.float32], field: FieldPlace) -> FieldReading:
    """A single tick box: ``True``, ``False``, or ``None`` when it may be struck out."""
    mark = measure(ink, field.box)
    if mark.state == "struck_out":
        doubt = Doubt(
            "tick_heavy", "This box holds a lot of ink. It may be filled in or struck out."
        )
        likely = (Candidate("yes", 0.6), Candidate("no", 0.4))
        return _reading(field, None, "■", 0.5, "conflict", (doubt,), likely)
    ticked = mark.state == "ticked"
    sure = mark.marked if ticked else 1.0 - mark.marked
    doubts = () if sure >= 0.97 else (Doubt("tick_faint", "There is a faint mark in this box."),)
    return _reading(field, ticked, "✓" if ticked else "", min(sure, _SURE), "auto", doubts)


def read_choice(ink: NDArray[np.float32], field: FieldPlace) -> FieldReading:
    """One of several tick boxes: the value of the ticked option, ``None`` when none is.

    One option struck out and one ticked is a changed mind: the ticked one holds.
    """
    marks = _without_overflow([measure(ink, option.box) for option in field.options])
    marked = [i for i, mark in enumerate(marks) if mark.marked >= 0.5]
    empty = math.prod(1.0 - m.marked for i, m in enumerate(marks) if i not in marked)
    raw = " ".join(field.options[i].value for i in marked)
    if not marked:
        faint = max(marks, key=lambda mark: mark.marked)
        doubts = (
            () if empty >= 0.97 else (Doubt("tick_faint", "One of these boxes has a faint mark."),)
        )
        likely = (Candidate(field.options[marks.index(faint)].value, faint.marked),)
        return _reading(
            field, None, "", min(empty, _SURE), "absent", doubts, likely if doubts else ()
        )
    candidates = tuple(Candidate(field.options[i].value, 1.0 / len(marked)) for i in marked)
    if len(marked) == 1:
        return _one_ticked(field, marks[marked[0]], field.options[marked[0]].value, empty)
    chosen = _changed_mind(marks, marked)
    if chosen is None:
        doubt = Doubt("tick_several", f"{len(marked)} boxes are ticked, and one was expected.")
        return _reading(field, None, raw, 0.5, "conflict", (doubt,), candidates)
    value = field.options[chosen].value
    doubt = Doubt(
        "tick_changed", f"More than one box is marked. All but {value!r} look struck out."
    )
    return _reading(field, value, raw, 0.9 * empty, "auto", (doubt,), candidates)


def _one_ticked(field: FieldPlace, mark: TickInk, value: str, others: float) -> FieldReading:
    sure = min(mark.marked * others, _SURE)
    doubts: tuple[Doubt, ...] = ()
    if mark.heavy and mark.share < _SOLID:
        # Scribbled over and nothing put in its place: a person decides. A neat fill is a tick.
        sure = min(sure, 0.9)
        doubts = (Doubt("tick_heavy", "This box holds a lot of ink. It may be struck out."),)
    elif sure < 0.97:
        doubts = (_FAINT,)
    return _reading(field, value, value, sure, "auto", doubts, (Candidate(value, sure),))


def _without_overflow(marks: Sequence[TickInk]) -> list[TickInk]:
    """A long tick may end in the box beside it: a light mark beside a much stronger one is none."""
    strongest = max(mark.share for mark in marks)
    return [
        TickInk(mark.share * 0.4, mark.length)
        if mark.share < 0.3 * strongest and mark.share < 0.06
        else mark
        for mark in marks
    ]


def _changed_mind(marks: Sequence[TickInk], marked: Sequence[int]) -> int | None:
    """The option that holds when all other marked ones are clearly heavier, so struck out."""
    lightest = min(marked, key=lambda i: marks[i].share)
    others = [marks[i] for i in marked if i != lightest]
    if marks[lightest].heavy or not all(other.heavy for other in others):
        return None
    return lightest if min(o.share for o in others) >= 1.4 * marks[lightest].share else None


def _reading(
    field: FieldPlace,
    value: Value,
    raw: str,
    confidence: float,
    status: Status,
    doubts: tuple[Doubt, ...] = (),
    candidates: tuple[Candidate, ...] = (),
) -> FieldReading:
    return FieldReading(
        name=field.name,
        value=value,
        raw=raw,
        confidence=confidence,
        status=status,
        page=field.page,
        box=field.box,
        method=METHOD,
        doubts=doubts,
        candidates=candidates,
    )
