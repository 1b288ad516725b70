"""Return to sender: reasons, the drafted letter, what a person makes of it, its preview."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from intake import returning, review
from intake.letters import LANGUAGES, LONGEST, Edits, Problem, edited, problems, with_address
from intake.model import RETURN_REASONS, LeaseLost, VersionConflict
from intake.returning import Opened, Seen
from review_ui.account.access import person
from review_ui.desk import holding
from review_ui.desk.area import pages
from review_ui.desk.holding import GONE
from review_ui.desk.queue import go_on
from review_ui.desk.review import CHANGED
from review_ui.desk.sources import because
from review_ui.reasons import REASONS
from review_ui.sheets import sheet
from review_ui.wiring import services
from review_ui.words import clock, reference

_NEW = lazy_gettext(
    "You changed reasons or language, so the letter was drafted again. Check it, then approve it."
)
_LOOK = "look:"
"""Begins the outcome that leads to a field of the form."""


@pages.get("/<application_id>/return")
def ask_reason(application_id: str) -> str | tuple[str, int]:
    opened = returning.open_letter(services(), application_id)
    if not holding.is_mine(opened.task):
        return holding.elsewhere(application_id)
    return _page(opened)


@pages.post("/<application_id>/return")
def return_to_sender(application_id: str) -> Response | str | tuple[str, int]:
    """Keep what was written, then do what the button asked for."""
    outcome = request.form.get("outcome", "")
    opened = returning.open_letter(services(), application_id)
    edits = _edits(opened)
    wrong = problems(replace(opened, edits=edits).letter)
    try:
        if outcome == "approve" and _same_letter() and not wrong:
            returning.return_to_sender(services(), application_id, person(), _seen(), edits)
            flash(_("%(it)s was returned.", it=reference(application_id)), "good")
            return go_on()
        returning.save(services(), application_id, person(), _seen(), edits)
    except LeaseLost:
        return holding.elsewhere(application_id, lost=True)
    except VersionConflict:
        opened = returning.open_letter(services(), application_id)
        if not holding.is_mine(opened.task):
            return holding.elsewhere(application_id, lost=True)
        return _page(replace(opened, edits=_edits(opened)), note=CHANGED), 409
    if outcome != "approve":
        return _after(application_id, outcome, opened)
    opened = returning.open_letter(services(), application_id)
    if _same_letter():
        return _page(opened, wrong), 422
    return _page(opened, note=_NEW), 422


@pages.post("/<application_id>/return/save")
def save_letter(application_id: str) -> Response | tuple[Response, int]:
    """Keep the draft while it is written; JSON for the page's script."""
    try:
        opened = _saved(application_id, _seen())
    except LeaseLost:
        return jsonify(gone=str(GONE)), 409
    except VersionConflict:
        return jsonify(changed=str(CHANGED)), 409
    until = opened.task.lease_until or services().now()
    return jsonify(draft=opened.saved, saved=clock(services().now()), until=clock(until))


@pages.get("/<application_id>/return/preview")
def preview(application_id: str) -> str | tuple[str, int]:
    opened = returning.open_letter(services(), application_id)
    if not holding.is_mine(opened.task):
        return holding.elsewhere(application_id)
    number, now = len(opened.earlier) + 1, services().now()
    return render_template(
        "desk/letter.html",
        application=opened.task.application,
        sheet=sheet(opened.letter, application_id, number, now),
        problems=[text for _target, text in _told(opened, problems(opened.letter))],
    )


def _saved(application_id: str, seen: Seen) -> Opened:
    """The letter with what the form says kept. Raises ``LeaseLost``, ``VersionConflict``."""
    opened = returning.open_letter(services(), application_id)
    returning.save(services(), application_id, person(), seen, _edits(opened))
    return returning.open_letter(services(), application_id)


def _after(application_id: str, outcome: str, opened: Opened) -> Response:
    """Where a button leads once everything is kept."""
    if outcome == "preview":
        return redirect(url_for("desk.preview", application_id=application_id))
    if outcome == "back":
        return redirect(url_for("desk.sheet", application_id=application_id))
    field = outcome.removeprefix(_LOOK)
    if outcome.startswith(_LOOK) and opened.pack and field in opened.pack.by_name:
        card = f"card-{field.replace('.', '-')}"
        to = url_for("desk.sheet", application_id=application_id, change=field, _anchor=card)
        return redirect(to)
    return redirect(url_for("desk.ask_reason", application_id=application_id, _anchor="letter"))


def _edits(opened: Opened) -> Edits:
    """What the form says, read against the draft that its page showed."""
    form = request.form
    shown = replace(
        opened.edits,
        reasons=tuple(form.get("shown_reasons", "").split()),
        language=_language(form.get("shown_language", "")),
    )
    base = replace(opened, edits=shown).draft
    texts = {key.partition(":")[2]: text for key, text in form.items() if key.startswith("text:")}
    touched = edited(base, opened.edits, texts, form.getlist("included"))
    edits = replace(
        opened.edits,
        reasons=tuple(code for code in RETURN_REASONS if code in form.getlist("reason")),
        language=_language(form.get("language", "")),
        touched={**opened.edits.touched, base.language: touched},
    )
    return with_address(edits, base, form.get("address", "\n".join(base.address)))


def _same_letter() -> bool:
    """Whether the letter on the page is for the reasons and language that are chosen now."""
    form = request.form
    chosen = [code for code in RETURN_REASONS if code in form.getlist("reason")]
    same = chosen == form.get("shown_reasons", "").split()
    return same and form.get("language") == form.get("shown_language")


def _language(given: str) -> str:
    return given if given in LANGUAGES else LANGUAGES[0]


def _seen() -> Seen:
    """What the page was loaded with. Raises ``VersionConflict`` when it names nothing."""
    try:
        return Seen(int(request.form.get("version", "")), int(request.form.get("draft", "0")))
    except ValueError:
        raise VersionConflict(0) from None


def _page(opened: Opened, wrong: tuple[Problem, ...] = (), note: str = "") -> str:
    """The page as ``opened`` stands. ``wrong``: tell this; ``note``: say this above the letter."""
    letter = opened.letter
    return render_template(
        "desk/return.html",
        opened=opened,
        task=opened.task,
        application=opened.task.application,
        letter=letter,
        lines=[(each, because(each.source, opened.pack)) for each in letter.lines],
        reasons=REASONS,
        wrong=_told(opened, wrong),
        bad_keys={each.key for each in wrong},
        bad_codes={each.code for each in wrong},
        note=note,
        delivered=review.was_delivered(services(), opened.task.application.id),
        longest=LONGEST,
        now=services().now(),
    )


def _told(opened: Opened, wrong: tuple[Problem, ...]) -> list[tuple[str, str]]:
    """Each problem in words, with the id of the element to put it right in."""
    numbers = {each.key: n for n, each in enumerate(opened.letter.lines, start=1)}
    texts: dict[str, Any] = {
        "no_reason": ("reason-1", _("Choose why it is going back")),
        "no_cause": ("letter", _("Say in the letter why it is going back")),
        "address_long": ("address", _("Enter an address of up to 7 lines of 50 characters")),
    }
    placeholder = _("Replace the words in square brackets in the letter")
    return [texts.get(p.code, (f"text-{numbers.get(p.key, 1)}", placeholder)) for p in wrong]
