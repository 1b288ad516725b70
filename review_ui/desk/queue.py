"""The queue: get the next application, see what waits, reopen what was just decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from werkzeug.wrappers import Response

from intake import returning, review, waiting, working_days
from intake.model import Application, HeldBySomeoneElse, LeaseLost, NotForYou, TooLate
from intake.waiting import DUES, SORTS, STATES, Waiting, Wanted
from review_ui.account.access import person
from review_ui.desk.area import pages
from review_ui.desk.pictures import page_pictures
from review_ui.told import told as in_page_language
from review_ui.wiring import services
from review_ui.words import Tag, clock, office_day, reference, short_day

LISTED = 50
WHY_NOT = {
    "sensitive": lazy_gettext(
        "This application is sensitive, and you are not cleared for such ones. Get the next one "
        "instead. If it should be yours, ask a supervisor."
    ),
    "referred": lazy_gettext("This application was referred to a supervisor. Get the next one."),
    "queue": lazy_gettext(
        "This application is in a work queue that is not one of yours. Get the next one instead."
    ),
}
DUE_WORDS = {
    "late": lazy_gettext("Late"),
    "today": lazy_gettext("Today"),
    "later": lazy_gettext("Later"),
}
STATE_WORDS = {
    "waiting": lazy_gettext("Waiting"),
    "held": lazy_gettext("On a desk"),
    "referred": lazy_gettext("Referred to a supervisor"),
}
SORT_WORDS = {
    "form": lazy_gettext("Form"),
    "check": lazy_gettext("To check"),
    "received": lazy_gettext("Received"),
    "due": lazy_gettext("Due"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the page asks for. ``page`` counts from 1."""

    wanted: Wanted
    page: int

    @property
    def filtered(self) -> bool:
        return self.wanted != Wanted(sort=self.wanted.sort, down=self.wanted.down)

    def at(self, page: int) -> str:
        """The address of another page of the same list."""
        return _address(self.wanted, page)

    def sorted_by(self, sort: Any) -> str:
        """The address of this list sorted by a column; a second time: the other way round."""
        again = sort == self.wanted.sort and not self.wanted.down
        return _address(replace(self.wanted, sort=sort, down=again))

    def direction(self, sort: str) -> str:
        """``ascending``, ``descending`` or ``none``, as ``aria-sort`` has it."""
        if sort != self.wanted.sort:
            return "none"
        return "descending" if self.wanted.down else "ascending"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. ``mine``: on this person's desk; ``open``: they may take it."""

    application: Application
    reference: str
    form: str
    received: str
    due_on: str
    due: Tag
    left: int
    late: bool
    mine: bool
    open: bool
    status: str


@pages.get("/")
def queue() -> str:
    asked = _asked(request.args)
    lines = slice((asked.page - 1) * LISTED, asked.page * LISTED)
    found = waiting.queue(services(), person(), asked.wanted, lines)
    supervises = person().role == "supervisor"
    return render_template(
        "desk/queue.html",
        found=found,
        rows=_rows(found.lines),
        asked=asked,
        first=lines.start + 1,
        last=lines.start + len(found.lines),
        more=found.found > lines.stop,
        free=sum(found.free.values()),
        pressing=found.free["late"] + found.free["today"],
        on_desk=review.on_desk(services(), person()),
        empty=waiting.empty(services(), person()) if not any(found.free.values()) else None,
        not_shown=waiting.not_shown(services(), person()) if supervises else 0,
        decided=waiting.decided(services(), person()),
        due_words=DUE_WORDS,
        state_words=STATE_WORDS,
        sort_words={sort: str(words) for sort, words in SORT_WORDS.items()},
        minutes=round(services().settings.lease_minutes),
    )


@pages.post("/next")
def go_on() -> Response:
    """To the application on the desk or the next one, or to the queue when nothing waits."""
    application_id = review.take_next(services(), person())
    if application_id is None:
        flash(_("Nothing is waiting to be checked."), "good")
        return redirect(url_for("desk.queue"))
    return redirect(url_for("desk.sheet", application_id=application_id))


@pages.get("/upcoming")
def upcoming() -> Response:
    """Keep the next application for this person, and tell its pictures to their browser."""
    kept = review.reserve_next(services(), person())
    if kept is None:
        return jsonify(pictures=[])
    shown = page_pictures(kept.application_id, kept.pictures)
    return jsonify(pictures=[each.url for each in shown.values()])


@pages.post("/<application_id>/take")
def take(application_id: str) -> Response:
    try:
        review.take(services(), application_id, person())
    except NotForYou as error:
        return _back_with(WHY_NOT[error.why])
    except HeldBySomeoneElse as error:
        told = _("%(name)s is checking this one. Get the next one instead.", name=error.holder)
        return _back_with(told)
    except LeaseLost:
        return _back_with(_("This one was decided or moved on. Get the next one instead."))
    return redirect(url_for("desk.sheet", application_id=application_id))


@pages.post("/<application_id>/reopen")
def reopen(application_id: str) -> Response:
    try:
        review.reopen(services(), application_id, person())
    except NotForYou as error:
        return _back_with(WHY_NOT[error.why])
    except TooLate as error:
        return _back_with(in_page_language(str(error)))
    if returning.was_printed(services(), application_id):
        told = _("The letter was printed already. Tell the mailroom to take it out of the post.")
        flash(told, "bad")
    return redirect(url_for("desk.sheet", application_id=application_id))


def _back_with(told: str) -> Response:
    flash(str(told), "bad")
    return redirect(url_for("desk.queue"))


def _asked(given: Mapping[str, str]) -> Asked:
    """What the address asks for; what it says wrongly counts as not said."""
    due, state = given.get("due", ""), given.get("state", "")
    sort, page = given.get("sort", ""), given.get("page", "")
    wanted = Wanted(
        form=given.get("form", ""),
        queue=given.get("queue", ""),
        due=next((each for each in DUES if each == due), ""),
        state=next((each for each in STATES if each == state), ""),
        sort=next((each for each in SORTS if each == sort), "due"),
        down=given.get("order") == "down",
    )
    numbered = page.isascii() and page.isdecimal() and len(page) < 7
    return Asked(wanted, max(int(page), 1) if numbered else 1)


def _address(wanted: Wanted, page: int = 1) -> str:
    given: dict[str, Any] = {
        "form": wanted.form,
        "queue": wanted.queue,
        "due": wanted.due,
        "state": wanted.state,
        "sort": wanted.sort if wanted.sort != "due" else "",
        "order": "down" if wanted.down else "",
        "page": page if page > 1 else "",
    }
    return url_for("desk.queue", **{name: value for name, value in given.items() if value})


def _rows(lines: Sequence[Waiting]) -> list[Row]:
    """The list in words; what many lines share is said once, for a page of it has to be quick."""
    me, today = person(), office_day(services().now())
    day, tag, form = cache(short_day), cache(partial(_due_tag, today)), cache(_form)
    waits, referred = str(STATE_WORDS["waiting"]), str(STATE_WORDS["referred"])

    def row(line: Waiting) -> Row:
        one, holder = line.application, line.holder
        mine = holder is not None and one.holder == me.id
        until = clock(one.lease_until) if holder and one.lease_until else ""
        status = referred if one.referred else waits
        if holder:
            status = _("With %(name)s until %(time)s", name=holder, time=until)
        if mine:
            status = _("On your desk until %(time)s", time=until)
        return Row(
            application=one,
            reference=reference(one.id),
            form=form(one.form_code),
            received=day(office_day(one.received_at)),
            due_on=day(one.due_on),
            due=tag(one.due_on),
            left=line.left,
            late=one.due_on < today,
            mine=mine,
            open=not holder and me.kept_from(one) is None,
            status=status,
        )

    return [row(each) for each in lines]


def _form(code: str) -> str:
    return _("Unknown form") if code == "UNKNOWN" else code


def _due_tag(today: date, on: date) -> Tag:
    """How soon: '2 working days late', 'Today', 'In 3 working days'."""
    days = working_days.between(today, on, services().settings.closed_days)
    if on < today:
        late = ngettext("%(num)d working day late", "%(num)d working days late", -days)
        return Tag("bad", late if days else _("Late"))
    if on == today:
        return Tag("warn", _("Today"))
    return Tag("plain", ngettext("In %(num)d working day", "In %(num)d working days", days))
