"""The blank pages of form packs, prepared for matching: print, features, mesh.

A blank keeps little for good: its features and its print in small, packed until it is first a
candidate. The large pictures that laying a page needs can be given up (``Blank.rest``) and are made
again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.features import FEATURE_DPI, Features, features
from extractors.formpack import FormPack
from extractors.pictures import darkness
from extractors.values import Box, Picture

LAID_DPI = 200.0
PITCH = 80  # laid pixels between nodes of a mesh: 10 mm, much shorter than paper bends

SLACK = 2  # laid pixels (0.25 mm) that print may lie beside its place on the blank
PRINT = 24  # darkness from which a blank's pixel counts as print
_KEPT_DPI = 100.0  # at which a blank's print is kept
_EDGE = 5  # laid pixels inside a comb box that its own lines may reach
_AROUND = 40  # laid pixels (5 mm) round an answer place that people also write on
_FAINT = 6.0  # standard deviation of darkness below which a block holds too little print
SAMPLE = (slice(None, None, 3), slice(None, None, 3))
"""Enough pixels of a page for a median."""
_STRIP = 160  # laid pixels: the height of a part of a page that is worked on at once

Array = NDArray[np.float32]
Corners = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Pass:
    """One round of block matching: blocks ``2 * half`` wide may move ``reach``, all in mm.

    ``every``: a block for each so many nodes. ``carry``: how many nodes a shift carries.
    """

    dpi: float
    half: float
    reach: float
    every: int
    carry: float


@dataclass(frozen=True, slots=True)
class Block:
    """The print round one node (row, column) of the mesh, and where on a laid page to look for it.

    ``part`` and ``window`` are places on ``Blank.print_at`` and on the laid page. ``spread``: the
    standard deviation of its darkness, at most 40.
    """

    node: tuple[int, int]
    part: tuple[slice, slice]
    window: tuple[slice, slice]
    spread: float


_LARGE = ("grey", "dark", "broad", "guides", "open", "ridge")


class Blank:
    """One page of a form pack, prepared when first needed and then kept."""

    def __init__(self, pack: FormPack, number: int) -> None:
        self.pack = pack
        self.number = number
        self._prints: dict[float, Picture] = {}
        self._blocks: dict[Pass, tuple[Block, ...]] = {}

    def prepare(self) -> None:
        """Make what matching among many blanks needs and give up the rest.

        Raises ``OSError`` as ``grey`` does.
        """
        _ = self.features, self.shape, self._kept
        self.rest()

    def rest(self) -> None:
        """Give up the large pictures; they are made again when they are next asked for."""
        for name in _LARGE:
            self.__dict__.pop(name, None)

    @cached_property
    def shape(self) -> tuple[int, int]:
        """Height and width of the laid page."""
        height, width = self.grey.shape
        return height, width

    @cached_property
    def grey(self) -> Picture:
        """The blank at ``LAID_DPI``, grey. Measured in pixels, its short side is that of A4.

        Raises ``OSError`` when its picture cannot be opened.
        """
        form_page = self.pack.pages[self.number - 1]
        picture = cv2.imread(str(form_page.blank), cv2.IMREAD_GRAYSCALE)
        if picture is None:
            raise OSError(f"{form_page.blank}: not a picture that can be opened")
        height, width = picture.shape
        scale = min(form_page.size_mm) / 25.4 * LAID_DPI / min(height, width)
        size = (round(width * scale), round(height * scale))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)

    @cached_property
    def dark(self) -> Picture:
        """How dark the print is at ``LAID_DPI``: 0 paper to 255 black."""
        return darkness(self.grey, LAID_DPI)

    @cached_property
    def broad(self) -> Picture:
        """``dark`` with each pixel as dark as the darkest within ``SLACK``; 0 far from print."""
        return self._widened(SLACK)

    @cached_property
    def guides(self) -> tuple[Picture, Picture] | None:
        """``None`` when nothing is printed inside comb boxes, else two pictures.

        First ``broad``, but guide letters and whatever else is printed inside comb boxes is taken
        to lie off by one pixel at most; then 1 where only ``broad`` holds print.
        """
        narrow = self._widened(1)
        height, width = self.grey.shape
        tight = self.broad.copy()
        for field in self.pack.on_page(self.number):
            for row in field.combs:
                for index in range(row.cells):
                    left, top, right, bottom = row.cell(index).pixels(width, height)
                    inside = slice(top + _EDGE, bottom - _EDGE), slice(left + _EDGE, right - _EDGE)
                    tight[inside] = narrow[inside]
        ring = np.asarray((self.broad > 0) & (tight == 0), np.uint8)
        return (tight, ring) if ring.any() else None

    def _widened(self, by: int) -> Picture:
        around = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
        zone = cv2.dilate(np.asarray(self.dark > PRINT, np.uint8), around)
        return np.asarray(cv2.dilate(self.dark, around) * zone, np.uint8)

    @cached_property
    def open(self) -> Picture:
        """1 for every third pixel of every third row that may be written on and holds no print."""
        asked = np.zeros(self.grey.shape, np.uint8)
        for left, top, right, bottom in self.answers:
            asked[top:bottom, left:right] = 1
        return np.ascontiguousarray((asked * (self.broad == 0))[SAMPLE])

    @cached_property
    def ridge(self) -> tuple[NDArray[np.intp], Picture]:
        """The middle of printed lines, where no pixel within ``SLACK`` is darker: places in the
        flattened ``SAMPLE`` of a page, and how dark the blank is there."""
        around = np.ones((2 * SLACK + 1, 2 * SLACK + 1), np.uint8)
        middle = self.dark * (self.dark >= cv2.dilate(self.dark, around))
        sample = middle[SAMPLE].ravel()
        places = np.flatnonzero(sample >= 16)
        return places, np.asarray(sample[places], np.uint8)

    @cached_property
    def answers(self) -> tuple[tuple[int, int, int, int], ...]:
        """Parts of the laid page that together hold every answer place and what is round it.

        ``left, top, right, bottom`` in laid pixels; they do not overlap.
        """
        height, width = self.grey.shape
        asked = np.zeros((height, width), bool)
        for box in self.places():
            left, top, right, bottom = box.pixels(width, height)
            # Writing on a tall line reaches further above and below it.
            around = max(_AROUND, round(0.4 * (bottom - top)))
            up, back = max(top - around, 0), max(left - _AROUND, 0)
            asked[up : bottom + around, back : right + _AROUND] = True
        parts = []
        for top in range(0, height, _STRIP):
            strip = asked[top : top + _STRIP]
            rows, columns = (np.flatnonzero(strip.any(axis=axis)) for axis in (1, 0))
            if rows.size:
                ends = int(columns[-1]) + 1, top + int(rows[-1]) + 1
                parts.append((int(columns[0]), top + int(rows[0]), *ends))
        return tuple(parts)

    def places(self) -> Iterator[Box]:
        """Where answers are written, as shares of the page."""
        for field in self.pack.on_page(self.number):
            parts = [row.box for row in field.combs] + [option.box for option in field.options]
            yield from [*parts, *field.lines] or [field.box]

    def print_at(self, dpi: float) -> Picture:
        """``dark`` at 100 dpi or fewer, a little soft, as blocks of it are looked for."""
        found = self._prints.get(dpi)
        if found is None:
            small = np.asarray(cv2.imdecode(self._kept, cv2.IMREAD_UNCHANGED), np.uint8)
            found = soft(small if dpi == _KEPT_DPI else scaled(small, dpi / _KEPT_DPI))
            self._prints[dpi] = found
        return found

    @cached_property
    def _kept(self) -> NDArray[np.uint8]:
        """``dark`` at ``_KEPT_DPI`` as a PNG: far smaller, and much sooner there than ``grey``."""
        small = scaled(self.dark, _KEPT_DPI / LAID_DPI)
        return np.asarray(cv2.imencode(".png", small, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1])

    def blocks(self, by: Pass) -> tuple[Block, ...]:
        """The blocks of a round that hold enough print to be found."""
        found = self._blocks.get(by)
        if found is None:
            found = self._blocks[by] = tuple(self._cut(by))
        return found

    def _cut(self, by: Pass) -> Iterator[Block]:
        printed = self.print_at(by.dpi)
        size = np.array(printed.shape[::-1])
        half, reach = round(by.half / 25.4 * by.dpi), max(round(by.reach / 25.4 * by.dpi), 2)
        nodes = self.nodes[:: by.every, :: by.every]
        middle = np.rint((nodes + 0.5) * (by.dpi / LAID_DPI) - 0.5).astype(np.intp)
        # So far from the edges that it can move.
        first, last = np.maximum(middle - half, reach), np.minimum(middle + half, size - reach)
        large = (last - first >= half).all(axis=-1)
        spreads = _spreads(printed, first[large], last[large])
        places = np.stack((*np.nonzero(large), *first[large].T, *last[large].T), axis=-1)
        for place, spread in zip(places.tolist(), spreads.tolist(), strict=True):
            if spread >= _FAINT:
                row, column, left, top, right, bottom = place
                part = slice(top, bottom), slice(left, right)
                rows = slice(top - reach, bottom + reach)
                window = rows, slice(left - reach, right + reach)
                node = row * by.every, column * by.every
                yield Block(node, part, window, min(spread, 40.0))

    @cached_property
    def features(self) -> Features:
        """The features of its print."""
        return features(np.asarray(255 - scaled(self.dark, FEATURE_DPI / LAID_DPI), np.uint8))

    @cached_property
    def nodes(self) -> Array:
        """``(rows, columns, 2)``: the laid pixel ``(x, y)`` of each node of a mesh.

        The outermost nodes lie half a pitch or more beyond the edges.
        """
        height, width = self.shape
        columns, rows = (-(-side // PITCH) + 2 for side in (width, height))
        x = (np.arange(columns) - 0.5) * PITCH - 0.5
        y = (np.arange(rows) - 0.5) * PITCH - 0.5
        return np.stack(np.meshgrid(x, y), axis=-1).astype(np.float32)


def scaled(picture: Picture, factor: float) -> Picture:
    """``picture`` with its sides ``factor`` (below 1) as long, pixels averaged."""
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def soft(dark: Picture) -> Picture:
    """Slightly blurred, so that thin lines still overlap when they lie a fraction of a pixel off"""
    return np.asarray(cv2.GaussianBlur(dark, (0, 0), 0.8), np.uint8)


def _spreads(dark: Picture, first: Corners, last: Corners) -> NDArray[np.float64]:
    """The standard deviation within each rectangle from ``first`` up to ``last``, ``(n, 2)`` as
    ``(x, y)``."""
    sums, squares = cv2.integral2(dark, sdepth=cv2.CV_64F)
    left, top, right, bottom = *first.T, *last.T
    count = (right - left) * (bottom - top)
    mean, square = (
        (each[bottom, right] - each[top, right] - each[bottom, left] + each[top, left]) / count
        for each in (sums, squares)
    )
    return np.asarray(np.sqrt(np.maximum(square - mean**2, 0)))
