"""The review page, and saving each answer as it is given."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from extractors.formpack import said
from intake import review
from intake.model import BadValue, LeaseLost, VersionConflict
from review_ui.account.access import person
from review_ui.account.shortcuts import SHORTCUTS
from review_ui.desk import answers, cards, earlier, holding, snippets, writing
from review_ui.desk.area import pages
from review_ui.desk.cards import Typed
from review_ui.desk.holding import GONE
from review_ui.desk.pictures import page_pictures
from review_ui.desk.queue import go_on
from review_ui.desk.sheet import Sheet, lay_out
from review_ui.desk.suggesting import likely_reason
from review_ui.language import language
from review_ui.told import names_of, told
from review_ui.wiring import services
from review_ui.words import clock

CHANGED = lazy_gettext(
    "This application was changed in another window. Load it again, then answer."
)


@pages.get("/<application_id>")
def sheet(application_id: str) -> str | tuple[str, int]:
    if not holding.is_mine(review.task(services(), application_id)):
        return holding.elsewhere(application_id)
    try:
        review.heartbeat(services(), application_id, person())
        task = holding.mine(application_id)
    except LeaseLost:
        return holding.elsewhere(application_id, lost=True)
    return _page(lay_out(task, also=request.args.getlist("change")))


@pages.post("/<application_id>")
def decide(application_id: str) -> Response | str | tuple[str, int]:
    """The whole form: save what it says, then do what its button asked for."""
    outcome = request.form.get("outcome", "save")
    try:
        version = _version()
        if outcome == "confirm" and _confirmed_before(application_id, version):
            return go_on()
        found = lay_out(holding.mine(application_id), also=_posted())
        version, wrong = _save_all(found, version)
        if outcome == "accept_as_read":
            fields = lay_out(holding.mine(application_id)).acceptable
            if fields:  # none: a second click of the same button
                review.accept_as_read(services(), application_id, person(), version, fields)
        task = holding.mine(application_id)
        if wrong or (outcome == "confirm" and task.unresolved):
            return _page(lay_out(task, wrong), told=outcome == "confirm"), 422
        if outcome == "confirm":
            review.confirm(services(), application_id, person(), version)
            return go_on()
    except LeaseLost:
        return holding.elsewhere(application_id, lost=True)
    except VersionConflict:
        flash(CHANGED, "bad")
    return redirect(url_for("desk.sheet", application_id=application_id))


@pages.post("/<application_id>/answer")
def answer(application_id: str) -> Response | tuple[Response, int]:
    """One answer, saved as it is given; JSON for the page's script."""
    name = request.form.get("field", "")
    try:
        found = lay_out(holding.mine(application_id))
        said = answers.read(found.card(name), request.form)
        if isinstance(said, Typed):
            return jsonify(problem=said.error), 422
        if said is not None:
            review.answer(services(), application_id, person(), _version(), said.given)
        return jsonify(_standing(lay_out(holding.mine(application_id)), name))
    except LeaseLost:
        return jsonify(gone=GONE), 409
    except VersionConflict:
        return jsonify(changed=CHANGED), 409
    except BadValue as error:
        return jsonify(problem=told(str(error))), 422


@pages.post("/<application_id>/check")
def check(application_id: str) -> Response | tuple[Response, int]:
    """What a text would mean in a field, before it is accepted; nothing is saved."""
    name, text = request.form.get("field", ""), request.form.get("text", "")
    try:
        place = lay_out(holding.mine(application_id)).card(name).place
    except LeaseLost:
        return jsonify(gone=GONE), 409
    line = writing.line(place, text)
    return jsonify(text=text, meaning=line.meaning, problem=line.problem)


@pages.post("/<application_id>/heartbeat")
def heartbeat(application_id: str) -> Response | tuple[Response, int]:
    try:
        until = review.heartbeat(services(), application_id, person())
    except LeaseLost:
        return jsonify(gone=GONE), 409
    left = (until - services().now()).total_seconds()
    return jsonify(until=clock(until), seconds=round(left))


def _page(found: Sheet, told: bool = False) -> str:
    """The review page. ``told``: say in an error summary what is still missing."""
    task = found.task
    now = services().now()
    listed = {card.name for card in found.cards}
    until = task.lease_until or now
    return render_template(
        "desk/review.html",
        sheet=found,
        task=task,
        application=task.application,
        cards=found.cards,
        open=sum(1 for card in found.cards if card.needed and not card.done),
        missing=[c for c in found.cards if c.error or (told and c.name in task.unresolved)],
        rest=_rest(found, listed),
        disagreements=_disagreements(found),
        earlier=earlier.before(task.application),
        likely_return=likely_reason(task.reading),
        pictures=page_pictures(task.application.id, task.pictures, task.reading),
        shortcuts=SHORTCUTS,
        aloud=writing.aloud,
        marks=snippets.marks,
        as_choice=cards.as_choice,
        now=now,
        seconds=round((until - now).total_seconds()),
    )


def _rest(found: Sheet, listed: set[str]) -> list[tuple[str, str, str]]:
    """The fields that need no answer: name, label, value in words."""
    if found.sight is None:
        return []
    places = found.sight.pack.by_name
    return [
        (
            field.name,
            said(places[field.name].label, language()),
            writing.shown(places[field.name], field.value),
        )
        for field in found.task.reading.fields
        if field.name in places and field.name not in listed and field.method != "barcode"
    ]


def _save_all(found: Sheet, version: int) -> tuple[int, dict[str, Typed]]:
    """Save what the form says about the cards shown; the version then, and what was wrong."""
    wrong = {}
    for card in found.cards:
        said = answers.read(card, request.form)
        if isinstance(said, Typed):
            wrong[card.name] = said
        elif said is not None:
            application_id = found.task.application.id
            version = review.answer(services(), application_id, person(), version, said.given)
    return version, wrong


def _standing(found: Sheet, name: str) -> dict[str, Any]:
    """How the application stands after an answer, for the page's script."""
    card = found.card(name)
    until = found.task.lease_until or services().now()
    return {
        "version": found.task.version,
        "tag": {"tone": card.tag.tone, "text": str(card.tag.text)},
        "given": card.given,
        "text": card.text,
        "saved": clock(services().now()),
        "until": clock(until),
        "seconds": round((until - services().now()).total_seconds()),
        "acceptable": len(found.acceptable),
        "disagreements": _disagreements(found),
    }


def _disagreements(found: Sheet) -> list[dict[str, Any]]:
    """The failed rules across fields: what each says, and the fields it is about."""
    if found.sight is None:
        return []
    places = found.sight.pack.by_name
    read = {field.name for field in found.task.reading.fields} & places.keys()
    names = names_of(found.sight.pack)
    return [
        {
            "message": told(check.message, names),
            "fields": [
                {"name": name, "label": said(places[name].label, language())}
                for name in check.fields
                if name in read
            ],
        }
        for check in cards.disagreements(found.task.failures)
    ]


def _posted() -> set[str]:
    """The fields that the form holds."""
    return {key.partition(":")[2] for key in request.form if key.startswith(("given:", "text:"))}


def _confirmed_before(application_id: str, version: int) -> bool:
    """Whether this very page was confirmed by a first click of the same button."""
    application = review.task(services(), application_id).application
    decided = application.status in review.CONFIRMED
    return decided and application.decided_by == person().id and application.version > version


def _version() -> int:
    """The version the page was loaded with. Raises ``VersionConflict`` when it names none."""
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        raise VersionConflict(0) from None
