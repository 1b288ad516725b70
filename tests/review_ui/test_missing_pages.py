"""A form of which a page is missing is checked like any other: what stood there is not read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.model import Status
from intake.records import applications
from intake.services import Services
from tests.review_ui.seed import seed
from tests.review_ui.visitor import Visitor

SIGNED, BORN = "declaration.signature", "applicant.date_of_birth"


@pytest.fixture
def mine(services: Services, reviewer: Visitor) -> str:
    """An application of which only page 1 came, with required fields on page 2."""
    made = seed(services)
    with services.database.writing() as connection:
        read = applications.reading(connection, made)
        fields = tuple(each for each in read.fields if each.page == 1)
        applications.keep_reading(
            connection, made, replace(read, pages=read.pages[:1], fields=fields)
        )
        applications.change(connection, made, doubtful=(BORN, SIGNED))
    reviewer.get("/desk/")
    reviewer.post(f"/desk/{made}/take")
    return made


def test_its_required_fields_are_cards_without_a_picture(reviewer: Visitor, mine: str) -> None:
    text = reviewer.get(f"/desk/{mine}").text
    assert "Page 2 of the form is missing." in text
    for name in (SIGNED, BORN):
        card = text.partition(f'data-card="{name}"')[2].partition('data-card="')[0]
        assert "given:" + name in card
        assert "<image" not in card


def test_they_are_answered_and_confirmed(services: Services, reviewer: Visitor, mine: str) -> None:
    reviewer.get(f"/desk/{mine}")
    given = {f"given:{BORN}": "absent", f"given:{SIGNED}": "is:no"}
    wanted = {"version": 1, "outcome": "confirm", f"text:{BORN}": "", **given}
    assert reviewer.post(f"/desk/{mine}", wanted).status_code == 302
    with services.database.reading() as connection:
        assert applications.get(connection, mine).status in (Status.READY, Status.SECOND_KEYING)
        answers = applications.answers_of(connection, mine)
    assert {name: each.state for name, each in answers.items()} == {
        BORN: "absent",
        SIGNED: "corrected",
    }
