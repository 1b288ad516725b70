"""The counter, arrivals and the supervisor's overview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO

import pytest

from intake import jobs, overview
from intake.model import Status
from intake.records import scans
from intake.services import Services
from tests.review_ui.seed import DOUBTFUL, Plan, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]
PDF = b"%PDF-1.7 one sheet"


@pytest.fixture
def operator(log_in: LogIn) -> Visitor:
    return log_in("operator")


def hand_in(operator: Visitor, files: Sequence[tuple[bytes, str]]):  # type: ignore[no-untyped-def]
    operator.get("/counter/")
    return operator.post("/counter/", {"files": [(BytesIO(data), name) for data, name in files]})


def test_every_file_gets_a_receipt_at_once(services: Services, operator: Visitor) -> None:
    answer = hand_in(operator, [(PDF, "one.pdf"), (PDF + b"2", "two.pdf")])
    assert answer.status_code == 302
    text = operator.get(answer.location).text
    assert "one.pdf" in text
    assert "two.pdf" in text
    assert text.count("Received</span>") == 2
    kept = overview.recent_scans(services)
    assert {line.scan.channel for line in kept} == {"counter"}
    assert services.objects.get(kept[0].scan.sha256).startswith(PDF)


def test_the_same_file_twice_is_the_same_receipt(services: Services, operator: Visitor) -> None:
    first = hand_in(operator, [(PDF, "one.pdf")]).location
    assert hand_in(operator, [(PDF, "again.pdf")]).location == first
    assert len(overview.recent_scans(services)) == 1


def test_a_refused_file_is_named_and_the_others_keep_their_receipts(
    services: Services, operator: Visitor
) -> None:
    answer = hand_in(operator, [(b"", "empty.pdf"), (PDF, "good.pdf")])
    assert answer.status_code == 422
    assert "empty.pdf: The file is empty. Scan it again." in answer.text
    assert "1 other file was received" in answer.text
    assert len(overview.recent_scans(services)) == 1


def test_nothing_chosen_says_what_to_do(operator: Visitor) -> None:
    assert "Choose at least one file." in hand_in(operator, []).text


def test_a_receipt_nobody_gave_is_not_found(operator: Visitor) -> None:
    assert operator.get("/counter/receipts?scan=01JC9Z6Q8W3V5K7M2N4P6R8T0A").status_code == 404


def test_what_could_not_be_read_says_why_and_what_to_do(
    services: Services, operator: Visitor, log_in: LogIn
) -> None:
    where = hand_in(operator, [(PDF, "dark.pdf")]).location
    reason = "The page is too dark to read. Scan it again with more light."
    with services.database.writing() as connection:
        (found,) = overview.recent_scans(services)
        scans.set_status(connection, found.scan, Status.QUARANTINED, code="dark", reason=reason)
    for text in (operator.get(where).text, operator.get("/station/").text):
        assert "Could not be read" in text
        assert reason in text
    assert "1 scan needs you" in operator.get("/station/").text
    assert reason in log_in("supervisor").get("/overview/").text


def test_arrivals_tell_stages_but_no_field_values(services: Services, operator: Visitor) -> None:
    seed(services, Plan(changes=DOUBTFUL))
    text = operator.get("/station/").text
    assert "post-0003.pdf" in text
    assert "Waiting for a reviewer" in text
    for value in ("AA19NNV", "AA19NMV", "Registration mark", "Quinn"):
        assert value not in text


def test_with_nothing_there_the_pages_say_where_post_comes_from(
    services: Services, operator: Visitor, reviewer: Visitor, log_in: LogIn
) -> None:
    assert str(services.settings.inbox) in operator.get("/station/").text
    assert "Nothing is waiting" in reviewer.get("/desk/").text
    assert "Overview" in log_in("supervisor").get("/overview/").text


def test_a_stopped_job_tells_the_supervisor_why_and_how_to_go_on(
    services: Services, operator: Visitor, log_in: LogIn
) -> None:
    hand_in(operator, [(PDF, "one.pdf")])
    (claim,) = jobs.claim(services, ["split"], 1)
    jobs.park(services, claim, "page 1: the decoder gave up")
    text = log_in("supervisor").get("/overview/").text
    assert "page 1: the decoder gave up" in text
    assert "postroom retry" in text


def test_names_that_files_came_with_cannot_become_markup(
    services: Services, operator: Visitor
) -> None:
    hand_in(operator, [(PDF, "<img src=x onerror=alert(1)>.pdf")])
    assert "<img src=x" not in operator.get("/station/").text
