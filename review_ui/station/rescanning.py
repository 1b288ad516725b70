"""What reviewers asked to be scanned again: where the paper is, and marking it as done.

Shows no field values. The note is one that its writer knew the mailroom would see.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake import rescans
from intake.model import NotFound, Refused
from intake.rescans import Arrived, ToScan
from review_ui.account.access import person
from review_ui.station.area import pages
from review_ui.told import told
from review_ui.wiring import services


@pages.get("/rescans")
def to_rescan() -> str:
    return _page()


@pages.post("/rescans/<int:rescan_id>/done")
def rescan_done(rescan_id: int) -> Response | tuple[str, int]:
    """The paper was scanned again, as the scan that was chosen."""
    chosen = request.form.get("scan", "")
    if not chosen:
        return _page({rescan_id: _("Choose the new scan")}), 422
    try:
        rescans.done(services(), rescan_id, person(), chosen)
    except NotFound:
        return _page({rescan_id: _("There is no such scan. Choose one from the list.")}), 422
    except Refused as refusal:
        return _page({rescan_id: told(refusal.message)}), 422
    flash(_("Done: the new scan stands in its place."), "good")
    return redirect(url_for("station.to_rescan"))


@pages.post("/rescans/<int:rescan_id>/not-found")
def paper_not_found(rescan_id: int) -> Response | tuple[str, int]:
    try:
        rescans.not_found(services(), rescan_id, person())
    except (NotFound, Refused) as refusal:
        return _page({rescan_id: told(str(refusal))}), 422
    flash(_("A supervisor was told that the paper cannot be found."), "good")
    return redirect(url_for("station.to_rescan"))


def _page(wrong: Mapping[int, str] | None = None) -> str:
    waiting = rescans.waiting(services())
    return render_template(
        "station/rescans.html",
        waiting=waiting,
        listed=rescans.LISTED,
        arrived={each.id: _newer(each) for each in waiting},
        wrong=wrong or {},
        now=services().now(),
    )


def _newer(each: ToScan) -> list[Arrived]:
    """The scans that may be the new one."""
    found = rescans.arrived(services(), each.asked_at)
    return [scan for scan in found if scan.scan_id != each.scan_id]
