"""Pictures of what went wrong, for people: every misread box, as it lies on the page and as cut."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.characters import Seen
from extractors.values import Picture

_ZOOM = 96  # pixels of the side of each picture
_WIDE = 12  # boxes in a row


def save(folder: Path, name: str, seen: Sequence[Seen]) -> Path | None:
    """One picture of the misread boxes of ``seen``; ``None`` when nothing was misread.

    Each shows the box on the page, the clean picture, what stands there and what was read, how
    sure, and below it the hand. Those most sure of what is wrong come first.
    """
    wrong = sorted(
        (each for each in seen if not each.right and each.picture), key=lambda each: -each.sure
    )
    if not wrong:
        return None
    shown = [_one(each) for each in wrong[: _WIDE * 30]]
    shown += [np.full_like(shown[0], 255)] * (-len(shown) % _WIDE)
    rows = [np.hstack(shown[i : i + _WIDE]) for i in range(0, len(shown), _WIDE)]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"wrong-{name}.png"
    cv2.imwrite(str(path), np.vstack(rows))
    return path


def _one(each: Seen) -> Picture:
    assert each.picture is not None
    around, tile = _fitted(each.picture[0]), _fitted(255 - each.picture[1])
    both = np.vstack([np.hstack([around, tile]), np.full((30, 2 * _ZOOM), 255, np.uint8)])
    _write(both, f"{each.truth} read {each.read} {each.sure:.2f}", 12, 0.42)
    _write(both, f"{each.group} {each.note}"[:26], 25, 0.34)
    return np.pad(both, ((0, 4), (0, 4)), constant_values=128)


def _write(picture: Picture, text: str, down: int, size: float) -> None:
    at = (2, _ZOOM + down)
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, 0, 1, cv2.LINE_AA)


def _fitted(picture: NDArray[np.uint8]) -> Picture:
    high, wide = picture.shape[:2]
    scale = _ZOOM / max(high, wide)
    size = (max(round(wide * scale), 1), max(round(high * scale), 1))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
    whole = np.full((_ZOOM, _ZOOM), 200, np.uint8)
    whole[: small.shape[0], : small.shape[1]] = small
    return whole
