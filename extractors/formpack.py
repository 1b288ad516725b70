"""Form packs: the definition of one printed edition of a form, as data.

A pack is a folder ``<code>-<edition>/`` with ``form.toml``, one blank picture a page and samples.
Places in ``form.toml`` are in the unit of the page's ``size`` (millimetres for our own drawings,
pixels for a picture someone measured); loaded, they are shares of the page like everywhere else.
A bad pack is refused whole: ``BadFormPack`` names the file, the key and what was expected.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from extractors import lexicon
from extractors.values import Box, Way

SHIPPED = Path(__file__).parent / "forms"

Kind = Literal[
    "text", "name", "digits", "date", "postcode", "registration_mark", "vin", "driver_number",
    "national_insurance_number", "phone", "email", "money", "tick", "choice", "signature",
]  # fmt: skip
Rectangle = tuple[float, float, float, float]
Row = tuple[float, float, float, float, Annotated[int, Field(ge=1, le=60)]]
Words = dict[Literal["en", "cy"], str]


class BadFormPack(Exception):
    """A form pack that cannot be used; its text names file, key and what was expected."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Page(_Strict):
    blank: str
    size: tuple[float, float]
    unit: Literal["mm", "px"] = "mm"


class _Option(_Strict):
    value: str
    label: Words
    box: Rectangle


class _Print(_Strict):
    """Something printed on the blank: used by the drawing script only."""

    page: int = 1
    what: Literal["title", "strong", "text", "small", "tag", "band", "panel", "rule", "frame"]
    at: Rectangle
    text: Words = {}
    align: Literal["left", "centre", "right"] = "left"


class _Look(_Strict):
    """Tones of the printed form, 0 black to 255 white: used by the drawing script only."""

    lines: int = Field(default=90, ge=0, le=255)
    tint: int = Field(default=240, ge=0, le=255)
    band: int = Field(default=30, ge=0, le=255)


class _Field(_Strict):
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")
    label: Words
    kind: Kind
    way: Way
    page: int = 1
    box: Rectangle | None = None
    combs: list[Row] = []
    lines: list[Rectangle] = []
    options: list[_Option] = []
    required: bool = False
    critical: bool = False
    length: int | None = None
    words: lexicon.Name | None = None
    pattern: str | None = None
    hint: Words = {}
    label_at: Rectangle | None = None  # where the drawing script prints the label; else above

    @model_validator(mode="after")
    def _place_fits_way(self) -> _Field:
        if self.way == "comb" and not self.combs:
            raise ValueError("combs: a comb field needs rows of [x0, y0, x1, y1, number of boxes]")
        if self.kind == "choice" and len(self.options) < 2:
            raise ValueError("options: a choice needs at least two, each with value, label and box")
        if self.way == "line" and not (self.lines or self.box):
            raise ValueError("lines: a line field needs lines or a box to write in")
        if self.way in ("signature", "printed", "barcode") and self.box is None:
            raise ValueError(f"box: a {self.way} field needs its box [x0, y0, x1, y1]")
        try:
            re.compile(self.pattern or "")
        except re.error as error:
            raise ValueError(f"pattern: not a regular expression: {error}") from None
        if self.way == "tick" and self.kind == "tick" and self.box is None:
            raise ValueError("box: a tick needs its box [x0, y0, x1, y1]")
        return self


class _Form(_Strict):
    code: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]*$")
    edition: str
    title: Words
    language: Literal["en", "cy"] = "en"
    work_type: str
    queue: str = "general"
    status: Literal["current", "old", "withdrawn"] = "current"
    review: Literal["when_doubtful", "always"] = "when_doubtful"
    rules: list[str] = []
    pages: list[_Page] = Field(min_length=1)
    fields: list[_Field] = Field(min_length=1)
    prints: list[_Print] = []
    look: _Look = _Look()


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
    """One page of the blank. ``size_mm`` is ``None`` when the author measured in pixels."""

    number: int
    blank: Path
    size_mm: tuple[float, float] | None


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
    status: str
    review: str
    rules: tuple[str, ...]
    pages: tuple[FormPage, ...]
    fields: tuple[FieldPlace, ...]

    @cached_property
    def by_name(self) -> Mapping[str, FieldPlace]:
        return {each.name: each for each in self.fields}

    def on_page(self, number: int) -> tuple[FieldPlace, ...]:
        """The fields of one page, counted from 1."""
        return tuple(each for each in self.fields if each.page == number)

    def label(self, name: str, language: str = "en") -> str:
        """A field's label in a language, in English where there is none."""
        words = self.by_name[name].label
        return words.get(language) or words["en"]


def load(folder: Path, *, blanks: Path | None = None) -> FormPack:
    """Load one pack. ``blanks`` is where its pictures lie, if not in its own folder.

    Raises ``BadFormPack``.
    """
    form = read_toml(folder)
    pictures = blanks or folder
    for index, page in enumerate(form.pages):
        if not (pictures / page.blank).is_file():
            raise BadFormPack(
                f"{folder / 'form.toml'}: pages[{index}].blank: no file {pictures / page.blank}"
            )
    names = [each.name for each in form.fields]
    for name in names:
        if names.count(name) > 1:
            raise BadFormPack(f"{folder / 'form.toml'}: fields: the name {name!r} is used twice")
    return FormPack(
        folder=folder,
        code=form.code,
        edition=form.edition,
        title=_plain(form.title),
        language=form.language,
        work_type=form.work_type,
        queue=form.queue,
        status=form.status,
        review=form.review,
        rules=tuple(form.rules),
        pages=tuple(
            FormPage(i, pictures / page.blank, page.size if page.unit == "mm" else None)
            for i, page in enumerate(form.pages, start=1)
        ),
        fields=tuple(_place(folder, form, each) for each in form.fields),
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


def read_toml(folder: Path) -> _Form:
    """The pack's own definition, checked, in the author's units. Raises ``BadFormPack``."""
    path = folder / "form.toml"
    try:
        return _Form.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise BadFormPack(f"{path}: there is no such file") from None
    except tomllib.TOMLDecodeError as error:
        raise BadFormPack(f"{path}: not valid TOML: {error}") from None
    except ValidationError as error:
        told = [
            f"{path}: {'.'.join(str(part) for part in each['loc']) or 'form'}: {each['msg']}"
            for each in error.errors()
        ]
        raise BadFormPack("\n".join(told)) from None


def _place(folder: Path, form: _Form, given: _Field) -> FieldPlace:
    if not 1 <= given.page <= len(form.pages):
        raise BadFormPack(
            f"{folder / 'form.toml'}: fields.{given.name}.page: {given.page}, "
            f"but the form has {len(form.pages)} page(s)"
        )
    size = form.pages[given.page - 1].size

    def share(rectangle: Rectangle) -> Box:
        box = Box(
            rectangle[0] / size[0],
            rectangle[1] / size[1],
            rectangle[2] / size[0],
            rectangle[3] / size[1],
        )
        if not (0 <= box.x0 < box.x1 <= 1 and 0 <= box.y0 < box.y1 <= 1):
            raise BadFormPack(
                f"{folder / 'form.toml'}: fields.{given.name}: the box {list(rectangle)} is not "
                f"on the page of {size[0]:g} by {size[1]:g} {form.pages[given.page - 1].unit}"
            )
        return box

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


def _plain(words: Words) -> dict[str, str]:
    return {str(language): text for language, text in words.items()}
