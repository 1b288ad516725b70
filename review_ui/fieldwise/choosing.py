"""Choose a field, get a page of it, stop."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from extractors.formpack import said
from intake import fieldwise
from intake.fieldwise import AT_ONCE, Field
from review_ui.account.access import person
from review_ui.fieldwise.area import pages
from review_ui.language import language
from review_ui.wiring import services


@pages.get("/")
def choose() -> str:
    found = fieldwise.choices(services(), person())
    return render_template(
        "fieldwise/choose.html",
        choices=[(each, label(each.field), form_title(each.field)) for each in found],
        now=services().now(),
        at_once=AT_ONCE,
    )


@pages.post("/<code>/<edition>/<name>/get")
def get(code: str, edition: str, name: str) -> Response:
    """Get a page of this field: what is left of the last one, filled up."""
    field = known(code, edition, name)
    if not fieldwise.lend(services(), person(), field):
        flash(_("Nothing is left to check for ‘%(field)s’.", field=label(field)), "good")
        return redirect(url_for("fieldwise.choose"))
    return redirect(url_of(field, is_blind()))


@pages.post("/stop")
def stop() -> Response:
    fieldwise.give_back(services(), person())
    return redirect(url_for("fieldwise.choose"))


def known(code: str, edition: str, name: str) -> Field:
    """The field of an address; 404 when no form has it."""
    pack = services().packs.get((code, edition))
    if pack is None or name not in pack.by_name:
        abort(404)
    return code, edition, name


def label(field: Field) -> str:
    """What the field is called on the form."""
    return said(services().packs[field[:2]].by_name[field[2]].label, language())


def form_title(field: Field) -> str:
    return said(services().packs[field[:2]].title, language())


def is_blind() -> bool:
    """Whether the page hides what was read."""
    return request.values.get("blind") == "1"


def url_of(field: Field, blind: bool) -> str:
    code, edition, name = field
    return url_for(
        "fieldwise.work", code=code, edition=edition, name=name, blind="1" if blind else None
    )
