"""Keys of machines that call the API; only the digest of a key is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from intake.tables import api_keys


def add(
    connection: Connection, key_id: str, name: str, digest: str, scopes: str, at: datetime
) -> None:
    """``scopes`` are parted by spaces."""
    connection.execute(
        api_keys.insert().values(id=key_id, name=name, digest=digest, scopes=scopes, created_at=at)
    )


def with_digest(connection: Connection, digest: str) -> Row[Any] | None:
    """The key in use with this digest."""
    query = api_keys.select().where(api_keys.c.digest == digest, api_keys.c.revoked_at.is_(None))
    return connection.execute(query).one_or_none()


def named(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(api_keys.select().where(api_keys.c.name == name)).one_or_none()


def every(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(api_keys.select().order_by(api_keys.c.name)).all()


def revoke(connection: Connection, name: str, at: datetime) -> None:
    connection.execute(api_keys.update().where(api_keys.c.name == name).values(revoked_at=at))
