"""Delivery: freeze what a revision says, offer it for pulling, push it to the webhook.

A revision is frozen once, checked against the schema, and never changes: a webhook that is tried
again sends the same bytes under the same ``webhook-id``, and pulling shows the same. So whoever
keeps ``application_id`` and ``revision`` together has every application exactly once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from sqlalchemy import Connection
from standardwebhooks import Webhook

from intake import audit, jobs, sampling
from intake.application import BadApplication, Record, encode, payload
from intake.deadline import Deadline
from intake.jobs import Claim
from intake.model import Application, NotFound, Status, move
from intake.records import applications, releases, scans
from intake.services import Services
from intake.settings import Settings

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
LONGEST_SENDING = 20.0
"""Seconds for one delivery in all: well below ``jobs.LEASE``, so that no other worker sends too."""
MOST_AT_ONCE = 500
_MARK_LENGTH = 12
_GONE = 410
_UNKNOWN_FORM = "UNKNOWN"
_OUT = (Status.READY, Status.RELEASED)
_DECIDED = (*_OUT, Status.ACKNOWLEDGED, Status.RETURNED)


class NotTaken(Exception):
    """The webhook did not take it. ``final``: it never will, so it is not tried again."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


class MissingPack(Exception):
    """The form pack an application was read with is not there; put it back."""


class BadCursor(Exception):
    """A cursor that this Postroom, as it stands now, did not give out."""


@dataclass(frozen=True, slots=True)
class Release:
    """One frozen revision. ``body`` is the JSON text as it is sent."""

    application_id: str
    revision: int
    body: str

    @property
    def webhook_id(self) -> str:
        return f"{self.application_id}.{self.revision}"


@dataclass(frozen=True, slots=True)
class Pulled:
    """Released applications, each as its frozen JSON text, and the cursor to ask with next."""

    applications: tuple[str, ...]
    cursor: str
    more: bool


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """When the system downstream first said that it has a revision for good."""

    application_id: str
    revision: int
    acknowledged_at: datetime
    repeated: bool


def run(services: Services, given: Claim) -> bool:
    """Do one ``deliver`` job to its end; false when it was no longer this worker's.

    A webhook that does not answer lets the job wait and be tried again. The job is parked when the
    webhook is gone, or when the application cannot be made into a document.
    """
    try:
        release = freeze(services, given.subject, given.revision)
    except (MissingPack, BadApplication) as error:
        return jobs.park(services, given, str(error))
    if release is None:
        return jobs.finish(services, given, lambda connection: None)
    pushes = bool(services.settings.webhook_url)
    try:
        if pushes:
            send(release, services.settings, services.now())
    except NotTaken as refusal:
        end = jobs.park if refusal.final else jobs.fail
        return end(services, given, str(refusal))
    return jobs.finish(
        services, given, lambda connection: _given_out(connection, services, release, pushes)
    )


def freeze(services: Services, application_id: str, revision: int) -> Release | None:
    """Freeze what this revision says and offer it; ``None`` when it was reopened meanwhile.

    Freezing again gives the same release. Raises ``NotFound``, ``MissingPack`` and
    ``BadApplication``.
    """
    with services.database.writing() as connection:
        application = applications.get(connection, application_id, lock=True)
        frozen = releases.get(connection, application_id, revision)
        if application.revision != revision or application.status not in _DECIDED:
            return None
        if frozen is None:
            frozen = _freeze(connection, services, application)
        return Release(application_id, revision, frozen.body)


def send(release: Release, settings: Settings, now: datetime) -> None:
    """Post one release to the webhook, signed per Standard Webhooks. Raises ``NotTaken``.

    Redirects are not followed. A secret is ``whsec_`` with base64; with several, parted by spaces,
    each signs, so that the receiver can change over from one to the next.
    """
    headers = {"content-type": "application/json", "user-agent": "postroom"}
    headers |= signature(release, settings.webhook_secret.split(), now)
    try:
        with (
            Deadline(LONGEST_SENDING) as deadline,
            httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client,
            client.stream(
                "POST", settings.webhook_url, content=release.body.encode(), headers=headers,
                extensions={"trace": deadline.trace},
            ) as answer,
        ):  # fmt: skip
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotTaken(f"The webhook did not answer: {type(error).__name__}.") from None
    if status == _GONE:
        raise NotTaken("The webhook answered 410: it wants no more deliveries.", final=True)
    if not 200 <= status < 300:
        raise NotTaken(f"The webhook answered {status} instead of 2xx.")


def signature(release: Release, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """The three headers of Standard Webhooks for a release sent now."""
    at = now.astimezone(UTC)
    signed = (Webhook(each).sign(release.webhook_id, at, release.body) for each in secrets)
    return {
        "webhook-id": release.webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signed),
    }


def pull(services: Services, after: str, limit: int) -> Pulled:
    """Released applications after a cursor (``""``: from the first). Raises ``BadCursor``."""
    limit = min(max(limit, 1), MOST_AT_ONCE)
    with services.database.reading() as connection:
        start = _cursor_number(connection, after)
        rows = releases.after(connection, start, limit + 1)
    page = rows[:limit]
    return Pulled(
        applications=tuple(row.body for row in page),
        cursor=_cursor(page[-1]) if page else after,
        more=len(rows) > limit,
    )


def acknowledge(services: Services, application_id: str, revision: int, by: str) -> Acknowledgement:
    """Record that a system downstream has a revision for good; again is the same as once.

    Raises ``NotFound`` when that revision was never released.
    """
    with services.database.writing() as connection:
        application = applications.get(connection, application_id, lock=True)
        release = releases.get(connection, application_id, revision)
        if release is None:
            raise NotFound("There is no such revision of this application.")
        if release.acknowledged_at is not None:
            return Acknowledgement(application_id, revision, release.acknowledged_at, True)
        now = services.now()
        releases.acknowledged(connection, application_id, revision, by, now)
        audit.append(connection, application_id, by, "acknowledged", now, revision=revision)
        if application.revision == revision and application.status in _OUT:
            to = move(application.status, Status.ACKNOWLEDGED)
            applications.change(connection, application_id, status=to)
        return Acknowledgement(application_id, revision, now, False)


def _freeze(connection: Connection, services: Services, application: Application) -> Any:
    """Write the release of the current revision, with the decision to release it in its trail."""
    pack = services.packs.get((application.form_code, application.edition))
    if pack is None and application.form_code != _UNKNOWN_FORM:
        raise MissingPack(
            f"The form pack {application.form_code} {application.edition} is not loaded. "
            "Put its folder back, then retry."
        )
    now = services.now()
    queue = pack.queue if pack else "general"
    audit.append(
        connection, application.id, "pipeline", "released", now,
        revision=application.revision, to=queue,
    )  # fmt: skip
    before = releases.latest(connection, application.id)
    reading = applications.reading(connection, application.id)
    answers = applications.answers_of(connection, application.id)
    record = Record(
        application=application,
        scan=scans.get(connection, application.scan_id),
        item=scans.item(connection, application.item_id),
        sides=scans.sides_of_item(connection, application.item_id),
        reading=reading,
        answers=answers,
        trail=audit.trail(connection, application.id),
        supersedes=before.revision if before else None,
        keyed_twice=sampling.keyed_twice(connection, application, reading, answers),
    )
    body = encode(payload(record, pack))
    return releases.add(connection, application.id, application.revision, body, now)


def _given_out(connection: Connection, services: Services, release: Release, pushed: bool) -> None:
    """Record that the webhook took it, or that it lies ready to be pulled."""
    if pushed:
        now = services.now()
        releases.sent(connection, release.application_id, release.revision, now)
        audit.append(
            connection, release.application_id, "pipeline", "sent", now, revision=release.revision
        )
    application = applications.get(connection, release.application_id, lock=True)
    if application.revision == release.revision and application.status == Status.READY:
        applications.change(
            connection, application.id, status=move(application.status, Status.RELEASED)
        )


def _cursor(row: Any) -> str:
    """The place behind a release; the mark says which release it was."""
    text = f"after:{row.cursor}:{_mark(row)}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _mark(row: Any) -> str:
    """What tells this release from the one that gets its number after a restore."""
    made = f"{row.application_id}.{row.revision}@{row.released_at.isoformat()}"
    return hashlib.sha256(made.encode()).hexdigest()[:_MARK_LENGTH]


def _cursor_number(connection: Connection, cursor: str) -> int:
    """The number of the release a cursor stands behind. Raises ``BadCursor``."""
    if not cursor:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        word, number, mark = base64.urlsafe_b64decode(padded).decode("ascii").split(":")
        if word != "after" or not number.isdecimal() or len(number) > 18:
            raise ValueError(cursor)
    except (binascii.Error, ValueError):
        raise BadCursor("This cursor is not one that was given out. Start without one.") from None
    row = releases.numbered(connection, int(number))
    if row is None or _mark(row) != mark:
        raise BadCursor(
            "This cursor is from before Postroom was restored from a backup, or from another "
            "Postroom. Start without one, and ignore what you already have."
        )
    return int(number)
