"""The boxes of comb fields: cut out, cleaned and classified, all of a page in one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors import kinds, lexicon
from extractors.decoding import Grammar, Places
from extractors.fields.views import steady_probabilities
from extractors.formpack import FieldPlace
from extractors.handprint.recogniser import Recogniser
from extractors.handprint.tiles import SIDE, VIEWS, tile
from extractors.kinds.positions import Alternative
from extractors.matching import LAID_DPI
from extractors.values import STRUCK, Box, Picture

_BLANK_INK = 0.11  # the handwriting ink below which a box holds nothing
_PEN = 0.38  # ink of at least this share of a box's darkest is pen, the rest its soft edge
_SPECK = round(0.4 * LAID_DPI / 25.4)  # pixels; a mark not larger is dirt in the paper
_DOT = round(0.8 * LAID_DPI / 25.4)  # pixels; a mark not larger is dirt or a dot, no letter
_STROKE = 0.025  # share of a box's middle that is inked when a character stands there
_TALL = 0.3  # share of a box's height that a mark has when it may be a character
_SMUDGE = 0.05
_DISPUTED = 0.4  # the chance of an empty box where a stroke stands and the recogniser sees none
_DOTS = ".,'-:"
_UNASKED = 1 / 30
"""How often people write a character that the field does not ask for, of those it takes for one."""
_STRUCK = 1 / 8
"""The recogniser has learnt from as many characters struck out as of any letter, one in forty. On
forms one in some hundreds is."""

Mark = Literal["none", "speck", "dot", "remains", "stroke"]


@dataclass(frozen=True, slots=True)
class Cells:
    """A field's boxes: their places, pictures (n, 3, 32, 32; see ``tile``) and class probabilities.

    ``marked``: the boxes with more in them than specks, whatever the recogniser says.
    """

    boxes: tuple[Box, ...]
    tiles: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    marked: frozenset[int] = frozenset()


def classify(
    ink: NDArray[np.float32],
    dark: Picture,
    fields: Sequence[FieldPlace],
    recogniser: Recogniser,
) -> list[Cells]:
    """The cells of all fields; boxes without ink, or with specks only, are empty unasked.

    ``ink`` and ``dark`` as in ``Laid``.
    """
    height, width = ink.shape
    boxes = [[row.cell(i) for row in field.combs for i in range(row.cells)] for field in fields]
    flat = [box for each in boxes for box in each]
    blank = np.zeros(len(recogniser.classes), np.float32)
    blank[recogniser.classes.index("")] = 1.0
    table = np.tile(blank, (len(flat), 1))
    tiles = np.zeros((len(flat), VIEWS, SIDE, SIDE), np.uint8)
    marks = [_mark(ink, box.pixels(width, height)) for box in flat]
    inked = [index for index, mark in enumerate(marks) if mark not in ("none", "speck")]
    for index in inked:
        box = flat[index]
        edges = (box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height)
        tiles[index] = tile(ink, dark, edges)
    table[inked] = steady_probabilities(recogniser, tiles[inked])
    found, start = [], 0
    for field, own in zip(fields, boxes, strict=True):
        part = slice(start, start + len(own))
        start = part.stop
        alphabet = frozenset(kinds.rule(field).alphabet)
        rows = _weighed(table[part], marks[part], recogniser.classes, alphabet)
        marked = frozenset(i for i, m in enumerate(marks[part]) if m not in ("none", "speck"))
        found.append(Cells(tuple(own), tiles[part], rows, marked))
    return found


def _mark(ink: NDArray[np.float32], box: tuple[int, int, int, int]) -> Mark:
    """What stands in a box of pixels, judged by the size and the place of its marks."""
    left, top, right, bottom = box
    inside = ink[top:bottom, left:right]
    darkest = float(inside.max(initial=0.0))
    if darkest < _BLANK_INK:
        return "none"
    high, wide = inside.shape
    dark = (inside > max(_BLANK_INK, _PEN * darkest)).astype(np.uint8)
    count, _, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    if count < 2:
        return "speck"
    sizes = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    if sizes.max() <= _SPECK and dark.sum() <= 1.5 * _SPECK**2:
        return "speck"
    middle = dark[high // 10 : high - high // 10, wide // 5 : wide - wide // 5]
    if middle.size and float(middle.mean()) >= _STROKE and sizes.max() > _DOT:
        return "stroke"
    # Beside an edge: a stroke that stands in this box, or the remains of its comb line.
    off_edge = np.minimum(centres[1:, 0], wide - 1 - centres[1:, 0]) >= 0.08 * wide
    if (off_edge & (stats[1:, cv2.CC_STAT_HEIGHT] >= _TALL * high)).any():
        return "stroke"
    return "dot" if sizes.max() <= _DOT and off_edge.any() else "remains"


def _weighed(
    table: NDArray[np.float32],
    marks: Sequence[Mark],
    classes: Sequence[str],
    alphabet: frozenset[str],
) -> NDArray[np.float32]:
    """Class probabilities that agree with what size the marks have.

    To drop a character without a word would be worse than to ask about a smudge: a stroke is
    hardly ever an empty box, and where the recogniser says so neither of them is believed. A mark
    as small as a dot is dirt where no dot may stand, or where the whole field has nothing larger
    (dots alone are no answer), and perhaps dirt after an empty box. And people write what a field
    asks for: a letter in a number must be all the clearer.
    """
    empty = list(classes).index("")
    allowed = np.array([each in alphabet for each in classes])
    dots = np.array([each != "" and each in _DOTS for each in classes])
    bare = not any(
        mark == "stroke" or (mark == "remains" and row[empty] <= 0.5)
        for mark, row in zip(marks, table, strict=True)
    )
    weighed = table * np.where(_unasked(classes, alphabet), _UNASKED, 1.0).astype(np.float32)
    weighed *= np.array([_STRUCK if each == STRUCK else 1.0 for each in classes], np.float32)
    weighed /= weighed.sum(axis=1, keepdims=True)
    for index, mark in enumerate(marks):
        row = weighed[index]
        if mark == "stroke":
            most = _DISPUTED if row[empty] > 0.5 else _SMUDGE * float(row[allowed].sum())
            if row[empty] > most:
                row *= (1.0 - most) / max(1.0 - float(row[empty]), 1e-6)
                row[empty] = most
        elif mark == "dot":
            alone = index == 0 or table[index - 1, empty] > 0.5
            dirt = np.where(allowed, 1.0 if bare else 0.5 * alone, 1.0) * dots
            row[empty] += float((row * dirt).sum())
            row *= np.where(dots, 1.0 - dirt, 1.0)
    return weighed


def _unasked(classes: Sequence[str], alphabet: frozenset[str]) -> NDArray[np.bool_]:
    """The letters, figures and rare signs that a field does not ask for.

    Not dots and dashes, which are dirt as often, nor an X, which may be a figure crossed out.
    """
    told = [each not in alphabet and each not in ("", "X", STRUCK, *_DOTS) for each in classes]
    return np.array(told)


def grammar(field: FieldPlace) -> Grammar:
    """The grammar of a comb field, from its kind and the pack."""
    rule = kinds.rule(field)
    alternatives = rule.alternatives(sum(row.cells for row in field.combs))
    places = _places(alternatives) if alternatives else None
    words = lexicon.named(field.words) if field.words else None
    return Grammar(rule.normal, frozenset(rule.alphabet), places, words, rule.share)


@lru_cache(maxsize=256)
def _places(alternatives: tuple[Alternative, ...]) -> Places:
    return Places.of(alternatives)
