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

from benchmarks.curves import Case, calibration_error, coverage, fitted
from benchmarks.reading import sheet
from benchmarks.reading.forms import Asked, Form, forms
from benchmarks.reading.hands import MNIST, PENS, Group, groups
from extractors import confidence
from extractors.confidence import Curve, Evidence, family, features, needed
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
_ASK_BELOW = 0.995
"""Below this the second reader is asked, to fit its curves on: a little above what fields need."""
_RISKS = (0.0025, 0.005, 0.01, 0.02)


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
    laid = lay(page, match)
    cut = classify(laid.ink, laid.dark, [each.field for each in combs], engines.recogniser)
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


if __name__ == "__main__":
    sys.exit(main())
