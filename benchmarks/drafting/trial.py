"""Whether real pages, filled in by hand, read the same with a drafted pack and a hand-written one.

    python -m benchmarks.drafting.trial DRAFT HANDWRITTEN --shared DIR

DRAFT and HANDWRITTEN are pack folders for the same blank; HANDWRITTEN is one of
``benchmarks/real_forms``, and the pages filled in are DIR/data/real-forms/(its name)/filled-*.
Each page is read twice, with each pack alone. A field of the hand-written pack is equal when the
drafted fields that stand on the same places of the scan hold the same value: names do not count,
nor do capitals and spaces, and a tick is the same whether it is a field of its own or one answer
of a choice. What no drafted field stands on is not equal, even when it is empty.

A character that a reader takes for one as soon as for another is read otherwise where boxes lie a
hair elsewhere. So the hand-written pack is compared with itself as well, its boxes moved by a
twentieth of a millimetre: so many fields may differ and say nothing of a draft.
Exit status 0 when all are equal, 1 when not, 2 when a pack cannot be used.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.drafting.places import overlap
from benchmarks.real import packs, same, scan
from extractors import formpack
from extractors.formpack import BadFormPack, FieldPlace, FormPack
from extractors.limits import Limits
from extractors.pages import pages
from extractors.read import Engines, PageRead, read_page
from extractors.values import Box, Value

_OVERLAP = 0.3
"""Of the area that either covers: how much two places share that are the same one. Hand-written and
drafted frames round a line to write on differ much in height."""
ABSENT = "no field there"
_HAIR_MM = 0.05


@dataclass(frozen=True, slots=True)
class Spot:
    """One answer of a page as read: where on the scan (its pixels), what was read, whose it is.

    A choice has one spot for each tick, with whether it is the one chosen.
    """

    box: Box
    value: Value
    field: FieldPlace


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of the hand-written pack with both readings; ``stands`` where that is known."""

    field: FieldPlace
    wanted: Value
    draft: Value
    stands: str | bool | None

    @property
    def equal(self) -> bool:
        return _plain(self.wanted) == _plain(self.draft)

    @property
    def filled(self) -> bool:
        """Whether something stands there, or at least one of the readings says so."""
        return bool(self.stands or self.wanted or (self.draft and self.draft != ABSENT))


def spots(found: PageRead) -> list[Spot]:
    """The answers of one page that was read with a pack."""
    assert found.pack is not None
    assert found.page.form_page is not None
    to_scan = np.linalg.inv(np.reshape(found.page.transform, (3, 3)))
    read = {each.name: each.value for each in found.fields}
    answers = []
    for field in found.pack.on_page(found.page.form_page):
        value = read.get(field.name)
        if field.options:
            for each in field.options:
                chosen = value == each.value
                answers.append(Spot(_carried(each.box, to_scan), chosen, field))
        else:
            answers.append(Spot(_carried(field.box, to_scan), value, field))
    return answers


def _carried(box: Box, to_scan: NDArray[np.float64]) -> Box:
    """The hull of a box (shares of the blank) on the scan."""
    corners = np.array(
        [[x, y, 1.0] for x in (box.x0, box.x1) for y in (box.y0, box.y1)], dtype=np.float64
    )
    onto = corners @ to_scan.T
    points = onto[:, :2] / onto[:, 2:]
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))


def compare(
    wanted: Sequence[Spot], draft: Sequence[Spot], truth: Mapping[str, Any]
) -> list[Compared]:
    """The fields of the hand-written pack on one page; ``truth`` has ``text`` and ``ticks``."""
    near = sorted(
        ((overlap(a.box, b.box), i, j) for i, a in enumerate(wanted) for j, b in enumerate(draft)),
        reverse=True,
    )
    partners: dict[int, int] = {}
    for share, i, j in near:
        if share >= _OVERLAP and i not in partners and j not in partners.values():
            partners[i] = j
    return [
        Compared(
            each.field,
            each.value,
            draft[partners[i]].value if i in partners else ABSENT,
            _stands(each.field, truth),
        )
        for i, each in enumerate(wanted)
    ]


def _stands(field: FieldPlace, truth: Mapping[str, Any]) -> str | bool | None:
    label = field.label["en"]
    if field.kind in ("tick", "signature"):
        ticked = truth["ticks"].get(label)
        return None if ticked is None else bool(ticked)
    text: str | None = truth["text"].get(label)
    return text


def _plain(value: Value) -> Value:
    """As values are compared; a tick that is not there and one that is empty are the same."""
    if isinstance(value, str):
        return "".join(value.upper().split())
    return value or None


def _right(field: FieldPlace, stands: str | bool | None, value: Value) -> bool:
    if isinstance(stands, bool):
        return bool(value) == stands and value != ABSENT
    return stands is not None and same(field, stands, value)


def _pages(
    draft: FormPack, wanted: FormPack, filled: Path, truths: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, list[Compared]]]:
    """Each page filled in: its name and its fields. Raises ``BadFormPack`` when a page fits no."""
    alone = [Engines((pack,)) for pack in (wanted, draft)]
    for file in sorted(filled.glob("filled-*")):
        for number, _ in enumerate(pages(file, Limits()), start=1):
            name = f"{filled.name}/{file.name}"
            read = [read_page(scan(file, number), 1, engines) for engines in alone]
            for pack, found in zip((wanted, draft), read, strict=True):
                if found.pack is None:
                    raise BadFormPack(f"{pack.folder}: {name} page {number} is none of its pages")
            truth: Mapping[str, Any] = next(
                (each for each in truths if (each["file"], each["page"]) == (name, number)),
                {"text": {}, "ticks": {}},
            )
            yield f"{name} page {number}", compare(spots(read[0]), spots(read[1]), truth)


def moved(pack: FormPack, mm: float) -> FormPack:
    """``pack`` with every place so much further to the right and down."""

    def by(box: Box, page: int) -> Box:
        x, y = (mm / side for side in pack.pages[page - 1].size_mm)
        return Box(box.x0 + x, box.y0 + y, box.x1 + x, box.y1 + y)

    return replace(
        pack,
        fields=tuple(
            replace(
                each,
                box=by(each.box, each.page),
                combs=tuple(replace(row, box=by(row.box, each.page)) for row in each.combs),
                lines=tuple(by(line, each.page) for line in each.lines),
                options=tuple(replace(one, box=by(one.box, each.page)) for one in each.options),
            )
            for each in pack.fields
        ),
    )


def report(title: str, fields: Sequence[Compared]) -> None:
    """Print each field that is not equal, then the counts."""
    print(f"\n{title}")
    for each in fields:
        if not each.equal:
            stands = "" if each.stands is None else f", {each.stands!r} stands there"
            print(f"    {each.field.name} [{each.field.way}]: {each.wanted!r} by the hand-written "
                  f"pack, {each.draft!r} by the draft{stands}")  # fmt: skip
    summary(fields)


def summary(fields: Sequence[Compared]) -> None:
    filled = [each for each in fields if each.filled]
    told = [each for each in fields if each.stands is not None]
    for name, part in (("all fields", fields), ("fields filled in", filled)):
        print(f"    {name:<18}{sum(each.equal for each in part):>4} equal of {len(part):>4}")
    hand = sum(_right(each.field, each.stands, each.wanted) for each in told)
    drafted = sum(_right(each.field, each.stands, each.draft) for each in told)
    print(f"    right of the {len(told)} known: {hand} hand-written, {drafted} draft")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drafting.trial")
    parser.add_argument("draft", type=Path, help="folder of the draft pack")
    parser.add_argument("handwritten", type=Path, help="folder of the pack written by hand")
    parser.add_argument("--shared", type=Path, required=True, help="folder with data/real-forms/")
    given = parser.parse_args(arguments)
    real = given.shared / "data" / "real-forms"
    if not (real / "truth.json").is_file():
        parser.error(f"no {real / 'truth.json'}: --shared names the folder that holds data/")
    truths = json.loads((real / "truth.json").read_text(encoding="utf-8"))
    everything: list[Compared] = []
    with tempfile.TemporaryDirectory() as drawn:
        folder = given.handwritten.resolve()
        wanted = next((p for p in packs(real, Path(drawn)) if p.folder.resolve() == folder), None)
        if wanted is None:
            parser.error(f"{given.handwritten}: not one of benchmarks/real_forms")
        try:
            draft = formpack.load(given.draft)
            for title, fields in _pages(draft, wanted, real / folder.name, truths):
                report(title, fields)
                everything += fields
            itself = _pages(moved(wanted, _HAIR_MM), wanted, real / folder.name, truths)
            again = [each for _, fields in itself for each in fields]
        except BadFormPack as error:
            print(error, file=sys.stderr)
            return 2
    print("\nall pages")
    summary(everything)
    print(f"the hand-written pack and itself, its boxes moved by {_HAIR_MM} mm: "
          f"{sum(each.equal for each in again)} equal of {len(again)}")  # fmt: skip
    return 0 if all(each.equal for each in everything) else 1


if __name__ == "__main__":
    sys.exit(main())
