"""Asking the mailroom to scan paper again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake import rescans, review
from intake.model import RESCAN_REASONS, LeaseLost, Refused, VersionConflict
from review_ui.account.access import person
from review_ui.desk import holding
from review_ui.desk.area import pages
from review_ui.desk.holding import GONE
from review_ui.desk.queue import go_on
from review_ui.desk.review import CHANGED
from review_ui.told import told
from review_ui.wiring import services
from review_ui.words import reference

NOTE_LENGTH = 500


@pages.get("/<application_id>/rescan")
def ask_why_rescan(application_id: str) -> str | tuple[str, int]:
    if not holding.is_mine(review.task(services(), application_id)):
        return holding.elsewhere(application_id)
    return _page(application_id)


@pages.post("/<application_id>/rescan")
def ask_for_rescan(application_id: str) -> Response | str | tuple[str, int]:
    code, note = request.form.get("reason", ""), request.form.get("note", "").strip()
    wrong = _wrong(code, note)
    if wrong:
        if not holding.is_mine(review.task(services(), application_id)):
            return holding.elsewhere(application_id)
        return _page(application_id, code, note, wrong), 422
    try:
        version = int(request.form.get("version", "0"))
        reason = (code, note[:NOTE_LENGTH])
        rescans.ask(services(), application_id, person(), version, reason)
    except Refused as refusal:
        return _page(application_id, code, note, {"": told(refusal.message)}), 422
    except LeaseLost:
        flash(GONE, "bad")
        return redirect(url_for("desk.queue"))
    except (VersionConflict, ValueError):
        flash(CHANGED, "bad")
        return redirect(url_for("desk.sheet", application_id=application_id))
    words = _("The mailroom was asked to scan %(it)s again.", it=reference(application_id))
    flash(words, "good")
    return go_on()


def _wrong(code: str, note: str) -> dict[str, str]:
    """What is missing, by the place on the page to mend it."""
    if code not in RESCAN_REASONS:
        return {"reason-1": _("Choose why it is to be scanned again")}
    if code == "OTHER" and not note:
        return {"note": _("Enter what is wrong with the scan")}
    return {}


def _page(
    application_id: str, code: str = "", note: str = "", wrong: dict[str, str] | None = None
) -> str:
    return render_template(
        "desk/rescan.html",
        task=review.task(services(), application_id),
        delivered=review.was_delivered(services(), application_id),
        reasons=RESCAN_REASONS,
        code=code,
        note=note,
        wrong=wrong or {},
        longest=NOTE_LENGTH,
    )
