"""Snippets: every box of a comb stands above its character."""

from __future__ import annotations

from extractors.formpack import CombRow
from extractors.values import Box
from review_ui.desk import snippets
from review_ui.desk.snippets import PITCH, PagePicture

PAGE = PagePicture(1, "/page", 1000, 1400, True)
DATE = (
    CombRow(Box(0.10, 0.5, 0.16, 0.53), 2),
    CombRow(Box(0.18, 0.5, 0.24, 0.53), 2),
    CombRow(Box(0.26, 0.5, 0.38, 0.53), 4),
)


def test_three_combs_of_a_date_stand_close_together() -> None:
    found = snippets.comb(PAGE, DATE)
    assert found is not None
    assert found.cells == 8
    assert [piece.x for piece in found.pieces] == [0.0, 2 * PITCH, 4 * PITCH]
    assert [piece.width for piece in found.pieces] == [2 * PITCH, 2 * PITCH, 4 * PITCH]
    assert found.pieces[2].view.startswith("260.0 ")


def test_empty_boxes_before_the_writing_are_left_out() -> None:
    found = snippets.comb(PAGE, DATE, first=3)
    assert found is not None
    assert found.cells == 5
    assert [piece.width for piece in found.pieces] == [PITCH, 4 * PITCH]
    assert found.pieces[0].view.startswith("210.0 ")


def test_rows_under_each_other_and_endless_combs_have_no_common_pitch() -> None:
    under = (CombRow(Box(0.1, 0.5, 0.4, 0.53), 10), CombRow(Box(0.1, 0.54, 0.4, 0.57), 10))
    assert snippets.comb(PAGE, under) is None
    assert snippets.comb(PAGE, (CombRow(Box(0.1, 0.5, 0.9, 0.53), 50),)) is None


def test_the_mark_stands_under_the_middle_of_its_box() -> None:
    view, at = snippets.marks(8, [1, 9])
    assert at == (1.5 * PITCH,)
    assert view.startswith("-9.1 0 226.2")


def test_a_snippet_never_leaves_the_page() -> None:
    edge = snippets.field(PAGE, None, Box(0.99, 0.0, 1.0, 0.001))
    x, y, width, height = (float(part) for part in edge.pieces[0].view.split())
    assert x + width <= PAGE.width
    assert (y, height >= 0) == (0.0, True)
