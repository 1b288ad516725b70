"""Page pictures, served only to whoever has their application on the desk, and to supervisors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, abort, url_for

from intake import review
from intake.model import Side
from review_ui.account.access import person
from review_ui.desk import holding
from review_ui.desk.area import pages
from review_ui.desk.snippets import PagePicture
from review_ui.wiring import services

_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@pages.get("/<application_id>/pages/<digest>")
def picture(application_id: str, digest: str) -> Response:
    task = review.task(services(), application_id)
    sides = task.pictures
    if not (holding.is_mine(task) or person().role == "supervisor"):
        abort(404)
    if digest not in {each.laid for each in sides} | {each.picture for each in sides}:
        abort(404)
    data = services().objects.get(digest)
    kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), None)
    if kind is None:
        abort(415)
    return Response(data, mimetype=kind)  # no browser keeps it: see review_ui.security


def page_pictures(application_id: str, sides: Sequence[Side]) -> Mapping[int, PagePicture]:
    """The picture to show of every page of an item: as laid on its blank, else as scanned."""
    found = {}
    for number, side in enumerate(sides, start=1):
        laid = side.laid is not None
        digest, size = (
            (side.laid, (side.laid_width, side.laid_height))
            if laid
            else (side.picture, (side.width, side.height))
        )
        url = url_for("desk.picture", application_id=application_id, digest=digest)
        found[side.position or number] = PagePicture(side.position or number, url, *size, laid)
    return found
