"""Paper that is to be scanned again: asked for at the desk, dealt with at the station."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from intake import rescans
from intake.model import Application, Status
from intake.records import applications, releases, scans
from intake.services import Services
from tests.review_ui.seed import DOUBTFUL, Clock, Plan, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]


@pytest.fixture
def mine(services: Services, reviewer: Visitor) -> str:
    application_id = seed(services, Plan(changes=DOUBTFUL))
    reviewer.get("/desk/")
    reviewer.post(f"/desk/{application_id}/take")
    reviewer.get(f"/desk/{application_id}/rescan")
    return application_id


@pytest.fixture
def operator(log_in: LogIn) -> Visitor:
    return log_in("operator")


def asked(reviewer: Visitor, application_id: str, note: str = "The second page.") -> None:
    reviewer.post(
        f"/desk/{application_id}/rescan", {"version": 1, "reason": "BLURRED", "note": note}
    )


def standing(services: Services, application_id: str) -> Application:
    with services.database.reading() as connection:
        return applications.get(connection, application_id)


def test_a_reviewer_asks_and_the_station_sees_where_the_paper_is(
    services: Services, reviewer: Visitor, operator: Visitor, mine: str
) -> None:
    assert f'href="/desk/{mine}/rescan"' in reviewer.get(f"/desk/{mine}/repair").text
    asked(reviewer, mine)
    text = reviewer.get("/desk/").text
    assert "was asked to scan" in text
    assert "To be scanned again" in text  # among what was decided last
    assert f'action="/desk/{mine}/reopen"' in text
    assert "1 item is to be scanned again" in operator.get("/station/").text
    text = operator.get("/station/rescans").text
    for told in (".pdf, item 1", "The picture is blurred or smeared. The second page.",
                 "<dd>1, 2</dd>", "No scan that came since"):  # fmt: skip
        assert told in text
    assert "AA19NMV" not in text
    assert "is to be scanned again" in reviewer.get(f"/desk/{mine}").text


def test_a_reason_is_needed_and_the_last_one_a_note(
    services: Services, reviewer: Visitor, mine: str
) -> None:
    for given, told in (
        ({}, "Choose why it is to be scanned again"),
        ({"reason": "NOT_OURS"}, "Choose why it is to be scanned again"),
        ({"reason": "OTHER", "note": "  "}, "Enter what is wrong with the scan"),
    ):
        answer = reviewer.post(f"/desk/{mine}/rescan", {"version": 1, **given})
        assert answer.status_code == 422
        assert told in answer.text
    assert standing(services, mine).status == Status.IN_REVIEW


def test_the_operator_names_the_new_scan(
    services: Services, clock: Clock, reviewer: Visitor, operator: Visitor, mine: str
) -> None:
    asked(reviewer, mine)
    clock.pass_by(hours=1)
    new = standing(services, seed(services, Plan(seed=4, received=services.now()))).scan_id
    (line,) = rescans.waiting(services)
    assert "post-0004.pdf" in operator.get("/station/rescans").text
    done = f"/station/rescans/{line.id}/done"
    for wrong, told in (
        ("", "Choose the new scan"),
        ("nonsense", "There is no such scan"),
        (line.scan_id, "came before"),
    ):
        answer = operator.post(done, {"scan": wrong})
        assert answer.status_code == 422
        assert told in answer.text
    assert operator.post(done, {"scan": new}).status_code == 302
    text = operator.get("/station/rescans").text
    assert "Done: the new scan stands in its place." in text
    assert "Nothing is to be scanned again" in text
    assert standing(services, mine).status == Status.CLOSED
    answer = operator.post(done, {"scan": new})
    assert answer.status_code == 422
    assert "dealt with this already" in answer.text


def test_paper_that_is_gone_goes_to_a_supervisor_with_the_reason(
    services: Services, reviewer: Visitor, operator: Visitor, mine: str, log_in: LogIn
) -> None:
    asked(reviewer, mine)
    operator.get("/station/rescans")
    (line,) = rescans.waiting(services)
    operator.post(f"/station/rescans/{line.id}/not-found")
    assert "A supervisor was told" in operator.get("/station/rescans").text
    assert operator.post("/station/rescans/999/not-found").status_code == 422
    supervisor = log_in("supervisor")
    supervisor.get("/desk/")
    supervisor.post(f"/desk/{mine}/take")
    text = supervisor.get(f"/desk/{mine}").text
    assert "the mailroom cannot find the paper. The second page." in text


def test_a_reviewer_takes_it_back_from_the_queue(
    services: Services, reviewer: Visitor, mine: str
) -> None:
    asked(reviewer, mine)
    reviewer.get("/desk/")
    assert reviewer.post(f"/desk/{mine}/reopen").location.endswith(mine)
    assert rescans.number_open(services) == 0
    assert standing(services, mine).status == Status.IN_REVIEW


def test_what_was_delivered_is_not_scanned_again(
    services: Services, reviewer: Visitor, mine: str
) -> None:
    with services.database.writing() as connection:
        releases.add(connection, mine, 1, "{}", services.now())
    assert "was delivered before" in reviewer.get(f"/desk/{mine}/rescan").text
    answer = reviewer.post(f"/desk/{mine}/rescan", {"version": 1, "reason": "BLURRED"})
    assert answer.status_code == 422
    assert "was delivered before" in answer.text


def test_only_whoever_has_it_may_ask(
    services: Services, mine: str, log_in: LogIn, reviewer: Visitor
) -> None:
    other = log_in("supervisor")
    assert "is not on your desk" in other.get(f"/desk/{mine}/rescan").text
    asked(other, mine)
    assert standing(services, mine).status == Status.IN_REVIEW
    reviewer.post(f"/desk/{mine}/rescan", {"version": 8, "reason": "BLURRED"})
    assert "changed in another window" in reviewer.get(f"/desk/{mine}").text
    with services.database.reading() as connection:
        assert scans.get(connection, standing(services, mine).scan_id).code == ""
