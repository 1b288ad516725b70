"""For supervisors: look at any application as it stands, whoever has it; nothing can be changed."""

from __future__ import annotations

from flask import render_template

from extractors.formpack import said
from intake import review
from review_ui.account.access import person
from review_ui.desk import holding, writing
from review_ui.desk.area import pages
from review_ui.desk.cards import DONE
from review_ui.desk.pictures import page_pictures
from review_ui.desk.review import Sheet, lay_out
from review_ui.stages import STAGES
from review_ui.wiring import services


@pages.get("/<application_id>/look")
def look(application_id: str) -> str | tuple[str, int]:
    if person().role != "supervisor":
        return holding.elsewhere(application_id)
    found = lay_out(review.task(services(), application_id))
    return render_template(
        "desk/look.html",
        application=found.task.application,
        stage=STAGES[found.task.application.status],
        fields=_fields(found),
        pictures=page_pictures(application_id, found.task.pictures),
        now=services().now(),
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
        waits = "To be checked" if field.name in found.task.unresolved else "Read with confidence"
        told.append((said(place.label), value, DONE[answer.state] if answer else waits))
    return told
