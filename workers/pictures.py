"""Page pictures as files: exact for reading, small for the viewer."""

from __future__ import annotations

import cv2
import numpy as np

from extractors.pictures import shrunk
from extractors.values import Picture

SMALL_WIDTH = 240


def encode(picture: Picture) -> bytes:
    """Grey pages as PNG (1 bit a pixel where that says it all), colour ones as JPEG."""
    if picture.ndim == 3:
        return _jpeg(picture, 90)
    two_tone = bool(np.isin(picture, (0, 255)).all())
    options = [cv2.IMWRITE_PNG_BILEVEL, 1] if two_tone else [cv2.IMWRITE_PNG_COMPRESSION, 1]
    return _encoded(".png", picture, options)


def encode_small(picture: Picture) -> bytes:
    """As an overview shows it: what form it is can be seen, what was written hardly."""
    return _jpeg(shrunk(picture, picture.shape[1] / SMALL_WIDTH), 70)


def encode_for_viewer(picture: Picture) -> bytes:
    return _jpeg(picture, 85)


def decode(data: bytes) -> Picture:
    """What ``encode`` wrote. Raises ``ValueError`` for anything else."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise ValueError("a stored page picture cannot be decoded")
    if picture.ndim == 3:
        picture = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    return np.asarray(picture, np.uint8)


def _jpeg(picture: Picture, quality: int) -> bytes:
    if picture.ndim == 3:
        picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), np.uint8)
    return _encoded(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])


def _encoded(suffix: str, picture: Picture, options: list[int]) -> bytes:
    made, data = cv2.imencode(suffix, picture, options)
    if not made:
        raise ValueError(f"a picture of {picture.shape} cannot be written as {suffix}")
    return data.tobytes()
