"""Which application each person is given next, and which they are kept from."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from intake import audit, review, rights, waiting
from intake.model import Application, NotForYou, Person
from intake.records import applications, people
from intake.services import Services
from tests.intake.house import Clock, now, read_item


def placed(services: Services, **told: object) -> Application:
    """An application that waits, in another work queue or sensitive."""
    made = read_item(services)
    with services.database.writing() as connection:
        applications.change(connection, made.id, **told)
    return now(services, made)


def actions(services: Services, subject: str) -> list[str]:
    with services.database.reading() as connection:
        return [event.action for event in audit.trail(connection, subject)]


def test_people_with_work_queues_are_given_the_oldest_of_those_alone(
    services: Services, ann: Person, ben: Person
) -> None:
    refund = placed(services, queue="refunds")
    keeper = placed(services, queue="keepers")
    knows = replace(ann, queues=("keepers", "letters"))
    assert review.take_next(services, knows) == keeper.id
    assert review.take_next(services, ben) == refund.id


def test_what_is_in_another_work_queue_is_refused_in_words_and_not_listed(
    services: Services, ann: Person, sue: Person
) -> None:
    refund = placed(services, queue="refunds")
    knows = replace(ann, queues=("keepers",))
    with pytest.raises(NotForYou, match="not one of yours"):
        review.take(services, refund.id, knows)
    assert waiting.soonest(services, knows, limit=9) == []
    assert review.take_next(services, knows) is None
    helps_out = replace(sue, queues=("keepers",))
    assert review.take_next(services, helps_out) is None
    assert len(waiting.soonest(services, helps_out, limit=9)) == 1
    assert review.take(services, refund.id, helps_out).application.holder == sue.id


@pytest.mark.parametrize("role", ["reviewer", "supervisor"])
def test_sensitive_ones_are_for_people_who_are_cleared_whatever_their_role(
    services: Services, ann: Person, ben: Person, role: str
) -> None:
    secret = placed(services, sensitive=True)
    one = replace(ann, role=role)  # type: ignore[arg-type]
    assert review.take_next(services, one) is None
    assert waiting.soonest(services, one, limit=9) == []
    assert waiting.queue(services, one, waiting.Wanted(), slice(0, 9)).total == 0
    with pytest.raises(NotForYou, match="cleared"):
        review.take(services, secret.id, one)
    assert waiting.not_shown(services, one) == 1
    cleared = replace(ben, cleared=True)
    assert waiting.not_shown(services, cleared) == 0
    assert review.take_next(services, cleared) == secret.id


def test_a_decision_on_a_sensitive_one_is_not_reopened_without_clearance(
    services: Services, ann: Person, sue: Person
) -> None:
    secret = placed(services, sensitive=True)
    cleared = replace(ann, cleared=True)
    shown = review.take(services, secret.id, cleared)
    version = review.accept_as_read(services, secret.id, cleared, shown.version)
    review.confirm(services, secret.id, cleared, version)
    with pytest.raises(NotForYou):
        review.reopen(services, secret.id, sue)


def test_whoever_loses_clearance_loses_what_is_sensitive_on_the_desk(
    services: Services, ann: Person
) -> None:
    secret, plain = placed(services, sensitive=True), read_item(services)
    person = rights.set_cleared(services, "ann", True, "operator:command")
    review.take(services, secret.id, person)
    review.take(services, plain.id, person)
    rights.set_cleared(services, "ann", False, "supervisor:sue")
    assert now(services, secret).holder is None
    assert now(services, plain).holder == ann.id
    assert actions(services, secret.id)[-1] == "taken_back"
    assert actions(services, ann.id) == ["cleared", "clearance_withdrawn"]


def test_nobody_clears_themselves(services: Services, sue: Person) -> None:
    with pytest.raises(rights.OwnClearance, match="somebody else"):
        rights.set_cleared(services, "sue", True, "supervisor:sue", by=sue)
    with services.database.reading() as connection:
        assert not people.get(connection, sue.id).cleared


def test_work_queues_are_those_of_form_packs_and_of_what_came(
    services: Services, ann: Person
) -> None:
    placed(services, queue="left-over")
    with pytest.raises(rights.UnknownQueue, match="vehicles-refunds"):
        rights.set_queues(services, "ann", ["vehicle-refunds"], "operator:command")
    chosen = ["vehicles-refunds", "left-over"]
    assert rights.set_queues(services, "Ann", chosen, "x").queues == (
        "left-over",
        "vehicles-refunds",
    )
    with services.database.reading() as connection:
        assert people.get(connection, ann.id).queues == ("left-over", "vehicles-refunds")
    assert rights.set_queues(services, "ann", [], "x").queues == ()
    assert actions(services, ann.id) == ["queues_set", "queues_set"]


def test_what_is_kept_for_one_person_is_skipped_by_others_until_its_time_is_over(
    services: Services, clock: Clock, ann: Person, ben: Person
) -> None:
    first, second, third = (read_item(services) for _ in range(3))
    assert review.take_next(services, ann) == first.id
    kept = review.reserve_next(services, ann)
    assert kept is not None
    assert (kept.application_id, len(kept.pictures)) == (second.id, 1)
    assert review.take_next(services, ben) == third.id
    review.give_back(services, third.id, ben)
    clock.pass_by(seconds=50)
    again = review.reserve_next(services, ann)  # kept for another minute
    assert again is not None
    assert again.application_id == second.id
    clock.pass_by(seconds=50)
    assert review.take_next(services, ben) == third.id
    review.give_back(services, third.id, ben)
    clock.pass_by(seconds=11)
    assert review.take_next(services, ben) == second.id
    assert actions(services, second.id) == ["reserved", "taken"]


def test_the_kept_one_comes_next_even_when_something_more_urgent_arrived(
    services: Services, clock: Clock, ann: Person, ben: Person
) -> None:
    first, second = read_item(services), read_item(services)
    review.take(services, first.id, ann)
    assert review.reserve_next(services, ann) is not None
    urgent = read_item(services)
    with services.database.writing() as connection:
        applications.change(connection, urgent.id, due_on=clock().date())
    review.refer(services, first.id, ann, 1, "two names")
    assert review.take_next(services, ann) == second.id
    assert now(services, second).reserved_for is None
    assert review.take_next(services, ben) == urgent.id


def test_only_one_is_kept_and_only_for_somebody_at_work(
    services: Services, ann: Person, ben: Person
) -> None:
    first, second, third = (read_item(services) for _ in range(3))
    assert review.reserve_next(services, ann) is None
    review.take(services, first.id, ann)
    assert review.reserve_next(services, ann) is not None
    review.take(services, second.id, ben)  # who chose it in the list
    kept = review.reserve_next(services, ann)
    assert kept is not None
    assert kept.application_id == third.id
    assert now(services, second).reserved_for is None
    review.take(services, third.id, ben)
    assert review.reserve_next(services, ann) is None


def test_people_who_ask_at_once_never_get_the_same(services: Services) -> None:
    crowd = [Person(f"C{n}", f"person{n}", "reviewer") for n in range(6)]
    with services.database.writing() as connection:
        for each in crowd:
            people.add(connection, each, "no password")
    for _ in range(24):
        read_item(services)

    def work(person: Person) -> list[str]:
        had = []
        for _ in range(3):
            application_id = review.take_next(services, person)
            assert application_id is not None
            had.append(application_id)
            kept = review.reserve_next(services, person)
            review.refer(services, application_id, person, 1, "two names")
            if kept is not None:
                had.append(kept.application_id)
        return list(dict.fromkeys(had))

    with ThreadPoolExecutor(len(crowd)) as pool:
        taken = [each for had in pool.map(work, crowd) for each in had]
    assert len(taken) == len(set(taken)) == 24
