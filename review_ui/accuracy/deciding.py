"""A supervisor decides where people keyed different things, and reopens what went out wrong."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake import accuracy, keying, review
from intake.accuracy import Case
from intake.keyed import Keying, Said
from intake.model import BadValue, LeaseLost, TooLate
from review_ui import apart
from review_ui.account.access import person
from review_ui.accuracy.area import pages
from review_ui.accuracy.figures import name_of
from review_ui.apart import Apart, Shown
from review_ui.desk import answers, writing
from review_ui.desk.cards import DONE, Typed
from review_ui.told import told
from review_ui.wiring import services


@pages.get("/<int:keying_id>")
def case(keying_id: int) -> str | Response:
    found = _case(keying_id)
    if found.keying.stage == "closed" or found.keying.second is None:
        flash(_("Nothing has to be decided about that field now."), "plain")
        return redirect(url_for("accuracy.figures"))
    return _page(found)


@pages.post("/<int:keying_id>")
def settle(keying_id: int) -> Response | tuple[str, int]:
    found = _case(keying_id)
    picked = request.form.get("picked", "")
    said = _said(found.keying, picked) if picked != "other" else _typed(found)
    if said is None or isinstance(said, Typed):
        error = said.error if said else _("Choose what is written there.")
        return _page(found, told(error), picked), 422
    try:
        done = keying.settle(services(), keying_id, person(), (said.state, said.value))
    except (TooLate, LeaseLost):
        flash(_("Somebody else decided this meanwhile."), "bad")
        return redirect(url_for("accuracy.figures"))
    except BadValue as error:
        return _page(found, told(str(error)), picked), 422
    text = _("Decided. The first answer was wrong.") if done.was_wrong else _("Decided.")
    flash(text, "good")
    return redirect(url_for("accuracy.figures"))


@pages.post("/<int:keying_id>/reopen")
def reopen(keying_id: int) -> Response:
    """Take back an application whose delivered value is wrong, to put it right."""
    found = _case(keying_id)
    try:
        application_id = keying.reopen(services(), found.keying.id, person())
    except TooLate as error:
        flash(told(str(error)), "bad")
        return redirect(url_for("accuracy.figures"))
    return redirect(url_for("desk.sheet", application_id=application_id))


@pages.get("/pictures/<int:keying_id>.jpg")
def picture(keying_id: int) -> Response:
    it = _field(_case(keying_id))
    if it is None:
        abort(404)
    return apart.picture(it)


def _case(keying_id: int) -> Case:
    """404 for what this supervisor is not cleared to see."""
    found = accuracy.case(services(), keying_id)
    if not person().may_see(found.application):
        abort(404)
    return found


def _field(found: Case) -> Apart | None:
    task = review.task(services(), found.application.id)
    return apart.field(task.application, task.reading, task.pictures, found.keying.field)


def _said(found: Keying, picked: str) -> Said | None:
    """One of the three that were keyed, as something that a person now says."""
    said = {"first": found.first, "second": found.second, "third": found.third}.get(picked)
    if said is None or said.state != "accepted":
        return said
    return Said("absent") if said.value is None else Said("corrected", said.value)


def _typed(found: Case) -> Said | Typed | None:
    it = _field(found)
    if it is None:
        return None
    name = it.place.name
    form = {f"given:{name}": "use", f"text:{name}": request.form.get("text", "")}
    said = answers.read(apart.card(it, Shown("", 1, blind=True)), form)
    return Said(said.state, said.value) if isinstance(said, answers.Said) else said


def _page(found: Case, error: str = "", picked: str = "") -> str:
    it = _field(found)
    keyed = [("first", found.keying.first), ("second", found.keying.second)]
    keyed.append(("third", found.keying.third))
    url = url_for("accuracy.picture", keying_id=found.keying.id)
    return render_template(
        "accuracy/decide.html",
        case=found,
        label=name_of(found),
        card=apart.card(it, Shown(url, 1, blind=True)) if it else None,
        sayings=[(which, _shown(it, said)) for which, said in keyed if said is not None],
        error=error,
        picked=picked,
        text=request.form.get("text", ""),
    )


def _shown(it: Apart | None, said: Said) -> str:
    if said.state in ("illegible", "absent") or said.value is None:
        return str(DONE["illegible" if said.state == "illegible" else "absent"])
    if it is None or said.state == "as_written":
        return str(said.value)
    return writing.shown(it.place, said.value)
