"""What is written on the measuring form: values of every sort, none of them anybody's.

A third of the names, towns and streets are in no word list of Postroom (made of syllables), so that
a reader that only knows its lists is not praised for it.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from string import ascii_uppercase, digits

import numpy as np
from numpy.typing import NDArray

from extractors import kinds, lexicon
from extractors.forms.stories import RECEIVED
from extractors.kinds.positions import expand
from extractors.kinds.vehicles import MARK_STYLES

Rng = np.random.Generator

_UNLISTED = 1 / 3
_SYLLABLES = (
    "BA", "BRE", "CHA", "COR", "DA", "DEN", "DRU", "EL", "FAL", "FEN", "GAR", "GLY", "HOL", "IN",
    "JE", "KEL", "KIR", "LAN", "LOW", "MAR", "MIL", "MOR", "NOR", "OAK", "PEN", "POR", "QUE", "RAD",
    "RIS", "SAN", "SHEL", "STO", "TAR", "THOR", "TRE", "UL", "VAN", "WES", "WIN", "YAR", "ZO",
)  # fmt: skip
_ENDS = (
    "TON", "HAM", "LEY", "WICK", "FORD", "SON", "MAN", "SKI", "WELL", "BURN", "GATE", "X", "FIELD",
    "DO", "MOUTH", "BY",
)  # fmt: skip
_WAYS = (
    "ROAD", "STREET", "LANE", "CLOSE", "AVENUE", "DRIVE", "WAY", "GROVE", "PLACE", "COURT",
    "TERRACE", "CRESCENT",
)  # fmt: skip
_STYLES = ("current", "prefix", "suffix")
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_NUMBERS = "ABCDEFGHJKLMNPRSTUVWXYZ" + digits


def answer(sort: str, rng: Rng) -> str:
    """A value as written, in capitals; dates as eight figures."""
    return _MAKERS[sort](rng)


def person(rng: Rng) -> dict[str, str]:
    """Names, date of birth, driver number, town and postcode that agree, by the sort of field."""
    given, family, born = _given(rng), _family(rng), _day(rng)
    letters = "".join(c for c in family if c in ascii_uppercase)
    letters = "MC" + letters[3:] if letters.startswith("MAC") else letters
    initials = ("".join(part[0] for part in given.split()) + "9")[:2]
    month = born.month + 50 * int(rng.integers(2))
    year = f"{born.year % 100:02d}"
    number = f"{letters[:5]:9<5}{year[0]}{month:02d}{born.day:02d}{year[1]}{initials}9"
    number += _some(rng, _NUMBERS[:23], 2)
    outward, town = _outwards()[int(rng.integers(len(_outwards())))]
    return {
        "given": given, "family": family, "date": born.strftime("%d%m%Y"), "driver_number": number,
        "post_town": town, "postcode": f"{outward} {_inward(rng)}",
    }  # fmt: skip


def _some(rng: Rng, characters: str, count: int = 1) -> str:
    return "".join(characters[int(i)] for i in rng.integers(0, len(characters), count))


def _day(rng: Rng) -> date:
    return RECEIVED - timedelta(days=int(rng.integers(18 * 366, 80 * 365)))


def _recent(rng: Rng) -> str:
    return (RECEIVED - timedelta(days=int(rng.integers(0, 12 * 365)))).strftime("%d%m%Y")


def _mark(rng: Rng) -> str:
    style = _STYLES[int(rng.choice(3, p=(0.7, 0.2, 0.1)))]
    ways = expand(MARK_STYLES[style])
    return "".join(_some(rng, allowed) for allowed in ways[int(rng.integers(len(ways)))])


def _postcode(rng: Rng) -> str:
    outward, _ = _outwards()[int(rng.integers(len(_outwards())))]
    return f"{outward} {_inward(rng)}"


def _inward(rng: Rng) -> str:
    return f"{_some(rng, digits)}{_some(rng, _INWARD, 2)}"


@cache
def _outwards() -> tuple[tuple[str, str], ...]:
    """Outward postcodes with their towns, as far as those fit their boxes."""
    path = lexicon.FOLDER.parent / "outward_postcodes.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    found = ((row["outward"].upper(), row["town"].upper()) for row in rows)
    return tuple((o, t) for o, t in found if o.isalnum() and len(o) <= 4 and 2 < len(t) <= 18)


def _ni_number(rng: Rng) -> str:
    rule = kinds.KINDS["national_insurance_number"]
    ways = [each for each in rule.alternatives(9) or () if len(each) == 9]
    while True:
        made = "".join(_some(rng, allowed) for allowed in ways[int(rng.integers(len(ways)))])
        if rule.normal(made):
            return made


def _word(name: lexicon.Name, rng: Rng, most: int) -> str:
    """A listed word as often as it is met, or one that is in no list."""
    if rng.random() < _UNLISTED:
        count = 1 + int(rng.random() < 0.6)
        made = "".join(str(rng.choice(_SYLLABLES)) for _ in range(count)) + str(rng.choice(_ENDS))
        return made[:most]
    words, weights = _listed(name)
    word = str(rng.choice(words, p=weights))
    return word if len(word) <= most else word[:most].rstrip()


@cache
def _listed(name: lexicon.Name) -> tuple[list[str], NDArray[np.float64]]:
    lines = (lexicon.FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    parts = [line.partition("\t") for line in lines]
    weights = np.array([float(times or 1) for _, _, times in parts])
    return [word for word, _, _ in parts], weights / weights.sum()


def _given(rng: Rng) -> str:
    first = _word("forenames", rng, 18)
    if len(first) < 9 and rng.random() < 0.3:
        return f"{first} {_word('forenames', rng, 8)}"
    return first


def _family(rng: Rng) -> str:
    whole = _word("surnames", rng, 18)
    if rng.random() < 0.06 and len(whole) < 9:
        return f"{whole}-{_word('surnames', rng, 8)}"
    return f"O'{whole}" if rng.random() < 0.03 and len(whole) < 12 else whole


def _address(rng: Rng) -> str:
    street = f"{_word('streets', rng, 14)} {rng.choice(_WAYS)}"
    number = str(rng.integers(1, 240))
    choice = rng.random()
    if choice < 0.12:
        return f"FLAT {rng.integers(1, 40)} {number} {street}"[:30].rstrip()
    if choice < 0.24:
        return f"{number}{_some(rng, 'ABCDEF')} {street}"[:30].rstrip()
    if choice < 0.34:
        return f"{_word('streets', rng, 12)} HOUSE, {_word('towns', rng, 9)}"[:30].rstrip(" ,")
    return f"{number} {street}"[:30].rstrip()


_MAKERS = {
    "digits": lambda rng: _some(rng, digits, 8),
    "date": _recent,
    "driver_number": lambda rng: person(rng)["driver_number"],
    "vin": lambda rng: _some(rng, _NUMBERS, 12) + _some(rng, digits, 5),
    "mark": _mark,
    "postcode": _postcode,
    "ni_number": _ni_number,
    "given": _given,
    "family": _family,
    "post_town": lambda rng: _word("towns", rng, 18),
    "address": _address,
}
