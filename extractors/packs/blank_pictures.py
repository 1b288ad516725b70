"""A pack's blank pictures against its definition: there, whole, in proportion, and boxes in place.

Printed boxes are looked for by their edges: where the blank turns darker or lighter along most of
an upright or level line. So white boxes on a tint are found as well as outlined ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from extractors.packs.definition import FieldKeys, PageKeys, Rectangle
from extractors.packs.mistake import KeyPath, Slip
from extractors.packs.structure import no_blank, sound
from extractors.packs.written import Written
from extractors.values import Picture

_DOTS = 8.0  # pixels a millimetre at which a blank is looked at
_PROPORTION = 0.02  # how far a picture may be from the proportions of its page
_LEAST_DPI = 140.0
_REACH_MM = 6.0  # how far off its place a row is looked for
_NEAR_MM = 1.0  # an edge this near its place is there
_SLACK_MM = 0.4  # and this near, when a whole row is moved
_FAINT = 6.0  # grey levels: a weaker edge is no printed line
_THERE = 0.5  # of the strongest edges of a row, what counts as one of its own
_MOST = 0.75  # the share of a row's upright edges that must be in place
_BANDS = 3  # heights at which a row is cut: separators may be as short as a third of a box

Profile = NDArray[np.float64]


def slips(found: Written, folder: Path) -> Iterator[Slip]:
    """What is wrong with the blank pictures in ``folder``; a page that cannot be used is told."""
    fields = sound(found.data, "fields", FieldKeys)
    for number, page in sound(found.data, "pages", PageKeys).items():
        path = folder / page.blank
        at: KeyPath = ("pages", number)
        if not path.is_file():
            yield no_blank(found, number, path)
            continue
        try:
            with Image.open(path) as opened:
                picture = opened.convert("L")
        except (OSError, ValueError, Image.DecompressionBombError) as error:
            words = f"{path} cannot be opened: {error}. Save it again as PNG or JPEG."
            yield Slip((*at, "blank"), words)
            continue
        wrong = list(_proportions(at, page, picture.size))
        yield from wrong
        if not wrong:
            own = {key: each for key, each in fields.items() if each.page == number + 1}
            yield from _rows(own, page, picture)


def _proportions(at: KeyPath, page: PageKeys, size: tuple[int, int]) -> Iterator[Slip]:
    (width, height), (across, down) = page.size, size
    if abs(across / down / (width / height) - 1) > _PROPORTION:
        turned = abs(down / across / (width / height) - 1) <= _PROPORTION
        mend = "Turn the picture upright." if turned else "Correct the size, or cut the picture."
        words = (
            f"the blank has {across} by {down} pixels, which are not the proportions of "
            f"{width:g} by {height:g} {page.unit}. {mend}"
        )
        yield Slip((*at, "size"), words)
    elif across / page.size_mm[0] * 25.4 < _LEAST_DPI:
        dpi = across / page.size_mm[0] * 25.4
        words = f"the blank has only {dpi:.0f} pixels an inch. Scan it again with 200 or more."
        yield Slip((*at, "blank"), words, "warning")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of boxes with its place on the picture in pixels."""

    left: float
    top: float
    right: float
    bottom: float
    cells: int

    @property
    def uprights(self) -> Profile:
        return np.linspace(self.left, self.right, self.cells + 1)


def _rows(fields: Mapping[int, FieldKeys], page: PageKeys, picture: Image.Image) -> Iterator[Slip]:
    wide = round(page.size_mm[0] * _DOTS)
    size = (wide, max(round(wide * picture.height / picture.width), 1))
    grey = np.asarray(picture.resize(size, Image.Resampling.BOX), np.uint8)
    dots = wide / page.size[0]
    for number, field in fields.items():
        for key, (x0, y0, x1, y1), cells in _printed(field):
            row = _Row(x0 * dots, y0 * dots, x1 * dots, y1 * dots, cells)
            on_page = 0 <= x0 < x1 <= page.size[0] and 0 <= y0 < y1 <= page.size[1]
            if on_page and (words := _misplaced(grey, row)):
                yield Slip(("fields", number, *key), words, "warning")


def _printed(field: FieldKeys) -> Iterator[tuple[KeyPath, Rectangle, int]]:
    """The places of a field that have printed edges: rows of boxes, and ticks as rows of one."""
    for index, row in enumerate(field.combs):
        yield ("combs", index), row[:4], row[4]
    if field.way == "tick":
        for index, option in enumerate(field.options):
            yield ("options", index, "box"), option.box, 1
        if field.box and not field.options:
            yield ("box",), field.box, 1


def _misplaced(grey: Picture, row: _Row) -> str:
    """Where the printed boxes of a row are instead; ``""`` when they are where they should be."""
    one = row.cells == 1
    reach = round(_REACH_MM * _DOTS)
    tall, wide = grey.shape
    top, bottom = max(int(row.top) - reach, 0), min(int(row.bottom) + reach, tall)
    left, right = max(int(row.left) - reach, 0), min(int(row.right) + reach, wide)
    level = _edges(grey[top:bottom, round(row.left) : round(row.right)].T)
    down, there = _shift(level, np.array([row.top, row.bottom]) - top)
    moved = down if there else 0
    upper, lower = round(row.top) + moved, round(row.bottom) + moved
    upright = _edges(grey[max(upper, 0) : lower, left:right])
    places = row.uprights - left
    sideways, seen = _shift(upright, places)
    off = [
        f"{abs(by) / _DOTS:.1f} mm further {way[by > 0]}"
        for by, way in ((sideways, ("left", "right")), (moved, ("up", "down")))
        if abs(by) > _NEAR_MM * _DOTS
    ]
    if seen and off:
        return (
            f"the printed {'box lies' if one else 'boxes lie'} {' and '.join(off)}. Measure again."
        )
    if seen and _share(upright, places, _NEAR_MM) >= _MOST:
        return ""
    if not one and (seen or _share(upright, places[[0, -1]], _NEAR_MM) == 1.0):
        return f"the printed lines are not those of {row.cells} equal boxes. Count them again."
    what = "printed box" if one else f"row of {row.cells} printed boxes"
    return f"no {what} is found here. Measure{'' if one else ' and count'} again."


def _edges(part: Picture) -> Profile:
    """How strongly the picture changes from each column to the next, in its strongest band."""
    if min(part.shape) < 2 * _BANDS:
        return np.zeros(part.shape[1])
    bands = np.array_split(part.astype(np.float64), _BANDS)
    steps = np.abs(np.diff(np.stack([band.mean(axis=0) for band in bands]), axis=1))
    return np.concatenate([[0.0], steps.max(axis=0)])


def _share(profile: Profile, places: Profile, within_mm: float) -> float:
    """The share of places that have an edge near."""
    near = _widened(profile, round(within_mm * _DOTS))
    at = np.clip(np.round(places).astype(int), 0, len(near) - 1)
    return float(np.mean(near[at] >= max(_THERE * _strong(profile), _FAINT)))


def _strong(profile: Profile) -> float:
    """The strength of the clear edges of a profile; a few that are stronger do not matter."""
    peaks = profile[profile >= _FAINT]
    return float(np.percentile(peaks, 75)) if len(peaks) else 0.0


def _widened(profile: Profile, by: int) -> Profile:
    padded = np.pad(profile, by)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * by + 1)
    return np.asarray(windows.max(axis=1), np.float64)


def _shift(profile: Profile, places: Profile) -> tuple[int, bool]:
    """By how many pixels ``places`` must move to meet edges, and whether most of them then do.

    The smallest move that is about as good as any and where both ends of the row are met, or none
    of that is. Without the ends, a row that lies off by one whole box would pass.
    """
    near = _widened(profile, round(_SLACK_MM * _DOTS))
    there = near >= max(_THERE * _strong(profile), _FAINT)
    reach = round(_REACH_MM * _DOTS)
    padded = np.pad(there, reach)
    shifts = sorted(range(-reach, reach + 1), key=abs)
    last = len(padded) - 1
    met = [padded[np.clip(np.round(places + by + reach).astype(int), 0, last)] for by in shifts]
    shares = np.array([each.mean() for each in met])
    whole = np.array([bool(each[0] and each[-1]) for each in met])
    good = shares >= shares.max() - 0.1
    meets = good & whole if (good & whole).any() else good
    chosen = shifts[int(np.argmax(meets))]
    fine = {by for by, fits in zip(shifts, meets, strict=True) if fits}
    end, step = chosen, int(np.sign(chosen))
    while step and end + step in fine:  # edges count as met while they are near: take the middle
        end += step
    return (chosen + end) // 2, bool(shares.max() >= _MOST)
