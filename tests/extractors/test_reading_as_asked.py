"""A person says which form an item is, or which way up a page is, and it is read so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from extractors.formpack import SHIPPED, load
from extractors.forms.ageing import age
from extractors.forms.fill import Filling, fill
from extractors.read import Asked, Engines, read
from extractors.values import Page, Picture

DAY = date(2026, 11, 20)
DPI = 150.0
ONE, OTHER = ("V890-S", "2026-11"), ("V888-S", "2026-11")


@pytest.fixture(scope="module")
def engines() -> Engines:
    return Engines(tuple(load(SHIPPED / f"{code}-{edition}") for code, edition in (ONE, OTHER)))


@pytest.fixture(scope="module")
def sheet(engines: Engines) -> Picture:
    """One page of the first form, filled and scanned."""
    clean = fill(engines.packs[0], 12, Filling(mistakes=0.0, calm=True, dpi=int(DPI)))
    return age(clean.pictures[0], 12, 1)


def pages(*pictures: Picture, turned: int | None = None) -> Iterator[Page]:
    return (Page(n, each, DPI, turned=turned) for n, each in enumerate(pictures, start=1))


def lines() -> Picture:
    """A page of short lines that is no form."""
    found = np.full((1754, 1240), 250, np.uint8)
    rng = np.random.default_rng(3)
    for top in range(200, 1200, 45):
        for left in range(150, 1050, 19):
            found[top : top + 14, left : left + int(rng.integers(3, 14))] = 30
    return found


def test_a_form_is_read_as_the_one_asked_for(engines: Engines, sheet: Picture) -> None:
    reading = read(pages(sheet), engines, DAY, asked=Asked(*ONE))
    assert (reading.form.code, reading.form.edition) == ONE
    assert reading == read(pages(sheet), engines, DAY)


def test_another_form_than_the_paper_is_refused_in_words_and_no_value_is_forced(
    engines: Engines, sheet: Picture
) -> None:
    shown: list[tuple[int, ...]] = []
    reading = read(
        pages(sheet), engines, DAY, lambda _, picture: shown.append(picture.shape), Asked(*OTHER)
    )
    assert (reading.form.code, reading.fields) == ("UNKNOWN", ())
    (doubt,) = reading.doubts
    assert doubt.code == "unknown_form"
    assert "V888-S 2026-11" in doubt.message
    assert "do not show the print" in doubt.message
    assert len(shown) == 1


def test_a_form_that_is_not_in_use_any_more_is_told(engines: Engines, sheet: Picture) -> None:
    reading = read(pages(sheet), engines, DAY, asked=Asked("V5C-S", "1999"))
    assert reading.form.code == "UNKNOWN"
    assert "not in use here any more" in reading.doubts[0].message


def test_a_page_that_was_scanned_upside_down_is_read_as_it_was_turned(
    engines: Engines, sheet: Picture
) -> None:
    straight = read(pages(sheet), engines, DAY)
    over = np.ascontiguousarray(np.rot90(sheet, 2))
    turned = read(pages(over, turned=180), engines, DAY, asked=Asked(*ONE))
    assert turned.pages[0].turned == 180
    assert replace(turned.pages[0], turned=0) == straight.pages[0]
    assert turned.fields == straight.fields


def test_a_form_that_was_turned_wrongly_is_still_read_the_right_way_up(
    engines: Engines, sheet: Picture
) -> None:
    reading = read(pages(sheet, turned=90), engines, DAY)
    assert reading.form.code == ONE[0]
    assert reading.pages[0].turned == 0


@pytest.mark.parametrize("turned", [0, 90, 180])
def test_a_page_that_is_no_form_stays_as_a_person_turned_it(engines: Engines, turned: int) -> None:
    page = lines()
    kept: list[Picture] = []
    reading = read(pages(page, turned=turned), engines, DAY, lambda _, it: kept.append(it))
    assert reading.pages[0].turned == turned
    wanted = np.rot90(page, -turned // 90)
    assert kept[0].shape == wanted.shape
    same = np.corrcoef(kept[0].ravel(), wanted.ravel())[0, 1]
    assert same > 0.5, same
