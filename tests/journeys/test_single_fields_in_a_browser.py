"""Single fields at a keyboard: twelve on a page, and one at a time for second keying."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from intake import keying, people, review
from intake.keyed import Said
from intake.model import Person
from intake.records import keyings
from tests.journeys.conftest import House, log_in
from tests.journeys.house import wait_until
from tests.review_ui.seed import DOUBTFUL, Plan, seed
from tests.review_ui.visitor import PASSWORD

OpenPage = Callable[..., Page]
VRN = "vehicle.vrn"
PLAN = Plan(changes={VRN: DOUBTFUL[VRN]})
SLOW = """{ const send = window.fetch;
  const wait = () => new Promise(done => setTimeout(done, 700));
  window.fetch = (...asked) => wait().then(() => send(...asked)); }"""
COUNT = "window.pressed = 0; addEventListener('keydown', () => { window.pressed += 1; }, true)"


def begin(page: Page, house: House, button: str = "Check what was read") -> None:
    page.goto(f"{house.address}/fields/")
    page.click(f"text={button}")
    expect(page.locator("#places")).to_be_visible()
    expect(page.locator(".apart.is-now")).to_have_attribute("id", "place-1")


def vrn(house: House, application: str) -> tuple[object, str] | None:
    answer = review.task(house.services, application).answers.get(VRN)
    return (answer.value, answer.state) if answer else None


def test_a_page_of_one_field_costs_one_key_a_field(house: House, open_page: OpenPage) -> None:
    made = [seed(house.services, PLAN) for _ in range(14)]
    page = open_page()
    log_in(page, "reviewer")
    begin(page, house)
    page.evaluate(COUNT)
    assert page.evaluate("getSelection().toString()") == "M"
    for _ in range(11):
        page.keyboard.press("Enter")
    page.keyboard.press("N")  # overtypes the marked character
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("12 of 12 done")
    expect(page.locator("#more")).to_be_focused()
    assert page.evaluate("window.pressed") == 13
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("0 of 2 done")
    assert [vrn(house, each) for each in made[:11]] == [("AA19NMV", "accepted")] * 11
    assert vrn(house, made[11]) == ("AA19NNV", "corrected")
    assert vrn(house, made[12]) is None


def test_a_held_enter_key_accepts_one_field_and_no_more(house: House, open_page: OpenPage) -> None:
    for _ in range(3):
        seed(house.services, PLAN)
    page = open_page()
    log_in(page, "reviewer")
    begin(page, house)
    for _ in range(5):
        page.keyboard.down("Enter")  # without a release in between: the browser says it repeats
    expect(page.locator("#count")).to_have_text("1 of 3 done")
    expect(page.locator("#place-2")).to_have_class("apart is-now")


def test_back_a_suggestion_and_the_whole_page_by_keyboard(
    house: House, open_page: OpenPage
) -> None:
    first, second = seed(house.services, PLAN), seed(house.services, PLAN)
    page = open_page()
    log_in(page, "reviewer")
    begin(page, house)
    page.evaluate(SLOW)  # nobody waits for answers to be saved, and none is lost
    page.keyboard.press("Enter")
    expect(page.locator("#place-2.is-now")).to_be_visible()
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#place-1.is-now")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#text-1")).to_have_value("AA19NNV")
    page.keyboard.press("Enter")
    expect(page.locator("#place-1 .tag")).to_have_text("Corrected")
    expect(page.locator("#place-2.is-now")).to_be_visible()
    page.keyboard.press("Alt+u")
    expect(page.locator("#place-2 .tag")).to_have_text("Left to the whole page")
    expect(page.locator("#more")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Field by field")
    assert vrn(house, first) == ("AA19NNV", "corrected")
    assert vrn(house, second) is None


def test_what_does_not_fit_is_said_and_can_be_kept_as_written(
    house: House, open_page: OpenPage
) -> None:
    application = seed(house.services, PLAN)
    page = open_page()
    log_in(page, "reviewer")
    begin(page, house)
    page.locator("#text-1").fill("Z")
    page.keyboard.press("Enter")
    expect(page.locator(".apart__error")).to_contain_text("characters")
    expect(page.locator("#text-1")).to_be_focused()
    page.keyboard.press("Alt+w")
    expect(page.locator("#place-1 .tag")).to_have_text("Kept as written")
    assert vrn(house, application) == ("Z", "as_written")


def test_one_that_went_elsewhere_is_told_and_the_rest_goes_on(
    house: House, open_page: OpenPage
) -> None:
    first, second = seed(house.services, PLAN), seed(house.services, PLAN)
    page = open_page()
    log_in(page, "reviewer")
    begin(page, house)
    (me,) = [each for each in people.everyone(house.services) if each.name == "reviewer"]
    review.take(house.services, first, me)  # in another window, as a whole
    page.keyboard.press("Enter")
    expect(page.locator("#place-1 .tag")).to_have_text("Not saved")
    expect(page.locator("#said")).to_contain_text("went to someone else")
    page.keyboard.press("Enter")
    expect(page.locator("#place-2 .tag")).to_have_text("Accepted as read")
    wait_until(lambda: vrn(house, second) == ("AA19NMV", "accepted"), "it is saved", 15)
    assert vrn(house, first) is None


def test_keyed_unseen_a_difference_needs_a_second_look(house: House, open_page: OpenPage) -> None:
    same, other = seed(house.services, PLAN), seed(house.services, PLAN)
    page = open_page()
    log_in(page, "reviewer")
    begin(page, house, "Key it unseen")
    assert "AA19" not in page.content()
    page.keyboard.type("aa19nmv")
    page.keyboard.press("Enter")
    expect(page.locator("#place-1 .tag")).to_have_text("Accepted as read")
    page.keyboard.type("aa19nnv")
    page.keyboard.press("Enter")
    expect(page.locator("#place-2 .settle")).to_be_visible()
    page.keyboard.press("Enter")  # by habit: decides nothing
    expect(page.locator("#place-2 .tag")).to_have_text("Which is it?")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")  # as it was keyed
    page.keyboard.press("Enter")
    expect(page.locator("#place-2 .tag")).to_have_text("Corrected")
    assert vrn(house, same) == ("AA19NMV", "accepted")
    assert vrn(house, other) == ("AA19NNV", "corrected")


def test_a_choice_takes_no_enter_by_habit(house: House, open_page: OpenPage) -> None:
    application = seed(house.services)
    page = open_page()
    log_in(page, "reviewer")
    page.goto(f"{house.address}/fields/")
    page.locator("tr", has_text="The certificate was").locator("text=Check what was").click()
    expect(page.locator("#place-1.is-now")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Choose one")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#place-1 .tag")).to_have_text("Answered")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Field by field")
    answer = review.task(house.services, application).answers["request.reason"]
    assert (answer.value, answer.state) == ("stolen", "corrected")


def test_without_scripts_the_page_posts_as_a_whole(house: House, open_page: OpenPage) -> None:
    first, second = seed(house.services, PLAN), seed(house.services, PLAN)
    page = open_page(script=False)
    page.fill("#name", "reviewer")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Log in')")
    page.goto(f"{house.address}/fields/")
    page.click("text=Check what was read")
    page.locator('#place-1 [value="use"]').check()
    page.locator('#place-2 [value="absent"]').check()
    page.click("#more")
    assert vrn(house, first) == ("AA19NMV", "accepted")
    assert vrn(house, second) == (None, "absent")


def drawn(house: House, field: str, why: str = "sample") -> int:
    """A field of an application that the operator confirmed, to be keyed by others."""
    services = house.services
    (person,) = [each for each in people.everyone(services) if each.name == "operator"]
    application = seed(services, PLAN)
    reading = review.task(services, application).reading
    with services.database.writing() as connection:
        row = {
            "application_id": application, "revision": 1, "field": field, "why": why,
            "share": 0.02, "asked_at": services.now(), "outcome": "", "first_by": person.id,
            "first": Said("accepted", reading.field(field).value),
        }  # fmt: skip
        keyings.add(connection, [row])
        return keyings.of_application(connection, application)[-1].id


def test_second_keying_is_typing_and_enter(house: House, open_page: OpenPage) -> None:
    for _ in range(2):
        drawn(house, VRN)
    drawn(house, "request.reason")
    page = open_page()
    log_in(page, "reviewer")
    page.goto(f"{house.address}/keying/")
    page.click("text=Get next field")
    for text in ("AA19NMV", "AA19NNV"):
        expect(page.locator("#text")).to_be_focused()
        assert "AA19" not in page.content()
        page.keyboard.type(text.lower())
        page.keyboard.press("Enter")
        page.wait_for_load_state("networkidle")
    expect(page.locator("h1")).to_have_text("The certificate was")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#next-title")).to_have_text("Nothing waits for you")
    with house.services.database.reading() as connection:
        found = [keyings.get(connection, number) for number in (1, 2, 3)]
    assert [each.outcome for each in found[:2]] == ["agreed", ""]
    assert all(each.second is not None for each in found)


def test_second_keying_without_a_mouse_says_what_cannot_be_read(
    house: House, open_page: OpenPage
) -> None:
    number = drawn(house, VRN)
    page = open_page()
    log_in(page, "reviewer")
    page.goto(f"{house.address}/keying/")
    page.click("text=Get next field")
    expect(page.locator("#text")).to_be_focused()
    page.wait_for_function("document.querySelector('#keying').dataset.ready === ''")
    page.keyboard.press("Alt+u")
    expect(page.locator("#next-title")).to_have_text("Nothing waits for you")
    with house.services.database.reading() as connection:
        said = keyings.get(connection, number).second
    assert said is not None
    assert said.state == "illegible"


def test_a_supervisor_finds_what_went_out_wrong(house: House, open_page: OpenPage) -> None:
    services = house.services
    number = drawn(house, VRN)
    person: Person
    for name in ("reviewer", "second"):
        if name == "second":
            people.add(services, name, "reviewer", PASSWORD)
        (person,) = [each for each in people.everyone(services) if each.name == name]
        found = keying.take_next(services, person)
        assert found is not None
        keying.key(services, found.id, person, ("corrected", "AA19NNV"))
    page = open_page()
    log_in(page, "supervisor")
    page.click("text=Accuracy")
    expect(page.locator("#finding")).to_contain_text("Not certain yet")
    expect(page.locator("caption >> text=Delivered wrong")).to_be_visible()
    assert number == 1
