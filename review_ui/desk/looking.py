"""For supervisors: look at any application as it stands, whoever has it; nothing can be changed."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from extractors.formpack import said
from intake import returning, review
from intake.desk import Task
from review_ui.account.access import person
from review_ui.desk import holding, writing
from review_ui.desk.area import pages
from review_ui.desk.cards import DONE
from review_ui.desk.pictures import page_pictures
from review_ui.desk.sheet import Sheet, lay_out
from review_ui.language import language
from review_ui.stages import STAGES
from review_ui.wiring import services


@pages.get("/<application_id>/look")
def look(application_id: str) -> str | tuple[str, int]:
    task = review.task(services(), application_id)
    if person().role != "supervisor" or not person().may_see(task.application):
        return holding.elsewhere(application_id)
    return shown(task)


def shown(task: Task, seen_from: str = "") -> str:
    """An application to look at only; ``seen_from`` is the one on the desk, for earlier post."""
    application = task.application
    return render_template(
        "desk/look.html",
        application=application,
        stage=STAGES[application.status],
        letter=returning.standing(services(), [application.id]).get(application.id),
        fields=_fields(lay_out(task)),
        pictures=page_pictures(application.id, task.pictures, task.reading, seen_from=seen_from),
        now=services().now(),
        seen_from=seen_from,
    )


def _fields(found: Sheet) -> list[tuple[str, str, str]]:
    """Every field: its label, its value in words, and how sure that is."""
    if found.sight is None:
        return []
    places, answers = found.sight.pack.by_name, found.task.answers
    told = []
    for field in found.task.reading.fields:
        answer, place = answers.get(field.name), places.get(field.name)
        if place is None or field.method == "barcode":
            continue
        if answer and answer.state == "as_written":  # text that fits no kind
            value = str(answer.value)
        else:
            value = writing.shown(place, answer.value if answer else field.value)
        waits = field.name in found.task.unresolved
        sure = _("To be checked") if waits else _("Read with confidence")
        told.append(
            (said(place.label, language()), value, str(DONE[answer.state]) if answer else sure)
        )
    return told
