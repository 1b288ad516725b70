"""Rules about the vehicle, its papers, what is enclosed, and the dates on a form."""

from __future__ import annotations

from collections.abc import Callable

from extractors.checks.rule import (
    PASS,
    Asked,
    Finding,
    Rule,
    fail_unless,
    long_date,
    months_on,
)
from extractors.kinds.vehicles import first_used

_SIGNED, _SOLD, _EVENT = "declaration.date", "sale.date", "event.date"
_OFF_ROAD, _ACQUIRED = "vehicle.off_road_from", "vehicle.acquired_on"
_MARK, _AGAIN = "vehicle.vrn", "vehicle.vrn_again"
_NUMBERED = {"vehicle.document_reference": 11, "enclosure.slip_reference": 12}
_DOCUMENTS = {11: "registration certificate", 12: "new keeper slip", 16: "reminder letter"}
_ROLE, _SLIP, _FEE = "applicant.role", "enclosure.slip", "fee.enclosed"


def _not_after(name: str, months: int, told: str) -> Callable[[Asked], Finding]:
    """The date is at most ``months`` months after the day of receipt."""

    def test(asked: Asked) -> Finding:
        latest = months_on(asked.received, months) if months else asked.received
        return fail_unless(
            asked.day(name) <= latest, f"{asked.label(name)} {long_date(asked.day(name))} {told}."
        )

    return test


def _within_a_year(name: str) -> Callable[[Asked], Finding]:
    """The date is no more than 12 months before the day of receipt."""

    def test(asked: Asked) -> Finding:
        return fail_unless(
            asked.day(name) >= months_on(asked.received, -12),
            f"{asked.label(name)} {long_date(asked.day(name))} is more than 12 months before "
            "the form came in.",
        )

    return test


def _off_road_after_acquired(asked: Asked) -> Finding:
    off, got = asked.day(_OFF_ROAD), asked.day(_ACQUIRED)
    return fail_unless(
        off >= got,
        f"{asked.label(_OFF_ROAD)} {long_date(off)} is before "
        f"{asked.label(_ACQUIRED)} {long_date(got)}.",
    )


def _mark_not_of_the_future(asked: Asked) -> Finding:
    mark = asked.text(_MARK)
    since = first_used(mark)
    return fail_unless(
        since is None or since <= (asked.received.year, asked.received.month),
        f"{asked.label(_MARK)} {mark} has an age identifier that is not in use yet: {mark[2:4]}.",
    )


def _same_mark(asked: Asked) -> Finding:
    return fail_unless(
        asked.text(_MARK) == asked.text(_AGAIN),
        f"{asked.label(_MARK)} is {asked.text(_MARK)} in one place and {asked.text(_AGAIN)} in "
        "another.",
    )


def _length_of_number(asked: Asked) -> Finding:
    """The number has the length of its own document, or of which other."""
    name, right = next((n, size) for n, size in _NUMBERED.items() if n in asked.values)
    found = len(asked.text(name))
    hint = f", as on a {_DOCUMENTS[found]}" if found in _DOCUMENTS else ""
    return fail_unless(
        found == right,
        f"{asked.label(name)} has {found} digits{hint}; a {_DOCUMENTS[right]} has {right}.",
    )


def _fee_not_due(asked: Asked) -> Finding:
    both = asked.values[_FEE] is True and asked.values[_SLIP] is True
    return fail_unless(
        not both, "A new keeper slip is enclosed, so no fee is due: return any money found."
    )


def _slip_as_said(asked: Asked) -> Finding:
    said = asked.text(_ROLE) == "new_keeper_with_slip"
    ticked = asked.values[_SLIP] is True
    if said and not ticked:
        told = f"says a slip is sent, but {asked.label(_SLIP)} is not ticked."
        return Finding("fail", f"{asked.label(_ROLE)} {told}")
    if ticked and asked.text(_ROLE) == "new_keeper_without_slip":
        told = f"says there is no slip, but {asked.label(_SLIP)} is ticked."
        return Finding("fail", f"{asked.label(_ROLE)} {told}")
    return PASS


RULES = (
    Rule("DT-01", "warn", "signed on or before receipt",
         _not_after(_SIGNED, 0, "is after the form came in"), ((_SIGNED,),)),
    Rule("DT-03", "warn", "signed in the last 12 months",
         _within_a_year(_SIGNED), ((_SIGNED,),)),
    Rule("DT-04", "block", "sold on or before receipt",
         _not_after(_SOLD, 0, "is after the form came in"), ((_SOLD,),)),
    Rule("DT-05", "warn", "sold in the last 12 months",
         _within_a_year(_SOLD), ((_SOLD,),)),
    Rule("DT-07", "block", "off the road after acquired", _off_road_after_acquired,
         ((_OFF_ROAD, _ACQUIRED),)),
    Rule("DT-08", "warn", "off the road within two months",
         _not_after(_OFF_ROAD, 2, "is more than two months ahead"),
         ((_OFF_ROAD,),)),
    Rule("DT-09", "block", "the event was on or before receipt",
         _not_after(_EVENT, 0, "is after the form came in"), ((_EVENT,),)),
    Rule("VR-02", "block", "mark not newer than today", _mark_not_of_the_future,
         ((_MARK,),)),
    Rule("VR-03", "block", "one mark on every page", _same_mark,
         ((_MARK, _AGAIN),)),
    Rule("DOC-01", "warn", "length of a document's number", _length_of_number,
         tuple((name,) for name in _NUMBERED)),
    Rule("FE-02", "info", "no fee with a new keeper slip", _fee_not_due,
         ((_FEE, _SLIP),)),
    Rule("EN-01", "block", "enclosed as said", _slip_as_said,
         ((_ROLE, _SLIP),)),
)  # fmt: skip
