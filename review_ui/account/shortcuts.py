"""The shortcuts of the review pages: what each does, its standard keys, and how keys are said.

The pages' scripts know the actions by the same names; see ``static/js/keys.js``. They are told the
keys in force on the page's body, so that there is one table, this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Flask
from flask_babel import gettext, lazy_gettext

from intake.preferences import BadPreference, Preferences, check_combination
from review_ui.language import own_preferences


@dataclass(frozen=True, slots=True)
class Shortcut:
    """``keys``: the standard. ``stays``: works inside a field only, so it is never switched off.

    ``fixed``: cannot be given other keys.
    """

    action: str
    keys: str
    text: str
    stays: bool = False
    fixed: bool = False


SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("accept", "Enter", lazy_gettext("Accept this field and go to the next"), True, True),
    Shortcut("previous", "Shift+Enter", lazy_gettext("Go back to the field before"), True),
    Shortcut("suggestion_next", "ArrowDown", lazy_gettext("Swap in the next suggestion"), True),
    Shortcut("suggestion_previous", "ArrowUp", lazy_gettext("Swap in the suggestion before"), True),
    Shortcut("reset", "Escape", lazy_gettext("Put back what the machine read"), True),
    Shortcut("cannot_read", "Alt+KeyU", lazy_gettext("Cannot read")),
    Shortcut("left_blank", "Alt+KeyN", lazy_gettext("Left blank on the form")),
    Shortcut("as_written", "Alt+KeyW", lazy_gettext("Keep as written, although it does not fit")),
    Shortcut("zoom", "Alt+KeyZ", lazy_gettext("Zoom to the field, or back")),
    Shortcut("confirm", "Ctrl+Enter", lazy_gettext("Confirm and get next")),
    Shortcut("return", "Alt+KeyR", lazy_gettext("Return to sender")),
    Shortcut("refer", "Alt+KeyP", lazy_gettext("Refer to a supervisor")),
)
BY_ACTION: Mapping[str, Shortcut] = {each.action: each for each in SHORTCUTS}
KEYS = (
    *(f"Key{chr(code)}" for code in range(ord("A"), ord("Z") + 1)),
    *(f"Digit{digit}" for digit in range(10)),
    "Enter", "Escape", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "F2", "F4", "F8", "F9",
)  # fmt: skip
"""What can be chosen with or without Shift, Alt and Ctrl."""
_SIGNS = {"ArrowUp": "↑", "ArrowDown": "↓", "Escape": "Esc"}


def all_keys(wanted: Preferences) -> dict[str, str]:
    """The keys of every action, whether switched on or not; ``""`` where others have taken them."""
    own = {action: keys for action, keys in wanted.keys.items() if action in BY_ACTION}
    taken = set(own.values())
    return {
        each.action: own.get(each.action, "" if each.keys in taken else each.keys)
        for each in SHORTCUTS
    }


def keys_in_force(wanted: Preferences) -> dict[str, str]:
    """The keys that do something, by action."""
    return {
        action: keys
        for action, keys in all_keys(wanted).items()
        if keys and (wanted.keys_on or BY_ACTION[action].stays)
    }


def changed(wanted: Preferences, action: str, keys: str) -> Preferences:
    """With other keys for one action. Raises ``BadPreference``."""
    shortcut = BY_ACTION.get(action)
    if shortcut is None or shortcut.fixed:
        raise BadPreference("action", "Choose a shortcut from the list.")
    check_combination(keys)
    if keys in {k for each, k in all_keys(wanted).items() if each != action}:
        raise BadPreference("twice", "Another shortcut has these keys. Choose other keys.")
    kept = {each: k for each, k in wanted.keys.items() if each in BY_ACTION and each != action}
    if keys != shortcut.keys:
        kept[action] = keys
    return replace(wanted, keys=kept)


def parts(keys: str) -> tuple[str, ...]:
    """``Alt+KeyU`` as it stands on the keys: Alt, U."""
    return tuple(key_name(each) for each in keys.split("+")) if keys else ()


def key_name(code: str) -> str:
    """``KeyU`` as it stands on the key: U."""
    return _SIGNS.get(code, code.removeprefix("Key").removeprefix("Digit"))


def problem(error: BadPreference) -> str:
    """What is wrong with a wish, in the language of the page."""
    texts: dict[str, str] = {
        "twice": gettext("Another shortcut has these keys. Choose other keys."),
        "character": gettext("Choose Alt or Ctrl together with a letter or figure."),
        "enter": gettext("Enter always accepts a field. Choose other keys."),
        "taken": gettext("The browser needs these keys itself. Choose other keys."),
        "unknown": gettext("These keys cannot be used. Choose other keys."),
        "action": gettext("Choose a shortcut from the list."),
        "language": gettext("Choose English or Welsh."),
        "text_size": gettext("Choose one of the sizes of text."),
    }
    return texts[error.why]


def teach(app: Flask) -> None:
    """Make ``keys_in_force()`` and ``keys_of('zoom')`` known to the templates."""
    app.jinja_env.globals.update(
        keys_in_force=lambda: keys_in_force(own_preferences()),
        keys_of=lambda action: parts(keys_in_force(own_preferences()).get(action, "")),
    )
