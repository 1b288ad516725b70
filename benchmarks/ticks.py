"""How well tick boxes and signature boxes are read, on hands not used to choose or to fit.

    python -m benchmarks.ticks [--sheets N] [--seed S] [--fit]

Sheets of boxes are drawn, marked, scanned and read the way every form is: matched, laid on their
blank, read, judged. "usual" holds every situation as often as on counter forms (``USUAL`` in
``tick_marks``), but pale ink on 1-bit scans and photocopies, where marks vanish, has a row of its
own. The rows below hold each situation alone, with all marks equally often and much more dirt.
``--fit`` fits ``extractors/fields/marks.json`` instead, on the fitting hands.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.tick_marks import FITTING, MEASURING, USUAL, Hands, Usual
from benchmarks.tick_sheets import Sheet, places, sheets
from extractors.confidence import sure
from extractors.fields import marks
from extractors.laying import Laid, lay
from extractors.matching import Matcher
from extractors.read import Engines, read_fields
from extractors.values import FieldReading

Array = NDArray[np.float64]
_KNOTS = (0.1, 0.3, 0.5, 0.7, 0.9)
_RIDGE = 1e-3
_WRONG = 0.005  # the share of accepted values that may be wrong


@dataclass(frozen=True, slots=True)
class Outcome:
    """One field: what was done to it, the scan it is on, and how it was read."""

    kind: str
    situation: str
    scan: str
    right: bool
    accepted: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: shares of ``fields``, but ``wrong`` are accepted and wrong, counted.

    ``acceptable``: the largest share that could be accepted at no more than 0.5 % wrong.
    """

    name: str
    fields: int
    right: float
    accepted: float
    wrong: int
    acceptable: float


def measure(count: int, seed: int, hands: Hands = MEASURING) -> list[Row]:
    """The table for ``count`` sheets of usual situations and as many of each alike."""
    usual = list(outcomes(count, seed, hands, USUAL))
    alike = list(outcomes(count, seed + 1, hands, None))
    boxes = [each for each in usual if each.kind != "signature"]
    ticks = [each for each in boxes if not _lost(each.scan)]
    rows = [
        _row("usual: tick boxes and choices", ticks),
        _row("  choices", [each for each in ticks if each.kind == "choice"]),
        _row("  single boxes", [each for each in ticks if each.kind == "tick"]),
        _row("  1-bit", [each for each in ticks if each.scan.startswith("bitonal")]),
        _row("  150 dpi", [each for each in ticks if each.scan.endswith(" 150 dpi")]),
        _row("  pale ink, grey or colour", [each for each in ticks if "pale" in each.scan]),
        _row("pale ink, 1-bit or copied", [each for each in boxes if _lost(each.scan)]),
    ]
    for kind in ("choice", "tick", "signature"):
        own = [each for each in alike if each.kind == kind and not _lost(each.scan)]
        for situation in sorted({each.situation for each in own}):
            part = [each for each in own if each.situation == situation]
            rows.append(_row(f"{kind}: {situation}", part))
    return rows


def _lost(scan: str) -> bool:
    """Pale ink on a scan that keeps only black and white: much of it is not on the picture."""
    return "pale" in scan and scan.startswith(("bitonal", "copy"))


def outcomes(count: int, seed: int, hands: Hands, usual: Usual | None) -> Iterator[Outcome]:
    """Every field of ``count`` sheets."""
    for sheet, laid in _laid(count, seed, hands, usual):
        named = places(sheet.pack)
        for reading in read_fields(laid, list(named.values()), Engines((sheet.pack,))):
            place, truth = named[reading.name], sheet.truth[reading.name]
            right = _right(reading, truth, sheet.situations[reading.name])
            accepted = sure(place, reading)
            situation = sheet.situations[reading.name]
            confidence = reading.confidence if reading.status != "conflict" else 0.0
            yield Outcome(place.kind, situation, sheet.scan, right, accepted, confidence)


def _right(reading: FieldReading, truth: str | bool | None, situation: str) -> bool:
    """A box taken back holds nothing: ``None`` and ``False`` both say so. Two ticks: no value."""
    if situation == "two":
        return reading.value is None and reading.status == "conflict"
    return (reading.value or None) == (truth or None)


def _laid(count: int, seed: int, hands: Hands, usual: Usual | None) -> Iterator[tuple[Sheet, Laid]]:
    with tempfile.TemporaryDirectory() as folder:
        matcher: Matcher | None = None
        for sheet in sheets(count, seed, hands, usual, Path(folder)):
            if matcher is None or matcher.blanks[0].pack is not sheet.pack:
                matcher = Matcher([sheet.pack])
            match = matcher.match(sheet.page)
            if match is None:
                print(f"{sheet.pack.code}: {sheet.scan}: does not fit its blank", file=sys.stderr)
                continue
            yield sheet, lay(sheet.page, match)


def fit(count: int, seeds: Sequence[int]) -> dict[str, Any]:
    """The table of ``marks``, from ``count`` sheets a seed by the fitting hands."""
    found, states, situations = [], [], []
    drawn = (each for seed in seeds for each in _laid(count, seed, FITTING, None))
    for sheet, laid in drawn:
        for name, place in places(sheet.pack).items():
            if place.way != "tick":
                continue
            boxes = [option.box for option in place.options] or [place.box]
            for box, state in zip(boxes, sheet.states[name], strict=False):
                measured = marks.measures(laid.ink, box)
                assert measured is not None
                found.append(measured)
                states.append(marks.STATES.index(state))  # type: ignore[arg-type]
                situations.append(sheet.situations[name])
    told = " ".join(map(str, seeds))
    x, y = np.array(found), np.array(states)
    knots = tuple(
        tuple(sorted({round(float(q), 3) for q in np.quantile(x[x[:, i] > 0, i], _KNOTS)}))
        for i in range(x.shape[1])
    )
    weights, bias = _softmax(marks.columns(x, knots), y, _weights(states, situations))
    return {
        "made_by": f"python -m benchmarks.ticks --fit --sheets {count} --seed {told}",
        "boxes": {state: int((y == i).sum()) for i, state in enumerate(marks.STATES)},
        "knots": dict(zip(marks.MEASURES, knots, strict=True)),
        "weights": weights.round(4).tolist(),
        "bias": bias.round(4).tolist(),
    }


def _weights(states: Sequence[int], situations: Sequence[str]) -> Array:
    """What each box counts: each state a third, and in it rare situations less than usual ones.

    By the root of how often they come, so that the rare ones are not forgotten.
    """
    often = {**USUAL.choice, **USUAL.tick, **USUAL.marks, "dirt": 0.03, "bleed": 0.01}
    pairs = list(zip(states, situations, strict=True))
    counted = Counter(pairs)
    weight = np.array([often[pair[1]] ** 0.5 / counted[pair] for pair in pairs])
    y = np.array(states)
    for state in range(len(marks.STATES)):
        weight[y == state] /= weight[y == state].sum() * len(marks.STATES)
    return weight


def _softmax(x: Array, y: NDArray[np.int64], weight: Array) -> tuple[Array, Array]:
    """Weights and bias of a softmax with a ridge."""
    middle, spread = x.mean(0), x.std(0) + 1e-6
    scaled = (x - middle) / spread
    states = int(y.max()) + 1
    target = np.eye(states)[y]

    def loss(flat: Array) -> tuple[float, Array]:
        w, b = flat[:-states].reshape(-1, states), flat[-states:]
        scores = scaled @ w + b
        scores -= scores.max(1, keepdims=True)
        log = scores - np.log(np.exp(scores).sum(1, keepdims=True))
        off = (np.exp(log) - target) * weight[:, None]
        slope = np.concatenate([(scaled.T @ off + 2 * _RIDGE * w).ravel(), off.sum(0)])
        return float(-(log * target).sum(1) @ weight + _RIDGE * (w**2).sum()), slope

    start = np.zeros((x.shape[1] + 1) * states)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 600}).x
    w = best[:-states].reshape(-1, states) / spread[:, None]
    return w, best[-states:] - middle @ w


def _row(name: str, part: Sequence[Outcome]) -> Row:
    total = max(len(part), 1)
    accepted = [each for each in part if each.accepted]
    wrong = sum(not each.right for each in accepted)
    right = sum(each.right for each in part) / total
    return Row(name, len(part), right, len(accepted) / total, wrong, _acceptable(part))


def _acceptable(part: Sequence[Outcome]) -> float:
    """The largest share, surest first, with no more than 0.5 % wrong; equals go together."""
    if not part:
        return 0.0
    order = sorted(part, key=lambda each: -each.confidence)
    wrong = np.cumsum([not each.right for each in order])
    best = 0
    for index in range(len(order)):
        last = index + 1 == len(order) or order[index + 1].confidence < order[index].confidence
        if last and wrong[index] <= _WRONG * (index + 1):
            best = index + 1
    return best / len(part)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ticks")
    parser.add_argument("--sheets", type=int, default=30, help="sheets of each sort")
    parser.add_argument("--seed", type=int, nargs="+", default=[1], help="several only to fit")
    parser.add_argument("--fit", action="store_true", help="fit the table; measure nothing")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    if given.fit:
        table = fit(given.sheets, given.seed)
        lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in table.items()]
        marks.TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
        return 0
    print(f"{'':32}{'fields':>7}{'right':>9}{'accepted':>10}{'wrong':>7}{'at 0.5 %':>10}")
    for row in measure(given.sheets, given.seed[0]):
        print(
            f"{row.name:32}{row.fields:7}{100 * row.right:8.1f}%{100 * row.accepted:9.1f}%"
            f"{row.wrong:7}{100 * row.acceptable:9.1f}%"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
