"""A scanner, photocopier or fax: what it makes of the ink of a training cell."""

from __future__ import annotations

import cv2
import numpy as np

from extractors.handprint.pens import Ink
from extractors.handprint.strokes import Rng

_NOISE = (0.0, 0.01, 0.03, 0.05)
_DPI = np.array([150, 200, 200, 300, 300, 400])


def scanned(ink: Ink, printed: Ink, laid: float, rng: Rng, *, rough: bool) -> Ink:
    """``ink`` (0 paper to 1) on its form scanned at 150 to 400 dpi, laid at ``laid`` times its size

    ``printed`` is what the form has there, as dark as it is. ``rough`` allows what spoils a
    picture: wrong thresholds, copies of copies, dirt, faint ink.
    """
    dpi = float(rng.choice(_DPI if rough else _DPI[1:]))
    scan = laid * dpi / 200
    blur = 0.4 * max(0.0, 1 / scan - 1) + abs(rng.normal(0, 0.45))
    if blur > 0.2:
        ink, printed = (cv2.GaussianBlur(each, (0, 0), blur) for each in (ink, printed))
    size = ink.shape[1] * scan, ink.shape[0] * scan
    pen, form = (_resized(each, size, smaller=scan < 1) for each in (ink, printed))
    page = _digitised(pen, form, rng, rough=rough)
    if dpi == 200:
        return page
    return _resized(page, (ink.shape[1] * laid, ink.shape[0] * laid), smaller=dpi > 200)


def _resized(ink: Ink, size: tuple[float, float], *, smaller: bool) -> Ink:
    whole = (max(round(size[0]), 4), max(round(size[1]), 4))
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, whole, interpolation=how))


def _digitised(ink: Ink, printed: Ink, rng: Rng, *, rough: bool) -> Ink:
    """Faint ink on the printed form, noise and dirt; then grey, 1-bit or JPEG."""
    gain = _gain(rng, rough=rough)
    ink = ink * np.float32(gain)
    full = min(gain, _full(ink))
    ink = 1 - (1 - ink) * (1 - printed)
    noise = min(_NOISE[int(rng.integers(len(_NOISE) if rough else 2))], 0.12 * gain)
    if noise:
        ink += noise * rng.standard_normal(ink.shape, np.float32)
    if rough:
        ink = _dirty(ink, rng)
    kind = rng.random()
    if kind < 0.3:
        ink = (ink > max(full * _threshold(rng, rough=rough), 3 * noise)).astype(np.float32)
        if rough and rng.random() < 0.12:
            _salt_and_pepper(ink, rng)
    elif kind < 0.52:
        ink = _through_jpeg(ink, int(rng.integers(15 if rough else 40, 92)), rng)
    elif rough and kind < 0.58:
        ink = _copied(ink, full, rng)
    elif rough and kind < 0.6:
        ink = _faxed(ink, full, rng)
    return np.clip(ink, 0, 1).astype(np.float32)


def _gain(rng: Rng, *, rough: bool) -> float:
    """How dark the ink comes out: pencil and pale blue ballpoints are faint."""
    if rough and rng.random() < 0.45:
        return float(rng.uniform(0.22, 1.0))
    return float(rng.uniform(0.6, 1.0)) if rng.random() < 0.3 else 1.0


def _full(ink: Ink) -> float:
    """The darkest strokes; a scanner sets its threshold by them, so that thin ones are not lost."""
    few = ink.size // 400 + 1
    return max(float(np.partition(ink.ravel(), -few)[-few]), 0.15)


def _threshold(rng: Rng, *, rough: bool) -> float:
    """What share of full ink becomes black; too high breaks strokes, too low fills them."""
    if rough and rng.random() < 0.4:
        return float(rng.uniform(0.68, 0.82) if rng.random() < 0.6 else rng.uniform(0.12, 0.25))
    return float(rng.uniform(0.25, 0.68))


def _dirty(ink: Ink, rng: Rng) -> Ink:
    """Specks, streaks and remains of a tinted background, each now and then."""
    kind = rng.random()
    if kind < 0.1:
        for _ in range(int(rng.integers(1, 6))):
            ink[int(rng.integers(ink.shape[0])), int(rng.integers(ink.shape[1]))] = 1
    elif kind < 0.14:
        column = int(rng.integers(ink.shape[1]))
        ink[:, column : column + int(rng.integers(1, 3))] += rng.uniform(0.15, 0.9)
    elif kind < 0.2:
        coarse = rng.random((ink.shape[0] // 3 + 1, ink.shape[1] // 3 + 1)).astype(np.float32)
        tint = cv2.resize(coarse, ink.shape[::-1], interpolation=cv2.INTER_LINEAR)
        ink = np.maximum(ink, rng.uniform(0.1, 0.4) * np.clip(tint - rng.uniform(0.5, 0.8), 0, 1))
    return ink


def _salt_and_pepper(ink: Ink, rng: Rng) -> None:
    """Turn over a few pixels of a 1-bit picture, in place."""
    turned = rng.random(ink.shape) < rng.uniform(0.001, 0.012)
    ink[turned] = 1 - ink[turned]


def _through_jpeg(ink: Ink, quality: int, rng: Rng) -> Ink:
    grey = np.clip(235 - ink * rng.uniform(110, 220), 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    unpacked = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    assert unpacked is not None  # it was packed on the line above
    ink = (235 - unpacked.astype(np.float32)) / 220
    ink[ink < 0.04] = 0
    return np.asarray(ink)


def _copied(ink: Ink, full: float, rng: Rng) -> Ink:
    """A photocopy: blurred, and of hard contrast."""
    soft = cv2.GaussianBlur(ink / full, (0, 0), rng.uniform(0.6, 1.1))
    steep, middle = rng.uniform(4, 10), rng.uniform(0.25, 0.5)
    return np.asarray(1 / (1 + np.exp(-steep * (soft - middle))) - 0.02)


def _faxed(ink: Ink, full: float, rng: Rng) -> Ink:
    """A fax of ordinary quality: 1-bit, half the rows."""
    rows = _resized(ink, (ink.shape[1], ink.shape[0] / 2), smaller=True)
    rows = (rows > full * rng.uniform(0.25, 0.5)).astype(np.float32)
    return np.asarray(cv2.resize(rows, ink.shape[::-1], interpolation=cv2.INTER_NEAREST))
