"""Which approved fields are keyed a second time: critical ones, and a random share of the rest.

Asked when an application is approved, by a person or straight through. What its form pack calls
critical can hold its delivery until two people agree; a random share of everything else is keyed
beside the delivery, as evidence of how right it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from extractors.formpack import FormPack
from extractors.values import Reading
from intake import audit, corrections, keyed
from intake.keyed import MORE_OFTEN, How, Said, Why, alike
from intake.model import Answer, Application
from intake.records import applications, keyings
from intake.services import Services
from intake.showing import laid_pages


def ask(
    services: Services, connection: Connection, application: Application, by: str | None
) -> bool:
    """Ask for second keyings of what is about to be approved; whether its delivery has to wait.

    ``by`` is the id of the person who approves it, ``None`` for the machine. A field that two
    people agreed on before, and that still says the same, is not asked again.
    """
    pack = services.packs.get((application.form_code, application.edition))
    if pack is None:
        return False
    drawn = _drawn(services, application, pack, _in_bulk(connection, application.id))
    wanted = list(_wanted(connection, application, drawn, by))
    if wanted:
        known = {"application_id": application.id, "revision": application.revision}
        known |= {"asked_at": services.now(), "outcome": ""}
        keyings.add(connection, [known | each for each in wanted])
    return any(each["why"] == "critical" for each in wanted)


def keyed_twice(
    connection: Connection,
    application: Application,
    reading: Reading,
    answers: Mapping[str, Answer],
) -> frozenset[str]:
    """The fields that still say what more than one person keyed."""
    read = {each.name for each in reading.fields}
    return frozenset(
        name
        for name, final in keyings.agreed(connection, application.id).items()
        if name in read
        and alike(final, _approved(reading, answers.get(name), name, ("person", None))[0])
    )


def _drawn(
    services: Services, application: Application, pack: FormPack, bulk: Collection[str]
) -> dict[str, tuple[Why, float, How]]:
    """The fields of a form to key again: why, which share of their like, and who approved them."""
    usual = services.settings.keying_percent / 100
    found: dict[str, tuple[Why, float, How]] = {}
    for place in pack.fields:
        how: How = "bulk" if place.name in bulk else "person"
        if place.way == "barcode":
            continue
        if place.critical and pack.second_keying == "critical":
            found[place.name] = ("critical", 1.0, how)
            continue
        share = min(usual * (MORE_OFTEN if place.critical or how == "bulk" else 1), 1.0)
        subject = (application.id, application.revision, place.name)
        if keyed.is_drawn(services.session_key, subject, share):
            found[place.name] = ("sample", share, how)
    return found


def _wanted(
    connection: Connection,
    application: Application,
    drawn: Mapping[str, tuple[Why, float, How]],
    by: str | None,
) -> Iterator[dict[str, Any]]:
    """The keyings to ask for, of the drawn fields that have a picture to key from."""
    if not drawn:
        return
    reading = applications.reading(connection, application.id)
    answers = applications.answers_of(connection, application.id)
    before = keyings.agreed(connection, application.id)
    pages = laid_pages(connection, application)
    for read in reading.fields:
        if read.name not in drawn or read.page not in pages:
            continue
        why, share, how = drawn[read.name]
        first, first_by = _approved(reading, answers.get(read.name), read.name, (how, by))
        if read.name in before and alike(before[read.name], first):
            continue
        yield {"field": read.name, "why": why, "share": share, "first": first,
               "first_by": first_by}  # fmt: skip


def _approved(
    reading: Reading, answer: Answer | None, field: str, approved: tuple[How, str | None]
) -> tuple[Said, str | None]:
    """The first value of a field, and who stands for it: who answered, else who confirmed it."""
    how, by = approved
    if answer is not None:
        return keyed.of_answer(answer, how), answer.by
    value, state = corrections.as_read(reading.field(field))
    return Said(state, value, "machine"), by


def _in_bulk(connection: Connection, application_id: str) -> set[str]:
    """The fields whose last answer accepted them together with others."""
    found: set[str] = set()
    for event in audit.trail(connection, application_id):
        named = {each["field"] for each in event.detail.get("answers", ())}
        found = found | named if event.action == "accepted_as_read" else found - named
    return found
