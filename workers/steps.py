"""What each step does: fetch, have the child process do one pure thing, store.

Every step may run twice: what it finds already done it leaves alone, and what it stores counts only
while the job is still its own (``jobs.finish``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from ulid import ULID

from extractors.limits import UnreadableScan
from extractors.values import Reading
from intake import audit, delivery, editions, jobs, numbers, repair, sampling
from intake.jobs import Claim
from intake.model import OFFICE, Application, Item, PageDoubt, Scan, Side, Status, due_on
from intake.records import applications, rescans, scans
from intake.services import Services
from intake.shelf import Stock
from intake.unknown import may_be_read_again
from workers import lookalikes
from workers.engines import wanted
from workers.process import Child, Message

ACTOR = "pipeline"
_NOTHING = (
    "Every side of this scan is blank. Check that the paper lay the right way round; scan again."
)


@dataclass(frozen=True)
class Bench:
    """What one worker thread works with. ``look`` raises when the worker should let go."""

    services: Services
    child: Child
    look: Callable[[Claim], None]

    def run(self, claim: Claim, task: dict[str, Any]) -> Iterator[Message]:
        return self.child.run(task, lambda: self.look(claim))


def split(bench: Bench, claim: Claim) -> None:
    """Part a scan into items, each with its pages, and have every item read."""
    services = bench.services
    with services.database.reading() as connection:
        scan = scans.get(connection, claim.subject)
    if scan.status != Status.RECEIVED:
        jobs.finish(services, claim, _nothing)
        return
    try:
        found = list(bench.run(claim, {"step": "split", "scan": scan.sha256}))
        items, sides = _items(scan, found)
        if not items:
            raise UnreadableScan("blank", _NOTHING)
    except UnreadableScan as error:
        code, reason = error.code, error.message
        jobs.finish(services, claim, lambda c: _quarantine(c, scan, code, reason, services.now()))
        return

    def record(connection: Connection) -> None:
        scans.was_split(connection, scan, sides, items)
        for item in items:
            jobs.add(connection, "read", item.id, scan.received_at)
        told = {"sides": len(sides), "items": len(items)}
        audit.append(connection, scan.id, ACTOR, "split", services.now(), **told)

    jobs.finish(services, claim, record)


def read(bench: Bench, claim: Claim) -> None:
    """Read one item; it goes straight to delivery, or waits for a person.

    One that fitted no form may be read again, while it waits for a person and nobody has it; one
    whose pages a person repaired is read again in any case.
    """
    services = bench.services
    with services.database.reading() as connection:
        item = scans.item(connection, claim.subject)
        scan = scans.get(connection, item.scan_id)
        sides = scans.sides_of_item(connection, item.id)
        before = applications.of_item(connection, item.id)
    if not (_is_read_again(claim, before, services) if before else item.status == Status.SCANNED):
        jobs.finish(services, claim, _nothing)
        return
    stock = services.stock
    task = {
        "step": "read",
        "sides": [_to_read(side) for side in sides],
        "received": scan.received_at.astimezone(OFFICE).date().isoformat(),
        "forms": wanted(stock),
        "asked": item.asked_form.split(" ", 1) if item.asked_form else None,
    }
    *laid, result = bench.run(claim, task)
    reading = Reading.from_json(result["reading"])
    made = _application(item, scan, reading, result)
    made = _placed(made, stock, services)
    if before:
        made = repair.as_repaired(before, made)
    # Thumbnails of groups are for all supervisors, also those who may not see this one.
    looks = lookalikes.compare(services, [] if made.sensitive else result["looks"])

    def record(connection: Connection) -> None:
        nonlocal made
        # Now, for the mailroom may have said meanwhile that this scan replaces another.
        due = rescans.due_in_place_of(connection, scan.id)
        made = made if due is None else replace(made, due_on=min(made.due_on, due))
        if before is None:
            scans.set_item_status(connection, item, Status.EXTRACTED)
            applications.add(connection, made, reading)
        elif _is_read_again(claim, applications.get(connection, made.id, lock=True), services):
            repair.read_again(connection, made, reading)
        else:
            return
        for side, each in zip(sides, laid, strict=True):
            scans.set_laid(connection, scan.id, _laid(side, each))
        lookalikes.keep(connection, made.id, looks, made.received_at)
        pack = stock.packs.get((made.form_code, made.edition))
        numbers.note(connection, made, reading, pack)
        _tell_read(services, connection, made, stock)

    jobs.finish(services, claim, record)


def _tell_read(services: Services, connection: Connection, made: Application, stock: Stock) -> None:
    """What follows from a reading: the edition is in use now, and may go out at once.

    Unless its form pack wants fields of it to be keyed by a person first.
    """
    pack, at = stock.packs.get((made.form_code, made.edition)), services.now()
    if pack is not None:
        editions.note_use(connection, pack, at)
    if made.status == Status.READY and sampling.ask(services, connection, made, None):
        applications.change(connection, made.id, status=Status.SECOND_KEYING)
    elif made.status == Status.READY:
        jobs.add(connection, "deliver", made.id, made.received_at, revision=made.revision)
    told = {"form": made.form_code, "edition": made.edition, "to_check": len(made.doubtful)}
    audit.append(connection, made.id, ACTOR, "extracted", at, **told)


def deliver(bench: Bench, claim: Claim) -> None:
    """Release one revision of an application, and send it where a webhook is set."""
    delivery.run(bench.services, claim)


STEPS: dict[str, Callable[[Bench, Claim], None]] = {
    "split": split,
    "read": read,
    "deliver": deliver,
}


def _items(scan: Scan, found: list[Message]) -> tuple[list[Item], list[tuple[Side, str | None]]]:
    """The items of a scan, and each side with the id of its item."""
    items: list[Item] = []
    sides: list[tuple[Side, str | None]] = []
    position, separator = 0, None
    for message in found:
        starts, role = message.pop("starts_item"), message["role"]
        message["doubts"] = tuple(PageDoubt(**each) for each in message["doubts"])
        if role == "separator":
            separator = message["barcode"]
        elif starts:
            barcode = separator or message["barcode"]
            items.append(
                Item(str(ULID()), scan.id, len(items) + 1, Status.SCANNED, barcode=barcode)
            )
            position, separator = 0, None
        if role != "page":
            sides.append((Side(**message), None))
            continue
        position += 1
        sides.append((Side(**message, position=position), items[-1].id))
    return items, sides


def _to_read(side: Side) -> Message:
    return {
        "number": side.number,
        "picture": side.picture,
        "dpi": side.dpi,
        "turned": side.turned,
        "doubts": [each.code for each in side.doubts],
    }


def _laid(side: Side, told: Message) -> Side:
    return replace(side, laid=told["laid"], laid_width=told["width"], laid_height=told["height"])


def _is_read_again(claim: Claim, application: Application, services: Services) -> bool:
    """Whether the job asks for another reading of an application as it still stands."""
    same = claim.revision == application.version + 1
    repaired = application.status == Status.SCANNED
    return same and (repaired or may_be_read_again(application, services.now()))


def _application(item: Item, scan: Scan, reading: Reading, result: Message) -> Application:
    return Application(
        id=str(ULID()),
        item_id=item.id,
        scan_id=scan.id,
        status=Status.IN_REVIEW if result["why"] else Status.READY,
        revision=1,
        version=1,
        form_code=reading.form.code,
        edition=reading.form.edition,
        received_at=scan.received_at,
        due_on=due_on(scan.received_at),
        doubtful=tuple(result["doubtful"]),
        why=result["why"],
        sensitive=item.sensitive,
    )


def _placed(made: Application, stock: Stock, services: Services) -> Application:
    """With the work queue of its form, who may see it, its language and when it is due."""
    made = replace(made, due_on=due_on(made.received_at, services.settings.closed_days))
    pack = stock.packs.get((made.form_code, made.edition))
    if pack is None:
        return made
    sensitive = made.sensitive or pack.sensitive
    return replace(made, queue=pack.queue, sensitive=sensitive, language=pack.language)


def _quarantine(connection: Connection, scan: Scan, code: str, reason: str, at: datetime) -> None:
    scans.set_status(connection, scan, Status.QUARANTINED, code=code, reason=reason)
    audit.append(connection, scan.id, ACTOR, "quarantined", at, code=code)


def _nothing(_connection: Connection) -> None:
    """For a job whose work was done before."""
