"""Faces: what the characters of a hand look like, from handwriting fonts or from pictures.

``MEASURING`` and ``FITTING`` name the shipped handwriting fonts. Figures are measured on the first
and confidence is fitted on the second; no recogniser is trained on either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from extractors.values import Picture

FONTS = Path(__file__).parent / "fonts"
CLEAR = ("ComingSoon", "WalterTurncoat")
FACES = (*CLEAR, "WaitingForTheSunrise", "RockSalt")
MEASURING = (*FACES, "Farsan", "BadScript", "YuseiMagic", "BalsamiqSans")
FITTING = (
    "Chilanka", "DeliciousHandrawn", "FingerPaint", "OoohBaby", "Grandstander", "LongCang",
)  # fmt: skip
_THIN = ("WaitingForTheSunrise", "ComingSoon", "OoohBaby", "BadScript", "Chilanka", "Farsan")
PRINTED = "PublicSans-Regular"
TALL = 48  # pixels of a capital in the glyph store: near its size on paper, so none are lost
_PAD = 6  # pixels round a glyph, room to bend and to swell


@dataclass(frozen=True)
class Shape:
    """A character ``TALL`` pixels a capital: mask, its top above the baseline, its advance."""

    mask: Picture
    top: float
    advance: float

    @cached_property
    def depth(self) -> NDArray[np.float32]:
        """Pixels inside the ink (above 0) or outside it (below), for a pen of any width."""
        ink = (self.mask > 110).astype(np.uint8)
        inside = cv2.distanceTransform(ink, cv2.DIST_L2, 3)
        outside = cv2.distanceTransform(1 - ink, cv2.DIST_L2, 3)
        return np.asarray(inside - outside, np.float32)

    @cached_property
    def stroke(self) -> float:
        """How wide the strokes are, in pixels."""
        ridge = (self.depth >= cv2.dilate(self.depth, np.ones((3, 3), np.uint8))) & (self.depth > 0)
        return 2 * float(np.median(self.depth[ridge])) if ridge.any() else 2.0


class Face(Protocol):
    """Where a hand's characters come from."""

    @property
    def name(self) -> str: ...

    def shape(self, character: str, taste: int) -> Shape | None:
        """How the writer of this ``taste`` writes it; ``None`` when the face has no such one."""


@dataclass(frozen=True, slots=True)
class FontFace:
    """A font of ``fonts/``, by its file's name; every writer of it writes alike."""

    name: str

    def __str__(self) -> str:
        return self.name

    def shape(self, character: str, taste: int) -> Shape | None:
        return _drawn(self.name, character)


@dataclass(frozen=True, eq=False, slots=True)
class PictureFace:
    """Characters cut from paper. A writer keeps to one of the pictures of each character."""

    name: str
    pictures: Mapping[str, Sequence[Picture]] = field(repr=False)

    def __str__(self) -> str:
        return self.name

    def shape(self, character: str, taste: int) -> Shape | None:
        found = self.pictures.get(character, ())
        if not len(found):
            return None
        number = int(np.random.default_rng([taste, ord(character)]).integers(len(found)))
        return _enlarged(found[number])


def picture_face(name: str, pictures: Mapping[str, Sequence[Picture]]) -> Face:
    """A face of cropped glyphs: grey pictures, ink 255, by capital letter or digit.

    A picture is as high as a capital. Signs, and whatever else ``pictures`` lacks, are borrowed
    from a font. Raises ``ValueError`` for a sign: how high it stands cannot be told.
    """
    signs = sorted(each for each in pictures if len(each) != 1 or not each.isalnum())
    if signs:
        raise ValueError(f"pictures of letters and digits only, not of {' '.join(signs)}")
    return PictureFace(name, pictures)


def named(face: str | Face) -> Face:
    """The face itself, or the shipped font of that name. Raises ``ValueError``."""
    if not isinstance(face, str):
        return face
    if not (FONTS / f"{face}.ttf").is_file():
        raise ValueError(f"{face}: no such handwriting face in {FONTS}")
    return FontFace(face)


@cache
def _lent(character: str) -> Shape:
    """From the first shipped face that has it: every hand can write every character."""
    for name in (*FACES, PRINTED):
        found = _drawn(name, character)
        if found is not None:
            return found
    return _set(PRINTED, character)


def shape(face: Face, character: str, taste: int) -> Shape:
    """The character in ``face``, or borrowed from another face."""
    return face.shape(character, taste) or _lent(character)


@cache
def _drawn(name: str, character: str) -> Shape | None:
    found = _set(name, character)
    if character != " " and np.array_equal(found.mask, _set(name, "\uffff").mask):
        return None
    return found


@cache
def _set(name: str, character: str) -> Shape:
    """Drawn with room to bend; the thin faces a little heavier, like a ballpoint."""
    font, foot = _font(name)
    advance = font.getlength(character)
    if character == " ":
        advance = max(advance, 0.5 * TALL)
    left, top, right, bottom = font.getbbox(character, anchor="ls")
    image = Image.new("L", (int(right - left) + 2 * _PAD, int(bottom - top) + 2 * _PAD), 0)
    ImageDraw.Draw(image).text((_PAD - left, _PAD - top), character, 255, font, anchor="ls")
    weight = 3 if name in _THIN else 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (weight, weight))
    mask = cv2.dilate(np.asarray(image), kernel)
    return Shape(np.asarray(mask, np.uint8), _PAD - top + foot, advance)


def _enlarged(picture: Picture) -> Shape:
    """A cropped glyph at the size of the store; the wide ones are kept inside a square."""
    height, width = picture.shape
    scale = TALL / max(height, 0.8 * width)
    tall, wide = max(round(height * scale), 1), max(round(width * scale), 1)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    laid = cv2.resize(picture, (wide, tall), interpolation=way)
    mask = cv2.copyMakeBorder(laid, _PAD, _PAD, _PAD, _PAD, cv2.BORDER_CONSTANT, value=0)
    return Shape(np.asarray(mask, np.uint8), _PAD + tall, wide + 0.12 * TALL)


@cache
def _font(name: str) -> tuple[ImageFont.FreeTypeFont, float]:
    """The face at the size whose capital H is ``TALL`` pixels high, and how far H sinks.

    In hands the capitals do not stand on the face's baseline; H says where they stand.
    """
    path = FONTS / f"{name}.ttf"
    probe = ImageFont.truetype(path, 200, layout_engine=ImageFont.Layout.BASIC)
    _left, top, _right, bottom = probe.getbbox("H", anchor="ls")
    size = round(200 * TALL / (bottom - top))
    font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
    return font, bottom * TALL / (bottom - top)
