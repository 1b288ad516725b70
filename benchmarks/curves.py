"""Curves from values that were right or wrong: fitted, and judged by what they let through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractors.confidence import ACCEPT, Evidence, curve_of, features
from extractors.formpack import FieldPlace

_MOST = 0.998
"""No curve vouches for more, however many values it was right about."""
_UNSEEN = 0.002
"""Of values that look right, how many are taken to be wrong all the same: what goes wrong before
the readers see anything, on real paper, leaves no trace in what they say."""
_LOOSE, _CLOSE = 0.5, 4.0
"""How firmly weights are held to 0 (all families together), and a family's to those of all."""
_VOUCHING = 100.0
"""How many values of all families stand behind what one family's curve vouches for."""
_BINS = 10


@dataclass(frozen=True, slots=True)
class Case:
    """One value as one reader, or both, have it. ``most``: what its doubts leave of any
    probability; ``right``: whether it is exactly what was written."""

    field: FieldPlace
    evidence: Evidence
    right: bool
    most: float

    @property
    def curve(self) -> str:
        return curve_of(self.field, self.evidence)


def fitted(cases: Sequence[Case]) -> dict[str, dict[str, Any]]:
    """A curve for each family and number of readers; doubts that lower a value are not its part.

    All families of a number of readers are fitted together first, and each family may leave what
    that gave as far as its own values bear out.
    """
    curves: dict[str, dict[str, Any]] = {}
    own = [case for case in cases if case.most >= 1.0]
    for count in sorted({len(features(case.evidence)) for case in own}):
        alike = [case for case in own if len(features(case.evidence)) == count]
        names = np.array([case.curve for case in alike])
        x = np.array([features(case.evidence) for case in alike])
        right = np.array([case.right for case in alike], float)
        middle, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
        z = np.column_stack([np.ones(len(x)), (x - middle) / spread])
        wanted = right * (1.0 - _UNSEEN)
        common = _logistic(z, wanted, np.zeros(z.shape[1]), _LOOSE)
        usual = _risk(z @ common, right, (1.0, 2.0))
        for name in sorted(set(names)):
            mine = names == name
            w = _logistic(z[mine], wanted[mine], common, _CLOSE)
            risk = _risk(z[mine] @ w, right[mine], (_VOUCHING * usual, _VOUCHING))
            scaled = w[1:] / spread
            curves[name] = {
                "bias": round(float(w[0] - (scaled * middle).sum()), 4),
                "weights": [round(float(each), 4) for each in scaled],
                "most": round(min(1.0 - risk, _MOST), 4),
                "values": int(mine.sum()),
            }
    return curves


def _risk(
    score: NDArray[np.float64], right: NDArray[np.float64], prior: tuple[float, float]
) -> float:
    """What is wrong among the values that a curve accepts; ``prior``: so many wrong of so many."""
    taken = 1 / (1 + np.exp(-np.clip(score, -30, 30))) >= ACCEPT
    return float((1 - right[taken]).sum() + prior[0]) / float(taken.sum() + prior[1])


def _logistic(
    z: NDArray[np.float64], y: NDArray[np.float64], centre: NDArray[np.float64], ridge: float
) -> NDArray[np.float64]:
    """Bias and weights, none below 0, by Newton's method; ``ridge`` holds them to ``centre``.

    A weight that would be negative is 0: more evidence never makes a value less likely.
    """
    free = np.ones(z.shape[1], bool)
    w = centre.copy()
    while True:
        w[free] = _newton(z[:, free], y, centre[free], ridge)
        wrong = (w < 0) & free
        wrong[0] = False
        if not wrong.any():
            return w
        free &= ~wrong
        w[wrong] = 0.0


def _newton(
    z: NDArray[np.float64], y: NDArray[np.float64], centre: NDArray[np.float64], ridge: float
) -> NDArray[np.float64]:
    w = centre.copy()
    hold = np.diag([0.1 * ridge, *[ridge] * (z.shape[1] - 1)])
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(z @ w, -30, 30)))
        slope = z.T @ (p - y) + hold @ (w - centre)
        curve = (z * (p * (1 - p))[:, None]).T @ z + hold + 1e-6 * np.eye(len(w))
        w -= np.clip(np.linalg.solve(curve, slope), -2, 2)
    return w


def coverage(said: NDArray[np.float64], right: NDArray[np.bool_], risk: float) -> float:
    """The largest share of values, the surest first, with at most ``risk`` of them wrong."""
    order = np.argsort(-said, kind="stable")
    count = np.arange(1, len(said) + 1)
    fits = np.cumsum(~right[order]) <= risk * count
    return float(count[fits].max(initial=0)) / max(len(said), 1)


def calibration_error(said: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error over bins of equal count."""
    parts = np.array_split(np.argsort(said, kind="stable"), _BINS)
    off = (len(p) * abs(float(said[p].mean() - right[p].mean())) for p in parts if len(p))
    return float(sum(off)) / max(len(said), 1)
