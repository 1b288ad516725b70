"""Training cells: characters in comb boxes as a scanner, and the removal of print, leave them.

A cell is drawn at a height of 64 pixels, scanned at 150 to 400 dpi with what scanners do, laid at
its size on a page of 200 dpi, and cut out by the very ``tile`` that reads pages. About half of the
cells are ordinary ones; accidents befall the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.handprint import accidents
from extractors.handprint.accidents import Box
from extractors.handprint.glyphs import CAPITALS, DIGITS, PUNCTUATION, Bank, Glyph
from extractors.handprint.hands import (
    CELL_HEIGHT,
    Hand,
    Place,
    Writing,
    put_picture,
    some_hand,
)
from extractors.handprint.pens import Ink
from extractors.handprint.print_removal import comb, removed
from extractors.handprint.recogniser import EMPTY
from extractors.handprint.scanner import scanned
from extractors.handprint.strokes import Rng, read_allographs
from extractors.handprint.tiles import SIDE, VIEWS, tile
from extractors.values import STRUCK, Picture

CLASSES: tuple[str, ...] = (*CAPITALS, *DIGITS, *PUNCTUATION, STRUCK, EMPTY)
"""What the recogniser tells apart; ``STRUCK`` is struck-out writing, ``EMPTY`` an empty cell."""

Put = Callable[[Ink, Hand, Place], None]
"""Puts the cell's own character on a canvas."""

_AROUND = 30
_LETTERS = CAPITALS + DIGITS
_SHARES = {"@": 0.4, "&": 0.6, "_": 0.4, "+": 0.5, "(": 0.5, ")": 0.5, "£": 0.5}
_SHARES |= {STRUCK: 1.2, EMPTY: 2.0}
# Share of cells that accidents may befall.
_ROUGH = 0.45
# Share of cells with a printed comb that is removed; on the others it has left what it may leave.
_PRINTED = 0.65


@dataclass(frozen=True, slots=True)
class _Cell:
    """A canvas with one cell on it. ``printed``: what the form has there, if it is to be removed.

    Without it the canvas itself holds what may be left of print.
    """

    ink: Ink
    box: Box
    printed: Ink | None


def shard(writing: Writing, count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """``count`` training tiles (count, 3, 32, 32) and class numbers, the same for a seed."""
    rng = np.random.default_rng(seed)
    shares = np.array([_share(character) for character in CLASSES])
    wanted = rng.choice(len(CLASSES), count, p=shares / shares.sum()).astype(np.uint8)
    tiles = np.zeros((count, VIEWS, SIDE, SIDE), np.uint8)
    for index, number in enumerate(wanted):
        tiles[index] = _shown(writing, CLASSES[number], rng)
    return tiles, wanted


def training_writing(bank: Bank) -> Writing:
    """Writes with the drawn strokes and the glyphs of ``bank``."""
    return Writing(read_allographs(), bank)


def cell_tile(writing: Writing, character: str, hand: Hand, rng: Rng) -> NDArray[np.uint8]:
    """One tile of ``character`` (or ``STRUCK``, ``EMPTY``) in that hand, after print and scan."""

    def put(canvas: Ink, hand: Hand, place: Place) -> None:
        if character == STRUCK:
            _put_struck(canvas, writing, hand, place, rng)
        else:
            writing.put(canvas, character, hand, place, rng)

    return _tile(put if character != EMPTY else None, writing, hand, rng)


def glyph_tile(
    writing: Writing, glyph: Glyph | None, hand: Hand, rng: Rng, struck: str = ""
) -> NDArray[np.uint8]:
    """One tile of exactly this glyph (``None`` an empty cell); neighbours come from ``writing``.

    ``struck``: the glyph's character, when it is to be struck out.
    """

    def put(canvas: Ink, hand: Hand, place: Place) -> None:
        if glyph is not None:
            put_picture(canvas, glyph, hand, place, rng)
        if struck:
            accidents.strike_out(canvas, struck, hand, place, rng)

    return _tile(put if glyph else None, writing, hand, rng)


def _shown(writing: Writing, character: str, rng: Rng) -> NDArray[np.uint8]:
    """A tile of ``character`` that is not blank, if three attempts are enough."""
    for _ in range(2):
        made = cell_tile(writing, character, some_hand(rng), rng)
        if character == EMPTY or made[0].any():
            return made
    return cell_tile(writing, character, some_hand(rng), rng)


def _share(character: str) -> float:
    if character in _SHARES:
        return _SHARES[character]
    return 1.3 if character.isdigit() else 0.7 if character in PUNCTUATION else 1.0


def _tile(put: Put | None, writing: Writing, hand: Hand, rng: Rng) -> NDArray[np.uint8]:
    rough = bool(rng.random() < _ROUGH)
    return _cut(_written(put, writing, hand, rng, rough=rough), rng, rough=rough)


def _put_struck(canvas: Ink, writing: Writing, hand: Hand, place: Place, rng: Rng) -> None:
    """A character, or a correction written over another, and then struck out."""
    character = _any_letter(rng)
    writing.put(canvas, character, hand, place, rng)
    if rng.random() < 0.15:
        writing.put(canvas, _any_letter(rng), hand, place, rng)
    accidents.strike_out(canvas, character, hand, place, rng)


def _any_letter(rng: Rng) -> str:
    return _LETTERS[int(rng.integers(len(_LETTERS)))]


def _written(put: Put | None, writing: Writing, hand: Hand, rng: Rng, *, rough: bool) -> _Cell:
    """The cell with its character, neighbours, comb remains and dirt."""
    width = CELL_HEIGHT * rng.uniform(0.62, 1.1)
    canvas = np.zeros((CELL_HEIGHT + 2 * _AROUND, int(width) + 2 * _AROUND + 1), np.float32)
    box = (_AROUND, _AROUND, _AROUND + width, _AROUND + CELL_HEIGHT)
    middle = _place(box, rng, rough=rough)
    # Wide letters are squeezed to fit narrow boxes.
    fitting = replace(hand, width=min(hand.width, 1.35 * width / middle.height))
    printed = comb(canvas.shape, box, rng) if rng.random() < _PRINTED else None
    if printed is None and rng.random() < 0.5:
        accidents.comb_remains(canvas, box, rng, rough=rough)
    if printed is None and rough and rng.random() < (0.07 if put else 0.2):
        accidents.guide_letter(canvas, box, rng)
    if put is not None:
        put(canvas, fitting, middle)
        if rough and rng.random() < 0.2:
            accidents.skips(canvas, middle, rng)
    _neighbours(canvas, writing, fitting, middle, rng, rough=rough)
    if rough and rng.random() < 0.12:
        _bleed_through(canvas, writing, rng)
    if printed is None and rough and rng.random() < 0.2:
        accidents.lost_at_edge(canvas, box, rng)
    if rough and rng.random() < 0.04:
        accidents.stray_line(canvas, middle, hand, rng)
    return _Cell(canvas, box, printed)


def _place(box: Box, rng: Rng, *, rough: bool) -> Place:
    """About the middle of the box; rough writing may be tiny, too large, or off the middle."""
    width, astray = box[2] - box[0], rng.random()
    size = float(np.clip(rng.normal(0.7, 0.14), 0.38, 1.08))
    x, y = rng.normal(0.5, 0.07), rng.normal(0.5, 0.05)
    if rough:
        if astray < 0.08:
            size = float(rng.uniform(0.28, 0.42))
        elif astray < 0.16:
            size = float(rng.uniform(1.0, 1.25))
        elif astray < 0.3:
            x, y = rng.normal(0.5, 0.14), rng.normal(0.5, 0.1)
        elif astray < 0.42:
            y = 1 - size / 2 + rng.normal(0.01, 0.03)  # it stands on the box's bottom line
        elif astray < 0.47:
            y = size / 2 + rng.normal(-0.01, 0.03)  # it hangs from the top line
    return Place(float(box[0] + width * x), float(box[1] + CELL_HEIGHT * y), CELL_HEIGHT * size)


def _neighbours(
    canvas: Ink, writing: Writing, hand: Hand, middle: Place, rng: Rng, *, rough: bool
) -> None:
    """The same hand's characters in the boxes beside, now and then a tail from the row above."""
    width = canvas.shape[1] - 2 * _AROUND - 1
    nearest = 0.79 if rough and rng.random() < 0.2 else 0.88
    for side in (-1, 1):
        if rng.random() < 0.4:
            place = replace(
                middle,
                x=_AROUND + width / 2 + side * width * rng.uniform(nearest, 1.2),
                y=middle.y + rng.normal(0, 0.05) * CELL_HEIGHT,
            )
            writing.put(canvas, _any_letter(rng), hand, place, rng)
    if rng.random() < 0.05:
        letter = "JYGQ79/,"[int(rng.integers(8))]
        above = _AROUND - CELL_HEIGHT * rng.uniform(0.35, 0.7)
        writing.put(canvas, letter, hand, replace(middle, y=above), rng)
    elif rng.random() < 0.02:
        below = _AROUND + CELL_HEIGHT * rng.uniform(1.4, 1.7)
        writing.put(canvas, _any_letter(rng), hand, replace(middle, y=below), rng)


def _bleed_through(canvas: Ink, writing: Writing, rng: Rng) -> None:
    """A faint mirrored character from the other side of the sheet."""
    behind = np.zeros_like(canvas)
    place = Place(
        float(rng.uniform(0, canvas.shape[1])), float(rng.uniform(0, canvas.shape[0])), 45
    )
    writing.put(behind, _any_letter(rng), some_hand(rng), place, rng)
    soft = cv2.GaussianBlur(behind[:, ::-1], (0, 0), 1.5) * rng.uniform(0.08, 0.3)
    np.maximum(canvas, soft, out=canvas)


def _cut(cell: _Cell, rng: Rng, *, rough: bool) -> NDArray[np.uint8]:
    """The cell scanned, laid at 200 dpi with its box a little wrong, its print removed, cut out."""
    laid = rng.uniform(26, 62) / CELL_HEIGHT
    form = np.zeros_like(cell.ink) if cell.printed is None else cell.printed
    page = scanned(cell.ink, form, laid, rng, rough=rough)
    dark, ink = np.asarray(page * 255, np.uint8), page
    if cell.printed is not None:
        blank, pen = (_as_laid(each, page.shape) for each in (cell.printed, cell.ink))
        ink = removed(dark, blank, pen, rng)
    share = (page.shape[1] / cell.ink.shape[1], page.shape[0] / cell.ink.shape[0])
    spread = 0.06 if rough and rng.random() < 0.3 else 0.02
    x0, y0, x1, y1 = cell.box + rng.normal(0, spread, 4) * CELL_HEIGHT
    edges = (x0 * share[0], y0 * share[1], x1 * share[0], y1 * share[1])
    return tile(np.asarray(ink, np.float32), dark, edges)


def _as_laid(ink: Ink, shape: tuple[int, ...]) -> Picture:
    """``ink`` as dark as it is, 0 to 255, at a laid page's size."""
    small = cv2.resize(ink, shape[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(small, 0, 1) * 255, np.uint8)
