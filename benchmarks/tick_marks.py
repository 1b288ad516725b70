"""How invented hands mark boxes: every situation, with what it means.

A stroke is a list of points in half sides from the middle of its box: -1 and 1 are its edges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.forms.hand import Hand
from extractors.forms.paper import Paper

Rectangle = tuple[float, float, float, float]
Stroke = Sequence[tuple[float, float]]
Done = tuple[str, str | bool | None, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Hands:
    """A family of writers: their strokes for each mark, and the ranges they vary in.

    ``pens`` millimetres, ``unrest`` half sides, ``inks`` colours with how dark they are. ``bend``:
    how far marks are turned, sheared and stretched from writer to writer (radians, shares).
    """

    stream: int
    marks: Mapping[str, Sequence[Sequence[Stroke]]]
    pens: tuple[float, float]
    unrest: tuple[float, float]
    inks: Sequence[tuple[tuple[int, int, int], float]]
    zigs: tuple[int, int]
    bend: float = 0.0


@dataclass(frozen=True, slots=True)
class Usual:
    """How often each situation and each mark comes on counter forms: estimates, nobody counted."""

    choice: Mapping[str, float]
    tick: Mapping[str, float]
    marks: Mapping[str, float]
    dirty: float


USUAL = Usual(
    choice={"one": 0.865, "none": 0.1, "corrected": 0.02, "taken_back": 0.005, "two": 0.01},
    tick={"one": 0.45, "none": 0.545, "taken_back": 0.005},
    marks={
        "tick": 0.38, "cross": 0.33, "slash": 0.07, "fill": 0.05, "scribble": 0.03, "dot": 0.01,
        "large": 0.09, "ring": 0.01, "beside": 0.03,
    },
    dirty=0.06,
)  # fmt: skip
MARKS = tuple(USUAL.marks)
SIGNATURES = ("signed", "empty", "line", "dirt", "date")

FITTING = Hands(
    stream=1,
    marks={
        "tick": [
            [[(-0.8, 0.0), (-0.2, 0.8), (1.0, -1.1)]],
            [[(-0.5, 0.2), (-0.1, 0.7), (0.7, -0.8)]],
            [[(-0.6, 0.1), (-0.2, 0.5), (0.3, -0.4)]],
        ],
        "cross": [
            [[(-1, -1), (1, 1)], [(1, -1), (-1, 1)]],
            [[(-0.6, -0.7), (0.6, 0.7)], [(0.6, -0.6), (-0.7, 0.7)]],
        ],
        "slash": [[[(-0.8, 0.8), (0.8, -0.8)]], [[(-0.9, 0.2), (0.9, -0.2)]]],
        "large": [
            [[(-0.6, 0.1), (0.1, 0.9), (2.9, -2.2)]],
            [[(-1.6, -1.5), (1.7, 1.6)], [(1.7, -1.6), (-1.6, 1.7)]],
            [[(-0.5, 0.3), (0.0, 0.9), (3.6, -0.6)]],
        ],
    },
    pens=(0.2, 0.9),
    unrest=(0.03, 0.28),
    inks=(
        ((28, 28, 32), 0.95), ((22, 34, 96), 0.9), ((36, 44, 140), 0.85), ((150, 30, 35), 0.85),
        ((90, 90, 95), 0.65), ((80, 80, 82), 0.5),
    ),
    zigs=(5, 12),
    bend=0.25,
)  # fmt: skip
MEASURING = Hands(
    stream=2,
    marks={
        "tick": [
            [[(-0.9, -0.3), (-0.55, 0.15), (-0.25, 0.75), (0.2, -0.1), (0.95, -0.9)]],
            [[(-0.3, 0.1), (0.0, 0.85), (0.25, -1.0)]],
            [[(0.8, -0.1), (0.2, 0.75), (-0.7, -0.8)]],
            [[(-0.7, 0.35), (-0.45, 0.75), (1.2, -0.35)]],
        ],
        "cross": [
            [[(-0.8, -0.9), (-0.1, -0.1), (0.9, 0.8)], [(0.9, -0.8), (0.2, 0.1), (-0.9, 0.95)]],
            [[(0.0, -0.8), (0.05, 0.9)], [(-0.85, 0.0), (0.8, 0.1)]],
            [[(-0.7, -0.8), (-0.1, -0.1), (-0.75, 0.7)], [(0.75, -0.8), (0.1, 0.0), (0.7, 0.7)]],
        ],
        "slash": [[[(0.7, 0.9), (-0.7, -0.9)]], [[(-0.1, -0.85), (0.1, 0.9)]],
                  [[(-0.6, 0.75), (0.0, 0.2), (0.8, -0.9)]]],
        "large": [
            [[(-0.9, -0.2), (-0.2, 0.8), (0.9, -0.9), (2.4, -2.9)]],
            [[(-0.2, 0.2), (0.4, 1.2), (3.2, -1.5)]],
            [[(-1.9, -1.3), (0.0, 0.1), (1.6, 1.9)], [(1.5, -1.9), (-0.1, 0.1), (-1.9, 1.4)]],
        ],
    },
    pens=(0.25, 0.85),
    unrest=(0.03, 0.26),
    inks=(
        ((20, 20, 22), 0.97), ((40, 40, 60), 0.9), ((20, 60, 150), 0.85), ((180, 40, 60), 0.85),
        ((30, 110, 60), 0.85), ((100, 100, 100), 0.6), ((85, 85, 90), 0.48),
    ),
    zigs=(6, 11),
)  # fmt: skip


class Marker:
    """One writer at one sheet."""

    def __init__(
        self,
        rng: np.random.Generator,
        hands: Hands,
        usual: Usual | None,
        shape: tuple[int, ...],
        dpi: float,
    ) -> None:
        self.rng, self.hands, self.usual = rng, hands, usual
        self.paper = Paper((shape[0], shape[1]), dpi)
        self.dirt = Paper((shape[0], shape[1]), dpi)
        self.back = Paper((shape[0], shape[1]), dpi)
        self.pen = float(rng.uniform(*hands.pens))
        self.unrest = float(rng.uniform(*hands.unrest))
        faint = rng.random() < (0.12 if usual else 0.3)
        pale = [each for each in hands.inks if (each[1] < 0.7) == faint]
        self.ink, self.strength = pale[int(rng.integers(len(pale)))]
        self.hand = Hand.of(rng)
        self.showing = bool(rng.random() < 0.15)

    def field(self, kind: str, boxes: list[Rectangle], every: list[Rectangle]) -> Done:
        """Do something to a field; ``every`` box of the sheet, so that strays find them."""
        if kind == "signature":
            return self._sign(boxes[0])
        cases = self._cases(kind)
        case = self._pick(cases)
        states = ["empty"] * len(boxes)
        order = [int(each) for each in self.rng.permutation(len(boxes))]
        if case == "two":
            for each in order[:2]:
                self._mark(
                    boxes[each], self._pick({"tick": 2, "cross": 2, "slash": 1, "fill": 0.3})
                )
                states[each] = "ticked"
        elif case in ("corrected", "taken_back"):
            self._strike(boxes[order[0]])
            states[order[0]] = "struck_out"
            if case == "corrected":
                self._mark(boxes[order[1]], self._pick({"tick": 2, "cross": 2, "slash": 0.5}))
                states[order[1]] = "ticked"
        elif case == "one":
            mark = self._pick(self.usual.marks if self.usual else dict.fromkeys(MARKS, 1.0))
            self._mark(boxes[order[0]], mark)
            states[order[0]] = "ticked"
            case = mark
        case = self._dirty(case, [boxes[i] for i in order if states[i] == "empty"])
        ticked = [i for i, each in enumerate(states) if each == "ticked"]
        if kind == "tick":
            return case, bool(ticked), tuple(states)
        return case, f"v{ticked[0]}" if len(ticked) == 1 else None, tuple(states)

    def _cases(self, kind: str) -> Mapping[str, float]:
        if self.usual:
            return self.usual.choice if kind == "choice" else self.usual.tick
        if kind == "tick":
            return {"one": 0.6, "none": 0.3, "taken_back": 0.1}
        return {"one": 0.6, "none": 0.12, "corrected": 0.12, "taken_back": 0.06, "two": 0.1}

    def _pick(self, shares: Mapping[str, float]) -> str:
        weights = np.array(list(shares.values()))
        return list(shares)[int(self.rng.choice(len(weights), p=weights / weights.sum()))]

    def _dirty(self, case: str, empty: list[Rectangle]) -> str:
        """Dirt in an empty box now and then; it makes an unmarked field a case of its own."""
        share = self.usual.dirty if self.usual else 0.4
        if not empty or self.rng.random() >= share:
            return case
        box = empty[0]
        side = box[2] - box[0]
        if self.showing:
            through = self._around(box, [(-2.5, 0.4), (-0.3, -0.3), (0.6, 0.5), (2.0, -0.2)], 0.5)
            self.back.stroke(through, self.pen)
            return "bleed" if case == "none" else case
        for _ in range(int(self.rng.integers(1, 4))):
            at = np.array(box[:2]) + self.rng.uniform(0.0, 1.0, 2) * side
            if self.rng.random() < 0.3:  # a hair
                bend = self.rng.normal(0, 0.15 * side, (3, 2)).cumsum(0)
                self.dirt.stroke(at + bend, 0.1)
            else:
                size = float(self.rng.uniform(0.1, 0.35))
                self.dirt.stroke(np.array([at, at + 0.05]), size)
        return "dirt" if case == "none" else case

    def _around(self, box: Rectangle, points: Stroke, unrest: float) -> NDArray[np.float64]:
        middle = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
        half = (box[2] - box[0]) / 2
        jitter = self.rng.normal(0, unrest, (len(points), 2))
        return np.asarray((np.array(points) + jitter) * half + middle, np.float64)

    def _draw(
        self, box: Rectangle, strokes: Sequence[Stroke], at: Sequence[float] = (0, 0)
    ) -> None:
        """Strokes about the middle of a box, moved ``at`` half sides, sized by chance."""
        size = float(self.rng.uniform(0.8, 1.15))
        slip = self.rng.normal(0, 0.6 * self.unrest, 2) + np.array(at)
        bent = self._bent() if self.hands.bend else np.eye(2)
        for stroke in strokes:
            points = [(x * size + slip[0], y * size + slip[1]) for x, y in np.array(stroke) @ bent]
            self.paper.stroke(self._around(box, points, self.unrest * 0.6), self._width())

    def _bent(self) -> NDArray[np.float64]:
        """What a mark's points are multiplied by: turned, sheared, stretched, some mirrored."""
        turn, shear, wide, high = self.rng.normal(0, self.hands.bend, 4)
        turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        side = -1.0 if self.rng.random() < 0.15 else 1.0
        stretched = np.array([[side * np.exp(wide / 2), shear], [0.0, np.exp(high / 2)]])
        return np.asarray(stretched @ turned, np.float64)

    def _width(self) -> float:
        return self.pen * float(self.rng.uniform(0.85, 1.2))

    def _mark(self, box: Rectangle, mark: str) -> None:
        if mark == "fill":
            self._fill(box)
        elif mark == "scribble":
            self._zigzag(box, 0.85)
        elif mark == "dot":
            half = (box[2] - box[0]) / 2
            small = float(self.rng.uniform(0.12, 0.3))
            at = self._around(box, [(0, 0)], 0.25)[0]
            turn = np.linspace(0, 7, 9)[:, None]
            ring = np.hstack([np.cos(turn), np.sin(turn)]) * small * half
            self.paper.stroke(at + ring, max(self._width(), 0.9 * small * half))
        elif mark == "ring":
            turn = np.linspace(0.3, 6.4, 12)
            wide, high = self.rng.uniform(1.4, 1.9, 2)
            points = [(wide * np.cos(a), high * np.sin(a)) for a in turn]
            self.paper.stroke(self._around(box, points, 0.06), self._width())
        else:
            among = self.hands.marks["tick" if mark == "beside" else mark]
            strokes = among[int(self.rng.integers(len(among)))]
            angle = self.rng.uniform(0, 2 * np.pi)
            away = self.rng.uniform(0.6, 0.95) if mark == "beside" else 0.0
            self._draw(box, strokes, (away * np.cos(angle), away * np.sin(angle)))

    def _fill(self, box: Rectangle) -> None:
        """Inked neatly from edge to edge."""
        side = box[2] - box[0]
        rows = max(int(side / (0.7 * self.pen)), 4)
        reach = float(self.rng.uniform(0.7, 0.95))
        points = [(reach * (-1) ** i, reach * (2 * i / (rows - 1) - 1)) for i in range(rows)]
        for one, two in pairwise(points):
            self.paper.stroke(self._around(box, [one, two], 0.04), self.pen * 1.2)

    def _zigzag(self, box: Rectangle, reach: float) -> None:
        count = int(self.rng.integers(*self.hands.zigs))
        angle = self.rng.uniform(0, np.pi)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        path = [(reach * (2 * i / (count - 1) - 1), reach * (-1) ** i) for i in range(count)]
        points = [(float(x), float(y)) for x, y in np.array(path) @ turn.T]
        self.paper.stroke(self._around(box, points, 0.12), self._width())

    def _strike(self, box: Rectangle) -> None:
        """A mark taken back: scribbled over, inked over, or crossed by lines."""
        self._mark(box, self._pick({"tick": 1, "cross": 1, "slash": 0.3}))
        how = self._pick({"scribbled": 3, "filled": 1, "lines": 1.5})
        if how == "scribbled":
            for _ in range(int(self.rng.integers(2, 4))):
                self._zigzag(box, float(self.rng.uniform(0.95, 1.4)))
        elif how == "filled":
            self._fill(box)
            self._zigzag(box, float(self.rng.uniform(0.9, 1.2)))
        else:
            rise = self.rng.uniform(-0.5, 0.5)
            for y in np.linspace(-0.7, 0.7, int(self.rng.integers(3, 6))):
                line = [(-1.4, y - rise), (1.4, y + rise)]
                self.paper.stroke(self._around(box, line, 0.1), self._width())

    def _sign(self, box: Rectangle) -> Done:
        shares = {"signed": 0.5, "empty": 0.3, "line": 0.07, "dirt": 0.07, "date": 0.06}
        case = self._pick(shares)
        x0, y0, x1, y1 = box
        if case == "signed":
            self.paper.signature(self.hand, self.rng, "A" * int(self.rng.integers(3, 11)), box)
        elif case == "line":
            left, right = x0 + self.rng.uniform(2, 10), x1 - self.rng.uniform(5, 40)
            y = (y0 + y1) / 2 + self.rng.normal(0, 2, 3)
            path = np.array([(left, y[0]), ((left + right) / 2, y[1]), (right, y[2])])
            self.paper.stroke(path, self._width())
        elif case == "date":
            day = f"{int(self.rng.integers(1, 29))}/{int(self.rng.integers(1, 13))}/2026"
            self.paper.line(self.hand, self.rng, day, box)
        elif case == "dirt":
            for _ in range(int(self.rng.integers(1, 6))):
                at = self.rng.uniform((x0, y0), (x1, y1))
                bend = self.rng.normal(0, 0.8, (3, 2)).cumsum(0)
                self.dirt.stroke(at + bend, float(self.rng.uniform(0.1, 0.4)))
        return case, case == "signed", ()

    def inked(self, page: NDArray[np.float32]) -> NDArray[np.float32]:
        """RGB ``page`` with everything on it."""
        grain = 1.0
        if self.strength < 0.7:  # pencil lies on the grain of the paper
            noise = self.rng.standard_normal(self.paper.ink.shape, np.float32)
            grain = np.clip(cv2.GaussianBlur(noise, (0, 0), 0.8) * 0.5 + 0.9, 0.2, 1)
        share = (self.paper.ink * self.strength * grain)[..., None]
        page = page * (1 - share) + np.array(self.ink, np.float32) * share
        dirt = self.dirt.ink[..., None] * self.rng.uniform(0.5, 0.9)
        page = page * (1 - dirt) + 60 * dirt
        if self.showing:
            soft = cv2.GaussianBlur(self.back.ink, (0, 0), 0.12 * self.paper.scale)
            page = page - (soft * float(self.rng.uniform(15, 50)))[..., None]
        return np.asarray(page, np.float32)
