"""Fits the networks that judge tick boxes, on sheets marked by the fitting hands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.tick_marks import FITTING, USUAL
from benchmarks.tick_sheets import laid_sheets, places
from extractors.fields import marks
from extractors.fields.tick_measures import MEASURES, Around, measures

Array = NDArray[np.float64]
_NETS = 3
_HIDDEN = 64
_EPOCHS = 60
_BATCH = 256
_RATE = 5e-3
_DECAY = 0.03
_NOISE = 0.05  # spreads of each measure, added so that no network relies on its last digit
_DIRTY = 0.06 / 0.4  # what empty boxes with ink in them count: dirt is drawn too often
_PALE = (
    0.12 / 0.3,
    0.88 / 0.7,
)  # what boxes in pale and in firm ink count: drawn too often, too rarely


def fit(count: int, seeds: Sequence[int]) -> dict[str, Any]:
    """The table of ``marks``, from ``count`` sheets a seed."""
    found, states, situations, pale = [], [], [], []
    for seed in seeds:
        for sheet, laid in laid_sheets(count, seed, FITTING, None):
            if sheet.scan.startswith("bitonal pale"):  # ticks may be lost: allowed for apart
                continue
            ticks = [each for each in places(sheet.pack).values() if each.way == "tick"]
            boxes = {each.name: [o.box for o in each.options] or [each.box] for each in ticks}
            around = Around.of(laid.ink, [box for own in boxes.values() for box in own])
            for name, own in boxes.items():
                for box, state in zip(own, sheet.states[name], strict=True):
                    measured = measures(laid.ink, box, around)
                    if measured is None:
                        continue
                    found.append(measured)
                    states.append(marks.STATES.index(state))
                    situations.append(sheet.situations[name])
                    pale.append("pale" in sheet.scan)
    told = " ".join(map(str, seeds))
    made_by = f"python -m benchmarks.ticks --fit --sheets {count} --seed {told}"
    x, y = np.array(found), np.array(states)
    weight = weights(x, y, situations, np.array(pale))
    return {"made_by": made_by, **table(x, y, weight)}


def weights(
    found: Array, states: NDArray[np.int64], situations: Sequence[str], pale: NDArray[np.bool_]
) -> Array:
    """What each box counts: each state a third, and in it rare situations less than usual ones.

    By a root of how often they come, so that the rare ones are not forgotten.
    """
    often = {**USUAL.choice, **USUAL.tick, **USUAL.marks, "dirt": 0.03, "bleed": 0.01}
    names = np.array(situations)
    weight = np.where(pale, *_PALE)
    own, elsewhere = found[:, MEASURES.index("share")], found[:, MEASURES.index("elsewhere")]
    dirty = (states == marks.STATES.index("empty")) & (own > 0) & (elsewhere == 0)
    weight[dirty & ~np.isin(names, ["dirt", "bleed"])] *= _DIRTY
    for state in range(len(marks.STATES)):
        for name in np.unique(names):
            part = (states == state) & (names == name)
            weight[part] *= often[str(name)] ** 0.7 / max(weight[part].sum(), 1e-9)
        weight[states == state] /= weight[states == state].sum() * len(marks.STATES)
    return weight


def table(found: Array, states: NDArray[np.int64], weight: Array) -> dict[str, Any]:
    """What ``marks.json`` holds, for boxes with these measures (n, m), states and weights (n)."""
    middle, spread = found.mean(0).round(4), (found.std(0) + 1e-3).round(4)
    seen = ((found - middle) / spread).astype(np.float32)
    nets = [_net(seen, states, weight, np.random.default_rng(i)) for i in range(_NETS)]
    return {
        "boxes": {state: int((states == i).sum()) for i, state in enumerate(marks.STATES)},
        "least": found.min(0).round(4).tolist(),
        "most": found.max(0).round(4).tolist(),
        "middle": middle.tolist(),
        "spread": spread.tolist(),
        "nets": [[each.astype(np.float64).round(3).tolist() for each in net] for net in nets],
    }


def _net(
    seen: NDArray[np.float32],
    states: NDArray[np.int64],
    weight: Array,
    rng: np.random.Generator,
) -> list[NDArray[np.float32]]:
    """Weights and offsets of one network, by Adam with decaying weights and a falling rate."""
    sizes = (seen.shape[1], _HIDDEN, _HIDDEN, len(marks.STATES))
    net: list[NDArray[np.float32]] = []
    for one, two in pairwise(sizes):
        net.append((rng.standard_normal((one, two)) * np.sqrt(2 / one)).astype(np.float32))
        net.append(np.zeros(two, np.float32))
    target = np.eye(sizes[-1], dtype=np.float32)[states]
    share = (weight / weight.mean()).astype(np.float32)[:, None]
    first, second = [np.zeros_like(each) for each in net], [np.zeros_like(each) for each in net]
    starts = range(0, len(seen) - _BATCH + 1, _BATCH)
    steps = _EPOCHS * len(starts)
    step = 0
    for _ in range(_EPOCHS):
        order = rng.permutation(len(seen))
        for start in starts:
            step += 1
            some = order[start : start + _BATCH]
            noise = rng.standard_normal((_BATCH, sizes[0]), np.float32) * np.float32(_NOISE)
            slopes = _slopes(net, seen[some] + noise, target[some], share[some])
            rate = _RATE * min(10 * step / steps, 0.5 + 0.5 * float(np.cos(np.pi * step / steps)))
            for i, slope in enumerate(slopes):
                first[i] += 0.1 * (slope - first[i])
                second[i] += 0.01 * (slope**2 - second[i])
                root = np.sqrt(second[i] / (1 - 0.99**step)) + 1e-8
                shrink = _DECAY * net[i] if net[i].ndim == 2 else 0.0
                net[i] -= np.float32(rate) * (first[i] / np.float32(1 - 0.9**step) / root + shrink)
    return net


def _slopes(
    net: Sequence[NDArray[np.float32]],
    seen: NDArray[np.float32],
    target: NDArray[np.float32],
    share: NDArray[np.float32],
) -> list[NDArray[np.float32]]:
    """How the mean loss of a batch changes with each part of ``net``."""
    w1, b1, w2, b2, w3, b3 = net
    low = np.maximum(seen @ w1 + b1, 0)
    high = np.maximum(low @ w2 + b2, 0)
    scores = high @ w3 + b3
    chances = np.exp(scores - scores.max(1, keepdims=True))
    off = (chances / chances.sum(1, keepdims=True) - target) * share / len(seen)
    off_high = (off @ w3.T) * (high > 0)
    off_low = (off_high @ w2.T) * (low > 0)
    layers = (seen, off_low), (low, off_high), (high, off)
    return [part for given, wrong in layers for part in (given.T @ wrong, wrong.sum(0))]
