"""The form packs in use, looked at again when their files change, without a restart.

A pack that cannot be used is left out and its reason told; what was loaded from its folder before
stays in use. So nobody who drops a bad pack into a folder stops the post.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from extractors.formpack import BadFormPack, FormPack, load
from intake import editions

log = logging.getLogger("postroom.forms")

Key = tuple[str, str]
_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Stock:
    """What was found at one look.

    ``packs`` by ``(code, edition)``. ``problems``: what is wrong with packs that are left out, each
    with file, key and what to do. ``version`` is another whenever the files are.
    """

    packs: Mapping[Key, FormPack] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    version: str = ""


class Shelf:
    """The packs of several folders. ``used`` tells the editions in use, with their digests.

    ``seconds``: how often the files are looked at, at most. May be shared by threads.
    """

    def __init__(
        self,
        folders: Callable[[], Sequence[Path]],
        used: Callable[[], Mapping[Key, str]],
        seconds: float = _LOOK_SECONDS,
    ) -> None:
        self._folders = folders
        self._used = used
        self._seconds = seconds
        self._stock = Stock()
        self._seen: object = None
        self._next_look = 0.0
        self._lock = threading.Lock()

    def stock(self) -> Stock:
        """What there is now."""
        with self._lock:
            if time.monotonic() >= self._next_look:
                self._look()
                self._next_look = time.monotonic() + self._seconds
            return self._stock

    def _look(self) -> None:
        before, used = self._stock, self._used()
        stamps = _stamps(self._folders())
        if (stamps, used) == self._seen:
            return
        found: dict[Key, FormPack] = {}
        problems: dict[Path, str] = {}
        refused: set[Key] = set()
        for folder in _pack_folders(self._folders(), problems):
            try:
                pack = _usable(folder, found, used)
            except (BadFormPack, OSError) as error:
                problems[folder] = str(error)
                refused |= {error.key} if isinstance(error, _Changed) else set()
            else:
                found[pack.code, pack.edition] = pack
        for key, pack in before.packs.items():
            if key not in found and any(pack.folder.is_relative_to(bad) for bad in problems):
                found[key] = pack
        gone = sorted(set(used) - set(found) - refused)
        told = (*problems.values(), *(editions.why_missed(*key) for key in gone))
        for text in told:
            if text not in before.problems:
                log.warning("form_pack_refused %s", text)
        if self._seen is not None:
            log.info("form_packs_loaded number=%d", len(found))
        self._seen = stamps, used
        version = hashlib.sha256(repr(stamps).encode()).hexdigest()
        self._stock = Stock(found, told, version)


class _Changed(BadFormPack):
    """A pack that is not what its edition was first used as."""

    def __init__(self, pack: FormPack) -> None:
        super().__init__(editions.why_refused(pack))
        self.key = pack.code, pack.edition


def _usable(folder: Path, others: Mapping[Key, FormPack], used: Mapping[Key, str]) -> FormPack:
    """The pack in ``folder``. Raises ``BadFormPack``, ``OSError``."""
    pack = load(folder)
    _ = pack.digest  # of the blanks as they are now
    earlier = others.get((pack.code, pack.edition))
    if earlier is not None:
        raise BadFormPack(
            f"{folder / 'form.toml'}: edition: {pack.code} {pack.edition} is already in "
            f"{earlier.folder}; give this one its own name"
        )
    if editions.changed([pack], used):
        raise _Changed(pack)
    return pack


def _pack_folders(folders: Sequence[Path], problems: dict[Path, str]) -> Iterator[Path]:
    """Every folder with a ``form.toml``: those given, or those that lie in them."""
    for folder in folders:
        try:
            if (folder / "form.toml").is_file():
                yield folder
                continue
            inside = [each for each in sorted(folder.iterdir()) if _is_pack(each, problems)]
        except OSError as error:
            problems[folder] = f"{folder}: no folder of form packs: {error.strerror}"
            continue
        yield from inside


def _is_pack(folder: Path, problems: dict[Path, str]) -> bool:
    try:
        return (folder / "form.toml").is_file()
    except OSError as error:
        problems[folder] = f"{folder}: cannot be opened: {error.strerror}. Let Postroom read it."
        return False


def _stamps(folders: Sequence[Path]) -> tuple[tuple[str, int, int], ...]:
    """Names, times and sizes of the files of every pack: what changes when one is changed."""
    found = []
    for folder in _pack_folders(folders, {}):
        for path in _files(folder):
            try:
                told = path.stat()
            except OSError:  # an editor's own file, already gone
                continue
            found.append((str(path), told.st_mtime_ns, told.st_size))
    return tuple(sorted(found))


def _files(folder: Path) -> tuple[Path, ...]:
    """What lies in a pack's folder; nothing when it was moved away a moment ago."""
    try:
        return tuple(folder.iterdir())
    except OSError:
        return ()
