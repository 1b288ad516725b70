"""Second keying: where reviewers key single fields without seeing what was approved."""

from __future__ import annotations

from flask import Blueprint

from review_ui.account.access import only

pages = Blueprint("keying", __name__, url_prefix="/keying")
pages.before_request(only("reviewer"))
