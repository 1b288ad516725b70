"""API keys: who may call, and for what. A key is shown once; only its digest is kept.

Keys are long random text, so a plain SHA-256 is as hard to turn back as the key is to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from ulid import ULID

from intake.model import NotFound
from intake.records import keys as rows
from intake.services import Services

Scope = Literal["scan", "deliver"]
"""``scan``: hand in scans and ask about them. ``deliver``: pull and acknowledge applications."""

_BEGINS = "postroom_"


class BadKey(Exception):
    """A key that cannot be made; the text says what to change."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The machine behind a request, by the name of its key."""

    name: str
    scopes: frozenset[str]

    @property
    def actor(self) -> str:
        """How the audit trail and the idempotency keys name it."""
        return f"key:{self.name}"


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key as it is listed: everything but the key."""

    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


def new(services: Services, name: str, scopes: tuple[Scope, ...]) -> str:
    """Make a key and return it, for the only time. Raises ``BadKey``."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,50}", name):
        raise BadKey("Give a name of 2 to 51 small letters, digits, dots or hyphens.")
    if not scopes or not set(scopes) <= set(get_args(Scope)):
        raise BadKey(f"Give one or more of these scopes: {', '.join(get_args(Scope))}.")
    key = _BEGINS + secrets.token_urlsafe(32)
    with services.database.writing() as connection:
        if rows.named(connection, name) is not None:
            raise BadKey(f"There is already a key named {name}. Choose another name.")
        rows.add(
            connection, str(ULID()), name, _digest(key), " ".join(sorted(scopes)), services.now()
        )
    return key


def revoke(services: Services, name: str) -> None:
    """From now on the key is refused; its name stays taken. Raises ``NotFound``."""
    with services.database.writing() as connection:
        if rows.named(connection, name) is None:
            raise NotFound(f"There is no key named {name}.")
        rows.revoke(connection, name, services.now())


def every(services: Services) -> list[KeyLine]:
    """All keys by name, those that were revoked too."""
    with services.database.reading() as connection:
        return [
            KeyLine(row.name, tuple(row.scopes.split()), row.created_at, row.revoked_at)
            for row in rows.every(connection)
        ]


def caller(services: Services, key: str) -> Caller | None:
    """Whose key this is; ``None`` for one that is unknown or revoked.

    The key is looked up by its digest, so the time it takes says nothing about the key.
    """
    digest = _digest(key)
    with services.database.reading() as connection:
        row = rows.with_digest(connection, digest)
    if row is None or not hmac.compare_digest(row.digest, digest):
        return None
    return Caller(row.name, frozenset(row.scopes.split()))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
