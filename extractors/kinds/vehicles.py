"""Registration marks and vehicle identification numbers."""

from __future__ import annotations

import re
from types import MappingProxyType

from extractors.kinds.positions import expand, fitting, misfit
from extractors.kinds.rule import KindRule, alphabet_of, compact, from_pattern

_L = "[A-HJ-PR-Z]"
_NI = "(?:I[A-PR-Z]|[A-HJ-PR-Y]I|Z[A-HJ-PR-Z]|[A-HJ-PR-Y]Z)"

MARK_STYLES = MappingProxyType(
    {
        "current": r"[A-HJ-PR-Y]{2}(?:0[02-9]|[1-9]\d)[A-HJ-PR-Z]{3}",
        "prefix": r"[A-HJ-NPR-TV-Y][1-9]\d{0,2}[A-HJ-PR-Z]{3}",
        "suffix": r"[A-HJ-PR-Z]{3}[1-9]\d{0,2}[A-HJ-NPR-TV-Y]",
        "dateless": rf"{_L}{{1,2}}[1-9]\d{{0,3}}|{_L}{{3}}[1-9]\d{{0,2}}",
        "dateless_rev": rf"[1-9]\d{{0,3}}{_L}{{1,2}}|[1-9]\d{{0,2}}{_L}{{3}}",
        "ni": rf"[A-PR-Z]?{_NI}[1-9]\d{{0,3}}",
        "ni_rev": rf"[1-9]\d{{0,3}}[A-PR-Z]?{_NI}",
        "q_plate": r"Q[1-9]\d{0,2}[A-HJ-PR-Y]{3}",
    }
)
"""Great Britain since 1903 and Northern Ireland, commonest first; unspaced upper case.

Styles overlap: AZ1234 is dateless and ni. Export, trade, diplomatic and island marks are not
here: they go to a person.
"""

_ALTERNATIVES = tuple(
    dict.fromkeys(each for pattern in MARK_STYLES.values() for each in expand(pattern))
)
_STYLE_SHARES = {"current": 1.0, "prefix": 0.2, "suffix": 0.05, "dateless": 0.03, "ni": 0.03}
_SELDOM = 0.01  # the share of a mark in any other style, and of a VIN without its closing figures
_STYLE_WORDS = {
    "prefix": "first used 1983 to 2001",
    "suffix": "first used 1963 to 1983",
    "dateless": "no date in the mark, from before 1963",
    "dateless_rev": "no date in the mark, from before 1963",
    "ni": "Northern Ireland style",
    "ni_rev": "Northern Ireland style",
    "q_plate": "Q plate: age or identity in doubt",
}
_VIN_VALUES = dict(
    zip(
        "0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
        [*range(10), *range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10)],
        strict=True,
    )
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def mark_styles(mark: str) -> frozenset[str]:
    """The names of every style an unspaced mark is written in; empty when in none."""
    return frozenset(
        name for name, pattern in MARK_STYLES.items() if re.fullmatch(pattern, mark, re.A)
    )


def _mark_share(mark: str) -> float:
    return max((_STYLE_SHARES.get(style, _SELDOM) for style in mark_styles(mark)), default=_SELDOM)


def _vin_share(vin: str) -> float:
    """The last four of the 17 characters are figures (ISO 3779), but for a few small makers."""
    return 1.0 if len(vin) == 17 and vin[-4:].isdecimal() else _SELDOM


def first_used(mark: str) -> tuple[int, int] | None:
    """(year, month) from which a current-style mark was issued; ``None`` for other styles."""
    if "current" not in mark_styles(mark):
        return None
    age = int(mark[2:4])
    if age == 0:
        return 2050, 9
    return (2000 + age, 3) if age <= 50 else (1950 + age, 9)


def vin_check_digit(vin: str) -> str:
    """The check digit computed for a VIN of 17 characters (ISO 3779 annex; North America)."""
    total = sum(_VIN_VALUES[c] * w for c, w in zip(vin, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def _tidy_mark(raw: str) -> str:
    """Unspaced, without the leading zeros of old fixed-width records ("0001  A" is 1A)."""
    return re.sub(r"(?a)^([A-Z]?)0+(?=[1-9]\d*[A-Z]+$)", r"\1", compact(raw))


def _normal_mark(raw: str) -> str | None:
    mark = _tidy_mark(raw)
    return mark if mark_styles(mark) else None


def _display_mark(mark: str) -> str:
    if re.fullmatch(r"[A-Z]{2}\d\d[A-Z]{3}", mark):
        return f"{mark[:4]} {mark[4:]}"
    if re.fullmatch(r"[A-Z]\d{1,3}[A-Z]{3}", mark):
        return f"{mark[:-3]} {mark[-3:]}"
    return re.sub(r"^([A-Z]+)(?=\d)|^(\d+)(?=[A-Z])", r"\g<0> ", mark)


def _mark_meaning(mark: str) -> str:
    since = first_used(mark)
    if since:
        year, month = since
        until = f"August {year}" if month == 3 else f"February {year + 1}"
        return f"first used {'March' if month == 3 else 'September'} {year} to {until}"
    styles = mark_styles(mark)
    return "; ".join(dict.fromkeys(w for name, w in _STYLE_WORDS.items() if name in styles))


def _vin_meaning(vin: str) -> str:
    if len(vin) < 17:
        return f"{len(vin)} characters: a chassis number from before about 1981, or part of a VIN"
    agrees = vin_check_digit(vin) == vin[8]
    return "check digit agrees" if agrees else "no check digit, as usual in Europe"


MARK = KindRule(
    name="a registration number",
    alphabet=alphabet_of(_ALTERNATIVES),
    normal=_normal_mark,
    display=_display_mark,
    meaning=_mark_meaning,
    explain=lambda raw: misfit("a registration number", _tidy_mark(raw), _ALTERNATIVES),
    alternatives=lambda cells: fitting(_ALTERNATIVES, cells),
    share=_mark_share,
)
VIN = from_pattern(
    "a vehicle identification number", "[A-HJ-NPR-Z0-9]{17}|[A-HJ-NPR-Z0-9]{4,16}",
    meaning=_vin_meaning, share=_vin_share,
)  # fmt: skip
