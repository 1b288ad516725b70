"""What values are: the grammar, normal form, display and meaning of every kind of field.

``KINDS`` holds one rule for each kind; ``rule(place)`` narrows it to what a form pack asks of
one field (its pattern, length or options). Nothing heavy is imported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from extractors.formpack import FieldPlace, said
from extractors.kinds.contact import EMAIL, PHONE, POSTCODE
from extractors.kinds.dates import BIRTH_DATE, DATE
from extractors.kinds.people import DRIVER_NUMBER, NAME, NATIONAL_INSURANCE
from extractors.kinds.plain import MONEY, TEXT, digits
from extractors.kinds.positions import NotPositions
from extractors.kinds.rule import KindRule, compact, free, from_pattern, same
from extractors.kinds.vehicles import MARK, VIN

__all__ = ["KINDS", "KindRule", "rule"]

_YES_NO = {"YES": "yes", "TRUE": "yes", "X": "yes", "NO": "no", "FALSE": "no"}


def _choice(name: str, labels: Mapping[str, str], also: Mapping[str, str]) -> KindRule:
    """One of the values in ``labels``; ``also`` says what other words (upper case) stand for."""
    known = {compact(value): value for value in labels} | {
        compact(label): value for value, label in labels.items()
    }
    known = {compact(word): value for word, value in also.items()} | known
    told = ", ".join(dict.fromkeys(labels.values()))
    return KindRule(
        name=name,
        alphabet="",
        normal=lambda raw: known.get(compact(raw)),
        display=lambda value: labels[value],
        meaning=lambda value: labels[value],
        explain=lambda raw: "" if compact(raw) in known else f"This must be one of: {told}.",
        alternatives=free,
    )


KINDS: Mapping[str, KindRule] = MappingProxyType(
    {
        "text": TEXT,
        "name": NAME,
        "digits": digits(),
        "date": DATE,
        "postcode": POSTCODE,
        "registration_mark": MARK,
        "vin": VIN,
        "driver_number": DRIVER_NUMBER,
        "national_insurance_number": NATIONAL_INSURANCE,
        "phone": PHONE,
        "email": EMAIL,
        "money": MONEY,
        "tick": _choice("a tick", {"yes": "ticked", "no": "not ticked"}, _YES_NO),
        "signature": _choice("a signature", {"yes": "signed", "no": "not signed"}, _YES_NO),
        "choice": replace(TEXT, name="one of the choices", alphabet=""),
    }
)


def rule(place: FieldPlace) -> KindRule:
    """The rule for one field: its kind, narrowed by the pack's pattern, length or options."""
    if place.kind == "choice":
        labels = {each.value: said(each.label) for each in place.options}
        welsh = {each.label["cy"]: each.value for each in place.options if "cy" in each.label}
        return _choice("one of the choices", labels, welsh)
    if place.kind == "digits" and not place.pattern:
        return digits(length=place.length)
    if place.kind == "date" and place.name.endswith(("date_of_birth", "birth_date")):
        return BIRTH_DATE if not place.pattern else _filtered(BIRTH_DATE, place.pattern)
    if place.pattern and place.kind in ("digits", "text"):
        try:
            return digits(place.pattern) if place.kind == "digits" else _coded(place.pattern)
        except NotPositions:
            return _filtered(KINDS[place.kind], place.pattern)
    return KINDS[place.kind] if not place.pattern else _filtered(KINDS[place.kind], place.pattern)


def _coded(pattern: str) -> KindRule:
    """A reference with a grammar of its own, such as a fleet number or a certificate."""
    return from_pattern("this reference", pattern, meaning=same)


def _filtered(kind: KindRule, pattern: str) -> KindRule:
    """``kind`` where the canonical value also has to match ``pattern``."""
    matcher = re.compile(pattern)

    def normal(raw: str) -> str | None:
        value = kind.normal(raw)
        return value if value is not None and matcher.fullmatch(value) else None

    def explain(raw: str) -> str:
        if normal(raw) is not None:
            return ""
        return kind.explain(raw) or f"This is {kind.name}, but not of the form this field takes."

    return replace(kind, normal=normal, explain=explain)
