"""Page pictures, served only to whoever has their application on the desk, and to supervisors.

Also to the person it is kept for as their next, whose browser loads them before they are needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, abort, url_for

from extractors.values import Reading
from intake import review
from intake.desk import Task
from intake.model import Side
from review_ui.account.access import person
from review_ui.desk import holding, keeping
from review_ui.desk.area import pages
from review_ui.desk.snippets import PagePicture
from review_ui.turning import shown
from review_ui.wiring import services

_LONGEST = 5000  # pixels of the longer side: as it is, in effect
_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@pages.get("/<application_id>/pages/<digest>")
def picture(application_id: str, digest: str) -> Response:
    task = review.task(services(), application_id)
    if not (holding.is_mine(task) or _may_look(task)):
        abort(404)
    return keeping.kept(served(task, digest), application_id, digest)


def served(task: Task, digest: str) -> Response:
    """One picture of this application; 404 when it has no such picture."""
    sides = task.pictures
    if digest not in {each.laid for each in sides} | {each.picture for each in sides}:
        abort(404)
    data = services().objects.get(digest)
    turned = next((s.turned for s in sides if s.picture == digest and s.laid is None), None)
    if turned:  # as a person said, until it is read so
        return Response(shown(data, turned, _LONGEST), mimetype="image/jpeg")
    kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), None)
    if kind is None:
        abort(415)
    return Response(data, mimetype=kind)


def page_pictures(
    application_id: str,
    sides: Sequence[Side],
    reading: Reading | None = None,
    *,
    seen_from: str = "",
) -> Mapping[int, PagePicture]:
    """The picture to show of every page of an item: as laid on its blank, else as scanned.

    With its ``reading`` the pages that are not of the form are counted as enclosures. ``seen_from``
    is the application on the desk from which this earlier one is looked at.
    """
    strange = _enclosures(reading)
    found: dict[int, PagePicture] = {}
    for nth, side in enumerate(sides, start=1):
        number = side.position or nth
        enclosure = sorted(strange).index(number) + 1 if number in strange else 0
        laid = side.laid is not None
        digest = side.laid or side.picture
        size = (side.laid_width, side.laid_height) if laid else (side.width, side.height)
        size = size[::-1] if not laid and (side.turned or 0) % 180 else size
        url = _url(application_id, digest, seen_from)
        found[number] = PagePicture(number, url, *size, laid and not enclosure, enclosure)
    return found


def _enclosures(reading: Reading | None) -> frozenset[int]:
    """The numbers of the pages that are not of the form; none when no page is."""
    told = reading.pages if reading else ()
    if all(page.form_page is None for page in told):
        return frozenset()
    return frozenset(page.number for page in told if page.form_page is None)


def _url(application_id: str, digest: str, seen_from: str) -> str:
    if not seen_from:
        mine = keeping.stamp(application_id, digest)
        return url_for("desk.picture", application_id=application_id, digest=digest, of=mine)
    return url_for(
        "desk.earlier_picture",
        application_id=seen_from,
        earlier_id=application_id,
        digest=digest,
    )


def _may_look(task: Task) -> bool:
    """Supervisors cleared for it, and whoever it is kept for as their next."""
    me, application = person(), task.application
    if application.kept_for(me, services().now()):
        return True
    return me.role == "supervisor" and me.may_see(application)
