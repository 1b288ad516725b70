"""A letter that comes back with the answer leads to the application that it was about."""

from __future__ import annotations

import pytest

from intake import earlier, numbers, review
from intake.model import REPLY_CODE, Application, Person
from intake.records import applications, scans
from intake.services import Services
from intake.tables import sides
from tests.intake.house import Clock, Read, read_item, without_doubt
from tests.intake.returned import send_back


def noted(services: Services, made: Application, code: str | None = None) -> Application:
    """Its numbers noted as the worker does, with a code on its first page."""
    with services.database.writing() as connection:
        item = scans.item(connection, made.item_id)
        connection.execute(
            sides.update().where(sides.c.item_id == item.id).values(barcode=code)
        )  # fmt: skip
        reading = applications.reading(connection, made.id)
        pack = services.packs[made.form_code, made.edition]
        numbers.note(connection, made, reading, pack)
    return made


@pytest.fixture
def returned(services: Services, ann: Person) -> Application:
    made = noted(services, read_item(services, Read(values=(("vehicle.vrn", "BD51SMR"),))))
    version = review.take(services, made.id, ann).version
    send_back(services, made.id, ann, version, "ILLEGIBLE")
    return made


def shared(services: Services, application: Application, person: Person) -> dict[str, object]:
    told = earlier.earlier(services, application.id, person, 5)
    return {each.application.id: each.shared for each in told}


def test_the_answer_to_a_letter_leads_to_what_was_returned(
    services: Services, returned: Application, ann: Person, clock: Clock
) -> None:
    clock.pass_by(days=9)
    answer = noted(services, read_item(services), f"{REPLY_CODE}{returned.id}/1")
    assert shared(services, answer, ann) == {returned.id: ("letter",)}
    again = noted(services, answer, f"{REPLY_CODE}{returned.id}/1")
    assert shared(services, again, ann) == {returned.id: ("letter",)}


@pytest.mark.parametrize("code", [None, "V62-S 2026-11", REPLY_CODE, f"{REPLY_CODE}{'9' * 99}/1"])
def test_other_codes_lead_nowhere(
    services: Services, returned: Application, ann: Person, clock: Clock, code: str | None
) -> None:
    clock.pass_by(days=9)
    other = noted(services, read_item(services, without_doubt()), code)
    assert shared(services, other, ann) == {}


def test_only_what_had_a_letter_is_found_by_one(
    services: Services, ann: Person, clock: Clock
) -> None:
    first = noted(services, read_item(services, Read(values=(("vehicle.vrn", "BD51SMR"),))))
    clock.pass_by(days=9)
    answer = noted(services, read_item(services), f"{REPLY_CODE}{first.id}/1")
    assert shared(services, answer, ann) == {}
