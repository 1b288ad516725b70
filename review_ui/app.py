"""Makes the Flask app: wiring, areas, login, headers and what an error looks like."""

from __future__ import annotations

import gc
import hashlib
from pathlib import Path

from flask import Flask, redirect, render_template, request, url_for
from flask_login import LoginManager, current_user, logout_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from intake import people
from intake import settings as intake_settings
from intake.api import blueprint
from intake.model import NotFound
from intake.services import Services, open_services
from review_ui import (
    account,
    accuracy,
    counter,
    desk,
    fieldwise,
    forms,
    keying,
    language,
    reasons,
    security,
    station,
    supervisor,
    told,
    wiring,
    words,
)
from review_ui.account import shortcuts
from review_ui.account.access import Visitor, role_name, wanted_path

_HERE = Path(__file__).parent
_FORM_ROOM = 1_000_000  # bytes of a form beside the files it carries
_OPEN = account.EVERYBODY | {"static"}


def create_app(services: Services | None = None) -> Flask:
    """The whole web process; without ``services`` they are opened from the settings."""
    alone = services is None  # a process that serves pages and does nothing else
    services = services or open_services(intake_settings.load())
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=services.session_key,
        MAX_CONTENT_LENGTH=services.settings.limit_bytes + _FORM_ROOM,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
    )
    wiring.give(app, services)
    security.guard(app)
    language.speak(app)
    _serve_static(app)
    _need_login(app)
    protection = CSRFProtect(app)
    for area in (account, desk, fieldwise, keying, accuracy, station, counter, supervisor, forms):
        app.register_blueprint(area.pages)
    _register_api(app, services, protection)
    words.teach(app)
    told.teach(app)
    reasons.teach(app)
    shortcuts.teach(app)
    app.jinja_env.globals.update(role_name=role_name, wanted_path=wanted_path)
    _show_errors(app)
    app.add_url_rule("/", "home", _home)
    if alone:
        _settle(app, services)
    return app


def _settle(app: Flask, services: Services) -> None:
    """Load what every page needs, and have the garbage collector never look at it again.

    Looking through all of it takes a tenth of a second, in which a reviewer waits, every few pages.
    """
    _ = services.packs
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    gc.collect()
    gc.freeze()


def _home() -> Response:
    """The page where each role starts work."""
    starts = {"operator": "station.arrivals", "reviewer": "desk.queue"}
    return redirect(url_for(starts.get(current_user.person.role, "supervisor.overview")))


def _serve_static(app: Flask) -> None:
    """Files under a path that names their content, so that browsers may keep them for ever."""
    folder = _HERE / "static"
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    app.static_folder = str(folder)
    app.static_url_path = f"/static/{digest.hexdigest()[:12]}"
    app.add_url_rule(f"{app.static_url_path}/<path:filename>", "static", app.send_static_file)


def _need_login(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = "strong"

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(session: str) -> Visitor | None:
        try:
            return Visitor(people.of_session(wiring.services(), session), session)
        except NotFound:
            return None

    @app.before_request
    def everything_needs_a_login() -> Response | None:
        if request.endpoint in _OPEN or request.blueprint == "api":
            return None
        if current_user.is_authenticated and security.is_fresh(account.logged_in_at()):
            return None
        logout_user()
        wanted = wanted_path()
        return redirect(url_for("account.log_in", next=None if wanted == "/" else wanted))


def _register_api(app: Flask, services: Services, protection: CSRFProtect) -> None:
    """The API for machines has keys of its own, so neither login nor CSRF tokens."""
    api = blueprint(services)
    protection.exempt(api)
    app.register_blueprint(api)


def _show_errors(app: Flask) -> None:
    def show(error: HTTPException) -> tuple[str, int] | HTTPException:
        if request.blueprint == "api":
            return error
        code = error.code or 500
        return render_template("error.html", code=code), code

    def gone(_: NotFound) -> tuple[str, int]:
        return render_template("error.html", code=404), 404

    def stale(_: CSRFError) -> tuple[str, int]:
        return render_template("error.html", code="stale"), 400

    app.register_error_handler(HTTPException, show)
    app.register_error_handler(NotFound, gone)
    app.register_error_handler(CSRFError, stale)
