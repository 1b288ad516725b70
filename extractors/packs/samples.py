"""A pack's own samples: read, and compared with what its author says stands on them.

``samples/expected.toml`` holds for each sample its ``file`` and ``values``: canonical values by
field name, ``true`` for a tick; a field that is not there is empty.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from extractors import kinds
from extractors.command import items
from extractors.formpack import FieldPlace, FormPack
from extractors.limits import Limits, UnreadableScan
from extractors.packs.mistake import Gravity, KeyPath, Mistake, key_name
from extractors.packs.toml_lines import line_of, lines
from extractors.packs.written import not_toml
from extractors.pages import pages
from extractors.read import Engines, doubtful, read
from extractors.values import OBSOLETE, Reading, Value

EXPECTED = Path("samples", "expected.toml")
_ANY_CASE = ("name", "text", "email")  # people write in capitals what is expected in small letters


def compared(
    pack: FormPack, engines: Engines, progress: Callable[[str], None]
) -> Iterator[Mistake]:
    """What was not read from the samples as ``expected.toml`` says.

    Read wrong and accepted is a mistake, read wrong but shown to a person a note. ``progress`` is
    told each sample's name before it is read. Raises ``OSError``.
    """
    path = pack.folder / EXPECTED
    if not path.is_file():
        words = (
            "there are no samples. Put two or three filled-in forms there, and an expected.toml "
            "that says what stands on them."
        )
        yield Mistake(path.parent, None, "", words, "note")
        return
    text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
    try:
        told = _Told(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        line, words = not_toml(text, str(error))
        yield Mistake(path, line, "", words)
        return
    if not told.samples:
        yield told.slip(("samples",), 'it must be [[samples]], each with file = "..." and values')
    for number, sample in enumerate(told.samples):
        at: KeyPath = ("samples", number)
        if wrong := list(_unusable(at, sample, pack, told)):
            yield from wrong
            continue
        progress(f"{pack.folder.name}: {sample['file']}")
        yield from _sample(at, sample, pack, engines, told)


@dataclass(frozen=True)
class _Told:
    """An ``expected.toml``."""

    path: Path
    text: str
    data: Mapping[str, Any]

    @property
    def samples(self) -> list[Any]:
        found = self.data.get("samples")
        return found if isinstance(found, list) else []

    @cached_property
    def lines(self) -> Mapping[KeyPath, int]:
        return lines(self.text)

    def slip(self, at: KeyPath, words: str, gravity: Gravity = "mistake") -> Mistake:
        return Mistake(self.path, line_of(at, self.lines), key_name(at), words, gravity)


def _unusable(at: KeyPath, sample: Any, pack: FormPack, told: _Told) -> Iterator[Mistake]:
    file = sample.get("file") if isinstance(sample, dict) else None
    values = sample.get("values", {}) if isinstance(sample, dict) else {}
    if not isinstance(file, str) or not isinstance(values, dict):
        yield told.slip(at, 'a sample needs file = "..." and [samples.values].')
        return
    if not (told.path.parent / file).is_file():
        yield told.slip((*at, "file"), f"there is no file {told.path.parent / file}.")
    for name, value in values.items():
        place = pack.by_name.get(name)
        if place is None:
            words = 'the form has no such field. Write its name in quotation marks: "vehicle.vrn".'
            yield told.slip((*at, "values", name), words)
        elif (
            isinstance(value, str)
            and place.way != "barcode"
            and (wrong := kinds.rule(place).explain(value))
        ):
            yield told.slip((*at, "values", name), f"{value!r} cannot stand here. {wrong}")


def _sample(
    at: KeyPath, sample: Mapping[str, Any], pack: FormPack, engines: Engines, told: _Told
) -> Iterator[Mistake]:
    try:
        scan = pages((told.path.parent / sample["file"]).read_bytes(), Limits())
        found = [read(item, engines) for item in items(scan)]
    except UnreadableScan as error:
        yield told.slip((*at, "file"), error.message)
        return
    if len(found) != 1:
        yield told.slip((*at, "file"), f"this holds {len(found)} forms. Give each its own file.")
        return
    (reading,) = found
    form = reading.form
    if (form.code, form.edition) != (pack.code, pack.edition):
        taken = "no form that is known" if not form.edition else f"{form.code} {form.edition}"
        words = f"this is taken for {taken}, not for {pack.code} {pack.edition}."
        yield told.slip((*at, "file"), words)
        return
    for doubt in (each for each in reading.doubts if each.code != OBSOLETE):
        yield told.slip((*at, "file"), doubt.message, "warning")
    yield from _fields(at, sample, (pack, reading), told)


def _fields(
    at: KeyPath, sample: Mapping[str, Any], read_as: tuple[FormPack, Reading], told: _Told
) -> Iterator[Mistake]:
    pack, reading = read_as
    asked = set(doubtful(reading, pack))
    values = sample.get("values", {})
    for place in pack.fields:
        known = {each.name: each for each in reading.fields}.get(place.name)
        if known is None or (place.way == "barcode" and place.name not in values):
            continue
        expected = values.get(place.name)
        if _same(place, expected, known.value):
            continue
        wanted, got = _shown(place, expected), _shown(place, known.value)
        seen = place.name in asked or pack.review == "always"
        words = f"{sample['file']}: expected {wanted}, read {got}. {_SEEN if seen else _ACCEPTED}"
        gravity: Gravity = "note" if seen else "mistake"
        yield told.slip((*at, "values", place.name), words, gravity)


_SEEN = "A person would be asked."
_ACCEPTED = "Nobody would be asked. Look at the sample, and at the place and kind of the field."


def _same(place: FieldPlace, expected: Value, value: Value) -> bool:
    if expected in (None, False) or value in (None, False):
        return expected in (None, False) and value in (None, False)
    if isinstance(expected, bool) or isinstance(value, bool):
        return expected is value
    wanted = kinds.rule(place).normal(str(expected)) or str(expected)
    if place.kind in _ANY_CASE:
        return wanted.casefold() == str(value).casefold()
    return wanted == value


def _shown(place: FieldPlace, value: Value) -> str:
    if isinstance(value, bool):
        noun = "signature" if place.kind == "signature" else "tick"
        return f"a {noun}" if value else f"no {noun}"
    return "nothing" if value is None else repr(value)
