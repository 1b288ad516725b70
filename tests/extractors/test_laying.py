"""A laid page shows handwriting without print, and keeps strokes that touch print."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extractors import formpack
from extractors.formpack import FormPack
from extractors.laying import Laid, lay
from extractors.matching import LAID_DPI, Matcher
from extractors.values import Picture
from tests.extractors.paper import Damage, scan

BLACK, BLUE = (45, 45, 45), (50, 60, 150)


@pytest.fixture(scope="module")
def pack() -> FormPack:
    packs = formpack.load_all([formpack.SHIPPED])
    return next(pack for pack in packs if pack.code.startswith("V890"))


@pytest.fixture(scope="module")
def matcher(pack: FormPack) -> Matcher:
    return Matcher([pack])


def _laid(matcher: Matcher, sheet: Picture, damage: Damage) -> Laid:
    page, _ = scan(sheet, damage)
    match = matcher.match(page)
    assert match is not None
    return lay(page, match)


def _row(pack: FormPack, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Pixels of the longest comb row on the form."""
    rows = [row for field in pack.fields for row in field.combs]
    longest = max(rows, key=lambda row: row.cells)
    return longest.box.pixels(shape[1], shape[0])


def _colour(blank: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(blank, cv2.COLOR_GRAY2RGB), np.uint8)


def _covered(ink: NDArray[np.float32], stroke: Picture) -> float:
    """The share of a stroke's middle that is ink."""
    middle = cv2.erode(stroke, np.ones((3, 3), np.uint8)) > 0
    return float((ink[middle] > 0.5).mean())


def test_the_laid_page_has_the_blanks_shape_at_200_dpi(matcher: Matcher) -> None:
    blank = matcher.blanks[0].grey
    laid = _laid(matcher, _colour(blank), Damage(dpi=150))

    assert blank.shape[1] == round(210 / 25.4 * LAID_DPI)
    assert laid.blank.shape == laid.ink.shape == blank.shape
    assert laid.picture.shape == (*blank.shape, 3)
    assert laid.ink.dtype == np.float32
    assert 0 <= laid.ink.min() <= laid.ink.max() <= 1


@pytest.mark.parametrize("one_bit", [False, True], ids=["grey", "black and white"])
def test_an_empty_form_shows_no_ink_in_its_combs(
    matcher: Matcher, pack: FormPack, one_bit: bool
) -> None:
    laid = _laid(matcher, matcher.blanks[0].grey, Damage(one_bit=one_bit, noise=3))

    for field in pack.fields:
        for row in field.combs:
            left, top, right, bottom = row.box.pixels(laid.ink.shape[1], laid.ink.shape[0])
            assert (laid.ink[top:bottom, left:right] > 0.5).mean() < 0.005, field.name


@pytest.mark.parametrize("pen", [BLACK, BLUE], ids=["black", "blue"])
def test_a_stroke_that_crosses_comb_lines_stays_whole(
    matcher: Matcher, pack: FormPack, pen: tuple[int, int, int]
) -> None:
    sheet = _colour(matcher.blanks[0].grey)
    left, top, right, bottom = _row(pack, sheet.shape)
    stroke = np.zeros(sheet.shape[:2], np.uint8)
    for start in range(left + 20, right - 120, 150):  # slanting through two cells and below the row
        cv2.line(stroke, (start, top + 8), (start + 90, bottom + 12), 255, 5)
    sheet[stroke > 0] = pen

    laid = _laid(matcher, sheet, Damage())

    assert _covered(laid.ink, stroke) > 0.97


@pytest.mark.parametrize("pen", [BLACK, BLUE], ids=["black", "blue"])
def test_a_stroke_that_runs_along_a_line_is_kept(
    matcher: Matcher, pack: FormPack, pen: tuple[int, int, int]
) -> None:
    sheet = _colour(matcher.blanks[0].grey)
    left, _, _, bottom = _row(pack, sheet.shape)
    stroke = np.zeros(sheet.shape[:2], np.uint8)
    for cell in range(0, 400, 80):  # the feet of Es and Ls, on the row's lower line
        cv2.line(stroke, (left + cell + 8, bottom - 2), (left + cell + 32, bottom - 2), 255, 5)
    sheet[stroke > 0] = pen
    cv2.putText(sheet, "WRITTEN ELSEWHERE", (300, 1850), 0, 1.5, pen, 4, cv2.LINE_AA)

    laid = _laid(matcher, sheet, Damage())

    assert _covered(laid.ink, stroke) > 0.8


def test_uneven_light_and_yellowed_paper_are_not_ink(matcher: Matcher) -> None:
    sheet = _colour(matcher.blanks[0].grey).astype(np.float32)
    across = np.linspace(1.0, 0.6, sheet.shape[1], dtype=np.float32)
    tinted = sheet * across[None, :, None] * np.array([1.0, 0.95, 0.8], np.float32)
    laid = _laid(matcher, tinted.astype(np.uint8), Damage(noise=3))

    paper = cv2.dilate(matcher.blanks[0].dark, np.ones((21, 21), np.uint8)) < 16
    inside = np.zeros_like(paper)
    inside[100:-100, 100:-100] = True
    assert (laid.ink[paper & inside] > 0.2).mean() < 0.001


def test_a_stroke_is_whole_where_the_parts_of_a_page_meet(matcher: Matcher) -> None:
    blank = matcher.blanks[0]
    sheet = _colour(blank.grey)
    height, width = blank.grey.shape
    stroke = np.zeros((height, width), np.uint8)
    for x in range(width // 4, width, width // 4):
        cv2.line(stroke, (x, 100), (x + 60, height - 100), 255, 5)
    sheet[stroke > 0] = BLACK
    laid = _laid(matcher, sheet, Damage(bend=0.2))

    seams = np.zeros((height, width), bool)
    for upper, lower in zip(blank.answers, blank.answers[1:], strict=False):
        if upper[3] == lower[1]:
            left, right = max(upper[0], lower[0]), min(upper[2], lower[2])
            seams[lower[1] - 4 : lower[1] + 4, left:right] = True
    crossing = (cv2.erode(stroke, np.ones((3, 3), np.uint8)) > 0) & seams
    assert np.count_nonzero(crossing) > 200
    assert (laid.ink[crossing] > 0.5).mean() > 0.9


def test_every_answer_place_lies_in_a_part_that_ink_is_looked_for_in(pack: FormPack) -> None:
    blank = Matcher([pack]).blanks[0]
    height, width = blank.grey.shape
    looked = np.zeros((height, width), int)
    for left, top, right, bottom in blank.answers:
        looked[top:bottom, left:right] += 1

    assert looked.max() == 1
    for field in pack.on_page(1):
        boxes = [row.box for row in field.combs] + [each.box for each in field.options]
        for box in [*boxes, *field.lines] or [field.box]:
            left, top, right, bottom = box.pixels(width, height)
            assert looked[top:bottom, left:right].all(), field.name


def _guided(blank: Picture, pack: FormPack) -> Picture:
    """The blank with pale letters printed in the boxes of its longest row."""
    sheet = blank.copy()
    left, _, right, bottom = _row(pack, sheet.shape)
    for x in range(left + 8, right - 20, 39):
        cv2.putText(sheet, "M", (x, bottom - 16), 0, 0.9, 190, 2, cv2.LINE_AA)
    return sheet


@pytest.mark.parametrize("tone", [45, 120], ids=["ink", "pencil"])
def test_guide_letters_go_and_strokes_over_them_stay(pack: FormPack, tone: int) -> None:
    matcher = Matcher([pack])
    blank = matcher.blanks[0]
    blank.grey = _guided(blank.grey, pack)  # as though it had been printed so
    left, top, right, bottom = _row(pack, blank.grey.shape)
    half = (left + right) // 2
    sheet, stroke = blank.grey.copy(), np.zeros(blank.grey.shape, np.uint8)
    for x in range(left + 20, half - 20, 39):  # bars across the letters
        cv2.line(stroke, (x - 12, bottom - 24), (x + 12, bottom - 28), 255, 3)
    sheet[stroke > 0] = tone

    laid = _laid(matcher, sheet, Damage(noise=2))

    assert _covered(laid.ink, stroke) > 0.9
    assert (laid.ink[top + 6 : bottom - 6, half + 20 : right] > 0.3).mean() < 0.005


def test_pencil_is_as_firm_as_ink_and_what_shines_through_ink_is_not(
    matcher: Matcher, pack: FormPack
) -> None:
    blank = matcher.blanks[0].grey
    left, top, _, bottom = _row(pack, blank.shape)
    faint, firm = np.zeros(blank.shape, np.uint8), np.zeros(blank.shape, np.uint8)
    for x in range(left + 10, left + 600, 39):
        cv2.line(faint, (x, top + 10), (x + 14, bottom - 10), 255, 4)
    cv2.putText(firm, "WRITTEN IN INK" * 2, (left, bottom + 80), 0, 2.0, 255, 5, cv2.LINE_AA)
    pencil, both = blank.copy(), blank.copy()
    pencil[faint > 0] = 190
    both[faint > 0] = 232
    both[firm > 0] = 40
    row = slice(top, bottom), slice(left, left + 600)

    laid = _laid(matcher, pencil, Damage(noise=2))
    assert _covered(laid.ink[row], faint[row]) > 0.8
    laid = _laid(matcher, both, Damage(noise=2))
    assert float(laid.ink[row][cv2.erode(faint, np.ones((3, 3), np.uint8))[row] > 0].mean()) < 0.1


def test_blue_pen_is_told_from_red_print(matcher: Matcher, pack: FormPack) -> None:
    blank = matcher.blanks[0]
    dark = blank.dark[..., None].astype(np.float32) / 255
    red = 255 - dark * (255 - np.array((215, 60, 50), np.float32))
    sheet = np.clip(red, 0, 255).astype(np.uint8)
    left, top, right, bottom = _row(pack, sheet.shape)
    stroke = np.zeros(sheet.shape[:2], np.uint8)
    for start in range(left + 20, (left + right) // 2, 150):
        cv2.line(stroke, (start, top + 8), (start + 90, bottom + 12), 255, 5)
    sheet[stroke > 0] = BLUE

    laid = _laid(matcher, sheet, Damage())

    assert _covered(laid.ink, stroke) > 0.97
    unwritten = laid.ink[top:bottom, (left + right) // 2 + 120 : right]
    assert (unwritten > 0.3).mean() < 0.005
