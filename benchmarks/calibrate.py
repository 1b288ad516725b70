"""Fit the curves that turn what the readers saw into probabilities: ``extractors/confidence.json``.

    python -m benchmarks.calibrate --glyphs FOLDER [--fields N] [--sets N] [--forms N] [--write]

Two sources, neither seen by any recogniser in training: comb fields composed of held-out glyphs of
the hand-print data in FOLDER, and whole specimen forms filled with the shipped handwriting faces,
aged, laid and cut. In composed fields with a word list half of the answers are invented people's,
a third come from the list and the rest are listed words with one letter changed, so that unknown
words that look like known ones are paid for. Glyphs are printed and scanned anew for each of
``--sets``. Even sets and forms fit, odd ones are reported on: for each curve, then for each family
as fields are decided (by one reader, or by two where one is not sure). ``--write`` fits on
everything and replaces the table. Real filled forms are not used: they are what the outcome is
judged by.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count as counter
from pathlib import Path
from string import ascii_uppercase
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors import confidence, lexicon
from extractors.confidence import ACCEPT, family, features
from extractors.decoding import Decoded, decode
from extractors.fields import lines as line_fields
from extractors.fields.cells import Cells, classify, grammar
from extractors.fields.opinions import evidence, second_opinions
from extractors.formpack import FieldPlace, FormPack
from extractors.forms.fill import Filled, samples_many
from extractors.forms.stories import story
from extractors.handprint import heldout
from extractors.handprint.synthesis import CLASSES
from extractors.laying import lay
from extractors.read import Engines
from extractors.straighten import upright
from extractors.values import Page

_MOST = 0.995
"""No curve vouches for more, however many values it was right about."""
_LEAST = 0.96
"""What a curve may say that too few values stand for: less than any field needs."""
_MOST_LINE = 0.95
"""Less than is needed: handwriting on lines always goes to a person, until it is measured on more
than drawn hands."""
_RIDGE = 0.02
_SPOILT = 0.005
_CAUTION = 0.7
"""Taken off every curve's log odds: real paper is worse than paper that was drawn."""


@dataclass(frozen=True, slots=True)
class Case:
    """One value: the curve it belongs to, its features, and whether it was exactly right.

    ``field`` is the same for one field judged by one reader and by two; ``family`` is its kind's.
    ``sample``: the set of glyphs, or the form, that it comes from.
    """

    sample: int
    field: int
    family: str
    curve: str
    features: tuple[float, ...]
    right: bool
    source: str


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibrate")
    parser.add_argument("--glyphs", type=Path, required=True, help="the hand-print data")
    parser.add_argument("--fields", type=int, default=500, help="composed comb fields")
    parser.add_argument("--sets", type=int, default=6, help="times that glyphs are printed anew")
    parser.add_argument("--forms", type=int, default=10, help="filled specimens of each pack")
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--write", action="store_true", help="replace extractors/confidence.json")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    engines = Engines.load()
    cases = [*specimens(engines, given.forms, given.seed)]
    for sample in range(given.sets):
        cases += composed(engines, given.glyphs, given.fields // given.sets, given.seed + sample)
    halves = [[c for c in cases if c.sample % 2 == half] for half in (0, 1)]
    curves = _fitted(halves[0])
    _report(curves, halves[1])
    _report_decided(curves, halves[1])
    if given.write:
        told = (
            f"python -m benchmarks.calibrate --fields {given.fields} --sets {given.sets} "
            f"--forms {given.forms} "
            f"--seed {given.seed}: comb fields composed of held-out glyphs, and specimen forms "
            "filled with the shipped handwriting faces and aged; no real form"
        )
        table = {"fitted_on": told, "caution": _CAUTION, "curves": _fitted(cases)}
        confidence.TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return 0


def composed(engines: Engines, glyphs: Path, count: int, seed: int) -> Iterator[Case]:
    """Comb fields set from glyphs held out of training, one source of glyphs for each field."""
    held, _ = heldout.read(glyphs, seed)
    rng = np.random.default_rng(seed)
    table = engines.recogniser.probabilities(held.tiles)
    # A few crops of the collection show no such character at all, and are drawn again and again.
    whole = table[np.arange(len(table)), held.truth] >= _SPOILT
    index: dict[tuple[str, str], NDArray[np.int64]] = {
        (source, CLASSES[c]): np.flatnonzero((held.source == source) & (held.truth == c) & whole)
        for source in np.unique(held.source)
        for c in np.unique(held.truth)
    }
    done = 0
    while done < count:
        pack = engines.packs[int(rng.integers(len(engines.packs)))]
        asked = []
        for field, text in _answers(pack, rng):
            cells = _set(text, field, index, held.tiles, table, rng)
            if cells is not None:
                asked.append((field, cells, text))
        yield from _cases(asked, engines, "composed", seed)
        done += len(asked)


def _answers(pack: FormPack, rng: np.random.Generator) -> Iterator[tuple[FieldPlace, str]]:
    answers = story(pack, rng)
    for field in pack.fields:
        text = answers.get(field.name)
        if field.way == "comb" and isinstance(text, str):
            listed = _listed(field.words, rng) if field.words and rng.random() < 0.5 else None
            yield field, listed or text.upper().replace("\n", " ")


def _listed(name: lexicon.Name, rng: np.random.Generator) -> str:
    """A word of a list as often as it is met; in a third of cases with one letter changed."""
    words, weights = _list(name)
    text = str(rng.choice(words, p=weights))
    if rng.random() < 1 / 3:
        at = int(rng.integers(len(text)))
        text = text[:at] + str(rng.choice(list(ascii_uppercase))) + text[at + 1 :]
    return text


@cache
def _list(name: lexicon.Name) -> tuple[list[str], NDArray[np.float64]]:
    lines = (lexicon.FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    parts = [line.partition("\t") for line in lines]
    weights = np.array([float(times or 1) for _, _, times in parts])
    return [word for word, _, _ in parts], weights / weights.sum()


def _set(
    text: str,
    field: FieldPlace,
    index: dict[tuple[str, str], NDArray[np.int64]],
    tiles: NDArray[np.uint8],
    table: NDArray[np.float32],
    rng: np.random.Generator,
) -> Cells | None:
    """The cells of a field with ``text`` in them; ``None`` when a glyph is missing or it is long.

    Digits come from pens or from MNIST, one of them for the whole field.
    """
    boxes = tuple(row.cell(i) for row in field.combs for i in range(row.cells))
    if len(text) > len(boxes):
        return None
    kinds = ("pen", "font") if rng.random() < 0.8 else ("mnist", "pen")
    chosen = np.zeros((len(boxes), *tiles.shape[1:]), np.uint8)
    rows = np.zeros((len(boxes), len(CLASSES)), np.float32)
    rows[:, CLASSES.index("")] = 1.0
    for i, character in enumerate(text):
        if character == " ":
            continue
        found = [index.get((kind, character), np.array([], np.int64)) for kind in kinds]
        pool = found[0] if len(found[0]) else found[1]
        if not len(pool):
            return None
        pick = int(rng.choice(pool))
        chosen[i], rows[i] = tiles[pick], table[pick]
    return Cells(boxes, chosen, rows)


def specimens(engines: Engines, count: int, seed: int) -> Iterator[Case]:
    """The comb and line fields of whole forms: filled, aged, laid on their blank and cut."""
    for pack in engines.packs:
        for number, form in enumerate(samples_many(pack, count, seed, level=3)):
            for picture in form.pictures:
                page = upright(Page(1, picture, 200.0)).page
                match = engines.matcher.match(page)
                if match is None or match.pack is not pack:
                    print(f"{pack.code} {number}: not matched", file=sys.stderr)
                    continue
                ink = lay(page, match).ink
                here = pack.on_page(match.form_page)
                yield from _on_page(ink, here, form, engines, number)


def _on_page(
    ink: NDArray[np.float32],
    here: Sequence[FieldPlace],
    form: Filled,
    engines: Engines,
    number: int,
) -> Iterator[Case]:
    combs = [field for field in here if field.way == "comb" and form.raw.get(field.name)]
    cells = classify(ink, combs, engines.recogniser)
    asked = [(f, c, form.raw[f.name].upper()) for f, c in zip(combs, cells, strict=True)]
    yield from _cases(asked, engines, "specimen", number)
    lines = [field for field in here if field.way == "line" and form.raw.get(field.name)]
    for field, said in zip(
        lines, line_fields.hear(ink, lines, lambda: engines.line_reader), strict=True
    ):
        if said and said.values:
            right = _same(said.values[0].text, str(form.truth[field.name]))
            seen = confidence.line_features(said.least, said.margin)
            yield Case(number, next(_NUMBERS), "line", "line", seen, right, "specimen")


_NUMBERS = counter()


def _same(left: str, right: str) -> bool:
    """Small letters or capitals: on a line that is a matter of taste."""
    return left.casefold() == right.casefold()


def _cases(
    asked: Sequence[tuple[FieldPlace, Cells, str]], engines: Engines, source: str, sample: int
) -> Iterator[Case]:
    classes = engines.recogniser.classes
    found: list[tuple[FieldPlace, Cells, Decoded]] = [
        (field, cells, decode(cells.probabilities, classes, grammar(field)))
        for field, cells, _ in asked
    ]
    opinions = second_opinions(found, classes, engines.line_reader)
    for (field, _, text), (_, _, first), both in zip(asked, found, opinions, strict=True):
        truth, number = grammar(field).normal(text), next(_NUMBERS)
        judged = [(first, evidence(first))] if first.readings else []
        judged += [(both.decoded, evidence(first, both))] if both.decoded.readings else []
        for decoded, seen in judged:
            right = decoded.readings[0].value == truth
            curve = confidence.curve_of(field.kind, seen)
            yield Case(sample, number, family(field.kind), curve, features(seen), right, source)


def _fitted(cases: Sequence[Case]) -> dict[str, Any]:
    curves = {}
    for name in sorted({case.curve for case in cases}):
        own = [case for case in cases if case.curve == name]
        x = np.array([case.features for case in own])
        right = np.array([case.right for case in own], float)
        composed = np.array([case.source == "composed" for case in own])
        # Glyphs of many hands and drawn hands say different things: each source counts half.
        share = np.where(composed, max(composed.mean(), 1e-6), max(1 - composed.mean(), 1e-6))
        bias, weights = _logistic(
            x, right, 0.5 / share if 0 < composed.mean() < 1 else 1 + 0 * x[:, 0]
        )
        curves[name] = {
            "bias": round(bias - _CAUTION, 4),
            "weights": [round(float(w), 4) for w in weights],
            "most": _MOST_LINE if name == "line" else _vouched(bias - _CAUTION, weights, x, right),
            "values": len(own),
        }
    return curves


def _vouched(
    bias: float, weights: NDArray[np.float64], x: NDArray[np.float64], right: NDArray[np.float64]
) -> float:
    """The highest probability that the accepted values of a curve can vouch for.

    Laplace's rule: what is wrong among them, and one more. Too few vouch for no acceptance.
    """
    taken = 1 / (1 + np.exp(-np.clip(x @ weights + bias, -30, 30))) >= ACCEPT
    wrong = int((1 - right[taken]).sum())
    return round(min(max(1 - (wrong + 1) / (int(taken.sum()) + 2), _LEAST), _MOST), 4)


def _logistic(
    x: NDArray[np.float64], y: NDArray[np.float64], share: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Bias and weights by Newton's method, with a little ridge; each case counts its ``share``."""
    middle, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    z = np.column_stack([np.ones(len(x)), (x - middle) / spread])
    w = np.zeros(z.shape[1])
    ridge = np.diag([1e-3, *[_RIDGE * len(x) / 10] * x.shape[1]])
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(z @ w, -30, 30)))
        slope = z.T @ (share * (p - y)) + ridge @ w
        curve = (z * (share * p * (1 - p))[:, None]).T @ z + ridge + 1e-6 * np.eye(len(w))
        step = np.linalg.solve(curve, slope)
        w -= np.clip(step, -2, 2)
    weights = w[1:] / spread
    return float(w[0] - (weights * middle).sum()), weights


def _report(curves: dict[str, Any], cases: Sequence[Case]) -> None:
    print(f"{'curve':14} {'source':9} values right%  accepted% wrong accepted%  said wrong%")
    for name in sorted(curves):
        given = curves[name]
        curve = confidence.Curve(given["bias"], tuple(given["weights"]), given["most"])
        for source in ("composed", "specimen"):
            own = [case for case in cases if case.curve == name and case.source == source]
            if not own:
                continue
            said = np.array([curve.at(case.features) for case in own])
            right = np.array([case.right for case in own])
            taken = said >= ACCEPT
            wrong = 100 * float(np.mean(~right[taken])) if taken.any() else 0.0
            told = 100 * float(np.mean(1 - said[taken])) if taken.any() else 0.0
            print(
                f"{name:14} {source:9} {len(own):6} {100 * right.mean():6.1f} "
                f"{100 * taken.mean():9.1f} {wrong:15.2f} {told:12.2f}"
            )


def _report_decided(curves: dict[str, Any], cases: Sequence[Case]) -> None:
    """Fields as reading decides them: by one reader, and by two where one is not sure enough."""
    made = {
        name: confidence.Curve(each["bias"], tuple(each["weights"]), each["most"])
        for name, each in curves.items()
    }
    decided: dict[int, tuple[Case, bool]] = {}
    for case in cases:
        if case.field not in decided or not decided[case.field][1]:
            decided[case.field] = (case, made[case.curve].at(case.features) >= ACCEPT)
    print(f"\n{'family':14} {'source':9} fields right%  accepted% wrong accepted")
    for name, source in sorted({(case.family, case.source) for case in cases}):
        own = [
            each for each in decided.values() if (each[0].family, each[0].source) == (name, source)
        ]
        taken = [case for case, accepted in own if accepted]
        wrong = sum(not case.right for case in taken)
        right = 100 * sum(case.right for case, _ in own) / len(own)
        print(
            f"{name:14} {source:9} {len(own):6} {right:6.1f} {100 * len(taken) / len(own):9.1f} "
            f"{wrong:6} of {len(taken)}"
        )


if __name__ == "__main__":
    sys.exit(main())
