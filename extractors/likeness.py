"""Whether two pages that fit no form pack are copies of one printed form, whatever was written.

A page that looks printed to be filled in keeps a signature: some of its features, spread evenly, a
few kilobytes. Of two copies the print agrees and the writing does not; so enough features must lie
in the same arrangement, and all over the page: letters with one letterhead agree at the top alone.
"""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.features import DESCRIPTOR_BITS, FEATURE_DPI, features
from extractors.pictures import darkness, grey_of, shrunk
from extractors.values import Picture

_LONG_MM = 297.0  # the long side of every page is taken for that of A4
_SQUARE = 20 / 25.4 * FEATURE_DPI
_IN_SQUARE = 6  # features kept of each square of 20 mm
_FAR = 64  # of 256 bits: descriptors further apart are not of one place
_LOOSE = 2.0 / 25.4 * FEATURE_DPI  # how far off its place a feature of a copy may lie: 2 mm
_ENOUGH = 26  # features that must agree
_SQUARES = 16  # squares of 20 mm that they must lie in
_CORNERS = 12  # meetings of printed lines that make a page one to fill in

_LINES_DPI = 100.0
_ACROSS = round(10 / 25.4 * _LINES_DPI)  # printed lines of a form are at least 10 mm long,
_DOWN = round(3.5 / 25.4 * _LINES_DPI)  # its boxes at least 3.5 mm high

_INK = 40  # darkness from which a pixel may belong to a printed line

_HEAD = struct.Struct("<BH")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Signature:
    """How a page looks. ``points``: ``(n, 2)`` pixels at ``FEATURE_DPI``; ``bits``: ``(n, 32)``."""

    points: NDArray[np.float32]
    bits: NDArray[np.uint8]

    def to_bytes(self) -> bytes:
        """What ``from_bytes`` turns back into a signature with its places rounded to pixels."""
        places = np.clip(np.rint(self.points), 0, 65535).astype("<u2")
        return _HEAD.pack(_VERSION, len(places)) + places.tobytes() + self.bits.tobytes()

    @staticmethod
    def from_bytes(data: bytes) -> Signature:
        """Raises ``ValueError`` for what another version, or something else, wrote."""
        width = DESCRIPTOR_BITS // 8
        version, number = _HEAD.unpack_from(data) if len(data) >= _HEAD.size else (0, 0)
        if version != _VERSION or len(data) != _HEAD.size + number * (4 + width):
            raise ValueError("not the signature of a page")
        split = _HEAD.size + number * 4
        points = np.frombuffer(data[_HEAD.size : split], "<u2").reshape(number, 2)
        bits = np.frombuffer(data[split:], np.uint8).reshape(number, width)
        return Signature(points.astype(np.float32), bits)


def signature(picture: Picture) -> Signature | None:
    """The look of an upright, level page; ``None`` when it is no printed form (a letter, say)."""
    grey = grey_of(picture)
    if not _looks_printed_to_fill_in(_at(grey, _LINES_DPI)):
        return None
    found = features(_at(grey, FEATURE_DPI))
    if len(found.points) < _ENOUGH:
        return None
    kept = _thinned(found.points)
    return Signature(found.points[kept], found.signs[kept])


def alike(one: Signature, other: Signature) -> bool:
    """Whether both pages are copies of one printed form."""
    here, there = _pairs(_signs(one), _signs(other))
    if len(here) < _ENOUGH:
        return False
    ours, theirs = one.points[here], other.points[there]
    found, mask = cv2.estimateAffinePartial2D(
        theirs, ours, method=cv2.RANSAC, ransacReprojThreshold=_LOOSE, maxIters=1000
    )
    if found is None or not 0.85 < float(np.hypot(found[0, 0], found[1, 0])) < 1.18:
        return False
    agreeing = ours[mask.ravel() > 0]
    squares = {(int(x // _SQUARE), int(y // _SQUARE)) for x, y in agreeing}
    return len(agreeing) >= _ENOUGH and len(squares) >= _SQUARES


def _at(grey: Picture, dpi: float) -> Picture:
    """``grey`` with its long side that of A4 at ``dpi``; never enlarged."""
    return shrunk(grey, max(max(grey.shape) / (_LONG_MM / 25.4 * dpi), 1.0))


def _looks_printed_to_fill_in(grey: Picture) -> bool:
    """Whether lines across and down meet often, as the boxes of a form do and writing does not."""
    dark = np.asarray(darkness(grey, _LINES_DPI) > _INK, np.uint8)
    joint = np.ones((3, 3), np.uint8)
    meeting = np.ones_like(dark)
    for long, thick in (((1, _ACROSS), (2, 1)), ((_DOWN, 1), (1, 2))):
        # A little thicker, so that lines a fraction of a pixel off level do not fall apart.
        drawn = cv2.dilate(dark, np.ones(thick, np.uint8))
        lines = cv2.morphologyEx(drawn, cv2.MORPH_OPEN, np.ones(long, np.uint8))
        meeting &= np.asarray(cv2.dilate(lines, joint), np.uint8)
    return cv2.connectedComponents(meeting)[0] - 1 >= _CORNERS


def _thinned(points: NDArray[np.float32]) -> list[int]:
    """The first few points (the strongest come first) of every square."""
    taken: Counter[tuple[float, float]] = Counter()
    kept = []
    for index, (x, y) in enumerate(points.tolist()):
        square = x // _SQUARE, y // _SQUARE
        taken[square] += 1
        if taken[square] <= _IN_SQUARE:
            kept.append(index)
    return kept


def _signs(given: Signature) -> NDArray[np.float32]:
    bits = np.unpackbits(given.bits, axis=1)
    return np.where(bits > 0, np.float32(1), np.float32(-1))


def _pairs(
    signs: NDArray[np.float32], others: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which descriptors are each other's nearest, and near."""
    alike_bits = signs @ others.T
    nearest = alike_bits.argmax(axis=1)
    mutual = alike_bits.argmax(axis=0)[nearest] == np.arange(len(signs))
    near = alike_bits.max(axis=1) >= DESCRIPTOR_BITS - 2 * _FAR
    chosen = np.flatnonzero(mutual & near)
    return chosen, nearest[chosen]
