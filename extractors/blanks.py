"""The blank pages of form packs, prepared for matching: print, features, mesh.

A blank keeps little for good: its features, and once it was a candidate its print in small. The
large pictures that laying a page needs can be given up (``Blank.rest``) and are made again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from operator import attrgetter

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.formpack import FormPack
from extractors.pictures import darkness
from extractors.values import Box, Picture

LAID_DPI = 200.0
FEATURE_DPI = 75.0  # a feature then covers 13 mm: a word beside a comb, not a comb corner alone
PITCH = 80  # laid pixels between nodes of a mesh: 10 mm, much shorter than paper bends

SLACK = 2  # laid pixels (0.25 mm) that print may lie beside its place on the blank
PRINT = 24  # darkness from which a blank's pixel counts as print
_EDGE = 5  # laid pixels inside a comb box that its own lines may reach
_AROUND = 40  # laid pixels (5 mm) round an answer place that people also write on
_FAINT = 6.0  # standard deviation of darkness below which a block holds too little print
SAMPLE = (slice(None, None, 3), slice(None, None, 3))
"""Enough pixels of a page for a median."""
_STRIP = 160  # laid pixels: the height of a part of a page that is worked on at once

DESCRIPTOR_BITS = 256
_SQUARE = 20 / 25.4 * FEATURE_DPI  # features are spread over squares of 20 mm
_IN_SQUARE = 8

Array = NDArray[np.float32]


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


@dataclass(frozen=True, slots=True)
class Features:
    """``points`` (n, 2) of a picture at ``FEATURE_DPI`` and ``signs`` (n, 32), their descriptors:
    ``DESCRIPTOR_BITS`` bits each."""

    points: Array
    signs: NDArray[np.uint8]


_LARGE = ("grey", "dark", "broad", "guides", "open", "ridge")


class Blank:
    """One page of a form pack, prepared when first needed and then kept."""

    def __init__(self, pack: FormPack, number: int) -> None:
        self.pack = pack
        self.number = number
        self._prints: dict[float, Picture] = {}
        self._blocks: dict[Pass, tuple[Block, ...]] = {}

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
        """``dark`` at another resolution, a little soft, as blocks of it are looked for."""
        found = self._prints.get(dpi)
        if found is None:
            found = self._prints[dpi] = soft(scaled(self.dark, dpi / LAID_DPI))
        return found

    def blocks(self, by: Pass) -> tuple[Block, ...]:
        """The blocks of a round that hold enough print to be found."""
        found = self._blocks.get(by)
        if found is None:
            found = self._blocks[by] = tuple(self._cut(by))
        return found

    def _cut(self, by: Pass) -> Iterator[Block]:
        printed = self.print_at(by.dpi)
        height, width = printed.shape
        half, reach = round(by.half / 25.4 * by.dpi), max(round(by.reach / 25.4 * by.dpi), 2)
        nodes = (self.nodes + 0.5) * (by.dpi / LAID_DPI) - 0.5
        for row, column in product(*(range(0, each, by.every) for each in nodes.shape[:2])):
            x, y = (round(float(each)) for each in nodes[row, column])
            # So far from the edges that it can move.
            left, top = max(x - half, reach), max(y - half, reach)
            right, bottom = min(x + half, width - reach), min(y + half, height - reach)
            if right - left < half or bottom - top < half:
                continue
            part = slice(top, bottom), slice(left, right)
            spread = float(printed[part].astype(np.float32).std())
            if spread >= _FAINT:
                rows = slice(top - reach, bottom + reach)
                window = rows, slice(left - reach, right + reach)
                yield Block((row, column), part, window, min(spread, 40.0))

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


def features(grey: Picture) -> Features:
    """The ORB features of a picture at ``FEATURE_DPI``, spread evenly.

    Descriptors are taken upright: pages were straightened, and characters told apart by their turn
    alone (6 and 9, N and Z) stay apart.
    """
    orb = cv2.ORB.create(
        nfeatures=4000, scaleFactor=1.12, nlevels=4, patchSize=39, edgeThreshold=39,
        fastThreshold=15,
    )  # fmt: skip
    taken: Counter[tuple[float, float]] = Counter()
    chosen = []
    for key in sorted(orb.detect(grey, None), key=attrgetter("response"), reverse=True):
        x, y = key.pt
        square = x // _SQUARE, y // _SQUARE
        if taken[square] < _IN_SQUARE:
            taken[square] += 1
            key.angle = 0.0
            chosen.append(key)
    kept, signs = orb.compute(grey, chosen)
    if signs is None:
        nothing = np.zeros((0, DESCRIPTOR_BITS // 8), np.uint8)
        return Features(np.zeros((0, 2), np.float32), nothing)
    points = np.array([key.pt for key in kept], np.float32)
    return Features(points, np.asarray(signs, np.uint8))
