"""What every answer carries, and how sessions are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response

from review_ui.wiring import services

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
_YEAR = 31_536_000
_WAY_IN = "account.log_in"  # where logging out leads, and whoever's time ran out
KEPT = "private, max-age=300"
"""For page pictures of one session alone: see ``review_ui.desk.keeping``."""


class _Sessions(SecureCookieSessionInterface):
    """The cookie is marked secure on HTTPS, and works on plain HTTP on one's own machine."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def guard(app: Flask) -> None:
    """Headers on every answer and a session cookie no script can read."""
    app.config.update(
        SESSION_COOKIE_NAME="postroom",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=IDLE,
    )
    app.session_interface = _Sessions()

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}")
        if request.endpoint == "static" and response.status_code == 200:
            response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        elif response.headers.get("Cache-Control") != KEPT:
            response.headers["Cache-Control"] = "no-store"
        if request.endpoint == _WAY_IN and request.method == "GET":
            response.headers["Clear-Site-Data"] = '"cache"'
        return response


def is_fresh(since: datetime | None) -> bool:
    """Whether a session that began then may still be used; idle ones end with their cookie."""
    return since is not None and services().now() - since < LONGEST
