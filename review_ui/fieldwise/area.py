"""Field by field: where reviewers check one field across many applications."""

from __future__ import annotations

from flask import Blueprint

from review_ui.account.access import only

pages = Blueprint("fieldwise", __name__, url_prefix="/fields")
pages.before_request(only("reviewer"))
