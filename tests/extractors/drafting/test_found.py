"""What is found on a blank page by looking: rows of boxes, ticks, rules, frames, bar codes."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from extractors.drafting.found import Found, find
from extractors.values import Box
from tests.extractors.drafting.drawn import DPI, Divider, Rectangle, Sheet, in_mm, scanned

NEAR_MM = 0.3


def looked_at(sheet: Sheet) -> Found:
    return find(sheet.picture(), DPI)


def same(box: Box, at: Rectangle, slack: float = NEAR_MM) -> bool:
    return all(abs(a - b) <= slack for a, b in zip(in_mm(box), at, strict=True))


def rows(found: Found) -> list[int]:
    return [row.cells for row in found.combs]


# Rows of boxes.


@pytest.mark.parametrize("tone", [255, 240])
def test_a_row_of_boxes_is_counted_whatever_divides_it(tone: int) -> None:
    dividers = [each for each in get_args(Divider) if each != "none"]
    sheet = Sheet(tone)
    for i, divider in enumerate(dividers):
        sheet.text(20, 18 + 20 * i, "Registration mark")
        sheet.comb((20, 20 + 20 * i, 62, 27 + 20 * i), 7, divider=divider)
    found = looked_at(sheet)
    assert rows(found) == [7] * 5
    for i, row in enumerate(found.combs):
        assert same(row.box, (20, 20 + 20 * i, 62, 27 + 20 * i)), dividers[i]
    assert (found.ticks, found.frames, found.lines) == ((), (), ())


def test_strokes_standing_on_a_rule_are_a_row_open_at_the_top() -> None:
    sheet = Sheet()
    for foot, high in ((40, 2.0), (80, 6.0)):
        sheet.text(20, foot - 15, "Name")
        sheet.stroke((20, foot, 70, foot))
        for i in range(11):
            sheet.stroke((20 + 5 * i, foot - high, 20 + 5 * i, foot))
    found = looked_at(sheet)
    assert rows(found) == [10, 10]
    for row, foot in zip(found.combs, (40, 80), strict=True):
        x0, y0, x1, y1 = in_mm(row.box)
        assert (x0, x1, y1) == pytest.approx((20, 70, foot), abs=NEAR_MM)
        assert 5 < y1 - y0 < 8
    assert found.lines == ()


def test_pale_lines_are_seen() -> None:
    sheet = Sheet()
    sheet.comb((20, 30, 80, 37), 12, line=120)
    sheet.comb((20, 60, 80, 67), 11, line=205)
    assert rows(looked_at(sheet)) == [12, 11]


def test_white_boxes_on_a_tint_without_a_line_are_one_row() -> None:
    gaps = (0.4, 0.9, 1.5)
    sheet = Sheet()
    sheet.box((10, 20, 200, 100), line=None, fill=240)
    for y, gap in zip((30, 50, 70), gaps, strict=True):
        for i in range(9):
            x = 20 + i * (5 + gap)
            sheet.box((x, y, x + 5, y + 6), line=None, fill=255)
    found = looked_at(sheet)
    assert rows(found) == [9, 9, 9]
    for row, y, gap in zip(found.combs, (30, 50, 70), gaps, strict=True):
        assert same(row.box, (20, y, 20 + 9 * 5 + 8 * gap, y + 6))


def test_a_date_is_three_rows_divided_by_gaps_or_by_strokes() -> None:
    sheet = Sheet()
    for y, gap in ((30, 2.5), (50, 2.0)):
        for start, cells in ((0, 2), (10 + gap, 2), (20 + 2 * gap, 4)):
            sheet.comb((20 + start, y, 20 + start + 5 * cells, y + 7), cells)
    for x in (30.5, 42.5):
        sheet.stroke((x, 53.5, x + 1, 53.5), tone=20)
    found = looked_at(sheet)
    assert rows(found) == [2, 2, 4, 2, 2, 4]


def test_boxes_that_hold_print_already_are_left_out_of_the_row() -> None:
    sheet = Sheet(244)
    sheet.comb((20, 30, 26, 37), 1)
    sheet.text(21.8, 35.2, "£", high=3.2)
    sheet.comb((26, 30, 74, 37), 8)
    sheet.comb((78, 30, 90, 37), 2)
    sheet.text(79.8, 35.2, "0", high=3.2)
    sheet.text(85.8, 35.2, "0", high=3.2)
    found = looked_at(sheet)
    assert rows(found) == [8]
    assert same(found.combs[0].box, (26, 30, 74, 37))
    assert found.ticks == ()


def test_pale_letters_to_write_over_stay_in_the_row() -> None:
    sheet = Sheet()
    sheet.text(20, 28, "Date")
    sheet.comb((20, 30, 68, 37), 8)
    for i, letter in enumerate("DDMMYYYY"):
        sheet.text(21.8 + 6 * i, 35, letter, tone=190)
    assert rows(looked_at(sheet)) == [8]


def test_a_table_is_no_row_of_boxes() -> None:
    sheet = Sheet()
    for column, title in enumerate(("Make", "Model", "Colour", "Fuel")):
        x = 20 + 40 * column
        sheet.box((x, 30, x + 40, 38))
        sheet.text(x + 2, 35, title)
        for y in (38, 46, 54):
            sheet.box((x, y, x + 40, y + 8))
    assert looked_at(sheet).combs == ()


def test_rows_of_boxes_that_touch_below_one_another_stay_rows() -> None:
    sheet = Sheet()
    for y in (30, 37, 44):
        sheet.comb((20, y, 120, y + 7), 20)
    assert rows(looked_at(sheet)) == [20, 20, 20]


@pytest.mark.parametrize("skew", [-0.9, 0.6])
def test_a_noisy_scan_a_little_askew_gives_the_same_rows(skew: float) -> None:
    sheet = Sheet()
    sheet.box((10, 20, 200, 80), line=None, fill=235)
    _letter(sheet)
    sheet.comb((20, 30, 170, 37), 30)
    sheet.comb((20, 45, 62, 52), 7, divider="low")
    for x in (20, 40, 60):
        sheet.box((x, 60, x + 5, 65), fill=255)
    clean, dirty = looked_at(sheet), find(scanned(sheet.picture(), skew=skew), DPI)
    assert rows(dirty) == rows(clean) == [30, 7]
    assert len(dirty.ticks) == len(clean.ticks) == 3


def _letter(sheet: Sheet) -> None:
    for i in range(8):
        sheet.text(20, 92 + 6 * i, "Please read these notes before you fill in this form, and keep")


# Boxes to tick.


def test_squares_circles_and_rounded_boxes_are_to_tick() -> None:
    sheet = Sheet()
    sheet.box((20, 30, 24, 34))
    sheet.text(26, 33.3, "Other")
    sheet.box((50, 30, 58, 38))
    sheet.circle(82, 34, 4.5)
    sheet.text(87, 35.3, "Yes")
    sheet.rounded((110, 30, 115, 35), 1.0)
    found = looked_at(sheet)
    assert len(found.ticks) == 4
    assert same(found.ticks[0], (20, 30, 24, 34))
    assert same(found.ticks[1], (50, 30, 58, 38))
    assert same(found.ticks[2], (79.75, 31.75, 84.25, 36.25))
    assert found.combs == ()


def test_white_squares_on_a_tint_or_a_dark_band_are_to_tick() -> None:
    sheet = Sheet()
    sheet.box((10, 20, 200, 40), line=None, fill=236)
    sheet.box((10, 50, 200, 60), line=None, fill=40)
    sheet.box((30, 28, 35, 33), line=None, fill=255)
    sheet.box((30, 52.5, 35, 57.5), line=None, fill=255)
    assert len(looked_at(sheet).ticks) == 2


def test_squares_that_hold_a_pale_letter_are_to_tick_and_the_gap_between_them_is_not() -> None:
    sheet = Sheet()
    sheet.text(20, 33, "Claims before", high=2.6)
    for x, letter in ((60, "Y"), (68, "N")):
        sheet.box((x, 30, x + 4, 34))
        sheet.text(x + 1.2, 32.9, letter, high=1.8, tone=150)
    sheet.comb((60, 28.5, 100, 28.6), 1)
    sheet.comb((60, 35.5, 100, 35.6), 1)
    found = looked_at(sheet)
    assert [round(in_mm(each)[0]) for each in found.ticks] == [60, 68]


def test_squares_that_hold_dark_print_are_not_to_tick() -> None:
    sheet = Sheet()
    for x, letter in ((60, "A"), (80, "7")):
        sheet.box((x, 30, x + 4, 34))
        sheet.text(x + 1.2, 32.9, letter, high=1.8)
    assert looked_at(sheet).ticks == ()


def test_letters_are_not_to_tick() -> None:
    sheet = Sheet()
    for y, high in ((20, 2.6), (40, 3.5), (60, 5.0), (85, 7.0), (110, 9.0)):
        sheet.text(20, y, "DO NOT COOK Option 0800", high=high)
    assert looked_at(sheet).ticks == ()


def test_number_tags_bullets_corner_marks_and_logos_are_not_to_tick() -> None:
    sheet = Sheet()
    sheet.box((20, 30, 25, 35), line=None, fill=10)
    sheet.text(21.6, 34, "1", tone=255)
    sheet.box((40, 30, 46, 35), fill=255)
    sheet.text(42, 34, "2")
    sheet.box((60, 30, 63, 33), line=None, fill=10)
    for at in ((5, 5, 15, 5), (5, 5, 5, 15)):
        sheet.stroke(at, thick=1.0, tone=0)
    sheet.circle(90, 34, 5)
    sheet.text(89.6, 35.5, "i", high=3.5)
    assert looked_at(sheet).ticks == ()


def test_a_letter_in_a_printed_word_is_not_to_tick_when_the_words_are_known() -> None:
    sheet = Sheet()
    sheet.circle(30, 34, 5.0)
    word = Box(26 / Sheet.width, 30 / Sheet.height, 60 / Sheet.width, 38 / Sheet.height)
    assert len(looked_at(sheet).ticks) == 1
    assert find(sheet.picture(), DPI, [word]).ticks == ()


# Rules to write on.


def test_a_rule_after_its_label_is_a_line_to_write_on_solid_dotted_or_dashed() -> None:
    sheet = Sheet()
    for y, dash in ((30, None), (60, (0.4, 0.8)), (90, (1.5, 1.0))):
        sheet.text(20, y, "Name")
        sheet.stroke((32, y, 112, y), dash=dash)
    found = looked_at(sheet)
    assert len(found.lines) == 3
    for line, y in zip(found.lines, (30, 60, 90), strict=True):
        x0, y0, x1, y1 = in_mm(line)
        assert (x0, x1, y1) == pytest.approx((32, 112, y), abs=1.0)
        assert y1 - y0 > 5


def test_rules_below_one_another_are_lines_and_leave_each_other_room() -> None:
    sheet = Sheet()
    sheet.text(20, 28, "Please tell us why")
    for y in (38, 46, 54):
        sheet.stroke((20, y, 190, y))
    found = looked_at(sheet)
    assert len(found.lines) == 3
    for above, below in itertools.pairwise(found.lines):
        assert below.y0 >= above.y1


def test_underlined_headings_dividing_rules_and_borders_are_no_lines() -> None:
    sheet = Sheet()
    sheet.text(20, 30, "About your vehicle")
    sheet.stroke((20, 30.9, 60, 30.9))
    sheet.stroke((10, 60, 200, 60), thick=0.5)
    sheet.box((20, 80, 90, 100))
    sheet.text(22, 85, "Notes on this form")
    sheet.text(22, 90, "that are longer than")
    sheet.text(22, 95, "one line of print")
    for at in ((110, 90, 190, 90), (110, 110, 190, 110), (110, 90, 110, 110), (190, 90, 190, 110)):
        sheet.stroke(at, dash=(1.4, 1.4))
    assert looked_at(sheet).lines == ()


# Frames, order, and nothing twice.


def test_a_box_to_sign_in_is_a_frame_and_a_panel_of_words_or_fields_is_none() -> None:
    sheet = Sheet()
    sheet.box((10, 20, 110, 60))
    sheet.text(15, 26, "Signature")
    sheet.box((15, 30, 85, 50))
    sheet.box((120, 20, 200, 60))
    for i in range(5):
        sheet.text(123, 27 + 6 * i, "Words that explain this form")
    found = looked_at(sheet)
    assert len(found.frames) == 1
    assert same(found.frames[0], (15, 30, 85, 50))


def test_a_tinted_panel_is_no_frame_and_a_white_one_on_a_tint_is() -> None:
    sheet = Sheet()
    sheet.box((10, 20, 110, 60), line=None, fill=235)
    sheet.box((120, 20, 200, 60), line=None, fill=235)
    sheet.box((15, 30, 85, 50), line=None, fill=255)
    found = looked_at(sheet)
    assert [same(frame, (15, 30, 85, 50)) for frame in found.frames] == [True]


def test_places_come_in_reading_order() -> None:
    sheet = Sheet()
    places = [(120, 30.4), (20, 30), (70, 30.2), (20, 60), (120, 59.5)]
    for x, y in places:
        sheet.box((x, y, x + 5, y + 5))
    corners = [in_mm(tick)[:2] for tick in looked_at(sheet).ticks]
    assert [round(x) for x, _ in corners] == [20, 70, 120, 20, 120]


def test_an_empty_page_holds_nothing() -> None:
    assert looked_at(Sheet()) == Found((), (), (), (), ())
