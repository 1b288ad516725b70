"""The only wiring: what every part of intake works with, opened once in each process."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from extractors.formpack import BadFormPack, FormPack, load_all
from intake import editions
from intake.bucket import open_objects
from intake.database import Database
from intake.objects import Objects
from intake.settings import CannotStart, Settings
from intake.shelf import Shelf, Stock

_SECRET_BYTES = 32


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    """The database, the objects, the form packs, the settings and the clock."""

    settings: Settings
    database: Database
    objects: Objects
    now: Callable[[], datetime] = _now

    @property
    def packs(self) -> Mapping[tuple[str, str], FormPack]:
        """The form packs that can be used now, by ``(code, edition)``."""
        return self.stock.packs

    @property
    def stock(self) -> Stock:
        """The form packs as their folders hold them now, with what is wrong with any."""
        return self._shelf.stock()

    def check_packs(self) -> None:
        """Raises ``BadFormPack`` when any pack cannot be used; for the start."""
        told = editions.changed(load_all(self.settings.form_folders), editions.frozen(self))
        if told:
            raise BadFormPack("\n".join(editions.why_refused(pack) for pack in told))

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf(lambda: self.settings.form_folders, lambda: editions.frozen(self))

    @cached_property
    def session_key(self) -> bytes:
        """The secret that signs web sessions: made once, kept in the data folder."""
        return _kept_secret(self.settings.home / "session.key")

    def close(self) -> None:
        self.database.close()


def open_services(settings: Settings) -> Services:
    """Everything, ready for use, with the database's tables up to date."""
    settings.home.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    database.migrate()
    return Services(settings, database, open_objects(settings))


def _kept_secret(path: Path) -> bytes:
    """The secret in ``path``, made now if there is none; all processes get the same one."""
    if not path.exists():
        with tempfile.NamedTemporaryFile(dir=path.parent) as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(file.name)
    secret = path.read_bytes()
    if len(secret) != _SECRET_BYTES:
        raise CannotStart(
            f"{path}: expected {_SECRET_BYTES} bytes. Delete it; a new one is made, and everybody "
            "signs in again."
        )
    return secret
