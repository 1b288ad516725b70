"""Every state of the review page that a person may meet, and what they can do about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, Route, expect

from extractors.values import Doubt
from intake import audit, numbers, people, review
from intake.model import Person, Status
from intake.preferences import Preferences, set_preferences
from intake.records import applications
from intake.services import Services
from tests.journeys.conftest import House, log_in
from tests.review_ui.seed import DOUBTFUL, NOW, Plan, seed

OpenPage = Callable[..., Page]
VRN, BORN, REASON, VIN = (
    "vehicle.vrn", "applicant.date_of_birth", "request.reason", "vehicle.vin",
)  # fmt: skip
THREE_OF_THIRTY = {
    VRN: DOUBTFUL[VRN],
    VIN: {"doubts": (Doubt("unsure", "Compare it with the picture."),)},
    BORN: DOUBTFUL[BORN],
}


def person(services: Services, name: str) -> Person:
    (found,) = (each for each in people.everyone(services) if each.name == name)
    return found


def start(page: Page, house: House, application: str, name: str = "reviewer") -> None:
    """Log in, with the application already on this person's desk and its page open."""
    log_in(page, name)
    review.take(house.services, application, person(house.services, name))
    page.goto(f"{house.address}/desk/{application}")
    expect(page.locator(".card.is-now")).to_be_visible()


def in_hand(page: Page, field: str) -> None:
    expect(page.locator(f'[data-card="{field}"]')).to_have_class(re.compile("is-now"))


def card(page: Page, field: str) -> str:
    return page.locator(f'[data-card="{field}"] .tag').inner_text()


def test_three_doubtful_fields_of_thirty_are_confirmed_with_seven_keys_and_no_mouse(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services, Plan(changes=THREE_OF_THIRTY))
    following = seed(house.services, Plan(seed=4))
    reading = review.task(house.services, application).reading
    assert len(reading.fields) >= 30
    page = open_page()
    page.add_init_script("addEventListener('keydown', () => { sessionStorage.keys++; }, true)")
    log_in(page, "reviewer")
    expect(page.get_by_role("button", name="Get next application")).to_be_focused()
    page.evaluate("sessionStorage.keys = 0")
    page.keyboard.press("Enter")  # 1: get next
    in_hand(page, VRN)
    page.keyboard.press("ArrowDown")  # 2: the suggested N
    page.keyboard.press("Enter")  # 3
    in_hand(page, VIN)
    page.keyboard.press("Enter")  # 4: as read
    in_hand(page, BORN)
    page.keyboard.press("0")  # 5: over the marked character
    page.keyboard.press("Enter")  # 6
    expect(page.locator("#confirm")).to_be_focused()
    page.keyboard.press("Enter")  # 7: confirm
    page.wait_for_url(f"**/desk/{following}")
    assert page.evaluate("Number(sessionStorage.keys)") == 7
    done = review.task(house.services, application)
    assert done.application.status == Status.READY
    values = {name: each.value for name, each in done.answers.items()}
    assert (values[VRN], values[BORN]) == ("AA19NNV", "1960-10-07")


def test_the_lease_warns_any_key_keeps_it_and_when_it_ends_nothing_typed_is_lost(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services)
    page = open_page()
    page.clock.install()
    start(page, house, application)
    page.clock.fast_forward("08:30")
    expect(page.locator("#lease-warning")).to_be_visible()
    expect(page.locator("#said")).to_have_text("2 minutes left. Press any key to keep working.")
    page.keyboard.press("Shift")
    expect(page.locator("#lease-warning")).to_be_hidden()
    page.locator("#text-applicant-date_of_birth").fill("0710196")
    page.clock.fast_forward("11:00")
    gone = page.locator("#gone")
    expect(gone).to_contain_text("There was no activity")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(gone).to_be_visible()  # nothing behind it would be saved
    gone.get_by_role("link", name="See whether it is still free").click()
    in_hand(page, BORN)
    expect(page.locator("#text-applicant-date_of_birth")).to_have_value("0710196")
    assert card(page, BORN) == "Changed, not yet accepted"
    expect(page.locator("#told")).to_contain_text("What you had typed but not accepted is back.")


def test_what_was_changed_in_another_window_is_said_and_the_answer_kept_for_the_reload(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services)
    page = open_page()
    start(page, house, application)
    me = person(house.services, "reviewer")
    review.answer(house.services, application, me, 1, (REASON, "illegible", None))
    page.keyboard.press("Alt+n")
    dialog = page.get_by_role("dialog", name="This was changed in another window")
    expect(dialog).to_be_visible()
    dialog.get_by_role("link", name="Load the page again").click()
    expect(page.locator("#left")).to_have_text("1 left")
    expect(page.locator("#saved")).to_have_text(re.compile(r"Saved \d"))
    states = {n: a.state for n, a in review.task(house.services, application).answers.items()}
    assert states == {VRN: "absent", REASON: "illegible"}


def test_two_reviewers_of_one_item_each_know_who_has_it(house: House, open_page: OpenPage) -> None:
    application = seed(house.services)
    mine, theirs = open_page(), open_page()
    start(mine, house, application)
    mine.keyboard.press("Alt+n")
    expect(mine.locator("#saved")).to_have_text(re.compile(r"Saved \d"))
    log_in(theirs, "supervisor")
    theirs.goto(f"{house.address}/desk/{application}")
    expect(theirs.locator("main")).to_contain_text("Someone else is checking it")
    review.give_back(house.services, application, person(house.services, "reviewer"))
    theirs.reload()
    theirs.get_by_role("button", name="Take it").click()
    expect(theirs.locator(f'[data-card="{VRN}"] .tag')).to_have_text("Left blank on form")
    mine.locator(f'[data-card="{BORN}"] input').first.focus()
    mine.keyboard.press("Alt+u")
    expect(mine.locator("#gone")).to_contain_text("no longer on your desk")
    mine.locator("#gone").get_by_role("link", name="See whether it is still free").click()
    expect(mine.locator("main")).to_contain_text("Someone else is checking it")
    assert set(review.task(house.services, application).answers) == {VRN}


def test_typed_and_decided_but_unsaved_both_outlive_a_page_that_is_loaded_again(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services)
    page = open_page()
    start(page, house, application)
    page.route("**/answer", lambda route: route.abort())
    page.keyboard.press("Alt+n")
    expect(page.locator("#saved")).to_have_text("Not saved, trying again")
    page.locator("#text-applicant-date_of_birth").fill("07101")
    assert page.evaluate("localStorage.length") == 0
    page.unroute("**/answer")
    page.reload()
    expect(page.locator("#saved")).to_have_text(re.compile(r"Saved \d"))
    expect(page.locator("#text-applicant-date_of_birth")).to_have_value("07101")
    in_hand(page, BORN)
    assert review.task(house.services, application).answers[VRN].state == "absent"
    for _ in range(2):
        page.keyboard.press("Alt+u")
    page.keyboard.press("Alt+u")
    expect(page.locator("#left")).to_have_text("All checked")
    expect(page.locator("#confirm")).to_be_focused()
    page.locator("#confirm").dblclick()
    expect(page.locator("h1")).to_have_text("Review queue")
    assert page.evaluate("Object.keys(sessionStorage).length") == 0
    with house.services.database.reading() as connection:
        actions = [each.action for each in audit.trail(connection, application)]
    assert actions.count("confirmed") == 1
    page.go_back()
    expect(page.locator("main")).to_contain_text("It has been decided")


def test_a_picture_that_does_not_come_is_said_and_can_be_asked_for_again(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services)
    page = open_page()
    page.route("**/pages/*", lambda route: route.fulfill(status=503))
    start(page, house, application)
    told = page.get_by_role("alert").filter(has_text="The picture could not be loaded.")
    expect(told).to_be_visible()
    page.unroute("**/pages/*")
    with page.expect_response("**/pages/*"):
        page.get_by_role("button", name="Load the picture again").click()
    expect(page.locator("#picture-failed")).to_be_hidden()


def test_the_pages_of_the_item_and_its_enclosure_are_reached_by_button_and_key(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services, Plan(changes=DOUBTFUL, enclosures=1))
    page = open_page()
    start(page, house, application)
    seen = page.locator("[data-page-now]")
    expect(seen).to_have_text("Page 1 of 3")
    page.get_by_role("link", name="Enclosure 1").click()
    expect(seen).to_have_text("Page 3 of 3")
    expect(page.get_by_role("link", name="Enclosure 1")).to_have_attribute("aria-current", "true")
    stage = page.locator("#stage")
    stage.focus()
    page.keyboard.press("PageUp")
    expect(seen).to_have_text("Page 2 of 3")
    page.keyboard.press("+")
    expect(stage).to_have_attribute("data-zoom", "125")
    page.keyboard.press("0")
    expect(stage).to_have_attribute("data-zoom", "100")
    top = stage.evaluate("stage => stage.scrollTop")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("top => document.querySelector('#stage').scrollTop > top", arg=top)
    page.get_by_role("button", name="Whole page").click()
    expect(stage).to_have_attribute("data-zoom", "page")
    page.locator("#text-vehicle-vrn").focus()
    page.keyboard.press("Alt+z")
    expect(page.get_by_role("button", name="Zoom to field")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(seen).to_have_text("Page 1 of 3")


def test_earlier_post_is_listed_with_its_purpose_and_each_look_is_recorded(
    house: House, open_page: OpenPage
) -> None:
    services = house.services
    before = seed(services, Plan(received=NOW - timedelta(days=9)))
    application = seed(services)
    for each in (before, application):
        with services.database.writing() as connection:
            made = applications.get(connection, each)
            reading = applications.reading(connection, each)
            numbers.note(connection, made, reading, services.packs[made.form_code, made.edition])
    page = open_page()
    start(page, house, application)
    page.keyboard.press("Enter")
    in_hand(page, REASON)
    page.get_by_role("link", name="1 earlier application").click()
    listed = page.locator("#earlier")
    expect(listed).to_contain_text("Shown to help you tell a duplicate or a chaser.")
    expect(listed).to_contain_text("The same driver number")
    listed.get_by_role("link", name=re.compile("^Look at")).click()
    expect(page.locator("main")).to_contain_text("Nothing can be changed here.")
    expect(page.locator("img.looked-at")).to_have_count(2)
    assert page.evaluate("[...document.images].every(each => each.naturalWidth > 0)")
    with services.database.reading() as connection:
        (event,) = audit.trail(connection, before)
    assert (event.actor, event.action) == ("reviewer:reviewer", "looked_at_earlier")
    page.get_by_role("link", name=re.compile("^Back to")).click()
    in_hand(page, REASON)


def test_keys_can_be_others_suggestions_are_spoken_and_composing_is_left_alone(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services)
    me = person(house.services, "reviewer")
    set_preferences(house.services, me, Preferences(keys={"cannot_read": "Alt+KeyQ"}))
    page = open_page()
    start(page, house, application)
    expect(page.locator(f'[data-card="{VRN}"] [data-act=illegible] kbd')).to_have_text("Alt Q")
    page.keyboard.press("Alt+u")
    in_hand(page, VRN)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#said")).to_have_text(
        "Suggestion: letter N. In all: letter A, letter A, one, nine, letter N, letter N, letter V"
    )
    page.evaluate("""() => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {
        key: 'Enter', code: 'Enter', isComposing: true, bubbles: true, cancelable: true,
    }))""")
    in_hand(page, VRN)
    page.keyboard.press("Escape")
    expect(page.locator("#text-vehicle-vrn")).to_have_value("AA19NMV")
    opener = page.get_by_role("button", name="Shortcuts")
    opener.click()
    shown = page.locator("#keys tr", has_text="Cannot read").locator("kbd")
    expect(shown).to_have_text(["Alt", "Q"])
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.locator("#text-vehicle-vrn").focus()
    page.keyboard.press("Alt+q")
    in_hand(page, REASON)
    page.keyboard.press("Shift+Enter")
    in_hand(page, VRN)


def test_the_pictures_of_what_comes_next_are_loaded_when_few_cards_are_left(
    house: House, open_page: OpenPage
) -> None:
    application, following = seed(house.services), seed(house.services, Plan(seed=4))
    page = open_page()
    asked: list[str] = []

    def note(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_()

    page.route("**/upcoming", note)
    start(page, house, application)
    page.keyboard.press("Alt+n")
    in_hand(page, REASON)
    assert asked == []
    with page.expect_response(f"**/desk/{following}/pages/**"):
        page.keyboard.press("Alt+u")
    assert len(asked) == 1
