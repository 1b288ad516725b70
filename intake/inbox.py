"""The watched folder: files that stations put there are received, then moved aside.

A file is taken only when it is complete: its size and time stay the same for a while, its name does
not say that it is still being written, and nobody has it open for writing. It is stored and
committed first and moved last, so a crash in between leads to the same receipt again.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from intake.arrival import Arrival, receive
from intake.model import Receipt, Refused, Scan, Status
from intake.records import lists
from intake.services import Services

log = logging.getLogger("postroom.inbox")

UNFINISHED = (".part", ".tmp", ".partial", ".crdownload", ".filepart", ".swp", "~")
SETTLE_SECONDS = 2.0
"""How long a file must stay as it is before it is taken."""
TAKEN, REFUSED = "taken", "refused"
ACTOR = "inbox"


@dataclass(frozen=True, slots=True)
class _Look:
    """A file as it was seen first with this size and time."""

    size: int
    changed: int
    at: float


@dataclass
class Inbox:
    """One watched folder. ``look`` is to be called every second or so, by one process only."""

    services: Services
    settle_seconds: float = SETTLE_SECONDS
    _seen: dict[str, _Look] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)
    _put_aside: set[str] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        return self.services.settings.inbox

    def prepare(self) -> None:
        for each in (self.folder, self.folder / TAKEN, self.folder / REFUSED):
            each.mkdir(parents=True, exist_ok=True)

    def look(self) -> list[Receipt]:
        """Receive what is complete; what is not yet complete waits for the next look."""
        before, self._seen = self._seen, self._waiting()
        complete = []
        for name, look in sorted(self._seen.items()):
            first = before.get(name)
            if first is None or (first.size, first.changed) != (look.size, look.changed):
                continue
            self._seen[name] = first
            settled = look.at - first.at >= self.settle_seconds
            if settled and not _being_written(self.folder / name):
                complete.append(name)
        receipts = [self._take(self.folder / name) for name in complete]
        self._put_unreadable_aside()
        return [each for each in receipts if each is not None]

    def _waiting(self) -> dict[str, _Look]:
        found = {}
        now = time.monotonic()
        with os.scandir(self.folder) as entries:
            for entry in entries:
                name = entry.name
                if name.startswith((".", "~")) or name.lower().endswith(UNFINISHED):
                    continue
                if entry.is_file(follow_symlinks=False):
                    told = entry.stat(follow_symlinks=False)
                    found[name] = _Look(told.st_size, told.st_mtime_ns, now)
        return found

    def _take(self, path: Path) -> Receipt | None:
        arrival = Arrival("post", self.services.settings.station, path.name, actor=ACTOR)
        try:
            receipt = receive(self.services, path, arrival)
            path.rename(self.folder / TAKEN / f"{receipt.scan_id}-{path.name}")
        except Refused as error:
            self._refuse(path, path.name, error.code, error.message)
            return None
        except OSError as error:
            # It stays where it is, and a later look tries again.
            if path.name not in self._failed:
                self._failed.add(path.name)
                log.warning("inbox_failed error=%s", error.strerror)
            return None
        self._failed.discard(path.name)
        log.info("received scan=%s repeated=%s", receipt.scan_id, receipt.repeated)
        return receipt

    def _put_unreadable_aside(self) -> None:
        """Files that turned out unreadable go to ``refused/`` too; the original stays stored."""
        with self.services.database.reading() as connection:
            found = lists.with_status(connection, Status.QUARANTINED)
        for scan in found:
            if scan.id not in self._put_aside:
                self._put_aside.add(scan.id)
                self._refuse_copies(scan)

    def _refuse_copies(self, scan: Scan) -> None:
        for path in (self.folder / TAKEN).glob(f"{scan.id}-*"):
            self._refuse(path, path.name, scan.code, scan.reason)

    def _refuse(self, path: Path, name: str, code: str, reason: str) -> None:
        target = _free(self.folder / REFUSED / name)
        target.with_name(f"{target.name}.txt").write_text(f"{reason}\n\n({code})\n", "utf-8")
        path.rename(target)
        log.info("refused code=%s", code)


def _being_written(path: Path) -> bool:
    """Whether some process here has the file open for writing. A read lease tells; Linux only.

    Folders of other machines know no leases; there, staying as it is has to do.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return True
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False


def _free(path: Path) -> Path:
    """``path``, or the same with a number that no file has yet."""
    number, candidate = 1, path
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return candidate
