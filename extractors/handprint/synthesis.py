"""Training cells: characters in comb boxes as a scanner, and the removal of print, leave them.

A cell is drawn at a height of 64 pixels, scanned at 150 to 400 dpi with what scanners do, laid at
its size on a page of 200 dpi, and cut out by the very ``tile`` that reads pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.handprint.glyphs import CAPITALS, DIGITS, PUNCTUATION, Bank, Glyph
from extractors.handprint.hands import (
    CELL_HEIGHT,
    Hand,
    Ink,
    Place,
    Writing,
    put_picture,
    some_hand,
)
from extractors.handprint.strokes import Rng, read_allographs
from extractors.handprint.tiles import SIDE, VIEWS, tile

CLASSES: tuple[str, ...] = (*CAPITALS, *DIGITS, *PUNCTUATION, "")
"""What the recogniser tells apart; ``""`` is an empty cell."""

Put = Callable[[Ink, Hand, Place], None]
"""Puts the cell's own character on a canvas."""

_AROUND = 30
_NOISE = (0.0, 0.01, 0.03, 0.05)
_SHARES = {"@": 0.4, "&": 0.6, "": 2.0}


@dataclass(frozen=True, slots=True)
class _Cell:
    """A canvas with one cell on it: ``box`` is left, top, right, bottom in pixels."""

    ink: Ink
    box: tuple[float, float, float, float]


def shard(writing: Writing, count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """``count`` training tiles (count, 2, 32, 32) and their class numbers, the same for a seed."""
    rng = np.random.default_rng(seed)
    shares = np.array([_share(character) for character in CLASSES])
    wanted = rng.choice(len(CLASSES), count, p=shares / shares.sum()).astype(np.uint8)
    tiles = np.zeros((count, VIEWS, SIDE, SIDE), np.uint8)
    for index, number in enumerate(wanted):
        tiles[index] = cell_tile(writing, CLASSES[number], some_hand(rng), rng)
    return tiles, wanted


def training_writing(bank: Bank) -> Writing:
    """Writes with the drawn strokes and the glyphs of ``bank``."""
    return Writing(read_allographs(), bank)


def cell_tile(writing: Writing, character: str, hand: Hand, rng: Rng) -> NDArray[np.uint8]:
    """One tile of ``character`` (``""`` an empty cell) in that hand, after print and scan."""

    def put(canvas: Ink, hand: Hand, place: Place) -> None:
        writing.put(canvas, character, hand, place, rng)

    return _scanned_tile(_written(put if character else None, writing, hand, rng), rng)


def glyph_tile(writing: Writing, glyph: Glyph | None, hand: Hand, rng: Rng) -> NDArray[np.uint8]:
    """One tile of exactly this glyph (``None`` an empty cell); neighbours come from ``writing``."""

    def put(canvas: Ink, hand: Hand, place: Place) -> None:
        if glyph is not None:
            put_picture(canvas, glyph, hand, place, rng)

    return _scanned_tile(_written(put if glyph else None, writing, hand, rng), rng)


def _share(character: str) -> float:
    if character in _SHARES:
        return _SHARES[character]
    return 1.3 if character.isdigit() else 0.7 if character in PUNCTUATION else 1.0


def _written(put: Put | None, writing: Writing, hand: Hand, rng: Rng) -> _Cell:
    """The cell with its character, neighbours, comb remains and dirt."""
    width = CELL_HEIGHT * rng.uniform(0.62, 1.1)
    canvas = np.zeros((CELL_HEIGHT + 2 * _AROUND, int(width) + 2 * _AROUND + 1), np.float32)
    box = (_AROUND, _AROUND, _AROUND + width, _AROUND + CELL_HEIGHT)
    middle = Place(
        _AROUND + width * rng.normal(0.5, 0.07),
        _AROUND + CELL_HEIGHT * rng.normal(0.5, 0.05),
        CELL_HEIGHT * float(np.clip(rng.normal(0.7, 0.14), 0.34, 1.12)),
    )
    # Wide letters are squeezed to fit narrow boxes.
    fitting = replace(hand, width=min(hand.width, 1.35 * width / middle.height))
    if rng.random() < 0.5:
        _comb_remains(canvas, box, rng)
    if put is not None:
        put(canvas, fitting, middle)
        if rng.random() < 0.12:
            _skips(canvas, middle, rng)
    _neighbours(canvas, writing, fitting, middle, rng)
    if rng.random() < 0.06:
        _bleed_through(canvas, writing, rng)
    if rng.random() < 0.08:
        _lost_at_edge(canvas, box, rng)
    return _Cell(canvas, box)


def _neighbours(canvas: Ink, writing: Writing, hand: Hand, middle: Place, rng: Rng) -> None:
    """The same hand's characters in the boxes beside, now and then a tail from the row above."""
    letters = CAPITALS + DIGITS
    width = canvas.shape[1] - 2 * _AROUND - 1
    for side in (-1, 1):
        if rng.random() < 0.4:
            letter = letters[int(rng.integers(len(letters)))]
            place = replace(
                middle,
                x=_AROUND + width / 2 + side * width * rng.uniform(0.86, 1.2),
                y=middle.y + rng.normal(0, 0.05) * CELL_HEIGHT,
            )
            writing.put(canvas, letter, hand, place, rng)
    if rng.random() < 0.05:
        letter = "JYGQ79/,"[int(rng.integers(8))]
        above = _AROUND - CELL_HEIGHT * rng.uniform(0.35, 0.7)
        writing.put(canvas, letter, hand, replace(middle, y=above), rng)


def _comb_remains(canvas: Ink, box: tuple[float, float, float, float], rng: Rng) -> None:
    """Pieces of the box's lines that the removal of print has left, thin or thick, faint or not."""
    x0, y0, x1, y1 = box
    strength, thick = rng.uniform(0.15, 1), int(rng.choice([1, 1, 2, 2, 3, 4]))
    solid = rng.uniform(0.2, 1.0)
    for upright, at, start, end in (
        (True, x0, y0, y1), (True, x1, y0, y1), (False, y0, x0, x1), (False, y1, x0, x1)
    ):  # fmt: skip
        if rng.random() < 0.45:
            continue
        at = at + rng.normal(0, 2.5)
        if rng.random() < 0.3:
            start = end - (end - start) * rng.uniform(0.15, 0.5)  # a comb's tick, not a whole line
        elif not upright:
            start, end = 0, canvas.shape[1]
        lean = rng.normal(0, 0.8)
        a, b = ((at, start), (at + lean, end)) if upright else ((start, at), (end, at + lean))
        line = np.zeros(canvas.shape, np.uint8)
        points = np.round(np.array([a, b]) * 16).astype(np.int32)
        cv2.line(line, points[0], points[1], 255, thick, cv2.LINE_AA, 4)
        left = line.astype(np.float32) * (strength / 255)
        if solid < 0.9:
            gaps = (rng.random((9, 9)) < solid).astype(np.float32)
            left *= cv2.resize(gaps, canvas.shape[::-1])
        np.maximum(canvas, left, out=canvas)


def _skips(canvas: Ink, middle: Place, rng: Rng) -> None:
    """Thin gaps across the strokes, as of a dry pen."""
    for _ in range(int(rng.integers(1, 4))):
        angle, half = rng.uniform(0, np.pi), rng.uniform(3, 12)
        x, y = rng.normal((middle.x, middle.y), 0.3 * middle.height)
        dx, dy = half * np.cos(angle), half * np.sin(angle)
        a, b = (int(x - dx), int(y - dy)), (int(x + dx), int(y + dy))
        cv2.line(canvas, a, b, 0.0, int(rng.integers(1, 4)))


def _bleed_through(canvas: Ink, writing: Writing, rng: Rng) -> None:
    """A faint mirrored character from the other side of the sheet."""
    behind = np.zeros_like(canvas)
    place = Place(
        float(rng.uniform(0, canvas.shape[1])), float(rng.uniform(0, canvas.shape[0])), 45
    )
    writing.put(behind, CAPITALS[int(rng.integers(26))], some_hand(rng), place, rng)
    soft = cv2.GaussianBlur(behind[:, ::-1], (0, 0), 1.5) * rng.uniform(0.08, 0.3)
    np.maximum(canvas, soft, out=canvas)


def _lost_at_edge(canvas: Ink, box: tuple[float, float, float, float], rng: Rng) -> None:
    """Ink that went with the printed line under it."""
    side, width = int(rng.integers(4)), int(rng.integers(1, 4))
    at = max(int(box[side] + rng.integers(-3, 4)), 0)
    where = (slice(None), slice(at, at + width)) if side % 2 == 0 else (slice(at, at + width),)
    canvas[where] *= rng.uniform(0, 0.5)


def _scanned_tile(cell: _Cell, rng: Rng) -> NDArray[np.uint8]:
    """The cell scanned, laid at 200 dpi with its box a little wrong, and cut out."""
    laid = rng.uniform(26, 62) / CELL_HEIGHT
    dpi = float(rng.choice([150, 200, 200, 300, 300, 400]))
    scan = laid * dpi / 200
    ink = cell.ink
    blur = 0.4 * max(0.0, 1 / scan - 1) + abs(rng.normal(0, 0.45))
    if blur > 0.2:
        ink = cv2.GaussianBlur(ink, (0, 0), blur)
    size = (max(round(ink.shape[1] * scan), 4), max(round(ink.shape[0] * scan), 4))
    ink = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scan < 1 else cv2.INTER_LINEAR)
    ink = _scanner(ink, rng)
    size = (max(round(cell.ink.shape[1] * laid), 4), max(round(cell.ink.shape[0] * laid), 4))
    if dpi != 200:
        ink = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if dpi > 200 else cv2.INTER_LINEAR)
    share = (ink.shape[1] / cell.ink.shape[1], ink.shape[0] / cell.ink.shape[0])
    wrong = rng.normal(0, 0.02 if rng.random() < 0.85 else 0.06, 4) * CELL_HEIGHT
    x0, y0, x1, y1 = (edge + off for edge, off in zip(cell.box, wrong, strict=True))
    return tile(
        np.asarray(ink, np.float32), (x0 * share[0], y0 * share[1], x1 * share[0], y1 * share[1])
    )


def _scanner(ink: Ink, rng: Rng) -> Ink:
    """Faint ink, noise and specks; then grey, 1-bit or JPEG."""
    gain = rng.uniform(0.3, 1.0) if rng.random() < 0.4 else 1.0
    ink = ink * np.float32(gain)
    noise = _NOISE[int(rng.integers(len(_NOISE)))]
    if noise:
        ink += noise * rng.standard_normal(ink.shape, np.float32)
    if rng.random() < 0.06:
        for _ in range(int(rng.integers(1, 6))):
            ink[int(rng.integers(ink.shape[0])), int(rng.integers(ink.shape[1]))] = 1
    kind = rng.random()
    if kind < 0.28:
        ink = ink > gain * rng.uniform(0.25, 0.68)
    elif kind < 0.5:
        grey = np.clip(235 - ink * rng.uniform(110, 220), 0, 255).astype(np.uint8)
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))]
        _, packed = cv2.imencode(".jpg", grey, quality)
        unpacked = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
        assert unpacked is not None  # it was packed on the line above
        ink = (235 - unpacked.astype(np.float32)) / 220
        ink[ink < 0.04] = 0
    return np.clip(ink, 0, 1).astype(np.float32)
