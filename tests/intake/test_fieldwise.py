"""One field across many applications: lending, deciding, and what never happens at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from intake import audit, fieldwise, review, waiting
from intake.fieldwise import AT_ONCE, Field
from intake.model import (
    Application,
    BadValue,
    HeldBySomeoneElse,
    LeaseLost,
    Person,
    Status,
    VersionConflict,
)
from intake.services import Services
from tests.intake.house import Clock, Read, now, open_house
from tests.intake.keyed_post import CODE, EDITION, NAME, VRN, have_pack, waiting_item

FIELD: Field = (CODE, EDITION, VRN)
BOTH = Read(values=((VRN, "AB12CDE"), (NAME, "MORGAN")), doubtful=(VRN, NAME))


@pytest.fixture
def services(tmp_path: Path, clock: Clock) -> Iterator[Services]:
    opened = open_house(tmp_path / "var", clock, keying_percent="0")
    have_pack(opened)
    yield opened
    opened.close()


def lent(services: Services, person: Person, field: Field = FIELD) -> list[str]:
    return [each.application.id for each in fieldwise.lent(services, person, field)]


def accept(services: Services, person: Person, application: Application, version: int = 1) -> int:
    given = ((VRN, "accepted", None),)
    return fieldwise.answer(services, application.id, person, version, given)  # type: ignore[arg-type]


def test_a_page_lends_as_many_as_fit_and_the_first_due_first(
    services: Services, clock: Clock, ann: Person
) -> None:
    made = []
    for _ in range(AT_ONCE + 2):
        made.append(waiting_item(services))
        clock.pass_by(minutes=1)
    assert fieldwise.lend(services, ann, FIELD) == AT_ONCE
    assert lent(services, ann) == [each.id for each in made[:AT_ONCE]]
    assert [each.waiting for each in fieldwise.choices(services, ann)] == [2]


def test_two_people_are_never_given_the_same_one(
    services: Services, ann: Person, ben: Person
) -> None:
    for _ in range(AT_ONCE + 3):
        waiting_item(services, BOTH)
    with ThreadPoolExecutor(4) as pool:
        asked = [(ann, FIELD), (ben, FIELD), (ann, FIELD), (ben, FIELD)]
        list(pool.map(lambda each: fieldwise.lend(services, *each), asked))
    mine, others = set(lent(services, ann)), set(lent(services, ben))
    assert (len(mine), len(others)) in {(12, 3), (3, 12)}
    assert not mine & others
    assert fieldwise.lend(services, ben, (CODE, EDITION, NAME)) == AT_ONCE + 3 - len(mine)


def test_what_is_lent_is_not_given_out_as_a_whole_until_the_time_is_over(
    services: Services, clock: Clock, ann: Person, ben: Person
) -> None:
    made = waiting_item(services)
    fieldwise.lend(services, ann, FIELD)
    assert review.take_next(services, ben) is None
    clock.pass_by(minutes=11)
    assert review.take_next(services, ben) == made.id
    assert lent(services, ann) == []
    with pytest.raises(LeaseLost):
        accept(services, ann, made)


def test_what_lies_on_a_desk_is_not_lent(services: Services, ann: Person, ben: Person) -> None:
    made = waiting_item(services)
    review.take(services, made.id, ann)
    assert fieldwise.choices(services, ben) == []
    assert fieldwise.lend(services, ben, FIELD) == 0


def test_late_work_of_whoever_had_it_before_does_not_count(
    services: Services, clock: Clock, ann: Person, ben: Person
) -> None:
    made = waiting_item(services)
    review.take(services, made.id, ann)
    clock.pass_by(minutes=11)
    assert fieldwise.lend(services, ben, FIELD) == 1
    with pytest.raises(LeaseLost):
        review.answer(services, made.id, ann, 1, (VRN, "accepted", None))
    assert accept(services, ben, made) == 2


def test_an_answer_is_saved_under_its_version_and_confirms_nothing(
    services: Services, ann: Person
) -> None:
    made = waiting_item(services)
    fieldwise.lend(services, ann, FIELD)
    assert accept(services, ann, made) == 2
    with pytest.raises(VersionConflict):
        accept(services, ann, made)
    (still,) = fieldwise.lent(services, ann, FIELD)
    assert still.answer is not None
    assert (still.answer.value, still.answer.by) == ("AB12CDE", ann.id)
    assert (still.application.status, still.application.holder) == (Status.IN_REVIEW, None)
    fieldwise.give_back(services, ann)
    task = review.take(services, made.id, ann)
    assert task.unresolved == ()
    assert fieldwise.choices(services, ann) == []


def test_a_reference_number_that_is_put_right_alone_finds_earlier_post(
    services: Services, ann: Person
) -> None:
    made = waiting_item(services)
    fieldwise.lend(services, ann, FIELD)
    given = ((VRN, "corrected", "AB12CDF"),)
    fieldwise.answer(services, made.id, ann, 1, given)  # type: ignore[arg-type]
    with services.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT value FROM reference_numbers")
        assert rows.scalars().all() == ["AB12CDF"]


def test_what_was_keyed_unseen_and_what_was_decided_then_are_both_kept(
    services: Services, ann: Person
) -> None:
    made = waiting_item(services)
    fieldwise.lend(services, ann, FIELD)
    given = ((VRN, "corrected", "ab12cdf"), (VRN, "accepted", None))
    assert fieldwise.answer(services, made.id, ann, 1, given) == 3  # type: ignore[arg-type]
    with services.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT version, value, state FROM answers ORDER BY 1")
        assert [tuple(row) for row in rows] == [
            (2, '"AB12CDF"', "corrected"),
            (3, '"AB12CDE"', "accepted"),
        ]
        trail = audit.trail(connection, made.id)
    assert [each.action for each in trail] == [
        "field_lent",
        "field_answered_alone",
        "field_answered_alone",
    ]
    assert "AB12" not in str([dict(each.detail) for each in trail])


def test_a_bad_value_saves_nothing(services: Services, ann: Person) -> None:
    made = waiting_item(services)
    fieldwise.lend(services, ann, FIELD)
    with pytest.raises(BadValue):
        fieldwise.answer(services, made.id, ann, 1, ((VRN, "corrected", "?"),))
    assert now(services, made).version == 1


def test_the_next_page_keeps_what_was_left_open_and_lets_the_rest_go(
    services: Services, ann: Person, ben: Person
) -> None:
    first, second = waiting_item(services, BOTH), waiting_item(services, BOTH)
    fieldwise.lend(services, ann, FIELD)
    accept(services, ann, first)
    third = waiting_item(services, BOTH)
    assert fieldwise.lend(services, ann, FIELD) == 2
    assert lent(services, ann) == [second.id, third.id]
    assert fieldwise.lend(services, ben, (CODE, EDITION, NAME)) == 1
    assert fieldwise.lend(services, ann, (CODE, EDITION, NAME)) == 2
    assert lent(services, ann) == []


def test_an_answer_holds_the_whole_page_longer(
    services: Services, clock: Clock, ann: Person, ben: Person
) -> None:
    first, second = waiting_item(services), waiting_item(services)
    fieldwise.lend(services, ann, FIELD)
    clock.pass_by(minutes=9)
    accept(services, ann, first)
    clock.pass_by(minutes=9)
    assert fieldwise.lend(services, ben, FIELD) == 0
    assert accept(services, ann, second) == 2


def test_one_sent_to_the_whole_page_is_for_the_queue_only(
    services: Services, ann: Person, ben: Person
) -> None:
    made = waiting_item(services, BOTH)
    fieldwise.lend(services, ann, FIELD)
    fieldwise.send_to_page(services, made.id, ann, VRN)
    assert fieldwise.choices(services, ann) == []
    assert fieldwise.lend(services, ann, FIELD) == 0
    assert review.take_next(services, ben) == made.id
    with pytest.raises(LeaseLost):
        accept(services, ann, made)


def test_only_the_lent_field_can_be_seen_and_answered(
    services: Services, clock: Clock, ann: Person, ben: Person
) -> None:
    made = waiting_item(services, BOTH)
    fieldwise.lend(services, ann, FIELD)
    assert fieldwise.one(services, made.id, ann, VRN).application.id == made.id
    for person, field in ((ann, NAME), (ben, VRN)):
        with pytest.raises(LeaseLost):
            fieldwise.one(services, made.id, person, field)
    with pytest.raises(LeaseLost):
        fieldwise.answer(services, made.id, ann, 1, ((NAME, "accepted", None),))
    clock.pass_by(minutes=11)
    with pytest.raises(LeaseLost):
        fieldwise.one(services, made.id, ann, VRN)


def test_queues_clearance_and_referrals_are_respected(services: Services, ann: Person) -> None:
    waiting_item(services, queue="parking")
    waiting_item(services, sensitive=True)
    waiting_item(services, referred=True)
    assert [each.waiting for each in fieldwise.choices(services, ann)] == [1]
    letters = replace(ann, queues=("letters",))
    assert fieldwise.choices(services, letters) == []
    assert fieldwise.lend(services, replace(letters, cleared=True), FIELD) == 0
    assert fieldwise.lend(services, replace(ann, cleared=True), FIELD) == 2


def test_fields_of_forms_that_are_gone_are_not_offered(services: Services, ann: Person) -> None:
    waiting_item(services, form_code="UNKNOWN", edition="")
    assert fieldwise.choices(services, ann) == []


def test_what_has_no_picture_of_the_field_is_left_to_the_whole_page(
    services: Services, ann: Person
) -> None:
    bare = waiting_item(services)
    with services.database.writing() as connection:
        connection.exec_driver_sql("UPDATE sides SET laid = NULL")
    shown = waiting_item(services)
    assert fieldwise.lend(services, ann, FIELD) == 1
    assert lent(services, ann) == [shown.id]
    assert now(services, bare).whole_page


def test_who_has_one_field_is_not_taken_for_who_has_it_next(
    services: Services, clock: Clock, ann: Person
) -> None:
    made = waiting_item(services)
    fieldwise.lend(services, ann, FIELD)
    assert not now(services, made).kept_for(ann, clock())  # it would show the whole page
    assert review.take_next(services, ann) is None


def test_taking_the_whole_page_ends_the_loan(services: Services, ann: Person) -> None:
    made = waiting_item(services)
    fieldwise.lend(services, ann, FIELD)
    review.take(services, made.id, ann)
    assert lent(services, ann) == []
    with pytest.raises(LeaseLost):
        accept(services, ann, made)


def test_nobody_else_can_take_what_is_lent(
    services: Services, clock: Clock, ann: Person, ben: Person
) -> None:
    made = waiting_item(services)
    fieldwise.lend(services, ann, FIELD)
    with pytest.raises(HeldBySomeoneElse, match="ann"):
        review.take(services, made.id, ben)
    clock.pass_by(minutes=11)
    review.take(services, made.id, ben)


def test_the_queue_counts_what_is_left_to_check(services: Services, ann: Person) -> None:
    made = waiting_item(services, BOTH)
    fieldwise.lend(services, ann, FIELD)
    accept(services, ann, made)
    (line,) = waiting.soonest(services, ann, limit=5)
    assert (line.left, len(line.application.doubtful)) == (1, 2)
