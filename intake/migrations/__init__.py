"""Alembic migrations of the database, packaged with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0008"
"""The newest revision; a test holds it to what ``versions/`` says."""


def upgrade(connection: Connection) -> None:
    """Bring the tables up to ``HEAD`` in the caller's transaction."""
    # Half a second to import, and needed only at the first start and after an update.
    from alembic import command

    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def configuration() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
