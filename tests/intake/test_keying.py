"""Second keying: who is asked, what becomes of a delivery, and what two and three people settle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from intake import audit, delivery, keying, review, sampling
from intake.keyed import Keying
from intake.model import Answer, BadValue, LeaseLost, NotForYou, Person, Status, TooLate
from intake.records import applications, keyings
from intake.records import people as person_rows
from intake.services import Services
from tests.intake.house import Clock, Read, failing, job_states, now, open_house, read_item
from tests.intake.keyed_post import NAME, READ, VRN, confirmed, have_pack, status, waiting_item

RIGHT, WRONG = ("corrected", "ab12 cde"), ("corrected", "AB12CDF")


@pytest.fixture
def services(tmp_path: Path, clock: Clock) -> Iterator[Services]:
    """Only critical fields are keyed twice; tests that want a sample say so."""
    opened = open_house(tmp_path / "var", clock, keying_percent="0")
    have_pack(opened)
    yield opened
    opened.close()


@pytest.fixture
def cat(services: Services) -> Person:
    person = Person("P4", "cat", "reviewer")
    with services.database.writing() as connection:
        person_rows.add(connection, person, "no password")
    return person


def keyed_by(services: Services, person: Person, given: tuple[str, str]) -> Keying:
    found = keying.take_next(services, person)
    assert found is not None
    return keying.key(services, found.id, person, given)  # type: ignore[arg-type]


def answers(services: Services, application_id: str) -> dict[str, Answer]:
    with services.database.reading() as connection:
        return dict(applications.answers_of(connection, application_id))


def asked(services: Services, application_id: str) -> list[Keying]:
    with services.database.reading() as connection:
        return keyings.of_application(connection, application_id)


def test_what_is_critical_is_not_delivered_before_a_second_person_agrees(
    services: Services, ann: Person, ben: Person
) -> None:
    made = confirmed(services, ann)
    assert made.status == Status.SECOND_KEYING
    assert job_states(services, made.id) == []
    done = keyed_by(services, ben, RIGHT)
    assert (done.outcome, done.was_wrong) == ("agreed", False)
    assert status(services, made) == Status.READY
    assert job_states(services, made.id) == [("deliver", "waiting", 1)]
    with services.database.reading() as connection:
        assert set(keyings.agreed(connection, made.id)) == {VRN}
        actions = [each.action for each in audit.trail(connection, made.id)]
        told = str([dict(each.detail) for each in audit.trail(connection, made.id)])
    assert actions[-4:] == ["confirmed", "keying_taken", "field_keyed", "keyed_twice"]
    assert "12" not in told  # never what anybody keyed


def test_nobody_keys_what_they_had_a_part_in(
    services: Services, ann: Person, ben: Person, cat: Person, sue: Person
) -> None:
    made = confirmed(services, ann)
    assert keying.take_next(services, ann) is None
    keyed_by(services, ben, WRONG)
    assert keying.take_next(services, ann) is None
    assert keying.take_next(services, ben) is None
    assert keying.waiting(services, cat) == keying.waiting(services, sue) == 1
    assert status(services, made) == Status.SECOND_KEYING
    assert keyed_by(services, sue, RIGHT).outcome == "first"
    assert status(services, made) == Status.READY


def test_who_confirmed_what_another_answered_does_not_key_it_either(
    services: Services, ann: Person, ben: Person, cat: Person
) -> None:
    made = waiting_item(services)
    review.take(services, made.id, ann)
    version = review.accept_as_read(services, made.id, ann, 1)
    review.give_back(services, made.id, ann)
    review.take(services, made.id, ben)
    review.confirm(services, made.id, ben, version)
    assert keying.take_next(services, ann) is None
    assert keying.take_next(services, ben) is None
    assert keying.take_next(services, cat) is not None


def test_who_answered_before_another_did_does_not_key_it(
    services: Services, ann: Person, ben: Person, cat: Person
) -> None:
    made = waiting_item(services)
    review.take(services, made.id, cat)
    version = review.answer(services, made.id, cat, 1, (VRN, "corrected", "AB12CDF"))
    review.give_back(services, made.id, cat)
    review.take(services, made.id, ann)
    version = review.answer(services, made.id, ann, version, (VRN, "accepted", None))
    review.confirm(services, made.id, ann, version)
    assert keying.take_next(services, cat) is None
    assert keying.take_next(services, ben) is not None


def test_whose_clearance_is_withdrawn_sees_the_field_no_more(
    services: Services, ann: Person, ben: Person
) -> None:
    made = confirmed(services, ann)
    with services.database.writing() as connection:
        applications.change(connection, made.id, sensitive=True)
    found = keying.take_next(services, replace(ben, cleared=True))
    assert found is not None
    assert keying.in_hand(services, ben) is None
    assert keying.take_next(services, ben) is None


def test_what_two_people_keyed_is_the_number_by_which_post_is_found(
    services: Services, ann: Person, ben: Person, cat: Person
) -> None:
    confirmed(services, ann)
    keyed_by(services, ben, WRONG)
    keyed_by(services, cat, WRONG)
    with services.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT value FROM reference_numbers")
        assert rows.scalars().all() == ["AB12CDF"]


def test_two_against_the_first_make_the_delivered_value(
    services: Services, ann: Person, ben: Person, cat: Person
) -> None:
    made = confirmed(services, ann)
    keyed_by(services, ben, WRONG)
    done = keyed_by(services, cat, WRONG)
    assert (done.outcome, done.was_wrong) == ("second", True)
    assert status(services, made) == Status.READY
    answer = answers(services, made.id)[VRN]
    assert (answer.value, answer.state, answer.by) == ("AB12CDF", "corrected", cat.id)


def test_when_all_three_differ_a_supervisor_decides(
    services: Services, ann: Person, ben: Person, cat: Person, sue: Person
) -> None:
    made = confirmed(services, ann)
    keyed_by(services, ben, WRONG)
    found = keyed_by(services, cat, ("illegible", ""))
    assert found.stage == "supervisor"
    assert keying.take_next(services, sue) is None
    done = keying.settle(services, found.id, sue, ("corrected", "AB12CDG"))
    assert (done.outcome, done.was_wrong) == ("chosen", True)
    assert answers(services, made.id)[VRN].value == "AB12CDG"
    assert status(services, made) == Status.READY
    with pytest.raises(TooLate, match="decided already"):
        keying.settle(services, found.id, sue, ("corrected", "AB12CDE"))


def test_a_supervisor_need_not_wait_for_a_third_person_but_for_a_second(
    services: Services, ann: Person, ben: Person, sue: Person
) -> None:
    (asked_for,) = asked(services, confirmed(services, ann).id)
    with pytest.raises(LeaseLost):
        keying.settle(services, asked_for.id, sue, ("corrected", "AB12CDE"))
    found = keyed_by(services, ben, WRONG)
    assert keying.settle(services, found.id, sue, ("corrected", "AB12CDF")).outcome == "second"


def test_a_value_that_breaks_a_rule_brings_the_application_back_to_review(
    services: Services, ann: Person, ben: Person, cat: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = confirmed(services, ann)
    monkeypatch.setattr("intake.corrections.failures", lambda *_: (failing("VR-02", VRN, NAME),))
    keyed_by(services, ben, WRONG)
    keyed_by(services, cat, WRONG)
    back = now(services, made)
    assert (back.status, back.revision, back.decided_by) == (Status.IN_REVIEW, 2, None)
    assert back.doubtful == (VRN, NAME)
    assert "do not go together" in back.why
    review.take(services, made.id, ann)
    version = review.answer(services, made.id, ann, back.version, (NAME, "corrected", "MORGANE"))
    review.confirm(services, made.id, ann, version)
    # two people agreed on the registration mark before, so it is not asked again
    assert status(services, made) == Status.READY
    assert len(asked(services, made.id)) == 1


def test_straight_through_post_waits_for_its_critical_fields_too(
    services: Services, ann: Person
) -> None:
    made = waiting_item(services)
    with services.database.writing() as connection:
        assert sampling.ask(services, connection, made, None)
    found = keying.take_next(services, ann)
    assert found is not None
    assert (found.first.how, found.first_by) == ("machine", None)


def test_without_the_form_asking_for_it_nothing_waits(
    tmp_path: Path, clock: Clock, ann: Person, services: Services
) -> None:
    have_pack(services, second_keying="sample")
    made = confirmed(services, ann)
    assert made.status == Status.READY
    assert asked(services, made.id) == []


def test_reopening_ends_what_waited_and_a_new_revision_asks_again(
    services: Services, ann: Person, ben: Person
) -> None:
    made = confirmed(services, ann)
    found = keying.take_next(services, ben)
    assert found is not None
    task = review.reopen(services, made.id, ann)
    assert task.application.status == Status.IN_REVIEW
    with pytest.raises(LeaseLost):
        keying.key(services, found.id, ben, ("corrected", "AB12CDE"))
    review.confirm(services, made.id, ann, task.version)
    again = keying.take_next(services, ben)
    assert again is not None
    assert (again.revision, again.id != found.id) == (2, True)


def test_confirming_twice_asks_once(services: Services, ann: Person) -> None:
    made = confirmed(services, ann)
    review.confirm(services, made.id, ann, made.version - 1)
    assert len(asked(services, made.id)) == 1


def test_sending_the_same_keying_twice_is_one(services: Services, ann: Person, ben: Person) -> None:
    confirmed(services, ann)
    found = keying.take_next(services, ben)
    assert found is not None
    first = keying.key(services, found.id, ben, ("corrected", "AB12CDF"))
    assert keying.key(services, found.id, ben, ("corrected", "AB12CDG")) == first


def test_what_lies_before_somebody_is_given_to_nobody_else_until_their_time_is_over(
    services: Services, clock: Clock, ann: Person, ben: Person, cat: Person
) -> None:
    confirmed(services, ann)
    found = keying.take_next(services, ben)
    assert found is not None
    assert keying.take_next(services, ben) == found
    assert keying.in_hand(services, ben) == found
    assert keying.take_next(services, cat) is None
    clock.pass_by(minutes=11)
    assert keying.in_hand(services, ben) is None
    taken = keying.take_next(services, cat)
    assert taken is not None
    assert taken.id == found.id
    with pytest.raises(LeaseLost):
        keying.key(services, found.id, ben, ("corrected", "AB12CDE"))


def test_what_is_put_back_is_free_for_others(
    services: Services, ann: Person, ben: Person, cat: Person
) -> None:
    confirmed(services, ann)
    found = keying.take_next(services, ben)
    assert found is not None
    keying.put_back(services, found.id, cat)  # not hers
    assert keying.take_next(services, cat) is None
    keying.put_back(services, found.id, ben)
    assert keying.take_next(services, cat) is not None


def test_a_text_that_does_not_fit_is_refused_in_words_and_can_be_kept_as_written(
    services: Services, ann: Person, ben: Person
) -> None:
    confirmed(services, ann)
    found = keying.take_next(services, ben)
    assert found is not None
    with pytest.raises(BadValue):
        keying.key(services, found.id, ben, ("corrected", "??"))
    kept = keying.key(services, found.id, ben, ("as_written", "??"))
    assert kept.stage == "third"


def test_queues_and_clearance_are_respected(
    services: Services, ann: Person, ben: Person, cat: Person
) -> None:
    made = confirmed(services, ann)
    with services.database.writing() as connection:
        applications.change(connection, made.id, queue="parking", sensitive=True)
    assert keying.take_next(services, ben) is None
    assert keying.take_next(services, replace(ben, cleared=True, queues=("letters",))) is None
    assert keying.take_next(services, replace(cat, cleared=True, queues=("parking",))) is not None


def test_a_page_without_a_picture_cannot_be_keyed_so_it_holds_nothing_up(
    services: Services, ann: Person
) -> None:
    made = waiting_item(services)
    with services.database.writing() as connection:
        connection.exec_driver_sql("UPDATE sides SET laid = NULL")
    review.take(services, made.id, ann)
    version = review.accept_as_read(services, made.id, ann, 1)
    review.confirm(services, made.id, ann, version)
    assert status(services, made) == Status.READY


class TestASample:
    """Everything is drawn: 100 percent."""

    @pytest.fixture
    def services(self, tmp_path: Path, clock: Clock) -> Iterator[Services]:
        opened = open_house(tmp_path / "var", clock, keying_percent="100")
        have_pack(opened, second_keying="sample")
        yield opened
        opened.close()

    def test_who_has_it_on_the_desk_again_does_not_key_it(
        self, services: Services, ann: Person, cat: Person, sue: Person
    ) -> None:
        made = confirmed(services, ann)
        review.reopen(services, made.id, sue)
        assert keying.take_next(services, sue) is None
        assert keying.take_next(services, cat) is not None

    def test_only_who_is_cleared_reopens_what_was_wrong_and_once(
        self, services: Services, ann: Person, ben: Person, sue: Person
    ) -> None:
        made = confirmed(services, ann)
        found = keyed_by(services, ben, WRONG)
        with services.database.writing() as connection:
            applications.change(connection, made.id, sensitive=True)
        with pytest.raises(NotForYou):
            keying.reopen(services, found.id, sue)
        assert now(services, made).status == Status.READY
        cleared = replace(sue, cleared=True)
        assert keying.reopen(services, found.id, cleared) == made.id
        review.confirm(services, made.id, cleared, now(services, made).version)
        with pytest.raises(TooLate, match="decided already"):
            keying.reopen(services, found.id, cleared)

    def test_it_is_keyed_beside_the_delivery(
        self, services: Services, ann: Person, ben: Person
    ) -> None:
        made = confirmed(services, ann)
        assert made.status == Status.READY
        vrn, name = asked(services, made.id)
        assert (vrn.why, vrn.share, vrn.first.how) == ("sample", 1.0, "bulk")
        assert (name.field, name.first.how, name.first_by) == (NAME, "machine", ann.id)
        keyed_by(services, ben, ("corrected", "AB12CDE"))
        assert keyed_by(services, ben, ("corrected", "Morgan")).outcome == "agreed"

    def test_one_that_was_answered_alone_after_many_is_not_called_bulk(
        self, services: Services, ann: Person
    ) -> None:
        made = waiting_item(services)
        review.take(services, made.id, ann)
        version = review.accept_as_read(services, made.id, ann, 1)
        version = review.answer(services, made.id, ann, version, (VRN, "accepted", None))
        review.confirm(services, made.id, ann, version)
        assert asked(services, made.id)[0].first.how == "person"

    def test_a_wrong_one_can_be_reopened_until_the_receiver_acknowledged_it(
        self, services: Services, clock: Clock, ann: Person, ben: Person, cat: Person, sue: Person
    ) -> None:
        made = confirmed(services, ann)
        keyed_by(services, ben, WRONG)
        done = keyed_by(services, cat, WRONG)
        assert done.was_wrong
        assert answers(services, made.id)[VRN].value == "AB12CDE"  # what was delivered stands
        clock.pass_by(days=2)
        assert keying.reopen(services, done.id, sue) == made.id
        assert status(services, made) == Status.IN_REVIEW
        with services.database.writing() as connection:
            applications.change(connection, made.id, status=Status.ACKNOWLEDGED)
        with pytest.raises(TooLate, match="Ask the team"):
            keying.reopen(services, done.id, sue)


def test_fields_that_were_accepted_many_at_once_are_drawn_three_times_as_often(
    tmp_path: Path, clock: Clock
) -> None:
    services = open_house(tmp_path / "bulk", clock, keying_percent="20")
    have_pack(services, second_keying="sample")
    ann = Person("P1", "ann", "reviewer")
    with services.database.writing() as connection:
        person_rows.add(connection, ann, "no password")
    read = Read(values=((NAME, "MORGAN"),), doubtful=(NAME,))
    every = [asked(services, confirmed(services, ann, read).id) for _ in range(30)]
    assert {round(each.share, 6) for found in every for each in found} == {0.6}
    assert 8 <= sum(bool(found) for found in every) <= 28
    services.close()


def test_forms_nobody_knows_are_never_asked(services: Services, ann: Person) -> None:
    made = read_item(services, READ)
    with services.database.writing() as connection:
        unknown = replace(made, form_code="UNKNOWN", edition="")
        assert not sampling.ask(services, connection, unknown, None)


def test_a_sample_of_what_was_read_anew_is_ended_instead_of_shown(
    services: Services, ann: Person, ben: Person
) -> None:
    made = confirmed(services, ann)
    (found,) = asked(services, made.id)
    with services.database.writing() as connection:
        keyings.change(connection, found.id, why="sample", field="not.there.any_more")
    assert keying.take_next(services, ben) is None
    assert asked(services, made.id)[0].outcome == "withdrawn"


def test_what_lacks_its_form_pack_waits_until_it_is_back(
    services: Services, ann: Person, ben: Person
) -> None:
    made = confirmed(services, ann)
    with services.database.writing() as connection:
        applications.change(connection, made.id, edition="gone")
    assert keying.waiting(services, ben) == 0
    assert keying.take_next(services, ben) is None
    assert asked(services, made.id)[0].stage == "second"
    with services.database.writing() as connection:
        applications.change(connection, made.id, edition=made.edition)
    assert keying.take_next(services, ben) is not None


def test_the_delivered_document_says_what_was_keyed_twice(
    services: Services, ann: Person, ben: Person, cat: Person
) -> None:
    made = confirmed(services, ann)
    keyed_by(services, ben, WRONG)
    keyed_by(services, cat, WRONG)
    release = delivery.freeze(services, made.id, 1)
    assert release is not None
    field = json.loads(release.body)["fields"][VRN]
    assert (field["value"], field["status"]) == ("AB12CDF", "double_keyed")
    assert field["correction"] == {"from": "AB12CDE", "rule": "reviewer"}
    assert json.loads(release.body)["fields"][NAME]["status"] == "auto"
