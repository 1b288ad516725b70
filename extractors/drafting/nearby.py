"""Which printed lines belong to a place: those to its left, above it, or beside a tick."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from extractors.drafting.printed_lines import Run, block_down, block_up
from extractors.drafting.wording import is_caption, is_number, is_sign
from extractors.values import Box

Side = Literal["left", "right"]

_FARTHEST_LEFT, _FARTHEST_ABOVE, _FARTHEST_TICK = 150.0, 9.0, 11.0
_NEAR_LEFT = 12.0
_FARTHEST_HEADING, _SENTENCES = 60.0, 4.0
_APART = 5.0
"""Print that far from the text of a tick is no part of it."""


@dataclass(frozen=True)
class Surroundings:
    """The runs of print of a page that may be labels, and the places between them, in mm.

    ``labels``: the runs that are no caption, number or sign; ``taken``: those that belong to a
    tick already. Made by ``around``.
    """

    runs: Sequence[Run]
    places: Sequence[Box]
    labels: Sequence[Run]
    taken: set[int] = field(default_factory=set)

    @staticmethod
    def around(runs: Sequence[Run], places: Sequence[Box]) -> Surroundings:
        """The surroundings of all places of a page."""
        labels = [
            run for run in runs
            if not is_caption(run.text) and not is_number(run.text) and not is_sign(run.text)
            and not _in_a_box(run, places)
        ]  # fmt: skip
        return Surroundings(runs, places, labels)

    def without(self, own: Collection[Box]) -> Surroundings:
        """The same, seen from some of the places, which do not stand in their own way."""
        return replace(self, places=[box for box in self.places if box not in own])

    def take(self, runs: Collection[Run]) -> None:
        """These runs are the text of a tick, and no label of anything else."""
        self.taken.update(id(run) for run in runs)

    @property
    def free(self) -> list[Run]:
        """The runs that may be a label."""
        return [run for run in self.labels if id(run) not in self.taken]

    def label(self, box: Box) -> list[Run]:
        """The block of print that names the place ``box``; empty when nothing is near."""
        left, above = self._left(box), self._above(box)
        if left and (not above or left[0] <= above[0] + _says_much(above[1])):
            return left[1]
        if above:
            return above[1]
        # A line after "Other" at the last tick of a row says what other.
        beside = self.beside(box, "left")
        return [beside[1]] if beside and beside[0] < 9.0 else []

    def beside(self, box: Box, side: Side) -> tuple[float, Run] | None:
        """The gap to the nearest run on one side of a tick, and that run."""
        best: tuple[float, Run] | None = None
        for run in self.runs:
            if (is_number(run.text) and len(run.text) > 1) or is_sign(run.text):
                continue
            if not box.y0 - 1.6 <= run.middle <= box.y1 + 1.6:
                continue
            gap = run.box.x0 - box.x1 if side == "right" else box.x0 - run.box.x1
            between = (box.x1, run.box.x0) if side == "right" else (run.box.x1, box.x0)
            if not -1.0 <= gap <= _FARTHEST_TICK or self._blocked(between, box):
                continue
            if best is None or gap < best[0]:
                best = (gap, run)
        return best

    def at_left(self, box: Box) -> bool:
        """Whether print stands right at the left of a tick, on its line."""
        return any(
            box.y0 - 1.0 <= run.middle <= box.y1 + 1.0
            and 0 <= box.x0 - run.box.x1 <= _FARTHEST_LEFT
            and not self._blocked((run.box.x1, box.x0), run.box)
            for run in self.free
        )

    def between(self, left: Box, right: Box) -> bool:
        """Whether print on its own, or another place, stands between two ticks on a row.

        ``left`` with the text of that tick, ``right`` the other tick alone.
        """
        alone = any(
            right.y0 <= run.middle <= right.y1
            and left.x1 + _APART <= run.box.x0
            and run.box.x1 <= right.x0
            for run in self.free
        )
        return alone or self._blocked((left.x1, right.x0), right)

    def column_heading(self, box: Box) -> list[Run]:
        """The print above a tick in a table, in the middle over its column.

        What stands on the line of something to fill in says what that is.
        """
        over = [
            run for run in self.free
            if 0 < box.y0 - run.baseline <= _FARTHEST_HEADING
            and abs(run.box.x0 + run.box.x1 - box.x0 - box.x1) / 2 < 7.0
            and run.box.width < 35
            and not any(each.y0 < run.middle < each.y1 for each in self.places)
        ]  # fmt: skip
        if not over:
            return []
        return block_up(max(over, key=lambda run: run.baseline), over, 3)

    def tick_block(self, box: Box, run: Run) -> list[Run]:
        """All lines of the text that ``run`` beside a tick belongs to."""
        others = [each for each in self.places if each != box]

        def alone(line: Run) -> bool:
            return not any(
                each.y0 - 0.5 <= line.middle <= each.y1 + 0.5
                and each.x1 > line.box.x0 - 12
                and each.x0 < line.box.x1
                for each in others
            )

        block = [run]
        for line in block_down(run, self.runs)[1:]:
            if not alone(line):
                break
            block.append(line)
        for line in block_up(run, self.runs)[-2::-1]:
            if line.middle < box.y0 - 1.0 or not alone(line):
                break
            block.insert(0, line)
        return block

    def _left(self, box: Box) -> tuple[float, list[Run]] | None:
        best: tuple[float, Run] | None = None
        tall = box.height > 14
        for run in self.free:
            gap = box.x0 - run.box.x1
            if not -1.5 <= gap <= _FARTHEST_LEFT:
                continue
            low = box.y0 + 9.0 if tall else box.y1 + 0.6
            within = box.y0 - 0.6 <= run.middle <= low or (tall and _centred(run, box))
            if not within or self._blocked((run.box.x1, box.x0), run.box):
                continue
            cost = 0.25 * min(gap, _NEAR_LEFT) + 0.12 * max(gap - _NEAR_LEFT, 0.0)
            if best is None or cost < best[0]:
                best = (cost, run)
        if best is None:
            return None
        return best[0], self._around(best[1], box)

    def _around(self, run: Run, box: Box) -> list[Run]:
        """The block round a run at the left of a place, as far as it is beside that place."""
        up, down = block_up(run, self.free), block_down(run, self.free)
        block = [*up, *down[1:]]
        high = min(max(box.height, 6.0), 25.0)
        return [
            each for each in block
            if box.y0 - 0.6 * high <= each.middle <= box.y0 + 1.6 * high or each is run
            if not self._names_another(each, run, box)
        ]  # fmt: skip

    def _names_another(self, line: Run, run: Run, box: Box) -> bool:
        """Whether a line of the block stands beside another place below or above ``box``."""
        if line is run or box.y0 <= line.middle <= box.y1:
            return False
        return any(
            each.y0 <= line.middle <= each.y1 and abs(each.x0 - box.x0) < 40
            for each in self.places
            if each.x0 >= line.box.x1 - 1.5
        )

    def _above(self, box: Box) -> tuple[float, list[Run]] | None:
        best: tuple[float, Run] | None = None
        for run in self.free:
            gap = box.y0 - run.baseline
            if not -0.6 <= gap <= _FARTHEST_ABOVE + 0.3 * run.em:
                continue
            shift = abs(run.box.x0 - box.x0)
            centred = abs(run.box.x0 + run.box.x1 - box.x0 - box.x1) / 2
            if run.box.x0 > box.x1 or run.box.x1 < box.x0 or min(shift, centred) > 22:
                continue
            if self._hidden(run, box):
                continue
            cost = 0.6 * max(gap, 0.0) + 0.25 * min(shift, centred)
            if best is None or cost < best[0]:
                best = (cost, run)
        if best is None:
            return None
        block = block_up(best[1], self.free)
        return best[0], [each for each in block if not self._labels_above(each, best[1], box)]

    def _labels_above(self, line: Run, run: Run, box: Box) -> bool:
        """Whether a place stands between a line of the block and the line next to ``box``."""
        return line is not run and any(
            each.y0 < run.baseline - 0.5 and each.y1 > line.baseline + 0.5
            and each.x0 < run.box.x1 and each.x1 > run.box.x0
            for each in self.places
            if each != box
        )  # fmt: skip

    def _hidden(self, run: Run, box: Box) -> bool:
        """Whether another place stands between a run and ``box`` below it."""
        return any(
            each.y0 >= run.baseline - 1.0 and each.y1 <= box.y0 + 1.0
            and each.x0 < min(run.box.x1, box.x1) and each.x1 > max(run.box.x0, box.x0)
            for each in self.places
            if each != box
        )  # fmt: skip

    def _blocked(self, across: tuple[float, float], row: Box) -> bool:
        """Whether a place stands in the gap between two things on a row."""
        left, right = across
        return any(
            each.x0 >= left - 1.0 and each.x1 <= right + 1.0 and each.x1 - each.x0 > 0
            and each.y0 < row.y1 and each.y1 > row.y0
            for each in self.places
        )  # fmt: skip


def _says_much(block: Sequence[Run]) -> float:
    """What makes a block above a place less likely its label: it is whole sentences."""
    text = " ".join(run.text for run in block)
    return _SENTENCES if len(text) > 60 and text.endswith(".") else 0.0


def _in_a_box(run: Run, places: Sequence[Box]) -> bool:
    """Whether a run is a letter or two printed in a box, such as the D of a date."""
    return len(run.text) <= 2 and any(
        box.y0 <= run.middle <= box.y1 and box.x0 <= run.box.x0 and run.box.x1 <= box.x1
        for box in places
    )


def _centred(run: Run, box: Box) -> bool:
    return abs(run.middle - (box.y0 + box.y1) / 2) < 5.0
