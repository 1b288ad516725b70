"""The edits that make a draft pack read as a hand-written one does.

    python -m benchmarks.drafting.editing DRAFT HANDWRITTEN

Both are pack folders for the same blank. Fields are paired by where they stand, not by name. Names
and labels are told too, but a reading does not depend on them. Exit status 0 if no edit but those
is needed, else 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.drafting.labels import Wanted, is_right
from benchmarks.drafting.places import Field, Place, drafted
from benchmarks.drafting.scores import pairs_of
from extractors import formpack
from extractors.formpack import BadFormPack, FieldPlace, FormPack

_A4 = (210.0, 297.0)
_NEAR_MM = 1.0
_KEYS = ("pattern", "length", "words", "required", "critical")
WORDING = ("name", "label")
"""Edits that change what a field is called and nothing that is read."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing to change in the draft. ``field`` is the hand-written name, or the drafted one."""

    sort: str
    page: int
    field: str
    told: str


@dataclass(frozen=True, slots=True)
class _Held:
    """One place with its field, as it is compared and as the pack has it."""

    place: Place
    field: Field
    pack: FieldPlace


def edits(draft: FormPack, wanted: FormPack) -> list[Edit]:
    """What to change in ``draft`` to have the fields of ``wanted``, page by page."""
    found: list[Edit] = []
    for number in range(1, max(len(draft.pages), len(wanted.pages)) + 1):
        sizes = [pack.pages[number - 1].size_mm for pack in (wanted, draft)
                 if number <= len(pack.pages)]  # fmt: skip
        size = next((each for each in sizes if each), _A4)
        found += _page(list(_held(draft, number, size)), list(_held(wanted, number, size)))
    return found


def _held(pack: FormPack, page: int, size: tuple[float, float]) -> Iterator[_Held]:
    for field, given in zip(drafted(pack, page, size), pack.on_page(page), strict=True):
        for place in field.places:
            yield _Held(place, field, given)


def _page(draft: Sequence[_Held], wanted: Sequence[_Held]) -> list[Edit]:
    pairs = pairs_of([each.place.box for each in wanted], [each.place.box for each in draft])
    found: list[Edit] = []
    partners: dict[str, list[FieldPlace]] = {}  # drafted fields, by the wanted field's name
    owners: dict[str, set[str]] = {}  # names of wanted fields, by the drafted field's name
    for i, each in enumerate(wanted):
        partners.setdefault(each.pack.name, [])
        if i not in pairs:
            continue
        other = draft[pairs[i]]
        found += _place(other.place, each)
        if other.pack not in partners[each.pack.name]:
            partners[each.pack.name].append(other.pack)
        owners.setdefault(other.pack.name, set()).add(each.pack.name)
    found += _missing([each for i, each in enumerate(wanted) if i not in pairs], partners)
    found += _extra([e for j, e in enumerate(draft) if j not in pairs.values()], owners)
    for given in {each.pack.name: each.pack for each in wanted}.values():
        found += _field(given, partners[given.name], owners)
    for name, names in owners.items():
        if len(names) > 1:
            page = next(each.pack.page for each in draft if each.pack.name == name)
            found.append(Edit("split", page, name, f"is {len(names)} fields: {_list(names)}"))
    return found


def _place(place: Place, wanted: _Held) -> Iterator[Edit]:
    """Edits of one drafted place that stands where one is wanted."""
    page, name = wanted.pack.page, wanted.pack.name
    target = wanted.place
    if place.what != target.what:
        yield Edit("way", page, name, f"a {place.what} is drafted, a {target.what} wanted")
    elif place.cells != target.cells:
        yield Edit("boxes", page, name, f"{place.cells} are drafted, {target.cells} wanted")
    a, b = place.box, target.box
    off = max(abs(a.x0 - b.x0), abs(a.y0 - b.y0), abs(a.x1 - b.x1), abs(a.y1 - b.y1))
    if off > _NEAR_MM:
        yield Edit("place", page, name, f"an edge is {off:.1f} mm away")


def _missing(places: Sequence[_Held], partners: dict[str, list[FieldPlace]]) -> Iterator[Edit]:
    counts = Counter(each.pack.name for each in places)
    by_name = {each.pack.name: each for each in places}
    for name, count in counts.items():
        given = by_name[name].pack
        told = f"{given.way}, {given.kind}, not drafted"
        if partners[name]:
            told = f"{count} of its places are not drafted"
        yield Edit("add", given.page, name, told)


def _extra(places: Sequence[_Held], owners: dict[str, set[str]]) -> Iterator[Edit]:
    counts = Counter(each.pack.name for each in places)
    by_name = {each.pack.name: each for each in places}
    for name, count in counts.items():
        kept = name in owners
        told = f"{count} of its places stand where nothing is wanted" if kept else "is not wanted"
        yield Edit("remove", by_name[name].pack.page, name, told)


def _field(
    wanted: FieldPlace, partners: Sequence[FieldPlace], owners: dict[str, set[str]]
) -> Iterator[Edit]:
    if not partners:
        return
    page, name = wanted.page, wanted.name
    if len(partners) > 1:
        names = [each.name for each in partners]
        yield Edit("join", page, name, f"is drafted as {len(names)} fields: {_list(names)}")
    first = partners[0]
    if len(owners[first.name]) > 1:
        return  # split first: kind and name of the parts follow from that
    if first.kind != wanted.kind:
        yield Edit("kind", page, name, f"{first.kind} is drafted, {wanted.kind} wanted")
    for key in _KEYS:
        one, other = getattr(first, key), getattr(wanted, key)
        if one != other and not (key == "length" and _cells(first) != _cells(wanted)):
            yield Edit("key", page, name, f"{key} = {one!r} is drafted, {other!r} wanted")
    if first.name != name:
        yield Edit("name", page, name, f"is called {first.name}")
    given = first.label.get("en", "")
    if not is_right(given, Wanted((wanted.label["en"],))):
        yield Edit("label", page, name, f"{given!r} is drafted, {wanted.label['en']!r} wanted")


def _cells(field: FieldPlace) -> int:
    """All boxes of a field: where they differ, so does a length taken from them."""
    return sum(row.cells for row in field.combs)


def _list(names: Sequence[str] | set[str]) -> str:
    return ", ".join(sorted(names))


def _load(folder: Path) -> FormPack:
    """A pack without its pictures: those of the real forms are not part of Postroom."""
    with tempfile.TemporaryDirectory() as pictures:
        for page in formpack.read_toml(folder).pages:
            (Path(pictures) / page.blank).touch()
        return formpack.load(folder, blanks=Path(pictures))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drafting.editing")
    parser.add_argument("draft", type=Path, help="folder of the draft pack")
    parser.add_argument("handwritten", type=Path, help="folder of the pack written by hand")
    given = parser.parse_args(arguments)
    try:
        draft, wanted = _load(given.draft), _load(given.handwritten)
    except BadFormPack as error:
        print(error, file=sys.stderr)
        return 2
    found = edits(draft, wanted)
    for each in found:
        print(f"page {each.page}  {each.sort:<7} {each.field}: {each.told}")
    sorts = Counter(each.sort for each in found)
    needed = sum(count for sort, count in sorts.items() if sort not in WORDING)
    print(f"\n{len(draft.fields)} fields are drafted, {len(wanted.fields)} wanted")
    print("Edits: " + (", ".join(f"{n} {sort}" for sort, n in sorted(sorts.items())) or "none"))
    print(f"{needed} of them change what is read; the rest are names and labels")
    return 1 if needed else 0


if __name__ == "__main__":
    sys.exit(main())
