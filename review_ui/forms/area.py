"""The forms area: for supervisors."""

from __future__ import annotations

from flask import Blueprint, abort

from review_ui.account.access import only
from review_ui.forms import packs
from review_ui.forms.packs import Entry
from review_ui.wiring import services

pages = Blueprint("forms", __name__, url_prefix="/forms")
pages.before_request(only("supervisor"))


def entry(key: str) -> Entry:
    """The pack of this address; 404 when there is none."""
    found = packs.find(services(), key)
    if found is None:
        abort(404)
    return found
