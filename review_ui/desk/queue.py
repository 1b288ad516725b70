"""The queue: get the next application, see what waits, reopen what was just decided."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake import review
from intake.model import HeldBySomeoneElse, LeaseLost, TooLate
from review_ui.account.access import person
from review_ui.desk.area import pages
from review_ui.wiring import services
from review_ui.words import office_day

LISTED = 100


@pages.get("/")
def queue() -> str:
    waiting = review.waiting(services(), limit=LISTED)
    today = office_day(services().now())
    forms = sorted({each.application.form_code for each in waiting})
    form = request.args.get("form", "")
    shown = [each for each in waiting if form in ("", each.application.form_code)]
    return render_template(
        "desk/queue.html",
        shown=shown,
        waiting=len(waiting),
        more=len(waiting) == LISTED,
        due_now=sum(1 for each in waiting if each.application.due_on <= today),
        forms=forms,
        form=form,
        recent=review.recent(services(), person()),
        now=services().now(),
        minutes=round(services().settings.lease_minutes),
        person=person(),
    )


@pages.post("/next")
def go_on() -> Response:
    """To the application on the desk or the next one, or to the queue when nothing waits."""
    application_id = review.take_next(services(), person())
    if application_id is None:
        flash("Nothing is waiting to be checked.", "good")
        return redirect(url_for("desk.queue"))
    return redirect(url_for("desk.sheet", application_id=application_id))


@pages.post("/<application_id>/take")
def take(application_id: str) -> Response:
    try:
        review.take(services(), application_id, person())
    except (HeldBySomeoneElse, LeaseLost) as error:
        text = str(error)
        if isinstance(error, LeaseLost):
            text = "This one was decided or moved on. Take the next one instead."
        flash(text, "bad")
        return redirect(url_for("desk.queue"))
    return redirect(url_for("desk.sheet", application_id=application_id))


@pages.post("/<application_id>/reopen")
def reopen(application_id: str) -> Response:
    try:
        review.reopen(services(), application_id, person())
    except TooLate as error:
        flash(str(error), "bad")
        return redirect(url_for("desk.queue"))
    return redirect(url_for("desk.sheet", application_id=application_id))
