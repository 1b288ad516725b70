"""The overview's area: for supervisors only."""

from __future__ import annotations

from flask import Blueprint

from review_ui.account.access import only, person

pages = Blueprint("supervisor", __name__, url_prefix="/overview")
pages.before_request(only("supervisor"))


def actor() -> str:
    """Who does something, as the audit trail names them."""
    return f"{person().role}:{person().name}"
