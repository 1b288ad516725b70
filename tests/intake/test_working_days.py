"""Working days over Christmas, Easter and the days that were proclaimed once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from intake import working_days
from intake.model import due_on

# As the government published them for England and Wales.
PUBLISHED = {
    2020: ("01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"),
    2021: ("01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"),
    2022: ("01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26",
           "12-27"),
    2023: ("01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"),
    2024: ("01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"),
    2025: ("01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"),
    2026: ("01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"),
    2027: ("01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"),
    2028: ("01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"),
}  # fmt: skip
days = some.dates(date(2000, 1, 1), date(2060, 1, 1))


@pytest.mark.parametrize("year", PUBLISHED)
def test_bank_holidays_are_those_that_the_government_published(year: int) -> None:
    published = {date.fromisoformat(f"{year}-{each}") for each in PUBLISHED[year]}
    assert working_days.bank_holidays(year) == published


@given(some.integers(2000, 2090))
def test_every_year_has_eight_bank_holidays_on_weekdays_and_some_have_more(year: int) -> None:
    held = working_days.bank_holidays(year)
    assert len(held) == {2022: 10, 2023: 9}.get(year, 8)
    assert all(day.weekday() < 5 for day in held)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 12, 21), date(2026, 12, 30)),  # Christmas Day, and Monday for Boxing Day
        (date(2026, 12, 25), date(2027, 1, 6)),  # counts from the 29th; New Year's Day is off
        (date(2027, 12, 20), date(2027, 12, 29)),  # Christmas on a weekend: Monday and Tuesday
        (date(2026, 4, 1), date(2026, 4, 10)),  # Good Friday and Easter Monday
        (date(2026, 4, 3), date(2026, 4, 14)),
        (date(2022, 5, 31), date(2022, 6, 9)),  # the Platinum Jubilee
    ],
)
def test_what_is_due_over_christmas_and_easter_waits_for_the_office(
    received: date, due: date
) -> None:
    assert due_on(datetime(received.year, received.month, received.day, 9, tzinfo=UTC)) == due


def test_a_day_that_the_office_is_closed_besides_is_no_working_day() -> None:
    tuesday = date(2026, 11, 24)
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert due_on(monday) == date(2026, 11, 30)
    assert due_on(monday, closed={tuesday}) == date(2026, 12, 1)
    assert working_days.between(date(2026, 11, 23), date(2026, 11, 25), {tuesday}) == 1


def test_the_weekend_does_not_count_between_two_days() -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    assert working_days.between(friday, monday) == 1
    assert working_days.between(monday, friday) == -1
    assert working_days.between(friday, friday) == 0
    assert working_days.between(date(2026, 11, 21), date(2026, 11, 22)) == 0


@given(days, some.integers(0, 30))
def test_counting_on_and_counting_between_agree(day: date, number: int) -> None:
    start = working_days.first_from(day)
    assert working_days.between(start, working_days.after(start, number)) == number
