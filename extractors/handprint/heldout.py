"""Cells of glyph sources that training never saw: to calibrate with, and, apart, to measure on.

``python -m extractors.handprint.heldout --data DIR`` prints the figures of the shipped model.

Whole fonts, a random tenth of the pen characters (their writers are not known, so the same people
may have written others that were trained on), and MNIST's test digits. Pictures are pasted as they
are, without a hand's changes of shape, then printed, scanned and cut as training cells are; some
are struck out first.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.handprint import assessment
from extractors.handprint.glyphs import Bank, Glyph, read_bank
from extractors.handprint.hands import Hand, Writing
from extractors.handprint.recogniser import EMPTY, Recogniser
from extractors.handprint.strokes import read_allographs
from extractors.handprint.synthesis import CLASSES, glyph_tile
from extractors.values import STRUCK

_TIMES = {"pen": 6, "mnist": 1, "font": 6}
_AS_IT_IS = Hand(
    slant=0, turn=0, width=1, shake=0, care=1, wave=0, pen=0.06, pressure=1, taste=0
)  # fmt: skip
_NAMES = {STRUCK: "struck out", EMPTY: "empty"}
LETTER_CLASSES = tuple(range(26))
DIGIT_CLASSES = tuple(range(26, 36))


def alphabets() -> NDArray[np.int64]:
    """For each class: 0 a letter, 1 a digit, 2 neither."""
    numbers = np.full(len(CLASSES), 2)
    numbers[list(LETTER_CLASSES)] = 0
    numbers[list(DIGIT_CLASSES)] = 1
    return numbers


@dataclass(frozen=True, slots=True)
class Cells:
    """Tiles (n, 3, 32, 32), their class numbers and, for each, the source it comes from."""

    tiles: NDArray[np.uint8]
    truth: NDArray[np.int64]
    source: NDArray[np.str_]


def read(data: Path, seed: int) -> tuple[Cells, Cells]:
    """Cells to calibrate with and cells to test on: no glyph is in both."""
    cv2.setNumThreads(1)
    bank = read_bank(data, held_out=True)
    rng = np.random.default_rng(seed + 1)
    halves: tuple[list[Any], list[Any]] = ([], [])
    for source, by_character in bank.sources.items():
        for character, glyphs in by_character.items():
            for glyph in glyphs:
                half = halves[int(rng.random() < 0.5)]
                half.extend((source, character, glyph) for _ in range(_TIMES[source]))
    for half in halves:
        written = [each for each in half if each[1].isalnum()]
        struck = rng.choice(len(written), 300, replace=False)
        half.extend(("struck", written[i][1], written[i][2]) for i in struck)
        half.extend(("blank", EMPTY, None) for _ in range(300))
    return _cells(halves[0], rng), _cells(halves[1], rng)


def _cells(glyphs: list[tuple[str, str, Glyph | None]], rng: np.random.Generator) -> Cells:
    writing = Writing(read_allographs(), Bank({}))
    tiles = [
        glyph_tile(writing, glyph, _AS_IT_IS, rng, character if source == "struck" else "")
        for source, character, glyph in glyphs
    ]
    truth = [CLASSES.index(STRUCK if source == "struck" else c) for source, c, _ in glyphs]
    return Cells(np.stack(tiles), np.array(truth), np.array([source for source, _, _ in glyphs]))


def figures(found: NDArray[np.floating], cells: Cells) -> dict[str, Any]:
    """What the model card reports, from the probabilities (n, classes) found for ``cells``."""
    result: dict[str, Any] = {}
    by_class: dict[str, float] = {}
    for source in ("pen", "mnist", "font", "struck", "blank"):
        rows = cells.source == source
        result[source] = _groups(found[rows], cells.truth[rows])
    for number, character in enumerate(CLASSES):
        rows = cells.truth == number
        if rows.any():
            name = _NAMES.get(character, character)
            by_class[name] = round(assessment.accuracy(found[rows], cells.truth[rows]), 4)
    result["per class"] = by_class
    return result


def _groups(found: NDArray[np.floating], truth: NDArray[np.int64]) -> dict[str, float]:
    """Right answers in percent and calibration error, with the field's alphabet known and not."""
    known = {
        "digits": DIGIT_CLASSES,
        "letters": LETTER_CLASSES,
        "36 classes": LETTER_CLASSES + DIGIT_CLASSES,
        "all classes": tuple(range(len(CLASSES))),
    }
    same = [(CLASSES.index("O"), CLASSES.index("0")), (CLASSES.index("I"), CLASSES.index("1"))]
    report: dict[str, float] = {}
    for name, group in known.items():
        rows = np.isin(truth, group)
        if not rows.any():
            continue
        shared = assessment.within(found[rows], group)
        report[f"{name}: cells"] = int(rows.sum())
        report[f"{name}: right %"] = round(100 * assessment.accuracy(shared, truth[rows]), 2)
        error = assessment.calibration_error(shared, truth[rows])
        report[f"{name}: calibration error"] = round(error, 4)
        if name == "36 classes":
            best = np.argsort(-shared, axis=1)[:, :3]
            among = (best == truth[rows][:, None]).any(axis=1).mean()
            report[f"{name}: among the best three %"] = round(100 * float(among), 2)
            merged = assessment.accuracy(shared, truth[rows], same)
            report[f"{name}, O=0 I=1: right %"] = round(100 * merged, 2)
    return report


def main(arguments: list[str] | None = None) -> int:
    """Print the shipped model's figures; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m extractors.handprint.heldout")
    parser.add_argument("--data", type=Path, required=True, help="folder of training material")
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args(arguments)
    if not options.data.is_dir():
        sys.stderr.write(f"{options.data} is not a folder. Give the training material's folder.\n")
        return 2
    _, test = read(options.data, options.seed)
    found = Recogniser.load().probabilities(test.tiles)
    sys.stdout.write(json.dumps(figures(found, test), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
