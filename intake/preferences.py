"""How a person wants the pages: language, size of text, keys. Kept with the account.

What is kept may be old or damaged; then the standard stands in for what cannot be used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from intake.model import Person
from intake.records import people as rows
from intake.services import Services

LANGUAGES = ("en", "cy")
TEXT_SIZES = (100, 120, 140, 160)
"""In percent of the standard size."""
MODIFIERS = ("", "Shift", "Alt", "Alt+Shift", "Ctrl", "Ctrl+Shift")
"""Not Ctrl and Alt together: on many keyboards that types letters such as ŵ."""
_CODE = re.compile(
    r"Key[A-Z]|Digit[0-9]|Enter|Escape|Arrow(?:Up|Down)|Page(?:Up|Down)|F(?:2|4|8|9)"
)
_CHARACTER = re.compile(r"Key[A-Z]|Digit[0-9]")
_ACTION = re.compile(r"[a-z_]{1,40}")
_MOST_KEYS = 40
_TAKEN = frozenset(
    {f"Ctrl+Key{each}" for each in "ACDFHJLNOPQRTUVWXYZ"}
    | {f"Ctrl+Shift+Key{each}" for each in "ACDIJKMNOPQRTVWYZ"}
    | {f"Ctrl+Digit{each}" for each in range(10)}
    | {f"Alt+Digit{each}" for each in range(10)}
    | {f"Ctrl+Shift+Digit{each}" for each in range(10)}
    | {"Alt+KeyD", "Alt+KeyE", "Alt+KeyF", "Ctrl+PageUp", "Ctrl+PageDown", "Ctrl+Shift+PageUp",
       "Ctrl+Shift+PageDown", "Alt+F4", "Ctrl+F4", "Alt+F2", "Alt+F8", "Alt+F9", "Ctrl+Escape",
       "Ctrl+Shift+Escape", "Alt+Escape", "Alt+Shift+Escape", "Alt+Enter", "Alt+ArrowUp",
       "Alt+ArrowDown"}
)  # fmt: skip
"""What browsers, window managers and text fields use themselves."""


class BadPreference(ValueError):
    """A wish that cannot be kept. ``why`` is its kind; the text says what to choose instead."""

    def __init__(self, why: str, text: str) -> None:
        super().__init__(text)
        self.why = why


@dataclass(frozen=True, slots=True)
class Preferences:
    """``language`` is ``""`` until one is chosen; ``text_size`` is in percent.

    ``keys``: the shortcuts that differ from the standard, by action; a combination of keys is
    written as ``Alt+Shift+KeyU``, its last part as browsers name the place of a key.
    """

    language: str = ""
    text_size: int = 100
    keys_on: bool = True
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Raises ``BadPreference``."""
        if self.language not in ("", *LANGUAGES):
            raise BadPreference("language", "Choose English or Welsh.")
        if self.text_size not in TEXT_SIZES:
            raise BadPreference("text_size", "Choose one of the sizes of text.")
        if len(self.keys) > _MOST_KEYS or not all(map(_ACTION.fullmatch, self.keys)):
            raise BadPreference("action", "Choose a shortcut from the list.")
        for combination in self.keys.values():
            check_combination(combination)
        if len(set(self.keys.values())) != len(self.keys):
            raise BadPreference("twice", "Another shortcut has these keys. Choose other keys.")


STANDARD = Preferences()


def check_combination(combination: str) -> None:
    """Raises ``BadPreference`` for keys that cannot be a shortcut.

    One character alone would be pressed by mistake while typing or speaking (WCAG 2.1.4).
    """
    modifiers, _, code = combination.rpartition("+")
    if modifiers not in MODIFIERS or not _CODE.fullmatch(code):
        raise BadPreference("unknown", "These keys cannot be used. Choose other keys.")
    if modifiers in ("", "Shift") and _CHARACTER.fullmatch(code):
        raise BadPreference("character", "Choose Alt or Ctrl together with a letter or figure.")
    if combination == "Enter":
        raise BadPreference("enter", "Enter always accepts a field. Choose other keys.")
    if combination in _TAKEN:
        raise BadPreference("taken", "The browser needs these keys itself. Choose other keys.")


def preferences(services: Services, person: Person) -> Preferences:
    """What a person has chosen, the standard where they have not."""
    with services.database.reading() as connection:
        return from_json(rows.preferences_of(connection, person.id))


def set_preferences(services: Services, person: Person, wanted: Preferences) -> None:
    """Keep what a person has chosen, which was checked when ``wanted`` was made."""
    kept: dict[str, Any] = {
        "language": wanted.language,
        "text_size": wanted.text_size,
        "keys_on": wanted.keys_on,
        "keys": dict(wanted.keys),
    }
    with services.database.writing() as connection:
        rows.set_preferences(connection, person.id, kept)


def from_json(kept: object) -> Preferences:
    """Every part that can be used; the standard for every other."""
    given: Mapping[str, Any] = kept if isinstance(kept, dict) else {}
    language, size = given.get("language"), given.get("text_size")
    return Preferences(
        language=language if isinstance(language, str) and language in LANGUAGES else "",
        text_size=size if isinstance(size, int) and size in TEXT_SIZES else STANDARD.text_size,
        keys_on=given.get("keys_on") is not False,
        keys=MappingProxyType(_usable(given.get("keys"))),
    )


def _usable(kept: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for action, combination in kept.items() if isinstance(kept, dict) else ():
        try:
            Preferences(keys={**found, action: combination})
        except (BadPreference, AttributeError, TypeError):
            continue
        found[action] = combination
    return found
