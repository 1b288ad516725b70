"""The language of the pages, English or Welsh, and how large their text is.

A person's choice is kept with the account. Before anybody has logged in, or chosen, a cookie says
what was picked on the page, and else the browser says what its user reads. Texts are marked with
``_()`` in templates and modules; ``docs/translate.md`` says how they get their Welsh.
"""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from flask import Flask, g, request
from flask_babel import Babel, get_locale
from flask_login import current_user
from werkzeug.wrappers import Response

from intake.preferences import LANGUAGES, STANDARD, Preferences, preferences
from review_ui.wiring import services

NAMES = {"en": "English", "cy": "Cymraeg"}
"""Each language in its own words, for those who look for it."""
_COOKIE = "language"
_YEAR = 31_536_000


def speak(app: Flask) -> None:
    """Make ``_()``, ``language()`` and ``preferences()`` known to the templates."""
    Babel(app, locale_selector=_chosen)
    app.jinja_env.globals.update(
        language=language, preferences=own_preferences, language_names=NAMES
    )


def language() -> str:
    """The language this request is answered in: ``en`` or ``cy``."""
    locale = get_locale()
    return locale.language if locale else LANGUAGES[0]


def in_words(day: date, pattern: str) -> str:
    """A day by a pattern of Unicode's, such as ``d MMM``, in the language of the page."""
    return format_date(day, pattern, locale=language())


def own_preferences() -> Preferences:
    """What the person who is logged in has chosen; the standard for everybody else."""
    if "preferences" not in g:
        person = current_user.person if current_user and current_user.is_authenticated else None
        g.preferences = preferences(services(), person) if person else STANDARD
    found: Preferences = g.preferences
    return found


def remember(response: Response, chosen: str) -> None:
    """Have this browser ask for a language until somebody logs in who chose one."""
    response.set_cookie(
        _COOKIE, chosen, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
    )


def _chosen() -> str:
    if request.blueprint == "api":
        return LANGUAGES[0]
    wanted = own_preferences().language or request.cookies.get(_COOKIE, "")
    if wanted in LANGUAGES:
        return wanted
    asked = (tag.lower().partition("-")[0] for tag in request.accept_languages.values())
    return next((each for each in asked if each in LANGUAGES), LANGUAGES[0])
