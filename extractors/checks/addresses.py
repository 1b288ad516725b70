"""Rules about addresses."""

from __future__ import annotations

from extractors import post_towns
from extractors.checks.rule import (
    PERSON,
    Asked,
    Finding,
    Rule,
    fail_unless,
)

_TOWN, _POSTCODE = PERSON + "address.post_town", PERSON + "address.postcode"
_LINE = PERSON + "address.line_1"
_IN_THE_UK = frozenset(post_towns.AREAS) - {"JE", "GY", "IM"} | {"BX", "XX"}


def _town_of_postcode(asked: Asked) -> Finding:
    town, code = asked.text(_TOWN), asked.text(_POSTCODE)
    belongs = post_towns.belongs(town, code)
    if belongs is None:
        return Finding("not_checked", f"{asked.label(_TOWN)} {town} is not in the list of towns.")
    where = post_towns.AREAS.get(post_towns.area(code), post_towns.area(code))
    return fail_unless(
        belongs, f"{asked.label(_POSTCODE)} {code} is in the {where} area, "
        f"but {asked.label(_TOWN)} is {town}."
    )  # fmt: skip


def _district_exists(asked: Asked) -> Finding:
    code = asked.text(_POSTCODE)
    known = post_towns.known_district(code)
    if known is None:
        return Finding("not_checked", f"{code} is outside the areas of the postcode list.")
    return fail_unless(
        known, f"{asked.label(_POSTCODE)} {code}: there is no {code.split(' ')[0]} in the "
        "postcode list. Compare it with the page."
    )  # fmt: skip


def _a_house_on_line_1(asked: Asked) -> Finding:
    line = asked.text(_LINE)
    return fail_unless(
        sum(c.isalpha() for c in line) >= 3,
        f"{asked.label(_LINE)} ‘{line}’ has no street or house name.",
    )


def _in_the_uk(asked: Asked) -> Finding:
    code = asked.text(_POSTCODE)
    home = code.startswith(("BF", "GIR")) or post_towns.area(code) in _IN_THE_UK
    return fail_unless(
        home,
        f"{asked.label(_POSTCODE)} {code} is outside the United Kingdom: see if it is an export.",
    )


RULES = (
    Rule("AD-01", "warn", "postcode and post town", _town_of_postcode, ((_TOWN, _POSTCODE),)),
    Rule("AD-02", "warn", "postcode district exists", _district_exists, ((_POSTCODE,),)),
    Rule("AD-03", "warn", "a house and street on line 1", _a_house_on_line_1, ((_LINE,),)),
    Rule("AD-05", "warn", "an address in the United Kingdom", _in_the_uk, ((_POSTCODE,),)),
)  # fmt: skip
