"""Where post stands, in the words of the post room, and what to do when it stands still."""

from __future__ import annotations

from collections.abc import Mapping

from intake.model import Status
from intake.overview import ItemLine, ScanLine
from review_ui.words import Tag

STAGES: Mapping[Status, Tag] = {
    Status.RECEIVED: Tag("info", "Received"),
    Status.SCANNED: Tag("info", "Being read"),
    Status.EXTRACTED: Tag("info", "Being read"),
    Status.IN_REVIEW: Tag("warn", "Waiting for a reviewer"),
    Status.AWAITING_CUSTOMER: Tag("plain", "Waiting for the sender"),
    Status.AWAITING_RESCAN: Tag("plain", "To be scanned again"),
    Status.SECOND_KEYING: Tag("info", "Being keyed a second time"),
    Status.READY: Tag("info", "Ready to deliver"),
    Status.RELEASED: Tag("good", "Delivered"),
    Status.ACKNOWLEDGED: Tag("good", "Delivered and received"),
    Status.RETURNED: Tag("plain", "Returned to sender"),
    Status.CLOSED: Tag("plain", "Closed"),
    Status.QUARANTINED: Tag("bad", "Could not be read"),
    Status.STUCK: Tag("bad", "Stopped"),
}
MOVING = frozenset({Status.RECEIVED, Status.SCANNED, Status.EXTRACTED, Status.READY})
_UNDECIDED = frozenset({Status.SCANNED, Status.EXTRACTED, Status.IN_REVIEW, Status.STUCK})
MOST_TOLD = 4
"""As many sentences about pages fit into a line of a list."""
_STOPPED = "Something went wrong inside. A supervisor can see the reason and start it again."
_READ_FAILED = "Scan the paper again. The file that arrived is kept."


def of_scan(line: ScanLine) -> Tag:
    """The stage of a scan that has no items yet, or of its only one."""
    return STAGES[line.items[0].status if len(line.items) == 1 else line.scan.status]


def advice(line: ScanLine) -> tuple[str, ...]:
    """What happened and what to do, in words, for everything of a scan that stands still."""
    told = [_advice(line.scan.status, line.scan.reason)]
    told += [_advice(each.status, each.item.reason) for each in line.items]
    return tuple(dict.fromkeys(text for text in told if text))


def scan_again(line: ScanLine) -> tuple[str, ...]:
    """Which pages to scan again, and how, until somebody has decided on all of the scan."""
    if not any(each.status in _UNDECIDED for each in line.items):
        return ()
    told = [doubt.message for side in line.doubted for doubt in side.doubts]
    if len(told) > MOST_TOLD + 1:
        told[MOST_TOLD:] = [f"There are {len(told) - MOST_TOLD} more like this in the scan."]
    return tuple(told)


def still_moving(line: ScanLine) -> bool:
    """Whether it may look different a moment later, without anybody doing anything."""
    if line.items:
        return any(each.status in MOVING for each in line.items)
    return line.scan.status in MOVING


def item_stage(item: ItemLine) -> Tag:
    return STAGES[item.status]


def _advice(status: Status, reason: str) -> str:
    if status == Status.QUARANTINED:
        return reason or _READ_FAILED
    return _STOPPED if status == Status.STUCK else ""
