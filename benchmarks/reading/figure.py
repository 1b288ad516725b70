"""One picture of how honest the probabilities are, as SVG written by hand: no library is needed.

Left: what was said against what was right (on the diagonal, probabilities are true). Right: how
much of the fields can be taken against how much of that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from benchmarks.reading.scores import RISK, Bin, Curve

_INK, _SOFT, _RULE, _GOAL = "#0b0c0c", "#505a5f", "#d5d9dc", "#b10e1e"
_COLOURS = ("#1d70b8", "#00703c", "#f47738", "#4c2c92", "#b58840", "#28a197")
_SIDE, _LEFT, _TOP, _GAP = 380, 80, 110, 190
_MOST_RISK = 0.03


def save(path: Path, bins: Mapping[str, Sequence[Bin]], curves: Mapping[str, Curve]) -> None:
    """Write the picture; folders are made."""
    second = _LEFT + _SIDE + _GAP
    wide, high = second + _SIDE + 170, _TOP + _SIDE + 90
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" '
        f'font-family="Arial, Helvetica, sans-serif" font-size="14" fill="{_INK}">',
        f'<rect width="{wide}" height="{high}" fill="#ffffff"/>',
        _text(_LEFT, 40, "Reading hand print: what is said, and what is true", 24, bold=True),
        _text(_LEFT, 66, "Whole forms in hands that were not seen in training", 15, _SOFT),
        *_honesty(_LEFT, bins),
        *_coverage(second, curves),
        "</svg>",
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _text(
    x: float, y: float, text: str, size: int = 14, colour: str = _INK, *,
    bold: bool = False, anchor: str = "start",
) -> str:  # fmt: skip
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" '
        f'text-anchor="{anchor}"{weight}>{escape(text)}</text>'
    )


def _frame(
    left: float, across: Sequence[str], up: Sequence[str], names: tuple[str, str]
) -> list[str]:
    """A square with grid lines; ``across`` and ``up`` are spread evenly from 0 to its far side."""
    bottom = _TOP + _SIDE
    parts = []
    for i, told in enumerate(across):
        x = left + _SIDE * i / (len(across) - 1)
        parts.append(f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="{_RULE}"/>')
        parts.append(_text(x, bottom + 22, told, 13, _SOFT, anchor="middle"))
    for i, told in enumerate(up):
        y = bottom - _SIDE * i / (len(up) - 1)
        parts.append(f'<path d="M{left} {y:.1f}h{_SIDE}" stroke="{_RULE}"/>')
        parts.append(_text(left - 10, y + 5, told, 13, _SOFT, anchor="end"))
    parts.append(_text(left + _SIDE / 2, bottom + 48, names[0], anchor="middle"))
    parts.append(_text(left, _TOP - 14, names[1]))
    return parts


def _line(points: Sequence[tuple[float, float]], colour: str, more: str = "") -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5" {more}/>'


def _honesty(left: float, bins: Mapping[str, Sequence[Bin]]) -> list[str]:
    ticks = [f"{each} %" for each in range(0, 101, 20)]
    parts = _frame(left, ticks, ticks, ("Said to be right", "Really right"))
    bottom = _TOP + _SIDE
    diagonal = [(left, bottom), (left + _SIDE, _TOP)]
    parts.append(_line(diagonal, _SOFT, 'stroke-dasharray="3 5"'))
    for index, (name, found) in enumerate(bins.items()):
        colour = _COLOURS[index % len(_COLOURS)]
        points = [(left + _SIDE * b.said, bottom - _SIDE * b.right) for b in found]
        most = max((b.count for b in found), default=1)
        parts.append(_line(points, colour, 'opacity="0.55"'))
        for (x, y), each in zip(points, found, strict=True):
            radius = 3 + 9 * (each.count / most) ** 0.5
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"/>')
        at = left + _SIDE + 14
        parts.append(_text(at, _TOP + 20 + 22 * index, name, 14, colour, bold=True))
    return parts


def _coverage(left: float, curves: Mapping[str, Curve]) -> list[str]:
    across = [f"{each} %" for each in range(0, 101, 20)]
    up = [f"{100 * _MOST_RISK * i / 6:g} %" for i in range(7)]
    parts = _frame(left, across, up, ("Share of the fields that is taken", "Of these, wrong"))
    bottom = _TOP + _SIDE
    goal = bottom - _SIDE * RISK / _MOST_RISK
    parts.append(_line([(left, goal), (left + _SIDE, goal)], _GOAL, 'stroke-dasharray="6 4"'))
    parts.append(_text(left + _SIDE + 14, goal + 5, "goal: 0.5 %", 13, _GOAL))
    for index, (name, found) in enumerate(curves.items()):
        colour = _COLOURS[index % len(_COLOURS)]
        points = [
            (left + _SIDE * float(c), bottom - _SIDE * min(float(r) / _MOST_RISK, 1.0))
            for c, r in zip(found.coverage, found.risk, strict=True)
            if r <= _MOST_RISK
        ]
        if points:
            parts.append(_line(points, colour))
        parts.append(_text(left + _SIDE + 14, _TOP + 20 + 22 * index, name, 14, colour, bold=True))
    return parts
