"""Patch codes: four bars across the paper near one of its edges, made to be seen at full speed.

Two bars are 0.20 inch wide and two 0.08, with 0.08 between them. They are read from the nearest
edge inwards, so a sheet fed upside down reads the same.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from extractors.resolution import reduced
from extractors.values import Page

_WORK_DPI = 100.0
_PATTERNS = {
    "WWNN": "1",
    "WNNW": "2",
    "WNWN": "3",
    "NWWN": "4",
    "NWNW": "T",
    "NNWW": "6",
}
_LENGTH_INCHES = 0.80
_EVERY_INCHES = 0.08
_LEAST_LINES = 9
"""Lines 0.08 inch apart that must see the same bars: bars of 0.75 inch, the shortest allowed."""


def patch_code(page: Page) -> str | None:
    """Which patch code the page carries (``T``, ``1`` to ``4``, ``6``), or ``None``."""
    grey, dpi = reduced(page, _WORK_DPI)
    dark, light = np.percentile(grey[::4, ::4], (1, 90))
    if light - dark < 60:
        return None
    black = grey < (dark + light) / 2
    step = max(round(_EVERY_INCHES * dpi), 1)
    for lines in (black[:, ::step].T, black[::step]):
        found = Counter(seen for line in lines for seen in _on_line(line, dpi))
        if found:
            (code, _place), count = found.most_common(1)[0]
            if count >= _LEAST_LINES:
                return code
    return None


def _on_line(line: NDArray[np.bool_], dpi: float) -> set[tuple[str, bool]]:
    """The codes one line across the page meets, each with whether in its first half."""
    edges = np.flatnonzero(np.diff(line, prepend=False, append=False))
    if len(edges) < 8:
        return set()
    # Edges come in pairs round each black run: windows of eight edges from every second one.
    windows = sliding_window_view(edges, 8)[::2]
    length = windows[:, -1] - windows[:, 0]
    fits = np.abs(length - _LENGTH_INCHES * dpi) < 0.15 * _LENGTH_INCHES * dpi
    seen = set()
    for window in windows[fits]:
        runs = np.diff(window) / (window[-1] - window[0]) * 10.0
        bars, gaps = runs[::2], runs[1::2]
        wide = bars > 1.75
        if wide.sum() != 2 or gaps.min() < 0.5 or gaps.max() > 1.6:
            continue
        if bars[~wide].min() < 0.5 or bars[~wide].max() > 1.6 or bars[wide].max() > 3.3:
            continue
        near = bool(window[0] + window[-1] < len(line))
        pattern = "".join("W" if each else "N" for each in (wide if near else wide[::-1]))
        seen.add((_PATTERNS[pattern], near))
    return seen
