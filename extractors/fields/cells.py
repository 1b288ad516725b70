"""The boxes of comb fields: cut out, cleaned and classified, all of a page in one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from extractors import kinds
from extractors.decoding import Grammar, Places
from extractors.formpack import FieldPlace
from extractors.handprint.recogniser import Recogniser
from extractors.handprint.tiles import tile
from extractors.kinds.positions import Alternative
from extractors.values import Box

_BLANK_INK = 0.11  # the handwriting ink below which a box holds nothing
_STROKE = 0.025  # share of a box's middle that is inked when a character stands there
_SMUDGE = 0.05


@dataclass(frozen=True, slots=True)
class Cells:
    """A field's boxes: their places, clean pictures (n, 32, 32) and class probabilities."""

    boxes: tuple[Box, ...]
    tiles: NDArray[np.uint8]
    probabilities: NDArray[np.float32]


def classify(
    ink: NDArray[np.float32], fields: Sequence[FieldPlace], recogniser: Recogniser
) -> list[Cells]:
    """The cells of all fields; boxes without any ink are empty without asking the recogniser."""
    height, width = ink.shape
    boxes = [[row.cell(i) for row in field.combs for i in range(row.cells)] for field in fields]
    flat = [box for each in boxes for box in each]
    blank = np.zeros(len(recogniser.classes), np.float32)
    blank[recogniser.classes.index("")] = 1.0
    table = np.tile(blank, (len(flat), 1))
    tiles = np.zeros((len(flat), 32, 32), np.uint8)
    inked, written = [], np.zeros(len(flat), bool)
    for index, box in enumerate(flat):
        left, top, right, bottom = box.pixels(width, height)
        inside = ink[top:bottom, left:right]
        if inside.max(initial=0.0) >= _BLANK_INK:
            written[index] = _written(inside)
            edges = (box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height)
            tiles[index] = tile(ink, edges)
            inked.append(index)
    table[inked] = recogniser.probabilities(tiles[inked])
    _not_empty(table, written, recogniser.classes.index(""))
    ends = np.cumsum([len(each) for each in boxes])
    return [
        Cells(tuple(each), tiles[end - len(each) : end], table[end - len(each) : end])
        for each, end in zip(boxes, ends, strict=True)
    ]


def _written(inside: NDArray[np.float32]) -> bool:
    """Whether a stroke stands in the middle of a box: more than a speck, away from its edges."""
    high, wide = inside.shape
    middle = inside[high // 10 : high - high // 10, wide // 5 : wide - wide // 5]
    return bool(middle.size) and float(np.mean(middle > 0.3)) >= _STROKE


def _not_empty(table: NDArray[np.float32], written: NDArray[np.bool_], empty: int) -> None:
    """Hold down, in place, the chance that a box with a stroke in it is empty.

    To drop a character without a word would be worse than to ask about a smudge.
    """
    rows = written & (table[:, empty] > _SMUDGE)
    rest = 1.0 - table[rows, empty]
    table[rows] *= ((1.0 - _SMUDGE) / np.maximum(rest, 1e-6))[:, None]
    table[rows, empty] = _SMUDGE


def grammar(field: FieldPlace) -> Grammar:
    """The grammar of a comb field, from its kind and the pack."""
    rule = kinds.rule(field)
    alternatives = rule.alternatives(sum(row.cells for row in field.combs))
    places = _places(alternatives) if alternatives else None
    return Grammar(rule.normal, frozenset(rule.alphabet), places)


@lru_cache(maxsize=256)
def _places(alternatives: tuple[Alternative, ...]) -> Places:
    return Places.of(alternatives)
