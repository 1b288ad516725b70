"""Return to sender: the letter drafted from what failed, edited, approved, printed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from extractors.values import CheckResult
from intake import audit, people, returning, review
from intake.model import RETURN_REASONS, Status
from intake.records import letters
from intake.services import Services
from review_ui.reasons import REASONS
from tests.review_ui.filled import filled
from tests.review_ui.seed import DOUBTFUL, Clock, Plan, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]
PAIR = ("applicant.driver_number", "applicant.date_of_birth")
TOGETHER = "The answers in ‘Driver number’ and ‘Date of birth’ do not agree with each other."
BROKEN = CheckResult("DN-02", "fail", "block", PAIR, "It says year 66, but it is 1974.")
UNSIGNED = {"declaration.signature": {"value": False, "raw": ""}}


@pytest.fixture
def application(services: Services) -> str:
    return seed(services, Plan(changes={**DOUBTFUL, **UNSIGNED}, checks=[BROKEN]))


@pytest.fixture
def desk(reviewer: Visitor, application: str) -> Visitor:
    reviewer.get("/desk/")
    reviewer.post(f"/desk/{application}/take")
    return reviewer


@pytest.fixture
def path(application: str) -> str:
    return f"/desk/{application}/return"


def sent(desk: Visitor, path: str, **changes: object) -> dict[str, object]:
    """The form of the return page as it stands, with changes."""
    return {**filled(desk.get(path).text), **changes}


def kept(services: Services, application: str) -> list[letters.KeptLetter]:
    with services.database.reading() as connection:
        return letters.of(connection, application)


def status(services: Services, application: str) -> Status:
    return review.task(services, application).application.status


def test_what_failed_is_chosen_drafted_and_leads_to_its_fields(desk: Visitor, path: str) -> None:
    page = desk.get(path).text
    form = filled(page)
    assert form["reason"] == ["MISSING_SIGNATURE", "AMBIGUOUS_FIELD"]
    assert TOGETHER in page
    assert "There is no signature in ‘Signature’. Please sign there." in page
    assert "Do not go together: Driver number, Date of birth (check DN-02)" in page
    assert "Not signed: Signature" in page
    assert 'value="look:applicant.driver_number"' in page
    assert form["language"] == ["en"]


def test_a_source_leads_to_the_card_of_its_field_with_the_draft_kept(
    services: Services, desk: Visitor, path: str, application: str
) -> None:
    changed = sent(desk, path, outcome="look:applicant.driver_number")
    changed["text:frame:closing"] = "Ring the bell."
    answer = desk.post(path, changed)
    where = "?change=applicant.driver_number#card-applicant-driver_number"
    assert answer.location == f"/desk/{application}{where}"
    assert 'id="card-applicant-driver_number"' in desk.get(answer.location).text
    assert "Ring the bell." in desk.get(path).text
    assert [each.approved_at for each in kept(services, application)] == [None]


def test_a_letter_is_approved_stored_and_told_in_the_trail(
    services: Services, desk: Visitor, path: str, application: str
) -> None:
    changed = sent(desk, path, outcome="approve")
    changed["text:frame:closing"] = "Write to us if you need help."
    changed["text:own:1"] = "Please use a black pen."
    changed["included"] = [
        each
        for each in changed["included"]
        if each != "frame:papers"  # type: ignore[attr-defined]
    ]
    assert desk.post(path, changed).status_code == 302
    found = review.task(services, application).application
    assert (found.status, found.code) == (Status.RETURNED, "MISSING_SIGNATURE")
    assert found.return_reasons == ("MISSING_SIGNATURE", "AMBIGUOUS_FIELD")
    (post,) = returning.to_print(services, limit=5)
    assert post.letter.said("closing") == ("Write to us if you need help.",)
    assert post.letter.said("papers") == ()
    assert post.letter.said("cause")[-1] == "Please use a black pen."
    assert post.kept.approved_by is not None
    with services.database.reading() as connection:
        event = audit.trail(connection, application)[-1]
    assert event.action == "returned"
    assert event.detail["letter"] == f"{application}/1"
    assert event.detail["changed"] == ["frame:closing"]
    assert event.detail["removed"] == ["frame:papers"]
    assert event.detail["added"] == ["own:1"]
    assert "black pen" not in str(event.detail)


def test_every_reason_is_on_the_page_in_the_words_of_the_mailroom(app: Flask) -> None:
    with app.test_request_context():
        assert {code: str(text) for code, text in REASONS.items()} == dict(RETURN_REASONS)


def test_other_reasons_are_drafted_first_and_approved_after(
    services: Services, desk: Visitor, path: str, application: str
) -> None:
    answer = desk.post(path, sent(desk, path, outcome="approve", reason=["ILLEGIBLE"]))
    assert answer.status_code == 422
    assert "the letter was drafted again. Check it, then approve it." in answer.text
    assert "We could not read the form." in answer.text
    assert status(services, application) == Status.IN_REVIEW
    assert desk.post(path, {**filled(answer.text), "outcome": "approve"}).status_code == 302
    assert status(services, application) == Status.RETURNED


def test_a_letter_needs_a_reason_and_no_words_in_brackets(
    services: Services, desk: Visitor, path: str, application: str
) -> None:
    answer = desk.post(path, sent(desk, path, outcome="approve", reason=[], shown_reasons=""))
    assert answer.status_code == 422
    assert "Choose why it is going back" in answer.text
    desk.post(path, sent(desk, path, outcome="draft", reason=["WRONG_FORM"]))
    page = desk.get(path).text
    assert "What you ask for needs a different form: [name of the form]." in page
    answer = desk.post(path, {**filled(page), "outcome": "approve"})
    assert answer.status_code == 422
    assert "Replace the words in square brackets in the letter" in answer.text
    filled_in = {"text:reason:WRONG_FORM": "Please use form V890.", "outcome": "approve"}
    assert desk.post(path, {**filled(answer.text), **filled_in}).status_code == 302
    assert status(services, application) == Status.RETURNED


def test_a_letter_with_nothing_to_put_right_is_not_approved(
    services: Services, desk: Visitor, path: str, application: str
) -> None:
    answer = desk.post(path, sent(desk, path, outcome="approve", included=["frame:opening"]))
    assert answer.status_code == 422
    assert "Say in the letter why it is going back" in answer.text
    assert status(services, application) == Status.IN_REVIEW


def test_the_language_is_changed_and_edits_in_both_are_kept(desk: Visitor, path: str) -> None:
    changed = sent(desk, path, outcome="draft", language="cy")
    changed["text:frame:closing"] = "Write to us."
    desk.post(path, changed)
    page = desk.get(path).text
    assert "Nid oes llofnod yn ‘Llofnod’. Llofnodwch yno." in page
    assert 'lang="cy"' in page
    assert "Write to us." not in page
    desk.post(path, {**filled(page), "language": "en", "outcome": "draft"})
    assert "Write to us." in desk.get(path).text


def test_a_draft_keeps_itself_and_holds_the_application(
    services: Services, desk: Visitor, path: str, application: str, clock: Clock
) -> None:
    clock.pass_by(minutes=8)
    changed = sent(desk, path)
    changed["text:frame:opening"] = "Hello."
    answer = desk.post(f"{path}/save", changed)
    assert answer.json == {"draft": 1, "saved": "10:50", "until": "11:00"}
    assert "Hello." in desk.get(path).text
    assert desk.post(f"{path}/save", changed).status_code == 409
    assert desk.post(f"{path}/save", {**changed, "draft": 1}).json["draft"] == 2  # type: ignore[index]


def test_two_windows_lose_nothing_that_was_typed(
    services: Services, desk: Visitor, path: str, application: str
) -> None:
    first = sent(desk, path, outcome="draft")
    second = {**first, "text:frame:closing": "From the second window.", "outcome": "approve"}
    desk.post(path, {**first, "text:frame:opening": "From the first window."})
    answer = desk.post(path, second)
    assert answer.status_code == 409
    assert "From the second window." in answer.text
    assert status(services, application) == Status.IN_REVIEW
    assert desk.post(path, {**filled(answer.text), "outcome": "approve"}).status_code == 302


def test_answers_given_meanwhile_need_a_new_look_at_the_letter(
    services: Services, desk: Visitor, path: str, application: str
) -> None:
    old = sent(desk, path, outcome="approve")
    me = next(each for each in people.everyone(services) if each.name == "reviewer")
    version = review.task(services, application).version
    review.answer(services, application, me, version, ("request.reason", "absent", None))
    answer = desk.post(path, old)
    assert answer.status_code == 409
    assert "No box is marked for" in answer.text
    assert status(services, application) == Status.IN_REVIEW


def test_nobody_else_writes_or_sees_the_letter(
    services: Services, desk: Visitor, path: str, application: str, log_in: LogIn, clock: Clock
) -> None:
    form = sent(desk, path, outcome="approve")
    other = log_in("second")
    for each in (path, f"{path}/preview"):
        answer = other.get(each)
        assert "is not on your desk" in answer.text
        assert "Driver number" not in answer.text
    for data in (form, {**form, "version": "x"}, {"outcome": "approve"}):
        answer = other.post(path, {**data, "csrf_token": other.token})
        assert answer.status_code == 409
        assert "Driver number" not in answer.text
    assert other.post(f"{path}/save", {**form, "csrf_token": other.token}).status_code == 409
    clock.pass_by(minutes=11)
    other.get("/desk/")
    other.post(f"/desk/{application}/take")
    answer = desk.post(path, form)
    assert answer.status_code == 409
    assert "Your time for it ran out" in answer.text
    assert kept(services, application) == []


def test_hostile_input_is_answered_in_words(
    services: Services, desk: Visitor, path: str, application: str
) -> None:
    form = sent(desk, path, outcome="draft")
    odd = {
        "reason": ["NO_SUCH", "x" * 5000], "language": "tlh", "shown_language": "..",
        "shown_reasons": "A B C", "included": ["frame:nothing", "own:9"],
        "text:own:1": "<script>alert(1)</script>\x00\x07 " + "y" * 5000,
        "text:nothing:here": "z", "address": "\n".join("line" * 50 for _ in range(90)),
        "outcome": "look:no.such.field",
    }  # fmt: skip
    assert desk.post(path, {**form, **odd}).status_code == 302
    page = desk.get(path).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "y" * 601 not in page
    for draft in ("x", "-1", "9" * 30):
        assert desk.post(path, {**form, "draft": draft}).status_code == 409
    assert desk.post(path, {}).status_code == 409
    assert desk.get("/desk/NOTHING/return").status_code == 404
    assert desk.post("/desk/NOTHING/return", form).status_code == 404
    assert desk.get("/desk/NOTHING/return/preview").status_code == 404
    answer = desk.post(path, {**filled(page), "outcome": "approve"})
    assert answer.status_code == 422
    assert status(services, application) == Status.IN_REVIEW


def test_the_preview_shows_the_letter_as_printed_and_what_is_missing(
    desk: Visitor, path: str, application: str
) -> None:
    answer = desk.post(path, sent(desk, path, outcome="preview", reason=["FEE_MISSING"]))
    assert answer.location == f"{path}/preview"
    page = desk.get(answer.location).text
    assert "Our reference:" in page
    assert f"{application[-8:-4]}-{application[-4:]}/1" in page
    assert "Replace the words in square brackets in the letter" in page
    assert "Vehicle Records Agency (specimen)" in page
    assert "18 November 2026" in page


def test_a_double_click_returns_once(
    services: Services, desk: Visitor, path: str, application: str
) -> None:
    form = sent(desk, path, outcome="approve")
    assert desk.post(path, form).status_code == 302
    assert desk.post(path, form).status_code == 302
    assert len(kept(services, application)) == 1


def test_reopening_withdraws_a_letter_and_the_next_return_begins_with_its_words(
    services: Services, desk: Visitor, path: str, application: str
) -> None:
    changed = sent(desk, path, outcome="approve")
    changed["text:frame:closing"] = "Our own closing."
    desk.post(path, changed)
    desk.get("/desk/")
    desk.post(f"/desk/{application}/reopen")
    assert returning.to_print(services, limit=5) == []
    page = desk.get(path).text
    assert "Our own closing." in page
    assert "was printed on" not in page
    desk.post(path, {**filled(page), "outcome": "approve"})
    first, second = kept(services, application)
    assert first.withdrawn_at is not None
    assert (second.number, second.withdrawn_at) == (2, None)


def test_reopening_after_printing_says_so_to_reviewer_and_mailroom(
    services: Services, desk: Visitor, path: str, application: str, log_in: LogIn
) -> None:
    desk.post(path, sent(desk, path, outcome="approve"))
    operator = log_in("operator")
    operator.get(f"/station/letters/{application}/1")
    operator.post("/station/letters/printed", {"letter": f"{application}/1"})
    looked_at = log_in("supervisor").get(f"/desk/{application}/look").text
    assert f'href="/station/letters/{application}/1"' in looked_at
    desk.get("/desk/")
    answer = desk.post(f"/desk/{application}/reopen")
    assert "The letter was printed already." in desk.get(answer.location).text
    assert "A letter for an earlier return was printed on 18 Nov" in desk.get(path).text
    page = operator.get("/station/letters").text
    assert "Do not send: the return was taken back" in page
    assert "Print again" not in page
    answer = operator.post("/station/letters/printed", {"letter": f"{application}/1"})
    assert "Do not send the letters named below" in operator.get(answer.location).text


def test_what_fails_after_a_draft_was_begun_is_chosen_too(
    services: Services, desk: Visitor, path: str, application: str
) -> None:
    desk.post(path, sent(desk, path, outcome="back", reason=["MISSING_SIGNATURE"]))
    me = next(each for each in people.everyone(services) if each.name == "reviewer")
    version = review.task(services, application).version
    signed = ("declaration.signature", "corrected", True)
    review.answer(services, application, me, version, signed)
    assert "reason" not in sent(desk, path)


def test_an_address_of_a_letter_that_cannot_be_is_not_found(log_in: LogIn) -> None:
    assert log_in("operator").get(f"/station/letters/x/{9**30}").status_code == 404
