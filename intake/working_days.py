"""Working days in England and Wales: which days the office works, and how far apart two days lie.

Bank holidays follow the Banking and Financial Dealings Act 1971 by rule, so no year runs out. Days
that were proclaimed for one year stand in a table; a new one is a setting (``closed_days``) until
it stands here.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)
_FRIDAY = 4

# By proclamation in the London Gazette: the usual day that was not one, and those that were.
_NOT_HELD = frozenset({date(2020, 5, 4), date(2022, 5, 30)})
_ONCE = frozenset(
    {
        date(2020, 5, 8),  # 75 years of peace in Europe, in the place of 4 May
        date(2022, 6, 2),  # the spring holiday, in the place of 30 May
        date(2022, 6, 3),  # the Platinum Jubilee
        date(2022, 9, 19),  # the funeral of Queen Elizabeth
        date(2023, 5, 8),  # the coronation of King Charles
    }
)


def is_working(day: date, closed: Collection[date] = ()) -> bool:
    """Whether the office works. ``closed``: further days on which it does not."""
    return day.weekday() <= _FRIDAY and day not in bank_holidays(day.year) and day not in closed


def first_from(day: date, closed: Collection[date] = ()) -> date:
    """``day`` if it is a working day, else the next that is."""
    while not is_working(day, closed):
        day += _DAY
    return day


def after(day: date, number: int, closed: Collection[date] = ()) -> date:
    """The day that comes ``number`` working days after ``day``."""
    for _ in range(number):
        day = first_from(day + _DAY, closed)
    return day


def between(start: date, end: date, closed: Collection[date] = ()) -> int:
    """How many working days lie after ``start`` up to and with ``end``; below 0 when it is past."""
    if end < start:
        return -between(end, start, closed)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working(day, closed) for day in days)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Those of England and Wales, with the weekdays that stand for ones on a weekend."""
    easter = _easter(year)
    held = {
        easter - 2 * _DAY,
        easter + _DAY,
        _monday_from(date(year, 5, 1)),
        _monday_from(date(year, 5, 25)),
        _monday_from(date(year, 8, 25)),
    }
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while day.weekday() > _FRIDAY or day in held:
            day += _DAY
        held.add(day)
    return frozenset((held - _NOT_HELD) | {day for day in _ONCE if day.year == year})


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _easter(year: int) -> date:
    """Easter Sunday, by the rule of Meeus, Jones and Butcher for the Gregorian calendar."""
    golden, century, in_century = year % 19, year // 100, year % 100
    moon = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    week = (32 + 2 * (century % 4) + 2 * (in_century // 4) - moon - in_century % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)
