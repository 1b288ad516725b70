"""Every page and state in Welsh, at 320 pixels: the rules of axe, and nothing scrolls sideways.

One page of each kind once more with the largest text.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.tour import measuring
from tests.journeys.tour.beside import STOPS
from tests.journeys.tour.scene import Scene, scene
from tests.journeys.tour.stops import Stop


@pytest.fixture(scope="module")
def house(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with scene(tmp_path_factory.mktemp("house") / "var", chromium, "cy") as made:
        yield made


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
def test_it_is_accessible_in_welsh(house: Scene, stop: Stop) -> None:
    page = house.page(stop.who)
    try:
        stop.go(page, house)
        expect(page.locator("html")).to_have_attribute("lang", "cy")
        measuring.looked_at(page)
        measuring.at(page, 320)
        assert measuring.by_axe(page) + measuring.by_size(page) == []
    finally:
        page.close()


LARGE = {
    "queue", "review", "return", "repair", "keying", "accuracy", "overview", "arrivals",
    "letters", "account", "forms",
}  # fmt: skip


@pytest.mark.parametrize(
    "stop", [each for each in STOPS if each.name in LARGE], ids=lambda stop: stop.name
)
def test_the_largest_text_fits_the_narrowest_window(house: Scene, stop: Stop) -> None:
    house.prefer(stop.who, text_size=160)
    page = house.page(stop.who)
    try:
        stop.go(page, house)
        measuring.looked_at(page)
        measuring.at(page, 320)
        assert measuring.by_size(page) == []
    finally:
        page.close()
        house.prefer(stop.who)
