"""How many boxes a kind of value needs in a comb, and in which groups."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from extractors.kinds.positions import NotPositions, expand
from extractors.packs.definition import FieldKeys, Kind
from extractors.packs.mistake import Gravity

Told = tuple[str, str, Gravity]
"""A key of the field, what is wrong, and how bad it is."""


@dataclass(frozen=True, slots=True)
class _Size:
    """The numbers of boxes a kind is printed with, and in words what it takes.

    In ``tight`` ones not every value has room.
    """

    usual: frozenset[int]
    takes: str
    tight: frozenset[int] = frozenset()


def _of(*counts: int) -> frozenset[int]:
    return frozenset(counts)


_SIZES: Mapping[Kind, _Size] = {
    "postcode": _Size(_of(7, 8), "a postcode takes 7 boxes, or 8 with one for the gap", _of(5, 6)),
    "registration_mark": _Size(_of(7, 8), "a registration mark takes 7 or 8", _of(*range(2, 7))),
    "vin": _Size(_of(17), "a VIN takes 17"),
    "driver_number": _Size(
        _of(16, 18), "a driver number takes 16, or 18 with the issue number", _of(8)
    ),
    "national_insurance_number": _Size(_of(9), "a National Insurance number takes 9", _of(8)),
    "phone": _Size(_of(*range(11, 21)), "a telephone number takes 11 or more", _of(10)),
    "money": _Size(_of(*range(1, 12)), "a sum of money takes 1 to 11"),
    "email": _Size(_of(*range(10, 61)), "an email address takes many more"),
}
_DATES = (6, 8)
_OPEN = "text, or digits with a pattern"


def fits(kind: Kind, rows: Sequence[int]) -> bool:
    """Whether a comb with so many boxes in each row takes values of this kind, most of them."""
    if kind == "date":
        return not any(_date(rows))
    size = _SIZES.get(kind)
    return size is None or sum(rows) in size.usual | size.tight


def boxes(field: FieldKeys) -> Iterator[Told]:
    """What is wrong with the number of boxes of a comb for what is written in it."""
    if field.way != "comb" or not field.combs:
        return
    rows = [row[4] for row in field.combs]
    count = sum(rows)
    size = _SIZES.get(field.kind)
    if field.kind == "date":
        yield from _date(rows)
    elif size and count in size.tight:
        words = f"not every value fits into {_boxes(count)}: {size.takes}. Count them again."
        yield "combs", words, "warning"
    elif size and not fits(field.kind, rows):
        words = f"{size.takes}, and here are {count}. Count them again, or choose another kind."
        yield "combs", words, "mistake"
    if field.length and field.length > count:
        words = f"{field.length} digits do not fit into {_boxes(count)}."
        yield "length", words, "mistake"
    if field.pattern and _shortest(field.pattern) > count:
        words = (
            f"no text that this pattern accepts fits into {_boxes(count)}. "
            "Count the boxes again, or correct the pattern."
        )
        yield "pattern", words, "mistake"


def _date(rows: Sequence[int]) -> Iterator[Told]:
    count = sum(rows)
    if count not in _DATES:
        words = (
            "a date takes 8 boxes, or 6 with a year of two digits: day, month, year. "
            f"Here are {count}. Count them again, or choose {_OPEN}."
        )
        yield "combs", words, "mistake"
        return
    ends = set(accumulate(rows[:-1]))
    if not ends <= {2, 4} and set(rows) != {1}:
        groups = " + ".join(map(str, rows))
        words = (
            f"the groups of boxes ({groups}) are not day, month and year, which are 2 + 2 + "
            f"{count - 4}. Give the rows in the order in which they are filled in."
        )
        yield "combs", words, "mistake"


def _shortest(pattern: str) -> int:
    """The fewest characters a pattern accepts; 0 when it is not one of positions."""
    try:
        re.compile(pattern)
        return min((len(each) for each in expand(pattern)), default=0)
    except (NotPositions, re.error):
        return 0


def _boxes(count: int) -> str:
    return "1 box" if count == 1 else f"{count} boxes"
