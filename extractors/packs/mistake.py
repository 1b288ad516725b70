"""What is wrong with a form pack, for the person who wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Where a value stands in a TOML file: keys, and numbers (from 0) of entries of a list."""

Gravity = Literal["mistake", "warning", "note"]


class BadFormPack(Exception):
    """A form pack that cannot be used; its text names file, key and what was expected."""


def key_name(at: KeyPath) -> str:
    """A place as an author would name it; entries of lists count from 1: ``samples[2].file``."""
    told = ""
    for part in at:
        told += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if told else part
    return told


@dataclass(frozen=True, slots=True)
class Slip:
    """Something wrong at a place of a definition. ``words``: what, and how to mend it."""

    at: KeyPath
    words: str
    gravity: Gravity = "mistake"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A slip with where it is found. ``line`` counts from 1; ``None`` when it is the whole file.

    ``key`` is how an author would name the place: ``fields.vehicle.vrn.kind``.
    """

    file: Path
    line: int | None
    key: str
    words: str
    gravity: Gravity = "mistake"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else f"{self.file}"
        named = f"{place}: {self.key}" if self.key else place
        return f"{named}: {self.words}"
