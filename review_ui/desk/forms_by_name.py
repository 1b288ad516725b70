"""The forms that a reviewer may choose from, found by typing any part of what they are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from extractors.formpack import FormPack, said
from review_ui.language import language
from review_ui.wiring import services

_CURRENT_FIRST = ("current", "old", "withdrawn")
MOST = 20
"""As many are offered when a text fits several forms."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One form edition: ``key`` is its code and edition, ``words`` say the rest."""

    key: str
    words: str

    @property
    def text(self) -> str:
        return f"{self.key} {self.words}"


def every() -> list[Choice]:
    """All forms in use here, those that are accepted now first, then by name."""
    packs = sorted(services().packs.values(), key=_order)
    return [Choice(f"{pack.code} {pack.edition}", _words(pack)) for pack in packs]


def fitting(typed: str, among: Sequence[Choice]) -> list[Choice]:
    """The forms that a text may mean: the one of just this code and edition, or all that hold
    every word of it."""
    wanted = " ".join(typed.split()).casefold()
    exact = [each for each in among if each.key.casefold() == wanted]
    if exact:
        return exact
    parts = wanted.split()
    return [each for each in among if all(part in each.text.casefold() for part in parts)]


def _order(pack: FormPack) -> tuple[int, str, str]:
    known = pack.status in _CURRENT_FIRST
    rank = _CURRENT_FIRST.index(pack.status) if known else len(_CURRENT_FIRST)
    return rank, pack.code, pack.edition


def _words(pack: FormPack) -> str:
    name = said(pack.title, language())
    tongue = _("Welsh") if pack.language == "cy" else _("English")
    if pack.status == "current":
        return f"{name}, {tongue}"
    state = _("not accepted any more") if pack.status == "withdrawn" else _("older edition")
    return f"{name}, {tongue}, {state}"
