"""Names, driver numbers and National Insurance numbers."""

from __future__ import annotations

import calendar
import re
import unicodedata

from extractors.kinds.positions import LETTERS, expand, fitting, misfit, spoken
from extractors.kinds.rule import KindRule, alphabet_of, compact, free, same

_FIRMS = frozenset(("ltd", "limited", "plc", "llp", "cyf", "cyfyngedig", "co", "company"))
_JOINTS = " '’-.,&/()"
_DRIVER_GB = (
    "(?:[A-Z]{5}|[A-Z]{4}9|[A-Z]{3}99|[A-Z]{2}999|[A-Z]9999)"
    r"\d(?:[05][1-9]|[16][0-2])(?:0[1-9]|[12]\d|3[01])\d"
    "[A-Z9][A-Z9][2-9A-HJ-NPR-X][A-Z]{2}"
)
_DRIVER = expand(_DRIVER_GB) + expand(r"\d{8}")
_INSURED = expand(
    r"(?:[ACEHJLMOPRSWXY][A-CEGHJ-NPR-TW-Z]|B[A-CEHJ-NPR-TW-Z]|G[ACEGHJ-NPR-TW-Z]"
    r"|[KT][A-CEGHJ-MPR-TW-Z]|N[A-CEGHJLMNPRSW-Z]|Z[A-CEGHJ-NPR-TW-Y])\d{6}[A-D]?"
)
_NEVER_INSURED = frozenset(("BG", "GB", "NK", "KN", "TN", "NT", "ZZ"))


def _normal_name(raw: str) -> str | None:
    """One space between parts; words all in capitals get a capital and small letters.

    Forms ask for capitals, so their case says nothing; mixed case is kept as written.
    """
    name = " ".join(unicodedata.normalize("NFC", raw).split())
    if not any(c.isalpha() for c in name) or _stray(name) is not None:
        return None
    return _capitals(name) if name.upper() == name else name


def _capitals(name: str) -> str:
    words = re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), name)
    words = re.sub(r"(['’])S\b", r"\1s", words)
    return re.sub(r"\bMc([a-z])", lambda part: "Mc" + part[1].upper(), words)


def _stray(name: str) -> int | None:
    """The index of the first character no name has; the name of a firm may have digits."""
    firm = not _FIRMS.isdisjoint(name.casefold().replace(".", "").split())
    for index, character in enumerate(name):
        if firm and character.isdecimal():
            continue
        if not (character.isalpha() or character in _JOINTS or unicodedata.combining(character)):
            return index
    return None


def _explain_name(raw: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", raw).split())
    index = _stray(name)
    if index is not None:
        return f"A name has no digits or signs. Character {index + 1} is {spoken(name[index])}."
    return "" if any(c.isalpha() for c in name) else "A name needs at least one letter."


def surname_codes(surname: str) -> frozenset[str]:
    """The first five characters a driver number may have for a surname (MAC is also MC)."""
    plain = unicodedata.normalize("NFD", surname).upper()
    letters = "".join(c for c in plain if c in LETTERS)
    codes = {letters[:5].ljust(5, "9")} if letters else set()
    if letters.startswith("MAC"):
        codes.add(("MC" + letters[3:])[:5].ljust(5, "9"))
    return frozenset(codes)


def _tidy_driver(raw: str) -> str:
    """Unspaced, without the two-digit issue number printed after the driver number."""
    return re.sub(r"(?a)(?<=^.{16})(?:\d\d|\*\*)$", "", compact(raw))


def _normal_driver(raw: str) -> str | None:
    number = _tidy_driver(raw)
    if re.fullmatch(r"\d{8}", number, re.A):
        return number
    return number if re.fullmatch(_DRIVER_GB, number, re.A) and not _no_such_day(number) else None


def driver_birth(number: str) -> tuple[int, int, int]:
    """(day, month, last two digits of the year) coded in a number of 16 characters."""
    return int(number[8:10]), int(number[6:8]) % 50, int(number[5] + number[10])


def _no_such_day(number: str) -> str:
    day, month, year = driver_birth(number)
    longest = calendar.monthrange(2000 + year, month)[1]
    if day <= longest:
        return ""
    return f"Characters 7 to 10 say day {day} of {calendar.month_name[month]}: no such day."


def _explain_driver(raw: str) -> str:
    number = _tidy_driver(raw)
    return misfit("a driver number", number, _DRIVER) or (
        _no_such_day(number) if len(number) == 16 else ""
    )


def _display_driver(number: str) -> str:
    if len(number) == 8:
        return number
    return f"{number[:5]} {number[5:11]} {number[11:]}"


def _driver_meaning(number: str) -> str:
    if len(number) == 8:
        return "Northern Ireland driver number"
    day, month, year = driver_birth(number)
    surname = number[:5].rstrip("9")
    born = f"born {day} {calendar.month_name[month]}, year ending {year:02}"
    return f"surname begins {surname}, {born}"


def _explain_insured(raw: str) -> str:
    number = compact(raw)
    if number[:2] in _NEVER_INSURED:
        return f"No National Insurance number begins with {number[:2]}."
    return misfit("a National Insurance number", number, _INSURED)


def _normal_insured(raw: str) -> str | None:
    return None if _explain_insured(raw) else compact(raw)


def _display_insured(number: str) -> str:
    return " ".join(part for part in re.split(r"(\d\d)", number) if part)


def _insured_meaning(number: str) -> str:
    told = "a National Insurance number"
    return told if number[-1].isalpha() else f"{told} without the letter at its end"


NAME = KindRule(
    name="a name",
    alphabet=LETTERS + "'-.,&/() ",
    normal=_normal_name,
    display=same,
    meaning=same,
    explain=_explain_name,
    alternatives=free,
)
DRIVER_NUMBER = KindRule(
    name="a driver number",
    alphabet=alphabet_of(_DRIVER),
    normal=_normal_driver,
    display=_display_driver,
    meaning=_driver_meaning,
    explain=_explain_driver,
    alternatives=lambda cells: fitting(_DRIVER, cells),
)
NATIONAL_INSURANCE = KindRule(
    name="a National Insurance number",
    alphabet=alphabet_of(_INSURED),
    normal=_normal_insured,
    display=_display_insured,
    meaning=_insured_meaning,
    explain=_explain_insured,
    alternatives=lambda cells: fitting(_INSURED, cells),
)
