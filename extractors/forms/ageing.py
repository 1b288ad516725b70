"""Ageing: what post, scanners and fax machines do to a clean page."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.values import Picture


@dataclass(frozen=True, slots=True)
class Wear:
    """The most that one level of ageing does; each page gets a part of it by chance.

    ``skew`` degrees, ``shift`` share of the page, ``bend`` pixels, ``blur`` pixels (sigma),
    ``noise`` grey levels, ``fade`` share of contrast lost, ``shade`` grey levels across the page,
    ``specks`` on the page, ``quality`` of JPEG.
    """

    skew: float
    shift: float
    bend: float
    blur: float
    noise: float
    fade: float
    shade: float
    specks: int
    quality: int


LEVELS = (
    Wear(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 95),
    Wear(0.3, 0.004, 0.5, 0.5, 0.4, 0.03, 3, 10, 90),
    Wear(0.9, 0.010, 1.5, 0.8, 4.0, 0.10, 10, 60, 70),
    Wear(2.0, 0.020, 3.0, 1.3, 9.0, 0.25, 30, 300, 40),
)


def age(
    picture: Picture, seed: int, level: int, *, bitonal: bool = False, turned: int = 0
) -> Picture:
    """``picture`` as a scan: ``level`` 0 as it is, 1 good office scanner, 2 usual, 3 poor.

    ``bitonal`` makes it black and white (grey, 0 and 255 only); ``turned`` turns it clockwise by
    90, 180 or 270 degrees. The same seed gives the same scan.
    """
    if not 0 <= level < len(LEVELS):
        raise ValueError(f"level: 0 to {len(LEVELS) - 1}, not {level}")
    rng = np.random.default_rng([seed, level])
    wear = LEVELS[level]
    page = _moved(picture, rng, wear) if level else picture
    page = _worn(page, rng, wear) if level else page
    if bitonal:
        grey = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
        cut = 165 + rng.uniform(-15, 10)
        page = np.where(grey > cut, 255, 0).astype(np.uint8)
    elif level:
        page = _jpeg(page, wear.quality + int(rng.integers(-5, 6)))
    return np.ascontiguousarray(np.rot90(page, k=-turned // 90))


def _moved(picture: Picture, rng: np.random.Generator, wear: Wear) -> Picture:
    """Skewed, shifted and a little bent, on the white lid of the scanner."""
    height, width = picture.shape[:2]
    angle = rng.uniform(-1, 1) * wear.skew
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, rng.normal(1, 0.002))
    matrix[:, 2] += rng.uniform(-1, 1, 2) * wear.shift * width
    inverse = cv2.invertAffineTransform(matrix).astype(np.float32)
    field = rng.normal(0, wear.bend, (2, 5, 4)).astype(np.float32)
    dx, dy = (cv2.resize(each, (width, height), interpolation=cv2.INTER_CUBIC) for each in field)
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    from_x = inverse[0, 0] * x + inverse[0, 1] * y + inverse[0, 2] + dx
    from_y = inverse[1, 0] * x + inverse[1, 1] * y + inverse[1, 2] + dy
    lid = (250,) * (3 if picture.ndim == 3 else 1)
    moved = cv2.remap(
        picture, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=lid
    )
    return np.asarray(moved, np.uint8)


def _worn(picture: Picture, rng: np.random.Generator, wear: Wear) -> Picture:
    """Blurred, faded, unevenly lit, with specks and noise."""
    height, width = picture.shape[:2]
    blur = wear.blur * rng.uniform(0.5, 1.0)
    page = cv2.GaussianBlur(picture, (0, 0), blur).astype(np.float32)
    keep = 1 - wear.fade * rng.uniform(0.2, 1.0)
    corners = rng.uniform(-wear.shade, wear.shade / 4, (2, 2)).astype(np.float32)
    light = cv2.resize(corners, (width, height)).astype(np.float32)
    noise: NDArray[np.float32] = rng.standard_normal((height, width), np.float32)
    light += noise * np.float32(wear.noise * rng.uniform(0.5, 1.0))
    page = 255 - (255 - page) * np.float32(keep)
    page += light if page.ndim == 2 else light[..., None]
    count = int(rng.integers(wear.specks + 1))
    for x, y in rng.uniform(0, 1, (count, 2)) * (width, height):
        radius = int(rng.integers(0, 3))
        cv2.circle(page, (int(x), int(y)), radius, (60.0,) * 3, -1, cv2.LINE_8)
    return np.clip(page, 0, 255).astype(np.uint8)


def _jpeg(picture: Picture, quality: int) -> Picture:
    colour = picture.ndim == 3
    channels = picture[..., ::-1] if colour else picture
    _ok, data = cv2.imencode(".jpg", channels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    flags = cv2.IMREAD_COLOR if colour else cv2.IMREAD_GRAYSCALE
    page = np.asarray(cv2.imdecode(data, flags), np.uint8)
    return np.ascontiguousarray(page[..., ::-1] if colour else page)
