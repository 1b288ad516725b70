"""Return to sender, refer, give back: each a page of its own with one question."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake import review
from intake.model import RETURN_REASONS, LeaseLost, VersionConflict
from review_ui.account.access import person
from review_ui.desk import holding, suggesting
from review_ui.desk.area import pages
from review_ui.desk.holding import GONE
from review_ui.desk.queue import go_on
from review_ui.desk.review import CHANGED
from review_ui.wiring import services
from review_ui.words import reference

NOTE_LENGTH = 500


@pages.get("/<application_id>/return")
def ask_reason(application_id: str) -> str | tuple[str, int]:
    if not holding.is_mine(review.task(services(), application_id)):
        return holding.elsewhere(application_id)
    return _reason_page(application_id)


@pages.post("/<application_id>/return")
def return_to_sender(application_id: str) -> Response | tuple[str, int]:
    code, note = request.form.get("reason", ""), request.form.get("note", "").strip()
    if code not in RETURN_REASONS:
        return _reason_page(application_id, note=note, missing=True), 422
    return _decide(application_id, "returned", lambda version: review.return_to_sender(
        services(), application_id, person(), version, (code, note[:NOTE_LENGTH])
    ))  # fmt: skip


@pages.get("/<application_id>/refer")
def ask_note(application_id: str) -> str | tuple[str, int]:
    if not holding.is_mine(review.task(services(), application_id)):
        return holding.elsewhere(application_id)
    return _note_page(application_id)


@pages.post("/<application_id>/refer")
def refer(application_id: str) -> Response | tuple[str, int]:
    note = request.form.get("note", "").strip()
    if not note:
        return _note_page(application_id, missing=True), 422
    return _decide(application_id, "referred to a supervisor", lambda version: review.refer(
        services(), application_id, person(), version, note[:NOTE_LENGTH]
    ))  # fmt: skip


@pages.post("/<application_id>/give-back")
def give_back(application_id: str) -> Response:
    try:
        review.give_back(services(), application_id, person())
        flash(f"{reference(application_id)} is back in the queue.", "good")
    except LeaseLost:
        flash(GONE, "bad")
    return redirect(url_for("desk.queue"))


def _decide(application_id: str, done: str, decision: Callable[[int], None]) -> Response:
    """Decide at the version of the page, then get the next; or say why it cannot be done."""
    try:
        decision(int(request.form.get("version", "0")))
    except LeaseLost:
        flash(GONE, "bad")
        return redirect(url_for("desk.queue"))
    except (VersionConflict, ValueError):
        flash(CHANGED, "bad")
        return redirect(url_for("desk.sheet", application_id=application_id))
    flash(f"{reference(application_id)} was {done}.", "good")
    return go_on()


def _reason_page(application_id: str, note: str = "", missing: bool = False) -> str:
    task = review.task(services(), application_id)
    return render_template(
        "desk/return.html",
        task=task,
        likely=suggesting.likely_reason(task.reading),
        delivered=review.was_delivered(services(), application_id),
        reasons=RETURN_REASONS,
        note=note,
        missing=missing,
        longest=NOTE_LENGTH,
    )


def _note_page(application_id: str, missing: bool = False) -> str:
    return render_template(
        "desk/refer.html",
        task=review.task(services(), application_id),
        missing=missing,
        longest=NOTE_LENGTH,
    )
