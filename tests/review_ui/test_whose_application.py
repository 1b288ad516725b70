"""An application is seen only by whoever has it on the desk."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from intake import people, review, waiting
from intake.model import LeaseLost
from intake.services import Services
from review_ui.desk import review as review_page
from tests.review_ui.filled import filled
from tests.review_ui.seed import Plan, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]
BORN = "applicant.date_of_birth"


@pytest.fixture
def application(services: Services, log_in: LogIn) -> str:
    """On the desk of the second reviewer."""
    made = seed(services)
    second = log_in("second")
    second.get("/desk/")
    assert second.post("/desk/next").location == f"/desk/{made}"
    return made


@pytest.mark.parametrize("outcome", ["save", "confirm", "accept_as_read"])
def test_posting_the_form_of_somebody_elses_application_shows_nothing_of_it(
    reviewer: Visitor, application: str, outcome: str
) -> None:
    reviewer.get("/desk/")
    answer = reviewer.post(f"/desk/{application}", {"outcome": outcome, "version": 1})
    assert answer.status_code == 409
    assert "is not on your desk" in answer.text
    assert "MAZDA" not in answer.text


@pytest.mark.parametrize("end", ["answer", "check"])
def test_asking_about_a_field_of_somebody_elses_application_tells_nothing(
    reviewer: Visitor, application: str, end: str
) -> None:
    reviewer.get("/desk/")
    answer = reviewer.post(f"/desk/{application}/{end}", {"field": BORN, "version": 1})
    assert answer.status_code == 409
    assert answer.json == {"gone": review_page.GONE}


def test_the_pages_of_deciding_are_not_shown_for_somebody_elses_application(
    reviewer: Visitor, application: str
) -> None:
    for page in ("return", "refer"):
        answer = reviewer.get(f"/desk/{application}/{page}")
        assert "is not on your desk" in answer.text


def test_page_pictures_are_for_whoever_has_it_and_for_supervisors(
    services: Services, reviewer: Visitor, application: str, log_in: LogIn
) -> None:
    (side, *_) = review.task(services, application).pictures
    path = f"/desk/{application}/pages/{side.picture}"
    assert log_in("second").get(path).status_code == 200
    assert log_in("supervisor").get(path).status_code == 200
    assert reviewer.get(path).status_code == 404


def test_a_page_picture_is_not_kept_by_the_browser_after_logging_out(
    services: Services, application: str, log_in: LogIn
) -> None:
    (side, *_) = review.task(services, application).pictures
    answer = log_in("second").get(f"/desk/{application}/pages/{side.picture}")
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_application_that_goes_while_the_page_is_made_is_told_so(
    application: str, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise LeaseLost

    monkeypatch.setattr(review, "heartbeat", lost)
    answer = log_in("second").get(f"/desk/{application}")
    assert answer.status_code == 409
    assert "is not on your desk" in answer.text


def test_a_return_that_is_posted_twice_leaves_one_application_on_the_desk(
    services: Services, application: str, log_in: LogIn
) -> None:
    following = {seed(services, Plan(seed=number)) for number in (4, 5)}
    second = log_in("second")
    second.get("/desk/")
    path = f"/desk/{application}/return"
    second.post(path, {**filled(second.get(path).text), "reason": "NOT_OURS", "outcome": "draft"})
    sent = {**filled(second.get(path).text), "outcome": "approve"}
    first = second.post(path, sent).location
    assert second.post(path, sent).location == first
    me = next(each for each in people.everyone(services) if each.name == "second")
    held = {
        w.application.id for w in waiting.soonest(services, me, limit=9) if w.holder == "second"
    }
    assert held < following
    assert len(held) == 1


def test_a_supervisor_may_look_at_it_without_taking_it(
    services: Services, reviewer: Visitor, application: str, log_in: LogIn
) -> None:
    second = next(each for each in people.everyone(services) if each.name == "second")
    review.answer(services, application, second, 1, (BORN, "as_written", "31 02 66"))
    boss = log_in("supervisor")
    path = f"/desk/{application}/look"
    assert path in boss.get(f"/desk/{application}").text
    assert path in boss.get("/overview/").text
    text = boss.get(path).text
    assert '<span class="mono">MAZDA</span>' in text
    assert text.count("To be checked") == 2
    assert re.search(r"31 02 66</span></td><td [^>]*>Kept as written", text)
    assert text.count('class="looked-at"') == 2
    assert waiting.soonest(services, second, limit=1)[0].holder == "second"
    for other in (reviewer, log_in("second")):
        assert "MAZDA" not in other.get(path).text
