"""Sending paper back in tests of what comes after: a letter for one reason, approved as it is."""

from __future__ import annotations

from dataclasses import replace

from intake import returning
from intake.letters import Edits, Touched
from intake.model import Person
from intake.returning import Seen
from intake.services import Services

SAID = "Something for the sender to put right."


def send_back(
    services: Services, application_id: str, person: Person, version: int, *reasons: str
) -> None:
    """Return it at this version with a letter that was never saved as a draft before."""
    opened = returning.open_letter(services, application_id)
    edits = letter_for(*reasons, language=opened.edits.language)
    returning.return_to_sender(
        services, application_id, person, Seen(version, opened.saved), edits
    )  # fmt: skip


def letter_for(*reasons: str, language: str = "en") -> Edits:
    """A letter for these reasons, with every sentence for the reviewer to fill in filled in."""
    filled = {f"reason:{code}": SAID for code in reasons}
    return replace(
        Edits(tuple(reasons), language), touched={language: Touched(texts=filled)}
    )  # fmt: skip
