"""Ageing: what post, scanners and fax machines do to a clean page.

``age`` wears a page by level. ``scanned`` does what one of the ``RECIPES``, or several together,
says: what happened to the paper, then how it was scanned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.forms.effects import ON_PAPER, SCANNED, strips
from extractors.values import Picture

Matrix = NDArray[np.floating]


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


RECIPES: Mapping[str, int] = {
    "clean": 0, "office": 1, "usual": 2, "poor": 3, "photocopy": 1, "fax": 1, "one-bit": 1,
    "coffee": 2, "folded": 2, "faint": 2, "phone": 1,
}  # fmt: skip
"""Names of ageings, each with the level of its scanner; most are named for their effect."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One aged page. ``matrix`` (3 x 3) takes shares of the clean page to shares of the picture,
    but for a bend of a pixel or two; ``black_and_white`` says that it has but two tones.
    """

    picture: Picture
    matrix: Matrix = field(compare=False)
    black_and_white: bool


def scanned(picture: Picture, seed: int, recipes: Sequence[str]) -> Scan:
    """``picture`` after all of ``recipes``; the scanner is the worst of them.

    The same seed gives the same scan. Raises ``ValueError`` for a recipe that is not known.
    """
    for recipe in recipes:
        if recipe not in RECIPES:
            raise ValueError(f"{recipe}: the ageings are {', '.join(RECIPES)}")
    rng = np.random.default_rng([seed, 77])
    level = max((RECIPES[recipe] for recipe in recipes), default=0)
    wear, page = LEVELS[level], picture
    matrix: Matrix = np.eye(3)
    for name, effect in ON_PAPER.items():
        if name in recipes:
            page = effect(page, rng)
    if "phone" in recipes:
        page, matrix = _photographed(page, rng)
    elif level:
        inverse, page = _moved(page, rng, wear)
        matrix = _in_shares(np.linalg.inv(inverse), picture.shape)
    page = _worn(page, rng, wear) if level else page
    for name, effect in SCANNED.items():
        if name in recipes:
            page = effect(page, rng)
    two_tones = "fax" in recipes or "one-bit" in recipes
    if level and not two_tones:
        page = _jpeg(page, wear.quality + int(rng.integers(-5, 6)))
    return Scan(page, matrix, two_tones)


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
    page = _moved(picture, rng, wear)[1] if level else picture
    page = _worn(page, rng, wear) if level else page
    if bitonal:
        grey = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
        cut = 165 + rng.uniform(-15, 10)
        page = np.where(grey > cut, 255, 0).astype(np.uint8)
    elif level:
        page = _jpeg(page, wear.quality + int(rng.integers(-5, 6)))
    return np.ascontiguousarray(np.rot90(page, k=-turned // 90))


def _moved(picture: Picture, rng: np.random.Generator, wear: Wear) -> tuple[Matrix, Picture]:
    """Skewed, shifted and a little bent, on the white lid of the scanner.

    Returned with the 3 x 3 matrix from its pixels to those of ``picture``.
    """
    height, width = picture.shape[:2]
    angle = rng.uniform(-1, 1) * wear.skew
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, rng.normal(1, 0.002))
    matrix[:, 2] += rng.uniform(-1, 1, 2) * wear.shift * width
    inverse = cv2.invertAffineTransform(matrix).astype(np.float32)
    field = rng.normal(0, wear.bend, (2, 5, 4)).astype(np.float32)
    dx, dy = (cv2.resize(each, (width, height), interpolation=cv2.INTER_CUBIC) for each in field)
    x = np.arange(width, dtype=np.float32)[None, :]
    lid = (250,) * (3 if picture.ndim == 3 else 1)
    moved = np.empty_like(picture)
    for rows in strips(height):
        y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None]
        from_x = inverse[0, 0] * x + inverse[0, 1] * y + inverse[0, 2] + dx[rows]
        from_y = inverse[1, 0] * x + inverse[1, 1] * y + inverse[1, 2] + dy[rows]
        moved[rows] = cv2.remap(
            picture, from_x, from_y, cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT, borderValue=lid,
        )  # fmt: skip
    return np.vstack([inverse, (0.0, 0.0, 1.0)]), moved


def _photographed(picture: Picture, rng: np.random.Generator) -> tuple[Picture, Matrix]:
    """Seen from a little aside on a dark table, and its matrix in shares."""
    height, width = picture.shape[:2]
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    inset = rng.uniform(0.015, 0.05, (4, 2)).astype(np.float32)
    seen = corners + inset * np.where(corners > 0, -1, 1)
    size = np.array((width, height), np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    pixels = cv2.getPerspectiveTransform(corners * size, (seen * size).astype(np.float32))
    table = tuple(float(c) for c in rng.uniform(50, 110) + np.array((12, 0, -14)))
    page = cv2.warpPerspective(
        picture, pixels, (width, height), flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=table if picture.ndim == 3 else table[1],
    )  # fmt: skip
    return np.asarray(page, np.uint8), np.asarray(matrix, np.float64)


def _in_shares(pixels: Matrix, shape: tuple[int, ...]) -> Matrix:
    """A 3 x 3 matrix of pixels as one of shares of a page of that shape."""
    size = np.diag([shape[1], shape[0], 1.0])
    return np.asarray(np.linalg.inv(size) @ pixels @ size, np.float64)


def _worn(picture: Picture, rng: np.random.Generator, wear: Wear) -> Picture:
    """Blurred, faded, unevenly lit, with specks and noise."""
    height, width = picture.shape[:2]
    blur = wear.blur * rng.uniform(0.5, 1.0)
    page = np.asarray(cv2.GaussianBlur(picture, (0, 0), blur), np.uint8)
    keep = 1 - wear.fade * rng.uniform(0.2, 1.0)
    corners = rng.uniform(-wear.shade, wear.shade / 4, (2, 2)).astype(np.float32)
    light = cv2.resize(corners, (width, height)).astype(np.float32)
    noise: NDArray[np.float32] = rng.standard_normal((height, width), np.float32)
    noise *= np.float32(wear.noise * rng.uniform(0.5, 1.0))
    for rows in strips(height):
        change = light[rows] + noise[rows]
        pale = 255 - (255 - page[rows].astype(np.float32)) * np.float32(keep)
        pale += change if page.ndim == 2 else change[..., None]
        page[rows] = np.clip(pale, 0, 255)
    count = int(rng.integers(wear.specks + 1))
    for x, y in rng.uniform(0, 1, (count, 2)) * (width, height):
        radius = int(rng.integers(0, 3))
        cv2.circle(page, (int(x), int(y)), radius, (60.0,) * 3, -1, cv2.LINE_8)
    return page


def _jpeg(picture: Picture, quality: int) -> Picture:
    colour = picture.ndim == 3
    channels = picture[..., ::-1] if colour else picture
    _ok, data = cv2.imencode(".jpg", channels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    flags = cv2.IMREAD_COLOR if colour else cv2.IMREAD_GRAYSCALE
    page = np.asarray(cv2.imdecode(data, flags), np.uint8)
    return np.ascontiguousarray(page[..., ::-1] if colour else page)
