"""Every page passes axe, wide and at 320 pixels, where nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from intake import jobs
from intake.arrival import Arrival, receive
from tests.journeys.conftest import House, log_in
from tests.review_ui.seed import DOUBTFUL, Plan, seed

OpenPage = Callable[..., Page]
WIDTHS = [1440, 320]


def checked(page: Page) -> None:
    """No violation of any axe rule, and no sideways scrolling."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    wide, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= shown, page.url


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_every_role_are_accessible(
    house: House, open_page: OpenPage, width: int
) -> None:
    application = seed(house.services, Plan(changes=DOUBTFUL))
    unknown = seed(house.services, Plan(seed=9, code="UNKNOWN"))
    arrived = receive(house.services, b"%PDF-1.7", Arrival("post", "inbox", "a.pdf"))
    (claim,) = jobs.claim(house.services, ["split"], 1)
    assert claim.subject == arrived.scan_id
    jobs.park(house.services, claim, "page 1: the decoder gave up")
    page = open_page(width)
    checked(page)  # log in
    log_in(page, "supervisor")
    for path in ("/overview/", "/desk/", "/station/", "/counter/", "/no-such-page"):
        page.goto(house.address + path)
        checked(page)
    page.click("text=Review")
    page.click("text=Get next application")
    for path in (application, f"{application}/return", f"{application}/refer"):
        page.goto(f"{house.address}/desk/{path}")
        checked(page)
    page.click("button:has-text('Refer and get next')")
    checked(page)  # with an error summary
    page.goto(f"{house.address}/desk/{application}")
    page.click("button:has-text('Give back')")
    checked(page)  # the queue with a message
    page.goto(f"{house.address}/desk/{unknown}")
    checked(page)  # not on this desk
    page.goto(f"{house.address}/desk/{application}/look")
    checked(page)
    page.goto(f"{house.address}/desk/{unknown}")
    page.click("button:has-text('Take it')")
    checked(page)  # an unknown form
    page.goto(f"{house.address}/desk/{unknown}/return")
    page.click("text=It was not meant for us")
    page.click("#update")
    page.click("button:has-text('Approve and return')")
    for path in ("/overview/", "/desk/", "/station/"):
        page.goto(house.address + path)
        checked(page)  # with what goes back, and a stopped job


@pytest.mark.parametrize("width", WIDTHS)
def test_the_forms_pages_are_accessible(house: House, open_page: OpenPage, width: int) -> None:
    page = open_page(width)
    log_in(page, "supervisor")
    for path in ("", "new", "V62-S-2026-11", "V62-S-2026-11/try", "V62-S-2026-11/edit"):
        page.goto(f"{house.address}/forms/{path}")
        checked(page)
    page.click("#list button >> nth=7")  # a choice: all its ticks can be reached
    for each in ("#field summary", "#form summary", ".editor__help summary"):
        page.click(each)
    checked(page)
    page.locator("#f-name").fill("Not a name")
    page.click("[data-save=check]")
    page.wait_for_selector("#mistakes:visible")
    checked(page)  # with mistakes


@pytest.mark.parametrize("width", WIDTHS)
def test_the_review_page_stays_accessible_while_it_is_worked_on(
    house: House, open_page: OpenPage, width: int
) -> None:
    seed(house.services)
    page = open_page(width)
    log_in(page, "reviewer")
    page.click("text=Get next application")
    page.keyboard.press("Alt+u")
    page.click("summary")
    page.click("text=Show all fields")
    page.locator("#text-applicant-date_of_birth").fill("99")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card__error:visible")
    checked(page)
    page.keyboard.press("Control+Enter")
    checked(page)  # with the list of what is missing
    page.click("text=Shortcuts")
    checked(page)
    page.click("#keys button")
    page.route("**/answer", lambda route: route.fulfill(status=400, body="No"))
    page.keyboard.press("Alt+u")
    page.locator("#text-applicant-date_of_birth").focus()
    page.keyboard.press("Alt+n")
    page.wait_for_selector("#unsaved:visible")
    checked(page)


def test_everything_that_can_be_pressed_is_large_enough(house: House, open_page: OpenPage) -> None:
    seed(house.services)
    page = open_page()
    log_in(page, "reviewer")
    page.click("text=Get next application")
    page.wait_for_load_state("networkidle")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, summary, .tool, .steps a')]
            .filter(each => each.checkVisibility() && each.type !== 'hidden')
            .map(each => [each.getBoundingClientRect(), each.closest('label'), each.outerHTML])
            .filter(([box, label]) => !label && (box.width < 24 || box.height < 24))
            .map(([box, , html]) => `${box.width} x ${box.height} ${html.slice(0, 80)}`)"""
    )
    assert small == []
