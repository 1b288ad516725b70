"""Editions in use never change: once an application was read with a pack, its digest is kept.

A stored application is shown and delivered with the places and names of its pack; a pack that
became another one under the same name would tell lies about it. A new printing is a new edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from extractors.formpack import BadFormPack, FormPack, load
from intake.records import editions

if TYPE_CHECKING:
    from intake.services import Services


class EditionChanged(Exception):
    """An application was read with a pack that its edition is not, or not any more."""


def frozen(services: Services) -> Mapping[tuple[str, str], str]:
    """The used editions, ``(code, edition)``, with the digest each pack has to keep."""
    with services.database.reading() as connection:
        return editions.used(connection)


def note_use(connection: Connection, pack: FormPack, at: datetime) -> None:
    """Record, in the caller's transaction, that an application was read with this pack.

    Raises ``EditionChanged`` when the edition was used with other content before, or before its
    first use was corrected while a page was read: then the page is to be read again.
    """
    known = editions.digest(connection, pack.code, pack.edition)
    if known is None:
        if _corrected(pack):
            raise EditionChanged(
                f"{pack.code} {pack.edition} was changed while this was read; it is read again."
            )
        editions.add(connection, (pack.code, pack.edition), pack.digest, at)
    elif known != pack.digest:
        raise EditionChanged(why_refused(pack))


def note_earlier_use(services: Services) -> None:
    """Record, as they are now, editions that were in use before Postroom kept account of it."""
    packs = services.packs
    with services.database.writing() as connection:
        for key in editions.unrecorded(connection):
            if key in packs:
                editions.add(connection, key, packs[key].digest, services.now())


def _corrected(pack: FormPack) -> bool:
    """Whether its folder holds another form by now. What cannot be used there does not count."""
    try:
        return load(pack.folder).digest != pack.digest
    except (BadFormPack, OSError):
        return False


def changed(packs: Iterable[FormPack], used: Mapping[tuple[str, str], str]) -> tuple[FormPack, ...]:
    """The packs that are no longer what they were when their edition was first used."""
    return tuple(p for p in packs if used.get((p.code, p.edition), p.digest) != p.digest)


def why_refused(pack: FormPack) -> str:
    """What to do about a changed pack, with its file and key."""
    return (
        f"{pack.folder / 'form.toml'}: edition: {pack.code} {pack.edition} has changed since "
        "applications were read with it. Put its files back as they were, or give it a new "
        "edition name in a folder of its own."
    )


def why_missed(code: str, edition: str) -> str:
    """What to do about a used edition whose pack is in none of the folders."""
    return (
        f"{code} {edition}: applications were read with this form pack, and no folder has it in a "
        "state that can be used. Put its folder back; if the form is not accepted any more, set "
        'status = "withdrawn" in its form.toml.'
    )
