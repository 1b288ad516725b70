"""Log in and log out, and the language of the log-in page."""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from intake import people
from intake.model import Person
from intake.preferences import LANGUAGES
from review_ui.account.access import Visitor, path_within
from review_ui.account.area import pages
from review_ui.language import remember
from review_ui.wiring import services
from review_ui.words import clock

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
    except people.WrongPassword:
        return _again(name, _("The name or the password is wrong. Check both and try again."))
    except people.TooManyTries as error:
        told = _("Too many wrong passwords. Try again after %(time)s.", time=clock(error.until))
        return _again(name, told)
    begin_session(person)
    return redirect(path_within(request.args.get("next")) or url_for("home"))


@pages.post("/log-out")
def log_out() -> Response:
    """End this session and every other one of the same person: a copied cookie is worth nothing."""
    told = _("You have logged out.")  # in the language of the person who leaves
    people.end_sessions(services(), current_user.person)
    logout_user()
    session.clear()
    flash(told, "good")
    return redirect(url_for("account.log_in"))


@pages.get("/language/<code>")
def speak(code: str) -> Response:
    """Another language for people who have not logged in; changes nothing but a cookie."""
    if code not in LANGUAGES:
        abort(404)
    answer = redirect(path_within(request.args.get("next")) or url_for("account.log_in"))
    remember(answer, code)
    return answer


def begin_session(person: Person) -> None:
    """Have this browser's session be this person's, from now on."""
    session.clear()
    session.permanent = True
    session[SINCE] = services().now().isoformat()
    login_user(Visitor(person, people.session_of(services(), person)))


def logged_in_at() -> datetime | None:
    """When this session began, whatever was done since."""
    try:
        return datetime.fromisoformat(session.get(SINCE, ""))
    except ValueError:
        return None


def _again(name: str, error: str) -> tuple[str, int]:
    return render_template("account/log_in.html", name=name, error=error), 401
