"""Get a field, key it, and straight on to the next."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake import keying
from intake.keyed import Keying
from intake.model import BadValue, LeaseLost
from review_ui import apart
from review_ui.account.access import person
from review_ui.desk import writing
from review_ui.desk.cards import Typed
from review_ui.keying import showing
from review_ui.keying.area import pages
from review_ui.told import told
from review_ui.wiring import services


@pages.get("/")
def start() -> str | Response:
    if keying.in_hand(services(), person()) is not None:
        return redirect(url_for("keying.field"))
    return render_template("keying/start.html", waiting=keying.waiting(services(), person()))


@pages.post("/next")
def go_on() -> Response:
    """To the next field, or to the start page when nothing waits for this person."""
    if keying.take_next(services(), person()) is None:
        flash(_("Nothing is left for you to key."), "good")
        return redirect(url_for("keying.start"))
    return redirect(url_for("keying.field"))


@pages.get("/field")
def field() -> str | Response:
    found = keying.in_hand(services(), person())
    return redirect(url_for("keying.start")) if found is None else _page(found)


@pages.post("/<int:keying_id>")
def key(keying_id: int) -> Response | str | tuple[str, int]:
    """Keep what was keyed and go on; a mistake is shown with the field again."""
    found = keying.in_hand(services(), person())
    if found is None or found.id != keying_id:
        return go_on()  # saved by a first click, or the time was over: then somebody else keys it
    if request.form.get("given") == "put_back":
        keying.put_back(services(), keying_id, person())
        return redirect(url_for("keying.start"))
    it = showing.field(found)
    said = showing.read(it, found, request.form) if it else None
    if said is None:
        said = Typed("", "use", _("Enter what is written, or say that it was left blank."))
    if isinstance(said, Typed):
        return _page(found, said), 422
    try:
        keying.key(services(), keying_id, person(), said)
    except LeaseLost:
        flash(_("Your time for that field was over, so it was not saved."), "bad")
    except BadValue as error:
        return _page(found, Typed(request.form.get("text", ""), "use", told(str(error)))), 422
    return go_on()


@pages.post("/check")
def check() -> FlaskResponse:
    """What a text would mean in the field in hand; nothing is saved."""
    found = keying.in_hand(services(), person())
    it = showing.field(found) if found else None
    if it is None:
        abort(404)
    line = writing.line(it.place, request.form.get("text", ""))
    return jsonify(meaning=line.meaning, problem=told(line.problem))


@pages.get("/pictures/<int:keying_id>.jpg")
def picture(keying_id: int) -> Response:
    """Just the place of the field that lies before this person."""
    found = keying.in_hand(services(), person())
    if found is None or found.id != keying_id:
        abort(404)
    it = showing.field(found)
    if it is None:
        abort(404)
    return apart.picture(it)


def _page(found: Keying, typed: Typed | None = None) -> str:
    it = showing.field(found)
    return render_template(
        "keying/field.html",
        keying=found,
        card=showing.card(it, found, typed) if it else None,
        pack=it.pack if it else None,
        waiting=keying.waiting(services(), person()),
        told=told,
    )
