"""One's own choices in a real browser: keys that are pressed, larger text, pages in Welsh."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from intake import people
from intake.preferences import preferences, set_preferences
from intake.services import Services
from tests.journeys.conftest import House, log_in
from tests.journeys.tour.measuring import checked
from tests.review_ui.seed import DOUBTFUL, Plan, seed

OpenPage = Callable[..., Page]


def prefer(services: Services, name: str, **wanted: object) -> None:
    person = next(each for each in people.everyone(services) if each.name == name)
    now = preferences(services, person)
    set_preferences(services, person, replace(now, **wanted))  # type: ignore[arg-type]


def test_a_shortcut_is_changed_by_pressing_the_keys_and_then_works(
    house: House, open_page: OpenPage
) -> None:
    seed(house.services, Plan(changes=DOUBTFUL))
    page = open_page()
    log_in(page, "reviewer")
    page.goto(f"{house.address}/account/shortcuts/cannot_read")
    page.locator("#press").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+k")
    expect(page.locator("#press-said")).to_contain_text("Alt K")
    page.click("text=Save the keys")
    expect(page.locator(".note")).to_contain_text("The shortcut was changed.")
    page.goto(f"{house.address}/desk/")
    page.click("text=Get next application")
    expect(page.locator("#text-vehicle-vrn")).to_be_focused()
    page.keyboard.press("Alt+u")  # does nothing any more
    expect(page.locator("#left")).to_have_text("3 left")
    page.keyboard.press("Alt+k")
    expect(page.locator("#left")).to_have_text("2 left")


def test_keys_that_cannot_be_chosen_are_said_and_change_nothing(
    house: House, open_page: OpenPage
) -> None:
    page = open_page()
    log_in(page, "reviewer")
    page.goto(f"{house.address}/account/shortcuts/zoom")
    page.click("#press")
    page.keyboard.press("Alt+F6")
    expect(page.locator("#press-said")).to_contain_text("These keys cannot be used.")
    expect(page.locator("#key")).to_have_value("KeyZ")
    page.keyboard.press("Tab")  # leads on: the keyboard is not caught
    expect(page.locator("#modifiers")).to_be_focused()


def test_shortcuts_that_are_switched_off_do_nothing(house: House, open_page: OpenPage) -> None:
    seed(house.services, Plan(changes=DOUBTFUL))
    prefer(house.services, "reviewer", keys_on=False)
    page = open_page()
    log_in(page, "reviewer")
    page.click("text=Get next application")
    expect(page.locator("#text-vehicle-vrn")).to_be_focused()
    page.keyboard.press("Alt+u")
    page.keyboard.press("Alt+r")
    expect(page.locator("#left")).to_have_text("3 left")
    page.keyboard.press("Enter")  # works inside a field, so it stays
    expect(page.locator("#left")).to_have_text("2 left")


PAGES = (
    "overview/", "desk/", "station/", "counter/", "forms/", "forms/V62-S-2026-11", "account",
    "account/shortcuts/zoom", "accessibility",
)  # fmt: skip


def test_pages_in_welsh_are_accessible(house: House, open_page: OpenPage) -> None:
    seed(house.services, Plan(changes=DOUBTFUL))
    prefer(house.services, "supervisor", language="cy")
    page = open_page(320)
    log_in(page, "supervisor")
    for path in PAGES[:3]:
        page.goto(f"{house.address}/{path}")
        checked(page)
    page.goto(f"{house.address}/account")
    page.click("text=Newid y cyfrinair")
    checked(page)  # with an error summary
    page.goto(f"{house.address}/account/shortcuts/zoom")
    checked(page)
    page.goto(f"{house.address}/desk/")
    page.click("text=Cael y cais nesaf")
    checked(page)


@pytest.mark.parametrize(("width", "size"), [(1440, 160), (640, 160), (320, 120)])
def test_larger_text_makes_no_page_scroll_sideways(
    house: House, open_page: OpenPage, width: int, size: int
) -> None:
    seed(house.services, Plan(changes=DOUBTFUL))
    prefer(house.services, "supervisor", language="cy", text_size=size)
    page = open_page(width)
    log_in(page, "supervisor")
    for path in PAGES:
        page.goto(f"{house.address}/{path}")
        wide, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= shown, path


def test_the_log_in_page_and_the_statement_are_accessible_in_welsh(
    house: House, open_page: OpenPage
) -> None:
    page = open_page(320)
    page.click("text=Cymraeg")
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    checked(page)
    page.click("text=Datganiad hygyrchedd")
    checked(page)


def test_larger_text_is_larger_everywhere_but_in_the_pictures(
    house: House, open_page: OpenPage
) -> None:
    seed(house.services, Plan(changes=DOUBTFUL))
    page = open_page()
    log_in(page, "reviewer")
    page.click("text=Get next application")
    expect(page.locator("#text-vehicle-vrn")).to_be_focused()
    parts = [".bar a", ".card__label", ".act", ".panel__head h2", ".tool"]
    sizes = f"""() => {parts}.map(
        part => parseFloat(getComputedStyle(document.querySelector(part)).fontSize))"""
    standard = page.evaluate(sizes)
    prefer(house.services, "reviewer", text_size=140)
    page.reload()
    assert page.evaluate(sizes) == pytest.approx([each * 1.4 for each in standard], rel=0.01)


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_head_of_the_review_page_is_one_line_in_both_languages(
    house: House, open_page: OpenPage, language: str
) -> None:
    seed(house.services, Plan(changes=DOUBTFUL))
    prefer(house.services, "reviewer", language=language)
    page = open_page()
    log_in(page, "reviewer")
    page.locator("main .button").first.click()
    expect(page.locator("#text-vehicle-vrn")).to_be_focused()
    for width in (1366, 1440, 1510, 1600, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator(".bar").evaluate("bar => bar.offsetHeight") <= 53, width
