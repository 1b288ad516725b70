"""The queue at a keyboard: getting work, running out of it, and pictures that are there already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from intake import people, review
from intake.model import Person
from intake.records import applications
from tests.journeys.conftest import House, log_in
from tests.review_ui.seed import DOUBTFUL, Plan, seed

OpenPage = Callable[..., Page]


def named(house: House, name: str) -> Person:
    return people.of_name(house.services, name)


def waiting(house: House, number: int, **told: object) -> str:
    """One that waits, due the later the higher its number; each with pictures of its own."""
    made = seed(house.services, Plan(seed=number, changes=DOUBTFUL))
    with house.services.database.writing() as connection:
        due = applications.get(connection, made).due_on + timedelta(days=number)
        applications.change(connection, made, due_on=due, **told)
    return made


def press_until(page: Page, words: str) -> None:
    """Walk with the Tab key to what says this, and press Enter."""
    for _ in range(40):
        if page.locator(":is(a, button):focus", has_text=words).count():
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    pytest.fail(f"nothing that says {words!r} can be reached with the Tab key")


def test_when_the_queue_runs_out_it_says_when_more_comes_and_lets_the_last_be_reopened(
    house: House, open_page: OpenPage
) -> None:
    mine, other = waiting(house, 3), waiting(house, 4)
    review.take(house.services, other, named(house, "supervisor"))
    page = open_page()
    log_in(page, "reviewer")
    press_until(page, "Get next application")
    expect(page.locator(".card.is-now")).to_be_visible()
    for _ in DOUBTFUL:
        page.keyboard.press("Alt+u")
    expect(page.locator("#confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Review queue")
    expect(page.locator("h2").first).to_have_text("Nothing is waiting for you")
    expect(page.locator(".callout")).to_contain_text("The first one comes back at")
    expect(page.locator("table.queue")).to_contain_text("With supervisor until")
    assert page.locator("table.queue tbody a, table.queue tbody button").count() == 0
    press_until(page, "Reopen")
    page.wait_for_url(f"**/desk/{mine}")


def test_filters_and_columns_are_worked_without_scripts_and_on_a_narrow_screen(
    house: House, open_page: OpenPage
) -> None:
    for number in (3, 4):
        waiting(house, number, queue=("vehicles-refunds", "general")[number % 2])
    page = open_page(320, script=False)
    page.fill("[name=name]", "reviewer")
    page.fill("[name=password]", "correct-horse-battery")
    page.click("main button")
    page.select_option("#filter-queue", "vehicles-refunds")
    page.select_option("#filter-sort", "received")
    page.click("button:has-text('Show')")
    expect(page.locator("#waiting-caption")).to_have_text("Showing 1 to 1 of 1")
    expect(page.locator("#filter-sort")).to_have_value("received")
    expect(page.locator("a.sort").first).to_be_hidden()
    page.click("text=Clear filters")
    expect(page.locator("#waiting-caption")).to_have_text("Showing 1 to 2 of 2")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.click("a.sort >> text=Due")
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Due")


def test_the_next_pictures_are_loaded_before_and_forgotten_on_logging_out(
    house: House, open_page: OpenPage
) -> None:
    waiting(house, 3)
    following = waiting(house, 4)
    page = open_page()
    log_in(page, "reviewer")
    page.click("text=Get next application")
    expect(page.locator(".card.is-now")).to_be_visible()
    for _ in DOUBTFUL:
        page.keyboard.press("Alt+u")
    expect(page.locator("#confirm")).to_be_focused()
    early = "performance.getEntriesByType('resource').filter(e => e.name.includes(%r)).length"
    for _ in range(100):
        if page.evaluate(early % f"{following}/pages/") == 2:
            break
        page.wait_for_timeout(50)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/{following}")
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.includes('/pages/'))"
        ".map(e => [e.name, e.transferSize])"
    )
    assert len(loaded) == 2
    assert [size for _, size in loaded] == [0, 0]  # from what the browser kept

    page.goto(f"{house.address}/desk/")
    page.click("text=Log out")
    expect(page.locator("[name=name]")).to_be_focused()
    log_in(page, "operator")
    fetched = "url => fetch(url).then(reply => reply.status)"
    assert [page.evaluate(fetched, url) for url, _ in loaded] == [403, 403]
