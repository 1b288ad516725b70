"""What scanning stations call: hand in a scan, ask what became of it."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, get_args

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from intake import overview
from intake.api.keys import Caller
from intake.api.problems import Problem
from intake.arrival import Arrival, receive
from intake.model import Channel, NotFound, Receipt, Refused
from intake.overview import ItemLine
from intake.services import Services

log = logging.getLogger(__name__)

_CHANNELS: Mapping[str, Channel] = {each: each for each in get_args(Channel)}
_FORM = "multipart/form-data"
_CHUNK = 1 << 20
_OVERHEAD = 1 << 16
_STATUS_OF = {"too_large": 413, "key_reused": 409}


def hand_in(services: Services, request: Request, caller: Caller) -> Receipt:
    """Store the scan in the request and give its receipt. Raises ``Problem``.

    The body is the file itself, or a form with one part named ``file``. A body is taken as a file
    whatever its type says: curl calls everything a form.
    """
    request.max_content_length = services.settings.limit_bytes + _OVERHEAD
    try:
        with _file(services, request) as path:
            return receive(services, path, _arrival(request, caller))
    except Refused as refusal:
        raise Problem(_STATUS_OF.get(refusal.code, 400), refusal.code, refusal.message) from None
    except RequestEntityTooLarge:
        raise Problem(
            413, "too_large",
            f"At most {services.settings.limit_bytes:,} bytes are taken. Scan it in smaller parts.",
        ) from None  # fmt: skip
    except OSError as error:
        log.warning("scan_not_stored errno=%s caller=%s", error.errno, caller.name)
        raise Problem(
            503, "not_stored", "The scan could not be stored. Keep the file and send it again."
        ) from None


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    return {
        "receipt": receipt.scan_id,
        "sha256": receipt.sha256,
        "received_at": moment(receipt.received_at),
        "status": receipt.status,
        "repeated": receipt.repeated,
    }


def scan_document(services: Services, receipt: str) -> dict[str, Any]:
    """Where a scan and its items stand. Raises ``Problem``."""
    try:
        line = overview.scan(services, receipt)
    except NotFound as error:
        raise Problem(404, "not_found", f"{error} Check the number.") from None
    scan = line.scan
    return {
        "receipt": scan.id,
        "sha256": scan.sha256,
        "received_at": moment(scan.received_at),
        "channel": scan.channel,
        "station": scan.station,
        "batch": scan.batch or None,
        "status": scan.status,
        "code": scan.code or None,
        "reason": scan.reason or None,
        "items": [_item_document(each) for each in line.items],
        "doubts": [
            {"page": side.number, "code": doubt.code, "message": doubt.message}
            for side in line.doubted
            for doubt in side.doubts
        ],
    }


def _item_document(line: ItemLine) -> dict[str, Any]:
    made = line.application
    returned = made.returned_because if made else ""
    return {
        "item_no": line.item.position,
        "status": line.status,
        "application_id": made.id if made else None,
        "code": line.item.code or (returned and made and made.code) or None,
        "reason": line.item.reason or returned or None,
    }


def _arrival(request: Request, caller: Caller) -> Arrival:
    parts = request.form if request.mimetype == _FORM else request.args
    given = {**request.args, **parts}
    channel = _CHANNELS.get(given.get("channel", "post"))
    if channel is None:
        raise Problem(400, "bad_channel", "Give the channel as 'post' or 'counter'.")
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= 255:
        raise Problem(400, "bad_key", "Give an Idempotency-Key of 1 to 255 characters.")
    sent = request.files.get("file") if request.mimetype == _FORM else None
    return Arrival(
        channel=channel,
        station=given.get("station", caller.name),
        file_name=(sent.filename or "") if sent else given.get("file_name", ""),
        actor=caller.actor,
        key=key,
        batch=given.get("batch", ""),
    )


@contextmanager
def _file(services: Services, request: Request) -> Iterator[Path]:
    """The bytes of the request in a file of its own, taken a piece at a time."""
    if request.mimetype == _FORM:
        part = request.files.get("file")
        if part is None:
            raise Problem(400, "no_file", "Send the scan as a form part named 'file'.")
        if sum(len(sent) for _, sent in request.files.lists()) > 1:  # a receipt is for one file
            raise Problem(400, "one_file", "Send one file in a request; none was stored.")
        stream: IO[bytes] = part.stream
    else:
        stream = request.stream
    with tempfile.NamedTemporaryFile(dir=services.settings.home, prefix=".arriving-") as kept:
        while piece := stream.read(_CHUNK):
            kept.write(piece)
        kept.flush()
        yield Path(kept.name)


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
