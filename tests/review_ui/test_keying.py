"""Second keying and the accuracy page: what is shown, to whom, and what comes of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from intake import keying, people, review
from intake.keyed import Keying, Said
from intake.model import Person, Status
from intake.records import applications, keyings
from intake.services import Services
from tests.review_ui.seed import DOUBTFUL, Clock, Plan, seed, services_in
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]
VRN = "vehicle.vrn"
VALUE = "AA19NMV"


@pytest.fixture
def services(furnished: Path, tmp_path: Path, clock: Clock) -> Iterator[Services]:
    """Nothing is drawn but what a test asks for."""
    opened = services_in(Path(shutil.copytree(furnished, tmp_path / "var")), clock)
    chosen = opened.settings.model_copy(update={"keying_percent": 0.0})
    yield replace(opened, settings=chosen)
    opened.close()


def someone(services: Services, name: str) -> Person:
    (found,) = [each for each in people.everyone(services) if each.name == name]
    return found


def asked(services: Services, field: str = VRN, by: str = "operator") -> Keying:
    """An application that somebody confirmed, of which one field is drawn for second keying."""
    application = seed(services, Plan(changes={VRN: DOUBTFUL[VRN]}))
    person = someone(services, by)
    review.take(services, application, person)
    version = review.accept_as_read(services, application, person, 1)
    review.confirm(services, application, person, version)
    task = review.task(services, application)
    with services.database.writing() as connection:
        answer = task.answers.get(field)
        value = answer.value if answer else task.reading.field(field).value
        row = {
            "application_id": application, "revision": 1, "field": field, "why": "sample",
            "share": 0.02, "asked_at": services.now(), "first": Said("accepted", value),
            "first_by": person.id, "outcome": "",
        }  # fmt: skip
        keyings.add(connection, [row])
        return keyings.of_application(connection, application)[-1]


def now(services: Services, found: Keying) -> Keying:
    with services.database.reading() as connection:
        return keyings.get(connection, found.id)


def begin(visitor: Visitor) -> str:
    visitor.get("/keying/")
    assert visitor.post("/keying/next").location == "/keying/field"
    return visitor.get("/keying/field").text


def test_a_field_is_shown_and_nothing_tells_what_it_says(
    services: Services, reviewer: Visitor
) -> None:
    found = asked(services)
    assert "1 field waits for you" in reviewer.get("/keying/").text
    text = begin(reviewer)
    assert 'name="text" value=""' in text
    for told in (VALUE, "AA19", "Unsure", "data-mark", "an M or an N", "accepted"):
        assert told not in text
    task = review.task(services, found.application_id)
    others = [str(each.value) for each in task.reading.fields if len(str(each.value)) > 5]
    assert not [each for each in others if each in text]
    assert reviewer.get("/keying/").location == "/keying/field"  # it is still theirs


def test_enter_saves_and_gets_the_next(services: Services, reviewer: Visitor) -> None:
    first, second = asked(services), asked(services)
    begin(reviewer)
    reply = reviewer.post(f"/keying/{first.id}", {"given": "use", "text": "aa19 nmv"})
    assert reply.location == "/keying/field"
    assert now(services, first).outcome == "agreed"
    reply = reviewer.post(f"/keying/{second.id}", {"given": "use", "text": VALUE})
    assert reply.location == "/keying/"
    assert "Nothing is left for you to key" in reviewer.get("/keying/").text


def test_sent_twice_it_counts_once(services: Services, reviewer: Visitor) -> None:
    found = asked(services)
    begin(reviewer)
    reviewer.post(f"/keying/{found.id}", {"given": "use", "text": VALUE})
    assert reviewer.post(f"/keying/{found.id}", {"given": "use", "text": "AA19NNV"}).location == (
        "/keying/"
    )
    assert now(services, found).outcome == "agreed"


@pytest.mark.parametrize("given", ["absent", "illegible"])
def test_left_blank_and_cannot_read_need_no_text(
    services: Services, reviewer: Visitor, given: str
) -> None:
    found = asked(services)
    begin(reviewer)
    reviewer.post(f"/keying/{found.id}", {"given": given, "text": ""})
    said = now(services, found).second
    assert said is not None
    assert (said.state, now(services, found).stage) == (given, "third")


def test_a_mistake_is_shown_with_what_was_typed_and_can_be_kept_as_written(
    services: Services, reviewer: Visitor
) -> None:
    found = asked(services)
    begin(reviewer)
    reply = reviewer.post(f"/keying/{found.id}", {"given": "use", "text": "Z"})
    assert reply.status_code == 422
    assert 'value="Z"' in reply.text
    assert "There is a problem" in reply.text
    assert "Keep as written" in reply.text
    assert reviewer.post(f"/keying/{found.id}", {}).status_code == 422
    reviewer.post(f"/keying/{found.id}", {"given": "as_written", "text": "Z"})
    said = now(services, found).second
    assert said is not None
    assert (said.state, said.value) == ("as_written", "Z")


def test_choices_and_signatures_are_keyed_with_buttons(
    services: Services, reviewer: Visitor
) -> None:
    found = asked(services, "request.reason")
    text = begin(reviewer)
    assert "(as read)" not in text
    assert " checked" not in text
    value = now(services, found).first.value
    assert reviewer.post(f"/keying/{found.id}", {"given": "is:nothing"}).status_code == 422
    reviewer.post(f"/keying/{found.id}", {"given": f"is:{value}"})
    assert now(services, found).outcome == "agreed"


def test_the_picture_is_the_fields_place_for_who_has_it_alone(
    services: Services, reviewer: Visitor, log_in: LogIn, clock: Clock
) -> None:
    found = asked(services)
    url = f"/keying/pictures/{found.id}.jpg"
    assert reviewer.get(url).status_code == 404
    assert url in begin(reviewer)
    reply = reviewer.get(url)
    side = review.task(services, found.application_id).pictures[0]
    with Image.open(BytesIO(reply.data)) as picture:
        assert picture.width < side.laid_width / 3
        assert picture.height < side.laid_height / 10
    second = log_in("second")
    assert second.get(url).status_code == 404
    assert second.get("/keying/field").location == "/keying/"
    clock.pass_by(minutes=11)
    assert reviewer.get(url).status_code == 404


def test_stopping_puts_it_back(services: Services, reviewer: Visitor, log_in: LogIn) -> None:
    found = asked(services)
    begin(reviewer)
    assert reviewer.post(f"/keying/{found.id}", {"given": "put_back"}).location == "/keying/"
    assert now(services, found).holder is None
    begin(log_in("second"))


def test_what_a_text_means_is_told_without_saving(services: Services, reviewer: Visitor) -> None:
    asked(services, "applicant.date_of_birth")
    begin(reviewer)
    told = reviewer.post("/keying/check", {"text": "07101966"}).get_json()
    assert told["meaning"] == "7 October 1966"


def test_nobody_keys_their_own(services: Services, log_in: LogIn) -> None:
    asked(services, by="second")
    assert "Nothing waits for you" in log_in("second").get("/keying/").text
    assert "1 field waits for you" in log_in("reviewer").get("/keying/").text


class TestAccuracy:
    @pytest.fixture
    def supervisor(self, log_in: LogIn) -> Visitor:
        return log_in("supervisor")

    def differ(self, services: Services, *texts: str) -> Keying:
        """A field that was keyed otherwise by the second, and perhaps the third person."""
        found = asked(services)
        for name, text in zip(("reviewer", "second"), texts, strict=False):
            given = keying.take_next(services, someone(services, name))
            assert given is not None
            keying.key(services, given.id, someone(services, name), ("corrected", text))
        return now(services, found)

    def test_too_few_are_not_certain_and_never_100_percent(
        self, services: Services, supervisor: Visitor
    ) -> None:
        text = supervisor.get("/accuracy/").text
        assert "Not certain yet: 0 fields were keyed twice" in text
        self.agree(services)
        text = supervisor.get("/accuracy/").text
        assert "Too few to say" in text
        assert "100 %" not in text
        assert "100.0 %" not in text
        assert "Registration" in text

    def agree(self, services: Services, wrong: bool = False) -> None:
        found = asked(services)
        with services.database.writing() as connection:
            final = Said("corrected", "AA19NNV" if wrong else VALUE)
            keyings.change(
                connection, found.id, second=final, final=final, closed_at=services.now(),
                outcome="second" if wrong else "agreed",
            )  # fmt: skip

    def test_a_rate_is_told_with_its_range_in_words_and_as_a_picture(
        self, services: Services, supervisor: Visitor
    ) -> None:
        found = asked(services)
        with services.database.writing() as connection:
            row = connection.exec_driver_sql("SELECT * FROM keyings").mappings().one()
            columns = ", ".join(f'"{name}"' for name in row if name not in ("id", "revision"))
            wrong = '{"state": "corrected", "value": "X", "how": "person"}'
            connection.exec_driver_sql(
                "UPDATE keyings SET outcome = 'agreed', final = first, closed_at = asked_at"
            )
            for n in range(2, 60):
                connection.exec_driver_sql(
                    f"INSERT INTO keyings (revision, {columns}) SELECT ?, {columns} FROM keyings"  # noqa: S608
                    " WHERE revision = 1", (n,)
                )  # fmt: skip
            connection.exec_driver_sql(
                "UPDATE keyings SET final = ?, outcome = 'second' WHERE revision <= 6", (wrong,)
            )
        text = supervisor.get("/accuracy/?days=30").text
        assert "More answers are wrong than the target allows." in text
        assert "59 fields were keyed twice." in text
        assert "10.2 %" in text
        assert "4.7 % to 20.5 %" in text
        assert "Misses the target" in text
        assert '<svg class="range"' in text
        assert found.application_id[-4:] in text  # the one that can be reopened

    def test_nobody_else_sees_it(self, log_in: LogIn) -> None:
        assert log_in("reviewer").get("/accuracy/").status_code == 403

    def test_a_supervisor_decides_between_three(
        self, services: Services, supervisor: Visitor
    ) -> None:
        found = self.differ(services, "AA19NNV", "AA19NWV")
        text = supervisor.get("/accuracy/").text
        assert "All three differ" in text
        text = supervisor.get(f"/accuracy/{found.id}").text
        for value in ("AA19 NMV", "AA19 NNV", "AA19 NWV"):
            assert value in text
        assert supervisor.get(f"/accuracy/pictures/{found.id}.jpg").mimetype == "image/jpeg"
        assert supervisor.post(f"/accuracy/{found.id}", {}).status_code == 422
        bad = {"picked": "other", "text": "Z"}
        assert supervisor.post(f"/accuracy/{found.id}", bad).status_code == 422
        reply = supervisor.post(f"/accuracy/{found.id}", {"picked": "third"})
        assert reply.location == "/accuracy/"
        assert now(services, found).outcome == "chosen"
        text = supervisor.get("/accuracy/").text
        assert "The first answer was wrong." in text
        assert "Reopen and put right" in text
        assert supervisor.get(f"/accuracy/{found.id}").location == "/accuracy/"

    @pytest.mark.parametrize(
        ("picked", "text", "outcome"),
        [("first", "", "first"), ("second", "", "second"), ("other", "aa19 nxv", "chosen")],
    )
    def test_or_without_a_third_person(
        self, services: Services, supervisor: Visitor, picked: str, text: str, outcome: str
    ) -> None:
        found = self.differ(services, "AA19NNV")
        assert "Waits for a third person" in supervisor.get("/accuracy/").text
        supervisor.get(f"/accuracy/{found.id}")
        supervisor.post(f"/accuracy/{found.id}", {"picked": picked, "text": text})
        assert now(services, found).outcome == outcome

    def test_what_was_delivered_wrong_can_be_reopened_until_it_was_acknowledged(
        self, services: Services, supervisor: Visitor, clock: Clock
    ) -> None:
        found = self.differ(services, "AA19NNV", "AA19NNV")
        clock.pass_by(hours=10)
        assert "Reopen and put right" in supervisor.get("/accuracy/").text
        with services.database.writing() as connection:
            applications.change(connection, found.application_id, status=Status.ACKNOWLEDGED)
        assert "cannot be reopened" in supervisor.get("/accuracy/").text
        assert supervisor.post(f"/accuracy/{found.id}/reopen").location == "/accuracy/"
        assert "can no longer be reopened" in supervisor.get("/accuracy/").text
        with services.database.writing() as connection:
            applications.change(connection, found.application_id, status=Status.RELEASED)
        reply = supervisor.post(f"/accuracy/{found.id}/reopen")
        assert reply.location == f"/desk/{found.application_id}"
        assert "Delivered wrong" not in supervisor.get("/accuracy/").text

    def test_sensitive_ones_are_for_cleared_supervisors(
        self, services: Services, supervisor: Visitor
    ) -> None:
        found = self.differ(services, "AA19NNV")
        with services.database.writing() as connection:
            applications.change(connection, found.application_id, sensitive=True)
        assert f"/accuracy/{found.id}" not in supervisor.get("/accuracy/").text
        assert supervisor.get(f"/accuracy/{found.id}").status_code == 404
        assert supervisor.get(f"/accuracy/pictures/{found.id}.jpg").status_code == 404
        assert supervisor.post(f"/accuracy/{found.id}/reopen").status_code == 404
        assert review.task(services, found.application_id).application.holder is None
