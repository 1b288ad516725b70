"""The page of one field: twelve applications, each decided and saved by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response as FlaskResponse
from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from intake import fieldwise
from intake.fieldwise import AT_ONCE, Field, Lent
from intake.model import BadValue, LeaseLost, VersionConflict
from review_ui import apart
from review_ui.account.access import person
from review_ui.apart import Apart, Shown
from review_ui.desk import cards, snippets, writing
from review_ui.desk.cards import Card, Typed
from review_ui.fieldwise import choosing, deciding
from review_ui.fieldwise.area import pages
from review_ui.fieldwise.deciding import Differs, Sent
from review_ui.told import told
from review_ui.wiring import services

TO_PAGE = "page"
"""What is posted as a decision to leave an application to the whole page."""


@dataclass(frozen=True, slots=True)
class Place:
    """One of the twelve. ``differs``: what to choose between, on a page that hid the reading."""

    id: str
    version: int
    it: Apart
    card: Card
    blind: bool
    differs: Differs | None = None


@pages.get("/<code>/<edition>/<name>")
def work(code: str, edition: str, name: str) -> str | Response:
    field = choosing.known(code, edition, name)
    places = _places(field)
    if not places:
        return redirect(url_for("fieldwise.choose"))
    return _page(field, places)


@pages.post("/<code>/<edition>/<name>")
def save(code: str, edition: str, name: str) -> Response | str | tuple[str, int]:
    """The whole page at once, for browsers without scripts; then more, if that was asked."""
    field = choosing.known(code, edition, name)
    wrong, differing, gone = _save_all(_places(field))
    if gone:
        flash(_lost(gone), "bad")
    if wrong or differing:
        return _page(field, _places(field, wrong, differing)), 422
    if request.form.get("outcome") != "more":
        return redirect(choosing.url_of(field, choosing.is_blind()))
    return choosing.get(code, edition, name)


@pages.post("/<code>/<edition>/<name>/answer")
def answer(code: str, edition: str, name: str) -> FlaskResponse | tuple[FlaskResponse, int]:
    """One decision, saved as it is given; JSON for the page's script."""
    choosing.known(code, edition, name)
    form = request.form
    sent = Sent(form.get("given", ""), form.get("text", ""), form.get("settled", ""))
    try:
        lent = fieldwise.one(services(), form.get("application", ""), person(), name)
        place = _place(lent, name, 1)
        if place is None:
            abort(404)
        done = _decide(place, sent)
        if isinstance(done, Typed):
            return jsonify(problem=told(done.error)), 422
        if isinstance(done, Differs):
            return jsonify(differs={"keyed": done.keyed, "machine": done.machine})
        if sent.given == TO_PAGE:
            return jsonify(sent=True)
        lent = fieldwise.one(services(), place.id, person(), name)
    except LeaseLost:
        return jsonify(gone=_lost(1)), 409
    except VersionConflict:
        return jsonify(gone=_("This one was changed in another window. Nothing was saved.")), 409
    except BadValue as error:
        return jsonify(problem=told(str(error))), 422
    place = _place(lent, name, 1) or place
    tag = place.card.tag
    return jsonify(
        version=place.version,
        given=place.card.given,
        text=place.card.text,
        tag={"tone": tag.tone, "text": tag.text},
    )


@pages.post("/<code>/<edition>/<name>/check")
def check(code: str, edition: str, name: str) -> FlaskResponse:
    """What a text would mean in this field; nothing is saved."""
    place = services().packs[choosing.known(code, edition, name)[:2]].by_name[name]
    line = writing.line(place, request.form.get("text", ""))
    return jsonify(meaning=line.meaning, problem=told(line.problem))


@pages.get("/pictures/<application_id>/<name>.jpg")
def picture(application_id: str, name: str) -> Response:
    """Just the place of the field that is lent to this person now."""
    try:
        lent = fieldwise.one(services(), application_id, person(), name)
    except LeaseLost:
        abort(404)
    found = apart.field(lent.application, lent.reading, lent.pictures, name)
    if found is None:
        abort(404)
    return apart.picture(found)


def _save_all(places: list[Place]) -> tuple[dict[str, Typed], dict[str, Differs], int]:
    """Save what the form says; what was wrong, what has to be settled, how many went elsewhere."""
    wrong: dict[str, Typed] = {}
    differing: dict[str, Differs] = {}
    expected = {key.partition(":")[2] for key in request.form if key.startswith("version:")}
    gone = len(expected - {each.id for each in places})
    for place in places:
        try:
            done = _decide(place, deciding.form_of(request.form, place.id))
        except (LeaseLost, VersionConflict):
            gone += 1
            continue
        except BadValue as error:
            done = Typed(request.form.get(f"text:{place.id}", ""), "use", told(str(error)))
        if isinstance(done, Typed):
            wrong[place.id] = done
        elif isinstance(done, Differs):
            differing[place.id] = done
    return wrong, differing, gone


def _decide(place: Place, sent: Sent) -> Typed | Differs | None:
    """Keep what was said about one application, unless it has to be asked about."""
    name = place.it.place.name
    if sent.given == TO_PAGE:
        fieldwise.send_to_page(services(), place.id, person(), name)
        return None
    found = deciding.read(place.it, place.card, sent, place.blind)
    if isinstance(found, Typed | Differs):
        return found
    if found:
        fieldwise.answer(services(), place.id, person(), _version(place.id), found)
    return None


def _version(application_id: str) -> int:
    """The version the page was loaded with. Raises ``VersionConflict`` when it names none."""
    given = request.form.get(f"version:{application_id}") or request.form.get("version", "")
    try:
        return int(given)
    except ValueError:
        raise VersionConflict(0) from None


def _places(
    field: Field,
    wrong: Mapping[str, Typed] | None = None,
    differing: Mapping[str, Differs] | None = None,
) -> list[Place]:
    """What this person has of the field, as cards, numbered as they stand on the page."""
    found: list[Place] = []
    for lent in fieldwise.lent(services(), person(), field):
        number, key = len(found) + 1, lent.application.id
        typed, differs = (wrong or {}).get(key), (differing or {}).get(key)
        place = _place(lent, field[2], number, typed, differs)
        if place is not None:
            found.append(place)
    return found


def _place(
    lent: Lent,
    name: str,
    number: int,
    typed: Typed | None = None,
    differs: Differs | None = None,
) -> Place | None:
    found = apart.field(lent.application, lent.reading, lent.pictures, name)
    if found is None:
        return None
    key = lent.application.id
    blind = choosing.is_blind() and lent.answer is None
    url = url_for("fieldwise.picture", application_id=key, name=name)
    if differs is not None:
        typed = None
    card = apart.card(found, Shown(url, number, blind, lent.answer, typed))
    return Place(key, lent.application.version, found, card, blind, differs)


def _page(field: Field, places: list[Place]) -> str:
    code, edition, name = field
    return render_template(
        "fieldwise/work.html",
        field={"code": code, "edition": edition, "name": name},
        label=choosing.label(field),
        form_title=choosing.form_title(field),
        places=places,
        done=sum(place.card.done for place in places),
        wrong=[place for place in places if place.card.error or place.differs],
        blind=choosing.is_blind(),
        at_once=AT_ONCE,
        marks=snippets.marks,
        as_choice=cards.as_choice,
        aloud=writing.aloud,
        told=told,
        posted=request.form,
    )


def _lost(number: int) -> str:
    text: str = ngettext(
        "%(num)s application went to someone else meanwhile. What you said of it was not saved.",
        "%(num)s applications went to someone else meanwhile. What you said of them was not saved.",
        number,
    )
    return text
