"""The counter: hand in files and get receipts at once."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from intake import arrival, overview
from intake.model import Refused
from review_ui import stages
from review_ui.account.access import only, person
from review_ui.told import told
from review_ui.wiring import services

log = logging.getLogger(__name__)

MOST_FILES = 20

pages = Blueprint("counter", __name__, url_prefix="/counter")
pages.before_request(only("operator"))


@pages.get("/")
def upload() -> str:
    return _upload_page(())


@pages.post("/")
def receive() -> Response | tuple[str, int]:
    """Take every file in; those refused are named with the reason, the others have receipts."""
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        return _upload_page((_("Choose at least one file."),)), 422
    if len(files) > MOST_FILES:
        return _upload_page((_("Choose at most %(most)s files at a time.", most=MOST_FILES),)), 422
    receipts: list[str] = []
    problems: list[str] = []
    for file in files:
        try:
            receipts.append(_receive(file))
        except Refused as error:
            problems.append(f"{file.filename}: {told(error.message)}")
        except OSError as error:
            log.warning("scan_not_stored errno=%s caller=counter", error.errno)
            words = _("This could not be stored. Keep it and hand it in again.")
            problems.append(f"{file.filename}: {words}")
    if problems:
        return _upload_page(problems, receipts), 422
    return redirect(url_for("counter.receipts", scan=receipts))


@pages.get("/receipts")
def receipts() -> str:
    wanted = list(dict.fromkeys(request.args.getlist("scan")))[:MOST_FILES]
    lines = [overview.scan(services(), scan_id) for scan_id in wanted]
    return render_template(
        "counter/receipts.html",
        lines=lines,
        moving=any(stages.still_moving(line) for line in lines),
        stages=stages,
        now=services().now(),
    )


def _receive(file: FileStorage) -> str:
    came = arrival.Arrival(
        channel="counter",
        station="counter",
        file_name=file.filename or "",
        actor=f"{person().role}:{person().name}",
    )
    return arrival.receive(services(), file.read(), came).scan_id


def _upload_page(problems: Sequence[str], receipts: Sequence[str] = ()) -> str:
    return render_template(
        "counter/upload.html",
        told=[("files", text) for text in problems],
        receipts=receipts,
        most=MOST_FILES,
        megabytes=services().settings.limit_bytes // 1_000_000,
    )
