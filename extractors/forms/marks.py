"""Marks that are strokes: ticks of all sorts, crossings-out, signatures; as points to draw through.

Ticks and strikes are drawn in units of half a box about its middle, x right and y down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Stroke = Sequence[tuple[float, float]]
Points = NDArray[np.float64]

_TICKS: Mapping[str, tuple[Stroke, ...]] = {
    "cross": (((-1, -1), (1, 1)), ((1, -1), (-1, 1))),
    "tick": (((-0.8, 0.0), (-0.2, 0.8), (1.2, -1.2)),),
    "line": (((-0.9, 0.5), (0.9, -0.5)),),
    "fill": (tuple((-0.9 + i / 5.5, 0.8 * (-1) ** i) for i in range(11)),),
    "circle": (
        tuple((0.8 * np.cos(a), 0.75 * np.sin(a)) for a in np.linspace(-1.9, 4.9, 11)),
    ),
    "large": (((-1.3, -0.3), (-0.3, 1.2), (2.4, -2.6)),),
    "dot": (((-0.25, -0.1), (0.25, 0.15), (-0.1, 0.2), (0.2, -0.15)),),
}  # fmt: skip
TICKS = tuple(_TICKS)
TICK_SHARES = (0.34, 0.28, 0.08, 0.1, 0.06, 0.1, 0.04)
STRIKES = ("line", "two lines", "slash", "cross", "scribble")


def tick(mark: str) -> tuple[Stroke, ...]:
    """The strokes of one of ``TICKS``. Raises ``KeyError``."""
    return _TICKS[mark]


def strike(way: str, rng: np.random.Generator) -> list[Stroke]:
    """The strokes of one of ``STRIKES`` through a box that something is written in."""
    tilt = rng.normal(0, 0.12)
    if way == "line":
        return [[(-0.95, tilt), (0, rng.normal(0, 0.08)), (0.95, -tilt)]]
    if way == "two lines":
        return [[(-0.95, y + tilt), (0.95, y - tilt)] for y in (-0.15, 0.2)]
    if way == "slash":
        return [[(-0.8, 0.75), (0.8, -0.75)]]
    if way == "cross":
        return [[(-0.8, -0.7), (0.8, 0.7)], [(0.8, -0.7), (-0.8, 0.7)]]
    turns = 9
    return [
        [(-0.8 + 1.6 * i / turns, rng.uniform(0.35, 0.7) * (-1) ** i) for i in range(turns + 1)],
        [(-0.8, tilt), (0.8, -tilt)],
    ]


def signature(
    rng: np.random.Generator, name: str, box: tuple[float, float, float, float], slant: float
) -> list[tuple[Points, float]]:
    """Strokes (millimetres) with their weight in pens: a squiggle as long as ``name``."""
    x0, y0, x1, y1 = box
    tall = (y1 - y0) * rng.uniform(0.2, 0.28)
    letters = max(4, min(len(name), 11))
    step = min((x1 - x0) * 0.75 / letters, rng.uniform(3.2, 5.0))
    rise = rng.uniform(-0.04, 0.1)
    path: list[tuple[float, float]] = []
    for index in range(letters):
        long = index == 0 or rng.random() < 0.22
        high = tall * (rng.uniform(1.5, 2.0) if long else rng.uniform(0.45, 0.9))
        low = tall * (rng.uniform(0.4, 0.8) if rng.random() < 0.15 else rng.uniform(-0.1, 0.1))
        left = index * step * rng.uniform(0.95, 1.05)
        lean = high * (0.35 + slant)
        path += [
            (left, 0.0),
            (left + 0.55 * step + lean, -high),
            (left + 0.15 * step + lean * 0.8, -high * 1.03),
            (left + 0.25 * step, low),
        ]
    path += [(letters * step, -0.3 * tall), (letters * step + 9, -tall * rng.uniform(0, 0.6))]
    start = np.array([x0 + rng.uniform(5, 10), y1 - 0.36 * (y1 - y0)])
    points = np.array(path)
    points[:, 1] -= rise * points[:, 0]
    strokes = [(points + start, 0.75)]
    if rng.random() < 0.5:
        under = np.array([(0.9, 0.5), (0.3, 0.75), (0.45, 0.95), (1.05, 0.55)])
        under *= (letters * step, tall * 1.4)
        strokes.append((under + start, 0.7))
    return strokes
