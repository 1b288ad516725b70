"""Printed rules to write on: thin level lines, solid, dashed or dotted, with room above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.drafting.shapes import Edges, Paper, Shape
from extractors.values import Picture

_LEAST_LONG_MM = 14.0
_THICKEST_MM = 1.0
_LEAST_ROOM_MM = 4.5
_LABELLED_ROOM_MM = 2.0
"""Enough above a rule with its label before it on the same line, or close below it."""
_MOST_ROOM_MM = 9.0
_PAGE_WIDE = 0.55
"""Share of the page's width from which a lone rule without a label only divides."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in pixels: its ends, its middle, its thickness, and the free height above it.

    ``solid``: not of dots or dashes.
    """

    x0: float
    x1: float
    y: float
    thick: float
    solid: bool
    room: float = 0.0

    @property
    def edges(self) -> Edges:
        """The area to write in."""
        return self.x0, self.y - self.room, self.x1, self.y


def find_rules(paper: Paper, lone: Sequence[Rule]) -> list[Rule]:
    """Those of the ``lone`` rules that someone is to write on."""
    solid, dashed = _upright(paper, 0.0), _upright(paper, 1.8)
    found = [rule for rule in lone if not _meets(rule, solid if rule.solid else dashed, paper.mm)]
    found = _with_room(paper, found)
    return [rule for rule in found if _to_write_on(paper, rule, found)]


def lone_rules(paper: Paper, shapes: Sequence[Shape]) -> list[Rule]:
    """Every rule that is no side of ``shapes``, their ``room`` not yet measured."""
    return [rule for rule in _rules(paper) if not _side_of_any(rule, shapes, paper.mm)]


def _rules(paper: Paper) -> list[Rule]:
    mm = paper.mm
    size = int(2.5 * mm) | 1
    ground = cv2.morphologyEx(paper.grey, cv2.MORPH_CLOSE, np.ones((size, 1), np.uint8))
    dark = cv2.subtract(ground, paper.grey) > max(12.0, 1.5 * paper.edge)
    least = np.ones((1, round(_LEAST_LONG_MM * mm)), np.uint8)
    gap = np.ones((1, round(2.2 * mm) | 1), np.uint8)
    joined = cv2.morphologyEx(_low(dark.astype(np.uint8), mm), cv2.MORPH_CLOSE, gap)
    long = cv2.morphologyEx(joined, cv2.MORPH_OPEN, least)
    _, _, stats, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
    found = []
    for x, y, wide, high, _area in stats[1:].tolist():
        rule = _rule(dark, (x, y, x + wide, y + high), mm)
        if rule:
            found.append(rule)
    return found


def _low(dark: Picture, mm: float) -> Picture:
    """Dots, dashes and rules alone: what is no higher than a thick rule, or long and solid."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    low = (stats[:, 3] <= _THICKEST_MM * mm) & (stats[:, 4] > 1)
    low[0] = False
    # A level line still climbs a pixel here and there: thicken by one before measuring its length.
    thick = cv2.dilate(dark, np.ones((3, 1), np.uint8))
    solid = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, round(6 * mm)), np.uint8))
    kept = cv2.dilate(low[labels].astype(np.uint8), np.ones((3, 1), np.uint8))
    return np.asarray(cv2.max(kept, solid), dtype=np.uint8)


def _rule(dark: NDArray[np.bool_], span: tuple[int, int, int, int], mm: float) -> Rule | None:
    """The rule in a long low stretch of ink, unless that is a line of print."""
    x0, y0, x1, y1 = span
    if y1 - y0 > _THICKEST_MM * mm + 2 + 0.012 * (x1 - x0):
        return None
    strip = dark[y0:y1, x0:x1]
    columns = np.flatnonzero(strip.any(axis=0))
    if len(columns) < 0.2 * (x1 - x0):
        return None
    x0, x1 = x0 + int(columns[0]), x0 + int(columns[-1]) + 1
    margin = max(2, round(0.5 * mm))
    above = dark[max(y0 - margin, 0) : y0, x0:x1]
    below = dark[y1 : y1 + margin, x0:x1]
    if max(float(above.mean() or 0), float(below.mean() or 0)) > 0.12:
        return None
    rows = strip.sum(axis=1)
    middle = y0 + float((np.arange(len(rows)) + 0.5) @ rows / rows.sum())
    solid = len(columns) > 0.9 * (x1 - x0)
    return Rule(float(x0), float(x1), middle, float(rows.sum()) / len(columns), solid)


def _side_of_any(rule: Rule, shapes: Sequence[Shape], mm: float) -> bool:
    for shape in shapes:
        common = min(rule.x1, shape.x1) - max(rule.x0, shape.x0)
        if common < 0.3 * (rule.x1 - rule.x0) or common < 0.3 * shape.width:
            continue
        if min(abs(rule.y - shape.y0), abs(rule.y - shape.y1)) < 1.0 * mm:
            return True
    return False


def _upright(paper: Paper, gap_mm: float) -> NDArray[np.bool_]:
    """Where upright lines of at least 4 mm are, those of dashes up to ``gap_mm`` apart too."""
    gap = np.ones((round(gap_mm * paper.mm) | 1, 1), np.uint8)
    least = np.ones((round(4 * paper.mm), 1), np.uint8)
    joined = cv2.morphologyEx(paper.ink.astype(np.uint8), cv2.MORPH_CLOSE, gap)
    return np.asarray(cv2.morphologyEx(joined, cv2.MORPH_OPEN, least) > 0)


def _meets(rule: Rule, upright: NDArray[np.bool_], mm: float) -> bool:
    """Whether an upright line begins or ends at one of its ends: then it is part of a border."""
    reach = round(0.8 * mm)
    out = reach if rule.solid else round(2.6 * mm)  # a gap may come before the corner
    x0, x1, y = round(rule.x0), round(rule.x1), round(rule.y)
    rows = slice(max(y - reach, 0), y + reach)
    left, right = slice(max(x0 - out, 0), x0 + reach), slice(x1 - reach, x1 + out)
    return bool(upright[rows, left].any() or upright[rows, right].any())


def _with_room(paper: Paper, rules: Sequence[Rule]) -> list[Rule]:
    found = []
    for rule in rules:
        room = _room(paper, rule)
        least = _LABELLED_ROOM_MM if _labelled(paper, rule) else _LEAST_ROOM_MM
        if room >= least * paper.mm:
            found.append(replace(rule, room=room))
    return found


def _room(paper: Paper, rule: Rule) -> float:
    """The height in pixels above the rule without print, at most ``_MOST_ROOM_MM``."""
    bottom = round(rule.y - rule.thick / 2 - 0.4 * paper.mm)
    top = max(bottom - round(_MOST_ROOM_MM * paper.mm), 0)
    trim = round(0.5 * paper.mm)
    rows = paper.ink[top:bottom, round(rule.x0) + trim : round(rule.x1) - trim].sum(axis=1)
    taken = np.flatnonzero(rows > 0.5 * paper.mm)
    free = bottom - top if len(taken) == 0 else bottom - top - int(taken[-1]) - 1
    return free + 0.4 * paper.mm


def _to_write_on(paper: Paper, rule: Rule, rules: Sequence[Rule]) -> bool:
    """Whether it is short, or has a label before it, or is one of several."""
    mm = paper.mm
    if rule.thick > 0.7 * mm:
        return False
    if rule.x1 - rule.x0 < _PAGE_WIDE * paper.grey.shape[1]:
        return True
    if _labelled(paper, rule):
        return True
    return any(
        other is not rule
        and abs(other.x0 - rule.x0) < 2 * mm
        and abs(other.x1 - rule.x1) < 2 * mm
        and 4 * mm < abs(other.y - rule.y) < 14 * mm
        for other in rules
    )


def _labelled(paper: Paper, rule: Rule) -> bool:
    """Whether print stands before the rule on its line, or just below a rule that is not long."""
    mm = paper.mm
    foot, head = round(rule.y + 0.8 * mm), round(rule.y - 3.0 * mm)
    before = paper.ink[head:foot, max(round(rule.x0 - 8 * mm), 0) : round(rule.x0 - 0.3 * mm)]
    if float(before.sum()) > 0.5 * mm**2:
        return True
    below = paper.ink[foot : round(rule.y + 4 * mm), round(rule.x0) : round(rule.x1)]
    short = rule.x1 - rule.x0 < _PAGE_WIDE * paper.grey.shape[1]
    return short and float(below.sum()) > 1.0 * mm**2
