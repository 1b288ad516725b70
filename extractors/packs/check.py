"""What is wrong with one form pack, its samples aside."""

from __future__ import annotations

from pathlib import Path

from extractors.packs import blank_pictures, sense, written
from extractors.packs.mistake import Mistake
from extractors.packs.structure import examine


def mistakes(folder: Path) -> list[Mistake]:
    """Everything wrong with the pack's definition and blank pictures, by file and line.

    Raises ``BadFormPack`` for a definition that cannot be read at all, or is ``like`` no other.
    """
    found = written.read(folder)
    slips = [*examine(found.data)[1], *sense.slips(found), *blank_pictures.slips(found, folder)]
    told = [found.mistake(each) for each in slips]
    return sorted(told, key=lambda each: (each.file != found.own.path, each.line or 0))
