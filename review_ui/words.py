"""Dates, times and references as pages say them, in plain words and the office's time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from intake.model import OFFICE, Application
from review_ui.language import in_words

Tone = Literal["warn", "bad", "good", "plain", "info"]


@dataclass(frozen=True, slots=True)
class Tag:
    """A state in words, with the tone that picks its sign."""

    tone: Tone
    text: str


def short_day(moment: date | datetime) -> str:
    """'18 Nov'."""
    return in_words(office_day(moment) if isinstance(moment, datetime) else moment, "d MMM")


def long_day(moment: date | datetime) -> str:
    """'18 November 2026'."""
    return in_words(office_day(moment) if isinstance(moment, datetime) else moment, "d MMMM y")


def clock(moment: datetime) -> str:
    """'10:57'."""
    return f"{moment.astimezone(OFFICE):%H:%M}"


def when(moment: datetime, now: datetime) -> str:
    """'10:57' today, '18 Nov, 10:57' before."""
    same = office_day(moment) == office_day(now)
    return clock(moment) if same else f"{short_day(moment)}, {clock(moment)}"


def office_day(moment: datetime) -> date:
    """The day it is in the office, by which post is due."""
    return moment.astimezone(OFFICE).date()


def due(on: date, now: datetime) -> Tag:
    """How soon: '2 days late', 'Today', 'Tomorrow', 'Tue 24 Nov'."""
    days = (on - office_day(now)).days
    if days < 0:
        return Tag("bad", ngettext("%(num)s day late", "%(num)s days late", -days))
    if days == 0:
        return Tag("warn", _("Today"))
    return Tag("plain", _("Tomorrow") if days == 1 else in_words(on, "EEE d MMM"))


def reference(identifier: str) -> str:
    """The end of an identifier in two groups, as people say it: '6R8T-0A1B'."""
    return f"{identifier[-8:-4]}-{identifier[-4:]}"


def form_name(application: Application) -> str:
    return _("Unknown form") if application.form_code == "UNKNOWN" else application.form_code


def teach(app: Flask) -> None:
    """Make these known to the templates."""
    app.jinja_env.filters.update(
        short_day=short_day,
        long_day=long_day,
        clock=clock,
        office_day=office_day,
        reference=reference,
        form_name=form_name,
    )
    app.jinja_env.globals.update(due=due, when=when)
