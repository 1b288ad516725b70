"""Log in and log out."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from intake import people
from review_ui.account.access import Visitor, path_within
from review_ui.wiring import services
from review_ui.words import clock

pages = Blueprint("account", __name__)
SINCE = "since"


@pages.get("/log-in")
def log_in() -> str | Response:
    if current_user.is_authenticated:
        return redirect(url_for("home"))
    return render_template("account/log_in.html", name="", error="")


@pages.post("/log-in")
def check_password() -> Response | tuple[str, int]:
    name = request.form.get("name", "")
    try:
        person = people.authenticate(services(), name, request.form.get("password", ""))
    except people.WrongPassword as error:
        return _again(name, str(error))
    except people.TooManyTries as error:
        return _again(name, f"Too many wrong passwords. Try again after {clock(error.until)}.")
    session.clear()
    session.permanent = True
    session[SINCE] = services().now().isoformat()
    login_user(Visitor(person, people.session_of(services(), person)))
    return redirect(path_within(request.args.get("next")) or url_for("home"))


@pages.post("/log-out")
def log_out() -> Response:
    """End this session and every other one of the same person: a copied cookie is worth nothing."""
    people.end_sessions(services(), current_user.person)
    logout_user()
    session.clear()
    flash("You have logged out.", "good")
    return redirect(url_for("account.log_in"))


def logged_in_at() -> datetime | None:
    """When this session began, whatever was done since."""
    try:
        return datetime.fromisoformat(session.get(SINCE, ""))
    except ValueError:
        return None


def _again(name: str, error: str) -> tuple[str, int]:
    return render_template("account/log_in.html", name=name, error=error), 401
