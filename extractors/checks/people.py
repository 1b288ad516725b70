"""Rules about people: driver number, name and date of birth."""

from __future__ import annotations

from collections.abc import Callable

from extractors.checks.rule import (
    PERSON,
    Asked,
    Finding,
    Rule,
    fail_unless,
    long_date,
    months_on,
)
from extractors.kinds.people import driver_birth, surname_codes

_NUMBER, _FAMILY, _BORN = PERSON + "driver_number", PERSON + "name.family", PERSON + "date_of_birth"
_GIVEN, _PREVIOUS = PERSON + "name.given", PERSON + "name.previous_family"
_NORTHERN_IRELAND = Finding("not_checked", "A Northern Ireland driver number says nothing more.")


def _surname(asked: Asked) -> Finding:
    number = asked.text(_NUMBER)
    if len(number) != 16:
        return _NORTHERN_IRELAND
    names = [asked.values[n] for n in (_FAMILY, _PREVIOUS) if asked.values.get(n)]
    codes = {code for name in names for code in surname_codes(str(name))}
    return fail_unless(
        number[:5] in codes,
        f"{asked.label(_NUMBER)} begins {number[:5]}, which does not go with "
        f"{asked.label(_FAMILY)} {asked.text(_FAMILY)}.",
    )


def _birth_part(part: int, word: str) -> Callable[[Asked], Finding]:
    """Day (0), month (1) or year (2) in the driver number against the date of birth."""

    def test(asked: Asked) -> Finding:
        number, born = asked.text(_NUMBER), asked.day(_BORN)
        if len(number) != 16:
            return _NORTHERN_IRELAND
        coded, written = driver_birth(number)[part], (born.day, born.month, born.year % 100)[part]
        return fail_unless(
            coded == written,
            f"{asked.label(_NUMBER)} says {word} {coded:02}, but {asked.label(_BORN)} "
            f"is {long_date(born)}.",
        )

    return test


def _initials(asked: Asked) -> Finding:
    number = asked.text(_NUMBER)
    if len(number) != 16:
        return _NORTHERN_IRELAND
    letters = [word[0].upper() for word in asked.text(_GIVEN).split()]
    expected = "".join([*letters, "9", "9"][:2])
    return fail_unless(
        number[11:13] == expected,
        f"{asked.label(_NUMBER)} has the initials {number[11:13]}, but {asked.label(_GIVEN)} "
        f"gives {expected}.",
    )


def _great_britain(asked: Asked) -> Finding:
    return fail_unless(
        len(asked.text(_NUMBER)) == 16,
        f"{asked.label(_NUMBER)} is from Northern Ireland: exchange the licence.",
    )


def _age(asked: Asked) -> Finding:
    born = asked.day(_BORN)
    if born > asked.received:
        return Finding("fail", f"{asked.label(_BORN)} {long_date(born)} is after the form came in.")
    return fail_unless(
        born >= months_on(asked.received, -111 * 12),
        f"{asked.label(_BORN)} {long_date(born)} makes the person older than 110.",
    )


def _born_first(asked: Asked) -> Finding:
    born = asked.day(_BORN)
    earlier = [label for label, day in asked.dates.items() if day <= born]
    return fail_unless(
        not earlier,
        f"{asked.label(_BORN)} {long_date(born)} is not before {' and '.join(earlier)}.",
    )


def _one_person(asked: Asked) -> Finding:
    words = asked.text(_GIVEN).casefold().split()
    return fail_unless(
        not {"and", "&", "a'r", "ac"} & set(words),
        f"{asked.label(_GIVEN)} names two people; only one keeper can be recorded.",
    )


def _buyer_is_not_seller(asked: Asked) -> Finding:
    def name(person: str) -> str:
        parts = (asked.text(f"{person}.name.{part}") for part in ("given", "family"))
        return " ".join(parts).casefold()

    return fail_unless(
        name("keeper") != name("new_keeper"),
        f"The old and the new keeper have the same name, {name('keeper').title()}.",
    )


RULES = (
    Rule("DN-01", "block", "driver number and surname", _surname,
         ((_NUMBER, _FAMILY),), (_PREVIOUS,)),
    Rule("DN-02", "block", "driver number and year of birth", _birth_part(2, "the year"),
         ((_NUMBER, _BORN),)),
    Rule("DN-03", "block", "driver number and month of birth", _birth_part(1, "month"),
         ((_NUMBER, _BORN),)),
    Rule("DN-04", "block", "driver number and day of birth", _birth_part(0, "day"),
         ((_NUMBER, _BORN),)),
    Rule("DN-06", "warn", "driver number and initials", _initials, ((_NUMBER, _GIVEN),)),
    Rule("DN-08", "warn", "driver number of Great Britain", _great_britain, ((_NUMBER,),)),
    Rule("AGE-04", "block", "age from 0 to 110", _age, ((_BORN,),)),
    Rule("DT-10", "block", "born before every other date", _born_first, ((_BORN,),)),
    Rule("PE-03", "warn", "one person to a form", _one_person, ((_GIVEN,),)),
    Rule("PE-05", "warn", "buyer and seller differ", _buyer_is_not_seller,
         (("keeper.name.given", "keeper.name.family",
           "new_keeper.name.given", "new_keeper.name.family"),)),
)  # fmt: skip
