"""The pages of single fields pass axe, wide and at 320 pixels, in every state."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import House, log_in
from tests.journeys.test_accessible_pages import WIDTHS, checked
from tests.journeys.test_single_fields_in_a_browser import drawn
from tests.review_ui.seed import seed

OpenPage = Callable[..., Page]


@pytest.mark.parametrize("width", WIDTHS)
def test_field_by_field_is_accessible(house: House, open_page: OpenPage, width: int) -> None:
    seed(house.services)
    page = open_page(width)
    log_in(page, "reviewer")
    for button, nth in (("Check what was read", 0), ("Check what was read", 1)):
        page.goto(f"{house.address}/fields/")
        page.click(f"text={button} >> nth={nth}")
        checked(page)
        page.click("#stop")
    checked(page)  # the list of fields
    page.click("text=Key it unseen >> nth=2")
    expect(page.locator("#place-1.is-now")).to_be_visible()
    page.keyboard.type("Z")
    page.keyboard.press("Enter")
    page.wait_for_selector(".apart__error:visible")
    checked(page)
    page.locator("#text-1").fill("AA19NNV")
    page.keyboard.press("Enter")
    page.wait_for_selector(".settle:visible")
    checked(page)
    page.keyboard.press("Alt+u")
    page.wait_for_selector(".apart.is-gone")
    page.click("#stop")
    checked(page)  # nothing waits


@pytest.mark.parametrize("width", WIDTHS)
def test_second_keying_and_accuracy_are_accessible(
    house: House, open_page: OpenPage, width: int
) -> None:
    page = open_page(width)
    log_in(page, "supervisor")
    page.goto(f"{house.address}/keying/")
    checked(page)  # nothing waits
    drawn(house, "vehicle.vrn")
    drawn(house, "request.reason")
    page.reload()
    checked(page)
    page.click("text=Get next field")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("Z")
    page.keyboard.press("Enter")
    page.wait_for_selector("#problems")
    checked(page)
    page.locator("#text").fill("AA19NNV")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("The certificate was")
    checked(page)
    page.goto(f"{house.address}/accuracy/")
    checked(page)
    page.click("text=Decide")
    checked(page)
    page.click("button:has-text('Decide')")
    page.wait_for_selector("#problems")
    checked(page)
