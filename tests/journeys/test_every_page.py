"""Every page and state: the rules of axe, colours, sizes, and nothing that scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.tour import measuring
from tests.journeys.tour.beside import STOPS
from tests.journeys.tour.scene import Scene, scene
from tests.journeys.tour.stops import Stop


@pytest.fixture(scope="module")
def house(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with scene(tmp_path_factory.mktemp("house") / "var", chromium) as made:
        yield made


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
def test_it_is_accessible_wide_and_narrow(house: Scene, stop: Stop) -> None:
    page = house.page(stop.who)
    try:
        stop.go(page, house)
        measuring.looked_at(page)
        wrong = []
        for width in measuring.WIDTHS:
            measuring.at(page, width)
            wrong += [f"{width}: {each}" for each in measuring.by_axe(page)]
            wrong += [f"{width}: {each}" for each in measuring.by_size(page)]
        measuring.at(page, 1440)
        wrong += measuring.by_contrast(page)
        assert wrong == []
    finally:
        page.close()
