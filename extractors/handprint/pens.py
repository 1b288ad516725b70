"""Pens: the ink that a drawing leaves on the canvas of a training cell.

A canvas holds floats from 0 paper to 1 ink; lengths here are in its pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.handprint.strokes import Drawing, Points, Rng

# Any because OpenCV does not say what it returns.
Ink = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Pen:
    """What a pen does besides leaving a line of one width; 0 nothing, 1 much."""

    taper: float = 0  # ends and light passages are thinner
    nib: float = 0  # strokes in one direction are thicker, as from a broad nib
    lifts: float = 0  # share of characters with gaps in their strokes
    blob: float = 0  # share of characters with a blot of ballpoint ink
    grain: float = 0  # the tooth of the paper shows, as under pencil
    soft: float = 0  # pixels by which ink runs into the paper, as from a felt pen
    outline: bool = False  # only the rim of the line is drawn


BALLPOINT = Pen()


def drawn(shape: tuple[int, int], drawing: Drawing, width: float, pen: Pen, rng: Rng) -> Ink:
    """The ink (``shape``) of a drawing whose points are pixels, by a pen of that width."""
    joins, along = drawing.joins, drawing.along
    if pen.lifts and rng.random() < pen.lifts:
        kept = _without_gaps(drawing, width, rng)
        joins, along = joins[kept], None if along is None else along[kept]
    ink = np.zeros(shape, np.uint8)
    lines = np.round(drawing.points * 16).astype(np.int32)[joins]
    if pen.taper or pen.nib:
        widths = width * _weights(drawing.points[joins], along, pen, rng)
        thick = np.maximum(np.floor(widths + rng.random()), 1).astype(int)
        for value in np.unique(thick):
            part = list(lines[thick == value])
            cv2.polylines(ink, part, False, 255, int(value), cv2.LINE_AA, 4)
    else:
        thickness = max(1, int(width + rng.random()))
        cv2.polylines(ink, list(lines), False, 255, thickness, cv2.LINE_AA, 4)
    if pen.outline and width >= 5:
        inner = max(1, int(width - 4))
        cv2.polylines(ink, list(lines), False, 0, inner, cv2.LINE_AA, 4)
    if pen.blob and rng.random() < pen.blob:
        x, y = drawing.points[rng.choice([0, -1, int(rng.integers(len(drawing.points)))])]
        cv2.circle(ink, (int(x), int(y)), max(1, int(width * rng.uniform(0.6, 1.0))), 255, -1)
    return ink.astype(np.float32) / 255


def _without_gaps(drawing: Drawing, width: float, rng: Rng) -> NDArray[np.bool_]:
    """Which joins (m,) are left when the pen leaves the paper once to three times."""
    middles = drawing.points[drawing.joins].mean(axis=1)
    kept = np.ones(len(middles), bool)
    for _ in range(int(rng.integers(1, 4))):
        lift = middles[int(rng.integers(len(middles)))]
        reach = width / 2 + rng.uniform(0.5, 2.5)
        kept &= np.hypot(*(middles - lift).T) > reach
    return kept if kept.mean() > 0.6 else np.ones(len(middles), bool)


def _weights(
    ends: Points, along: NDArray[np.float64] | None, pen: Pen, rng: Rng
) -> NDArray[np.float64]:
    """How wide each join (m,) is, in widths of the pen; ``ends`` (m, 2, 2) are its points."""
    middle, step = ends.mean(axis=1), ends[:, 1] - ends[:, 0]
    wave = np.sin(middle @ rng.uniform(-0.09, 0.09, 2) + rng.uniform(0, 6))
    weights = 1 + 0.35 * pen.taper * wave
    if along is not None:
        from_start, to_end = np.minimum(along / 0.3, 1), np.minimum((1 - along) / 0.3, 1)
        thin = from_start if rng.random() < 0.3 else to_end
        weights *= 1 - 0.6 * pen.taper * (1 - thin)
    if pen.nib:
        angle = np.arctan2(step[:, 1], step[:, 0])
        weights *= 1 + pen.nib * (np.abs(np.sin(angle - rng.normal(-0.6, 0.2))) - 0.6)
    return np.asarray(weights)


def add(canvas: Ink, ink: Ink, pressure: float, pen: Pen, rng: Rng) -> None:
    """Lay ink on the canvas, in place; uneven where ``pressure`` is less than 1."""
    if pen.soft:
        ink = np.minimum(cv2.GaussianBlur(ink, (0, 0), 0.4 + pen.soft) * 1.15, 1)
    if pressure < 1:
        coarse = rng.random((int(rng.integers(3, 9)), int(rng.integers(3, 9)))).astype(np.float32)
        uneven = cv2.resize(coarse, ink.shape[::-1], interpolation=cv2.INTER_CUBIC)
        ink = ink * np.clip(pressure + (1 - pressure) * 1.4 * uneven, 0, 1)
    if pen.grain:
        tooth = rng.random(ink.shape, np.float32)
        ink = ink * np.clip(1.25 - pen.grain * tooth, 0, 1)
    np.maximum(canvas, ink, out=canvas)


def scrawl(canvas: Ink, lines: list[Points], width: float, strength: float = 1.0) -> None:
    """Lay free lines (each (n, 2) pixels) on the canvas, in place."""
    ink = np.zeros(canvas.shape, np.uint8)
    fixed = [np.round(line * 16).astype(np.int32) for line in lines]
    cv2.polylines(ink, fixed, False, 255, max(1, round(width)), cv2.LINE_AA, 4)
    np.maximum(canvas, ink.astype(np.float32) * (strength / 255), out=canvas)
