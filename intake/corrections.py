"""What a person's correction means: canonical for its kind, or refused in plain words. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from extractors.formpack import FieldPlace, FormPack
from extractors.kinds import rule
from extractors.values import Reading
from intake.model import BadValue, Value

_ON_OFF = {"yes": True, "no": False}


def canonical(
    reading: Reading, packs: Mapping[tuple[str, str], FormPack], field: str, typed: Value
) -> Value:
    """The canonical value of what was ``typed`` for a field. Raises ``BadValue``, ``KeyError``."""
    reading.field(field)
    pack = packs.get((reading.form.code, reading.form.edition))
    if isinstance(typed, bool):
        return typed
    if typed is None or not typed.strip():
        raise BadValue("Type what is on the paper, or say that it was left blank.")
    return _fitting(pack.by_name[field], typed) if pack else typed.strip()


def _fitting(place: FieldPlace, typed: str) -> Value:
    kind = rule(place)
    value = kind.normal(typed)
    if value is None:
        raise BadValue(kind.explain(typed) or "This does not fit the field. Check it.")
    return _ON_OFF.get(value, value) if place.kind in ("tick", "signature") else value
