"""The desk: where reviewers work. Supervisors may too."""

from __future__ import annotations

from flask import Blueprint

from review_ui.account.access import only

pages = Blueprint("desk", __name__, url_prefix="/desk")
pages.before_request(only("reviewer"))
