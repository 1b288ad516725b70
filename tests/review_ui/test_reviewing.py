"""Reviewing without JavaScript: a form for the whole page, saved as far as it makes sense."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from intake import review
from intake.model import Status
from intake.records import releases
from intake.services import Services
from tests.review_ui.seed import DOUBTFUL, Clock, Plan, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]
VRN, BORN, REASON = "vehicle.vrn", "applicant.date_of_birth", "request.reason"
ALL = {
    f"given:{VRN}": "use",
    f"text:{VRN}": "AA19NNV",
    f"given:{BORN}": "use",
    f"text:{BORN}": "07101966",
    f"given:{REASON}": "is:damaged",
}


@pytest.fixture
def application(services: Services) -> str:
    return seed(services)


@pytest.fixture
def desk(reviewer: Visitor, application: str) -> Visitor:
    """A reviewer with the application in front of them."""
    reviewer.get("/desk/")
    reviewer.post("/desk/next")
    assert reviewer.get(f"/desk/{application}").status_code == 200
    return reviewer


def version(services: Services, application: str) -> int:
    return review.task(services, application).version


def send(desk: Visitor, services: Services, application: str, outcome: str, **given: object):  # type: ignore[no-untyped-def]
    seen = given.pop("version", version(services, application))
    data = {"outcome": outcome, "version": seen, **given}
    return desk.post(f"/desk/{application}", data)


def test_get_next_takes_the_one_due_first(services: Services, reviewer: Visitor) -> None:
    seed(services, Plan(seed=4))
    clock = services.now()
    early = seed(services, Plan(seed=5, received=clock.replace(day=2)))
    assert "2 waiting" not in reviewer.get("/desk/").text
    assert "1 application is due today or late" in reviewer.get("/desk/").text
    assert reviewer.post("/desk/next").location == f"/desk/{early}"


def test_what_is_due_counts_the_days_of_the_office(
    services: Services, reviewer: Visitor, clock: Clock
) -> None:
    clock.now = datetime(2026, 7, 1, 10, tzinfo=UTC)
    made = seed(services, Plan(received=clock.now))
    due = review.task(services, made).application.due_on
    clock.now = datetime(2026, 7, due.day - 1, 23, 30, tzinfo=UTC)  # half past midnight in London
    reviewer.log_in("reviewer")
    assert "1 application is due today or late" in reviewer.get("/desk/").text
    clock.now += timedelta(days=1)
    reviewer.log_in("reviewer")
    assert 'class="is-late"' in reviewer.get("/desk/").text


def test_get_next_first_gives_what_is_already_on_the_desk(
    services: Services, desk: Visitor, application: str
) -> None:
    seed(services, Plan(seed=5, received=services.now().replace(day=2)))
    assert desk.post("/desk/next").location == f"/desk/{application}"


def test_the_page_shows_only_what_is_doubtful_and_lists_the_rest(
    desk: Visitor, application: str
) -> None:
    text = desk.get(f"/desk/{application}").text
    assert re.findall(r'data-card="([^"]+)"', text) == [VRN, REASON, BORN]
    assert "3 fields to check" in text
    assert "Character 6 could be an M or an N." in text
    assert "7 October 1966" in text
    assert '<dd id="until">10:52</dd>' in text
    assert re.search(r'<th scope="row">Make</th><td class="mono">MAZDA</td>', text)


def test_everything_answered_is_saved_and_confirmed_in_one_post(
    services: Services, desk: Visitor, application: str
) -> None:
    answer = send(desk, services, application, "confirm", **ALL)
    assert answer.location == "/desk/"
    task = review.task(services, application)
    assert task.application.status == Status.READY
    assert {n: (a.state, a.value) for n, a in task.answers.items()} == {
        VRN: ("corrected", "AA19NNV"),
        BORN: ("accepted", "1966-10-07"),
        REASON: ("corrected", "damaged"),
    }
    assert "Nothing is waiting to be checked." in desk.get("/desk/").text


def test_unresolved_fields_are_named_and_the_rest_is_saved(
    services: Services, desk: Visitor, application: str
) -> None:
    answer = send(desk, services, application, "confirm", **{f"given:{VRN}": "illegible"})
    assert answer.status_code == 422
    assert "<title>Error: 2 to check" in answer.text
    problems = re.search(r'id="problems".*?</div>', answer.text, re.S)
    assert problems is not None
    assert "Check ‘Date of birth’" in problems[0]
    assert "Registration mark" not in problems[0]
    assert f'href="#text-{BORN.replace(".", "-")}"' in problems[0]
    assert review.task(services, application).answers[VRN].state == "illegible"


def test_a_text_that_does_not_fit_comes_back_with_the_reason(
    services: Services, desk: Visitor, application: str
) -> None:
    given = {**ALL, f"text:{BORN}": "31021966"}
    answer = send(desk, services, application, "confirm", **given)
    assert answer.status_code == 422
    assert "February 1966 has no day 31." in answer.text
    assert 'value="31021966"' in answer.text
    assert BORN not in review.task(services, application).answers
    assert VRN in review.task(services, application).answers


def test_a_changed_text_counts_even_when_no_decision_was_picked(
    services: Services, desk: Visitor, application: str
) -> None:
    send(desk, services, application, "save", **{f"text:{VRN}": "AA19NNV"})
    assert review.task(services, application).answers[VRN].value == "AA19NNV"


@pytest.mark.parametrize(
    ("given", "text", "kept"),
    [
        ("absent", "07101966", ("absent", None)),
        ("illegible", "07101966", ("illegible", None)),
        ("as_written", "31 02 66", ("as_written", "31 02 66")),
    ],
)
def test_no_value_is_ever_forced(
    services: Services, desk: Visitor, application: str, given: str, text: str, kept: object
) -> None:
    send(desk, services, application, "save", **{f"given:{BORN}": given, f"text:{BORN}": text})
    answer = review.task(services, application).answers[BORN]
    assert (answer.state, answer.value) == kept
    assert f'value="{given}" checked' in desk.get(f"/desk/{application}").text


def test_sending_the_same_page_twice_saves_once(
    services: Services, desk: Visitor, application: str
) -> None:
    send(desk, services, application, "save", **ALL)
    before = version(services, application)
    send(desk, services, application, "save", **ALL)
    assert version(services, application) == before


def test_a_double_click_on_confirm_goes_on_and_confirms_once(
    services: Services, desk: Visitor, application: str
) -> None:
    seen = version(services, application)
    send(desk, services, application, "confirm", **ALL, version=seen)
    after = version(services, application)
    answer = send(desk, services, application, "confirm", **ALL, version=seen)
    assert answer.location == "/desk/"
    assert version(services, application) == after


def test_sound_readings_can_be_accepted_together(
    services: Services, desk: Visitor, application: str
) -> None:
    assert ">Accept 2 as read<" in desk.get(f"/desk/{application}").text
    send(desk, services, application, "accept_as_read")
    answers = review.task(services, application).answers
    assert {name: each.state for name, each in answers.items()} == {
        VRN: "accepted",
        BORN: "accepted",
    }


def test_a_confident_field_can_be_changed_too(
    services: Services, desk: Visitor, application: str
) -> None:
    text = desk.get(f"/desk/{application}?change=vehicle.colour").text
    assert 'data-card="vehicle.colour"' in text
    given = {"given:vehicle.colour": "use", "text:vehicle.colour": "RED"}
    send(desk, services, application, "save", **given)
    assert review.task(services, application).answers["vehicle.colour"].value == "RED"
    assert 'data-card="vehicle.colour"' in desk.get(f"/desk/{application}").text


def test_an_old_page_changes_nothing_and_says_so(
    services: Services, desk: Visitor, application: str
) -> None:
    old = version(services, application)
    send(desk, services, application, "save", **{f"given:{VRN}": "illegible"})
    send(desk, services, application, "save", **{f"given:{VRN}": "absent"}, version=old)
    assert review.task(services, application).answers[VRN].state == "illegible"
    assert "changed in another window" in desk.get(f"/desk/{application}").text


def test_what_has_gone_to_someone_else_cannot_be_changed_and_says_so(
    services: Services, desk: Visitor, application: str, log_in: LogIn, clock: Clock
) -> None:
    send(desk, services, application, "save", **{f"given:{VRN}": "illegible"})
    seen = version(services, application)
    clock.pass_by(minutes=11)
    other = log_in("second")
    other.get("/desk/")
    other.post("/desk/next")
    answer = send(desk, services, application, "confirm", **ALL, version=seen)
    assert answer.status_code == 409
    assert "is not on your desk" in answer.text
    assert "Someone else is checking it until 11:03" in answer.text
    assert "With second until 11:03" in desk.get("/desk/").text
    assert "1 left" not in other.get(f"/desk/{application}").text
    assert "2 left" in other.get(f"/desk/{application}").text  # the saved answer is kept


def test_someone_elses_application_is_not_shown(
    desk: Visitor, application: str, log_in: LogIn
) -> None:
    other = log_in("second")
    assert "is not on your desk" in other.get(f"/desk/{application}").text
    other.post(f"/desk/{application}/take")
    assert "reviewer is checking this one" in other.get("/desk/").text
    assert "MAZDA" not in other.get(f"/desk/{application}").text


def test_the_return_page_says_who_is_told(
    services: Services, desk: Visitor, application: str
) -> None:
    path = f"/desk/{application}/return"
    assert "Nothing is sent to other systems." in desk.get(path).text
    with services.database.writing() as connection:
        releases.add(connection, application, 1, "{}", services.now())
    assert "the system that has it is told that it was returned" in desk.get(path).text


def test_a_second_click_on_accept_as_read_is_no_conflict(
    services: Services, desk: Visitor, application: str
) -> None:
    for _ in range(2):
        assert send(desk, services, application, "accept_as_read", version=1).status_code == 302
    text = desk.get(f"/desk/{application}").text
    assert "Load it again, then answer." not in text
    assert set(review.task(services, application).answers) == {VRN, BORN}


def test_referring_needs_a_note_and_only_supervisors_see_it_after(
    services: Services, desk: Visitor, application: str, log_in: LogIn
) -> None:
    path = f"/desk/{application}/refer"
    desk.get(path)
    assert desk.post(path, {"version": version(services, application)}).status_code == 422
    note = "Two people signed this."
    desk.post(path, {"version": version(services, application), "note": note})
    assert "Referred to a supervisor" in desk.get("/desk/").text
    boss = log_in("supervisor")
    assert note in boss.get("/overview/").text
    boss.post("/desk/next")
    assert note in boss.get(f"/desk/{application}").text


def test_given_back_it_waits_again(services: Services, desk: Visitor, application: str) -> None:
    desk.post(f"/desk/{application}/give-back")
    assert review.task(services, application).application.holder is None
    assert "is back in the queue" in desk.get("/desk/").text


def test_a_decision_can_be_reopened_for_a_while(
    services: Services, desk: Visitor, application: str, clock: Clock
) -> None:
    send(desk, services, application, "confirm", **ALL)
    assert "Reopen" in desk.get("/desk/").text
    assert desk.post(f"/desk/{application}/reopen").location == f"/desk/{application}"
    assert review.task(services, application).application.revision == 2
    send(desk, services, application, "confirm")
    clock.pass_by(minutes=11)
    assert "Reopen" not in desk.get("/desk/").text
    desk.post(f"/desk/{application}/reopen")
    assert "time to reopen this has passed" in desk.get("/desk/").text


def test_an_unknown_form_shows_its_page_and_two_ways_out(
    services: Services, reviewer: Visitor
) -> None:
    application = seed(services, Plan(seed=9, code="UNKNOWN"))
    reviewer.get("/desk/")
    reviewer.post("/desk/next")
    text = reviewer.get(f"/desk/{application}").text
    assert "The form was not recognised" in text
    assert 'class="viewer__page"' in text
    assert "data-card" not in text
    assert f"/desk/{application}/return" in text
    assert f"/desk/{application}/refer" in text
    assert 'value="confirm"' not in text


def test_rules_across_fields_are_told_in_words(services: Services, reviewer: Visitor) -> None:
    changes = {**DOUBTFUL, BORN: {**DOUBTFUL[BORN], "value": "1966-10-07", "raw": "07101966"}}
    application = seed(services, Plan(changes=changes))
    reviewer.get("/desk/")
    reviewer.post("/desk/next")
    data = {"outcome": "save", "version": 1, f"given:{BORN}": "use", f"given:{VRN}": "use"}
    reviewer.post(f"/desk/{application}", data)
    text = reviewer.get(f"/desk/{application}").text
    assert "These answers do not go together" in text
    assert "‘Registration mark’ is AA19NMV in one place and AA19NNV in another." in text
