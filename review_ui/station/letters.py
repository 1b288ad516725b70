"""Letters to print: what reviewers approved, to go back to its sender with the paper."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from intake import returning
from intake.returning import Post
from review_ui.account.access import person
from review_ui.sheets import sheet
from review_ui.station.area import pages
from review_ui.wiring import services

LISTED = 50
"""Letters on one page: as many are opened and printed at once."""


@pages.get("/letters")
def letters() -> str:
    waiting = returning.to_print(services(), limit=LISTED)
    printed = returning.printed_lately(services(), limit=LISTED)
    return render_template(
        "station/letters.html",
        waiting=waiting,
        more=len(waiting) == LISTED,
        printed=printed,
        withdrawn=[each for each in printed if each.kept.withdrawn_at],
        reopen_minutes=round(services().settings.reopen_minutes),
        now=services().now(),
    )


@pages.get("/letters/print")
def print_all() -> str | Response:
    """All letters that were not printed yet, one to a sheet."""
    waiting = returning.to_print(services(), limit=LISTED)
    if not waiting:
        flash(_("There is no letter to print."), "good")
        return redirect(url_for("station.letters"))
    return _sheets([(each.kept.application_id, each.kept.number) for each in waiting])


@pages.get("/letters/<application_id>/<int(max=99999):number>")
def print_one(application_id: str, number: int) -> str:
    return _sheets([(application_id, number)])


@pages.post("/letters/printed")
def mark_printed() -> Response:
    wanted = [_named(each) for each in request.form.getlist("letter")[:LISTED]]
    done = returning.mark_printed(services(), person(), wanted)
    if done:
        told = ngettext(
            "%(num)s letter is marked as printed.", "%(num)s letters are marked as printed.", done
        )
        flash(told, "good")
    if done < len(wanted):
        flash(_("A return was taken back meanwhile. Do not send the letters named below."), "bad")
    return redirect(url_for("station.letters"))


def _sheets(wanted: Sequence[tuple[str, int]]) -> str:
    found = returning.open_to_print(services(), person(), wanted)
    return render_template(
        "station/letter_print.html",
        posts=[(post, _sheet(post)) for post in found],
        now=services().now(),
    )


def _sheet(post: Post) -> object:
    kept = post.kept
    return sheet(post.letter, kept.application_id, kept.number, kept.approved_at or kept.written_at)


def _named(given: str) -> tuple[str, int]:
    """The application and number of ``application/number``; 400 when it is something else."""
    application_id, _slash, number = given.partition("/")
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        abort(400)
    return application_id, int(number)
