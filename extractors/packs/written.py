"""A ``form.toml`` as its author wrote it: its values, and the file and line each stands on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from extractors.packs.mistake import BadFormPack, KeyPath, Mistake, Slip
from extractors.packs.toml_lines import line_of, lines

NAME = "form.toml"
SHIPPED = Path(__file__).parents[1] / "forms"


@dataclass(frozen=True)
class Source:
    """One TOML file: its text and what it says."""

    path: Path
    text: str
    data: Mapping[str, Any]

    @cached_property
    def lines(self) -> Mapping[KeyPath, int]:
        return lines(self.text)


@dataclass(frozen=True)
class Written:
    """A definition, with every top-level key that ``own`` leaves to ``other`` taken from there."""

    own: Source
    other: Source | None = None

    @property
    def folder(self) -> Path:
        return self.own.path.parent

    @cached_property
    def data(self) -> Mapping[str, Any]:
        own = {key: value for key, value in self.own.data.items() if key != "like"}
        return {**(self.other.data if self.other else {}), **own}

    def mistake(self, slip: Slip) -> Mistake:
        """A slip with the file, the line and the name of its place."""
        for source in filter(None, (self.own, self.other)):
            if slip.at[:1] and slip.at[0] in source.data:
                line = line_of(slip.at, source.lines)
                return Mistake(source.path, line, self.named(slip.at), slip.words, slip.gravity)
        return Mistake(self.own.path, None, self.named(slip.at), slip.words, slip.gravity)

    def named(self, at: KeyPath) -> str:
        """A place as an author would name it: ``fields.vehicle.vrn.options[2].box``.

        Entries of lists count from 1, and fields go by their names.
        """
        told, here = "", self.data
        for part in at:
            inner: Any = None
            if isinstance(part, int):
                inner = here[part] if isinstance(here, list) and part < len(here) else None
                name = inner.get("name") if told == "fields" and isinstance(inner, dict) else None
                told += f".{name}" if isinstance(name, str) and name else f"[{part + 1}]"
            else:
                inner = here.get(part) if isinstance(here, Mapping) else None
                told += f".{part}" if told else part
            here = inner
        return told


def read(folder: Path) -> Written:
    """What the pack in ``folder`` says, with what it takes from another. Raises ``BadFormPack``."""
    own = _source(folder / NAME)
    if "like" not in own.data:
        return Written(own)
    return Written(own, _other(own, own.data["like"]))


def _source(path: Path) -> Source:
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        return Source(path, text, tomllib.loads(text))
    except FileNotFoundError:
        raise BadFormPack(f"{path}: there is no such file") from None
    except OSError as error:
        raise BadFormPack(f"{path}: it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadFormPack(f"{path}:{line}: not UTF-8. Save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        line, words = not_toml(text, str(error))
        raise BadFormPack(f"{path}:{line}: {words}") from None


def not_toml(text: str, told: str) -> tuple[int, str]:
    """The line and the words of what tomllib told: "Expected '=' after a key (at line 3, column
    6)", or "(at end of document)"."""
    found = re.fullmatch(r"(?s)(.*) \(at (?:line (\d+), column \d+|end of document)\)", told)
    words, line = (found[1], found[2]) if found else (told, None)
    at = int(line or text.count("\n") + 1)
    return at, f"not valid TOML: {words}. A quotation mark or bracket may be missing above."


def _other(own: Source, named: object) -> Source:
    """The definition that ``like`` names. Raises ``BadFormPack``."""
    line = line_of(("like",), own.lines)
    where = f"{own.path}:{line}: like"
    if not isinstance(named, str) or not named:
        raise BadFormPack(f"{where}: it must be the name of another pack's folder, in quotes")
    folder = own.path.parent
    beside = (folder if folder.name not in ("", "..") else folder.resolve()).parent
    places = [beside / named, SHIPPED / named]
    for folder in places:
        if (folder / NAME).is_file():
            break
    else:
        raise BadFormPack(
            f"{where}: there is no pack {named!r} in {beside}, and none is shipped. Give the name "
            "of a pack's folder that lies beside this one."
        )
    if (folder / NAME).resolve() == own.path.resolve():
        raise BadFormPack(
            f"{where}: this pack cannot be like itself. Give the name of another pack's folder."
        )
    other = _source(folder / NAME)
    if "like" in other.data:
        raise BadFormPack(
            f"{where}: {named!r} is itself like {other.data['like']!r}. Name the pack here from "
            "which both take their keys."
        )
    return other
