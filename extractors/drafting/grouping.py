"""Places that belong together become one entry: the groups of a date, the lines of an address,
the ticks of a question. What comes out is one entry for each field of the draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.drafting.nearby import Surroundings
from extractors.drafting.places import Place, below_print
from extractors.drafting.printed_lines import Run
from extractors.drafting.wording import is_caption
from extractors.values import Box

_DATES = ((2, 2, 4), (2, 2, 2))
_GAP, _DATE_GAP = 7.5, 14.0
"""Millimetres between two groups of boxes of one field, and between day, month and year."""
_NEXT_LINE = 4.0
"""Millimetres from one row of a field down to its next."""


@dataclass(frozen=True)
class Entry:
    """One field of the draft. ``places`` in reading order.

    ``label``: the printed lines that name it; ``options``: for ticks of one question, the lines
    beside each of them; ``captions``: what stands at its boxes, as Day, YYYY or a pound sign.
    """

    places: tuple[Place, ...]
    label: tuple[Run, ...] = ()
    options: tuple[tuple[Run, ...], ...] = ()
    captions: tuple[Run, ...] = ()

    @property
    def box(self) -> Box:
        return Box.hull([each.box for each in self.places])

    @property
    def cells(self) -> tuple[int, ...]:
        return tuple(each.cells for each in self.places)


def entries(places: Sequence[Place], near: Surroundings) -> list[Entry]:
    """The fields made of all places but ticks, each with its label."""
    rest = [each for each in places if each.way != "tick"]
    combs = _groups([each for each in rest if each.way == "comb"], near)
    alone: list[Entry] = []
    for place in rest:
        if place.way == "comb":
            continue
        shrunk, inside = below_print(place, near.free) if place.frame else (place, [])
        if inside:
            alone.append(Entry((shrunk,), tuple(inside)))
        else:
            alone.append(_labelled((place,), near))
    found = sorted([*combs, *alone], key=lambda each: (each.box.y0, each.box.x0))
    return _continued(found)


def _groups(combs: Sequence[Place], near: Surroundings) -> list[Entry]:
    """Comb rows side by side that are one value, with what names them."""
    left = sorted(combs, key=lambda each: (each.box.y0, each.box.x0))
    found: list[Entry] = []
    while left:
        row = [left.pop(0)]
        line = sorted((e for e in left if _beside(row[0], e)), key=lambda each: each.box.x0)
        for each in line:
            if each.box.x0 > row[-1].box.x0 and _goes_on(row, each, near):
                row.append(each)
                left.remove(each)
        found.append(_labelled(tuple(row), near))
    return found


def _beside(a: Place, b: Place) -> bool:
    middle = abs(a.box.y0 + a.box.y1 - b.box.y0 - b.box.y1) / 2
    return middle < 0.4 * a.box.height and 0.7 < a.box.height / b.box.height < 1.4


def _goes_on(row: Sequence[Place], place: Place, near: Surroundings) -> bool:
    cells = tuple(each.cells for each in row)
    if cells == (2, 2, 4) or (cells == (2, 2, 2) and place.cells != 2):
        return False
    longer = (*cells, place.cells)
    dated = any(whole[: len(longer)] == longer for whole in _DATES)
    last = row[-1].box
    if place.box.x0 - last.x1 > (_DATE_GAP if dated else _GAP):
        return False
    between = Box(last.x1, last.y0, place.box.x0, last.y1)
    if any(_lies_in(run, between) for run in near.free):
        return False
    return not _own_heading(place, row, near)


def _lies_in(run: Run, box: Box) -> bool:
    return box.y0 <= run.middle <= box.y1 and run.box.x0 >= box.x0 - 1 and run.box.x1 <= box.x1 + 1


def _own_heading(place: Place, row: Sequence[Place], near: Surroundings) -> bool:
    """Whether right above a group stands a label that begins with it, and not with the first."""
    return (
        any(
            abs(run.box.x0 - place.box.x0) < 2.0
            and 0 <= place.box.y0 - run.baseline < 5.0
            and place.cells > 1
            for run in near.free
        )
        and row[0].cells > 1
    )


def _labelled(row: tuple[Place, ...], near: Surroundings) -> Entry:
    box = Box.hull([each.box for each in row])
    seen = near.without([each.box for each in row])
    captions = _letters_inside(row, near) + [
        run for run in near.runs
        if (is_caption(run.text) or "£" in run.text[:1]) and _close(run.box, box, seen.places)
    ]  # fmt: skip
    return Entry(row, tuple(seen.label(box)), captions=tuple(captions))


def _letters_inside(row: Sequence[Place], near: Surroundings) -> list[Run]:
    """The single letters D, M and Y printed pale in the boxes of a date, when there are some."""
    inside = [
        run for run in near.runs
        if len(run.text) <= 2 and set(run.text.upper()) <= set("DMYB")
        and any(_lies_in(run, place.box) for place in row)
    ]  # fmt: skip
    return inside if len({run.text[0].upper() for run in inside}) >= 2 else []


def _close(run: Box, box: Box, others: Sequence[Box]) -> bool:
    """Whether a caption belongs to a box: near above or below it, and no nearer to another."""
    away = _down(run, box)
    if away > 5.0 or run.x1 < box.x0 - 8 or run.x0 > box.x1 + 2:
        return False
    return not any(
        each.x0 < run.x1 and each.x1 > run.x0 and _down(run, each) < away for each in others
    )


def _down(a: Box, b: Box) -> float:
    return max(a.y0 - b.y1, b.y0 - a.y1, 0.0)


def _continued(found: Sequence[Entry]) -> list[Entry]:
    """Entries joined with the rows right below them that have no label of their own."""
    joined: list[Entry] = []
    for entry in found:
        before = next((e for e in reversed(joined) if _continues(e, entry)), None)
        if before is None:
            joined.append(entry)
        else:
            at = joined.index(before)
            joined[at] = Entry(
                (*before.places, *entry.places),
                (*before.label, *(run for run in entry.label if _same_block(before, run))),
                captions=before.captions,
            )  # fmt: skip
    return joined


def _same_block(above: Entry, run: Run) -> bool:
    """Whether a run beside a row goes on with the label that began beside the rows above."""
    if not above.label or not run.text[:1].islower():
        return False
    last = above.label[-1]
    step = run.baseline - last.baseline
    return abs(run.box.x0 - last.box.x0) < 2.0 and 0 < step <= 1.7 * max(run.em, last.em)


def _continues(above: Entry, below: Entry) -> bool:
    first, last, next_ = above.places[0], above.places[-1], below.places[0]
    if next_.way not in ("comb", "line") or last.way != next_.way or len(below.places) > 1:
        return False
    if next_.way == "comb" and above.places[0].box.y0 == last.box.y0 and len(above.places) > 1:
        return False
    gap = next_.box.y0 - last.box.y1
    if abs(next_.box.x0 - first.box.x0) > 1.5 or not -1.0 <= gap <= _NEXT_LINE:
        return False
    same_end = abs(next_.box.x1 - last.box.x1) <= 1.5
    touching = gap <= 1.2 and same_end
    own = [
        run for run in below.label
        if run not in above.label and not _same_block(above, run)
        and not (touching and next_.box.x0 - run.box.x1 > 20)
    ]  # fmt: skip
    if touching and own and own[0].text[:1].islower():
        own = []  # a sentence that goes by at the left names no row
    if next_.way == "comb":
        width = last.box.width / last.cells
        longer = next_.box.x1 > last.box.x1 + 1.5  # than the row it would go on from
        equal = abs(next_.box.width / next_.cells - width) < 0.1 * width
        return not own and equal and not longer
    return not own and same_end and abs(next_.box.height - last.box.height) < 4.0
