"""Tick boxes: the text beside each of them, and which of them answer one question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from extractors.drafting.grouping import Entry
from extractors.drafting.nearby import Side, Surroundings
from extractors.drafting.places import Place
from extractors.drafting.printed_lines import Run
from extractors.drafting.vocabulary import answer, plain
from extractors.values import Box

_ROW = 2.5
_FARTHEST_BESIDE, _FARTHEST_BELOW, _SHORT_STEP = 90.0, 15.0, 8.0
_GRID = 5
"""As many ticks in rows and columns are most often a list of which several may be marked."""
_Beside = dict[Side, "tuple[float, Run] | None"]
_SEVERAL = re.compile(
    r"one or more|all (?:that|which|the)|any (?:that|of|which|box)|boxe?s?\(es\)|each (?:that|box)|"
    r"more than one|as many|boxes that|for (?:each|every)|un neu fwy|\b[pb]ob\b|unrhyw rai",
    re.IGNORECASE,
)

_MARK_IT = re.compile(
    r"\b(?:put|place|write|mark|rhowch) (?:an? )?\W?x\b|"
    r"\b(?:tick|cross|ticiwch|croeswch)(?: in)? (?:this|the|y|yr) (?:box|blwch)\b",
    re.IGNORECASE,
)
"""Said beside a tick: it is marked for what stands there, whatever is done with the next one."""


@dataclass(frozen=True)
class _Tick:
    place: Place
    text: tuple[Run, ...]

    @property
    def box(self) -> Box:
        return self.place.box

    @property
    def whole(self) -> Box:
        """The tick with the text beside it."""
        return Box.hull([self.box, *(run.box for run in self.text if run.box.y1 > self.box.y0)])

    @property
    def said(self) -> str:
        return plain(" ".join(run.text for run in self.text))


def tick_entries(places: Sequence[Place], near: Surroundings) -> list[Entry]:
    """One entry for each question with several ticks, and one for each tick alone.

    Takes the runs beside the ticks out of what may label other places.
    """
    ticks = [each for each in places if each.way == "tick"]
    if not ticks:
        return []
    texts = _texts(ticks, near)
    marked = [_Tick(each, texts[id(each)]) for each in ticks]
    for each in marked:
        near.take(each.text)
    groups = _by_widget(marked)
    single = [each for each in marked if not any(each in group for group in groups)]
    groups += _stacked([part for row in _rows(single) for part in _parts(row, near)], near)
    return [entry for group in groups for entry in _entries(group, near)]


def _texts(ticks: Sequence[Place], near: Surroundings) -> dict[int, tuple[Run, ...]]:
    """The text of each tick: on the side where the page, or else its row, has it nearer."""
    beside: dict[int, _Beside] = {
        id(each): {"right": near.beside(each.box, "right"), "left": near.beside(each.box, "left")}
        for each in ticks
    }
    page = _nearer([beside[id(each)] for each in ticks], "right")
    texts: dict[int, tuple[Run, ...]] = {}
    for row in _in_rows(ticks):
        side = _nearer([beside[id(each)] for each in row], page)
        for each in row:
            found = beside[id(each)][side]
            if found is None and len(row) == 1:
                found = beside[id(each)]["left" if side == "right" else "right"]
            block = near.tick_block(each.box, found[1]) if found else []
            if not block:
                block = near.column_heading(each.box) if len(row) > 1 else near.label(each.box)
            texts[id(each)] = tuple(block)
    return texts


def _nearer(beside: Sequence[_Beside], usual: Side) -> Side:
    gaps: dict[Side, float] = {}
    sides: tuple[Side, Side] = ("right", "left")
    for side in sides:
        near = [each[side] for each in beside]
        gaps[side] = median([15.0 if each is None else each[0] for each in near])
    if abs(gaps["right"] - gaps["left"]) < 1.0:
        return usual
    return "right" if gaps["right"] < gaps["left"] else "left"


def _in_rows(ticks: Sequence[Place]) -> list[list[Place]]:
    rows: list[list[Place]] = []
    for each in sorted(ticks, key=lambda tick: (tick.box.y0, tick.box.x0)):
        row = next((r for r in rows if abs(_height(r[0].box) - _height(each.box)) < _ROW), None)
        if row is None:
            rows.append([each])
        else:
            row.append(each)
    return [sorted(row, key=lambda tick: tick.box.x0) for row in rows]


def _height(box: Box) -> float:
    return (box.y0 + box.y1) / 2


def _by_widget(ticks: Sequence[_Tick]) -> list[list[_Tick]]:
    """Ticks of one fillable field with several values are one question whatever is printed."""
    groups: dict[str, list[_Tick]] = {}
    for each in ticks:
        if each.place.widget is not None and each.place.widget.name:
            groups.setdefault(each.place.widget.name, []).append(each)
    found = []
    for group in groups.values():
        values = {each.place.widget.value for each in group if each.place.widget}
        if len(group) > 1 and len(values) == len(group):
            found.append(group)
    return found


def _rows(ticks: Sequence[_Tick]) -> list[list[_Tick]]:
    by_place = {id(each.place): each for each in ticks}
    return [[by_place[id(each)] for each in row] for row in _in_rows([t.place for t in ticks])]


def _parts(row: Sequence[_Tick], near: Surroundings) -> list[list[_Tick]]:
    """A row of ticks as its questions: a new one where far apart, where something else stands
    between, or where an answer comes again.

    After yes and no a question has no more answers.
    """
    parts: list[list[_Tick]] = []
    for each in row:
        last = parts[-1] if parts else None
        if (
            last
            and each.box.x0 - last[-1].box.x1 <= _FARTHEST_BESIDE
            and not near.between(last[-1].whole, each.box)
        ):
            said = [other.said for other in last]
            answers = {answer(text) for text in said}
            new = not each.said or each.said not in said
            if new and not {"yes", "no"} <= answers:
                last.append(each)
                continue
        parts.append([each])
    return parts


def _stacked(rows: Sequence[list[_Tick]], near: Surroundings) -> list[list[_Tick]]:
    """Rows of ticks below each other with one question for all of them."""
    groups: list[list[list[_Tick]]] = []
    for row in rows:
        group = next((g for g in reversed(groups) if _same_question(g[-1], row, g, near)), None)
        if group is None:
            groups.append([row])
        else:
            group.append(row)
    return [[each for row in group for each in row] for group in groups]


def _same_question(
    above: Sequence[_Tick], row: Sequence[_Tick], group: Sequence[list[_Tick]], near: Surroundings
) -> bool:
    if abs(above[0].box.x0 - row[0].box.x0) > 2.0:
        return False
    step = row[0].box.y0 - above[0].box.y0
    lines = max([*(len(each.text) for each in above), 1])
    if not 0 < step <= _FARTHEST_BELOW + 4.0 * (lines - 1):
        return False
    if len(row) == 1 < len(above) and step > _SHORT_STEP:
        return False  # a column of answers begins below a row of others
    if len(row) > 1 and near.at_left(row[0].box) and near.at_left(above[0].box):
        return False  # each row has a question of its own at its left
    said = {each.said for before in group for each in before}
    if any(each.said in said or not each.said for each in row):
        return False
    if {"yes", "no"} <= {answer(text) for text in said}:
        return False
    if _fields_between(above[0].box, row[0].box, near):
        return False
    # Beside the middle of its answers, a question stands between two of them; then the first
    # has none of its own.
    asked = _question_between(above[0].box, row[0].box, near)
    left = all(run.box.x1 <= row[0].box.x0 + 0.5 for run in asked)
    return not asked or (left and not any(near.at_left(each[0].box) for each in group))


def _fields_between(above: Box, below: Box, near: Surroundings) -> bool:
    """Whether something else to fill in stands between two ticks."""
    return any(
        above.y1 <= each.y0 and each.y1 <= below.y0 + 1 and each.x1 > above.x0 - 30
        and each.x0 < above.x1 + 60 and each not in (above, below)
        for each in near.places
    )  # fmt: skip


def _question_between(above: Box, below: Box, near: Surroundings) -> list[Run]:
    """What begins a question at the left between two ticks below each other."""
    return [
        run for run in near.free
        if above.y1 + 0.5 < run.middle < below.y1 and above.x0 - 75 < run.box.x0 < above.x1 + 4
        and (run.box.x1 < above.x0 or run.middle < below.y0)
        and _starts_anew(run, above, near)
    ]  # fmt: skip


def _starts_anew(run: Run, above: Box, near: Surroundings) -> bool:
    """Whether a run is no further line of a block that began beside or above the upper tick."""
    return (
        not any(
            0 < run.baseline - other.baseline <= 1.62 * max(run.em, other.em)
            and abs(run.box.x0 - other.box.x0) < 2.0
            for other in near.free
        )
        or run.middle > above.y1 + 9.0
    )


def _entries(group: Sequence[_Tick], near: Surroundings) -> list[Entry]:
    if len(group) == 1:
        return [_alone(group[0])]
    # Without the heads of a table's columns: its other rows stand between.
    whole = Box.hull([each.whole for each in group])
    question = near.without([each.box for each in group]).label(whole)
    asked = " ".join(run.text for run in question)
    widget = group[0].place.widget
    one_field = widget is not None and all(
        each.place.widget and each.place.widget.name == widget.name for each in group
    )
    in_row = abs(_height(group[0].box) - _height(group[-1].box)) < _ROW
    yes_no = {"yes", "no"} <= {answer(each.said) for each in group}
    unasked = not question and not in_row
    each_asked = all(_MARK_IT.search(" ".join(run.text for run in each.text)) for each in group)
    several = bool(_SEVERAL.search(asked)) or each_asked or _is_list(group, asked)
    if not one_field and not yes_no and (several or unasked):
        return [_alone(each) for each in group]
    return [
        Entry(
            tuple(each.place for each in group), tuple(question),
            tuple(each.text for each in group),
        )
    ]  # fmt: skip


def _is_list(group: Sequence[_Tick], asked: str) -> bool:
    """Whether ticks in rows and columns stand under a heading, which asks for no one answer."""
    rows = _in_rows([each.place for each in group])
    grid = len(group) >= _GRID and len(rows) > 1 and max(len(row) for row in rows) > 1
    return grid and "?" not in asked and not all(answer(each.said) for each in group)


def _alone(tick: _Tick) -> Entry:
    return Entry((tick.place,), tick.text)
