"""Places on a page as truth and draft both have them, so that the two can be compared.

Lengths are millimetres from the top left corner of the page.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from extractors.formpack import FieldPlace, FormPack
from extractors.values import Box

TRUTH = Path(__file__).parent / "truth.toml"

What = Literal["comb", "tick", "line", "signature", "barcode"]


@dataclass(frozen=True, slots=True)
class Place:
    """One comb row, tick box, line or frame. ``box`` in mm.

    ``labels`` are the words for this place alone (an option of a choice); ``cells`` is 0 but for
    a comb row.
    """

    what: What
    box: Box
    cells: int = 0
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """What is answered in one or more places.

    In the truth ``labels`` and ``kinds`` are all that are right and ``printed`` is a long question
    in full; a draft has one of each. ``optional`` fields may be drafted or not.
    """

    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    places: tuple[Place, ...]
    printed: str = ""
    optional: bool = False

    @property
    def hull(self) -> Box:
        return Box.hull([each.box for each in self.places])


@dataclass(frozen=True, slots=True)
class TruePage:
    """One page counted by eye. ``size`` is width and height in mm.

    The goals are not for a ``further`` page.
    """

    form: str
    file: str
    sha256: str
    page: int
    size: tuple[float, float]
    fields: tuple[Field, ...]
    further: bool


def read_truth(path: Path = TRUTH) -> tuple[TruePage, ...]:
    """The pages counted by eye, as the head of the file explains them."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        TruePage(
            form=page["form"],
            file=page["file"],
            sha256=page["sha256"],
            page=page["page"],
            size=(page["size"][0], page["size"][1]),
            fields=tuple(_true_field(each) for each in page["fields"]),
            further=page.get("further", False),
        )
        for page in told["pages"]
    )


def drafted(pack: FormPack, page: int, size: tuple[float, float]) -> tuple[Field, ...]:
    """The fields of a pack on one page of ``size`` mm."""
    return tuple(_drafted(each, size) for each in pack.on_page(page))


def _true_field(told: Mapping[str, Any]) -> Field:
    places = [Place("comb", Box(*row[:4]), row[4]) for row in told.get("combs", ())]
    places += [Place("line", Box(*each)) for each in told.get("lines", ())]
    places += [
        Place("tick", Box(*each["box"]), labels=tuple(each["labels"]))
        for each in told.get("options", ())
    ]
    one: Iterable[What] = ("tick", "signature", "barcode")
    places += [Place(what, Box(*told[what])) for what in one if what in told]
    return Field(
        labels=tuple(told["labels"]),
        kinds=tuple(told["kinds"]),
        places=tuple(places),
        printed=told.get("printed", ""),
        optional=told.get("optional", False),
    )


def _drafted(field: FieldPlace, size: tuple[float, float]) -> Field:
    def mm(box: Box) -> Box:
        wide, high = size
        return Box(box.x0 * wide, box.y0 * high, box.x1 * wide, box.y1 * high)

    places = [Place("comb", mm(row.box), row.cells) for row in field.combs]
    places += [
        Place("tick", mm(each.box), labels=tuple(each.label.values())) for each in field.options
    ]
    places += [Place("line", mm(each)) for each in field.lines if field.way != "comb"]
    if not places:
        what: What = field.way if field.way in ("tick", "signature", "barcode") else "line"
        places = [Place(what, mm(field.box))]
    return Field(tuple(field.label.values()), (field.kind,), tuple(places))


def overlap(one: Box, other: Box) -> float:
    """Shared area as a share of the area that either covers: 1 for the same box, 0 apart."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    if wide <= 0 or high <= 0:
        return 0.0
    shared = wide * high
    return shared / (one.width * one.height + other.width * other.height - shared)
