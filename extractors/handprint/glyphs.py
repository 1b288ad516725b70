"""The glyphs that training cells are made of: pictures of real and drawn characters.

Reads the training material (see MODEL_CARD.md for what it is and its licences), which is not part
of Postroom. Some sources are held out: they measure the recogniser and never train it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from extractors.handprint.strokes import Drawing
from extractors.values import Picture

CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
PUNCTUATION = ".,-/'&:@_+()£"

# Small letters that differ from the capital in size only, and those that people mix in among
# capitals; of these a few only, so that they do not blur what the capitals look like.
_LIKE_CAPITALS = "cosuvwxzkp"
_MIXED_IN = "abdefghijmnqrty"
_MIXED_SHARE = 0.06
HELD_OUT_FONTS = (
    "gochi-hand", "patrick-hand", "reenie-beanie", "schoolbell", "swanky-and-moo-moo",
)  # fmt: skip
_HELD_OUT_PENS = 0.1
_MNIST_TRAINING = 30_000
_MNIST_HELD_OUT = 3_000
_BONES_SIDE = 48
_AT_ONCE = 4_000  # pictures thinned together: bounds the memory


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: ``ink`` cropped to it, uint8 with ink 255.

    ``size`` and ``top`` are its height and its top in capital heights (letters and digits: 1, 0).
    ``bones`` is its one-pixel skeleton as a drawing, or ``None`` where that is not useful.
    """

    ink: Picture
    size: float = 1.0
    top: float = 0.0
    bones: Drawing | None = None


@dataclass(frozen=True, slots=True)
class Bank:
    """Glyphs by source (``pen``, ``mnist``, ``font``), then by character."""

    sources: Mapping[str, Mapping[str, tuple[Glyph, ...]]]


def read_bank(folder: Path, held_out: bool, seed: int = 2026) -> Bank:
    """The training material in ``folder``: the part to train with, or the part held out.

    Raises ``FileNotFoundError`` naming what is missing.
    """
    for name in ("caps_letters.npz", "mnist.npz", "fonts"):
        if not (folder / name).exists():
            raise FileNotFoundError(f"{folder / name}: point --data at the training material")
    rng = np.random.default_rng(seed)
    readers: dict[str, Iterator[tuple[str, Glyph]]] = {
        "pen": _pen_glyphs(folder / "caps_letters.npz", held_out, rng),
        "mnist": _mnist_glyphs(folder / "mnist.npz", held_out, rng),
        "font": _font_glyphs(folder / "fonts", held_out),
    }
    return Bank({source: _with_bones(list(glyphs)) for source, glyphs in readers.items()})


def _pen_glyphs(
    path: Path, held_out: bool, rng: np.random.Generator
) -> Iterator[tuple[str, Glyph]]:
    data = np.load(path)
    chosen = rng.random(len(data["label"])) < _HELD_OUT_PENS
    for tile, code, held in zip(data["X"], data["label"], chosen, strict=True):
        character = chr(code)
        if bool(held) != held_out:
            continue
        if character.islower() and (held_out or not _as_capital(character, rng)):
            continue
        ink = _pen_ink(tile)
        if ink is not None:
            yield character.upper(), Glyph(ink)


def _as_capital(small: str, rng: np.random.Generator) -> bool:
    """Whether this writing of a small letter is one more way of writing the capital."""
    return small in _LIKE_CAPITALS or (small in _MIXED_IN and rng.random() < _MIXED_SHARE)


def _pen_ink(picture: Picture) -> Picture | None:
    """Ink of a photographed character: paper evened out, specks gone, cropped."""
    grey = picture.astype(np.float32)
    paper = cv2.GaussianBlur(cv2.dilate(grey, np.ones((21, 21), np.uint8)), (0, 0), 10)
    dark = np.clip(np.minimum(paper, np.percentile(grey, 85)) - grey, 0, None)
    strong = float(np.percentile(dark, 99))
    if strong < 8:
        return None
    ink = np.clip((dark / strong - 0.25) / 0.6, 0, 1)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((ink > 0.4).astype(np.uint8))
    if count < 2:
        return None
    area = stats[:, cv2.CC_STAT_AREA].copy()
    area[0] = 0
    own = (area >= 0.08 * area.max())[labels]
    ink *= cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8))
    return _cropped((ink * 255).astype(np.uint8))


def _mnist_glyphs(
    path: Path, held_out: bool, rng: np.random.Generator
) -> Iterator[tuple[str, Glyph]]:
    data = np.load(path)
    part, count = ("test", _MNIST_HELD_OUT) if held_out else ("train", _MNIST_TRAINING)
    pictures, digits = data[f"X_{part}"], data[f"y_{part}"]
    for index in rng.permutation(len(digits))[:count]:
        ink = _cropped(pictures[index])
        if ink is not None:
            enlarged = cv2.resize(ink, None, fx=2.2, fy=2.2, interpolation=cv2.INTER_CUBIC)
            yield str(digits[index]), Glyph(enlarged.astype(np.uint8))


def _font_glyphs(folder: Path, held_out: bool) -> Iterator[tuple[str, Glyph]]:
    for path in sorted(folder.glob("*.ttf")):
        if (path.stem in HELD_OUT_FONTS) != held_out:
            continue
        font = ImageFont.truetype(str(path), 60)
        capital = _drawn_text("H", font)
        missing = _drawn_text("\uffff", font)
        rows = np.flatnonzero((capital > 60).any(axis=1))
        top, height = rows[0], rows[-1] - rows[0] + 1
        for character in CAPITALS + DIGITS + PUNCTUATION:
            picture = _drawn_text(character, font)
            ink = _cropped(picture)
            if ink is None or np.array_equal(picture, missing):
                continue
            first = int(np.flatnonzero((picture > 60).any(axis=1))[0])
            if character in PUNCTUATION:
                yield character, Glyph(ink, ink.shape[0] / height, (first - top) / height)
            else:
                yield character, Glyph(ink)


def _drawn_text(text: str, font: ImageFont.FreeTypeFont) -> Picture:
    picture = Image.new("L", (160, 160))
    ImageDraw.Draw(picture).text((40, 40), text, font=font, fill=255)
    return np.asarray(picture)


def _cropped(ink: Picture) -> Picture | None:
    rows, columns = np.flatnonzero((ink > 60).any(axis=1)), np.flatnonzero((ink > 60).any(axis=0))
    if rows.size < 2 or columns.size < 1:
        return None
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()


def _with_bones(whole: list[tuple[str, Glyph]]) -> dict[str, tuple[Glyph, ...]]:
    """The glyphs by character; letters and digits with their skeletons."""
    stack = np.zeros((len(whole), _BONES_SIDE + 8, _BONES_SIDE + 8), bool)
    for index, (_, glyph) in enumerate(whole):
        high, wide = glyph.ink.shape
        scale = _BONES_SIDE / max(high, wide)
        size = (max(round(wide * scale), 1), max(round(high * scale), 1))
        small = cv2.GaussianBlur(cv2.resize(glyph.ink, size), (0, 0), 0.9)
        stack[index, 4 : 4 + size[1], 4 : 4 + size[0]] = small > 105
    parts = [thinned(part) for part in np.array_split(stack, len(stack) // _AT_ONCE + 1)]
    thin = np.concatenate(parts)
    table: dict[str, list[Glyph]] = {}
    for (character, glyph), bones in zip(whole, thin, strict=True):
        drawing = None if character in PUNCTUATION else _joined(bones)
        made = Glyph(glyph.ink, glyph.size, glyph.top, drawing)
        table.setdefault(character, []).append(made)
    return {character: tuple(glyphs) for character, glyphs in table.items()}


def thinned(stack: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """One-pixel skeletons of many pictures (n, h, w) at once (Zhang and Suen, 1984).

    The outermost pixels must be empty.
    """
    ink = stack.astype(np.uint8)
    around = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
    changed = True
    while changed:
        changed = False
        for step in (0, 1):
            p = [np.roll(ink, (-dy, -dx), axis=(1, 2)) for dy, dx in around]
            neighbours = sum(p[1:], p[0].copy())
            turns = sum(((p[i] == 0) & (p[(i + 1) % 8] == 1)).astype(np.uint8) for i in range(8))
            north, east, south, west = p[0], p[2], p[4], p[6]
            if step == 0:
                free = (north & east & south) | (east & south & west)
            else:
                free = (north & east & west) | (north & south & west)
            go = (ink == 1) & (neighbours >= 2) & (neighbours <= 6) & (turns == 1) & (free == 0)
            if go.any():
                ink[go] = 0
                changed = True
    return ink.astype(bool)


def _joined(bones: NDArray[np.bool_]) -> Drawing | None:
    """The skeleton as points joined to their neighbours, steps smoothed out, height 1."""
    points = np.argwhere(bones)[:, ::-1].astype(np.float64)
    if len(points) < 8:
        return None
    apart = np.abs(points[:, None] - points[None]).max(axis=2)
    first, second = np.nonzero(np.triu(apart == 1))
    degree = np.bincount(np.concatenate([first, second]), minlength=len(points))
    for _ in range(2):
        total = np.zeros_like(points)
        np.add.at(total, first, points[second])
        np.add.at(total, second, points[first])
        inner = degree == 2
        points[inner] = points[inner] / 2 + total[inner] / 4
    points -= points.min(axis=0)
    height = float(points[:, 1].max())
    if height < 6 or len(first) == 0:
        return None
    return Drawing(points / height, np.stack([first, second], axis=1))
