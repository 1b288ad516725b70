"""Scans made by code from a blank: how paper, feeder and scanner treat it is known exactly."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.bending import warp
from extractors.blanks import LAID_DPI, PITCH
from extractors.matching import Match
from extractors.values import Page, Picture

_MM = LAID_DPI / 25.4


@dataclass(frozen=True)
class Damage:
    """What happens to a sheet on its way: degrees, shares, millimetres."""

    skew: float = 1.0
    scale: float = 1.0
    shift: float = 2.0
    bend: float = 0.6
    blur: float = 0.1
    noise: float = 6.0
    crop: float = 0.0
    dpi: float = 200.0
    one_bit: bool = False
    upside_down: bool = False


def scribbled(blank: Picture, seed: int) -> Picture:
    """The blank with a hundred short pen strokes all over it."""
    chance = np.random.default_rng(seed)
    sheet = blank.copy()
    size = np.array(blank.shape[::-1])
    for _ in range(100):
        start = chance.uniform(0.08, 0.92, 2) * size
        stroke = (np.cumsum(chance.normal(0, 9, (6, 2)), 0) + start).astype(np.int32)
        cv2.polylines(sheet, [stroke], False, 40, 3, cv2.LINE_AA)
    return sheet


def scan(sheet: Picture, damage: Damage, seed: int = 1) -> tuple[Page, NDArray[np.float32]]:
    """The sheet as a scanner sends it, and for each of its pixels the blank's pixel it shows."""
    chance = np.random.default_rng(seed)
    height, width = sheet.shape[:2]
    scale = damage.dpi / LAID_DPI
    angle = np.deg2rad(damage.skew + (180 if damage.upside_down else 0))
    size = round(height * scale), round(width * scale)
    y, x = (each.astype(np.float32) for each in np.indices(size))
    u, v = (x / scale - width / 2) / damage.scale, (y / scale - height / 2) / damage.scale
    across = np.cos(angle) * u + np.sin(angle) * v
    down = np.cos(angle) * v - np.sin(angle) * u
    phases = chance.uniform(0, 6, 4)
    bend = damage.bend * _MM / 2
    across, down = (
        across + bend * (np.sin(8 * down / height + phases[0]) + np.sin(7 * u / width + phases[1])),
        down + bend * (np.sin(9 * across / width + phases[2]) + np.sin(8 * v / height + phases[3])),
    )
    truth = np.dstack([across + width / 2, down + height / 2]).astype(np.float32)
    truth += damage.shift * _MM
    truth = np.ascontiguousarray(truth[:, round(damage.crop * truth.shape[1]) :])
    seen = cv2.remap(sheet, truth[..., 0], truth[..., 1], cv2.INTER_LINEAR, borderValue=(255,) * 3)
    seen = cv2.GaussianBlur(seen, (0, 0), damage.blur / 25.4 * damage.dpi)
    grain = chance.normal(0, damage.noise, seen.shape[:2]).astype(np.float32)
    grain = grain if seen.ndim == 2 else grain[..., None]
    seen = np.clip(seen * np.float32(0.92) + grain, 0, 255).astype(np.uint8)
    if damage.one_bit:
        seen = np.where(seen > 170, 255, 0).astype(np.uint8)
    return Page(1, seen, damage.dpi), truth


def misses(match: Match, truth: NDArray[np.float32]) -> NDArray[np.float64]:
    """How many millimetres off each laid pixel in an answer place is, where the scan shows it."""
    shape = match.blank.grey.shape
    shown = warp(truth, match.mesh, shape, PITCH, beyond=-1e4)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    off = np.hypot(shown[..., 0] - x, shown[..., 1] - y) / _MM
    asked = np.zeros(shape, bool)
    for field in match.pack.on_page(match.form_page):
        boxes = [row.box for row in field.combs] + [option.box for option in field.options]
        for box in boxes or [field.box]:
            left, top, right, bottom = box.pixels(shape[1], shape[0])
            asked[top:bottom, left:right] = True
    inside = (shown > -100).all(axis=-1)
    return np.asarray(off[asked & inside], np.float64)
