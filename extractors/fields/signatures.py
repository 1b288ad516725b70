"""Signature boxes: present or not, from how much ink there is and how far it reaches."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.formpack import FieldPlace
from extractors.values import Doubt, FieldReading

METHOD = "signature"
_LEAST_WIDTH_MM = 8.0
_LEAST_INK_MM = 10.0  # length of pen stroke


def read_signature(ink: NDArray[np.float32], field: FieldPlace, dots_per_mm: float) -> FieldReading:
    """``True`` when there is a signature in the box, ``False`` when nothing is written there.

    ``ink`` is the page's handwriting ink, 0 paper to 1. What is too small to be a signature but
    too much for an empty box is left to a person.
    """
    left, top, right, bottom = field.box.pixels(ink.shape[1], ink.shape[0])
    reach, stroke = _extent(ink[top:bottom, left:right], dots_per_mm)
    signed = reach >= _LEAST_WIDTH_MM and stroke >= _LEAST_INK_MM
    empty = stroke < 2.0
    doubts: tuple[Doubt, ...] = ()
    confidence = 0.995 if signed and stroke >= 2 * _LEAST_INK_MM else 0.98
    if not signed and not empty:
        confidence = 0.7
        doubts = (
            Doubt("signature_small", "Something small is written here. It may be a signature."),
        )
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


def _extent(crop: NDArray[np.float32], dots_per_mm: float) -> tuple[float, float]:
    """How wide the writing reaches and how long its strokes are, both in millimetres."""
    if crop.size == 0:
        return 0.0, 0.0
    dark = (crop > 0.3).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    longest = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    flat = (stats[:, cv2.CC_STAT_HEIGHT] <= 0.5 * dots_per_mm) & (
        stats[:, cv2.CC_STAT_WIDTH] > 0.6 * crop.shape[1]
    )
    keep = (longest >= 1.0 * dots_per_mm) & ~flat  # neither specks nor the remains of a rule
    keep[0] = False
    mask = keep[labels]
    if count < 2 or not mask.any():
        return 0.0, 0.0
    columns = np.flatnonzero(mask.any(axis=0))
    # A stroke's edge runs along both its sides.
    edge = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    length = float(edge.sum()) / 4.0
    return (columns[-1] - columns[0] + 1) / dots_per_mm, length / dots_per_mm
