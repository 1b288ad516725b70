"""Whose desk an application is on, and what everybody else is shown."""

from __future__ import annotations

from flask import render_template
from flask_babel import lazy_gettext

from intake import review
from intake.desk import Task
from intake.model import LeaseLost, Status
from review_ui.account.access import person
from review_ui.wiring import services

GONE = lazy_gettext("This application is no longer on your desk. What you saved is kept.")


def mine(application_id: str) -> Task:
    """The application on this person's desk. Raises ``LeaseLost``, ``NotFound``."""
    task = review.task(services(), application_id)
    if not is_mine(task):
        raise LeaseLost
    return task


def is_mine(task: Task) -> bool:
    return task.application.status == Status.IN_REVIEW and task.application.holder == person().id


def elsewhere(application_id: str, lost: bool = False) -> tuple[str, int]:
    """It is not on this person's desk: say where it is and what to do, and nothing it says."""
    application = review.task(services(), application_id).application
    waits = application.status == Status.IN_REVIEW
    free = waits and application.held_by(services().now()) in (None, person().id)
    allowed = person().kept_from(application) is None
    page = render_template(
        "desk/elsewhere.html",
        application=application,
        waits=waits,
        free=free and allowed,
        referred=application.referred,
        lost=lost,
        may_look=person().role == "supervisor" and person().may_see(application),
    )
    return page, 409 if lost else 200
