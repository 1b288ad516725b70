"""The station: where operators see what arrived and what is to be done with the paper."""

from __future__ import annotations

from flask import Blueprint

from review_ui.account.access import only

pages = Blueprint("station", __name__, url_prefix="/station")
pages.before_request(only("operator"))
