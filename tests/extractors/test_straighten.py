"""Pages come out upright and level, and the answer says when up and down are not sure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from extractors.straighten import Turn, estimate, turn, upright, without_border
from extractors.values import Page
from tests.extractors.scan_files import empty_page, text_page, tilted

TURNS: tuple[Turn, ...] = (0, 90, 180, 270)


@pytest.mark.parametrize("lying", TURNS)
@pytest.mark.parametrize("skew", [-7.3, -1.05, 0.0, 0.4, 3.2])
def test_turn_and_skew_are_found_to_a_tenth_of_a_degree(lying: Turn, skew: float) -> None:
    page = text_page()
    shown = turn(tilted(page.picture, skew), lying)
    lie = estimate(replace(page, picture=shown))
    assert lie.certain
    assert (lie.turned + lying) % 360 == 0
    assert lie.skew == pytest.approx(skew, abs=0.1)


@pytest.mark.parametrize("lying", TURNS)
def test_an_upright_page_is_the_page_as_it_was(lying: Turn) -> None:
    page = text_page()
    straight = upright(replace(page, picture=turn(tilted(page.picture, 2.0), lying)))
    assert straight.page.picture.shape == page.picture.shape
    assert estimate(straight.page).skew == pytest.approx(0.0, abs=0.1)
    difference = np.abs(straight.page.picture.astype(int) - page.picture)
    assert difference[100:-100, 100:-100].mean() < 6


def test_a_level_page_is_not_resampled() -> None:
    page = text_page()
    assert np.array_equal(upright(page).page.picture, page.picture)


def test_colour_and_resolution_do_not_matter() -> None:
    for dpi in (100, 300):
        page = text_page(dpi)
        colour = np.stack([page.picture] * 3, axis=-1)
        lie = estimate(replace(page, picture=turn(tilted(colour, -1.5), 180)))
        assert lie.turned == 180
        assert lie.skew == pytest.approx(-1.5, abs=0.1)


def test_a_page_with_nothing_on_it_stays_as_it_is_and_is_not_sure() -> None:
    lie = estimate(empty_page())
    assert (lie.turned, lie.certain) == (0, False)
    assert lie.skew == pytest.approx(0.0, abs=0.05)


def test_boxes_without_words_leave_up_and_down_open() -> None:
    picture = np.full((2339, 1654), 250, np.uint8)
    for top in range(300, 2000, 120):
        for left in range(200, 1400, 60):
            picture[top : top + 40, left : left + 3] = 20
            picture[top : top + 3, left : left + 40] = 20
            picture[top + 37 : top + 40, left : left + 40] = 20
    lie = estimate(Page(1, picture, 200.0))
    assert not lie.certain


def test_the_dark_border_of_a_scanner_is_removed_and_print_is_kept() -> None:
    page = text_page()
    framed = page.picture.copy()
    framed[:, :70] = 10
    framed[-90:] = 10
    cleaned = without_border(framed, page.dpi)
    assert cleaned[:, :66].min() > 200
    assert cleaned[-86:].min() > 200
    assert np.array_equal(cleaned[150:-150, 120:], page.picture[150:-150, 120:])


def test_a_dark_heading_printed_to_the_edge_is_kept() -> None:
    page = text_page()
    printed = page.picture.copy()
    printed[:500] = 10
    assert np.array_equal(without_border(printed, page.dpi), printed)


def test_a_snow_of_specks_is_taken_out_and_letters_stay() -> None:
    page = text_page(300)
    bits = np.where(page.picture < 128, 0, 255).astype(np.uint8)
    snow = np.random.default_rng(3).random(bits.shape)
    noisy = np.where(snow < 0.002, 0, bits).astype(np.uint8)
    cleaned = upright(replace(page, picture=noisy)).page.picture
    margin = cleaned[:, : int(0.8 * page.dpi)]
    assert (margin < 128).mean() < 0.0001
    assert (cleaned != bits).mean() < 0.01
    assert np.array_equal(upright(replace(page, picture=bits)).page.picture, bits)
