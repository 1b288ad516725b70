"""Printed words of a page joined to runs on one line, and runs to blocks of several lines.

All places here and in what follows are in millimetres from the page's top left corner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from extractors.drafting.sheets import Sheet
from extractors.values import Box

_ASCENDS = re.compile(r"[^acegmnopqrsuvwxyzŵŷ.,:;–—\-_~+='\"’‘“”\s]")
_DESCENDS = re.compile(r"[gjpqy,;()Qŷ]")
NUMBERED = re.compile(r"[A-Z]{0,2}\d{1,2}(?:\.\d{1,2})*[a-z]?[.):*]*")
"""The number of a question, as 1.4 or B3."""
_SPACE_EM = 0.75
"""The widest space between two words of one run, in letter sizes."""
_PITCH_EM = 1.62
"""The widest step from line to line within one block, in letter sizes."""


@dataclass(frozen=True)
class Run:
    """Words on one line without a wide gap: text, box in mm, and the words that are bold.

    ``bold``: how many words from the start are bold.
    """

    text: str
    box: Box
    bold: int

    @cached_property
    def em(self) -> float:
        """The size of its letters in mm, from the letters it has (small ones are no measure)."""
        share = 0.52 + 0.2 * bool(_ASCENDS.search(self.text)) + 0.2 * bool(_low(self.text))
        return self.box.height / share

    @property
    def baseline(self) -> float:
        """Where its letters stand, in mm from the top."""
        return self.box.y1 - (0.2 * self.em if _low(self.text) else 0.0)

    @property
    def middle(self) -> float:
        """The middle of its capitals, in mm from the top."""
        return self.baseline - 0.36 * self.em

    @property
    def all_bold(self) -> bool:
        return self.bold == len(self.text.split())


def _low(text: str) -> bool:
    return bool(_DESCENDS.search(text))


def in_mm(box: Box, size_mm: tuple[float, float]) -> Box:
    """A box in shares of the page, in millimetres."""
    across, down = size_mm
    return Box(box.x0 * across, box.y0 * down, box.x1 * across, box.y1 * down)


def runs(sheet: Sheet, between: Sequence[Box] = ()) -> list[Run]:
    """The runs of a page from top to bottom. None goes across a box of ``between`` (in mm)."""
    words = [Run(word.text, in_mm(word.box, sheet.size_mm), int(word.bold)) for word in sheet.words]
    words = [word for word in words if word.box.height <= 25 and word.box.width > 0]
    lines: list[list[Run]] = []
    # Dashes and dots have no height to tell their line by, and come when the lines are there.
    for word in sorted(words, key=lambda w: (_is_sign(w), round(w.baseline), w.box.x0)):
        line = next((each for each in reversed(lines[-60:]) if _on_line(each, word)), None)
        if line is None:
            lines.append([word])
        else:
            line.append(word)
    found = [run for line in lines for run in _parted(line, between)]
    return sorted(found, key=lambda run: (run.baseline, run.box.x0))


def _on_line(line: Sequence[Run], word: Run) -> bool:
    if _is_sign(word):
        nearest = min(line, key=lambda each: _gap(each.box, word.box))
        level = nearest.box.y0 - 0.3 <= _mid(word.box) <= nearest.box.y1 + 0.6
        return level and _gap(nearest.box, word.box) < 2 * nearest.em
    last = line[-1]
    return abs(last.baseline - word.baseline) <= 0.35 * min(last.em, word.em)


def _is_sign(word: Run) -> bool:
    return not any(c.isalnum() for c in word.text)


def _gap(a: Box, b: Box) -> float:
    return max(b.x0 - a.x1, a.x0 - b.x1)


def _mid(box: Box) -> float:
    return (box.y0 + box.y1) / 2


def _parted(line: Sequence[Run], between: Sequence[Box]) -> Iterable[Run]:
    """One line of words as its runs: broken at wide gaps and at boxes."""
    ordered = sorted(line, key=lambda each: each.box.x0)
    run = [ordered[0]]
    for word in ordered[1:]:
        last = run[-1]
        gap = word.box.x0 - last.box.x1
        size = max((min(each.em, 8.0) for each in (last, word) if not _is_sign(each)), default=3.0)
        numbered = len(run) == 1 and gap > 0.42 * size and NUMBERED.fullmatch(last.text)
        if gap > _SPACE_EM * size or numbered or _parts(between, last.box, word.box):
            yield _joined(run)
            run = []
        run.append(word)
    yield _joined(run)


def _parts(between: Sequence[Box], left: Box, right: Box) -> bool:
    height = (_mid(left) + _mid(right)) / 2
    return any(
        box.y0 <= height <= box.y1 and left.x1 - 0.5 <= box.x0 and box.x1 <= right.x0 + 0.5
        for box in between
    )


def _joined(words: Sequence[Run]) -> Run:
    bold = next((i for i, each in enumerate(words) if not each.bold), len(words))
    return Run(" ".join(each.text for each in words), Box.hull([w.box for w in words]), bold)


def block_up(last: Run, among: Sequence[Run], most: int = 16) -> list[Run]:
    """The lines of one block that ends with ``last``, from top to bottom."""
    return _block(last, among, -1, most)[::-1]


def block_down(first: Run, among: Sequence[Run], most: int = 8) -> list[Run]:
    """The lines of one block that begins with ``first``."""
    return _block(first, among, +1, most)


def _block(start: Run, among: Sequence[Run], way: int, most: int) -> list[Run]:
    block = [start]
    while len(block) < most:
        last = block[-1]
        following = [
            run for run in among
            if run is not last
            and 0.5 * last.em < way * (run.baseline - last.baseline) <= _step(last, run)
            and _same_column(last, run)
        ]  # fmt: skip
        if not following:
            break
        block.append(min(following, key=lambda run: way * run.baseline))
    return block


def _step(last: Run, run: Run) -> float:
    if not 0.62 <= run.em / last.em <= 1.6:
        return 0.0
    return _PITCH_EM * min(max(last.em, run.em), 1.25 * min(last.em, run.em))


def _same_column(last: Run, run: Run) -> bool:
    left = abs(last.box.x0 - run.box.x0) <= 2.0
    right = abs(last.box.x1 - run.box.x1) <= 0.6
    centre = abs(last.box.x0 + last.box.x1 - run.box.x0 - run.box.x1) <= 1.2
    return left or right or centre
