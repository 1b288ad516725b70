"""Fictional people and their vehicles.

Nothing here belongs to anyone: telephone numbers and mail domains are those kept for fiction, marks
begin as those used for testing do, makers' codes do not exist, people and streets are invented.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from extractors import lexicon, post_towns

Answers = dict[str, str | bool]
Rng = np.random.Generator

RECEIVED = date(2026, 11, 20)
NATIONAL_INSURANCE_NUMBER = "AB123456C"
"""The number that examples give: any other that passes might be somebody's."""
BIRTHPLACES = ("WALES", "ENGLAND", "SCOTLAND", "IRELAND", "POLAND", "INDIA", "NIGERIA", "PAKISTAN",
               "FRANCE", "UNITED STATES", "HONG KONG", "KENYA")  # fmt: skip

_MEN = (
    "JAMES", "DAVID", "JOHN", "OWEN", "GARETH", "IMRAN", "PETER", "THOMAS", "DYLAN", "KWAME",
    "ROBERT", "STEPHEN", "RHYS", "MARK", "ADEBAYO", "GEORGE", "HARRY", "IVOR", "QUENTIN", "LUKAS",
)  # fmt: skip
_WOMEN = (
    "SARAH", "MARY", "ELIZABETH", "CERYS", "FATIMA", "JANE", "MEGAN", "RACHEL", "ANGHARAD", "ZOE",
    "HELEN", "WEI", "NIA", "OLIVIA", "PRIYA", "KATE", "BRONWEN", "JOANNA", "VALERIE", "XENIA",
)  # fmt: skip
_FAMILIES = (
    "MORGAN", "EVANS", "SMITH", "JONES", "PATEL", "O'BRIEN", "MACDONALD", "LI", "WILLIAMS", "DOE",
    "SMITH-JONES", "TAYLOR", "KHAN", "BROWN", "PRITCHARD", "NGUYEN", "FOX", "HUGHES", "QUINN",
    "CLARKE", "BAXTER", "WRIGHT", "ZIELINSKI", "VAUGHAN", "MCKAY", "ADEYEMI", "GRIFFITHS", "IQBAL",
)  # fmt: skip
_STREETS = (
    "HEOL LAS", "STATION ROAD", "MILL LANE", "HIGH STREET", "CHURCH VIEW", "VICTORIA TERRACE",
    "QUARRY CLOSE", "MAES YR HAF", "KINGFISHER DRIVE", "ORCHARD WAY", "BEECH AVENUE", "DOCK STREET",
    "FFORDD Y MYNYDD", "JUBILEE CRESCENT", "WOODPECKER RISE", "PARK PLACE",
)  # fmt: skip
_LOCALITIES = ("", "", "", "NEWBRIDGE", "UPPER FARM", "LITTLE HEATH", "PENTREF", "FLAT 2")
_TOWNS = (  # districts of the town; its streets and the last half of the postcode are invented
    ("SWANSEA", "SA1 SA2 SA3 SA4 SA5 SA6"), ("CARDIFF", "CF5 CF10 CF11 CF14 CF23 CF24"),
    ("BRISTOL", "BS1 BS4 BS7 BS9 BS13 BS16"), ("LEEDS", "LS2 LS6 LS8 LS11 LS15 LS17"),
    ("EXETER", "EX1 EX2 EX3 EX4"), ("NORWICH", "NR1 NR3 NR5 NR6 NR7"),
    ("CANTERBURY", "CT1 CT2 CT3 CT4"), ("PLYMOUTH", "PL1 PL2 PL4 PL6 PL9"),
    ("NEWCASTLE UPON TYNE", "NE1 NE3 NE5 NE6 NE7"),
)  # fmt: skip
_VEHICLES = (
    ("FORD", "FOCUS"), ("VAUXHALL", "CORSA"), ("NISSAN", "QASHQAI"), ("TOYOTA", "YARIS"),
    ("VOLKSWAGEN", "GOLF"), ("KIA", "PICANTO"), ("SKODA", "FABIA"), ("HONDA", "JAZZ"),
    ("BMW", "320D"), ("PEUGEOT", "208"), ("MAZDA", "MX-5"), ("FIAT", "500"),
)  # fmt: skip
_COLOURS = ("SILVER", "BLACK", "WHITE", "BLUE", "GREY", "RED", "GREEN", "ORANGE")
_WAYS = ("ROAD", "STREET", "LANE", "AVENUE", "CLOSE", "DRIVE", "WAY", "GROVE", "CRESCENT", "HILL")
_ABROAD = ("GY", "IM", "JE")  # no vehicle of the register is kept there
_STARTS = ("B", "BR", "CH", "D", "DR", "F", "GW", "H", "K", "KL", "L", "M", "N", "P", "SH", "TR")
_ENDS = ("LL", "N", "ND", "NS", "R", "RT", "S", "SKI", "T", "TH", "WICK", "X", "GH", "M", "CZ")
_DRAMA = ("07700 900", "01632 960", "0113 4960", "0121 4960", "020 79460", "029 20180")
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # of a mark: no I O Q
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True, slots=True)
class Person:
    """A fictional person; everything as written in capitals."""

    title: str
    given: str
    family: str
    born: date
    driver_number: str
    address: tuple[str, str, str, str]
    telephone: str
    email: str


def person(rng: Rng) -> Person:
    """Someone of 18 to 85 whose driver number agrees with name and date of birth."""
    woman = rng.random() < 0.5
    names = [str(each) for each in rng.choice(_WOMEN if woman else _MEN, 2, replace=False)]
    given = " ".join(names[: 1 + int(rng.random() < 0.5)])
    family = str(rng.choice(_FAMILIES))
    born = RECEIVED - timedelta(days=int(rng.integers(18 * 366, 85 * 365)))
    title = str(rng.choice(("Mrs", "Miss", "Ms") if woman else ("Mr",)))
    title = "DR" if rng.random() < 0.06 else title
    town, districts = _TOWNS[int(rng.integers(len(_TOWNS)))]
    inward = f"{rng.integers(10)}{_some(rng, _INWARD)}{_some(rng, _INWARD)}"
    first = f"{rng.integers(1, 180)} {rng.choice(_STREETS)}"
    line_2 = str(rng.choice(_LOCALITIES))
    kept = "07700 900" if rng.random() < 0.6 else "01632 960"
    user = f"{names[0]}.{family.replace(chr(39), '')}".lower()
    return Person(
        title, given, family, born,
        _driver_number(rng, given, family, born, woman),
        (first, line_2, town, f"{rng.choice(districts.split())} {inward}"),
        f"{kept}{rng.integers(1000):03d}",
        f"{user}@example.{rng.choice(('com', 'org', 'net'))}",
    )  # fmt: skip


def _driver_number(rng: Rng, given: str, family: str, born: date, woman: bool) -> str:
    letters = "".join(c for c in family if c.isalpha())
    letters = "MC" + letters[3:] if letters.startswith("MAC") else letters
    initials = ("".join(each[0] for each in given.split()) + "9")[:2]
    month = born.month + 50 * woman
    year = f"{born.year % 100:02d}"
    check = _some(rng, _LETTERS) + _some(rng, _LETTERS)
    return f"{letters[:5]:9<5}{year[0]}{month:02d}{born.day:02d}{year[1]}{initials}9{check}"


def mark(rng: Rng) -> str:
    """A registration mark of the series kept for testing."""
    return "AA19" + "".join(_some(rng, _LETTERS) for _ in range(3))


def vin(rng: Rng) -> str:
    """A vehicle identification number of a maker that does not exist."""
    serial = "".join(_some(rng, _LETTERS + "0123456789") for _ in range(9))
    return f"ZZZ{serial[:9]}{rng.integers(10**5):05d}"


def passport_number(rng: Rng) -> str:
    """Nine digits that begin as no passport in use is known to."""
    return f"000{rng.integers(10**6):06d}"


def vehicle(rng: Rng) -> tuple[str, str]:
    """Make and model."""
    return _VEHICLES[int(rng.integers(len(_VEHICLES)))]


def colour(rng: Rng) -> str:
    return str(rng.choice(_COLOURS))


def _some(rng: Rng, characters: str) -> str:
    return characters[int(rng.integers(len(characters)))]


@dataclass(frozen=True, slots=True)
class Cast:
    """Who fills in forms, and with which registration marks."""

    person: Callable[[Rng], Person]
    mark: Callable[[Rng], str]


def stranger(rng: Rng) -> Person:
    """Anyone: names from long lists or in none, any post town, hyphens, apostrophes and flats."""
    woman = rng.random() < 0.5
    given = _listed("forenames", rng)
    second = _listed("forenames", rng)
    if rng.random() < 0.35 and len(given) + len(second) < 24:
        given = f"{given} {second}"
    family = _family(rng)
    born = RECEIVED - timedelta(days=int(rng.integers(18 * 366, 85 * 365)))
    title = str(rng.choice(("Mrs", "Miss", "Ms") if woman else ("Mr",)))
    return Person(
        str(rng.choice(("DR", "REV", "SIR", "PROF"))) if rng.random() < 0.08 else title,
        given, family, born,
        _driver_number(rng, given, family, born, woman),
        _anywhere(rng), _telephone(rng), _mailbox(rng, given, family),
    )  # fmt: skip


def any_year(rng: Rng) -> str:
    """A registration mark with the letters used for testing, AA, and any year since 2002."""
    year = int(rng.integers(2, 26)) + 50 * int(rng.integers(2))
    return f"AA{year:02d}" + "".join(_some(rng, _LETTERS) for _ in range(3))


FAMILIAR = Cast(person, mark)
STRANGERS = Cast(stranger, any_year)


def _listed(name: lexicon.Name, rng: Rng) -> str:
    words, shares = _list(name)
    if rng.random() < 0.5:
        return str(words[int(rng.integers(len(words)))])
    return str(rng.choice(words, p=shares))


@cache
def _list(name: lexicon.Name) -> tuple[list[str], NDArray[np.float64]]:
    lines = (lexicon.FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    parts = [line.partition("\t") for line in lines]
    kept = [(w, float(n or 1)) for w, _, n in parts if 2 <= len(w) <= 14 and w.isascii()]
    shares = np.array([n for _, n in kept])
    return [word for word, _ in kept], shares / shares.sum()


def _family(rng: Rng) -> str:
    name, chance = _listed("surnames", rng), rng.random()
    if chance < 0.12:
        return _invented(rng)
    if chance < 0.18 and len(name) < 9:
        return f"{name}-{_listed('surnames', rng)}"
    if chance < 0.22:
        return f"{rng.choice(('O' + chr(39), 'MC', 'MAC', 'DE ', 'VAN '))}{name}"
    return name


def _invented(rng: Rng) -> str:
    """A name that no list has, and that can be said."""
    return "".join(
        f"{rng.choice(_STARTS)}{_some(rng, 'AEIOUY')}" for _ in range(int(rng.integers(1, 4)))
    ) + str(rng.choice(_ENDS))


def _anywhere(rng: Rng) -> tuple[str, str, str, str]:
    """Address lines, post town and a postcode of its area."""
    street = f"{_listed('streets', rng)} {rng.choice(_WAYS)}"
    number = f"{rng.integers(1, 240)}{rng.choice(('', '', '', '', 'A', 'B'))}"
    first = f"{number} {street}"
    flat = f"FLAT {rng.integers(1, 30)}, {first}"
    if rng.random() < 0.15 and len(flat) <= 30:
        first = flat
    second = _listed("towns", rng) if rng.random() < 0.3 else ""
    areas = [each for each in post_towns.AREAS if each not in _ABROAD]
    area = areas[int(rng.integers(len(areas)))]
    known = [n for n in range(1, 30) if post_towns.known_district(f"{area}{n} 1AA")]
    district = f"{area}{rng.choice(known)}" if known else f"{area}1"
    inward = f"{rng.integers(10)}{_some(rng, _INWARD)}{_some(rng, _INWARD)}"
    return first, second, post_towns.AREAS[area].upper(), f"{district} {inward}"


def _telephone(rng: Rng) -> str:
    start = str(rng.choice(_DRAMA))
    number = f"{start}{rng.integers(1000):03d}"
    return number.replace(" ", "") if rng.random() < 0.4 else number


def _mailbox(rng: Rng, given: str, family: str) -> str:
    first, last = given.split()[0].lower(), "".join(c for c in family if c.isalpha()).lower()
    user = str(rng.choice((f"{first}.{last}", f"{first[0]}{last}", f"{last}{rng.integers(99)}",
                           f"{first}_{last}", f"{first}-{last}", first)))  # fmt: skip
    return f"{user[:14].rstrip('._-')}@example.{rng.choice(('com', 'org', 'net'))}"
