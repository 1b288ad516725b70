"""Characters of neighbouring boxes are parted where they touch, and only there."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extractors.fields.parting import parted

EDGES = [10.0, 50.0, 90.0, 130.0]


def paper() -> NDArray[np.float32]:
    return np.zeros((80, 140), np.float32)


def pieces(ink: NDArray[np.float32]) -> list[tuple[int, int]]:
    """The leftmost and rightmost column of each piece of ink of more than a few pixels."""
    mask = (ink > 0.25).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    kept = [row for row in stats[1:] if row[cv2.CC_STAT_AREA] > 20]
    return sorted((int(row[0]), int(row[0] + row[2] - 1)) for row in kept)


def test_two_characters_that_touch_are_cut_where_they_join() -> None:
    ink = paper()
    cv2.circle(ink, (30, 40), 16, 1.0, 4)
    cv2.circle(ink, (70, 40), 16, 1.0, 4)
    cv2.line(ink, (46, 40), (54, 38), 1.0, 2)
    assert len(pieces(ink)) == 1

    cut = parted(ink, EDGES)

    assert cut is not None
    (_, first), (second, _) = pieces(cut)
    assert 44 <= first < second <= 56
    assert (cut != ink).sum() < 12


@pytest.mark.parametrize("middle", [40, 50, 60])
def test_one_character_across_a_line_stays_whole(middle: int) -> None:
    ink = paper()
    cv2.circle(ink, (middle, 40), 20, 1.0, 4)
    assert parted(ink, EDGES) is None


def test_a_tick_over_everything_is_cut_at_most_and_never_raises() -> None:
    ink = paper()
    cv2.polylines(ink, [np.array([[5, 40], [40, 75], [135, 5]], np.int32)], False, 1.0, 4)
    cut = parted(ink, EDGES)
    assert cut is None or (cut <= ink).all()


@pytest.mark.parametrize("ink", [paper(), paper() + 1, np.zeros((0, 0)), np.ones((1, 3))])
def test_paper_full_ink_and_rows_off_the_page_are_left_alone(ink: NDArray[np.float32]) -> None:
    assert parted(ink.astype(np.float32), EDGES) is None


def test_a_row_of_one_box_has_nothing_to_part() -> None:
    assert parted(paper() + 1, [10.0, 50.0]) is None
