"""What a person's correction means: canonical for its kind, or refused in plain words. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from extractors.checks import check_values
from extractors.formpack import FieldPlace, FormPack
from extractors.kinds import rule
from extractors.values import CheckResult, FieldReading, Reading
from intake.model import OFFICE, Answer, AnswerState, Application, BadValue, Value

_ON_OFF = {"yes": True, "no": False}


def meant(
    reading: Reading, pack: FormPack | None, said: tuple[str, AnswerState, Value]
) -> tuple[str, AnswerState, Value]:
    """What a person ``said`` about a field ``(field, state, value)``, with its canonical value.

    ``accepted`` of a field that was read as empty or illegible says just that.
    Raises ``BadValue``, and ``KeyError`` for a field the form has not.
    """
    field, state, value = said
    place = pack.by_name[field] if pack else None
    if state == "accepted":
        value, state = as_read(_read(reading, field, place))
    elif state == "corrected":
        value = _corrected(place, value)
    elif state != "as_written":
        value = None
    return field, state, value


def as_read(read: FieldReading | None) -> tuple[Value, AnswerState]:
    """What accepting a reading says: its value, or that there is none."""
    if read is None:
        return None, "absent"
    if read.status in ("illegible", "absent"):
        return None, read.status
    return read.value, "accepted"


def failures(
    application: Application, reading: Reading, pack: FormPack | None, said: Mapping[str, Answer]
) -> tuple[CheckResult, ...]:
    """The rules that fail with the answers given so far and that a person should see."""
    checks = reading.checks
    if pack is not None and said:
        values = {field.name: field.value for field in reading.fields}
        values |= {name: each.value for name, each in said.items()}
        received = application.received_at.astimezone(OFFICE).date()
        checks = check_values(values, pack, received)
    return tuple(each for each in checks if each.result == "fail" and each.severity != "info")


def _read(reading: Reading, field: str, place: FieldPlace | None) -> FieldReading | None:
    """The reading of a field; ``None`` when the page it stands on is missing."""
    try:
        return reading.field(field)
    except KeyError:
        if place is None:
            raise
        return None


def _corrected(place: FieldPlace | None, typed: Value) -> Value:
    if isinstance(typed, bool):
        return typed
    if typed is None or not typed.strip():
        raise BadValue("Type what is on the paper, or say that it was left blank.")
    return _fitting(place, typed) if place else typed.strip()


def _fitting(place: FieldPlace, typed: str) -> Value:
    kind = rule(place)
    value = kind.normal(typed)
    if value is None:
        raise BadValue(kind.explain(typed) or "This does not fit the field. Check it.")
    return _ON_OFF.get(value, value) if place.kind in ("tick", "signature") else value
