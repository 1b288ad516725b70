"""How many pixels of a picture make an inch of paper, and square pixels for all."""

from __future__ import annotations

import cv2
import numpy as np

from extractors.values import Page, Picture

A4_INCHES = (8.27, 11.69)
BELIEVABLE = (99.0, 1250.0)
"""Dots an inch that a scanner may have. 72 and 96 are what programs write that do not know."""
LONGEST_INCHES = 24.0
"""The long side of the largest paper taken for real (A2); beyond it the resolution is wrong."""


def page_of(number: int, picture: Picture, declared: tuple[float, float] | None) -> Page:
    """The page with square pixels and its resolution.

    ``declared``: dots an inch across and down as the file says, ``None`` when it does not. What
    cannot be believed is replaced by the resolution at which the picture just fits A4, and the page
    says so (``dpi_guessed``). Fax pictures (204 by 98 dpi) are stretched to square pixels.
    """
    if declared and 0.2 < declared[0] / max(declared[1], 1e-9) < 5.0:
        across, down = declared
        if abs(across / down - 1.0) > 0.02:
            picture, across = _squared(picture, across, down)
        height, width = picture.shape[:2]
        longest = max(height, width) / across
        if BELIEVABLE[0] <= across <= BELIEVABLE[1] and longest <= LONGEST_INCHES:
            return Page(number, picture, float(across))
    height, width = picture.shape[:2]
    short, long = sorted((height, width))
    return Page(number, picture, max(short / A4_INCHES[0], long / A4_INCHES[1]), dpi_guessed=True)


def _squared(picture: Picture, across: float, down: float) -> tuple[Picture, float]:
    dpi = max(across, down)
    height, width = picture.shape[:2]
    size = (round(width * dpi / across), round(height * dpi / down))
    stretched = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(stretched, dtype=np.uint8), dpi


def as_grey_if_grey(picture: Picture) -> Picture:
    """``(height, width)`` when the three channels are all the same, else the picture itself."""
    if picture.ndim == 2:
        return picture
    sample = picture[::16, ::16]
    for part in (sample, picture):
        if not (
            np.array_equal(part[..., 0], part[..., 1])
            and np.array_equal(part[..., 1], part[..., 2])
        ):
            return picture
    return np.ascontiguousarray(picture[..., 0])


def reduced(page: Page, dpi: float) -> tuple[Picture, float]:
    """The page in grey at ``dpi`` or up to twice that, and the resolution it then has.

    Never enlarged, and a strip never reduced to nothing. Reduced by a whole number, which OpenCV
    does many times faster than by another.
    """
    picture = page.picture
    by = max(1, min(int(page.dpi / dpi + 0.1), *picture.shape[:2]))
    if by > 1:
        rows, columns = picture.shape[0] // by, picture.shape[1] // by
        whole = picture[: rows * by, : columns * by]
        picture = np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA))
    if picture.ndim == 3:
        picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return picture, page.dpi / by
