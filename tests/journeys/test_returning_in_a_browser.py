"""From a failed check to a printed letter, with the keyboard, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from extractors.values import CheckResult
from intake import returning, review
from intake.model import Status
from tests.journeys.conftest import House, log_in
from tests.journeys.tour.measuring import checked
from tests.review_ui.seed import DOUBTFUL, Plan, seed

OpenPage = Callable[..., Page]
PAIR = ("applicant.driver_number", "applicant.date_of_birth")
BROKEN = CheckResult("DN-02", "fail", "block", PAIR, "It says year 66, but it is 1974.")
OPENING = "#return-form textarea[name='text:frame:opening']"


def plan() -> Plan:
    unsigned = {"declaration.signature": {"value": False, "raw": ""}}
    return Plan(changes={**DOUBTFUL, **unsigned}, checks=[BROKEN])


def status(house: House, application: str) -> Status:
    return review.task(house.services, application).application.status


@pytest.mark.parametrize("width", [1440, 320])
def test_a_letter_is_drafted_edited_approved_and_printed(
    house: House, open_page: OpenPage, width: int
) -> None:
    application = seed(house.services, plan())
    page = open_page(width)
    log_in(page, "supervisor")
    page.goto(f"{house.address}/desk/")
    page.click("text=Get next application")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Alt+r")
    page.wait_for_url(f"**/desk/{application}/return")
    checked(page)
    expect(page.get_by_label("It is not signed")).to_be_checked()
    page.click("button:has-text('See ‘Driver number’ on the form')")
    page.wait_for_url("**?change=applicant.driver_number#card-applicant-driver_number")
    expect(page.locator("#card-applicant-driver_number")).to_be_visible()
    page.go_back()
    page.locator("#text-own").fill("Use [which] pen.")
    page.keyboard.press("Tab")
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    page.click("button:has-text('Approve and return')")
    expect(page.locator("#problems")).to_contain_text("square brackets")
    checked(page)  # with the error summary
    page.click("#problems a")
    page.keyboard.press("Control+a")
    page.keyboard.type("Use a black pen.")
    page.click("button:has-text('Preview')")
    expect(page.locator(".letter")).to_contain_text("Use a black pen.")
    checked(page)
    page.click("text=Back to the letter")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/")
    assert status(house, application) == Status.RETURNED
    page.goto(f"{house.address}/station/letters")
    checked(page)
    page.click("text=Open 1 letter to print")
    checked(page)
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_hidden()
    expect(page.locator(".letter")).to_be_visible()
    page.emulate_media(media="screen")
    page.click("button:has-text('Mark as printed')")
    expect(page.locator(".note--good")).to_contain_text("marked as printed")
    checked(page)
    assert returning.to_print(house.services, limit=5) == []


def test_everything_works_without_javascript(house: House, open_page: OpenPage) -> None:
    application = seed(house.services, plan())
    page = open_page(script=False)
    page.fill("[name=name]", "reviewer")
    page.fill("[name=password]", "correct-horse-battery")
    page.keyboard.press("Enter")
    page.click("text=Get next application")
    page.click("a:has-text('Return to sender')")
    page.locator(OPENING).fill("We are sending your form back.")
    page.get_by_label("Cymraeg").check()
    page.click("#update")
    expect(page.locator("textarea[lang=cy]").first).to_have_value("Annwyl Dr Quinn")
    page.get_by_label("English").check()
    page.click("#update")
    expect(page.locator(OPENING)).to_have_value("We are sending your form back.")
    page.click("button:has-text('Approve and return')")
    page.wait_for_url("**/desk/")
    assert status(house, application) == Status.RETURNED


def test_a_change_that_cannot_be_saved_says_so_and_stays(house: House, open_page: OpenPage) -> None:
    application = seed(house.services, plan())
    page = open_page()
    log_in(page, "reviewer")
    page.click("text=Get next application")
    page.goto(f"{house.address}/desk/{application}/return")
    page.route("**/return/save", lambda route: route.abort())
    page.locator(OPENING).fill("We are sending your form back.")
    expect(page.locator("#unsaved")).to_be_visible()
    checked(page)
    page.unroute("**/return/save")
    page.click(".return__end >> text=Save draft")
    expect(page.locator(OPENING)).to_have_value("We are sending your form back.")
    expect(page.locator("#unsaved")).to_be_hidden()
