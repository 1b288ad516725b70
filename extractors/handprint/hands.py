"""A writer's hand and pen, and one character written with them.

Characters of one ``Hand`` look alike: the same slant, pen, care and ways of writing letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.handprint.glyphs import PUNCTUATION, Bank, Glyph
from extractors.handprint.strokes import Drawing, Points, Rng, Stroke, write

# Floats from 0 paper to 1 ink; Any because OpenCV does not say what it returns.
Ink = NDArray[Any]
Allographs = Mapping[str, tuple[tuple[Stroke, ...], ...]]

CELL_HEIGHT = 64
"""Pixels of a cell's height on the canvas that is written on."""

# Share of characters by where their shape comes from: drawn strokes, pen glyph pictures and their
# skeletons, MNIST pictures and skeletons (digits only), fonts.
_SOURCES = ("strokes", "pen", "pen bones", "mnist", "mnist bones", "font")
_FOR_DIGITS = (0.30, 0.13, 0.17, 0.12, 0.18, 0.10)
_FOR_LETTERS = (0.36, 0.22, 0.30, 0.0, 0.0, 0.12)
_FOR_PUNCTUATION = (0.75, 0.0, 0.0, 0.0, 0.0, 0.25)

# Where a mark's middle stands in the height of a capital (0 top, 1 bottom): lowest, highest.
_MARKS = {".": (0.4, 1.05), ",": (0.6, 1.15), "'": (-0.1, 0.3), "-": (0.3, 0.7), ":": (0.4, 0.8)}


@dataclass(frozen=True, slots=True)
class Hand:
    """How somebody writes. Lengths are in heights of the character unless said otherwise."""

    slant: float  # rightward lean, tangent
    turn: float  # radians
    width: float  # times the natural width
    shake: float
    care: float  # 0 careless to 1 copybook
    wave: float  # how far the shape is bent
    pen: float  # width of the pen, in cell heights
    pressure: float  # 1 even ink; less lets the ink vary along the stroke
    taste: int  # chooses among ways of writing


@dataclass(frozen=True, slots=True)
class Place:
    """Where a character goes on a canvas: its middle and its height, in pixels."""

    x: float
    y: float
    height: float


def some_hand(rng: Rng) -> Hand:
    """A writer picked at random; one in five writes with a strong slant."""
    slant = rng.uniform(-0.3, 0.6) if rng.random() < 0.2 else rng.normal(0.08, 0.16)
    return Hand(
        slant=float(slant),
        turn=float(rng.normal(0, 0.06)),
        width=float(np.exp(rng.normal(0, 0.2))),
        shake=float(np.clip(rng.gamma(2.0, 0.014), 0.004, 0.09)),
        care=float(rng.random()),
        wave=float(rng.uniform(0, 0.04)),
        pen=float(np.clip(np.exp(rng.normal(np.log(0.067), 0.4)), 0.022, 0.16)),
        pressure=float(rng.uniform(0.5, 1) if rng.random() < 0.5 else 1.0),
        taste=int(rng.integers(1 << 30)),
    )


class Writing:
    """Writes characters: drawn strokes, and the glyphs of a bank when it has one."""

    def __init__(self, allographs: Allographs, bank: Bank) -> None:
        self._allographs = allographs
        self._bank = bank

    def put(self, canvas: Ink, character: str, hand: Hand, place: Place, rng: Rng) -> None:
        """Write ``character`` onto ``canvas`` (ink 0 to 1) in place."""
        source = self._source(character, rng)
        if source == "strokes":
            self._put_strokes(canvas, character, hand, place, rng)
            return
        kind, _, bones = source.partition(" ")
        glyphs = self._bank.sources.get(kind, {}).get(character, ())
        if not glyphs:
            self._put_strokes(canvas, character, hand, place, rng)
            return
        glyph = glyphs[int(rng.integers(len(glyphs)))]
        if bones and glyph.bones is not None:
            _put_drawing(canvas, glyph.bones, hand, place, rng)
        else:
            put_picture(canvas, glyph, hand, place, rng)

    def _source(self, character: str, rng: Rng) -> str:
        if not self._bank.sources:
            return "strokes"
        if character in PUNCTUATION:
            shares = _FOR_PUNCTUATION
        else:
            shares = _FOR_DIGITS if character.isdigit() else _FOR_LETTERS
        return _SOURCES[int(rng.choice(len(_SOURCES), p=shares))]

    def _put_strokes(self, canvas: Ink, character: str, hand: Hand, place: Place, rng: Rng) -> None:
        ways = self._allographs[character]
        # A writer keeps to one way of writing a letter, mostly.
        favourite = (hand.taste + 7919 * ord(character)) % len(ways)
        way = favourite if rng.random() < 0.85 else int(rng.integers(len(ways)))
        drawing = write(ways[way], hand.shake, hand.care, rng)
        if character in _MARKS:
            place = _mark_place(character, drawing, place, rng)
            drawing = Drawing(drawing.points * rng.uniform(0.6, 1.35), drawing.joins)
        _put_drawing(canvas, drawing, hand, place, rng)


def _mark_place(character: str, drawing: Drawing, place: Place, rng: Rng) -> Place:
    low, high = _MARKS[character]
    share = rng.uniform(low, high)
    half = float(np.ptp(drawing.points[:, 1])) / 2
    if character == ",":
        share -= half
    x = place.x + rng.normal(0, 0.12) * place.height
    return Place(float(x), place.y + (share - 0.5) * place.height, place.height)


def _shaped(points: Points, hand: Hand, rng: Rng) -> Points:
    """Points about their middle, as this hand bends, widens, slants and turns them."""
    points = points - (points.min(axis=0) + points.max(axis=0)) / 2
    size = min(float(np.ptp(points, axis=0).max()), 1.0)  # bending would blow up a dot
    points = _bent(points, hand.wave * size, rng)
    slant = hand.slant + rng.normal(0, 0.04)
    turn = hand.turn + rng.normal(0, 0.03)
    x = points[:, 0] * hand.width * np.exp(rng.normal(0, 0.08)) - slant * points[:, 1]
    y = points[:, 1]
    cos, sin = np.cos(turn), np.sin(turn)
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=1)


def _bent(points: Points, amount: float, rng: Rng) -> Points:
    """A smooth random bend of the plane: two slow waves each way."""
    if amount <= 0:
        return points
    waves = rng.uniform(1.5, 7, (2, 2, 2)) * rng.choice([-1, 1], (2, 2, 2))
    phase = rng.uniform(0, 2 * np.pi, (2, 2))
    moved = np.sin(np.einsum("nk,awk->naw", points, waves) + phase).sum(axis=2)
    return np.asarray(points + amount * moved)


def _put_drawing(canvas: Ink, drawing: Drawing, hand: Hand, place: Place, rng: Rng) -> None:
    points = _shaped(drawing.points, hand, rng) * place.height + (place.x, place.y)
    thick = hand.pen * CELL_HEIGHT * np.exp(rng.normal(0, 0.08))
    fixed = np.round(points * 16).astype(np.int32)[drawing.joins]
    drawn = np.zeros(canvas.shape, np.uint8)
    cv2.polylines(drawn, list(fixed), False, 255, max(1, round(float(thick))), cv2.LINE_AA, 4)
    _add(canvas, drawn.astype(np.float32) / 255, hand, rng)


def put_picture(canvas: Ink, glyph: Glyph, hand: Hand, place: Place, rng: Rng) -> None:
    """Paste a glyph picture, shaped by the hand and with strokes made thinner or thicker."""
    high, wide = glyph.ink.shape
    scale = place.height * glyph.size / high
    width = hand.width * np.exp(rng.normal(0, 0.06))
    width = min(width, 1.5 * place.height / max(wide * scale, 1e-6))
    slant, turn = hand.slant * 0.7 + rng.normal(0, 0.05), hand.turn + rng.normal(0, 0.03)
    cos, sin = np.cos(turn), np.sin(turn)
    shape = np.array([[cos, -sin], [sin, cos]]) @ np.array([[1, -slant], [0, 1]])
    shape = shape @ np.diag([scale * width, scale])
    y = place.y
    if glyph.size < 0.95 or glyph.top > 0:
        y += (glyph.top + glyph.size / 2 - 0.5) * place.height
    move = np.array([place.x, y]) - shape @ np.array([wide / 2, high / 2])
    ink: Ink = glyph.ink
    if scale < 0.8:
        ink = cv2.GaussianBlur(ink, (0, 0), 0.4 / scale)
    size = (canvas.shape[1], canvas.shape[0])
    drawn: Ink = cv2.warpAffine(ink, np.column_stack([shape, move]), size).astype(np.float32) / 255
    choice = rng.random()
    if choice < 0.3:
        drawn = _warped(drawn, rng.uniform(0.5, 2.5), rng)
    if 0.2 < choice < 0.45:
        drawn = cv2.dilate(drawn, np.ones((2, 2) if rng.random() < 0.6 else (3, 3), np.uint8))
    elif choice > 0.85:
        drawn = cv2.erode(drawn, np.ones((2, 2), np.uint8))
    _add(canvas, drawn, hand, rng)


def _warped(drawn: Ink, amount: float, rng: Rng) -> Ink:
    high, wide = drawn.shape
    fields = rng.normal(0, amount, (2, 4, 4)).astype(np.float32)
    dx, dy = (cv2.resize(f, (wide, high), interpolation=cv2.INTER_CUBIC) for f in fields)
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float32)
    return np.asarray(cv2.remap(drawn, xs + dx, ys + dy, cv2.INTER_LINEAR))


def _add(canvas: Ink, drawn: Ink, hand: Hand, rng: Rng) -> None:
    """Lay the character's ink on the canvas, uneven where the pen presses unevenly."""
    if hand.pressure < 1:
        coarse = rng.random((int(rng.integers(3, 9)), int(rng.integers(3, 9)))).astype(np.float32)
        grain = cv2.resize(coarse, drawn.shape[::-1], interpolation=cv2.INTER_CUBIC)
        drawn = drawn * np.clip(hand.pressure + (1 - hand.pressure) * 1.4 * grain, 0, 1)
    np.maximum(canvas, drawn, out=canvas)
