"""The area of logging in, of one's own account, and of what is said to everybody."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("account", __name__)
EVERYBODY = frozenset(
    {"account.log_in", "account.check_password", "account.speak", "account.accessibility"}
)
"""What needs no login."""
