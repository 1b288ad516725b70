"""Small steps every reader of pictures shares: grey, smaller, flattened to even light."""

from __future__ import annotations

import cv2
import numpy as np

from extractors.values import Picture


def grey_of(picture: Picture) -> Picture:
    """``(height, width)`` grey of an RGB or grey picture."""
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def shrunk(picture: Picture, scale: float) -> Picture:
    """``picture`` with ``scale`` of its pixels averaged into one; never enlarged."""
    if scale <= 1:
        return picture
    size = [max(1, round(side / scale)) for side in (picture.shape[1], picture.shape[0])]
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def darkness(grey: Picture, dpi: float) -> Picture:
    """How much darker than the paper round it each pixel is: 0 paper to 255 black.

    The paper is the brightest of each 4 mm, smoothed, so shadows and yellowed sheets come out even.
    """
    paper = _paper(grey, dpi)
    return np.asarray(cv2.bitwise_not(cv2.divide(grey, paper, scale=255)), np.uint8)


def _paper(grey: Picture, dpi: float) -> Picture:
    reach = max(round(dpi * 1.0 / 25.4), 1)
    size = (max(grey.shape[1] // reach, 1), max(grey.shape[0] // reach, 1))
    # Averaging whole pixels is several times faster, so a few at the edge are left out.
    whole = grey[: size[1] * reach, : size[0] * reach]
    coarse = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    bright = cv2.dilate(cv2.medianBlur(coarse, 3), np.ones((5, 5), np.uint8))
    even = cv2.GaussianBlur(bright, (0, 0), 4)
    wide = cv2.resize(even, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.maximum(wide, 1), np.uint8)
