"""The database: how transactions begin, and bringing its tables up to date.

SQLite through a driver that starts transactions by itself loses concurrent updates, so the driver
is set to autocommit and a writing transaction starts with ``BEGIN IMMEDIATE``: whoever writes waits
for the lock before reading what the write depends on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from intake import migrations

BUSY_SECONDS = 30


class Database:
    """One engine. Open transactions with ``writing()`` and ``reading()`` only."""

    def __init__(self, address: str) -> None:
        url = sa.make_url(address)
        self._sqlite = url.get_backend_name() == "sqlite"
        if self._sqlite and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = (
            {"connect_args": {"timeout": BUSY_SECONDS}} if self._sqlite else {}
        )
        self.engine = sa.create_engine(url, **options)
        if self._sqlite:
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
        """Bring the tables up to date; safe when several processes start at once."""
        config = _alembic()
        wanted = ScriptDirectory.from_config(config).get_current_head()
        with self.reading() as connection:
            if MigrationContext.configure(connection).get_current_revision() == wanted:
                return
        with self.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        self.engine.dispose()


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def _prepare(raw: sqlite3.Connection, _record: Any) -> None:
    raw.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        raw.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
