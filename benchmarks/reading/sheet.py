"""The measuring form: one page that has many fields of every family, drawn when it is needed.

The shipped forms have two dates and one driver number each; a share of half a percent needs
hundreds. So this pack is made in code, drawn as every pack is, and written to a folder of the
caller's: it is a form like any other to all that read it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from extractors import formpack
from extractors.formpack import FieldPlace, FormPack
from extractors.forms import draw

_CELL, _HIGH, _LABEL = 5.0, 7.0, 4.0  # millimetres
_LEFT, _TOP, _GAP = 12.0, 26.0, 7.0
_PITCH = 12.0
_CAPTION = 2.6  # below a date: day, month, year

_LABELS = {
    "digits": (
        "Customer reference", "Policy held before", "Receipt of payment", "Claim, if there is one",
        "Document reference", "Batch it came in", "Licence of trader", "Number on the stub",
    ),
    "date": (
        "Born on", "Vehicle acquired", "Cover begins", "Certificate lost", "Sold or given away",
        "Signed and dated",
    ),
    "driver_number": ("Driver number, as in section 5 of the licence",),
    "vin": ("Vehicle identification (chassis or frame) number",),
    "mark": ("Registration mark", "Mark held before", "Second vehicle", "Trailer's mark"),
    "postcode": ("Postcode", "Postcode at birth", "Garage", "Last postcode"),
    "ni_number": ("National Insurance", "Partner's insurance", "Employee's", "Trustee's number"),
    "given": (
        "First names in full, as on the passport", "Other keeper's", "Witness: first names",
        "Agent's first names",
    ),
    "family": ("Last name or business", "Name before marriage", "Witness: last name"),
    "post_town": ("Post town of the address below", "Town where it is kept", "Town of birth"),
    "address": (
        "House number and street where you live now", "Where you lived three years ago",
        "Where the vehicle is kept overnight", "Garage or dealer that keeps it",
        "Where we should send the reply",
    ),
}  # fmt: skip
_RULES = ("DN-01", "DN-02", "DN-03", "DN-04", "DN-06", "AD-01", "AD-02", "AGE-04")
_NOTES = (
    "Leave this out if nothing has changed since your last notice.",
    "A flat, farm or company name goes before the street.",
    "Ask at any counter for help with this.",
    "Dealers write their trade number over the page.",
    "Not a box number, please.",
)
_ENDING = (
    "I declare that what I have written here is true as far as I know, and that the vehicle is "
    "not used on a road. I will tell the agency within fourteen days when any of this changes.",
    "Under the rules for keeping records, this sheet is held for seven years and then destroyed. "
    "Please do not send cash, stamps, keys or photographs with it; we cannot send them back.",
)
"""A sheet of boxes alone is hardly a form: what is printed round them tells one from another."""

FAMILIES = ("digits", "date", "code", "name", "address", "tick")


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one sort of answer is declared: its kind, boxes, and what else the pack says of it."""

    kind: str
    cells: int
    more: str = ""


_KINDS = {
    "digits": _Kind("digits", 8, "length = 8"),
    "date": _Kind("date", 8),
    "driver_number": _Kind("driver_number", 16),
    "vin": _Kind("vin", 17),
    "mark": _Kind("registration_mark", 7),
    "postcode": _Kind("postcode", 8),
    "ni_number": _Kind("national_insurance_number", 9),
    "given": _Kind("name", 18, 'words = "forenames"'),
    "family": _Kind("name", 18, 'words = "surnames"'),
    "post_town": _Kind("text", 18, 'words = "towns"'),
    "address": _Kind("text", 30, 'words = "streets"'),
}
_ROWS = (
    ("digits", "digits", "digits", "digits"),
    ("date", "date", "date"),
    ("driver_number", "vin"),
    ("mark", "mark", "postcode", "postcode"),
    ("ni_number", "ni_number", "mark", "postcode"),
    ("given", "family"),
    ("post_town", "family"),
    ("address",),
    ("address",),
    ("given", "post_town"),
    ("address",),
    ("given", "family"),
    ("ni_number", "ni_number", "mark", "postcode"),
    ("address",),
    ("address",),
    ("digits", "digits", "digits", "digits"),
    ("date", "date", "date"),
    ("post_town", "given"),
)
_FAMILY = {
    "digits": "digits", "date": "date", "given": "name", "family": "name", "post_town": "name",
    "address": "address",
}  # fmt: skip
_NAMED = {
    "date": "applicant.date_of_birth",
    "driver_number": "applicant.driver_number",
    "given": "applicant.name.given",
    "family": "applicant.name.family",
    "post_town": "applicant.address.post_town",
    "postcode": "applicant.address.postcode",
}
"""The first of these belong to one person, and are named so that rules across fields know them."""


def make(folder: Path) -> FormPack:
    """Write and draw the pack in ``folder`` (which is made) and load it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "form.toml").write_text("\n".join(_toml()), encoding="utf-8")
    draw.save(folder)
    return formpack.load(folder)


def sort_of(field: FieldPlace) -> str:
    """What is asked for here: ``digits``, ``vin``, ``post_town``, ``box``, ``choice`` and so on."""
    return field.hint["en"]


def family_of(field: FieldPlace) -> str:
    """The family of the goal table that a field belongs to: one of ``FAMILIES``."""
    return _FAMILY.get(sort_of(field), "code")


def _toml() -> Iterator[str]:
    yield 'code = "MEASURE"\nedition = "1"\nwork_type = "benchmark"'
    yield f"rules = {list(_RULES)}"
    yield 'title = { en = "Reading measured" }\nlook = { lines = 90 }'
    yield '[[pages]]\nblank = "blank-1.png"\nsize = [210, 297]'
    yield _said("title", (12, 8, 150, 18), "Reading, measured")
    told = "Write one capital or figure in each box. Leave an empty box between words."
    yield _said("text", (12, 18, 190, 23), told)
    count: dict[str, int] = {}
    y = _TOP
    for row in _ROWS:
        x = _LEFT
        for sort in row:
            count[sort] = count.get(sort, 0) + 1
            x = yield from _comb(sort, count[sort], x, y)
            if sort == "address":
                yield _said("small", (x + 3, y + 1, 200, y + 11), _NOTES[count[sort] - 1])
            x += _GAP
        y += _PITCH + (_CAPTION if "date" in row else 0.0)
    for index, text in enumerate(_ENDING):
        yield _said("text", (12, y + 12 * index, 198, y + 10 + 12 * index), text)


def _said(what: str, at: tuple[float, float, float, float], text: str) -> str:
    """Something printed on the sheet."""
    return f"[[prints]]\nwhat = '{what}'\nat = {list(at)}\ntext = {{ en = \"{text}\" }}"


def _comb(sort: str, number: int, x: float, y: float) -> Generator[str, None, float]:
    """One comb field; returns where it ends."""
    given = _KINDS[sort]
    top, bottom = y + _LABEL, y + _LABEL + _HIGH
    rows, at = [], x
    for cells in (2, 2, 4) if sort == "date" else (given.cells,):
        rows.append(f"[{at:g}, {top:g}, {at + cells * _CELL:g}, {bottom:g}, {cells}]")
        at += cells * _CELL + 2.5
    end = at - 2.5
    name = _NAMED[sort] if sort in _NAMED and number == 1 else f"other.{sort}_{number}"
    yield f"[[fields]]\nname = '{name}'\nkind = '{given.kind}'\nway = 'comb'"
    yield f"label = {{ en = '{sort.replace('_', ' ')} {number}' }}\ncombs = [{', '.join(rows)}]"
    yield f"hint = {{ en = '{sort}' }}\n{given.more}"
    yield _said("strong", (x, y, end + 4, top), _LABELS[sort][number - 1])
    return end
