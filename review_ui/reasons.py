"""Why paper goes back to its sender, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from intake.model import Application

REASONS: Mapping[str, str] = {
    "MISSING_SIGNATURE": lazy_gettext("It is not signed"),
    "FEE_MISSING": lazy_gettext("The fee is missing or wrong"),
    "ENCLOSURE_MISSING": lazy_gettext("Something that should be enclosed is missing"),
    "AMBIGUOUS_FIELD": lazy_gettext("Essential details are missing or unclear"),
    "MISSING_PAGE": lazy_gettext("A page is missing"),
    "WRONG_FORM": lazy_gettext("It is the wrong form"),
    "FORM_OBSOLETE": lazy_gettext("This edition of the form is not accepted any more"),
    "ILLEGIBLE": lazy_gettext("It cannot be read"),
    "NOT_OURS": lazy_gettext("It was not meant for us"),
}


def because(application: Application) -> str:
    """Every reason it was returned for, as sentences; empty when it was not returned."""
    told = [f"{REASONS.get(code, code)}." for code in application.return_reasons]
    if application.note and len(told) == 1:  # returned before letters were written here
        told.append(_("Note for the letter: %(note)s", note=application.note))
    return " ".join(told)


def teach(app: Flask) -> None:
    """Make the filter ``because`` known to the templates."""
    app.jinja_env.filters["because"] = because
