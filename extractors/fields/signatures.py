"""Signature boxes: signed or not, from how much is written there and how it runs on.

A signature is one long, curly stroke, or a few. Separate characters may be a date or a name in
capitals, one straight stroke may be a line ruled through the box: neither passes unseen.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.formpack import FieldPlace
from extractors.values import Doubt, FieldReading

METHOD = "signature"
_INKED = 0.3  # darkness that counts as ink
_LEAST_WIDTH = 8.0  # mm
_LEAST_INK = 10.0  # mm of pen stroke
_RUNS_ON = 15.0  # mm: longer than a few joined characters, so written in one go
_CURLY = 1.6  # stroke for each millimetre of reach; a straight line has 1
_EMPTY = 2.0  # mm of pen stroke, not more, is nothing
_SOLID_SHARE = 0.5  # more ink than this round the longest part is no stroke
_FLAT = 2.0  # mm: the box round a part is taken to be this high and wide, so a line is not solid
_UNSURE = 0.9

_SMALL = Doubt("signature_small", "Something small is written here. It may be a signature.")
_LINE = Doubt("signature_line", "There is a line in this box. It may not be a signature.")
_APART = Doubt(
    "signature_apart",
    "This may be a date or separate letters instead of a signature.",
)
_SOLID = Doubt("signature_solid", "There is a lot of ink here. A signature may be struck out.")


_Judged = tuple[bool, float, tuple[Doubt, ...]]


@dataclass(frozen=True, slots=True)
class _Writing:
    """What stands in a box, in millimetres.

    ``reach``: its width; ``stroke``: length of pen; ``longest`` and ``curl``: the reach of its
    longest connected part and how much stroke that has for each millimetre; ``dense``: the share
    of ink in the box round that part.
    """

    reach: float = 0.0
    stroke: float = 0.0
    longest: float = 0.0
    curl: float = 0.0
    dense: float = 0.0


def read_signature(ink: NDArray[np.float32], field: FieldPlace, dots_per_mm: float) -> FieldReading:
    """``True`` when there is a signature in the box, ``False`` when nothing is written there.

    ``ink`` is the page's handwriting ink, 0 paper to 1. What is too small to be a signature but
    too much for an empty box, and what may be something else, is left to a person.
    """
    left, top, right, bottom = field.box.pixels(ink.shape[1], ink.shape[0])
    if right - left < dots_per_mm or bottom - top < dots_per_mm:
        judged: _Judged = (False, 0.0, (_SMALL,))  # no box that could be signed
    else:
        judged = _judged(_writing(ink[top:bottom, left:right], dots_per_mm))
    signed, confidence, doubts = judged
    return FieldReading(
        name=field.name,
        value=signed,
        raw="signed" if signed else "",
        confidence=confidence,
        status="auto" if signed or doubts else "absent",
        page=field.page,
        box=field.box,
        method=METHOD,
        doubts=doubts,
    )


def _judged(seen: _Writing) -> _Judged:
    """Signed or not, how sure, and why not."""
    if seen.dense > _SOLID_SHARE and seen.longest > _LEAST_WIDTH:
        return True, 0.5, (_SOLID,)
    if seen.stroke < _EMPTY:
        return False, 0.98, ()
    if seen.reach < _LEAST_WIDTH or seen.stroke < _LEAST_INK:
        return False, 0.7, (_SMALL,)
    if seen.curl < _CURLY and seen.longest > 0.6 * seen.reach:
        return True, 0.6, (_LINE,)
    if seen.longest < _RUNS_ON or seen.curl < _CURLY:
        return True, _UNSURE, (_APART,)
    return True, 0.995 if seen.stroke >= 2 * _LEAST_INK else 0.98, ()


def _writing(crop: NDArray[np.float32], dots_per_mm: float) -> _Writing:
    """Measure what is written in a box; specks and the remains of a printed rule do not count."""
    dark = (crop > _INKED).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    longest = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    flat = (stats[:, cv2.CC_STAT_HEIGHT] <= 0.5 * dots_per_mm) & (
        stats[:, cv2.CC_STAT_WIDTH] > 0.6 * crop.shape[1]
    )
    keep = (longest >= 1.0 * dots_per_mm) & ~flat
    keep[0] = False
    mask = keep[labels].astype(np.uint8)
    if count < 2 or not mask.any():
        return _Writing()
    columns = np.flatnonzero(mask.any(axis=0))
    # A thin stroke breaks in the scan; its parts are less than a quarter of a millimetre apart.
    near = max(round(0.25 * dots_per_mm), 1)
    joined = cv2.dilate(mask, np.ones((near, near), np.uint8))
    _, owners, boxes, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    sizes = np.hypot(boxes[1:, cv2.CC_STAT_WIDTH], boxes[1:, cv2.CC_STAT_HEIGHT])
    at = 1 + int(np.argmax(sizes))
    own = mask * (owners == at)
    reach = float(sizes[at - 1]) / dots_per_mm
    sides = np.maximum(boxes[at, cv2.CC_STAT_WIDTH : cv2.CC_STAT_AREA], _FLAT * dots_per_mm)
    return _Writing(
        reach=float(columns[-1] - columns[0] + 1) / dots_per_mm,
        stroke=_stroke(mask) / dots_per_mm,
        longest=reach,
        curl=_stroke(own) / dots_per_mm / reach,
        dense=float(own.sum() / sides.prod()),
    )


def _stroke(mask: NDArray[np.uint8]) -> float:
    """The length of the strokes of a mask, in pixels: an edge runs along both their sides."""
    edge = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return float(edge.sum()) / 4.0
