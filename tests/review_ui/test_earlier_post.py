"""Earlier post on the review page: to look at only, for whoever has the later one, on record."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from intake import audit, numbers
from intake.records import applications
from intake.services import Services
from tests.review_ui.seed import NOW, Plan, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]
LISTED = "1 earlier application from the same person or vehicle"


def noted(services: Services, application: str) -> str:
    with services.database.writing() as connection:
        made = applications.get(connection, application)
        pack = services.packs[made.form_code, made.edition]
        numbers.note(connection, made, applications.reading(connection, application), pack)
    return application


@pytest.fixture
def before(services: Services) -> str:
    return noted(services, seed(services, Plan(received=NOW - timedelta(days=9))))


@pytest.fixture
def later(services: Services, before: str, reviewer: Visitor) -> str:
    """On the reviewer's desk."""
    made = noted(services, seed(services))
    reviewer.get("/desk/")
    assert reviewer.post(f"/desk/{made}/take").location == f"/desk/{made}"
    return made


def looks(services: Services, application: str) -> list[str]:
    with services.database.reading() as connection:
        return [each.actor for each in audit.trail(connection, application)]


def test_it_is_listed_with_its_purpose_and_looking_at_it_is_recorded(
    services: Services, reviewer: Visitor, before: str, later: str
) -> None:
    page = reviewer.get(f"/desk/{later}").text
    assert LISTED in page
    assert "Shown to help you tell a duplicate or a chaser." in page
    assert "The same driver number" in page
    assert looks(services, before) == []
    shown = reviewer.get(f"/desk/{later}/earlier/{before}")
    assert shown.status_code == 200
    assert "Nothing can be changed here." in shown.text
    assert looks(services, before) == ["reviewer:reviewer"]
    pictures = re.findall(rf'src="(/desk/{later}/earlier/{before}/pages/[^"]+)"', shown.text)
    assert len(pictures) == 2
    for path in pictures:
        answer = reviewer.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "no-store"
    assert looks(services, before) == ["reviewer:reviewer"]  # a picture is no other look


def test_it_is_shown_to_nobody_who_has_not_the_later_one(
    services: Services, log_in: LogIn, reviewer: Visitor, before: str, later: str
) -> None:
    path = f"/desk/{later}/earlier/{before}"
    picture = re.findall(rf'src="({path}/pages/[^"]+)"', reviewer.get(path).text)[0]
    other = log_in("second")
    assert "is not on your desk" in other.get(path).text
    assert other.get(picture).status_code == 404
    assert log_in("operator").get(path).status_code == 403
    assert looks(services, before) == ["reviewer:reviewer"]


def test_only_what_shares_a_number_can_be_reached(
    services: Services, reviewer: Visitor, later: str
) -> None:
    stranger = noted(services, seed(services, Plan(seed=8, received=NOW - timedelta(days=9))))
    for other in (stranger, later, "nothing", "%00", "a" * 300):
        assert reviewer.get(f"/desk/{later}/earlier/{other}").status_code == 404
    assert reviewer.get(f"/desk/nothing/earlier/{stranger}").status_code == 404
    assert looks(services, stranger) == []


def test_sensitive_post_is_listed_for_nobody_who_is_not_cleared(
    services: Services, reviewer: Visitor, before: str, later: str
) -> None:
    with services.database.writing() as connection:
        applications.change(connection, before, sensitive=True)
    assert LISTED not in reviewer.get(f"/desk/{later}").text
    assert reviewer.get(f"/desk/{later}/earlier/{before}").status_code == 404
    assert looks(services, before) == []


def test_pages_that_are_not_of_the_form_are_called_enclosures(
    services: Services, reviewer: Visitor
) -> None:
    application = seed(services, Plan(enclosures=2))
    reviewer.get("/desk/")
    reviewer.post(f"/desk/{application}/take")
    text = reviewer.get(f"/desk/{application}").text
    assert re.findall(r'data-page="(\d)">(?:<span.*?</span>)?([^<]+)<', text) == [
        ("1", "1"), ("2", "2"), ("3", "Enclosure 1"), ("4", "Enclosure 2"),
    ]  # fmt: skip
    assert text.count("As scanned; no fields are read on it.") == 2
