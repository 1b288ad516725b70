"""The readers of one process, with the form packs that the worker wants used now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from extractors.formpack import BadFormPack, FormPack, load
from extractors.read import Engines
from intake.objects import digest_of
from intake.shelf import Stock

Wanted = Mapping[str, Any]


def wanted(stock: Stock) -> Wanted:
    """What to tell the process that reads of the packs in use."""
    packs = [[str(pack.folder), pack.digest] for pack in stock.packs.values()]
    return {"version": stock.version, "packs": packs}


class EnginesInUse:
    """Engines that are made anew when the packs' files changed.

    A pack is used only as its digest says. When its folder holds another by now, or a bad one, what
    was loaded before stays in use, unless a blank was replaced: it is opened again when needed.
    Without a pack its pages fit no form and go to a person.
    """

    def __init__(self) -> None:
        self._blanks: dict[str, str] = {}
        self._version = ""
        self._digests: frozenset[str] = frozenset()
        self._engines = Engines(())

    def reading_with(self, given: Wanted) -> Engines:
        """The engines for these packs."""
        digests = frozenset(digest for _, digest in given["packs"])
        if (given["version"], digests) != (self._version, self._digests):
            self._engines = self._engines.with_packs(self._packs(given["packs"]))
            self._version, self._digests = given["version"], digests
        return self._engines

    def _packs(self, given: Sequence[tuple[str, str]]) -> tuple[FormPack, ...]:
        before = {pack.digest: pack for pack in self._engines.packs}
        found = []
        for folder, digest in given:
            pack = _as_it_was(Path(folder), digest)
            if pack:
                self._blanks[digest] = _blanks_of(pack)
            elif digest in before and _blanks_of(before[digest]) == self._blanks[digest]:
                pack = before[digest]
            if pack:
                found.append(pack)
        return tuple(found)


def _as_it_was(folder: Path, digest: str) -> FormPack | None:
    """The pack in ``folder``, if it is still the one with this digest."""
    try:
        pack = load(folder)
        return pack if pack.digest == digest else None
    except (BadFormPack, OSError):
        return None


def _blanks_of(pack: FormPack) -> str:
    """What the pictures of a pack's blanks are now, as one digest; ``""`` when one is gone."""
    try:
        pictures = [digest_of(page.blank.read_bytes()) for page in pack.pages]
    except OSError:
        return ""
    return digest_of("".join(pictures).encode())
