"""The goal table: values exactly right, and what can be accepted, by family and by hands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks import ticks as tick_benchmark
from benchmarks.reading.hands import TOLD
from benchmarks.reading.measured import Outcome
from benchmarks.reading.scores import curve, wilson
from benchmarks.reading.section import Section, percent
from benchmarks.reading.sheet import FAMILIES
from benchmarks.tick_marks import MEASURING, USUAL

GOALS = {
    "digits": ("digits (8)", 98.5, 93.0),
    "date": ("date", 99.5, 98.0),
    "code": ("patterned code", 98.0, 92.0),
    "name": ("name, town", 97.5, 90.0),
    "address": ("free address line", 85.0, 50.0),
    "tick": ("tick boxes; struck out", 99.8, 99.5),
}
"""For each family its name, and the goals in percent: right, accepted at no more than 0.5 % wrong.
"""
_HEAD = (
    f"{'':24}{'hands':7}{'n':>6}{'right % (95 %)':>21}{'goal':>6} {'could take %':>13}{'goal':>6}"
    f" {'takes %':>8}"
)


@dataclass(frozen=True, slots=True)
class Value:
    """One field as the table counts it."""

    group: str
    confidence: float
    right: bool
    accepted: bool


def values(outcomes: Iterable[Outcome]) -> Iterator[Value]:
    """Fields of the measuring form. What is in conflict is no answer, however it was read."""
    for each in outcomes:
        yield Value(each.asked.group, each.reading.confidence, each.right, each.accepted)


DRAWN, COARSE, LOST = "drawn", "150 dpi", "lost"
"""Groups of tick boxes. ``LOST``: pale ink on scans in black and white, where much of it is gone;
neither these nor 150 dpi count for the goal, which is for 200 dpi and above."""


def ticks(sheets: int, seed: int) -> list[Value]:
    """Boxes on ``sheets`` of their own, marked by measuring hands as is usual on counter forms."""
    return [
        Value(_group(each.scan), each.confidence, each.right, each.accepted)
        for each in tick_benchmark.outcomes(sheets, seed, MEASURING, USUAL)
        if each.kind != "signature"
    ]


def _group(scan: str) -> str:
    if tick_benchmark.lost(scan):
        return LOST
    return COARSE if tick_benchmark.coarse(scan) else DRAWN


def table(found: Sequence[Outcome], ticks: Sequence[Value]) -> Section:
    """The table of the goals, on ``found`` and, for boxes to tick, ``ticks``."""
    section = Section("1. Field values on hands not seen in training, 200 dpi and above")
    section.say("right: exactly right. could take: the largest share, surest first, of which at")
    section.say("most 0.5 % is wrong. takes: what is accepted today; wrong: how many of those.")
    for name, told in TOLD.items():
        section.say(f"  {name:6} {told}")
    section.say(f"{_HEAD}{'wrong':>6}")
    for family in FAMILIES:
        drawn = [each for each in ticks if each.group == DRAWN]
        own = drawn if family == "tick" else list(values(_of(found, family)))
        if own:
            _rows(section, family, own)
    for group in (COARSE, LOST):
        part = [each for each in ticks if each.group == group]
        if part:
            _group_row(section, group, part)
            section.data[f"tick, {group}"] = _figures(part)
    section.say(
        "tick boxes at 150 dpi, and pale ink on scans in black and white (lost), where marks"
    )
    section.say("are gone from the picture, have no goal; tick boxes are on sheets that we drew.")
    return section


def _of(found: Iterable[Outcome], family: str) -> list[Outcome]:
    return [each for each in found if each.family == family]


def _rows(section: Section, family: str, own: Sequence[Value]) -> None:
    told, right_goal, taken_goal = GOALS[family]
    groups = list(dict.fromkeys(each.group for each in own))
    figures = _figures(own)
    right = section.goal(f"{told}, right %", figures["right"], right_goal)
    taken = section.goal(f"{told}, could take %", figures["could_take"], taken_goal)
    section.say(
        f"{told:24}{'all':7}{_middle(own)}{right_goal:6g} {figures['could_take']:13.1f}"
        f"{taken_goal:6g} {_end(own)}"
    )
    verdict = f"{right:>40}{taken:>21}"
    groups_left = groups if len(groups) > 1 else []
    section.say(f"{'':18}{verdict}")
    for group in groups_left:
        _group_row(section, group, [each for each in own if each.group == group])
    section.data[family] = {
        "all": figures,
        **{g: _figures([each for each in own if each.group == g]) for g in groups},
    }


def _group_row(section: Section, group: str, part: Sequence[Value]) -> None:
    take = 100 * curve([v.confidence for v in part], [v.right for v in part]).at_risk()
    section.say(f"{'':24}{group:7}{_middle(part)}{'':6} {take:13.1f}{'':6} {_end(part)}")


def _middle(own: Sequence[Value]) -> str:
    return f"{len(own):6}{percent(sum(v.right for v in own), len(own)):>21}"


def _end(own: Sequence[Value]) -> str:
    taken = [each for each in own if each.accepted]
    return f"{100 * len(taken) / len(own):8.1f}{sum(not v.right for v in taken):6}"


def _figures(own: Sequence[Value]) -> dict[str, float]:
    right = sum(each.right for each in own)
    taken = [each for each in own if each.accepted]
    could = curve([each.confidence for each in own], [each.right for each in own]).at_risk()
    low, high = wilson(right, len(own))
    return {
        "n": len(own),
        "right": 100 * right / len(own),
        "right_low": 100 * low,
        "right_high": 100 * high,
        "could_take": 100 * could,
        "takes": 100 * len(taken) / len(own),
        "taken": len(taken),
        "wrong": sum(not each.right for each in taken),
    }


def breakdown(found: Sequence[Outcome]) -> Section:
    """The same by what is asked for, by whether a word list knows it, by scan and by hand."""
    section = Section("   The same, taken apart")
    section.say(
        f"{'':38}{'n':>6}{'right % (95 %)':>21}{'could take %':>14}{'takes %':>9}{'wrong':>7}"
    )
    for family in ("code", "name", "address"):
        own = _of(found, family)
        for told, part in _parts(own, lambda each: each.sort.replace("_", " ")):
            _line(section, told, part)
        if family != "code":
            for told, part in _parts(
                own, lambda each: "listed" if each.asked.listed else "not listed"
            ):
                _line(section, f"{family}, {told}", part)
    for told, part in _parts(found, lambda each: each.scan):
        _line(section, told, part)
    for told, part in _parts(found, lambda each: each.hand):
        _line(section, told, part)
    return section


def _parts(
    found: Sequence[Outcome], key: Callable[[Outcome], str]
) -> Iterator[tuple[str, list[Outcome]]]:
    for name in sorted({key(each) for each in found}):
        yield name, [each for each in found if key(each) == name]


def _line(section: Section, told: str, part: Sequence[Outcome]) -> None:
    own = list(values(part))
    figures = _figures(own)
    section.say(
        f"{told[:38]:38}{_middle(own)}{figures['could_take']:14.1f}{figures['takes']:9.1f}"
        f"{figures['wrong']:7.0f}"
    )
    section.data[told] = figures
