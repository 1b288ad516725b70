"""The moves of a return: draft, approve, print, take back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake import audit, returning, review
from intake.letters import Edits, Touched
from intake.model import Application, LeaseLost, NotFound, Person, Status, VersionConflict
from intake.returning import NotReady, Seen
from intake.services import Services
from tests.intake.house import Clock, now, read_item
from tests.intake.returned import letter_for, send_back

OPERATOR = Person("O1", "olwen", "operator")


@pytest.fixture
def waits(services: Services, ann: Person) -> Application:
    """An application on ann's desk, at version 1."""
    made = read_item(services)
    review.take(services, made.id, ann)
    return made


def actions(services: Services, application: Application) -> list[str]:
    with services.database.reading() as connection:
        assert audit.first_broken(connection, application.id) is None
        return [event.action for event in audit.trail(connection, application.id)]


def test_a_draft_is_kept_under_versions_of_its_own(
    services: Services, waits: Application, ann: Person, ben: Person
) -> None:
    wanted = letter_for("ILLEGIBLE")
    assert returning.save(services, waits.id, ann, Seen(1, 0), wanted) == 1
    with pytest.raises(VersionConflict):
        returning.save(services, waits.id, ann, Seen(1, 0), wanted)
    with pytest.raises(VersionConflict):
        returning.save(services, waits.id, ann, Seen(0, 1), wanted)
    with pytest.raises(LeaseLost):
        returning.save(services, waits.id, ben, Seen(1, 1), wanted)
    opened = returning.open_letter(services, waits.id)
    assert (opened.seen, opened.edits.reasons) == (Seen(1, 1), ("ILLEGIBLE",))
    assert now(services, waits).version == 1
    assert returning.to_print(services, limit=9) == []


def test_a_draft_is_still_there_for_whoever_has_it_next(
    services: Services, waits: Application, ann: Person, ben: Person, clock: Clock
) -> None:
    returning.save(services, waits.id, ann, Seen(1, 0), letter_for("NOT_OURS"))
    clock.pass_by(minutes=11)
    review.take(services, waits.id, ben)
    opened = returning.open_letter(services, waits.id)
    assert opened.edits.reasons == ("NOT_OURS",)
    returning.return_to_sender(services, waits.id, ben, opened.seen, opened.edits)
    assert now(services, waits).decided_by == ben.id


@pytest.mark.parametrize(
    "edits",
    [
        Edits((), "en"),
        Edits(("WRONG_FORM",), "en"),
        replace(letter_for("ILLEGIBLE"), address="x" * 99),
        Edits(("ILLEGIBLE",), "en", touched={"en": Touched(included={"reason:ILLEGIBLE": False})}),
    ],
)
def test_a_letter_that_is_not_ready_is_not_approved(
    services: Services, waits: Application, ann: Person, edits: Edits
) -> None:
    with pytest.raises(NotReady) as refused:
        returning.return_to_sender(services, waits.id, ann, Seen(1, 0), edits)
    assert len(refused.value.problems) == 1
    assert now(services, waits).status == Status.IN_REVIEW
    assert actions(services, waits) == ["taken"]
    assert returning.open_letter(services, waits.id).saved == 0


def test_what_was_approved_is_opened_and_printed_on_the_record(
    services: Services, waits: Application, ann: Person
) -> None:
    send_back(services, waits.id, ann, 1, "ILLEGIBLE")
    (post,) = returning.to_print(services, limit=9)
    assert (post.file_name, post.position) == ("a.pdf", 1)
    wanted = [(waits.id, 1)]
    (opened,) = returning.open_to_print(services, OPERATOR, wanted)
    assert opened.by == "ann"
    assert returning.mark_printed(services, OPERATOR, wanted) == 1
    assert returning.was_printed(services, waits.id)
    assert returning.to_print(services, limit=9) == []
    assert returning.printed_lately(services, limit=9)[0].kept.printed_by == "operator:olwen"
    assert actions(services, waits)[-3:] == ["returned", "letter_opened", "letter_printed"]


def test_one_letter_that_is_not_there_marks_none_as_printed(
    services: Services, waits: Application, ann: Person
) -> None:
    send_back(services, waits.id, ann, 1, "ILLEGIBLE")
    with pytest.raises(NotFound):
        returning.mark_printed(services, OPERATOR, [(waits.id, 1), (waits.id, 2)])
    assert not returning.was_printed(services, waits.id)


def test_a_return_that_is_taken_back_takes_its_letter_with_it(
    services: Services, waits: Application, ann: Person
) -> None:
    send_back(services, waits.id, ann, 1, "ILLEGIBLE", "NOT_OURS")
    assert now(services, waits).return_reasons == ("ILLEGIBLE", "NOT_OURS")
    review.reopen(services, waits.id, ann)
    assert (now(services, waits).note, now(services, waits).return_reasons) == ("", ())
    assert returning.standing(services, [waits.id]) == {}
    assert returning.mark_printed(services, OPERATOR, [(waits.id, 1)]) == 0
    with services.database.reading() as connection:
        told = {event.action: event.detail for event in audit.trail(connection, waits.id)}
    assert told["reopened"]["withdrawn"] == f"{waits.id}/1"
