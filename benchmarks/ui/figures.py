"""Times against their goals, as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was timed, in milliseconds. ``goal``: what 95 of 100 should stay under; 0 for none."""

    name: str
    times: Sequence[float]
    goal: float = 0.0

    @property
    def met(self) -> bool:
        return not self.goal or self.at(95) < self.goal

    def at(self, percent: float) -> float:
        """The time that so many of 100 do not exceed: a time that was measured, none between."""
        ordered = sorted(self.times)
        return ordered[max(math.ceil(len(ordered) * percent / 100) - 1, 0)]


def table(title: str, figures: Sequence[Figure]) -> str:
    """One line for each figure that was measured at all."""
    lines = [f"{title:<46} {'n':>5} {'p50':>7} {'p95':>7} {'p99':>7} {'goal':>6}"]
    for each in figures:
        if not each.times:
            lines.append(f"{each.name:<46} {0:>5}  not measured")
            continue
        told = "  ".join(f"{each.at(p):5.1f}" for p in (50, 95, 99))
        goal = f"{each.goal:6.0f} {'met' if each.met else 'MISSED'}" if each.goal else ""
        lines.append(f"{each.name:<46} {len(each.times):>5}   {told} {goal}")
    return "\n".join(lines)
