"""Paper: the layer of ink that a hand leaves on a page, and how it looks on the print.

Characters come from the hand's face, bent anew each time; ticks, signatures and crossings-out are
strokes.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.forms import marks
from extractors.forms.faces import TALL, Shape, shape
from extractors.forms.hand import Hand
from extractors.values import Picture

_STRIP = 512  # rows inked at a time, so that large pages stay small in memory
_SHIFT = 4  # fractional bits of stroke coordinates

Ink = NDArray[np.float32]
Points = NDArray[np.float64]
Rectangle = tuple[float, float, float, float]


class Paper:
    """The ink layer of one page, ``(height, width)`` from 0 clean to 1 full; millimetres in."""

    def __init__(self, shape: tuple[int, int], dpi: float) -> None:
        self.ink: Ink = np.zeros(shape, np.float32)
        self.scale = dpi / 25.4

    def character(
        self, hand: Hand, rng: np.random.Generator, character: str, cell: Rectangle
    ) -> None:
        """Print one character about the middle of ``cell`` (x0, y0, x1, y1)."""
        glyph = shape(hand.face, character, hand.taste)
        x0, y0, x1, y1 = cell
        unrest = hand.unrest
        capital = hand.share * (y1 - y0) or hand.capital
        size = capital * rng.normal(1.0, 0.03 + 0.06 * unrest) / TALL
        wide = size * hand.narrow
        wide *= min(1.0, hand.reach * (x1 - x0) / max(glyph.mask.shape[1] * wide, 0.1))
        x = (x0 + x1 - hand.slant * capital) / 2 + rng.normal(0, 0.12 + 0.22 * unrest)
        bottom = y1 - (y1 - y0 - capital) * 0.52 + rng.normal(0, 0.1 + 0.25 * unrest)
        x, bottom = x + hand.aside, bottom + hand.wave * np.sin((x0 + 5 * y0) / 9)
        self._stamp(hand, rng, glyph, (x - glyph.mask.shape[1] * wide / 2, bottom), (wide, size))

    def line(self, hand: Hand, rng: np.random.Generator, text: str, box: Rectangle) -> float:
        """Write ``text`` from the left of ``box``, smaller when it would not fit.

        Returns where the next word begins.
        """
        x0, y0, x1, y1 = box
        size = min(hand.capital * 0.92, 0.62 * (y1 - y0)) / TALL
        glyphs = [shape(hand.face, c, hand.taste) for c in text]
        length = sum(each.advance for each in glyphs) * size
        room = max(x1 - x0 - 5, 0.6 * (x1 - x0))
        size *= min(1.0, room / max(length, 1))
        x = x0 + 2 + abs(rng.normal(0, 1.0))
        rise = rng.normal(0, 0.01) * hand.unrest
        for character, glyph in zip(text, glyphs, strict=True):
            if character != " ":
                bottom = y1 - 0.28 * (y1 - y0) - rise * (x - x0) + rng.normal(0, 0.15)
                self._stamp(hand, rng, glyph, (x, bottom), (size, size))
            x += glyph.advance * size * rng.normal(1.02, 0.03)
        return float(x)

    def tick(self, hand: Hand, rng: np.random.Generator, box: Rectangle, mark: str = "") -> None:
        """Mark a tick box the way this writer does, or with ``mark``."""
        x0, y0, x1, y1 = box
        middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2]) + rng.normal(0, 0.25, 2)
        half = (x1 - x0) / 2 * rng.uniform(0.7, 1.0)
        for stroke in marks.tick(mark or hand.mark):
            points = np.array(stroke) * half + middle + rng.normal(0, 0.18, (len(stroke), 2))
            self.stroke(points, hand.pen * rng.uniform(1.0, 1.4))

    def strike(self, hand: Hand, rng: np.random.Generator, box: Rectangle) -> None:
        """A cross taken back: scribbled over until the box is nearly full."""
        self.tick(hand, rng, box, "cross")
        for _again in range(3):
            self.tick(hand, rng, box, "fill")

    def take_back(self, hand: Hand, rng: np.random.Generator, box: Rectangle) -> None:
        """The writer's usual tick with lines or a scribble through it, larger than the box."""
        self.tick(hand, rng, box)
        x0, y0, x1, y1 = box
        more = (x1 - x0) * rng.uniform(0.2, 0.5)
        way = "two lines" if rng.random() < 0.5 else "scribble"
        self.cross_out(hand, rng, (x0 - more, y0 - more / 2, x1 + more, y1 + more / 2), way)

    def cross_out(
        self, hand: Hand, rng: np.random.Generator, box: Rectangle, way: str = ""
    ) -> None:
        """Strike out what stands in ``box``, in one of ``marks.STRIKES``."""
        x0, y0, x1, y1 = box
        half = np.array([(x1 - x0) / 2, (y1 - y0) / 2])
        middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
        for stroke in marks.strike(way or str(rng.choice(marks.STRIKES)), rng):
            jitter = rng.normal(0, 0.25, (len(stroke), 2))
            self.stroke(np.array(stroke) * half + middle + jitter, hand.pen * 1.1)

    def signature(self, hand: Hand, rng: np.random.Generator, name: str, box: Rectangle) -> None:
        """A running squiggle, longer for a longer ``name``, inside ``box``."""
        for points, weight in marks.signature(rng, name, box, hand.slant):
            self.stroke(points, hand.pen * weight)

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
        glyph: Shape,
        at: tuple[float, float],
        size: tuple[float, float],
    ) -> None:
        """Bend a glyph and lay it with its left and baseline at ``at``, millimetres a pixel."""
        bent = _bent(self._penned(hand, rng, glyph, size), rng, hand.unrest)
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

    @staticmethod
    def _penned(
        hand: Hand, rng: np.random.Generator, glyph: Shape, size: tuple[float, float]
    ) -> NDArray[np.uint8]:
        """The glyph with strokes as wide as the hand's pen, heavier and lighter by pressure."""
        if hand.swell is None:
            return glyph.mask
        wanted = hand.pen * 2 / (size[0] + size[1])
        grow = np.clip((wanted - glyph.stroke) / 2, 1.2 - glyph.stroke / 2, 4.5)
        height, width = glyph.mask.shape
        pressure = rng.normal(0, hand.swell * min(wanted, 8) / 2, (3, 3)).astype(np.float32)
        pressure -= 0.7 * pressure.mean()  # it changes within a character, less between them
        field = cv2.resize(pressure, (width, height), interpolation=cv2.INTER_CUBIC)
        least = np.float32(1.0 - glyph.stroke / 2)  # so that light strokes do not vanish
        edge = glyph.depth + np.maximum(np.float32(grow) + field, least)
        return np.asarray(np.clip(edge * 110 + 128, 0, 255), np.uint8)


def inked(blank: Picture, paper: Paper, hand: Hand) -> Picture:
    """The ``blank`` (grey or RGB) with the ink of ``paper`` on it, as RGB."""
    page = np.empty((*blank.shape[:2], 3), np.uint8)
    colour = np.array(hand.ink, np.float32)
    for top in range(0, len(page), _STRIP):
        rows = slice(top, top + _STRIP)
        share = paper.ink[rows] * np.float32(hand.strength)
        if hand.grain:
            share *= 1 - np.float32(hand.grain) * _tooth(share.shape)
        below = blank[rows] if blank.ndim == 3 else blank[rows, :, None]
        mixed = below.astype(np.float32) * (1 - share[..., None]) + colour * share[..., None]
        page[rows] = np.clip(mixed + 0.5, 0, 255)
    return page


@cache
def _tooth(shape: tuple[int, int]) -> Ink:
    """The tooth of the paper, 0 to 1: where a pencil or a dry pen leaves no ink."""
    rng = np.random.default_rng(5)
    fine = cv2.GaussianBlur(rng.random((_STRIP, _STRIP), np.float32), (0, 0), 0.8)
    tile = np.clip((fine - 0.5) * 3 + 0.4, 0, 1)
    across = -(-shape[1] // _STRIP)
    return np.asarray(np.tile(tile, (1, across))[: shape[0], : shape[1]], np.float32)


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
