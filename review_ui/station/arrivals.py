"""Arrivals: what came in, how far it is, and what needs a hand. Shows no field values."""

from __future__ import annotations

from flask import render_template

from intake import overview, rescans, returning, review
from review_ui import stages
from review_ui.station.area import pages
from review_ui.wiring import services

LISTED = 50


@pages.get("/")
def arrivals() -> str:
    lines = overview.recent_scans(services(), limit=LISTED)
    returned = review.returned(services(), limit=LISTED)
    return render_template(
        "station/arrivals.html",
        lines=lines,
        bad=[line for line in lines if stages.scan_again(line)],
        troubled=[line for line in lines if stages.advice(line)],
        returned=returned,
        letters=returning.standing(services(), [each.application.id for each in returned]),
        moving=any(stages.still_moving(line) for line in lines),
        to_rescan=rescans.number_open(services()),
        stages=stages,
        inbox=services().settings.inbox,
        now=services().now(),
        listed=LISTED,
    )
