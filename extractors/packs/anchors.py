"""The registration anchors of a page: the print it is recognised by, and laid on its blank by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors.bending import telling
from extractors.blanks import LAID_DPI, PITCH, Blank
from extractors.formpack import FormPack
from extractors.packs import written
from extractors.packs.mistake import Mistake, Slip
from extractors.values import Box

_MM = 25.4 / LAID_DPI
_FAR_MM = 40.0  # from its nearest anchor; paper bends by half a millimetre on such a way
_FEW = 40  # details: a match takes 8, and a scan keeps about a fifth of them
_MEND = "Print a heading or a frame there, or a mark in each corner of the page."


@dataclass(frozen=True)
class Anchors:
    """Where one page of a pack holds on to its blank, in millimetres on paper.

    ``places`` (x, y): print that tells where it lies, across as well as down. ``details``: what a
    page is recognised by.
    """

    size: tuple[float, float]
    places: tuple[tuple[float, float], ...]
    details: int

    @cached_property
    def bare(self) -> Box:
        """The largest upright rectangle of the page without an anchor, to about 10 mm."""
        pitch = PITCH * _MM
        columns, rows = (-(-side // pitch) for side in self.size)
        free = np.ones((int(rows), int(columns)), bool)
        for x, y in self.places:
            free[min(int(y / pitch), len(free) - 1), min(int(x / pitch), free.shape[1] - 1)] = False
        left, top, right, bottom = (each * pitch for each in _largest(free))
        return Box(left, top, min(right, self.size[0]), min(bottom, self.size[1]))

    def away(self, place: Box) -> float:
        """How far from the nearest anchor a place of the page (in shares of it) lies, in mm."""
        (width, height) = self.size
        gaps = (
            np.hypot(
                max(place.x0 * width - x, x - place.x1 * width, 0.0),
                max(place.y0 * height - y, y - place.y1 * height, 0.0),
            )
            for x, y in self.places
        )
        return float(min(gaps, default=np.inf))


def anchors(pack: FormPack, number: int) -> Anchors:
    """The anchors of one page. Raises ``OSError`` when its blank cannot be opened."""
    blank = Blank(pack, number)
    height, width = blank.shape
    at = blank.nodes[telling(blank).all(axis=-1)]
    places = tuple((float(x) * _MM, float(y) * _MM) for x, y in (at + 0.5))
    return Anchors((width * _MM, height * _MM), places, len(blank.features.points))


def weak(pack: FormPack, number: int, found: Anchors) -> Iterator[Slip]:
    """What keeps a page from being recognised, or laid exactly at its answer places."""
    if found.details < _FEW:
        words = (
            f"the page has only {found.details} printed details to be recognised by, and needs "
            f"{_FEW}. {_MEND}"
        )
        yield Slip(("pages", number - 1), words, "warning")
    for index, field in enumerate(pack.fields):
        if field.page != number:
            continue
        away = found.away(field.box)
        if away > _FAR_MM:
            near = f"within {away:.0f} mm" if np.isfinite(away) else "on the page"
            words = (
                f"no print to lay the page by is found {near}, so this place may be read a little "
                f"beside where it is. {_MEND}"
            )
            yield Slip(("fields", index), words, "warning")


def poor(packs: Sequence[FormPack], progress: Callable[[str], None]) -> Iterator[Mistake]:
    """A warning for each page and field of ``packs`` with too little print for it.

    ``progress`` is told what is looked at. Raises ``OSError`` and ``BadFormPack``.
    """
    for pack in packs:
        progress(f"{pack.folder.name}: its registration anchors")
        found = written.read(Path(pack.folder))
        for page in pack.pages:
            for slip in weak(pack, page.number, anchors(pack, page.number)):
                yield found.mistake(slip)


def _largest(free: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the largest rectangle that is free everywhere."""
    best, most = (0, 0, 0, 0), 0
    for top in range(len(free)):
        open_columns = np.ones(free.shape[1], bool)
        for bottom in range(top, len(free)):
            open_columns &= free[bottom]
            left = 0
            for is_free, run in groupby(open_columns.tolist()):
                right = left + len(list(run))
                area = (right - left) * (bottom + 1 - top)
                if is_free and area > most:
                    best, most = (left, top, right, bottom + 1), area
                left = right
    return best
