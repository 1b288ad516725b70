"""Supervisors decide which work each person is given."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from intake import people
from intake.model import Person
from intake.services import Services
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]


@pytest.fixture
def boss(log_in: LogIn) -> Visitor:
    return log_in("supervisor")


def second(services: Services) -> Person:
    return people.of_name(services, "second")


def test_a_supervisor_gives_work_queues_and_clearance(services: Services, boss: Visitor) -> None:
    assert "/overview/people" in boss.get("/overview/").text
    text = boss.get("/overview/people/second").text
    assert "vehicles-refunds" in text
    given = {"which": "some", "queue": ["vehicles-refunds", "vehicles-keepers"], "cleared": "yes"}
    assert boss.post("/overview/people/second", given).location == "/overview/people"  # type: ignore[arg-type]
    assert second(services).queues == ("vehicles-keepers", "vehicles-refunds")
    assert second(services).cleared
    text = boss.get("/overview/people").text
    assert "vehicles-keepers, vehicles-refunds" in text
    assert "argon2" not in text
    boss.post("/overview/people/second", {"which": "all", "queue": "vehicles-refunds"})
    assert (second(services).queues, second(services).cleared) == ((), False)


def test_nobody_clears_themselves_on_the_page(services: Services, boss: Visitor) -> None:
    assert "changed by somebody else" in boss.get("/overview/people/supervisor").text
    boss.post("/overview/people/supervisor", {"which": "all", "cleared": "yes"})
    assert not people.of_name(services, "supervisor").cleared


def test_what_cannot_be_is_refused_in_words(services: Services, boss: Visitor) -> None:
    assert boss.get("/overview/people/nobody").status_code == 404
    boss.get("/overview/people/second")
    boss.post("/overview/people/second", {"which": "some", "queue": "no-such", "cleared": "yes"})
    assert "is not there any more" in boss.get("/overview/people").text
    boss.post("/overview/people/second", {"which": "some", "cleared": "yes"})
    assert "at least one work queue" in boss.get("/overview/people").text
    assert (second(services).queues, second(services).cleared) == ((), False)


@pytest.mark.parametrize("name", ["operator", "reviewer"])
def test_the_pages_about_people_are_for_supervisors(log_in: LogIn, name: str) -> None:
    visitor = log_in(name)
    assert visitor.get("/overview/people").status_code == 403
    assert visitor.post("/overview/people/second", {"which": "all"}).status_code == 403
