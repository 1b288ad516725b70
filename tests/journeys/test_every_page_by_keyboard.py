"""Every page and state by the keyboard alone: all of it is reached in order, focus is seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.tour import measuring
from tests.journeys.tour.beside import STOPS
from tests.journeys.tour.scene import Scene, scene
from tests.journeys.tour.stops import Stop

HELD = "dialog[open]:is(#gone, #changed, #unsaved)"
"""Nothing behind them would be saved, so Escape does not close them: each has a way on inside."""


@pytest.fixture(scope="module")
def house(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with scene(tmp_path_factory.mktemp("house") / "var", chromium) as made:
        yield made


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
def test_tab_reaches_everything_in_order_and_shows_where_it_is(house: Scene, stop: Stop) -> None:
    page = house.page(stop.who)
    try:
        stop.go(page, house)
        measuring.looked_at(page)
        assert measuring.by_keyboard(page) == []
        if page.locator("dialog[open]").count():
            _escape_closes_it(page)
        else:
            _the_skip_link_leads_to_the_content(page)
    finally:
        page.close()


def _escape_closes_it(page: Page) -> None:
    held = page.locator(HELD).count()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == held
    assert page.locator("dialog[open] :is(a, button)").count() >= held


def _the_skip_link_leads_to_the_content(page: Page) -> None:
    page.locator(".govuk-skip-link").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_in_the_colours_of_the_computer_focus_is_seen_and_nothing_moves(house: Scene) -> None:
    wrong = []
    for stop in STOPS:
        if stop.name in ("review", "return", "account", "fields-checking", "queue"):
            page = house.page(stop.who)
            page.emulate_media(forced_colors="active", reduced_motion="reduce")
            stop.go(page, house)
            measuring.looked_at(page)
            wrong += [f"{stop.name}: {each}" for each in measuring.by_keyboard(page)]
            assert page.evaluate("document.getAnimations().length") == 0
            page.close()
    assert wrong == []


def test_at_its_narrowest_nothing_that_stays_in_place_covers_the_focus(house: Scene) -> None:
    wrong = []
    for stop in STOPS:
        if stop.name in ("review", "return", "repair", "fields-checking", "queue"):
            page = house.page(stop.who)
            stop.go(page, house)
            measuring.looked_at(page)
            measuring.at(page, 320)
            wrong += [f"{stop.name}: {each}" for each in measuring.by_keyboard(page)]
            page.close()
    assert wrong == []
