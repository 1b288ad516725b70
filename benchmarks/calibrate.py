"""Fit the curves that turn what the readers saw into probabilities: ``extractors/confidence.json``.

    python -m benchmarks.calibrate --glyphs FOLDER [--forms N] [--measured N] [--write]

Whole forms are filled in, printed, scanned, aged, laid and cut as in reading. The curves are fitted
on fitting hands: the handwriting faces kept for that, and, from the hand-print data in FOLDER, the
first half of the pen characters and MNIST digits held out of training. Then, apart, what they are
worth is reported on measuring hands, which nothing was fitted on: the other faces and the second
half. For each family of fields: values exactly right, the share that needs no person and what is
wrong in it, the expected calibration error, and how much could be accepted at a given share of
wrong values (risk and coverage). ``--write`` replaces the table. No real form is used: they are
what the outcome is judged by.

The curve of handwriting on lines is kept as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.reading import sheet
from benchmarks.reading.forms import Asked, Form, forms
from benchmarks.reading.hands import MNIST, PENS, Group, groups
from extractors import confidence
from extractors.confidence import Curve, Evidence, curve_of, family, features, needed
from extractors.decoding import Decoded, decode
from extractors.fields.cells import Cells, classify, grammar
from extractors.fields.combs import reading_of
from extractors.fields.opinions import evidence, second_opinions
from extractors.formpack import FieldPlace
from extractors.forms.hand import FITTING, picture_face
from extractors.handprint.glyphs import read_bank
from extractors.laying import lay
from extractors.read import Engines
from extractors.straighten import upright
from extractors.values import FieldReading, Picture

_FACES = "faces"
_HALVES_SEED = 2026 + 1
"""Which held-out characters are in which half: as ``handprint.heldout`` has them."""
_MOST = 0.998
"""No curve vouches for more, however many values it was right about."""
_UNSEEN = 0.002
"""Of values that look right, how many are taken to be wrong all the same: what goes wrong before
the readers see anything, on real paper, leaves no trace in what they say."""
_LOOSE, _CLOSE = 0.5, 4.0
"""How firmly weights are held to 0 (all families together), and a family's to those of all."""
_VOUCHING = 100.0
"""How many values of all families stand behind what one family's curve vouches for."""
_ASK_BELOW = 0.995
"""Below this the second reader is asked, to fit its curves on: a little above what fields need."""
_RISKS = (0.0025, 0.005, 0.01, 0.02)
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


@dataclass(frozen=True, slots=True)
class Read:
    """One field of a form as the first reader has it. ``first`` is ``None`` without a value."""

    group: str
    asked: Asked
    cells: Cells
    decoded: Decoded
    first: Case | None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibrate")
    parser.add_argument("--glyphs", type=Path, required=True, help="the hand-print data")
    parser.add_argument("--forms", type=int, default=36, help="forms of each group to fit on")
    parser.add_argument("--measured", type=int, default=12, help="forms of each group to report on")
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--write", action="store_true", help="replace extractors/confidence.json")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        pack = sheet.make(Path(folder))
        engines = Engines((pack,))
        fitting = read(engines, fitting_groups(given.glyphs), given.forms, given.seed)
        curves = fitted([each.first for each in fitting if each.first])
        uncapped = {name: {**each, "most": 1.0} for name, each in curves.items()}
        asked = [each for each in fitting if _unsure(each, uncapped, _ASK_BELOW)]
        curves |= fitted(list(with_second(asked, engines).values()))
        print(f"fitted on {len(fitting)} fields, {len(asked)} of them read twice")
        measured = read(engines, groups(given.glyphs), given.measured, given.seed + 1)
        report(measured, curves, engines)
    print(f"{time.monotonic() - began:.0f} s")
    if given.write:
        told = (
            f"python -m benchmarks.calibrate --forms {given.forms} --seed {given.seed}: forms in "
            "fitting hands; no measuring hand and no real form"
        )
        write(curves, told)
    return 0


def write(curves: Mapping[str, Mapping[str, Any]], told: str) -> None:
    before = json.loads(confidence.TABLE.read_text(encoding="utf-8"))["curves"]
    table = {"fitted_on": told, "curves": {**curves, "line": before["line"]}}
    confidence.TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def fitting_groups(glyphs: Path) -> Iterator[Group]:
    """The hands that curves are fitted on."""
    yield Group(_FACES, _FACES, FITTING)
    rng = np.random.default_rng(_HALVES_SEED)
    found: dict[str, dict[str, list[Picture]]] = {"pen": {}, "mnist": {}}
    for source, by_character in read_bank(glyphs, held_out=True).sources.items():
        for character, all_of_it in by_character.items():
            for glyph in all_of_it:
                measuring = rng.random() < 0.5
                if not measuring and source in found and character.isalnum():
                    found[source].setdefault(character, []).append(glyph.ink)
    yield Group(
        PENS, MNIST, (picture_face(PENS, found["pen"]),), picture_face(MNIST, found["mnist"])
    )


def read(engines: Engines, hands: Iterable[Group], count: int, seed: int) -> list[Read]:
    """The comb fields of ``count`` forms by each group of hands."""
    found: list[Read] = []
    for number, group in enumerate(hands):
        for form in forms(engines.packs[0], group, count, seed + 10 * number):
            found += _combs(form, engines)
    return found


def _combs(form: Form, engines: Engines) -> Iterator[Read]:
    page = form.page
    match = engines.matcher.match(page)
    if match is None:
        page = upright(page).page
        match = engines.matcher.match(page)
    if match is None:
        print(f"form {form.number} ({form.scan}, {form.hand}): not matched", file=sys.stderr)
        return
    combs = [each for each in form.asked if each.field.way == "comb"]
    classes = engines.recogniser.classes
    cut = classify(lay(page, match).ink, [each.field for each in combs], engines.recogniser)
    for asked, cells in zip(combs, cut, strict=True):
        decoded = decode(cells.probabilities, classes, grammar(asked.field))
        case = None
        if decoded.readings:
            seen = evidence(cells, classes, decoded)
            reading = reading_of(asked.field, (cells, classes), decoded, judge=_certain)
            case = _case(asked, seen, reading)
        yield Read(asked.group, asked, cells, decoded, case)


def _certain(_place: FieldPlace, _evidence: Evidence) -> float:
    """Judges every value certain, so that what doubts take off can be seen."""
    return 1.0


def _case(asked: Asked, seen: Evidence, reading: FieldReading) -> Case:
    return Case(asked.field, seen, reading.value == asked.value, reading.confidence)


def with_second(found: Sequence[Read], engines: Engines) -> dict[int, Case]:
    """Fields read by both readers, by their index; those without a value are left out."""
    classes = engines.recogniser.classes
    heard = second_opinions(
        [(each.asked.field, each.cells, each.decoded) for each in found],
        classes,
        engines.line_reader,
    )
    cases = {}
    for index, (each, opinion) in enumerate(zip(found, heard, strict=True)):
        if opinion.decoded.readings:
            seen = evidence(each.cells, classes, each.decoded, opinion)
            reading = reading_of(
                each.asked.field, (each.cells, classes), each.decoded, opinion, judge=_certain
            )
            cases[index] = _case(each.asked, seen, reading)
    return cases


def _unsure(each: Read, curves: Mapping[str, Any], least: float) -> bool:
    if each.first is None:
        return bool(each.decoded.raw.text)
    return _probability(each.first, curves) < least


def _probability(case: Case, curves: Mapping[str, Any]) -> float:
    given = curves.get(case.curve)
    if given is None:
        return 0.0
    curve = Curve(given["bias"], tuple(given["weights"]), given["most"])
    return min(curve.at(features(case.evidence)), case.most)


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
    taken = 1 / (1 + np.exp(-np.clip(score, -30, 30))) >= confidence.ACCEPT
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


def report(found: Sequence[Read], curves: Mapping[str, Any], engines: Engines) -> None:
    """Fields as reading decides them: by one reader, and by two where one is not sure enough."""
    asked = [i for i, r in enumerate(found) if _unsure(r, curves, needed(r.asked.field))]
    second = with_second([found[i] for i in asked], engines)
    twice = {asked[index]: case for index, case in second.items()}
    decided = [twice.get(i) if i in set(asked) else r.first for i, r in enumerate(found)]
    risks = "".join(f"{100 * risk:6.2g}" for risk in _RISKS)
    capped = [case.right for case in decided if case and case.most < 1.0]
    print(f"{len(asked)} of {len(found)} fields read twice; {len(capped)} with a doubt that lowers "
          f"them, {sum(capped)} of these right\n")  # fmt: skip
    print(f"{'':24}{'':>40}{'accepted % if so many % may be wrong':>40}")
    print(f"{'hands':8}{'family':8}{'fields':>7}{'right':>7}{'accepted':>9}{'wrong':>6}"
          f"{'ECE':>8}{'ECE<cap':>8}  {risks}")  # fmt: skip
    keys = sorted({(r.group, family(r.asked.field)) for r in found})
    families = sorted({name for _, name in keys})
    for group, name in [*keys, *(("all", name) for name in families), ("all", "all")]:
        own = [
            case
            for case, r in zip(decided, found, strict=True)
            if group in ("all", r.group) and name in ("all", family(r.asked.field))
        ]
        _line(group, name, own, curves)


def _line(group: str, name: str, own: Sequence[Case | None], curves: Mapping[str, Any]) -> None:
    said = np.array([_probability(case, curves) if case else 0.0 for case in own])
    right = np.array([case is not None and case.right for case in own])
    free = np.array([case is not None and case.most >= 1.0 for case in own])
    accept = np.array([needed(case.field) if case else 1.0 for case in own])
    taken = said >= accept
    wrong = int((~right[taken]).sum())
    figures = (100 * right.mean(), 100 * taken.mean(), wrong)
    errors = calibration_error(said, right), calibration_error(said[free], right[free])
    shares = "".join(f"{100 * coverage(said, right, risk):6.1f}" for risk in _RISKS)
    print(f"{group:8}{name:8}{len(own):7}{figures[0]:7.1f}{figures[1]:9.1f}{figures[2]:6}"
          f"{errors[0]:8.4f}{errors[1]:8.4f}  {shares}")  # fmt: skip


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


if __name__ == "__main__":
    sys.exit(main())
