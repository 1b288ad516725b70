"""Returning to the sender what was delivered before: the system downstream is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from intake import delivery, jobs, review
from intake.model import Status, TooLate
from intake.records import applications
from tests.intake import filed
from tests.intake.filed import House
from tests.intake.returned import SAID, send_back

REASON = "WRONG_FORM"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = filed.house(tmp_path)
    yield made
    made.services.close()


def taken(house: House) -> tuple[str, int]:
    """An application on the reviewer's desk: its id and version."""
    application_id = filed.file(house, Status.IN_REVIEW)
    return application_id, review.take(house.services, application_id, house.reviewer).version


def confirm(house: House, application_id: str, version: int) -> None:
    said = ("vehicle.vrn", "accepted", None)
    version = review.answer(house.services, application_id, house.reviewer, version, said)
    review.confirm(house.services, application_id, house.reviewer, version)


def delivered_then_returned(house: House) -> str:
    application_id, version = taken(house)
    confirm(house, application_id, version)
    assert delivery.run(house.services, house.claim())
    version = review.reopen(house.services, application_id, house.reviewer).version
    send_back(house.services, application_id, house.reviewer, version, REASON)
    return application_id


def pulled(house: House) -> list[dict[str, Any]]:
    return [json.loads(each) for each in delivery.pull(house.services, "", 10).applications]


def status(house: House, application_id: str) -> Status:
    with house.services.database.reading() as connection:
        return applications.get(connection, application_id).status


def test_what_was_delivered_and_then_returned_is_delivered_as_returned(house: House) -> None:
    application_id = delivered_then_returned(house)
    assert review.was_delivered(house.services, application_id)
    assert delivery.run(house.services, house.claim())
    first, second = pulled(house)
    assert (first["status"], first["revision"]) == ("ready", 1)
    assert (second["status"], second["revision"], second["supersedes"]) == ("returned", 2, 1)
    (event,) = [each for each in second["decision_trail"] if each["action"] == "returned"]
    assert event["detail"]["code"] == "WRONG_FORM"
    assert event["detail"]["letter"] == f"{application_id}/1"
    assert SAID not in json.dumps(second)
    assert status(house, application_id) == Status.RETURNED


def test_what_was_never_delivered_is_returned_without_telling_anybody(house: House) -> None:
    application_id, version = taken(house)
    send_back(house.services, application_id, house.reviewer, version, REASON)
    assert jobs.claim(house.services, ["deliver"], 1) == []
    assert not review.was_delivered(house.services, application_id)
    review.reopen(house.services, application_id, house.reviewer)
    assert review.task(house.services, application_id).application.revision == 1


@pytest.mark.parametrize("told", [True, False])
def test_a_return_that_is_taken_back_and_confirmed_is_the_revision_after(
    house: House, told: bool
) -> None:
    application_id = delivered_then_returned(house)
    if told:
        assert delivery.run(house.services, house.claim())
    version = review.reopen(house.services, application_id, house.reviewer).version
    if not told:
        assert delivery.run(house.services, house.claim())  # finds nothing to say any more
    confirm(house, application_id, version)
    assert delivery.run(house.services, house.claim())
    revisions = [(each["revision"], each["status"]) for each in pulled(house)]
    assert revisions == [(1, "ready"), *([(2, "returned")] if told else []), (3, "ready")]


def test_a_return_that_was_acknowledged_is_not_taken_back(house: House) -> None:
    application_id = delivered_then_returned(house)
    assert delivery.run(house.services, house.claim())
    delivery.acknowledge(house.services, application_id, 2, "key:register")
    assert status(house, application_id) == Status.RETURNED
    with pytest.raises(TooLate, match="no longer"):
        review.reopen(house.services, application_id, house.reviewer)
