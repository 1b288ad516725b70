"""Places to tick that are printed as two square brackets with nothing between: ``[ ]``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractors.drafting.printed_lines import in_mm
from extractors.drafting.sheets import Sheet, Word
from extractors.values import Box

_WHOLE = {"[]", "[ ]", "[_]"}
_WIDEST = 3.0
"""Times its height: brackets further apart hold an answer in words."""


def bracketed(sheet: Sheet) -> tuple[Sheet, tuple[Box, ...]]:
    """The page without such brackets among its words, and their places (shares of the page)."""
    pairs = list(_pairs(sheet))
    taken = {id(word) for pair in pairs for word in pair}
    words = tuple(word for word in sheet.words if id(word) not in taken)
    return replace(sheet, words=words), tuple(Box.hull([w.box for w in pair]) for pair in pairs)


def _pairs(sheet: Sheet) -> Iterator[Sequence[Word]]:
    """The words of each pair: two, or one that is both brackets."""
    for word in sheet.words:
        if word.text in _WHOLE:
            yield (word,)
        elif word.text == "[":
            closing = _closing(word, sheet)
            if closing is not None:
                yield word, closing


def _closing(opening: Word, sheet: Sheet) -> Word | None:
    """What comes next on the same line, when that is the other bracket."""
    at = in_mm(opening.box, sheet.size_mm)
    nearest: Word | None = None
    least = _WIDEST * at.height
    for word in sheet.words:
        box = in_mm(word.box, sheet.size_mm)
        gap = box.x0 - at.x1
        level = min(box.y1, at.y1) - max(box.y0, at.y0) > 0.5 * min(box.height, at.height)
        if word is not opening and level and -0.2 < gap < least:
            nearest, least = word, gap
    return nearest if nearest is not None and nearest.text == "]" else None
