"""Earlier post about the same vehicle or person: found by sure numbers, looked at on the record."""

from __future__ import annotations

import pytest

from intake import audit, earlier, numbers, review
from intake.model import AnswerState, Application, LeaseLost, NotFound, Person, Value
from intake.records import applications
from intake.services import Services
from tests.intake.house import Clock, Read, read_item, without_doubt

SAME = without_doubt()
OTHER = without_doubt(Read(values=(("vehicle.vrn", "BD51SMR"),)))
ACCEPTED: tuple[str, AnswerState, Value] = ("vehicle.vrn", "accepted", None)
CLEARED = Person("P9", "cleared", "reviewer", cleared=True)


def arrives(services: Services, read: Read) -> Application:
    """Post that was read, with its numbers noted as the worker notes them."""
    made = read_item(services, read)
    pack = services.packs[made.form_code, made.edition]
    with services.database.writing() as connection:
        reading = applications.reading(connection, made.id)
        numbers.note(connection, made, reading, pack)
    return made


def found(services: Services, application: Application, person: Person) -> list[str]:
    told = earlier.earlier(services, application.id, person, 5)
    assert all(each.shared == ("registration_mark",) for each in told)
    return [each.application.id for each in told]


def test_post_with_the_same_mark_is_found_newest_first(
    services: Services, clock: Clock, ann: Person
) -> None:
    first = arrives(services, SAME)
    clock.pass_by(days=1)
    arrives(services, OTHER)
    second = arrives(services, SAME)
    clock.pass_by(days=1)
    third = arrives(services, SAME)
    assert found(services, third, ann) == [second.id, first.id]
    assert found(services, second, ann) == [first.id]
    assert earlier.earlier(services, third.id, ann, 1)[0].application.id == second.id


def test_a_doubtful_mark_shows_nobodys_post_until_it_is_answered(
    services: Services, clock: Clock, ann: Person
) -> None:
    first = arrives(services, SAME)
    clock.pass_by(hours=1)
    doubtful = arrives(services, Read())
    assert found(services, doubtful, ann) == []
    shown = review.take(services, doubtful.id, ann)
    version = review.answer(services, doubtful.id, ann, shown.version, ACCEPTED)
    assert found(services, doubtful, ann) == [first.id]
    review.answer(services, doubtful.id, ann, version, ("vehicle.vrn", "corrected", "BD51 SMR"))
    assert found(services, doubtful, ann) == []


def test_sensitive_post_is_only_for_people_cleared_for_it(
    services: Services, clock: Clock, ann: Person
) -> None:
    secret = arrives(services, SAME)
    clock.pass_by(hours=1)
    later = arrives(services, SAME)
    with services.database.writing() as connection:
        applications.change(connection, secret.id, sensitive=True)
    assert found(services, later, ann) == []
    assert found(services, later, CLEARED) == [secret.id]


def test_a_look_is_told_in_the_trail_with_who_and_from_where(
    services: Services, clock: Clock, ann: Person
) -> None:
    first = arrives(services, SAME)
    clock.pass_by(hours=1)
    later = arrives(services, Read())
    shown = review.take(services, later.id, ann)
    review.answer(services, later.id, ann, shown.version, ACCEPTED)
    seen = earlier.look(services, later.id, ann, first.id, tell=True)
    assert seen.application.id == first.id
    earlier.look(services, later.id, ann, first.id, tell=False)
    with services.database.reading() as connection:
        (event,) = audit.trail(connection, first.id)
        assert audit.first_broken(connection, first.id) is None
    assert (event.actor, event.action) == ("reviewer:ann", "looked_at_earlier")
    assert event.detail == {"looked_from": later.id}


def test_nothing_is_shown_without_holding_the_later_one_or_a_shared_number(
    services: Services, clock: Clock, ann: Person, ben: Person
) -> None:
    first, stranger = arrives(services, SAME), arrives(services, OTHER)
    clock.pass_by(hours=1)
    later = arrives(services, Read())
    shown = review.take(services, later.id, ann)
    review.answer(services, later.id, ann, shown.version, ACCEPTED)
    with pytest.raises(LeaseLost):
        earlier.look(services, later.id, ben, first.id, tell=True)
    with pytest.raises(NotFound):
        earlier.look(services, later.id, ann, stranger.id, tell=True)
    with pytest.raises(NotFound):
        earlier.look(services, later.id, ann, "nothing", tell=True)
