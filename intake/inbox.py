"""The watched folder: files that stations put there are received, then moved aside.

A file is taken only when it is complete: its size and time stay the same for a while, its name does
not say that it is still being written, and nobody has it open for writing. First it is moved to
``taking/``, where no station can put another under its name; then it is stored and committed; last
it is moved to ``taken/``. A crash in between leaves it in ``taking/``, where the next look finds
it, and the same bytes get the same receipt.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from intake.arrival import Arrival, receive
from intake.model import Receipt, Refused, Scan, Status
from intake.records import lists, scans
from intake.services import Services

log = logging.getLogger("postroom.inbox")

UNFINISHED = (".part", ".tmp", ".partial", ".crdownload", ".filepart", ".swp", "~")
SETTLE_SECONDS = 2.0
"""How long a file must stay as it is before it is taken."""
UNSURE_SECONDS = 30.0
"""The same where nobody can tell whether the file is still open for writing."""
LONGEST_LOOK = 5.0
"""Seconds after which a look leaves the rest to the next one."""
TAKING, TAKEN, REFUSED = "taking", "taken", "refused"
ACTOR = "inbox"
_LONGEST_NAME = 240
"""Bytes of a file name; most file systems take 255, and ``.txt`` may come behind it."""
_LONGEST_SUFFIX = 16
_ID_LENGTH = 26


@dataclass(frozen=True, slots=True)
class _Look:
    """A file as it was seen first with this size, time and inode."""

    state: tuple[int, int, int]
    at: float


@dataclass
class Inbox:
    """One watched folder. ``look`` is to be called every second or so, by one process only."""

    services: Services
    settle_seconds: float = SETTLE_SECONDS
    unsure_seconds: float = UNSURE_SECONDS
    _seen: dict[Path, _Look] = field(default_factory=dict)
    _failed: set[Path] = field(default_factory=set)
    _put_aside: set[str] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        return self.services.settings.inbox

    def prepare(self) -> None:
        for part in ("", TAKING, TAKEN, REFUSED):
            (self.folder / part).mkdir(parents=True, exist_ok=True)

    def look(self) -> list[Receipt]:
        """Receive what is complete; what is not yet complete waits for the next look."""
        latest = time.monotonic() + LONGEST_LOOK
        receipts = []
        for path in self._complete():
            if time.monotonic() > latest:
                break
            receipts.append(self._try(path))
        self._put_unreadable_aside()
        return [each for each in receipts if each is not None]

    def _complete(self) -> list[Path]:
        """What has stayed as it is for long enough; what failed before comes last."""
        before, self._seen = self._seen, dict(self._waiting())
        complete = []
        for path, look in self._seen.items():
            first = before.get(path)
            if first is None or first.state != look.state:
                continue
            self._seen[path] = first
            rested = look.at - first.at
            if rested >= self.settle_seconds and self._nobody_writes(path, rested):
                complete.append(path)
        return sorted(complete, key=lambda path: (path in self._failed, path.name))

    def _waiting(self) -> Iterator[tuple[Path, _Look]]:
        now = time.monotonic()
        named = (
            path
            for path in _files(self.folder)
            if not path.name.startswith((".", "~")) and not path.name.lower().endswith(UNFINISHED)
        )
        for path in (*named, *_files(self.folder / TAKING)):
            with suppress(FileNotFoundError):  # somebody took it away meanwhile
                yield path, _Look(_state(path), now)

    def _nobody_writes(self, path: Path, rested: float) -> bool:
        written = _being_written(path)
        return rested >= self.unsure_seconds if written is None else not written

    def _try(self, path: Path) -> Receipt | None:
        """Take one file. Whatever goes wrong, it is tried again, and the others get their turn."""
        try:
            receipt = self._take(path)
        except Exception as error:
            self._warn_once(path, error)
            return None
        self._failed.discard(path)
        return receipt

    def _warn_once(self, path: Path, error: Exception) -> None:
        if path not in self._failed:
            self._failed.add(path)
            log.warning("inbox_failed error=%s", _told(error))

    def _take(self, path: Path) -> Receipt | None:
        if path.parent != self.folder / TAKING:
            self._failed.discard(path)
            path = path.rename(_free(self.folder / TAKING, path.name))
        state = _state(path)
        arrival = Arrival("post", self.services.settings.station, path.name, actor=ACTOR)
        try:
            receipt = receive(self.services, path, arrival)
        except Refused as error:
            self._refuse(path, path.name, error.code, error.message)
            return None
        if _state(path) != state:
            log.warning("changed_meanwhile scan=%s", receipt.scan_id)
            return None
        log.info("received scan=%s repeated=%s", receipt.scan_id, receipt.repeated)
        if receipt.status == Status.QUARANTINED:
            self._refuse_known(path, receipt.scan_id)
        else:
            self._put_aside.discard(receipt.scan_id)
            path.rename(_free(self.folder / TAKEN, f"{receipt.scan_id}-{path.name}"))
        return receipt

    def _put_unreadable_aside(self) -> None:
        """Files that turned out unreadable go to ``refused/`` too; the original stays stored."""
        with self.services.database.reading() as connection:
            found = lists.with_status(connection, Status.QUARANTINED)
        new = [scan for scan in found if scan.id not in self._put_aside]
        if not new:
            return
        lying = defaultdict(list)
        for path in _files(self.folder / TAKEN):
            lying[path.name[:_ID_LENGTH]].append(path)
        for scan in new:
            try:
                for path in lying[scan.id]:
                    self._refuse(path, path.name, scan.code, scan.reason)
            except OSError as error:
                self._warn_once(path, error)
            else:
                self._put_aside.add(scan.id)

    def _refuse_known(self, path: Path, scan_id: str) -> None:
        """The same bytes came before and could not be read."""
        with self.services.database.reading() as connection:
            scan: Scan = scans.get(connection, scan_id)
        self._refuse(path, f"{scan.id}-{path.name}", scan.code, scan.reason)

    def _refuse(self, path: Path, name: str, code: str, reason: str) -> None:
        target = _free(self.folder / REFUSED, name)
        target.with_name(f"{target.name}.txt").write_text(f"{reason}\n\n({code})\n", "utf-8")
        path.rename(target)
        log.info("refused code=%s", code)


def _files(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                yield Path(entry.path)


def _state(path: Path) -> tuple[int, int, int]:
    """What changes when somebody writes to the file or puts another in its place."""
    told = path.lstat()
    return told.st_size, told.st_mtime_ns, told.st_ino


def _being_written(path: Path) -> bool | None:
    """Whether some process here has the file open for writing; ``None`` when nobody can tell.

    A read lease tells (Linux only). Files of other accounts and folders of other machines give
    none.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except PermissionError:
        return None
    except OSError:
        return True
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(handle)
    return False


def _free(folder: Path, name: str) -> Path:
    """A path that no file in ``folder`` has yet: ``name``, made short and printable, numbered."""
    stem, suffix = os.path.splitext(name.encode("utf-8", "replace").decode())
    if len(suffix.encode()) > _LONGEST_SUFFIX:
        stem, suffix = stem + suffix, ""
    for number in count(1):
        end = f"-{number}{suffix}" if number > 1 else suffix
        room = _LONGEST_NAME - len(end.encode())
        path = folder / (stem.encode()[:room].decode("utf-8", "ignore") + end)
        if not os.path.lexists(path):
            return path
    raise AssertionError("numbers do not end")


def _told(error: Exception) -> str:
    """An error without what it may quote."""
    return f"{type(error).__name__} {getattr(error, 'strerror', None) or ''}".rstrip()
