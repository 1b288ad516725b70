"""Wrong forms and bad scans put right in a real browser, with the keyboard and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from intake.model import Status
from intake.records import applications, scans
from intake.services import Services
from tests.journeys.conftest import House, log_in
from tests.journeys.tour.measuring import checked
from tests.review_ui.seed import DOUBTFUL, Plan, seed

OpenPage = Callable[..., Page]


def pages_of(services: Services, application_id: str) -> list[tuple[int, int | None]]:
    """Each side of an application with the turn that a person gave it, in order."""
    with services.database.reading() as connection:
        application = applications.get(connection, application_id)
        found = scans.sides_of_item(connection, application.item_id)
    assert application.status == Status.SCANNED
    return [(side.number, side.turned) for side in found]


def to_the_repairs(page: Page) -> None:
    log_in(page, "reviewer")
    page.click("text=Get next application")
    page.click("text=Wrong form or bad scan")
    expect(page.locator("h1")).to_have_text("Wrong form or bad scan")


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Go to a button by the keyboard and press it."""
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    page.keyboard.press(key)
    expect(button).to_be_focused()


def test_pages_are_turned_and_moved_with_the_keyboard_and_seen_at_once(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services, Plan(changes=DOUBTFUL))
    page = open_page()
    to_the_repairs(page)
    first = page.locator('[data-leaf="1"]')

    press(page, "Turn right side 1")
    expect(first.locator("[data-turn]")).to_have_attribute("transform", "rotate(90)")
    press(page, "Turn right side 1", "Space")
    expect(first.locator("[data-turn]")).to_have_attribute("transform", "rotate(180)")
    expect(page.locator("#said")).to_have_text("Side 1: Turned half round.")
    press(page, "Move down side 1")
    expect(page.locator("#said")).to_have_text("Side 1 is now in place 2 of 2.")
    expect(page.locator(".leaf").last).to_have_attribute("data-leaf", "1")
    expect(first.locator("[name='place:1']")).to_have_value("2")
    page.locator("[name='place:1']").fill("1")
    page.keyboard.press("Enter")  # moves it, and sends nothing yet
    expect(page.locator(".leaf").first).to_have_attribute("data-leaf", "1")
    press(page, "Move up side 2")
    page.locator("#form").focus()
    page.keyboard.type("V62-S 2026-11")
    page.get_by_role("button", name="Read again and get next").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")
    expect(page.locator(".note--good").first).to_contain_text("is being read again")
    assert pages_of(house.services, application) == [(2, None), (1, 180)]


def test_the_same_works_without_a_script(house: House, open_page: OpenPage) -> None:
    application = seed(house.services, Plan(changes=DOUBTFUL))
    page = open_page(320, script=False)
    to_the_repairs(page)
    page.select_option("#turn-1", label="Turned half round")
    page.fill("#place-2", "1")
    page.get_by_role("button", name="Read again and get next").last.click()
    page.wait_for_url("**/desk/")
    assert pages_of(house.services, application) == [(2, None), (1, 180)]


@pytest.mark.parametrize("width", [1440, 1024, 320])
def test_the_pages_for_repairs_and_rescans_are_accessible(
    house: House, open_page: OpenPage, width: int
) -> None:
    application = seed(house.services, Plan(changes=DOUBTFUL))
    page = open_page(width)
    log_in(page, "supervisor")
    page.goto(house.address + "/desk/")
    page.click("text=Get next application")
    page.goto(f"{house.address}/desk/{application}/repair")
    page.check("[name='blank:2']")
    page.check("[name='starts:2']")
    page.fill("#form", "V890")
    page.get_by_role("button", name="Read again and get next").last.click()
    expect(page.locator("#problems")).to_be_focused()
    checked(page)  # with what is wrong, and forms to choose from
    page.goto(f"{house.address}/desk/{application}/rescan")
    page.get_by_role("button", name="Ask and get next").click()
    checked(page)  # with an error
    page.click("text=Something covers the writing")
    page.get_by_role("button", name="Ask and get next").click()
    seed(house.services, Plan(seed=4, received=house.services.now()))
    page.goto(house.address + "/station/")
    page.click("text=See what to scan again")
    page.get_by_role("button", name="It was scanned again").click()
    checked(page)  # no scan was chosen
    page.select_option(".choose", index=1)
    page.get_by_role("button", name="It was scanned again").click()
    expect(page.locator(".note--good")).to_contain_text("the new scan stands in its place")


def test_everything_to_press_on_the_repairs_is_large_enough(
    house: House, open_page: OpenPage
) -> None:
    seed(house.services, Plan(changes=DOUBTFUL))
    page = open_page()
    to_the_repairs(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll('#repair button, #repair input, #repair select')]
            .filter(each => each.checkVisibility() && each.type !== 'hidden' && !each.ariaHidden)
            .map(each => [(each.closest('.pick') ?? each).getBoundingClientRect(), each.outerHTML])
            .filter(([box]) => box.width < 24 || box.height < 24)
            .map(([box, html]) => `${box.width} x ${box.height} ${html.slice(0, 80)}`)"""
    )
    assert small == []
