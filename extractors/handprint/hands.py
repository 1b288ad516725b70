"""A writer's hand and pen, and one character written with them.

Characters of one ``Hand`` look alike: the same slant, proportions, pen, care and ways of writing
letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np

from extractors.handprint import pens
from extractors.handprint.glyphs import PUNCTUATION, Bank, Glyph
from extractors.handprint.pens import BALLPOINT, Ink, Pen
from extractors.handprint.strokes import (
    STEADY,
    Drawing,
    Movement,
    Points,
    Rng,
    Stroke,
    write,
)

Allographs = Mapping[str, tuple[tuple[Stroke, ...], ...]]

CELL_HEIGHT = 64
"""Pixels of a cell's height on the canvas that is written on."""

# Share of characters by where their shape comes from: drawn strokes, pen glyph pictures and their
# skeletons, MNIST pictures and skeletons (digits only), fonts and their skeletons.
_SOURCES = ("strokes", "pen", "pen bones", "mnist", "mnist bones", "font", "font bones")
_FOR_DIGITS = (0.31, 0.12, 0.16, 0.11, 0.16, 0.08, 0.06)
_FOR_LETTERS = (0.36, 0.20, 0.28, 0.0, 0.0, 0.09, 0.07)
_FOR_PUNCTUATION = (0.75, 0.0, 0.0, 0.0, 0.0, 0.25, 0.0)

# Letters that many people write as this digit: a fifth of them are written digits.
_TWINS = {"O": "0", "I": "1"}
_FOR_TWINS = (0.0, 0.2, 0.2, 0.2, 0.4, 0.0, 0.0)

# How wide a pen may be, in heights of the character: wider ones would leave a blot.
_WIDEST = 0.17

# Where a mark's middle stands in the height of a capital (0 top, 1 bottom): lowest, highest.
_MARKS = {
    ".": (0.4, 1.05), ",": (0.6, 1.15), "'": (-0.1, 0.3), "-": (0.3, 0.7), ":": (0.4, 0.8),
    "_": (0.8, 1.05), "+": (0.35, 0.75),
}  # fmt: skip


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
    waist: float = 0  # how much lower crossbars and waists are than in the copybook
    uneven: float = 0  # how characters differ in size
    small: bool = False  # mixes small letters in among capitals
    moves: Movement = STEADY
    kind: Pen = BALLPOINT


@dataclass(frozen=True, slots=True)
class Place:
    """Where a character goes on a canvas: its middle and its height, in pixels."""

    x: float
    y: float
    height: float


def some_hand(rng: Rng) -> Hand:
    """A writer picked at random: half are ordinary, half have habits of their own."""
    kind = rng.random()
    if kind < 0.1:
        slant = rng.uniform(-0.4, 0.8)
    else:
        slant = rng.normal(0.28, 0.1) if kind < 0.25 else rng.normal(0.06, 0.13)
    hand = Hand(
        slant=float(slant),
        turn=float(rng.normal(0, 0.06)),
        width=float(np.exp(rng.normal(0, 0.2))),
        shake=float(np.clip(rng.gamma(2.0, 0.014), 0.004, 0.09)),
        care=float(rng.random()),
        wave=float(rng.uniform(0, 0.04)),
        pen=float(np.clip(np.exp(rng.normal(np.log(0.067), 0.4)), 0.022, 0.16)),
        pressure=float(rng.uniform(0.5, 1) if rng.random() < 0.4 else 1.0),
        taste=int(rng.integers(1 << 30)),
        waist=float(rng.normal(0, 0.035)),
        uneven=float(rng.uniform(0.02, 0.1)),
    )
    return hand if rng.random() < 0.5 else _with_habits(hand, rng)


def _with_habits(hand: Hand, rng: Rng) -> Hand:
    def at_times(share: float, lowest: float, highest: float) -> float:
        return float(rng.uniform(lowest, highest)) if rng.random() < share else 0.0

    moves = Movement(
        tremor=at_times(0.2, 0.004, 0.02),
        gap=at_times(0.5, 0.05, 0.26),
        hook=at_times(0.3, 0.04, 0.12),
        retrace=at_times(0.12, 0.2, 0.9),
    )
    tool = rng.random()
    kind = Pen(
        taper=at_times(0.5, 0.2, 1),
        nib=at_times(0.12, 0.3, 0.9),
        lifts=at_times(0.2, 0.3, 0.9),
        blob=at_times(0.08, 0.3, 0.8),
        grain=float(rng.uniform(0.4, 1.0)) if tool < 0.14 else 0.0,
        soft=float(rng.uniform(0.2, 1.0)) if 0.14 < tool < 0.24 else 0.0,
        outline=0.24 < tool < 0.25,
    )
    pen = hand.pen
    if kind.soft or kind.outline:
        pen = float(rng.uniform(0.09, 0.17))
    return replace(
        hand,
        pen=pen,
        waist=float(rng.normal(0, 0.08)),
        uneven=float(rng.uniform(0.05, 0.2)),
        small=bool(rng.random() < 0.09),
        moves=moves,
        kind=kind,
    )


class Writing:
    """Writes characters: drawn strokes, and the glyphs of a bank when it has one."""

    def __init__(self, allographs: Allographs, bank: Bank) -> None:
        self._allographs = allographs
        self._bank = bank

    def put(self, canvas: Ink, character: str, hand: Hand, place: Place, rng: Rng) -> None:
        """Write ``character`` onto ``canvas`` (ink 0 to 1) in place."""
        if hand.uneven:
            place = replace(place, height=place.height * float(np.exp(rng.normal(0, hand.uneven))))
        source, character = self._source(character, hand, rng)
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

    def _source(self, character: str, hand: Hand, rng: Rng) -> tuple[str, str]:
        """Where the shape comes from, and the character to look for there."""
        if hand.small and character.lower() != character and rng.random() < 0.5:
            small = character.lower()
            return "strokes", small if small in self._allographs else character
        if not self._bank.sources:
            return "strokes", character
        if character in _TWINS and rng.random() < 0.2:
            character, shares = _TWINS[character], _FOR_TWINS
        elif character in PUNCTUATION:
            shares = _FOR_PUNCTUATION
        else:
            shares = _FOR_DIGITS if character.isdigit() else _FOR_LETTERS
        return _SOURCES[int(np.searchsorted(np.cumsum(shares), rng.random() * 0.999))], character

    def _put_strokes(self, canvas: Ink, character: str, hand: Hand, place: Place, rng: Rng) -> None:
        ways = self._allographs[character]
        # A writer keeps to one way of writing a letter, mostly.
        favourite = (hand.taste + 7919 * ord(character)) % len(ways)
        way = favourite if rng.random() < 0.85 else int(rng.integers(len(ways)))
        drawing = write(ways[way], hand.shake, hand.care, rng, hand.moves)
        if character in _MARKS:
            place = _mark_place(character, drawing, place, rng)
            drawing = replace(drawing, points=drawing.points * rng.uniform(0.6, 1.35))
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
    high = float(np.ptp(points[:, 1]))
    size = min(max(float(np.ptp(points[:, 0])), high), 1.0)  # bending would blow up a dot
    points = _bent(points, hand.wave * size, rng)
    slant = hand.slant + rng.normal(0, 0.04)
    turn = hand.turn + rng.normal(0, 0.03)
    y = points[:, 1]
    if hand.waist and high > 0.5:
        y = y + hand.waist * np.cos(np.clip(np.pi * y / high, -np.pi / 2, np.pi / 2))
    x = points[:, 0] * hand.width * np.exp(rng.normal(0, 0.08)) - slant * y
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
    thick = min(thick, _WIDEST * place.height)
    laid = replace(drawing, points=points)
    ink = pens.drawn(canvas.shape, laid, float(thick), hand.kind, rng)
    pens.add(canvas, ink, hand.pressure, hand.kind, rng)


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
    # A hand without a bend of its own shows pictures nearly as they are.
    if rng.random() < (0.6 if hand.wave else 0.3):
        drawn = _warped(drawn, rng.uniform(0.5, 2.6), hand.waist if hand.wave else 0, place, rng)
    if place.height > 0.45 * CELL_HEIGHT:  # thicker strokes would close up a small character
        drawn = _other_width(drawn, varied=hand.wave > 0, rng=rng)
    pens.add(canvas, drawn, hand.pressure, hand.kind, rng)


def _warped(drawn: Ink, amount: float, waist: float, place: Place, rng: Rng) -> Ink:
    """Bent by a smooth field of ``amount`` pixels, and its middle lowered by ``waist`` heights."""
    high, wide = drawn.shape
    fields = rng.normal(0, amount, (2, 4, 4)).astype(np.float32)
    dx, dy = (cv2.resize(f, (wide, high), interpolation=cv2.INTER_CUBIC) for f in fields)
    rows, columns = np.arange(high, dtype=np.float32), np.arange(wide, dtype=np.float32)
    angle = np.clip((rows - place.y) / place.height * np.pi, -np.pi / 2, np.pi / 2)
    rows = rows - np.float32(waist * place.height) * np.cos(angle)
    at_x, at_y = columns[None] + dx, rows[:, None] + dy
    return np.asarray(cv2.remap(drawn, at_x, at_y.astype(np.float32), cv2.INTER_LINEAR))


def _other_width(drawn: Ink, *, varied: bool, rng: Rng) -> Ink:
    """Strokes thicker or thinner; ``varied`` lets them differ from place to place."""
    choice = rng.random()
    if varied and choice < 0.15:
        thick = cv2.dilate(drawn, np.ones((3, 3), np.uint8))
        thin = cv2.erode(drawn, np.ones((2, 2), np.uint8))
        share = cv2.resize(rng.random((3, 3)).astype(np.float32), drawn.shape[::-1])
        return np.asarray(thin + (thick - thin) * share)
    if 0.2 < choice < 0.45:
        side = 2 if rng.random() < 0.6 else 3
        return np.asarray(cv2.dilate(drawn, np.ones((side, side), np.uint8)))
    if choice > 0.85:
        return np.asarray(cv2.erode(drawn, np.ones((2, 2), np.uint8)))
    return drawn
