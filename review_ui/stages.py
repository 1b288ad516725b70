"""Where post stands, in the words of the post room, and what to do when it stands still."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext, ngettext

from intake.model import Status
from intake.overview import ItemLine, ScanLine
from review_ui.told import told
from review_ui.words import Tag

STAGES: Mapping[Status, Tag] = {
    Status.RECEIVED: Tag("info", lazy_gettext("Received")),
    Status.SCANNED: Tag("info", lazy_gettext("Being read")),
    Status.EXTRACTED: Tag("info", lazy_gettext("Being read")),
    Status.IN_REVIEW: Tag("warn", lazy_gettext("Waiting for a reviewer")),
    Status.AWAITING_CUSTOMER: Tag("plain", lazy_gettext("Waiting for the sender")),
    Status.AWAITING_RESCAN: Tag("plain", lazy_gettext("To be scanned again")),
    Status.SECOND_KEYING: Tag("info", lazy_gettext("Being keyed a second time")),
    Status.READY: Tag("info", lazy_gettext("Ready to deliver")),
    Status.RELEASED: Tag("good", lazy_gettext("Delivered")),
    Status.ACKNOWLEDGED: Tag("good", lazy_gettext("Delivered and received")),
    Status.RETURNED: Tag("plain", lazy_gettext("Returned to sender")),
    Status.CLOSED: Tag("plain", lazy_gettext("Closed")),
    Status.QUARANTINED: Tag("bad", lazy_gettext("Could not be read")),
    Status.STUCK: Tag("bad", lazy_gettext("Stopped")),
}
STEPS: Mapping[str, str] = {
    "split": lazy_gettext("Split"),
    "read": lazy_gettext("Read"),
    "deliver": lazy_gettext("Deliver"),
}
MOVING = frozenset({Status.RECEIVED, Status.SCANNED, Status.EXTRACTED, Status.READY})
_UNDECIDED = frozenset({Status.SCANNED, Status.EXTRACTED, Status.IN_REVIEW, Status.STUCK})
MOST_TOLD = 4
"""As many sentences about pages fit into a line of a list."""
_STOPPED = lazy_gettext(
    "Something went wrong inside. A supervisor can see the reason and start it again."
)
_READ_FAILED = lazy_gettext("Scan the paper again. The file that arrived is kept.")


def of_scan(line: ScanLine) -> Tag:
    """The stage of a scan that has no items yet, or of its only one."""
    return STAGES[line.items[0].status if len(line.items) == 1 else line.scan.status]


def advice(line: ScanLine) -> tuple[str, ...]:
    """What happened and what to do, in words, for everything of a scan that stands still."""
    found = [_advice(line.scan.status, line.scan.reason)]
    found += [_advice(each.status, each.item.reason) for each in line.items]
    return tuple(dict.fromkeys(text for text in found if text))


def scan_again(line: ScanLine) -> tuple[str, ...]:
    """Which pages to scan again, and how, until somebody has decided on all of the scan."""
    if not any(each.status in _UNDECIDED for each in line.items):
        return ()
    found = [told(doubt.message) for side in line.doubted for doubt in side.doubts]
    if len(found) > MOST_TOLD + 1:
        more = len(found) - MOST_TOLD
        found[MOST_TOLD:] = [
            ngettext(
                "There is %(num)s more like this in the scan.",
                "There are %(num)s more like this in the scan.",
                more,
            )
        ]
    return tuple(found)


def still_moving(line: ScanLine) -> bool:
    """Whether it may look different a moment later, without anybody doing anything."""
    if line.items:
        return any(each.status in MOVING for each in line.items)
    return line.scan.status in MOVING


def item_stage(item: ItemLine) -> Tag:
    return STAGES[item.status]


def _advice(status: Status, reason: str) -> str:
    if status == Status.QUARANTINED:
        return told(reason) or str(_READ_FAILED)
    return str(_STOPPED) if status == Status.STUCK else ""
