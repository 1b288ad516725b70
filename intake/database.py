"""The database: how transactions begin, and bringing its tables up to date.

SQLite through a driver that starts transactions by itself loses concurrent updates, so the driver
is set to autocommit and a writing transaction starts with ``BEGIN IMMEDIATE``: whoever writes waits
for the lock before reading what the write depends on.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from intake import migrations
from intake.settings import CannotStart

BUSY_SECONDS = 30


class Database:
    """One engine. Open transactions with ``writing()`` and ``reading()`` only."""

    def __init__(self, address: str) -> None:
        url = sa.make_url(address)
        self._path = Path(url.database or "")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Errors go to logs; what people wrote must not.
        self.engine = sa.create_engine(
            url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}
        )
        sa.event.listen(self.engine, "connect", _prepare)
        sa.event.listen(self.engine, "begin", _begin)
        self._reader = self.engine.execution_options(reads_only=True)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that may write: committed at the end, rolled back on any error."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent view that waits for no writer. It must not write."""
        with self._reader.begin() as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the tables up to date; safe when several processes start at once.

        Raises ``CannotStart`` when the file is no database that this Postroom can use.
        """
        try:
            with self.reading() as connection:
                version = _version(connection)
            if version == migrations.HEAD:
                return
            if version is not None and version > migrations.HEAD:
                raise CannotStart(
                    f"The database {self._path} was made by a newer Postroom. Start that version, "
                    "or restore the backup from before the update."
                )
            with self.writing() as connection:
                migrations.upgrade(connection)
        except sa.exc.DatabaseError as error:
            raise CannotStart(
                f"The database {self._path} cannot be used: {error.orig}. Check that this account "
                "may write to it and that no other program holds it, or restore it from a backup."
            ) from None

    def close(self) -> None:
        self.engine.dispose()


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return version


def _prepare(raw: sqlite3.Connection, _record: Any) -> None:
    raw.isolation_level = None
    raw.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    _use_wal(raw)
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")


def _use_wal(raw: sqlite3.Connection) -> None:
    """Change a new file to the write-ahead log; SQLite does not wait for others here, so we do."""
    latest = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > latest:
                raise
            time.sleep(0.02)


def _begin(connection: sa.Connection) -> None:
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
