"""Form packs: the definition of one printed edition of a form, as data.

A pack is a folder ``<code>-<edition>/`` with ``form.toml``, one blank picture a page and samples.
Places in ``form.toml`` are in the unit of the page's ``size`` (millimetres for our own drawings,
pixels for a picture someone measured); loaded, they are shares of the page like everywhere else.
A bad pack is refused whole: ``BadFormPack`` names the file, the key and what was expected.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from extractors import lexicon
from extractors.packs import written
from extractors.packs.definition import Definition, FieldKeys, Kind, Rectangle
from extractors.packs.mistake import BadFormPack
from extractors.packs.structure import examine, no_blank
from extractors.values import Box, Way

__all__ = [
    "SHIPPED", "BadFormPack", "CombRow", "FieldPlace", "FormPack", "FormPage", "Kind", "Option",
    "load", "load_all", "read_toml", "said",
]  # fmt: skip

SHIPPED = written.SHIPPED
_TOLD = 3  # mistakes that refuse a pack and are told at once; ``forms check`` tells all


def said(words: Mapping[str, str], language: str = "en") -> str:
    """A text in a language, else in whichever there is, ``""`` when there is none."""
    return words.get(language) or next((text for text in words.values() if text), "")


@dataclass(frozen=True, slots=True)
class CombRow:
    """One row of ``cells`` equal boxes, side by side, filling ``box``."""

    box: Box
    cells: int

    def cell(self, index: int) -> Box:
        """The box of one cell, counted from 0."""
        width = self.box.width / self.cells
        left = self.box.x0 + index * width
        return Box(left, self.box.y0, left + width, self.box.y1)


@dataclass(frozen=True, slots=True)
class Option:
    """One tick box of a choice and the value it stands for."""

    value: str
    label: Mapping[str, str]
    box: Box


@dataclass(frozen=True)
class FieldPlace:
    """One answer place. ``box`` is the hull of everything it is written in."""

    name: str
    label: Mapping[str, str]
    kind: Kind
    way: Way
    page: int
    box: Box
    combs: tuple[CombRow, ...] = ()
    lines: tuple[Box, ...] = ()
    options: tuple[Option, ...] = ()
    required: bool = False
    critical: bool = False
    length: int | None = None
    words: lexicon.Name | None = None
    pattern: str | None = None
    hint: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FormPage:
    """One page of the blank. ``size_mm`` is a guess when the author measured in pixels."""

    number: int
    blank: Path
    size_mm: tuple[float, float]
    measured_in: Literal["mm", "px"] = "mm"


@dataclass(frozen=True)
class FormPack:
    """One printed edition, checked, with every place as a share of its page."""

    folder: Path
    code: str
    edition: str
    title: Mapping[str, str]
    language: str
    work_type: str
    queue: str
    sensitive: bool
    status: str
    review: str
    rules: tuple[str, ...]
    pages: tuple[FormPage, ...]
    fields: tuple[FieldPlace, ...]
    second_keying: str = "sample"

    @cached_property
    def by_name(self) -> Mapping[str, FieldPlace]:
        return {each.name: each for each in self.fields}

    def on_page(self, number: int) -> tuple[FieldPlace, ...]:
        """The fields of one page, counted from 1."""
        return tuple(each for each in self.fields if each.page == number)

    def label(self, name: str, language: str = "en") -> str:
        """A field's label in a language, else in whichever there is."""
        return said(self.by_name[name].label, language)

    @property
    def called(self) -> str:
        """The title in English, else in whichever language there is."""
        return said(self.title)

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex of what is printed on paper of this edition and how it is read.

        Part of it: code and edition, the pictures of the blanks, and each field's name, kind, way,
        places, values, length, pattern and word list. Not part of it: what may change while paper
        is in the post, which is wording, rules, what is required or critical, review, second
        keying, queue, sensitive, type of work and status. Raises ``OSError`` when a blank cannot
        be read.
        """
        pages = [
            [
                hashlib.sha256(page.blank.read_bytes()).hexdigest(),
                page.size_mm if page.measured_in == "mm" else None,
            ]
            for page in self.pages
        ]
        told = [self.code, self.edition, self.language, pages, [_identity(f) for f in self.fields]]
        return hashlib.sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()


def load(folder: Path, *, blanks: Path | None = None) -> FormPack:
    """Load one pack. ``blanks`` is where its pictures lie, if not in its own folder.

    Raises ``BadFormPack``.
    """
    found = written.read(folder)
    form = _checked(found)
    pictures = blanks or folder
    for index, page in enumerate(form.pages):
        if not (pictures / page.blank).is_file():
            raise BadFormPack(str(found.mistake(no_blank(found, index, pictures / page.blank))))
    return FormPack(
        folder=folder,
        code=form.code,
        edition=form.edition,
        title=_plain(form.title),
        language=form.language,
        work_type=form.work_type,
        queue=form.queue,
        sensitive=form.sensitive,
        status=form.status,
        review=form.review,
        rules=tuple(form.rules),
        pages=tuple(
            FormPage(i, pictures / page.blank, page.size_mm, page.unit)
            for i, page in enumerate(form.pages, start=1)
        ),
        fields=tuple(_place(form, each) for each in form.fields),
        second_keying=form.second_keying,
    )


def load_all(folders: Iterable[Path]) -> tuple[FormPack, ...]:
    """Every pack in the given folders (each holds pack folders, or is one). Raises ``BadFormPack``.

    Two packs with the same code and edition are refused.
    """
    packs: dict[tuple[str, str], FormPack] = {}
    for folder in folders:
        if not folder.is_dir():
            raise BadFormPack(f"{folder}: no such folder of form packs")
        found = [folder] if (folder / "form.toml").is_file() else sorted(folder.iterdir())
        for each in found:
            if not (each / "form.toml").is_file():
                continue
            pack = load(each)
            earlier = packs.setdefault((pack.code, pack.edition), pack)
            if earlier is not pack:
                raise BadFormPack(
                    f"{each / 'form.toml'}: edition: {pack.code} {pack.edition} is already in "
                    f"{earlier.folder}; an edition is never changed, give this one its own name"
                )
    return tuple(packs.values())


def read_toml(folder: Path) -> Definition:
    """The pack's own definition, checked, in the author's units. Raises ``BadFormPack``."""
    return _checked(written.read(folder))


def _checked(found: written.Written) -> Definition:
    form, slips = examine(found.data)
    if form is None:
        told = [str(found.mistake(each)) for each in slips[:_TOLD]]
        if len(slips) > _TOLD:
            told.append(
                f"There are {len(slips) - _TOLD} more: 'postroom forms check {found.folder}' "
                "tells all of them."
            )
        raise BadFormPack("\n".join(told))
    return form


def _place(form: Definition, given: FieldKeys) -> FieldPlace:
    width, height = form.pages[given.page - 1].size

    def share(rectangle: Rectangle) -> Box:
        x0, y0, x1, y1 = rectangle
        return Box(x0 / width, y0 / height, x1 / width, y1 / height)

    combs = tuple(CombRow(share((x0, y0, x1, y1)), n) for x0, y0, x1, y1, n in given.combs)
    options = tuple(Option(o.value, _plain(o.label), share(o.box)) for o in given.options)
    lines = tuple(share(line) for line in given.lines)
    parts = [row.box for row in combs] + [o.box for o in options] + list(lines)
    if given.box:
        parts.append(share(given.box))
    if given.way == "line" and not lines:
        lines = (share(given.box),) if given.box else ()
    return FieldPlace(
        name=given.name,
        label=_plain(given.label),
        kind=given.kind,
        way=given.way,
        page=given.page,
        box=Box.hull(parts),
        combs=combs,
        lines=lines,
        options=options,
        required=given.required,
        critical=given.critical,
        length=given.length or sum(row.cells for row in combs) or None,
        words=given.words,
        pattern=given.pattern,
        hint=_plain(given.hint),
    )


def _plain(words: Mapping[Any, str]) -> dict[str, str]:
    return {str(language): text for language, text in words.items()}


def _identity(place: FieldPlace) -> list[object]:
    """What a digest holds of a field; places to a millionth of the page."""

    def near(box: Box) -> list[float]:
        return [round(each, 6) for each in (box.x0, box.y0, box.x1, box.y1)]

    return [
        place.name, place.kind, place.way, place.page, near(place.box),
        [[near(row.box), row.cells] for row in place.combs],
        [near(line) for line in place.lines],
        [[option.value, near(option.box)] for option in place.options],
        place.length, place.words, place.pattern,
    ]  # fmt: skip
