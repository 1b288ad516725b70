"""What happens to paper: stains, folds, photocopiers, fax machines, telephones' cameras.

Each effect takes a picture and chance and returns a new picture of the same shape; those in
``ON_PAPER`` happen before the page is scanned, those in ``SCANNED`` are how it is scanned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.values import Picture

Rng = np.random.Generator
Effect = Callable[[Picture, Rng], Picture]
Floats = NDArray[np.float32]
_STRIP = 512


def strips(length: int) -> Iterator[slice]:
    """Some rows at a time, so that the floats of a large page stay few."""
    for top in range(0, length, _STRIP):
        yield slice(top, min(top + _STRIP, length))


def coffee(picture: Picture, rng: Rng) -> Picture:
    """A ring or two from a cup, a few drops: brown, and darker at the rim."""
    height, width = picture.shape[:2]
    small = (max(width // 4, 1), max(height // 4, 1))
    stain = np.zeros(small[::-1], np.float32)
    for _ in range(int(rng.integers(1, 3))):
        middle = (int(rng.uniform(0.05, 0.95) * small[0]), int(rng.uniform(0.05, 0.95) * small[1]))
        radius = int(rng.uniform(0.16, 0.21) * small[0])
        layer = np.zeros_like(stain)
        start = float(rng.uniform(0, 360))
        cv2.circle(layer, middle, radius, 0.12, -1)
        cv2.ellipse(layer, middle, (radius, radius), start, 0, float(rng.uniform(200, 360)),
                    1.0, max(1, radius // 14), cv2.LINE_AA)  # fmt: skip
        stain = np.maximum(stain, layer)
    for _ in range(int(rng.integers(0, 6))):
        spot = (int(rng.uniform(0, small[0])), int(rng.uniform(0, small[1])))
        cv2.circle(stain, spot, int(rng.uniform(0.004, 0.015) * small[0]) + 1, 0.7, -1, cv2.LINE_AA)
    soft = cv2.GaussianBlur(stain, (0, 0), max(small[0] / 250, 0.6))
    soft = np.clip(soft * (0.3 + 1.1 * _clouds(stain.shape, rng, 9)), 0, 1)
    share = cv2.resize(soft, (width, height)) * rng.uniform(0.25, 0.5)
    return _tinted(picture, np.asarray(share, np.float32), (120, 76, 36))


def folded(picture: Picture, rng: Rng) -> Picture:
    """Folds as for a long envelope, thirds or halves: a light ridge with a shadow beside it."""
    parts = (1 / 3, 2 / 3) if rng.random() < 0.6 else (1 / 2,)
    across = [(part + rng.normal(0, 0.012), 0) for part in parts]
    down = [(0.5 + rng.normal(0, 0.01), 1)] if rng.random() < 0.35 else []
    page = picture.copy()
    for where, axis in (*across, *down):
        # A fold down the page is one across its other side.
        _fold(page if axis == 0 else page.swapaxes(0, 1), where, rng)
    return page


def _fold(page: Picture, where: float, rng: Rng) -> None:
    """A fold across a page, at a share of its height, drawn into it."""
    length, other = page.shape[:2]
    lean = rng.normal(0, 0.004) * length
    line = (where * length + np.linspace(-lean, lean, other)).astype(np.float32)
    soft = max(length / 900, 1.0)
    shadow, ridge, side = rng.uniform(14, 40), rng.uniform(5, 30), rng.uniform(3, 9)
    for rows in strips(length):
        away = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] - line
        change = ridge * np.exp(-(away**2) / (2 * (0.7 * soft) ** 2))
        change -= shadow * np.exp(-((away - 1.5 * soft) ** 2) / (2 * (2 * soft) ** 2))
        change -= side * (away > 0) * np.exp(-np.abs(away) / (0.12 * length))
        worn = (np.abs(away) < 1.2 * soft) & (rng.random(away.shape, np.float32) < 0.12)
        page[rows] = _bytes(page[rows] + (change if page.ndim == 2 else change[..., None]))
        page[rows][worn] = 252


def faint(picture: Picture, rng: Rng) -> Picture:
    """A drying pen or a tired printer: everything pale, in patches."""
    height, width = picture.shape[:2]
    keep = rng.uniform(0.45, 0.65) + 0.2 * (_clouds((height, width), rng, 6) - 0.5)
    grain = cv2.GaussianBlur(rng.random((height, width), np.float32), (0, 0), 0.7)
    keep = np.clip(keep + 0.5 * (grain - 0.5), 0.2, 1).astype(np.float32)
    page = np.empty_like(picture)
    for rows in strips(height):
        share = keep[rows] if picture.ndim == 2 else keep[rows][..., None]
        page[rows] = _bytes(255 - (255 - picture[rows].astype(np.float32)) * share)
    return page


def photocopy(picture: Picture, rng: Rng) -> Picture:
    """One or two generations: grey gone, edges hard, toner specks, a streak, a dark edge."""
    page: NDArray[np.floating] = _grey(picture).astype(np.float32)
    height, width = page.shape
    for _ in range(int(rng.integers(1, 3))):
        soft = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.6, 0.9) * width / 1654)
        uneven = 14 * (_clouds(page.shape, rng, 5) - 0.5) + rng.normal(0, 6)
        page = soft + uneven + 9 * rng.standard_normal(page.shape, np.float32)
        page = 255 / (1 + np.exp(-(page - rng.uniform(150, 175)) / 20))
    for x, y in rng.uniform(0, 1, (int(rng.integers(40, 400)), 2)) * (width, height):
        cv2.circle(page, (int(x), int(y)), int(rng.integers(0, 2) * width / 1654), (50.0,), -1)
    if rng.random() < 0.5:
        column = int(rng.uniform(0.02, 0.98) * width)
        page[:, column : column + max(1, width // 900)] -= rng.uniform(30, 90)
    if rng.random() < 0.5:
        edge = int(rng.uniform(0.004, 0.015) * width)
        page[:, :edge] *= np.linspace(0.15, 1, edge, dtype=np.float32)[None, :]
    return _like(_bytes(np.maximum(page, 25)), picture)


def fax(picture: Picture, rng: Rng) -> Picture:
    """Sent at 204 by 98 or 196 lines an inch, black and white, some lines lost or doubled."""
    height, width = picture.shape[:2]
    lines = round(height * rng.choice((0.5, 1.0), p=(0.4, 0.6)) * 1654 / max(width, 1))
    sent = cv2.resize(_grey(picture), (1728, max(lines, 1)), interpolation=cv2.INTER_AREA)
    cut = rng.uniform(150, 185)
    noisy = sent.astype(np.float32) + 8 * rng.standard_normal(sent.shape, np.float32)
    bits = np.where(noisy > cut, 255, 0).astype(np.uint8)
    for row in rng.integers(1, len(bits), int(rng.integers(0, 5))):
        bits[row] = bits[row - 1] if rng.random() < 0.6 else 255
    if rng.random() < 0.3:
        row = int(rng.integers(len(bits)))
        bits[row : row + 2, int(rng.integers(800)) :] = 0
    back = cv2.resize(bits, (width, height), interpolation=cv2.INTER_NEAREST)
    return _like(np.asarray(back, np.uint8), picture)


def one_bit(picture: Picture, rng: Rng) -> Picture:
    """Black and white only, as most office scanners are set."""
    page = _grey(picture) + 2 * rng.standard_normal(picture.shape[:2], np.float32)
    return _like(np.where(page > rng.uniform(145, 190), 255, 0).astype(np.uint8), picture)


def lit(picture: Picture, rng: Rng) -> Picture:
    """A camera's light: a shadow over a corner, a vignette, and a tint of the room."""
    height, width = picture.shape[:2]
    x, down = (np.linspace(-1, 1, side, dtype=np.float32) for side in (width, height))
    turn = rng.uniform(0, 2 * np.pi)
    darker, rim, where = rng.uniform(0.05, 0.2), rng.uniform(0.02, 0.1), rng.uniform(0.1, 0.7)
    shadow = rng.uniform(0.1, 0.3)
    tint = np.array((1.0, rng.uniform(0.96, 1.0), rng.uniform(0.86, 0.98)), np.float32)
    page = np.empty_like(picture)
    for rows in strips(height):
        y = down[rows][:, None]
        slope = x * np.float32(np.cos(turn)) + y * np.float32(np.sin(turn))
        light = 1 - darker * (slope + 1) / 2 - rim * (x**2 + y**2)
        light *= 1 - shadow * (1 - 1 / (1 + np.exp((slope - where) / 0.08)))
        page[rows] = _bytes(
            picture[rows] * (light if picture.ndim == 2 else light[..., None] * tint)
        )
    return page


ON_PAPER: Mapping[str, Effect] = {
    "faint": faint, "coffee": coffee, "folded": folded, "photocopy": photocopy,
}  # fmt: skip
SCANNED: Mapping[str, Effect] = {"phone": lit, "fax": fax, "one-bit": one_bit}


def _tinted(picture: Picture, share: Floats, colour: tuple[int, int, int]) -> Picture:
    """Seen through a stain of ``colour`` that covers ``share`` of each pixel: it only darkens."""
    absorbed = 1 - np.array(colour, np.float32) / 255
    page = np.empty_like(picture)
    for rows in strips(len(picture)):
        if picture.ndim == 2:
            page[rows] = _bytes(picture[rows] * (1 - share[rows] * absorbed.mean()))
        else:
            page[rows] = _bytes(picture[rows] * (1 - share[rows][..., None] * absorbed))
    return page


def _clouds(shape: tuple[int, ...], rng: Rng, cells: int) -> Floats:
    """Soft noise from 0 to 1, about ``cells`` patches across."""
    coarse = rng.random((cells, cells), np.float32)
    soft = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(soft, 0, 1), np.float32)


def _grey(picture: Picture) -> Picture:
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def _like(grey: Picture, picture: Picture) -> Picture:
    return grey if picture.ndim == 2 else np.repeat(grey[..., None], 3, axis=2)


def _bytes(page: NDArray[np.floating]) -> Picture:
    return np.asarray(np.clip(page, 0, 255), np.uint8)
