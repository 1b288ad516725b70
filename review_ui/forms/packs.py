"""Every form pack there is, for the people who look after them: shipped, own, and in the making.

Read anew whenever a ``form.toml`` changed, so that what was saved is seen at once. A pack that
cannot be used is listed with its mistakes, and hides no other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from extractors.formpack import SHIPPED, BadFormPack, FormPack, load
from extractors.packs import written
from intake.editions import frozen
from intake.services import Services

Origin = Literal["shipped", "own", "other", "draft"]
_NAME = "form.toml"
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One pack's folder. ``pack`` is ``None`` when it cannot be used; ``mistake`` says why."""

    folder: Path
    origin: Origin
    pack: FormPack | None
    mistake: str = ""

    @property
    def key(self) -> str:
        """How addresses call it. It is only ever compared, no path is made from it."""
        return pack_key(self.pack.code, self.pack.edition) if self.pack else self.folder.name

    @property
    def edition(self) -> tuple[str, str]:
        return (self.pack.code, self.pack.edition) if self.pack else ("", self.folder.name)


def pack_key(code: str, edition: str) -> str:
    return f"{code}-{edition}"


def folder_name(code: str, edition: str) -> str | None:
    """The name of a pack's folder; ``None`` when code and edition do not make a plain name."""
    name = pack_key(code, edition)
    plain = all(_SAFE.fullmatch(each) for each in (code, edition, name))
    return name if plain and not name.endswith(".") else None


def department_folder(services: Services) -> Path | None:
    """The folder that new packs are saved to: the first of the setting ``forms``."""
    for folder in services.settings.forms:
        if not (folder / _NAME).is_file():  # else it is itself a pack, and holds no others
            return folder
    return None


def drafts_folder(services: Services) -> Path:
    """Where packs wait until their author is done. Nothing is read with them."""
    return services.settings.home / "drafts"


def every(services: Services) -> tuple[Entry, ...]:
    """All packs in the order of their codes, those that cannot be used first."""
    places: list[tuple[Origin, Path]] = [("shipped", SHIPPED)]
    first = department_folder(services)
    places += [("own" if each == first else "other", each) for each in services.settings.forms]
    places.append(("draft", drafts_folder(services)))
    found = [(origin, each) for origin, place in places for each in _folders(place)]
    stamps = tuple((origin, folder, *_stamp(folder)) for origin, folder in found)
    return _loaded(stamps)


def find(services: Services, key: str) -> Entry | None:
    """The pack that addresses call ``key``, if it can be used."""
    return next((each for each in every(services) if each.pack and each.key == key), None)


def used(services: Services, entry: Entry) -> bool:
    """Whether an application was read with this edition."""
    return entry.origin != "draft" and entry.edition in frozen(services)


def may_change(services: Services, entry: Entry) -> bool:
    """Whether it may be changed in place: a draft, or one's own that nothing was read with."""
    return entry.origin == "draft" or (entry.origin == "own" and not used(services, entry))


def definition(entry: Entry) -> dict[str, Any]:
    """What its ``form.toml`` says, and what it takes from another. Raises ``BadFormPack``."""
    return dict(written.read(entry.folder).data)


def text(entry: Entry) -> str:
    """Its own ``form.toml`` as it is written. Raises ``BadFormPack``."""
    return written.read(entry.folder).own.text


def version(entry: Entry) -> str:
    """Changes whenever its ``form.toml`` does."""
    return hashlib.sha256((entry.folder / _NAME).read_bytes()).hexdigest()


def _folders(place: Path) -> Sequence[Path]:
    if (place / _NAME).is_file():
        return (place,)
    if not place.is_dir():
        return ()
    return sorted(each for each in place.iterdir() if (each / _NAME).is_file())


def _stamp(folder: Path) -> tuple[int, int]:
    try:
        found = (folder / _NAME).stat()
    except FileNotFoundError:  # taken away just now
        return 0, 0
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=8)
def _loaded(stamps: tuple[tuple[Origin, Path, int, int], ...]) -> tuple[Entry, ...]:
    entries = [_entry(origin, folder) for origin, folder, _, _ in stamps]
    return tuple(sorted(entries, key=lambda each: (each.pack is not None, each.key)))


def _entry(origin: Origin, folder: Path) -> Entry:
    try:
        return Entry(folder, origin, load(folder))
    except BadFormPack as error:
        return Entry(folder, origin, None, str(error))
