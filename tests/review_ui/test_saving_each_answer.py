"""What the review page's script calls: one answer saved, a text looked up, the desk held."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from intake import review
from intake.services import Services
from tests.review_ui.seed import Clock, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]
BORN = "applicant.date_of_birth"


@pytest.fixture
def application(services: Services, reviewer: Visitor) -> str:
    made = seed(services)
    reviewer.get("/desk/")
    reviewer.post("/desk/next")
    return made


def _answer(given: str = "use", text: str = "07101960", version: int = 1) -> dict[str, object]:
    return {
        "field": BORN,
        f"given:{BORN}": given,
        f"text:{BORN}": text,
        "version": version,
    }


def test_an_answer_is_saved_and_the_new_standing_told(
    services: Services, reviewer: Visitor, application: str
) -> None:
    answer = reviewer.post(f"/desk/{application}/answer", _answer())
    assert answer.status_code == 200
    told = answer.json
    assert told is not None
    assert told["version"] == 2
    assert told["tag"] == {"tone": "good", "text": "Corrected"}
    assert (told["given"], told["text"]) == ("use", "07101960")
    assert (told["saved"], told["until"], told["seconds"]) == ("10:42", "10:52", 600)
    (disagreement,) = told["disagreements"]
    assert disagreement == {
        "message": "‘Registration mark’ is AA19NMV in one place and AA19NNV in another.",
        "fields": [
            {"name": "vehicle.vrn", "label": "Registration mark"},
            {"name": "vehicle.vrn_again", "label": "Registration mark again"},
        ],
    }
    assert told["acceptable"] == 0
    assert review.task(services, application).answers[BORN].value == "1960-10-07"


def test_what_does_not_fit_is_refused_in_words_and_not_saved(
    services: Services, reviewer: Visitor, application: str
) -> None:
    answer = reviewer.post(f"/desk/{application}/answer", _answer(text="07131960"))
    assert (answer.status_code, answer.json) == (
        422,
        {"problem": "13 is not a month. Dates are day, month, year."},
    )
    assert review.task(services, application).answers == {}


def test_an_old_version_is_refused_in_words(reviewer: Visitor, application: str) -> None:
    reviewer.post(f"/desk/{application}/answer", _answer())
    answer = reviewer.post(f"/desk/{application}/answer", _answer(given="absent"))
    assert answer.status_code == 409
    assert answer.json is not None
    assert "changed in another window" in answer.json["changed"]


def test_once_someone_else_has_it_every_write_is_refused_in_words(
    reviewer: Visitor, application: str, log_in: LogIn, clock: Clock
) -> None:
    clock.pass_by(minutes=11)
    log_in("second").post("/desk/next")
    for end, data in (("answer", _answer()), ("heartbeat", {})):
        answer = reviewer.post(f"/desk/{application}/{end}", data)
        assert answer.status_code == 409
        assert answer.json is not None
        assert "no longer on your desk" in answer.json["gone"]


def test_a_field_the_form_has_not_is_not_found(reviewer: Visitor, application: str) -> None:
    data = {"field": "no.such", "given:no.such": "use", "text:no.such": "X", "version": 1}
    assert reviewer.post(f"/desk/{application}/answer", data).status_code == 404


def test_a_choice_the_form_has_not_is_refused(reviewer: Visitor, application: str) -> None:
    name = "request.reason"
    data = {"field": name, f"given:{name}": "is:eaten", "version": 1}
    assert reviewer.post(f"/desk/{application}/answer", data).status_code == 422


def test_looking_a_text_up_saves_nothing(
    services: Services, reviewer: Visitor, application: str
) -> None:
    answer = reviewer.post(f"/desk/{application}/check", {"field": BORN, "text": "17031974"})
    assert answer.json == {"text": "17031974", "meaning": "17 March 1974", "problem": ""}
    assert review.task(services, application).version == 1


def test_activity_holds_the_application(reviewer: Visitor, application: str, clock: Clock) -> None:
    clock.pass_by(minutes=9)
    answer = reviewer.post(f"/desk/{application}/heartbeat")
    assert answer.json == {"until": "11:01", "seconds": 600}


def test_the_application_of_somebody_else_cannot_be_looked_into(
    reviewer: Visitor, application: str, log_in: LogIn
) -> None:
    other = log_in("second")
    answer = other.post(f"/desk/{application}/answer", _answer())
    assert answer.status_code == 409
    assert "07101960" not in answer.text
