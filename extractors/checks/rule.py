"""What a rule across fields is, what it is given, and what it answers."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from extractors.values import Outcome, Severity, Value

PERSON = "{person}."
"""Begins the name of a field that every person of a form may have (applicant, new_keeper ...)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found. ``message`` is for the reviewer; empty when it passed."""

    result: Outcome
    message: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule is given: values and labels by the name it asked with, and the day of receipt.

    ``dates``: every other filled-in date of the form that is not a birth, by its label.
    """

    values: Mapping[str, Value]
    labels: Mapping[str, str]
    dates: Mapping[str, date]
    received: date

    def text(self, name: str) -> str:
        return str(self.values[name])

    def day(self, name: str) -> date:
        return date.fromisoformat(self.text(name))

    def label(self, name: str) -> str:
        """The field's label in quotation marks."""
        return f"‘{self.labels[name]}’"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``asks``: sets of field names; it runs once for each set a form has.

    ``also``: names that are given when the form has them, filled in or not.
    """

    id: str
    severity: Severity
    about: str
    test: Callable[[Asked], Finding]
    asks: tuple[tuple[str, ...], ...]
    also: tuple[str, ...] = ()


PASS = Finding("pass")


def fail_unless(right: bool, message: str) -> Finding:
    """``PASS``, or a failure with its message."""
    return PASS if right else Finding("fail", message)


def long_date(day: date) -> str:
    """The date in words: 17 March 1974."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def months_on(day: date, months: int) -> date:
    """The same day so many months later (or earlier), or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
