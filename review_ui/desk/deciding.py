"""Refer to a supervisor, give back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake import review
from intake.model import LeaseLost, VersionConflict
from review_ui.account.access import person
from review_ui.desk import holding
from review_ui.desk.area import pages
from review_ui.desk.holding import GONE
from review_ui.desk.queue import go_on
from review_ui.desk.review import CHANGED
from review_ui.wiring import services
from review_ui.words import reference

NOTE_LENGTH = 500


@pages.get("/<application_id>/refer")
def ask_note(application_id: str) -> str | tuple[str, int]:
    if not holding.is_mine(review.task(services(), application_id)):
        return holding.elsewhere(application_id)
    return _note_page(application_id)


@pages.post("/<application_id>/refer")
def refer(application_id: str) -> Response | tuple[str, int]:
    """Refer it at the version of the page, then get the next; or say why it cannot be done."""
    note = request.form.get("note", "").strip()
    if not note:
        return _note_page(application_id, missing=True), 422
    try:
        version = int(request.form.get("version", "0"))
        review.refer(services(), application_id, person(), version, note[:NOTE_LENGTH])
    except LeaseLost:
        flash(GONE, "bad")
        return redirect(url_for("desk.queue"))
    except (VersionConflict, ValueError):
        flash(CHANGED, "bad")
        return redirect(url_for("desk.sheet", application_id=application_id))
    flash(_("%(it)s was referred to a supervisor.", it=reference(application_id)), "good")
    return go_on()


@pages.post("/<application_id>/give-back")
def give_back(application_id: str) -> Response:
    try:
        review.give_back(services(), application_id, person())
        flash(_("%(it)s is back in the queue.", it=reference(application_id)), "good")
    except LeaseLost:
        flash(GONE, "bad")
    return redirect(url_for("desk.queue"))


def _note_page(application_id: str, missing: bool = False) -> str:
    return render_template(
        "desk/refer.html",
        task=review.task(services(), application_id),
        missing=missing,
        longest=NOTE_LENGTH,
    )
