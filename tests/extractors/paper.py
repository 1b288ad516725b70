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
    """What happens to a sheet on its way: degrees, shares, millimetres.

    ``crop``: the share of its width that is cut off at the left. ``aside``: the share of its sides
    by which the corners of a photograph lie inside it at most. ``turned``: clockwise, at the end.
    """

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
    photocopy: bool = False
    aside: float = 0.0
    turned: int = 0


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
    if damage.aside:
        x, y = _from_aside(x, y, damage.aside, chance)
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
    beyond = (75.0 if damage.aside else 255.0,) * 3
    seen = cv2.remap(sheet, truth[..., 0], truth[..., 1], cv2.INTER_LINEAR, borderValue=beyond)
    seen = cv2.GaussianBlur(seen, (0, 0), damage.blur / 25.4 * damage.dpi)
    grain = chance.normal(0, damage.noise, seen.shape[:2]).astype(np.float32)
    grain = grain if seen.ndim == 2 else grain[..., None]
    seen = np.clip(seen * np.float32(0.92) + grain, 0, 255).astype(np.uint8)
    if damage.photocopy:
        seen = _photocopied(seen, chance)
    if damage.one_bit:
        seen = np.where(seen > 170, 255, 0).astype(np.uint8)
    quarters = -damage.turned // 90
    seen, truth = (np.ascontiguousarray(np.rot90(each, quarters)) for each in (seen, truth))
    return Page(1, np.asarray(seen, np.uint8), damage.dpi), truth


def _from_aside(
    x: NDArray[np.float32], y: NDArray[np.float32], aside: float, chance: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For each pixel of a photograph the place on a sheet that fills it when seen from above."""
    sides = np.array([x.shape[1], x.shape[0]], np.float32)
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    inset = chance.uniform(0.2, 1.0, (4, 2)) * aside
    seen = np.asarray(corners + inset * np.where(corners > 0, -1, 1), np.float32)
    matrix = cv2.getPerspectiveTransform(seen * sides, corners * sides)
    flat = cv2.perspectiveTransform(np.dstack([x, y]).reshape(1, -1, 2), matrix)
    across, down = (flat[0, :, each].reshape(x.shape) for each in (0, 1))
    return np.ascontiguousarray(across, np.float32), np.ascontiguousarray(down, np.float32)


def _photocopied(seen: Picture, chance: np.random.Generator) -> Picture:
    """Grey tones nearly gone, toner thick, specks, and the dark edge of the lid."""
    thick = cv2.erode(seen, np.ones((2, 2), np.uint8)).astype(np.float32)
    copy = np.clip((thick - 110) * 2.6, 0, 255).astype(np.uint8)
    size = np.array(copy.shape[1::-1])
    for centre in (chance.uniform(0, 1, (300, 2)) * size).astype(int):
        cv2.circle(copy, (int(centre[0]), int(centre[1])), 1, (40,) * 3, -1)
    copy[:, -round(0.012 * copy.shape[1]) :] = 25
    return np.asarray(copy, np.uint8)


def misses(
    match: Match,
    truth: NDArray[np.float32],
    mesh: NDArray[np.float32] | None = None,
    pitch: int = PITCH,
) -> NDArray[np.float64]:
    """How many millimetres off each laid pixel in an answer place is, where the scan shows it.

    ``mesh``: another one than that of the match, its nodes ``pitch`` laid pixels apart.
    """
    shape = match.blank.shape
    through = match.mesh if mesh is None else mesh
    shown = warp(truth, through, shape, pitch, beyond=-1e4)
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
