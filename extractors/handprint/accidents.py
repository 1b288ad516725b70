"""What happens to characters on paper: remains of print, lost ink, dirt and striking out.

Everything here changes a canvas (ink from 0 paper to 1) in place; lengths are its pixels, of which
a cell's height is ``CELL_HEIGHT``. A box is left, top, right, bottom.
"""

from __future__ import annotations

import cv2
import numpy as np

from extractors.handprint.hands import CELL_HEIGHT, Hand, Place
from extractors.handprint.pens import Ink, scrawl
from extractors.handprint.strokes import Points, Rng

Box = tuple[float, float, float, float]

# One straight line through these leaves no other character, whichever way it runs.
_STRUCK_BY_ONE = "BDGKMNPQRSUW2345689"
# An X over any other letter may look like an X.
_CROSSED_BY_ONE = "ABDEFGHMNOPQRSUW02345689"
_GUIDES = "DDMMYYHP"


def comb_remains(canvas: Ink, box: Box, rng: Rng, *, rough: bool) -> None:
    """Pieces of the box's lines that the removal of print has left, thin or thick, faint or not.

    ``rough`` has them further from where they should be, and dashed.
    """
    x0, y0, x1, y1 = box
    strength, thick = rng.uniform(0.15, 1), int(rng.choice([1, 1, 2, 2, 3, 4]))
    solid = rng.uniform(0.2, 1.0)
    astray = rng.uniform(-7, 7, 2) if rough and rng.random() < 0.4 else (0.0, 0.0)
    dashes = int(rng.integers(3, 9)) if rough and rng.random() < 0.25 else 0
    for upright, at, start, end in (
        (True, x0, y0, y1), (True, x1, y0, y1), (False, y0, x0, x1), (False, y1, x0, x1)
    ):  # fmt: skip
        if rng.random() < 0.45:
            continue
        at = at + rng.normal(0, 2.2) + astray[0 if upright else 1]
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
        if dashes:
            dash = np.arange(canvas.shape[0 if upright else 1]) % dashes < (dashes + 1) // 2
            left *= dash[:, None] if upright else dash[None]
        elif solid < 0.9:
            left *= _gaps(canvas, solid, 9, rng)
        np.maximum(canvas, left, out=canvas)


def _gaps(canvas: Ink, kept: float, pieces: int, rng: Rng) -> Ink:
    """A mask of patches, of which a share ``kept`` is 1."""
    patches = (rng.random((pieces, pieces)) < kept).astype(np.float32)
    return np.asarray(cv2.resize(patches, canvas.shape[::-1]))


def guide_letter(canvas: Ink, box: Box, rng: Rng) -> None:
    """What is left of a small D, M or Y printed in the box to say what goes there."""
    letter = _GUIDES[int(rng.integers(len(_GUIDES)))]
    printed = np.zeros(canvas.shape, np.uint8)
    size = rng.uniform(0.5, 1.0)
    x = int((box[0] + box[2]) / 2 - 9 * size + rng.normal(0, 3))
    y = int((box[1] + box[3]) / 2 + 10 * size + rng.normal(0, 5))
    cv2.putText(printed, letter, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size, 255, 1, cv2.LINE_AA)
    left = printed.astype(np.float32) * (rng.uniform(0.1, 0.35) / 255)
    np.maximum(canvas, left * _gaps(canvas, rng.uniform(0.3, 0.6), 36, rng), out=canvas)


def skips(canvas: Ink, middle: Place, rng: Rng) -> None:
    """Thin gaps across the strokes, as of a dry pen."""
    for _ in range(int(rng.integers(1, 4))):
        angle, half = rng.uniform(0, np.pi), rng.uniform(3, 12)
        x, y = rng.normal((middle.x, middle.y), 0.3 * middle.height)
        dx, dy = half * np.cos(angle), half * np.sin(angle)
        a, b = (int(x - dx), int(y - dy)), (int(x + dx), int(y + dy))
        cv2.line(canvas, a, b, 0.0, int(rng.integers(1, 4)))


def lost_at_edge(canvas: Ink, box: Box, rng: Rng) -> None:
    """Ink that went with the printed line under it, here and there along one side."""
    side, width = int(rng.integers(4)), int(rng.integers(1, 5))
    at = max(int(box[side] + rng.integers(-4, 5)), 0)
    where = (slice(None), slice(at, at + width)) if side % 2 == 0 else (slice(at, at + width),)
    lost = _gaps(canvas, rng.uniform(0.4, 0.9), 9, rng)[where] * rng.uniform(0.5, 1)
    canvas[where] *= 1 - lost


def stray_line(canvas: Ink, middle: Place, hand: Hand, rng: Rng) -> None:
    """A pen line that runs on from elsewhere, above or below the character."""
    y = middle.y + rng.choice([-1, 1]) * rng.uniform(0.5, 0.75) * middle.height
    y = float(np.clip(y, 4, canvas.shape[0] - 4))
    ends = np.array([(0, y + rng.normal(0, 3)), (canvas.shape[1], y + rng.normal(0, 3))])
    scrawl(canvas, [ends], hand.pen * CELL_HEIGHT * rng.uniform(0.6, 1.2), rng.uniform(0.4, 1))


def strike_out(canvas: Ink, character: str, hand: Hand, place: Place, rng: Rng) -> None:
    """Strike out ``character``, which has been written at ``place``."""
    pen = hand.pen * CELL_HEIGHT * rng.uniform(0.8, 1.4)
    kind = rng.random()
    middle = np.array([place.x, place.y])
    high = place.height
    if kind < 0.13 and character in _STRUCK_BY_ONE:
        lines = _parallel(1, canvas.shape[1], high, rng)
    elif kind < 0.33:
        lines = _parallel(int(rng.integers(2, 5)), canvas.shape[1], high, rng)
    elif kind < 0.46:
        lines = _hatching(high, rng)
    elif kind < 0.6 and character not in "XKYIVT1":
        lines = _crosses(high, 1 if character in _CROSSED_BY_ONE else 2, rng)
    elif kind < 0.84:
        lines = [_zigzag(high, rng)]
    elif kind < 0.93:
        lines = [_loops(high, rng)]
    else:
        lines = [_zigzag(high * 0.85, rng), _loops(high * 0.8, rng)]
        pen *= rng.uniform(2, 3.5)  # a blot, nearly full
    scrawl(canvas, [line + middle for line in lines], pen, rng.uniform(0.85, 1))


def _parallel(count: int, reach: float, high: float, rng: Rng) -> list[Points]:
    """Lines across the character, now and then through its neighbours too."""
    half = reach if rng.random() < 0.25 else high * rng.uniform(0.5, 0.75)
    rise = rng.choice([-1, 1]) * rng.uniform(0.5, 1.2) if rng.random() < 0.4 else rng.normal(0, 0.1)
    half = half / np.hypot(1, rise)
    apart = high * rng.uniform(0.1, 0.22)
    lines: list[Points] = []
    for index in range(count):
        y = (index - (count - 1) / 2) * apart + rng.normal(0, 0.05) * high
        ends = np.array([(-half, y + rise * half), (half, y - rise * half)])
        lines.append(ends + rng.normal(0, 0.04 * high, (2, 2)))
    return lines


def _hatching(high: float, rng: Rng) -> list[Points]:
    """Five to ten lines one way; at times as many the other way."""
    lines: list[Points] = []
    ways = [rng.uniform(0, np.pi)]
    if rng.random() < 0.4:
        ways.append(ways[0] + rng.uniform(0.9, 2.2))
    for angle in ways:
        count = int(rng.integers(5, 11))
        along, aside = np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
        for offset in np.linspace(-0.42, 0.42, count) + rng.normal(0, 0.03, count):
            half = along * rng.uniform(0.4, 0.62)
            lines.append((np.array([-half, half]) + aside * offset) * high)
    return lines


def _crosses(high: float, least: int, rng: Rng) -> list[Points]:
    """At least so many X over the character; two at most."""
    lines: list[Points] = []
    for _ in range(least if rng.random() < 0.55 else 2):
        wide, tall = high * rng.uniform(0.35, 0.6), high * rng.uniform(0.42, 0.65)
        ends = np.array([[(-wide, -tall), (wide, tall)], [(wide, -tall), (-wide, tall)]])
        lines.extend(ends + rng.normal(0, 0.06 * high, ends.shape))
    return lines


def _zigzag(high: float, rng: Rng) -> Points:
    """A scribble to and fro, in any direction."""
    count = int(rng.integers(7, 17))
    across = np.linspace(-0.48, 0.48, count) + rng.normal(0, 0.05, count)
    swing = rng.uniform(0.3, 0.6, count) * np.where(np.arange(count) % 2, 1, -1)
    turn = rng.uniform(0, np.pi)
    cos, sin = np.cos(turn), np.sin(turn)
    points = np.stack([across, swing], axis=1) @ np.array([[cos, sin], [-sin, cos]])
    return np.asarray(points * high * rng.uniform(0.85, 1.15))


def _loops(high: float, rng: Rng) -> Points:
    """Curls over the character from one side to the other."""
    turns = rng.uniform(3, 8)
    t = np.linspace(0, 1, int(turns * 14))
    round_x, round_y = rng.uniform(0.12, 0.3), rng.uniform(0.3, 0.5)
    x = rng.uniform(0.2, 0.36) * (2 * t - 1) + round_x * np.cos(2 * np.pi * turns * t)
    y = round_y * np.sin(2 * np.pi * turns * t) + 0.06 * np.sin(9 * t + rng.uniform(0, 6))
    return np.stack([x, y], axis=1) * high
