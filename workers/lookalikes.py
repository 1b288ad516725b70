"""Which group of pages that fit no form a new page belongs to.

Most comparing is done before the transaction that records the page; within it only with groups
that another worker began meanwhile, so that two copies read at once do not begin two groups.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection
from ulid import ULID

from extractors.likeness import Signature, alike
from intake.records import unknown
from intake.records.unknown import UnknownPage
from intake.services import Services
from workers.process import Message

MOST_GROUPS = 200
"""A page is compared with so many groups, the newest."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one page looks. ``group``: of whom it looks like, once that is known."""

    page: int
    signature: Signature
    thumbnail: str
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Pages compared with every group whose first page has an id up to ``newest``."""

    looks: tuple[Look, ...] = ()
    newest: int = 0


def compare(services: Services, told: Sequence[Message]) -> Compared:
    """The looks that the reading process told of, compared with the groups there are."""
    looks = tuple(
        Look(each["page"], Signature.from_bytes(b64decode(each["signature"])), each["thumbnail"])
        for each in told
    )
    if not looks:
        return Compared()
    with services.database.reading() as connection:
        firsts = unknown.firsts(connection, MOST_GROUPS)
    newest = max((identifier for identifier, _, _ in firsts), default=0)
    known = [(look, data) for _, look, data in firsts]
    return Compared(tuple(replace(each, group=_like(each, known)) for each in looks), newest)


def keep(connection: Connection, application_id: str, compared: Compared, at: datetime) -> None:
    """Record the pages, each in its group or a new one, in the caller's transaction."""
    if not compared.looks:
        return
    since = unknown.firsts(connection, MOST_GROUPS, compared.newest)
    known = [(look, data) for _, look, data in since]
    for each in compared.looks:
        signature = each.signature.to_bytes()
        group = each.group or _like(each, known)
        if group is None:
            group = str(ULID())
            known.append((group, signature))
        unknown.add(
            connection,
            UnknownPage(group, application_id, each.page, signature, each.thumbnail, at),
        )


def _like(look: Look, groups: Iterable[tuple[str, bytes]]) -> str | None:
    for group, data in groups:
        try:
            other = Signature.from_bytes(data)
        except ValueError:  # kept by another version of Postroom
            continue
        if alike(look.signature, other):
            return group
    return None
