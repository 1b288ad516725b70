"""How right the delivered answers are: for supervisors."""

from __future__ import annotations

from flask import Blueprint

from review_ui.account.access import only

pages = Blueprint("accuracy", __name__, url_prefix="/accuracy")
pages.before_request(only("supervisor"))
