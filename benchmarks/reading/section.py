"""A part of the report: lines of at most 100 columns for people, and the same as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from benchmarks.reading.scores import wilson


@dataclass
class Section:
    """One part. ``met`` counts the goals that were met; ``missed`` names the others."""

    title: str
    lines: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    met: int = 0

    def say(self, line: str = "") -> None:
        self.lines.append(line)

    def goal(self, what: str, figure: float, wanted: float, *, least: bool = True) -> str:
        """Whether it is met, in one word; ``least``: ``wanted`` is the least, else the most."""
        met = figure >= wanted if least else figure <= wanted
        self.met += met
        if not met:
            self.missed.append(f"{what}: {figure:.4g}, goal {wanted:g}")
        return "met" if met else "missed"


def percent(part: int, total: int) -> str:
    """A share in percent with its 95 % interval, 20 columns: ``98.52 (97.9-99.0)``."""
    if not total:
        return f"{'none':>20}"
    low, high = (100 * each for each in wilson(part, total))
    return f"{100 * part / total:6.2f} ({low:.1f}-{high:.1f})".rjust(20)
