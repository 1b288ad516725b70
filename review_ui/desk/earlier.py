"""Earlier post from the same person or vehicle, to tell a duplicate or a chaser by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from intake import earlier
from intake.desk import Task
from intake.model import Application, LeaseLost
from review_ui.account.access import person
from review_ui.desk import holding, looking, pictures
from review_ui.desk.area import pages
from review_ui.stages import STAGES
from review_ui.wiring import services
from review_ui.words import Tag, form_name

LISTED = 5
_SAME = {
    "registration_mark": lazy_gettext("The same registration mark"),
    "vin": lazy_gettext("The same chassis number"),
    "driver_number": lazy_gettext("The same driver number"),
    "national_insurance": lazy_gettext("The same National Insurance number"),
    "document_reference": lazy_gettext("The same document reference"),
    "passport_number": lazy_gettext("The same passport number"),
    "letter": lazy_gettext("It comes with the letter that was sent about this"),
}


@dataclass(frozen=True, slots=True)
class Before:
    """One line of earlier post: what came when, why it is shown, and what became of it."""

    id: str
    form: str
    received_at: datetime
    shared: tuple[str, ...]
    outcome: Tag


def before(application: Application) -> tuple[Before, ...]:
    """The earlier post to list beside an application, newest first."""
    found = earlier.earlier(services(), application.id, person(), LISTED)
    return tuple(
        Before(
            id=each.application.id,
            form=form_name(each.application),
            received_at=each.application.received_at,
            shared=tuple(str(_SAME.get(kind, _("The same number"))) for kind in each.shared),
            outcome=STAGES[each.application.status],
        )
        for each in found
    )


@pages.get("/<application_id>/earlier/<earlier_id>")
def look_at_earlier(application_id: str, earlier_id: str) -> str | tuple[str, int]:
    try:
        task = _task(application_id, earlier_id, tell=True)
    except LeaseLost:
        return holding.elsewhere(application_id)
    return looking.shown(task, seen_from=application_id)


@pages.get("/<application_id>/earlier/<earlier_id>/pages/<digest>")
def earlier_picture(application_id: str, earlier_id: str, digest: str) -> Response:
    try:
        return pictures.served(_task(application_id, earlier_id, tell=False), digest)
    except LeaseLost:
        abort(404)


def _task(application_id: str, earlier_id: str, *, tell: bool) -> Task:
    return earlier.look(services(), application_id, person(), earlier_id, tell=tell)
