"""Hands: how one writer prints characters, writes lines, ticks boxes and signs.

Characters come from handwriting faces, bent anew each time; ticks and signatures are strokes.
The faces are for specimens and measurements only: no recogniser is trained on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parent / "fonts"
CLEAR = ("ComingSoon", "WalterTurncoat")
FACES = (*CLEAR, "WaitingForTheSunrise", "RockSalt")
INKS = ((28, 28, 32), (24, 24, 30), (22, 34, 96), (36, 44, 120))
TALL = 48  # pixels of a capital in the glyph store: near its size on paper, so none are lost
_SHIFT = 4  # fractional bits of stroke coordinates

Ink = NDArray[np.float32]
Points = NDArray[np.float64]
Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Hand:
    """One writer. Sizes are millimetres, ``slant`` is a shear, ``unrest`` 0 calm to 1 wild."""

    face: str
    capital: float
    pen: float
    slant: float
    narrow: float
    unrest: float
    ink: tuple[int, int, int]
    mark: str

    @staticmethod
    def of(rng: np.random.Generator, *, calm: bool = False) -> Hand:
        """A writer by chance; ``calm`` gives one that is easy to read."""
        faces = CLEAR if calm else FACES
        return Hand(
            face=faces[int(rng.integers(len(faces)))],
            capital=float(rng.uniform(4.0, 5.0)),
            pen=float(rng.uniform(0.4, 0.6)),
            slant=float(rng.normal(0.0, 0.04 if calm else 0.1)),
            narrow=float(rng.uniform(0.85, 1.0)),
            unrest=float(rng.uniform(0.1, 0.3) if calm else rng.uniform(0.2, 0.75)),
            ink=INKS[int(rng.integers(len(INKS)))],
            mark=str(rng.choice(("cross", "tick", "cross", "fill", "line") if not calm
                                else ("cross", "tick"))),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A character ``TALL`` pixels a capital: mask, its top above the baseline, its advance."""

    mask: NDArray[np.uint8]
    top: float
    advance: float


class Paper:
    """The ink layer of one page, ``(height, width)`` from 0 clean to 1 full; millimetres in."""

    def __init__(self, shape: tuple[int, int], dpi: float) -> None:
        self.ink: Ink = np.zeros(shape, np.float32)
        self.scale = dpi / 25.4

    def character(
        self, hand: Hand, rng: np.random.Generator, character: str, cell: Rectangle
    ) -> None:
        """Print one character about the middle of ``cell`` (x0, y0, x1, y1)."""
        glyph = _glyph(hand.face, character)
        x0, y0, x1, y1 = cell
        unrest = hand.unrest
        size = hand.capital * rng.normal(1.0, 0.03 + 0.06 * unrest) / TALL
        wide = size * hand.narrow
        wide *= min(1.0, 0.92 * (x1 - x0) / max(glyph.mask.shape[1] * wide, 0.1))
        x = (x0 + x1 - hand.slant * hand.capital) / 2 + rng.normal(0, 0.12 + 0.22 * unrest)
        bottom = y1 - (y1 - y0 - hand.capital) * 0.52 + rng.normal(0, 0.1 + 0.25 * unrest)
        self._stamp(hand, rng, glyph, (x - glyph.mask.shape[1] * wide / 2, bottom), (wide, size))

    def line(self, hand: Hand, rng: np.random.Generator, text: str, box: Rectangle) -> None:
        """Write ``text`` from the left of ``box``, smaller when it would not fit."""
        x0, y0, x1, y1 = box
        size = min(hand.capital * 0.92, 0.62 * (y1 - y0)) / TALL
        glyphs = [_glyph(hand.face, c) for c in text]
        length = sum(each.advance for each in glyphs) * size
        size *= min(1.0, (x1 - x0 - 5) / max(length, 1))
        x = x0 + 2 + abs(rng.normal(0, 1.0))
        rise = rng.normal(0, 0.01) * hand.unrest
        for character, glyph in zip(text, glyphs, strict=True):
            if character != " ":
                bottom = y1 - 0.28 * (y1 - y0) - rise * (x - x0) + rng.normal(0, 0.15)
                self._stamp(hand, rng, glyph, (x, bottom), (size, size))
            x += glyph.advance * size * rng.normal(1.02, 0.03)

    def tick(self, hand: Hand, rng: np.random.Generator, box: Rectangle, mark: str = "") -> None:
        """Mark a tick box the way this writer does, or with ``mark``."""
        x0, y0, x1, y1 = box
        middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2]) + rng.normal(0, 0.25, 2)
        half = (x1 - x0) / 2 * rng.uniform(0.7, 1.0)
        shapes: dict[str, list[list[tuple[float, float]]]] = {
            "cross": [[(-1, -1), (1, 1)], [(1, -1), (-1, 1)]],
            "tick": [[(-0.8, 0.0), (-0.2, 0.8), (1.2, -1.2)]],
            "line": [[(-0.9, 0.5), (0.9, -0.5)]],
            "fill": [[(-0.9 + i / 5.5, 0.8 * (-1) ** i) for i in range(11)]],
        }
        for stroke in shapes[mark or hand.mark]:
            points = np.array(stroke) * half + middle + rng.normal(0, 0.18, (len(stroke), 2))
            self.stroke(points, hand.pen * rng.uniform(1.0, 1.4))

    def strike(self, hand: Hand, rng: np.random.Generator, box: Rectangle) -> None:
        """A cross taken back: scribbled over until the box is nearly full."""
        self.tick(hand, rng, box, "cross")
        for _again in range(3):
            self.tick(hand, rng, box, "fill")

    def signature(self, hand: Hand, rng: np.random.Generator, name: str, box: Rectangle) -> None:
        """A running squiggle, longer for a longer ``name``, inside ``box``."""
        x0, y0, x1, y1 = box
        tall = (y1 - y0) * rng.uniform(0.2, 0.28)
        letters = max(4, min(len(name), 11))
        step = min((x1 - x0) * 0.75 / letters, rng.uniform(3.2, 5.0))
        rise = rng.uniform(-0.04, 0.1)
        path: list[tuple[float, float]] = []
        for index in range(letters):
            long = index == 0 or rng.random() < 0.22
            high = tall * (rng.uniform(1.5, 2.0) if long else rng.uniform(0.45, 0.9))
            low = tall * (rng.uniform(0.4, 0.8) if rng.random() < 0.15 else rng.uniform(-0.1, 0.1))
            left = index * step * rng.uniform(0.95, 1.05)
            lean = high * (0.35 + hand.slant)
            path += [
                (left, 0.0),
                (left + 0.55 * step + lean, -high),
                (left + 0.15 * step + lean * 0.8, -high * 1.03),
                (left + 0.25 * step, low),
            ]
        path += [(letters * step, -0.3 * tall), (letters * step + 9, -tall * rng.uniform(0, 0.6))]
        start = np.array([x0 + rng.uniform(5, 10), y1 - 0.36 * (y1 - y0)])
        points = np.array(path)
        points[:, 1] -= rise * points[:, 0]
        self.stroke(points + start, hand.pen * 0.75)
        if rng.random() < 0.5:
            under = np.array([(0.9, 0.5), (0.3, 0.75), (0.45, 0.95), (1.05, 0.55)])
            under *= (letters * step, tall * 1.4)
            self.stroke(under + start, hand.pen * 0.7)

    def stroke(self, points: Points, pen: float) -> None:
        """One smooth stroke through ``points`` (n, 2) with a pen of ``pen`` millimetres."""
        path = np.round(_smooth(points) * self.scale * (1 << _SHIFT)).astype(np.int32)
        left, top = (path.min(0) >> _SHIFT) - 12
        right, bottom = (path.max(0) >> _SHIFT) + 12
        left, top = max(int(left), 0), max(int(top), 0)
        view = self.ink[top : int(bottom), left : int(right)]
        if view.size == 0:
            return
        layer = np.zeros(view.shape, np.uint8)
        origin = np.array([left, top], np.int32) << _SHIFT
        thick = max(1, round(pen * self.scale))
        cv2.polylines(layer, [path - origin], False, 255, thick, cv2.LINE_AA, _SHIFT)
        np.maximum(view, layer.astype(np.float32) / 255, out=view)

    def _stamp(
        self,
        hand: Hand,
        rng: np.random.Generator,
        glyph: _Glyph,
        at: tuple[float, float],
        size: tuple[float, float],
    ) -> None:
        """Bend a glyph and lay it with its left and baseline at ``at``, millimetres a pixel."""
        bent = _bent(glyph.mask, rng, hand.unrest)
        angle = rng.normal(0, 0.015 + 0.05 * hand.unrest)
        slant = hand.slant + rng.normal(0, 0.03 * hand.unrest)
        sx, sy = size[0] * self.scale, size[1] * self.scale
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        linear = turn @ np.array([[sx, -slant * sy], [0.0, sy]])
        base = np.array([0.0, glyph.top])  # the baseline at the left, in glyph pixels
        target = np.array(at) * self.scale
        offset = target - linear @ base
        height, width = bent.shape
        corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ linear.T + offset
        left, top = np.maximum(np.floor(corners.min(0)).astype(int) - 2, 0)
        right, bottom = np.ceil(corners.max(0)).astype(int) + 3
        view = self.ink[top:bottom, left:right]
        if view.size == 0:
            return
        matrix = np.hstack([linear, (offset - (left, top))[:, None]])
        laid = cv2.warpAffine(
            bent, matrix, (view.shape[1], view.shape[0]), flags=cv2.INTER_LINEAR
        ).astype(np.float32)
        np.maximum(view, np.clip(laid / 200, 0, 1), out=view)


def inked(blank: NDArray[np.uint8], paper: Paper, ink: tuple[int, int, int]) -> NDArray[np.uint8]:
    """The grey ``blank`` with the ink of ``paper`` on it, as RGB."""
    share = (paper.ink * 0.93)[..., None]
    colour = np.array(ink, np.float32)
    page = blank[..., None].astype(np.float32) * (1 - share) + colour * share
    return np.asarray(np.clip(page + 0.5, 0, 255), np.uint8)


@cache
def _glyph(face: str, character: str) -> _Glyph:
    """Drawn with room to bend; the thin faces a little heavier, like a ballpoint."""
    font, foot = _font(face)
    advance = font.getlength(character)
    if character == " ":
        advance = max(advance, 0.5 * TALL)
    left, top, right, bottom = font.getbbox(character, anchor="ls")
    pad = 6
    image = Image.new("L", (int(right - left) + 2 * pad, int(bottom - top) + 2 * pad), 0)
    ImageDraw.Draw(image).text((pad - left, pad - top), character, 255, font, anchor="ls")
    weight = 3 if face in ("WaitingForTheSunrise", "ComingSoon") else 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (weight, weight))
    mask = cv2.dilate(np.asarray(image), kernel)
    return _Glyph(np.asarray(mask, np.uint8), pad - top + foot, advance)


@cache
def _font(face: str) -> tuple[ImageFont.FreeTypeFont, float]:
    """The face at the size whose capital H is ``TALL`` pixels high, and how far H sinks.

    In hands the capitals do not stand on the face's baseline; H says where they stand.
    """
    path = FONTS / f"{face}.ttf"
    probe = ImageFont.truetype(path, 200, layout_engine=ImageFont.Layout.BASIC)
    _left, top, _right, bottom = probe.getbbox("H", anchor="ls")
    size = round(200 * TALL / (bottom - top))
    font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
    return font, bottom * TALL / (bottom - top)


def _bent(mask: NDArray[np.uint8], rng: np.random.Generator, unrest: float) -> NDArray[np.uint8]:
    """The glyph through a smooth random field, so that no two characters are the same."""
    height, width = mask.shape
    field = rng.normal(0, 0.6 + 1.1 * unrest, (2, 4, 4)).astype(np.float32)
    dx, dy = (cv2.resize(each, (width, height), interpolation=cv2.INTER_CUBIC) for each in field)
    grid_y, grid_x = np.mgrid[0:height, 0:width].astype(np.float32)
    return np.asarray(cv2.remap(mask, grid_x + dx, grid_y + dy, cv2.INTER_LINEAR), np.uint8)


def _smooth(points: Points) -> Points:
    """Points along a Catmull-Rom curve through ``points``."""
    if len(points) < 3:
        return points
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, 8, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        cubic = -a + 3 * b - 3 * c + d
        square = 2 * a - 5 * b + 4 * c - d
        parts.append(0.5 * (2 * b + (c - a) * t + square * t**2 + cubic * t**3))
    return np.vstack([*parts, points[-1:]])
