"""The places to write in on one page: what its picture shows, joined with its fillable fields.

All in millimetres. A fillable field lends its name to what is drawn under it; where nothing is
drawn it is a place of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from extractors.drafting.found import Found
from extractors.drafting.printed_lines import Run, in_mm
from extractors.drafting.sheets import Sheet, Widget
from extractors.formpack import CombRow
from extractors.values import Box, Way

_TALL_MM = 25.0
"""A frame so high with print in its upper part is still one to write in; others are panels."""
_LEAST_LINE_MM = 3.0
_SIGNS_BESIDE = {"£", "€", "$", "0", "00", ".", "·", "-", "–", "/", "%"}
"""What boxes hold that nobody writes in, such as a pound sign before an amount."""


@dataclass(frozen=True, slots=True)
class Place:
    """One thing to write in. ``box`` in mm; ``cells`` of a comb row, else 0.

    ``widget``: the fillable field there. ``frame``: drawn with an edge all round. ``drawn``: there
    is something on the paper.
    """

    way: Way
    box: Box
    cells: int = 0
    widget: Widget | None = None
    frame: bool = False
    drawn: bool = True


def places(sheet: Sheet, found: Found) -> list[Place]:
    """Every place of a page, from top to bottom."""

    def mm(box: Box) -> Box:
        return in_mm(box, sheet.size_mm)

    combs = [_place_of_row(mm(row.box), row, sheet) for row in found.combs]
    ticks = [_tick_or_cell(mm(box), combs) for box in found.ticks]
    lines = [Place("line", mm(box)) for box in found.lines]
    frames = [Place("line", mm(box), frame=True) for box in found.frames]
    others = [*combs, *ticks, *lines]
    frames = [each for each in frames if not _is_panel(each.box, others, frames)]
    lines = [each for each in lines if not any(_share(each.box, f.box) > 0.5 for f in frames)]
    codes = [Place("barcode", mm(box)) for box in found.barcodes]
    drawn = [each for each in [*combs, *ticks, *lines, *frames] if each.box.width > 0.5]
    joined = _with_widgets(drawn, sheet, mm)
    return sorted([*joined, *codes], key=lambda each: (each.box.y0, each.box.x0))


def _place_of_row(box: Box, row: CombRow, sheet: Sheet) -> Place:
    """A comb row without the boxes at its ends that hold a sign, such as £ or the pence."""
    width = box.width / row.cells
    held = set()
    for word in sheet.words:
        at = in_mm(word.box, sheet.size_mm)
        middle = (at.y0 + at.y1) / 2
        if word.text in _SIGNS_BESIDE and box.y0 <= middle <= box.y1:
            held.add(int(((at.x0 + at.x1) / 2 - box.x0) // width))
    first, last = 0, row.cells
    while first in held and first < last - 1:
        first += 1
    while last - 1 in held and last > first + 1:
        last -= 1
    return Place(
        "comb",
        Box(box.x0 + first * width, box.y0, box.x0 + last * width, box.y1),
        cells=last - first,
        frame=True,
    )


def _tick_or_cell(box: Box, combs: Sequence[Place]) -> Place:
    """A single box; beside a comb of boxes like it, it is one more of them."""
    for comb in combs:
        width = comb.box.width / comb.cells
        level = abs(comb.box.y0 - box.y0) + abs(comb.box.y1 - box.y1) < 0.8
        gap = max(box.x0 - comb.box.x1, comb.box.x0 - box.x1)
        if level and abs(box.width - width) < 0.15 * width and -0.5 < gap < 5.0:
            return Place("comb", box, 1, frame=True)
    return Place("tick", box, frame=True)


def _is_panel(box: Box, others: Sequence[Place], frames: Sequence[Place]) -> bool:
    """Whether a frame stands round other places, and so is none itself."""
    inner = [*others, *(each for each in frames if each.box != box)]
    return any(_share(each.box, box) > 0.7 and _area(each.box) < 0.8 * _area(box) for each in inner)


def _with_widgets(drawn: Sequence[Place], sheet: Sheet, mm: Callable[[Box], Box]) -> list[Place]:
    left = list(drawn)
    joined: list[Place] = []
    for widget in sheet.widgets:
        box = mm(widget.box)
        under = [each for each in left if _fits(widget, box, each)]
        if not under:
            covered = any(_share(box, each.box) > 0.6 for each in joined if each.way != "tick")
            if not (covered and widget.kind == "text"):
                joined.append(_of_widget(widget, box))
            continue
        for each in under:
            left.remove(each)
        joined += _joined(widget, box, under)
    return joined + left


def _fits(widget: Widget, box: Box, place: Place) -> bool:
    if widget.kind == "tick":
        near = abs(_middle(box)[0] - _middle(place.box)[0]) < 3.0
        return (
            place.way in ("tick", "comb")
            and place.cells <= 1
            and near
            and (abs(_middle(box)[1] - _middle(place.box)[1]) < 3.0)
        )
    if place.way == "tick":
        return _share(place.box, box) > 0.6 and box.width < 2 * place.box.width
    # A printed rule is often shorter or longer than the field laid over it.
    least = 0.6 if place.frame else 0.35
    return _share(place.box, box) > least or _share(box, place.box) > 0.75


def _joined(widget: Widget, box: Box, under: Sequence[Place]) -> list[Place]:
    """The places under one fillable field, with its name; its count of cells is the right one.

    A comb in a frame without boxes is one on the screen only: on paper people write freely there.
    """
    combs = [each for each in under if each.way == "comb"]
    if widget.length and combs and sum(each.cells for each in combs) != widget.length:
        hull = Box.hull([each.box for each in combs])
        near = abs(hull.width - box.width) < 0.15 * box.width
        return [Place("comb", hull if near else box, widget.length, widget, frame=True)]
    return [replace(each, box=_as_high(each, box), widget=widget) for each in under]


def _as_high(place: Place, field: Box) -> Box:
    """The place, on a printed rule no higher than the fillable field there leaves room to write."""
    high = place.box.y1 - field.y0
    if place.way != "line" or place.frame or not _LEAST_LINE_MM < high < place.box.height:
        return place.box
    return replace(place.box, y0=field.y0)


def _of_widget(widget: Widget, box: Box) -> Place:
    if widget.kind == "tick":
        return Place("tick", box, widget=widget, drawn=False)
    if widget.kind == "signature":
        return Place("signature", box, widget=widget, drawn=False)
    if widget.length:
        return Place("comb", box, widget.length, widget, drawn=False)
    return Place("line", box, widget=widget, drawn=False)


def below_print(place: Place, runs: Sequence[Run]) -> tuple[Place, list[Run]]:
    """A frame without the label printed in its upper part, and that label's runs."""
    inside = [
        run
        for run in runs
        if _share(run.box, place.box) > 0.9 and run.middle < place.box.y0 + 0.5 * place.box.height
    ]
    if not inside or place.way != "line":
        return place, []
    box, bottom = place.box, max(run.box.y1 for run in inside)
    if bottom + 5.0 <= box.y1:
        return replace(place, box=Box(box.x0, bottom + 0.5, box.x1, box.y1)), inside
    right = max(run.box.x1 for run in inside)
    if right + 10.0 <= box.x1:
        return replace(place, box=Box(right + 0.5, box.y0, box.x1, box.y1)), inside
    return place, inside


def _share(inner: Box, outer: Box) -> float:
    """How much of ``inner`` lies in ``outer``, as a share of its area."""
    across = min(inner.x1, outer.x1) - max(inner.x0, outer.x0)
    down = min(inner.y1, outer.y1) - max(inner.y0, outer.y0)
    return max(across, 0.0) * max(down, 0.0) / max(_area(inner), 1e-9)


def _area(box: Box) -> float:
    return box.width * box.height


def _middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
