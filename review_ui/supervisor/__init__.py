"""The overview: how much stands where, what is due first, what is stuck and why."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake import jobs, review, unknown, waiting
from intake import overview as figures
from intake.model import Status
from review_ui import stages
from review_ui.account.access import person
from review_ui.supervisor import people, unknown_forms
from review_ui.supervisor.area import actor, pages
from review_ui.wiring import services

__all__ = ["pages", "people", "unknown_forms"]

LISTED = 10


@pages.get("/")
def overview() -> str:
    counts = figures.by_stage(services())
    return render_template(
        "supervisor/overview.html",
        counts=counts,
        reading=sum(counts.get(each, 0) for each in stages.MOVING - {Status.READY}),
        delivered=sum(counts.get(s, 0) for s in (Status.RELEASED, Status.ACKNOWLEDGED)),
        waiting=waiting.soonest(services(), person(), limit=LISTED),
        stuck=figures.stuck(services()),
        returned=review.returned(services(), limit=LISTED),
        quarantined=figures.quarantined(services(), limit=LISTED),
        unknown=unknown.groups(services(), limit=LISTED),
        problems=services().stock.problems,
        latest=figures.delivered(services(), limit=LISTED),
        Status=Status,
        steps=stages.STEPS,
        now=services().now(),
    )


@pages.post("/jobs/<int:job_id>/retry")
def retry(job_id: int) -> Response:
    """Start a stopped job again."""
    if jobs.retry(services(), job_id, actor()):
        flash(_("Job %(number)s is tried again.", number=job_id), "good")
    else:
        flash(_("Job %(number)s is not stopped any more.", number=job_id), "plain")
    return redirect(url_for("supervisor.overview"))
