"""The counter, arrivals and the supervisor's overview."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

import pytest
from ulid import ULID

from intake import audit, jobs, overview
from intake.model import Item, PageDoubt, Side, Status
from intake.records import scans
from intake.services import Services
from tests.review_ui.filled import filled
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


def test_a_disk_that_fails_keeps_the_receipts_already_given(
    services: Services, operator: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = type(services.objects).put

    def sometimes(store: object, data: bytes) -> str:
        if data.endswith(b"2"):
            raise OSError(28, "No space left on device")
        return put(store, data)  # type: ignore[arg-type]

    monkeypatch.setattr(type(services.objects), "put", sometimes)
    answer = hand_in(operator, [(PDF, "one.pdf"), (PDF + b"2", "two.pdf"), (PDF + b"3", "3.pdf")])
    assert answer.status_code == 422
    assert "two.pdf: This could not be stored. Keep it and hand it in again." in answer.text
    assert "2 other files were received" in answer.text


def test_why_paper_goes_back_is_shown_to_those_who_send_it(
    services: Services, operator: Visitor, reviewer: Visitor, log_in: LogIn
) -> None:
    application = seed(services)
    reviewer.get("/desk/")
    reviewer.post("/desk/next")
    path = f"/desk/{application}/return"
    both = {"reason": ["MISSING_SIGNATURE", "MISSING_PAGE"], "outcome": "draft"}
    reviewer.post(path, {**filled(reviewer.get(path).text), **both})
    reviewer.post(path, {**filled(reviewer.get(path).text), "outcome": "approve"})
    why = "It is not signed. A page is missing."
    arrivals = operator.get("/station/").text
    assert "Send back to the sender: 1 item" in arrivals
    assert arrivals.count(why) == 2
    assert "/1 is to be printed." in arrivals
    assert why in log_in("supervisor").get("/overview/").text
    assert why in reviewer.get("/desk/").text


def test_a_supervisor_starts_a_stopped_job_again_from_the_overview(
    services: Services, operator: Visitor, log_in: LogIn
) -> None:
    hand_in(operator, [(PDF, "one.pdf")])
    (claim,) = jobs.claim(services, ["split"], 1)
    jobs.park(services, claim, "It fell over.")
    boss = log_in("supervisor")
    assert "Start again" in boss.get("/overview/").text
    path = f"/overview/jobs/{claim.job_id}/retry"
    assert boss.client.post(path).status_code == 400  # without its token
    assert len(jobs.stuck(services)) == 1
    assert boss.post(path).location == "/overview/"
    assert f"Job {claim.job_id} is tried again." in boss.get("/overview/").text
    assert jobs.stuck(services) == []
    with services.database.reading() as connection:
        trail = audit.trail(connection, claim.subject)
    assert (trail[-1].actor, trail[-1].action) == ("supervisor:supervisor", "split_retried")
    boss.post(path)
    assert f"Job {claim.job_id} is not stopped any more." in boss.get("/overview/").text
    assert operator.post(path).status_code == 403


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


def test_a_page_that_is_bad_to_read_is_told_until_somebody_decided(
    services: Services, operator: Visitor
) -> None:
    where = hand_in(operator, [(PDF, "two.pdf")]).location
    words = "Page 2 is too dark. Scan it again with more brightness."
    was_split(services, {2: words})
    for text in (operator.get(where).text, operator.get("/station/").text):
        assert f"Warning:</span> {words}" in text
        assert '<svg class="icon"' in text
    assert "Scan again while you have the paper: 1 scan has bad pages" in text
    with services.database.writing() as connection:
        connection.exec_driver_sql("UPDATE items SET status = 'closed'")
    assert words not in operator.get("/station/").text


def test_of_many_bad_pages_a_few_are_told_and_the_rest_counted(
    services: Services, operator: Visitor
) -> None:
    where = hand_in(operator, [(PDF, "many.pdf")]).location
    was_split(services, {number: f"Page {number} is blurred." for number in range(1, 31)})
    text = operator.get(where).text
    assert "Page 4 is blurred." in text
    assert "Page 5 is blurred." not in text
    assert "There are 26 more like this in the scan." in text


def was_split(services: Services, bad: Mapping[int, str]) -> None:
    """Part the newest scan into one item, with pages that are bad to read, by number."""
    (line,) = overview.recent_scans(services)
    item = Item(str(ULID()), line.scan.id, 1, Status.SCANNED)
    sides = [
        Side(n, "page", "0" * 64, 10, 10, 300.0, n, doubts=(PageDoubt("bad", words),))
        for n, words in bad.items()
    ]
    with services.database.writing() as connection:
        scans.was_split(connection, line.scan, [(side, item.id) for side in sides], [item])


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


def test_a_stopped_job_tells_the_supervisor_why(
    services: Services, operator: Visitor, log_in: LogIn
) -> None:
    hand_in(operator, [(PDF, "one.pdf")])
    (claim,) = jobs.claim(services, ["split"], 1)
    jobs.park(services, claim, "page 1: the decoder gave up")
    text = log_in("supervisor").get("/overview/").text
    assert "page 1: the decoder gave up" in text


def test_names_that_files_came_with_cannot_become_markup(
    services: Services, operator: Visitor
) -> None:
    hand_in(operator, [(PDF, "<img src=x onerror=alert(1)>.pdf")])
    assert "<img src=x" not in operator.get("/station/").text
