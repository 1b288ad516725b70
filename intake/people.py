"""Accounts: who may log in, in which role.

Passwords are kept as argon2id hashes. Wrong passwords slow an account down, not the whole service.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, get_args

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from ulid import ULID

from intake.model import NotFound, Person, Role
from intake.records import people as rows
from intake.services import Services

FREE_TRIES = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_hasher = PasswordHasher()


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
    with services.database.reading() as connection:
        row = rows.named(connection, name.strip().lower())
    if row is not None and row.locked_until is not None and row.locked_until > services.now():
        raise TooManyTries(row.locked_until)
    right = _fits(row.password if row is not None else _nobody(), password)
    if row is None:
        raise WrongPassword
    if not right:
        _count_failure(services, row.name)
        raise WrongPassword
    if row.failures:
        with services.database.writing() as connection:
            rows.set_tries(connection, row.id, 0, None)
    return rows.to_person(row)


def person(services: Services, person_id: str) -> Person:
    """Raises ``NotFound``."""
    with services.database.reading() as connection:
        return rows.get(connection, person_id)


def everyone(services: Services) -> list[Person]:
    with services.database.reading() as connection:
        return rows.every(connection)


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
    """Give an account a new password, made up if not given. Raises ``BadAccount``, ``NotFound``."""
    password = _checked(password)
    hashed = _hasher.hash(password)
    with services.database.writing() as connection:
        row = rows.named(connection, name.strip().lower(), lock=True)
        if row is None:
            raise NotFound(f"There is no account named {name}.")
        rows.set_password(connection, row.id, hashed)
    return password


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
    return password


def _fits(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except VerificationError:
        return False


def _count_failure(services: Services, name: str) -> None:
    with services.database.writing() as connection:
        row: Any = rows.named(connection, name, lock=True)
        failures = row.failures + 1
        over = failures - FREE_TRIES
        lock = min(FIRST_LOCK * 2 ** min(over, 10), LONGEST_LOCK) if over >= 0 else None
        until = services.now() + lock if lock else None
        rows.set_tries(connection, row.id, failures, until)


@cache
def _nobody() -> str:
    """A hash to check against when the name is unknown, so that the time taken tells nothing."""
    return _hasher.hash(secrets.token_hex(16))
