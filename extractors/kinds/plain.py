"""Free text, plain digits and sums of money."""

from __future__ import annotations

import re
import unicodedata

from extractors.kinds.positions import DIGITS, LETTERS, expand, fitting, misfit
from extractors.kinds.rule import KindRule, alphabet_of, free, from_pattern, same

_MOST_DIGITS = 60
_MONEY = re.compile(r"£?(?P<pounds>\d{1,3}(?:,\d{3})+|\d{1,7})(?:\.(?P<pence>\d\d))?", re.A)
_FIGURES = expand(r"\d{1,7}|\d{1,7}[.]\d\d")
_WRITTEN = _FIGURES + expand(r"£\d{1,7}|£\d{1,7}[.]\d\d")


def _normal_text(raw: str) -> str | None:
    """One space between words; stray dots and dashes alone are no text."""
    kept = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", raw))
    return " ".join(kept.split()) if any(c.isalnum() for c in kept) else None


def _tidy_digits(raw: str) -> str:
    return re.sub(r"[\s,]", "", raw).upper()


def _count(value: str) -> str:
    """Long numbers in threes are easier to compare than to read; short ones as they are."""
    return f"{len(value)} digits" if len(value) > 6 else f"{int(value):,}"


def digits(pattern: str | None = None, length: int | None = None) -> KindRule:
    """Digits as a pack's field asks for them: a grammar pattern, or at most ``length`` of them.

    Raises ``NotPositions`` for a pattern that is more than positions.
    """
    return from_pattern(
        "this number", pattern or rf"\d{{1,{length or _MOST_DIGITS}}}",
        tidy=_tidy_digits, meaning=same if pattern else _count,
    )  # fmt: skip


def _normal_money(raw: str) -> str | None:
    """Pounds and pence with a point, "25.00": an amount must read the same when read again."""
    found = _MONEY.fullmatch("".join(raw.split()))
    if not found:
        return None
    return f"{int(found['pounds'].replace(',', ''))}.{found['pence'] or '00'}"


def _explain_money(raw: str) -> str:
    text = "".join(raw.split()).removeprefix("£").replace(",", "")
    return "" if _normal_money(raw) else misfit("a sum of money", text, _FIGURES) or (
        "A sum is pounds, then a point and two digits of pence, such as 25.00."
    )  # fmt: skip


def _display_money(value: str) -> str:
    pounds, pence = value.split(".")
    return f"£{int(pounds):,}.{pence}"


def _money_meaning(value: str) -> str:
    pounds, pence = value.split(".")
    told = f"{int(pounds):,} pound{'s' * (pounds != '1')}"
    return told if pence == "00" else f"{told} and {int(pence)} pence"


TEXT = KindRule(
    name="text",
    alphabet=LETTERS + DIGITS + ".,-/'&@:()+_£ ",
    normal=_normal_text,
    display=same,
    meaning=same,
    explain=lambda raw: "" if _normal_text(raw) else "There are no letters or digits here.",
    alternatives=free,
)
MONEY = KindRule(
    name="a sum of money",
    alphabet=alphabet_of(_WRITTEN),
    normal=_normal_money,
    display=_display_money,
    meaning=_money_meaning,
    explain=_explain_money,
    alternatives=lambda cells: fitting(_WRITTEN, cells),
)
