"""From the queue to a confirmed application, as a person at a keyboard does it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from extractors.values import OBSOLETE, Doubt
from intake import audit, people, review
from intake.model import Status
from tests.journeys.conftest import House, log_in
from tests.review_ui.seed import Plan, seed

OpenPage = Callable[..., Page]
VRN, BORN, REASON = "vehicle.vrn", "applicant.date_of_birth", "request.reason"


def take_with_the_keyboard(page: Page) -> None:
    """From the login to the review page without the mouse."""
    log_in(page, "reviewer")
    for _ in range(20):
        if page.evaluate("document.activeElement.textContent") == "Get next application":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".card.is-now")).to_be_visible()


def in_hand(page: Page, field: str) -> None:
    """Wait until this field is the one to answer."""
    expect(page.locator(f'[data-card="{field}"]')).to_have_class(re.compile("is-now"))


def test_from_the_queue_to_confirmed_with_the_keyboard_alone(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services)
    following = seed(house.services, Plan(seed=4))
    page = open_page()
    take_with_the_keyboard(page)

    in_hand(page, VRN)
    assert page.evaluate("getSelection().toString()") == "M"
    page.keyboard.press("ArrowDown")  # the suggested N
    expect(page.locator("#text-vehicle-vrn")).to_have_value("AA19NNV")
    page.keyboard.press("Enter")
    in_hand(page, REASON)
    page.keyboard.press("Enter")  # nothing was read, so nothing is taken
    error = page.locator(f'[data-card="{REASON}"] .card__error')
    expect(error).to_contain_text("Choose one of the answers.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")  # lost, stolen, damaged
    page.keyboard.press("Enter")
    in_hand(page, BORN)
    expect(page.locator(f'[data-card="{BORN}"] output span')).to_have_text("7 October 1966")
    page.keyboard.type("0")  # replaces the marked character
    expect(page.locator(f'[data-card="{BORN}"] output span')).to_have_text("7 October 1960")
    page.keyboard.press("Enter")
    expect(page.locator("#left")).to_have_text("All checked")
    expect(page.locator("#confirm")).to_be_focused()
    expect(page.locator("#saved")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/desk/{following}")
    done = review.task(house.services, application)
    assert done.application.status == Status.READY
    assert {name: each.value for name, each in done.answers.items()} == {
        VRN: "AA19NNV",
        REASON: "damaged",
        BORN: "1960-10-07",
    }
    with house.services.database.reading() as connection:
        trail = audit.trail(connection, application)
    given = [each.detail["answers"] for each in trail if each.action == "field_answered"]
    assert [answer["field"] for (answer,) in given] == [VRN, REASON, BORN]  # none passed through


def test_on_a_form_that_is_not_accepted_enter_leads_to_its_return(
    house: House, open_page: OpenPage
) -> None:
    withdrawn = Doubt(OBSOLETE, "This is edition 2013-03, which is not accepted any more.")
    application = seed(house.services, Plan(doubts=(withdrawn,)))
    page = open_page()
    log_in(page, "reviewer")
    page.click("text=Get next application")
    expect(page.locator("#likely-return")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/{application}/return")
    expect(page.locator('[name=reason][value="FORM_OBSOLETE"]')).to_be_checked()


def test_without_scripts_the_same_work_is_done_with_plain_forms(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services)
    page = open_page(script=False)
    page.fill("#name", "reviewer")
    page.fill("#password", "correct-horse-battery")
    page.click("button:has-text('Log in')")
    page.click("text=Get next application")
    page.click("text=Confirm and get next")
    expect(page.locator("#problems li")).to_have_count(3)

    page.fill("#text-vehicle-vrn", "AA19NNV")
    page.check(f'[name="given:{VRN}"][value=use]')
    page.check(f'[name="given:{REASON}"][value="is:damaged"]')
    page.check(f'[name="given:{BORN}"][value=illegible]')
    page.click("text=Confirm and get next")
    expect(page.locator("h1")).to_have_text("Review queue")
    done = review.task(house.services, application)
    assert done.application.status == Status.READY
    assert done.answers[BORN].state == "illegible"


def test_a_held_enter_key_accepts_one_field_and_no_more(house: House, open_page: OpenPage) -> None:
    application = seed(house.services)
    page = open_page()
    take_with_the_keyboard(page)
    in_hand(page, VRN)
    page.keyboard.down("Enter")
    in_hand(page, REASON)
    for _ in range(10):
        page.keyboard.down("Enter")  # what a held key sends
    page.keyboard.up("Enter")
    expect(page.locator("#left")).to_have_text("2 left")
    assert set(review.task(house.services, application).answers) == {VRN}


def test_what_does_not_fit_stays_with_its_reason_until_it_is_kept_as_written(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services)
    page = open_page()
    take_with_the_keyboard(page)
    page.locator("#text-applicant-date_of_birth").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("31021966")
    page.keyboard.press("Enter")
    card = page.locator(f'[data-card="{BORN}"]')
    expect(card.locator(".card__error")).to_contain_text("February 1966 has no day 31.")
    in_hand(page, BORN)
    page.keyboard.press("Escape")
    expect(page.locator("#text-applicant-date_of_birth")).to_have_value("07101966")
    page.keyboard.press("Control+a")
    page.keyboard.type("31021966")
    page.keyboard.press("Alt+w")
    expect(card.locator(".tag")).to_have_text("Kept as written")
    expect(page.locator("#saved")).to_contain_text("Saved")
    kept = review.task(house.services, application).answers[BORN]
    assert (kept.state, kept.value) == ("as_written", "31021966")


def test_confirming_too_early_lists_what_is_missing_and_links_to_it(
    house: House, open_page: OpenPage
) -> None:
    seed(house.services)
    page = open_page()
    take_with_the_keyboard(page)
    page.keyboard.press("Alt+u")
    in_hand(page, REASON)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#problems li")).to_have_count(2)
    page.click("text=Check ‘Date of birth’")
    in_hand(page, BORN)


def test_a_lost_connection_is_said_and_the_answer_is_sent_again(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services)
    page = open_page()
    down = [True]

    def maybe(route) -> None:  # type: ignore[no-untyped-def]
        route.fulfill(status=503, body="{}") if down[0] else route.continue_()

    page.route("**/answer", maybe)
    take_with_the_keyboard(page)
    page.keyboard.press("Alt+n")
    expect(page.locator("#saved")).to_have_text("Not saved, trying again")
    down[0] = False
    expect(page.locator("#saved")).to_contain_text("Saved")
    assert review.task(house.services, application).answers[VRN].state == "absent"


@pytest.mark.parametrize("status", [400, 403, 404])
def test_an_answer_that_is_refused_for_good_is_not_tried_again_and_again(
    house: House, open_page: OpenPage, status: int
) -> None:
    application = seed(house.services)
    page = open_page()
    tries: list[str] = []

    def refuse(route) -> None:  # type: ignore[no-untyped-def]
        tries.append(route.request.url)
        route.fulfill(status=status, content_type="text/html", body="<h1>No</h1>")

    page.route("**/answer", refuse)
    take_with_the_keyboard(page)
    page.keyboard.press("Alt+n")
    expect(page.locator("#unsaved")).to_contain_text("Load the page again")
    expect(page.locator("#unsaved-again")).to_be_hidden()
    expect(page.locator("#saved")).to_have_text("Not saved")
    expect(page.locator(f'[data-card="{VRN}"] .tag')).to_have_text("Not saved")
    assert len(tries) == 1
    page.unroute("**/answer")
    page.get_by_role("link", name="Load the page again").click()
    in_hand(page, VRN)
    assert review.task(house.services, application).answers == {}


def test_a_connection_that_stays_away_is_told_after_a_minute_and_can_be_tried_again(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services)
    page = open_page()
    page.route("**/answer", lambda route: route.abort())
    take_with_the_keyboard(page)
    page.clock.install()
    page.keyboard.press("Alt+n")
    expect(page.locator("#saved")).to_have_text("Not saved, trying again")
    for _ in range(40):
        page.clock.run_for(2500)
        if page.locator("#unsaved").is_visible():
            break
    expect(page.locator("#unsaved")).to_contain_text("The connection did not come back")
    page.unroute("**/answer")
    page.click("#unsaved-again")
    expect(page.locator("#saved")).to_have_text(re.compile(r"Saved \d"))
    expect(page.locator("#unsaved")).to_be_hidden()
    assert review.task(house.services, application).answers[VRN].state == "absent"


def test_when_it_goes_to_someone_else_a_dialog_says_so(house: House, open_page: OpenPage) -> None:
    application = seed(house.services)
    page = open_page()
    take_with_the_keyboard(page)
    me, boss = (p for p in people.everyone(house.services) if p.name in ("reviewer", "supervisor"))
    review.give_back(house.services, application, me)
    review.take(house.services, application, boss)
    page.keyboard.press("Alt+n")
    expect(page.locator("#gone")).to_be_visible()
    expect(page.locator("#gone")).to_contain_text("no longer on your desk")
    page.keyboard.press("Tab")
    assert review.task(house.services, application).answers == {}


def test_showing_all_fields_lets_a_confident_one_be_changed(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services)
    page = open_page()
    take_with_the_keyboard(page)
    page.click("text=Show all fields")
    page.locator('[data-spot="vehicle.mileage"]').click()
    in_hand(page, "vehicle.mileage")
    page.keyboard.type("99")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text(re.compile(r"Saved \d"))
    assert review.task(house.services, application).answers["vehicle.mileage"].value == "99"
