"""Stories: what fictional people write on a form, agreeing with itself from field to field.

Nothing here belongs to anyone: telephone numbers and mail domains are those kept for fiction, marks
are of a series used for testing, makers' codes do not exist, people and streets are invented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from extractors.formpack import FormPack

Answers = dict[str, str | bool]
Rng = np.random.Generator

RECEIVED = date(2026, 11, 20)

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


def story(pack: FormPack, rng: Rng, received: date = RECEIVED) -> Answers:
    """What someone writes on this form: field name to text, chosen option or ``True``.

    Empty for a form that no story is known for.
    """
    tell = _STORIES.get(pack.work_type)
    if tell is None:
        return {}
    signed = received - timedelta(days=int(rng.integers(2, 15)))
    answers = tell(rng, signed)
    answers["declaration.date"] = _day(signed)
    answers["declaration.signature"] = True
    return {name: value for name, value in answers.items() if value != ""}


def _off_road(rng: Rng, signed: date) -> Answers:
    who = person(rng)
    status = str(rng.choice(("registered_keeper", "sends_certificate", "certificate_sent")))
    since = signed - timedelta(days=int(rng.integers(0, 20)))
    got = since - timedelta(days=int(rng.integers(3, 60)))
    return {
        **_vehicle(rng),
        **_who("applicant", who),
        "vehicle.off_road_from": _day(since),
        "vehicle.acquired_on": _day(got) if status == "sends_certificate" else "",
        "applicant.status": status,
    }


def _certificate(rng: Rng, signed: date) -> Answers:
    who = person(rng)
    role = str(rng.choice(("registered_keeper", "new_keeper_with_slip", "new_keeper_without_slip")))
    slip = role == "new_keeper_with_slip"
    new = role != "registered_keeper"
    before = person(rng)
    vehicle = _vehicle(rng)
    return {
        **vehicle,
        **_who("applicant", who),
        "vehicle.vrn_again": vehicle["vehicle.vrn"],
        "vehicle.mileage": str(rng.integers(900, 180000)),
        "vehicle.colour": str(rng.choice(_COLOURS)),
        "vehicle.vin": vin(rng),
        "request.reason": str(
            rng.choice(("lost", "stolen", "damaged", "destroyed", "not_received"))
        ),
        "applicant.role": role,
        "vehicle.acquired_on": _day(signed - timedelta(days=int(rng.integers(1, 90))), new),
        "enclosure.slip": slip,
        "enclosure.slip_reference": "".join(str(d) for d in rng.integers(0, 10, 12)) * slip,
        "fee.enclosed": not slip,
        "fee.amount": "25" * (not slip),
        "previous_keeper.name": f"{before.given} {before.family}" if new else "",
        "previous_keeper.address": "\n".join(before.address[i] for i in (0, 2)) if new else "",
        "request.also": str(rng.choice(("", "", "tax", "off_road"))),
        "applicant.date_of_birth": _day(who.born),
        "applicant.driver_number": who.driver_number,
        "applicant.telephone": who.telephone,
        "applicant.email": who.email.upper(),
    }


def _keeper_change(rng: Rng, signed: date) -> Answers:
    who = person(rng)
    vehicle = _vehicle(rng)
    answers: Answers = {
        "vehicle.vrn": vehicle["vehicle.vrn"],
        "vehicle.document_reference": "".join(str(d) for d in rng.integers(0, 10, 11)),
        "declaration.telephone": person(rng).telephone,
    }
    day = _day(signed - timedelta(days=int(rng.integers(0, 30))))
    if rng.random() < 0.4:
        moved = _who("keeper", who)
        del moved["keeper.name.title"]
        return answers | moved | {"request.change": "name_or_address", "keeper.changed_on": day}
    return answers | {
        **_who("new_keeper", who),
        "request.change": "new_keeper",
        "sale.date": day,
        "new_keeper.date_of_birth": _day(who.born),
        "new_keeper.driver_number": who.driver_number,
        "vehicle.mileage": str(rng.integers(900, 180000)),
        "new_keeper.email": who.email.upper() if rng.random() < 0.6 else "",
    }


_STORIES: Mapping[str, Callable[[Rng, date], Answers]] = {
    "vehicle.off_road": _off_road,
    "vehicle.certificate": _certificate,
    "vehicle.keeper_change": _keeper_change,
}


def _vehicle(rng: Rng) -> Answers:
    make, model = _VEHICLES[int(rng.integers(len(_VEHICLES)))]
    return {"vehicle.vrn": mark(rng), "vehicle.make": make, "vehicle.model": model}


def _who(prefix: str, who: Person) -> Answers:
    line_1, line_2, town, postcode = who.address
    common = who.title in ("Mr", "Mrs", "Miss", "Ms")
    answers: Answers = {
        f"{prefix}.name.title": who.title if common else "other",
        f"{prefix}.name.given": who.given,
        f"{prefix}.name.family": who.family,
        f"{prefix}.address.line_1": line_1,
        f"{prefix}.address.line_2": line_2,
        f"{prefix}.address.post_town": town,
        f"{prefix}.address.postcode": postcode,
    }
    return answers if common else answers | {f"{prefix}.name.title_other": who.title}


def _day(day: date, wanted: bool = True) -> str:
    return day.strftime("%d%m%Y") if wanted else ""


def _some(rng: Rng, characters: str) -> str:
    return characters[int(rng.integers(len(characters)))]
