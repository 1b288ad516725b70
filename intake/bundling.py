"""What lies round an item in its scan: its pages, the blank sides beside them, the items beside."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from intake.desk import Desk
from intake.model import Side, Status
from intake.pageplan import Beside, Bundle, Leaf, Where
from intake.records import applications, releases, repairs
from intake.records.repairs import Part

UNKNOWN = "UNKNOWN"


def bundle_of(mine: Desk) -> Bundle:
    """Everything that a repair of the application on this desk may touch."""
    connection, application = mine.connection, mine.application
    found, blanks = repairs.parts(connection, application.scan_id)
    at = next(n for n, part in enumerate(found) if part.item.id == application.item_id)
    beside: dict[Where, Beside] = {}
    if at > 0:
        beside["before"] = _beside(mine, found[at - 1])
    if at + 1 < len(found):
        beside["after"] = _beside(mine, found[at + 1])
    known = application.form_code != UNKNOWN
    return Bundle(
        item=found[at].item,
        leaves=_leaves(connection, found[at]),
        blanks=_next_to(found, found[at], blanks),
        beside=beside,
        form=f"{application.form_code} {application.edition}" if known else "",
        delivered=releases.latest(connection, application.id) is not None,
    )


def _leaves(connection: Connection, part: Part) -> tuple[Leaf, ...]:
    """The pages of an item, each as the machine held it when it was read."""
    reading = applications.reading(connection, part.application.id) if part.application else None
    turned = {page.number: page.turned for page in reading.pages} if reading else {}
    return tuple(
        Leaf(side, turned.get(side.position or 0, side.turned or 0)) for side in part.sides
    )


def _next_to(found: Sequence[Part], own: Part, blanks: Sequence[Side]) -> tuple[Leaf, ...]:
    """The blank sides whose nearest page, on either side, is one of the item's own."""
    owners = {side.number: part.item.id for part in found for side in part.sides}
    near = []
    for blank in blanks:
        before = max((n for n in owners if n < blank.number), default=None)
        after = min((n for n in owners if n > blank.number), default=None)
        if own.item.id in (owners.get(before or 0), owners.get(after or 0)):
            near.append(Leaf(blank, blank.turned or 0))
    return tuple(near)


def _beside(mine: Desk, part: Part) -> Beside:
    refusal = _why_apart(mine, part)
    leaves = () if refusal else _leaves(mine.connection, part)
    return Beside(part.item, part.application, leaves, refusal)


def _why_apart(mine: Desk, part: Part) -> str:
    """Why an item cannot be joined to the one on the desk; empty when it can."""
    other, number = part.application, part.item.position
    if other is None or other.status == Status.SCANNED:
        return f"Item {number} is being read. Wait a moment, then load the page again."
    if other.status != Status.IN_REVIEW:
        return f"Item {number} does not wait for a reviewer any more, so it cannot be joined."
    if mine.person.kept_from(other):
        return f"Item {number} is not one that you may open. Ask a supervisor to join it."
    if other.held_by(mine.services.now()) not in (None, mine.person.id):
        return f"Somebody is checking item {number} now. Try again when they have finished."
    if releases.latest(mine.connection, other.id) is not None:
        return f"Item {number} was delivered before, so its pages have to stay with it."
    return ""
