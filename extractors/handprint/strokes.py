"""Ways of writing each character as pen strokes, and how one writing of it differs from the next.

Used to build training cells only. The table is ``allographs.txt`` beside this file. A drawing is
measured in character heights: x and y run from 0 to about 1, y downwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Rng = np.random.Generator

# Share of the way from one end of a stroke to the other that a straight stroke may bow.
_BOW = 0.04
# How close, in character heights, the end of a stroke comes to other ink that it is meant to meet.
_MEETING = 0.13
_STEPS = np.linspace(0, 1, 8, endpoint=False)[None, :, None]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One pen movement. ``points`` (n, 2) in character heights; ``corners`` (n,) marks sharp turns.

    A straight stroke has a corner at every point. ``meets`` tells whether its start, and its end,
    should touch the character elsewhere, as the ends of an O do.
    """

    points: Points
    corners: NDArray[np.bool_]
    meets: tuple[bool, bool] = (False, False)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Points (n, 2) in character heights and the pairs (m, 2) of them that the pen joins.

    ``along`` (m,) says how far along its stroke each pair is, 0 to 1, where that is known.
    """

    points: Points
    joins: NDArray[np.intp]
    along: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """How far a pen movement is from the copybook; lengths in character heights, 0 none."""

    tremor: float = 0  # slow trembling of the line
    gap: float = 0  # how far ends stay from what they should meet
    hook: float = 0  # length of hooks where the pen lands and lifts
    retrace: float = 0  # share of strokes drawn twice


STEADY = Movement()


def read_allographs() -> Mapping[str, tuple[tuple[Stroke, ...], ...]]:
    """Every way of writing, by character; ``ValueError`` names a line that cannot be understood.

    A small letter stands for small forms that people mix in among capitals.
    """
    text = files("extractors.handprint").joinpath("allographs.txt").read_text(encoding="utf-8")
    table: dict[str, tuple[tuple[Stroke, ...], ...]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            strokes = _met([_stroke(part) for part in line[1:].split("|")])
        except ValueError as error:
            raise ValueError(
                f"allographs.txt line {number}: write points as x,y with | between strokes"
            ) from error
        table[line[0]] = (*table.get(line[0], ()), strokes)
    return table


def _stroke(text: str) -> Stroke:
    text = text.strip()
    curved = text.startswith("~")
    words = text.removeprefix("~").split()
    points = np.array([[float(n) for n in word.rstrip("!").split(",")] for word in words]) / 100
    corners = np.array([not curved or word.endswith("!") for word in words])
    corners[[0, -1]] = True
    if points.ndim != 2 or points.shape[0] < 2 or points.shape[1] != 2:
        raise ValueError(text)
    return Stroke(points, corners)


def _met(strokes: list[Stroke]) -> tuple[Stroke, ...]:
    """The strokes of one character, with the ends marked that touch it elsewhere."""
    paths = [_dense(stroke.points) for stroke in strokes]
    result = []
    for index, stroke in enumerate(strokes):
        others = [path for other, path in enumerate(paths) if other != index]
        own = paths[index]
        ends = []
        for path in (own, own[::-1]):
            away = _lengths(path) > 0.35
            near = np.concatenate([path[away], *others])
            apart = np.hypot(*(near - path[0]).T)
            ends.append(bool(apart.size and apart.min() < _MEETING))
        result.append(Stroke(stroke.points, stroke.corners, (ends[0], ends[1])))
    return tuple(result)


def _dense(points: Points) -> Points:
    line = points[:-1, None] * (1 - _STEPS) + points[1:, None] * _STEPS
    return np.vstack([line.reshape(-1, 2), points[-1:]])


def _lengths(path: Points) -> NDArray[np.float64]:
    """How far along the path each of its points is, in character heights."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    return np.concatenate([[0.0], np.cumsum(steps)])


def write(
    strokes: tuple[Stroke, ...], shake: float, care: float, rng: Rng, moves: Movement = STEADY
) -> Drawing:
    """One writing of an allograph.

    ``shake`` is how far points stray, in character heights (0.02 a steady hand, 0.08 a poor one);
    ``care`` from 0 (corners rounded off, ends missed) to 1 (as in the copybook).
    """
    paths: list[Points] = []
    for stroke in strokes:
        path = _path(Stroke(_stray(stroke, shake, care, rng), stroke.corners), rng)
        if care < 0.35 and len(path) > 8:
            path = _rounded(path, times=1 + round(6 * (0.35 - care)))
        if float(np.ptp(path, axis=0).max()) > 0.3:
            path = _moved(path, stroke.meets, moves, rng)
        paths.append(path)
        if moves.retrace and rng.random() < moves.retrace:
            again = path[: max(4, int(len(path) * rng.uniform(0.5, 1.2)))]
            paths.append(
                again + rng.normal(0, 0.025, 2) + np.linspace(0, 0.03, len(again))[:, None]
            )
    return _joined(paths)


def _joined(paths: list[Points]) -> Drawing:
    joins, along, start = [], [], 0
    for path in paths:
        ends = np.arange(start, start + len(path) - 1, dtype=np.intp)
        joins.append(np.stack([ends, ends + 1], axis=1))
        along.append(np.arange(len(ends)) / max(len(ends) - 1, 1))
        start += len(path)
    return Drawing(np.concatenate(paths), np.concatenate(joins), np.concatenate(along))


def _moved(path: Points, meets: tuple[bool, bool], moves: Movement, rng: Rng) -> Points:
    """The path with gaps, hooks and trembling; its middle stays what it is."""
    for end in (0, 1):
        if meets[end] and moves.gap and rng.random() < 0.6:
            path = _shortened(path, rng.uniform(0, moves.gap))
        elif moves.hook and rng.random() < 0.4:
            path = _hooked(path, moves.hook * rng.uniform(0.4, 1), rng)
        path = path[::-1]
    if moves.tremor:
        along = _lengths(path)[:, None]
        waves = rng.uniform(12, 34, (2, 2))
        sway = np.sin(along * waves[0] + rng.uniform(0, 6, 2))
        path = path + moves.tremor * (sway + 0.6 * np.sin(along * waves[1] + rng.uniform(0, 6, 2)))
    return path


def _shortened(path: Points, length: float) -> Points:
    """Without the first ``length`` of the path, unless that is much of it."""
    along = _lengths(path)
    return path[along >= length] if length < 0.3 * along[-1] else path


def _hooked(path: Points, length: float, rng: Rng) -> Points:
    """With a small hook before its first point."""
    ahead = path[min(3, len(path) - 1)] - path[0]
    turn = rng.choice([-1, 1]) * rng.uniform(0.8, 2.4)
    angle = np.arctan2(ahead[1], ahead[0]) + turn
    landing = path[0] + length * np.array([np.cos(angle), np.sin(angle)])
    return np.vstack([landing, path])


def _stray(stroke: Stroke, shake: float, care: float, rng: Rng) -> Points:
    """The stroke's points moved: each a little, the whole a little, and its ends along the pen."""
    points = stroke.points + rng.normal(0, shake, stroke.points.shape)
    points = points + rng.normal(0, shake * 0.6, 2)
    size = float(np.ptp(stroke.points, axis=0).max())
    if size < 0.15:  # a dot or comma: straying by a share of the height would make a letter of it
        return np.asarray(stroke.points + (points - stroke.points) * 0.25)
    for end, beside in ((0, 1), (-1, -2)):
        along = points[end] - points[beside]
        length = float(np.hypot(*along)) + 1e-6
        points[end] = points[end] + along / length * rng.normal(0.01, 0.09 - 0.06 * care)
    return points


def _path(stroke: Stroke, rng: Rng) -> Points:
    """The stroke as a dense line: curves between corners, slightly bowed where it is straight."""
    corners = np.flatnonzero(stroke.corners)
    pieces: list[Points] = []
    for first, last in pairwise(corners):
        run = stroke.points[first : last + 1]
        if len(run) == 2:
            along = run[1] - run[0]
            middle = run.mean(axis=0) + np.array([-along[1], along[0]]) * rng.normal(0, _BOW)
            run = np.stack([run[0], middle, run[1]])
        piece = _smooth(run)
        pieces.append(piece if not pieces else piece[1:])
    return np.concatenate(pieces)


def _smooth(points: Points) -> Points:
    """A Catmull-Rom curve through ``points`` (at least three), eight points a span."""
    before, after = 2 * points[0] - points[1], 2 * points[-1] - points[-2]
    p = np.vstack([before, points, after])
    t = _STEPS
    a, b, c, d = (p[i : len(p) - 3 + i, None, :] for i in range(4))
    curve = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return np.vstack([curve.reshape(-1, 2), points[-1:]])


def _rounded(path: Points, times: int) -> Points:
    """The path with its corners worn off; its ends stay."""
    path = path.copy()
    for _ in range(times):
        path[1:-1] = (path[:-2] + 2 * path[1:-1] + path[2:]) / 4
    return path
