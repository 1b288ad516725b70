"""The structured application that is delivered: reading, answers and decisions as one document.

``payload`` is pure. What it makes is checked against the published JSON Schema before anything
leaves; the schema is the contract with the systems downstream.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from extractors import checks
from extractors.application import document, field_document
from extractors.formpack import FormPack
from extractors.values import FieldReading, Reading
from intake.audit import Event
from intake.model import OFFICE, Answer, Application, Item, Scan, Side, Status

UNREAD = "unread"
SCHEMA_FILE = Path(__file__).parent / "api" / "application.schema.json"


class BadApplication(Exception):
    """An application that breaks its own schema: a mistake in Postroom, so it is not sent."""


@dataclass(frozen=True, slots=True)
class Record:
    """Everything known about one application. ``supersedes``: the revision delivered before.

    ``keyed_twice`` names the fields whose value more than one person keyed.
    """

    application: Application
    scan: Scan
    item: Item
    sides: tuple[Side, ...]
    reading: Reading
    answers: Mapping[str, Answer]
    trail: tuple[Event, ...]
    supersedes: int | None = None
    keyed_twice: frozenset[str] = frozenset()


def payload(record: Record, pack: FormPack | None) -> dict[str, Any]:
    """The document to deliver. Raises ``BadApplication`` when it would break the schema."""
    received = record.scan.received_at
    machine = _with_unread(record, pack)
    read = _answered(record, machine, pack, received.astimezone(OFFICE).date())
    told = document(read, pack)
    for name, answer in record.answers.items():
        before = field_document(machine[name], pack)
        told["fields"][name] = _reviewed(told["fields"][name], before, answer)
    for name in record.keyed_twice & told["fields"].keys():
        told["fields"][name] = _keyed_twice(told["fields"][name])
    for declaration in told["declarations"]:
        declaration["evidence"] = _found(declaration)
    told |= {
        "application_id": record.application.id,
        "revision": record.application.revision,
        "supersedes": record.supersedes,
        "status": "returned" if record.application.status == Status.RETURNED else "ready",
        "received": {
            "date_of_receipt": received.astimezone(OFFICE).date().isoformat(),
            "received_at": _moment(received),
            "channel": record.scan.channel,
            "station": record.scan.station,
            "batch": record.scan.batch or None,
            "receipt": record.scan.id,
            "item_no": record.item.position,
        },
        "decision_trail": [_event(each) for each in record.trail],
    }
    told["provenance"] |= {
        "original": {"sha256": record.scan.sha256, "bytes": record.scan.size},
        "images": [
            {"page": side.position, "side_of_scan": side.number, "sha256": side.picture,
             "width": side.width, "height": side.height}
            for side in record.sides
        ],
    }  # fmt: skip
    if record.item.asked_form:
        told["provenance"]["asked_form"] = record.item.asked_form
    _check(told)
    return {key: told[key] for key in schema()["required"]}  # in the order people read it


def encode(told: Mapping[str, Any]) -> str:
    """The document as the text that is frozen, signed and sent."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


@cache
def schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of an application."""
    loaded: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return loaded


def _check(told: Mapping[str, Any]) -> None:
    broken = [
        f"{error.json_path}: {error.validator}"
        for error in Draft202012Validator(schema()).iter_errors(told)
    ]
    if broken:
        raise BadApplication("The application breaks its schema at " + "; ".join(sorted(broken)))


def _with_unread(record: Record, pack: FormPack | None) -> dict[str, FieldReading]:
    """Every field that was read, and in its place each that a person answered without a reading.

    Such a field stands on a page that is missing.
    """
    read = {each.name: each for each in record.reading.fields}
    places = pack.fields if pack else ()
    empty = {
        each.name: FieldReading(each.name, None, "", 0.0, "absent", each.page, each.box, UNREAD)
        for each in places
        if each.name in record.answers
    }
    order = [each.name for each in places] or list(read)
    return {name: (empty | read)[name] for name in order if name in empty or name in read}


def _answered(
    record: Record, machine: Mapping[str, FieldReading], pack: FormPack | None, received: date
) -> Reading:
    """The reading with people's values in place of the machine's, and the rules run on those."""
    if not record.answers:
        return record.reading
    said = record.answers
    fields = {
        name: replace(each, value=said[name].value) if name in said else each
        for name, each in machine.items()
    }
    rerun = checks.check(fields, pack, received) if pack else ()
    return replace(record.reading, fields=tuple(fields.values()), checks=rerun)


def _reviewed(now: dict[str, Any], before: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """The field's document as a person left it; ``before`` is the machine's alone."""
    told = {key: kept for key, kept in now.items() if key not in ("doubts", "correction")}
    told["evidence"] = _found(now)
    if answer.state in ("illegible", "absent"):
        return told | {"status": answer.state}
    told["status"] = "reviewed"
    if told["evidence"] and now["value"] != before["value"]:
        told["correction"] = {"from": before["value"], "rule": "reviewer"}
    elif "correction" in now:
        told["correction"] = now["correction"]
    if answer.state == "as_written":
        told["as_written"] = True
    return told


def _keyed_twice(told: dict[str, Any]) -> dict[str, Any]:
    """The field's document when people agreed on it without seeing what was read."""
    if told["status"] in ("illegible", "absent"):
        return told
    return {key: kept for key, kept in told.items() if key != "doubts"} | {"status": "double_keyed"}


def _found(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The evidence, without the places on pages that nobody has."""
    return [each for each in told["evidence"] if each["method"] != UNREAD]


def _event(event: Event) -> dict[str, Any]:
    return {
        "n": event.n,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "action": event.action,
        "detail": dict(event.detail),
        "hash_prev": event.hash_prev,
        "hash": event.hash,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
