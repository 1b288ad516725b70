"""Dates: always day, month, year in that order; kept as ISO 8601."""

from __future__ import annotations

import calendar
import re
from datetime import date

from extractors.kinds.positions import DIGITS, Alternative, expand, fitting, misfit
from extractors.kinds.rule import KindRule

PIVOT = 49
"""Two-digit years up to here are 20yy, later ones 19yy."""
BIRTH_PIVOT = 19
"""The same for dates of birth: the youngest who write to the agency are in their teens."""

_DAY_MONTH = r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])"
_COMBS = expand(_DAY_MONTH + r"(?:19|20)\d\d") + expand(_DAY_MONTH + r"\d\d")
_WELSH = (
    *("ionawr", "chwefror", "mawrth", "ebrill", "mai", "mehefin"),
    *("gorffennaf", "awst", "medi", "hydref", "tachwedd", "rhagfyr"),
)
_ENGLISH = [name.lower() for name in calendar.month_name[1:]]


def months_named(word: str) -> frozenset[int]:
    """The months an English or Welsh month name, or its first three or more letters, can mean."""
    return frozenset(
        number
        for names in (_ENGLISH, _WELSH)
        for number, name in enumerate(names, start=1)
        if name == word or (len(word) >= 3 and name.startswith(word))
    )


def _parts(raw: str) -> tuple[str, str, str] | None:
    """Day, month and year as written; ``None`` when they cannot be told apart."""
    text = raw.casefold().strip()
    if not all(c.isascii() for c in text if c.isnumeric()):
        return None
    iso = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)
    if iso:
        return iso[3], iso[2], iso[1]
    if re.search(r"[^\w\s./,\-–]|_", text):
        return None
    text = re.sub(r"(?<=\d)(st|nd|rd|th|af|ain|fed|eg|ydd)\b", "", text)
    tokens = re.findall(r"\d+|[^\W\d]+", text)
    joined = "".join(tokens)
    if len(tokens) == 3 and len(tokens[2]) in (2, 4) and len(tokens[0]) <= 2:
        return tokens[0], tokens[1], tokens[2]
    if joined.isdigit() and len(joined) in (6, 8):
        return joined[:2], joined[2:4], joined[4:]
    return None


def _month(word: str) -> int | None:
    if word.isdigit():
        return int(word) if len(word) <= 2 and 1 <= int(word) <= 12 else None
    found = months_named(word.rstrip("."))
    return min(found) if len(found) == 1 else None


def _read(raw: str, pivot: int) -> date | str:
    """The date, or in plain words why it is none."""
    parts = _parts(raw)
    digits = re.sub(r"[\s./,\-–]", "", raw)
    if parts is None:
        return misfit("a date", digits, _COMBS) if digits.isalnum() else (
            "A date has a day, a month and a year, such as 17 March 1974."
        )  # fmt: skip
    day, month, year = parts
    if not (day.isdecimal() and year.isdecimal()):
        return misfit("a date", digits.upper(), _COMBS)
    number = _month(month)
    if number is None:
        return f"{month} is not a month. Dates are day, month, year."
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) <= pivot else 1900)
    if not 1800 <= full <= 2199:
        return f"{full} cannot be the year."
    if not 1 <= int(day) <= calendar.monthrange(full, number)[1]:
        return f"{calendar.month_name[number]} {full} has no day {int(day)}."
    return date(full, number, int(day))


def _display(value: str) -> str:
    return f"{value[8:]} {value[5:7]} {value[:4]}"


def _meaning(value: str) -> str:
    day = date.fromisoformat(value)
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def with_pivot(pivot: int) -> KindRule:
    """Dates whose two-digit years up to ``pivot`` are 20yy."""

    def normal(raw: str) -> str | None:
        found = _read(raw, pivot)
        return found.isoformat() if isinstance(found, date) else None

    def explain(raw: str) -> str:
        found = _read(raw, pivot)
        return "" if isinstance(found, date) else found

    def alternatives(cells: int) -> tuple[Alternative, ...]:
        return fitting(_COMBS, cells)

    return KindRule("a date", DIGITS, normal, _display, _meaning, explain, alternatives)


DATE = with_pivot(PIVOT)
BIRTH_DATE = with_pivot(BIRTH_PIVOT)
