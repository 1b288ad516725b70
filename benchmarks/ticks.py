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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2
import numpy as np

from benchmarks.tick_fit import fit
from benchmarks.tick_marks import MEASURING, USUAL, Hands, Usual
from benchmarks.tick_sheets import laid_sheets, places
from extractors.confidence import sure
from extractors.fields import marks
from extractors.read import Engines, read_fields
from extractors.values import FieldReading

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
    ticks = [each for each in boxes if not lost(each.scan)]
    rows = [
        _row("usual: tick boxes and choices", ticks),
        _row("  choices", [each for each in ticks if each.kind == "choice"]),
        _row("  single boxes", [each for each in ticks if each.kind == "tick"]),
        _row("  1-bit", [each for each in ticks if each.scan.startswith("bitonal")]),
        _row("  200 dpi and above", [each for each in ticks if not coarse(each.scan)]),
        _row("  150 dpi", [each for each in ticks if coarse(each.scan)]),
        _row("  pale ink, grey or colour", [each for each in ticks if "pale" in each.scan]),
        _row("pale ink, 1-bit or copied", [each for each in boxes if lost(each.scan)]),
    ]
    for kind in ("choice", "tick", "signature"):
        own = [each for each in alike if each.kind == kind and not lost(each.scan)]
        for situation in sorted({each.situation for each in own}):
            part = [each for each in own if each.situation == situation]
            rows.append(_row(f"{kind}: {situation}", part))
    return rows


def lost(scan: str) -> bool:
    """Pale ink on a scan that keeps only black and white: much of it is not on the picture."""
    return "pale" in scan and scan.startswith(("bitonal", "copy"))


def coarse(scan: str) -> bool:
    """Fewer than the 200 dots an inch that the goals are for."""
    return scan.endswith(" 150 dpi")


def outcomes(count: int, seed: int, hands: Hands, usual: Usual | None) -> Iterator[Outcome]:
    """Every field of ``count`` sheets."""
    for sheet, laid in laid_sheets(count, seed, hands, usual):
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
