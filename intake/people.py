"""Accounts: who may log in, in which role.

Passwords are kept as argon2id hashes. Wrong passwords slow an account down, not the whole service.
A session ends when its person logs out anywhere, gets a new password, or is closed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, get_args
from weakref import WeakKeyDictionary

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from ulid import ULID

from intake.database import Database
from intake.model import NotFound, Person, Role
from intake.records import people as rows
from intake.services import Services

FREE_TRIES = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_MOST_STRANGERS = 10_000
_Tries = tuple[int, datetime | None]
_NEVER: _Tries = (0, None)
_hasher = PasswordHasher()
_strangers: WeakKeyDictionary[Database, dict[str, _Tries]] = WeakKeyDictionary()


class WrongPassword(Exception):
    """The name or the password is wrong; it is not said which."""

    def __init__(self) -> None:
        super().__init__("The name or the password is wrong. Check both and try again.")


class TooManyTries(Exception):
    """The account is closed for a while after many wrong passwords."""

    def __init__(self, until: datetime) -> None:
        super().__init__("Too many wrong passwords for this account. Wait, then try again.")
        self.until = until


class BadAccount(Exception):
    """An account that cannot be made; the text says what to change."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A new account with its password, to be shown once."""

    person: Person
    password: str


def authenticate(services: Services, name: str, password: str) -> Person:
    """The person with this name and password. Raises ``WrongPassword``, ``TooManyTries``."""
    row = _count_try(services, name.strip().lower())
    right = _fits(row.password if row is not None else _nobody(), password)
    if row is None or row.closed_at is not None or not right:
        raise WrongPassword
    with services.database.writing() as connection:
        rows.set_tries(connection, row.id, 0, None)
    return rows.to_person(row)


def session_of(services: Services, person: Person) -> str:
    """What a session of this person carries: who it is, and how often sessions were ended."""
    with services.database.reading() as connection:
        return f"{person.id}.{rows.session_of(connection, person.id)}"


def of_session(services: Services, session: str) -> Person:
    """Whose session it is. Raises ``NotFound`` when it was ended, or never begun."""
    person_id, _, number = session.partition(".")
    with services.database.reading() as connection:
        found = rows.get(connection, person_id)
        if found.closed or number != str(rows.session_of(connection, person_id)):
            raise NotFound("This session has ended.")
    return found


def end_sessions(services: Services, person: Person) -> None:
    """End every session of this person, wherever it was begun."""
    with services.database.writing() as connection:
        rows.end_sessions(connection, person.id)


def everyone(services: Services) -> list[Person]:
    with services.database.reading() as connection:
        return rows.every(connection)


def of_name(services: Services, name: str) -> Person:
    """Raises ``NotFound``."""
    with services.database.reading() as connection:
        row = rows.named(connection, name)
    if row is None:
        raise NotFound(f"There is no account named {name}.")
    return rows.to_person(row)


def add(services: Services, name: str, role: Role, password: str | None = None) -> NewAccount:
    """Make an account; without a password one is made up. Raises ``BadAccount``."""
    name = name.strip().lower()
    if not 2 <= len(name) <= 60 or not name.replace(".", "").replace("-", "").isalnum():
        raise BadAccount("Give a name of 2 to 60 letters, digits, dots or hyphens.")
    if role not in get_args(Role):
        raise BadAccount(f"Give one of these roles: {', '.join(get_args(Role))}.")
    account = NewAccount(Person(str(ULID()), name, role), _checked(password))
    hashed = _hasher.hash(account.password)
    with services.database.writing() as connection:
        if rows.named(connection, name) is not None:
            raise BadAccount(f"There is already an account named {name}. Choose another name.")
        rows.add(connection, account.person, hashed)
    return account


def set_password(services: Services, name: str, password: str | None = None) -> str:
    """Give an account a new password, made up if not given, and end its sessions.

    Raises ``BadAccount``, ``NotFound``.
    """
    password = _checked(password)
    hashed = _hasher.hash(password)
    with services.database.writing() as connection:
        row = rows.named(connection, name.strip().lower(), lock=True)
        if row is None:
            raise NotFound(f"There is no account named {name}.")
        rows.set_password(connection, row.id, hashed)
        rows.end_sessions(connection, row.id)
    return password


def close(services: Services, name: str) -> None:
    """Let nobody log in to an account any more, and end its sessions. Raises ``NotFound``.

    Its name stays taken, for what it did is on record; a new password opens it again.
    """
    with services.database.writing() as connection:
        row = rows.named(connection, name.strip().lower(), lock=True)
        if row is None:
            raise NotFound(f"There is no account named {name}.")
        rows.close(connection, row.id, services.now())
        rows.end_sessions(connection, row.id)


def first_accounts(services: Services) -> list[NewAccount]:
    """One account for each role when there is none at all, else nothing."""
    if everyone(services):
        return []
    return [add(services, role, role) for role in get_args(Role)]


def _checked(password: str | None) -> str:
    if password is None:
        return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    if len(password) < SHORTEST_PASSWORD:
        raise BadAccount(f"Give a password of at least {SHORTEST_PASSWORD} characters.")
    if len(password) > LONGEST_PASSWORD:
        raise BadAccount(f"Give a password of at most {LONGEST_PASSWORD} characters.")
    return password


def _fits(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except VerificationError:
        return False


def _count_try(services: Services, name: str) -> Any:
    """Count a try before its password is looked at, so that many at once gain nothing.

    The account's row, or ``None`` for a name without an account: such names are counted too, so
    that being locked tells nothing. Raises ``TooManyTries``.
    """
    now = services.now()
    with services.database.writing() as connection:  # one at a time, so strangers need no lock
        row = rows.named(connection, name, lock=True)
        strangers = _strangers.setdefault(services.database, {})
        failures, until = (row.failures, row.locked_until) if row else strangers.get(name, _NEVER)
        if until is not None and until > now:
            raise TooManyTries(until)
        over = failures + 1 - FREE_TRIES
        lock = min(FIRST_LOCK * 2 ** min(over, 10), LONGEST_LOCK) if over >= 0 else None
        tries = (failures + 1, now + lock if lock else None)
        if row is not None:
            rows.set_tries(connection, row.id, *tries)
        else:
            strangers.pop(name, None)
            strangers[name] = tries
            if len(strangers) > _MOST_STRANGERS:
                del strangers[next(iter(strangers))]  # whose last try is longest ago
        return row


@cache
def _nobody() -> str:
    """A hash to check against when the name is unknown, so that the time taken tells nothing."""
    return _hasher.hash(secrets.token_hex(16))
