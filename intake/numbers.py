"""Reference numbers: the values by which post from one person or about one vehicle is found again.

Only values that are sure count, so that a misread character does not show somebody else's post.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection

from extractors.formpack import FieldPlace, FormPack
from extractors.values import FieldReading, Reading
from intake.model import REPLY_CODE, Answer, Application
from intake.records import applications, letters, references, scans

_KINDS = {
    "registration_mark": "registration_mark",
    "vin": "vin",
    "driver_number": "driver_number",
    "national_insurance_number": "national_insurance",
}
_NAMES = {
    "document_reference": "document_reference",
    "slip_reference": "document_reference",
    "passport_number": "passport_number",
}
_SURE = ("auto", "auto_corrected")
_LONGEST = 60


def is_reference(place: FieldPlace) -> bool:
    """Whether a field holds a number by which earlier post is found."""
    return _kind(place) is not None


def numbers(
    application: Application,
    reading: Reading,
    pack: FormPack | None,
    answers: Mapping[str, Answer],
) -> frozenset[tuple[str, str]]:
    """The reference numbers ``(kind, value)`` that are sure: answered, or read without a doubt."""
    found = set()
    read = {each.name: each for each in reading.fields if each.name not in application.doubtful}
    for place in pack.fields if pack else ():
        kind = _kind(place)
        value = _sure(read.get(place.name), answers.get(place.name))
        if kind is not None and value is not None:
            found.add((kind, value[:_LONGEST]))
    return frozenset(found)


def note(
    connection: Connection,
    application: Application,
    reading: Reading,
    pack: FormPack | None,
    answers: Mapping[str, Answer] | None = None,
) -> None:
    """Keep the reference numbers of an application as they stand now.

    With the letter that was sent about it, or that came back with it, as one more.
    """
    found = numbers(application, reading, pack, answers or {})
    references.put(connection, application.id, {*found, *_letters(connection, application)})


def answered(
    connection: Connection, application: Application, pack: FormPack | None, fields: Iterable[str]
) -> None:
    """Note them again after answers to ``fields``, when one of these is a reference number."""
    if pack is None or not any(is_reference(pack.by_name[name]) for name in fields):
        return
    reading = applications.reading(connection, application.id)
    note(
        connection, application, reading, pack, applications.answers_of(connection, application.id)
    )


def _letters(connection: Connection, application: Application) -> Iterator[tuple[str, str]]:
    """A letter to a sender goes by the application that it is about."""
    if any(each.approved_at for each in letters.of(connection, application.id)):
        yield "letter", application.id
    sides = scans.sides_of_item(connection, application.item_id)
    codes = (scans.item(connection, application.item_id).barcode, *(s.barcode for s in sides))
    for code in codes:
        if code and code.startswith(REPLY_CODE):
            yield "letter", code.removeprefix(REPLY_CODE).partition("/")[0][:_LONGEST]


def _kind(place: FieldPlace) -> str | None:
    return _KINDS.get(place.kind) or _NAMES.get(place.name.rpartition(".")[2])


def _sure(read: FieldReading | None, answer: Answer | None) -> str | None:
    """The value, when a person gave it or the machine was sure of it."""
    if answer is not None:
        value = answer.value if answer.state in ("accepted", "corrected") else None
    else:
        value = (
            read.value if read is not None and read.status in _SURE and not read.doubts else None
        )
    return value if isinstance(value, str) and value else None
