"""One's own account: language, size of text, shortcuts, password."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake import people
from intake.preferences import (
    MODIFIERS,
    TEXT_SIZES,
    BadPreference,
    Preferences,
    set_preferences,
)
from review_ui.account import shortcuts
from review_ui.account.access import person
from review_ui.account.area import pages
from review_ui.account.entering import begin_session
from review_ui.language import own_preferences, remember
from review_ui.wiring import services
from review_ui.words import clock

SIZES = {
    100: lazy_gettext("Standard"),
    120: lazy_gettext("Large"),
    140: lazy_gettext("Larger"),
    160: lazy_gettext("Largest"),
}
_Answer = Response | str | tuple[str, int]


@pages.get("/account")
def show() -> str:
    return _page()


@pages.post("/account/language")
def set_language() -> _Answer:
    """For this account, and for this browser's log-in page."""
    chosen = request.form.get("language", "")
    if not chosen:
        return _page({"language": _("Choose English or Welsh.")}), 422
    try:
        _keep(replace(own_preferences(), language=chosen))
    except BadPreference as error:
        return _page({"language": shortcuts.problem(error)}), 422
    with force_locale(chosen):
        answer = _done(_("The language was changed."), "language")
    remember(answer, chosen)
    return answer


@pages.post("/account/text-size")
def set_text_size() -> _Answer:
    given = request.form.get("text_size", "")
    try:
        size = int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 0
        _keep(replace(own_preferences(), text_size=size))
    except BadPreference as error:
        return _page({"text_size": shortcuts.problem(error)}), 422
    return _done(_("The size of the text was changed."), "text-size")


@pages.post("/account/shortcuts")
def switch_shortcuts() -> _Answer:
    """All shortcuts with Alt and Ctrl on or off."""
    on = request.form.get("keys_on") == "yes"
    _keep(replace(own_preferences(), keys_on=on))
    told = _("The shortcuts are switched on.") if on else _("The shortcuts are switched off.")
    return _done(told, "shortcuts")


@pages.get("/account/shortcuts/<action>")
def choose_keys(action: str) -> _Answer:
    """Other keys for one action."""
    return _choose(action)


@pages.post("/account/shortcuts/<action>")
def set_keys(action: str) -> _Answer:
    modifiers, key = request.form.get("modifiers", ""), request.form.get("key", "")
    keys = f"{modifiers}+{key}" if modifiers else key
    try:
        _keep(shortcuts.changed(own_preferences(), action, keys))
    except BadPreference as error:
        return _choose(action, modifiers, key, shortcuts.problem(error))
    return _done(_("The shortcut was changed."), "shortcuts")


@pages.post("/account/shortcuts/standard")
def standard_keys() -> _Answer:
    """Put back all keys, and switch them on."""
    _keep(replace(own_preferences(), keys={}, keys_on=True))
    return _done(_("All shortcuts are as they were at first."), "shortcuts")


@pages.post("/account/password")
def set_password() -> _Answer:
    """A new password for who knows the old one; sessions elsewhere end, this one goes on."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    wrong = _wrong_password(old, new)
    if wrong:
        return _page(wrong), 422
    people.set_password(services(), person().name, new)
    begin_session(person())
    told = _("The password was changed. Where you were logged in elsewhere, you are logged out.")
    return _done(told, "password")


def _wrong_password(old: str, new: str) -> dict[str, str]:
    """What is wrong, by the name of its input; empty when the password may be changed."""
    if not people.SHORTEST_PASSWORD <= len(new) <= people.LONGEST_PASSWORD:
        told = _(
            "Give a new password of %(least)s to %(most)s characters.",
            least=people.SHORTEST_PASSWORD, most=people.LONGEST_PASSWORD,
        )  # fmt: skip
        return {"new": told}
    if new != request.form.get("again", ""):
        return {"again": _("The new password was typed differently here. Type it again.")}
    try:
        people.authenticate(services(), person().name, old)
    except people.WrongPassword:
        return {"old": _("This is not your password now. Type it again.")}
    except people.TooManyTries as error:
        told = _("Too many wrong passwords. Try again after %(time)s.", time=clock(error.until))
        return {"old": told}
    return {}


def _keep(wanted: Preferences) -> None:
    set_preferences(services(), person(), wanted)


def _done(told: str, section: str) -> Response:
    flash(told, "good")
    return redirect(url_for("account.show", _anchor=section))


def _page(wrong: dict[str, str] | None = None) -> str:
    wanted = own_preferences()
    return render_template(
        "account/account.html",
        wrong=wrong or {},
        wanted=wanted,
        sizes=[(size, SIZES[size]) for size in TEXT_SIZES],
        shortcuts=shortcuts.SHORTCUTS,
        keys={action: shortcuts.parts(k) for action, k in shortcuts.all_keys(wanted).items()},
        least=people.SHORTEST_PASSWORD,
    )


def _choose(action: str, modifiers: str = "", key: str = "", error: str = "") -> _Answer:
    shortcut = shortcuts.BY_ACTION.get(action)
    if shortcut is None or shortcut.fixed:
        return render_template("error.html", code=404), 404
    now = shortcuts.all_keys(own_preferences())[action]
    if not error:
        modifiers, _plus, key = now.rpartition("+")
    page = render_template(
        "account/keys.html",
        shortcut=shortcut,
        now=shortcuts.parts(now),
        error=error,
        chosen=(modifiers, key),
        modifiers=[(each, each.replace("+", " + ")) for each in MODIFIERS],
        keys=[(each, shortcuts.key_name(each)) for each in shortcuts.KEYS],
    )
    return (page, 422) if error else page
