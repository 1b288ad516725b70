"""What a parked job means for what it was about, and putting things back to be tried again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from intake import audit
from intake.model import Status, move
from intake.records import applications, jobs, scans

_REASON = (
    "This could not be processed, though it was tried several times. "
    "An operator can look at the log and let it try again with 'postroom retry {job}'."
)


def park(connection: Connection, job_id: int, step: str, subject: str, at: datetime) -> None:
    """Make it visible that nothing more happens to this scan or item by itself.

    An application whose delivery is stuck keeps its status; once frozen, it can be pulled.
    """
    reason = _REASON.format(job=job_id)
    if step == "split":
        scan = scans.get(connection, subject)
        scans.set_status(connection, scan, Status.STUCK, code="stuck", reason=reason)
    elif step == "read":
        item = scans.item(connection, subject)
        if item.status == Status.SCANNED:  # one that is read again stands where it stood
            scans.set_item_status(connection, item, Status.STUCK, code="stuck", reason=reason)
        _repair_stuck(connection, job_id, subject)
    audit.append(connection, trail_of(connection, step, subject), "pipeline", f"{step}_stuck", at)


def revive(connection: Connection, step: str, subject: str, actor: str, at: datetime) -> None:
    """Put a parked scan or item back to where its step starts."""
    if step == "split":
        scan = scans.get(connection, subject)
        scans.set_status(connection, scan, Status.RECEIVED)
    elif step == "read":
        item = scans.item(connection, subject)
        if item.status == Status.STUCK:
            scans.set_item_status(connection, item, Status.SCANNED)
        _change_repaired(connection, subject, Status.STUCK, Status.SCANNED)
    audit.append(connection, trail_of(connection, step, subject), actor, f"{step}_retried", at)


def _repair_stuck(connection: Connection, job_id: int, item_id: str) -> None:
    """Only when it is this job that the application waits for, and not one from before."""
    application, job = applications.of_item(connection, item_id), jobs.get(connection, job_id)
    if application is not None and job is not None and job.revision == application.version + 1:
        _change_repaired(connection, item_id, Status.SCANNED, Status.STUCK)


def _change_repaired(connection: Connection, item_id: str, was: Status, to: Status) -> None:
    """Move the application of an item whose pages a person repaired, while it waits to be read."""
    application = applications.of_item(connection, item_id)
    if application is not None and application.status == was:
        applications.change(connection, application.id, status=move(was, to))


def reread(connection: Connection, scan_id: str, actor: str, at: datetime) -> bool:
    """Put a quarantined scan back to where it arrived; false if it is not quarantined.

    Raises ``NotFound``.
    """
    scan = scans.get(connection, scan_id)
    if scan.status != Status.QUARANTINED:
        return False
    scans.set_status(connection, scan, Status.RECEIVED)
    audit.append(connection, scan_id, actor, "reread", at, code=scan.code)
    return True


def trail_of(connection: Connection, step: str, subject: str) -> str:
    """The subject of the audit trail: the scan, or the application once there is one."""
    if step == "split":
        return subject
    if step == "read":
        return scans.item(connection, subject).scan_id
    return applications.get(connection, subject).id
