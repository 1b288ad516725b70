"""One field across many applications: what its page shows, saves and refuses."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from intake import fieldwise, people, review
from intake.model import Status
from intake.services import Services
from tests.review_ui.seed import DOUBTFUL, Clock, Plan, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]
FORM = "/fields/V62-S/2026-11"
VRN = "vehicle.vrn"
PAGE = f"{FORM}/{VRN}"
ONE = {VRN: DOUBTFUL[VRN]}
SURNAME = "applicant.name.family"


@pytest.fixture
def application(services: Services) -> str:
    return seed(services, Plan(changes=ONE))


@pytest.fixture
def working(reviewer: Visitor, application: str) -> Visitor:
    """A reviewer with one application before them, as it was read."""
    reviewer.get("/fields/")
    assert reviewer.post(f"{PAGE}/get").location == PAGE
    assert reviewer.get(PAGE).status_code == 200
    return reviewer


def blind(visitor: Visitor) -> str:
    visitor.get("/fields/")
    visitor.post(f"{PAGE}/get", {"blind": "1"})
    return visitor.get(f"{PAGE}?blind=1").text


def answer(visitor: Visitor, application: str, **given: str) -> dict[str, object]:
    sent = {"application": application, "version": "1", "given": "use", "text": "", **given}
    reply = visitor.post(f"{PAGE}/answer", dict(sent))
    return {"status": reply.status_code, **reply.get_json()}


def answered(services: Services, application: str) -> tuple[object, str] | None:
    found = review.task(services, application).answers.get(VRN)
    return (found.value, found.state) if found else None


def test_the_fields_that_wait_are_listed_with_how_many(
    services: Services, reviewer: Visitor
) -> None:
    seed(services)
    seed(services, Plan(seed=4, changes=ONE))
    text = reviewer.get("/fields/").text
    assert text.index("Registration") < text.index("Date of birth")
    assert text.count("Key it unseen</span>") + text.count("Key it unseen<span") == 3


def test_nothing_waits(reviewer: Visitor) -> None:
    assert "No field is waiting" in reviewer.get("/fields/").text
    reviewer.get("/fields/")
    answer = reviewer.post(f"{PAGE}/get")
    assert answer.location == "/fields/"
    assert "Nothing is left to check" in reviewer.get("/fields/").text
    assert reviewer.get(PAGE).location == "/fields/"


def test_only_that_field_of_the_form_is_shown(working: Visitor, services: Services) -> None:
    text = working.get(PAGE).text
    assert 'value="AA19NMV"' in text
    reading = review.task(services, fieldwise_ids(services)[0]).reading
    others = {
        str(each.value) for each in reading.fields
        if isinstance(each.value, str) and len(each.value) > 4 and "AA19" not in each.value
    }  # fmt: skip
    assert others
    assert not [each for each in others if each in text]


def fieldwise_ids(services: Services) -> list[str]:
    (person,) = [each for each in people.everyone(services) if each.name == "reviewer"]
    found = fieldwise.lent(services, person, ("V62-S", "2026-11", VRN))
    return [each.application.id for each in found]


def test_an_accepted_field_is_saved_at_once_and_the_application_waits_to_be_confirmed(
    working: Visitor, services: Services, application: str
) -> None:
    told = answer(working, application, text="AA19NMV")
    assert (told["status"], told["version"], told["given"]) == (200, 2, "use")
    assert answered(services, application) == ("AA19NMV", "accepted")
    task = review.task(services, application)
    assert (task.application.status, task.unresolved) == (Status.IN_REVIEW, ())
    assert "1 of 1 done" in working.get(PAGE).text


@pytest.mark.parametrize(
    ("given", "text", "kept"),
    [
        ("use", "aa19 nnv", ("AA19NNV", "corrected")),
        ("absent", "", (None, "absent")),
        ("as_written", "??", ("??", "as_written")),
    ],
)
def test_what_is_said_is_kept_as_said(
    working: Visitor, services: Services, application: str, given: str, text: str, kept: object
) -> None:
    assert answer(working, application, given=given, text=text)["status"] == 200
    assert answered(services, application) == kept


def test_what_does_not_fit_is_refused_in_words(
    working: Visitor, services: Services, application: str
) -> None:
    told = answer(working, application, text="A")
    assert told["status"] == 422
    assert told["problem"]
    assert answered(services, application) is None


def test_leaving_it_to_the_whole_page_takes_it_from_here(
    working: Visitor, services: Services, application: str
) -> None:
    assert answer(working, application, given="page")["sent"] is True
    assert working.get(PAGE).location == "/fields/"
    assert "No field is waiting" in working.get("/fields/").text
    assert review.task(services, application).application.whole_page


def test_an_old_version_and_somebody_elses_application_are_told_in_words(
    working: Visitor, log_in: LogIn, services: Services, application: str, clock: Clock
) -> None:
    assert "another window" in str(
        answer(working, application, text="AA19NMV", version="7")["gone"]
    )
    assert "another window" in str(
        answer(working, application, text="AA19NMV", version="x")["gone"]
    )
    second = log_in("second")
    assert "went to someone else" in str(answer(second, application, text="AA19NMV")["gone"])
    clock.pass_by(minutes=11)
    second.post("/desk/next")
    assert answer(working, application, text="AA19NMV")["status"] == 409


def test_the_picture_is_a_small_part_of_the_page_for_who_it_is_lent_to_alone(
    working: Visitor, log_in: LogIn, services: Services, application: str, clock: Clock
) -> None:
    url = f"/fields/pictures/{application}/{VRN}.jpg"
    assert url in working.get(PAGE).text
    reply = working.get(url)
    assert (reply.mimetype, reply.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    side = review.task(services, application).pictures[0]
    with Image.open(BytesIO(reply.data)) as picture:
        place = services.packs["V62-S", "2026-11"].by_name[VRN].box
        assert picture.width < side.laid_width * (place.width + 0.03)
        assert picture.height < side.laid_height * (place.height + 0.02)
    for path in (
        f"/fields/pictures/{application}/{SURNAME}.jpg",  # not the lent field
        f"/fields/pictures/{application[:-1]}0/{VRN}.jpg",
        f"/fields/pictures/{application}/none.jpg",
    ):
        assert working.get(path).status_code == 404
    assert log_in("second").get(url).status_code == 404
    assert log_in("supervisor").get(url).status_code == 404
    whole = f"/desk/{application}/pages/{side.laid}"
    assert working.get(whole).status_code == 404  # having one field is not having the page
    clock.pass_by(minutes=11)
    assert working.get(url).status_code == 404


class TestKeyedUnseen:
    def test_the_page_tells_nothing_of_what_was_read(
        self, reviewer: Visitor, application: str
    ) -> None:
        text = blind(reviewer)
        assert "Key what you see" in text
        for told in ("AA19", "an M or an N", "data-mark", "Unsure", "data-suggest"):
            assert told not in text

    def test_the_same_as_the_machine_is_an_acceptance(
        self, reviewer: Visitor, services: Services, application: str
    ) -> None:
        blind(reviewer)
        assert answer(reviewer, application, text="aa19 nmv", blind="1")["given"] == "use"
        assert answered(services, application) == ("AA19NMV", "accepted")

    @pytest.mark.parametrize(
        ("settled", "kept"),
        [("keyed", ("AA19NNV", "corrected")), ("machine", ("AA19NMV", "accepted"))],
    )
    def test_something_else_is_asked_about_with_both_in_sight(
        self, reviewer: Visitor, services: Services, application: str, settled: str, kept: object
    ) -> None:
        blind(reviewer)
        told = answer(reviewer, application, text="AA19NNV", blind="1")
        assert told["differs"] == {"keyed": "AA19NNV", "machine": "AA19NMV"}
        assert answered(services, application) is None
        answer(reviewer, application, text="AA19NNV", blind="1", settled=settled)
        assert answered(services, application) == kept

    def test_left_blank_differs_too(
        self, reviewer: Visitor, services: Services, application: str
    ) -> None:
        blind(reviewer)
        told = answer(reviewer, application, given="absent", blind="1")
        assert told["differs"] == {"keyed": "", "machine": "AA19NMV"}

    def test_where_nothing_was_read_there_is_nothing_to_compare(
        self, reviewer: Visitor, services: Services
    ) -> None:
        unread = {**ONE[VRN], "value": None, "raw": "", "status": "illegible"}
        application = seed(services, Plan(changes={VRN: unread}))
        blind(reviewer)
        assert answer(reviewer, application, text="AA19NNV", blind="1")["status"] == 200
        assert answered(services, application) == ("AA19NNV", "corrected")

    def test_a_choice_is_keyed_with_radio_buttons(
        self, reviewer: Visitor, services: Services
    ) -> None:
        name = "request.reason"
        read = {"value": "lost", "status": "auto", "doubts": DOUBTFUL[name]["doubts"]}
        application = seed(services, Plan(changes={name: read}))
        path = f"{FORM}/{name}"
        reviewer.get("/fields/")
        reviewer.post(f"{path}/get", {"blind": "1"})
        text = reviewer.get(f"{path}?blind=1").text
        assert "(as read)" not in text
        assert " checked" not in text
        sent = {"application": application, "version": "1", "given": "is:stolen", "blind": "1"}
        told = reviewer.post(f"{path}/answer", dict(sent)).get_json()
        assert told["differs"]["keyed"] != told["differs"]["machine"]
        reviewer.post(f"{path}/answer", {**sent, "given": "is:lost"})
        assert review.task(services, application).answers[name].state == "accepted"


class TestWithoutScripts:
    def form(self, application: str, **given: str) -> dict[str, object]:
        return {"outcome": "more", f"version:{application}": "1"} | {
            f"{key}:{application}": value for key, value in given.items()
        }

    def test_the_whole_page_posts_and_more_is_got(
        self, working: Visitor, services: Services, application: str
    ) -> None:
        other = seed(services, Plan(seed=4, changes=ONE))
        form = self.form(application, given="use", text="AA19NMV")
        assert working.post(PAGE, form).location == PAGE
        assert answered(services, application) == ("AA19NMV", "accepted")
        assert fieldwise_ids(services) == [other]

    def test_a_mistake_is_shown_with_the_page_again(
        self, working: Visitor, services: Services, application: str
    ) -> None:
        reply = working.post(PAGE, self.form(application, given="use", text="A"))
        assert reply.status_code == 422
        assert "There is a problem" in reply.text
        assert 'href="#place-1"' in reply.text
        assert answered(services, application) is None

    def test_a_difference_is_asked_about(
        self, reviewer: Visitor, services: Services, application: str
    ) -> None:
        blind(reviewer)
        form = {**self.form(application, given="use", text="AA19NNV"), "blind": "1"}
        reply = reviewer.post(PAGE, form)
        assert reply.status_code == 422
        assert "You and the machine differ" in reply.text
        assert "AA19NMV" in reply.text
        assert 'value="AA19NNV"' in reply.text
        form[f"settled:{application}"] = "machine"
        assert reviewer.post(PAGE, form).status_code == 302
        assert answered(services, application) == ("AA19NMV", "accepted")

    def test_what_went_elsewhere_is_counted(
        self, working: Visitor, services: Services, application: str
    ) -> None:
        fieldwise.give_back(services, people.everyone(services)[1])
        working.post(PAGE, self.form(application, given="use", text="AA19NMV"))
        assert "1 application went to someone else" in working.get("/fields/").text

    def test_stopping_gives_everything_back(self, working: Visitor, services: Services) -> None:
        assert working.post("/fields/stop").location == "/fields/"
        assert fieldwise_ids(services) == []


@pytest.mark.parametrize(
    "path", ["/fields/V62-S/2026-11/none", "/fields/NONE/1/vehicle.vrn", "/fields/V62-S/x/y"]
)
def test_fields_that_no_form_has_are_not_found(reviewer: Visitor, path: str) -> None:
    assert reviewer.get(path).status_code == 404
    assert reviewer.post(f"{path}/get").status_code == 404
    assert reviewer.post(f"{path}/answer").status_code == 404


def test_hostile_posts_are_refused_in_words(working: Visitor, application: str) -> None:
    assert working.post(f"{PAGE}/answer", {"application": "x" * 500}).status_code == 404
    assert answer(working, application, text="A" * 9000)["status"] == 422
    assert answer(working, application, given="is:\x00", text="A")["status"] == 422
    assert working.post(f"{PAGE}/check", {"text": "Z" * 9000}).status_code == 200
