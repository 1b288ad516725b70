"""The overview: how much stands where, what is due first, what is stuck and why."""

from __future__ import annotations

from flask import Blueprint, render_template

from intake import overview as figures
from intake import review
from intake.model import Status
from review_ui import stages
from review_ui.account.access import only
from review_ui.wiring import services

LISTED = 10

pages = Blueprint("supervisor", __name__, url_prefix="/overview")
pages.before_request(only("supervisor"))


@pages.get("/")
def overview() -> str:
    counts = figures.by_stage(services())
    waiting = review.waiting(services(), limit=LISTED)
    return render_template(
        "supervisor/overview.html",
        counts=counts,
        reading=sum(counts.get(each, 0) for each in stages.MOVING - {Status.READY}),
        delivered=sum(counts.get(s, 0) for s in (Status.RELEASED, Status.ACKNOWLEDGED)),
        waiting=waiting,
        stuck=figures.stuck(services()),
        returned=review.returned(services(), limit=LISTED),
        quarantined=figures.quarantined(services(), limit=LISTED),
        latest=figures.delivered(services(), limit=LISTED),
        Status=Status,
        now=services().now(),
    )
