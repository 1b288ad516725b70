"""The published figures: intervals, weights, and what supervisors have to look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import accuracy, keying
from intake.accuracy import rate, wilson
from intake.keyed import Keying, Said
from intake.model import NotFound, Person, Status
from intake.records import applications
from intake.services import Services
from tests.intake.house import MONDAY, Clock, open_house
from tests.intake.keyed_post import CODE, NAME, VRN, confirmed, have_pack


@pytest.fixture
def services(tmp_path: Path, clock: Clock) -> Iterator[Services]:
    opened = open_house(tmp_path / "var", clock, keying_percent="100")
    have_pack(opened, second_keying="sample")
    yield opened
    opened.close()


def closed(share: float, wrong: bool) -> Keying:
    first, final = Said("accepted", "A"), Said("corrected", "B" if wrong else "A")
    return Keying(1, "A", 1, "f", "sample", share, MONDAY, first, final=final, outcome="agreed",
                  closed_at=MONDAY)  # fmt: skip


def test_the_interval_is_the_one_of_the_textbook() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263, and 0 of 20
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0.0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


@given(st.integers(1, 5000), st.data())
def test_the_interval_holds_the_share_and_narrows_with_more(n: int, data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, n)) / n
    low, high = wilson(wrong, n)
    assert 0.0 <= low <= wrong + 1e-12
    assert wrong - 1e-12 <= high <= 1.0
    more = wilson(wrong, 4 * n)
    assert more[1] - more[0] < high - low


def test_without_errors_it_is_still_not_certain_that_there_are_none() -> None:
    found = rate([closed(1.0, False)] * 100)
    assert (found.error, found.wrong, found.agreed) == (0.0, 0, 100)
    assert 0.03 < found.high < 0.04
    assert found.verdict(0.005) == "not_certain"
    assert found.verdict(0.05) == "met"


def test_few_keyings_are_never_enough_whatever_they_say() -> None:
    assert rate([closed(1.0, True)] * 29).verdict(0.005) == "not_certain"
    assert rate([closed(1.0, True)] * 30).verdict(0.005) == "missed"
    nothing = rate([])
    assert (nothing.low, nothing.high, nothing.is_enough) == (0.0, 1.0, False)


def test_what_is_drawn_more_often_counts_less() -> None:
    often = [closed(0.6, True)] * 30 + [closed(0.6, False)] * 30
    seldom = [closed(0.2, False)] * 60
    found = rate([*often, *seldom])
    assert found.error == pytest.approx(0.5 * (60 / 0.6) / (60 / 0.6 + 60 / 0.2))
    even = wilson(found.error, 120)
    assert found.high - found.low > even[1] - even[0]  # unequal weights are worth fewer draws


def key(services: Services, person: Person, text: str) -> Keying:
    found = keying.take_next(services, person)
    assert found is not None
    return keying.key(services, found.id, person, ("corrected", text))


def test_figures_are_told_by_field_and_by_who_approved(
    services: Services, clock: Clock, ann: Person, ben: Person
) -> None:
    confirmed(services, ann)
    key(services, ben, "AB12CDE")
    key(services, ben, "Morgan")
    found = accuracy.figures(services, days=30)
    assert [(each.form_code, each.field, each.rate.closed) for each in found.fields] == [
        (CODE, NAME, 1),
        (CODE, VRN, 1),
    ]
    by_how = {how: each.closed for how, each in found.by_how}
    assert by_how == {"machine": 1, "person": 0, "bulk": 1}
    assert found.everything.agreed == 2
    clock.pass_by(days=31)
    assert accuracy.figures(services, days=30).everything.closed == 0


def test_supervisors_see_what_was_wrong_until_it_is_reopened(
    services: Services, ann: Person, ben: Person, sue: Person
) -> None:
    made = confirmed(services, ann)
    first = key(services, ben, "AB12CDF")
    assert accuracy.waiting(services) == 2
    assert [each.keying.id for each in accuracy.to_decide(services)] == [first.id]
    keying.settle(services, first.id, sue, ("corrected", "AB12CDF"))
    assert accuracy.to_decide(services) == []
    (wrong,) = accuracy.found_wrong(services)
    assert (wrong.application.id, wrong.keying.field) == (made.id, VRN)
    assert accuracy.case(services, first.id).keying.was_wrong
    with services.database.writing() as connection:
        applications.change(connection, made.id, status=Status.ACKNOWLEDGED)
    assert len(accuracy.found_wrong(services)) == 1
    with services.database.writing() as connection:
        applications.change(connection, made.id, status=Status.RELEASED)
    keying.reopen(services, first.id, sue)
    assert accuracy.found_wrong(services) == []
    with pytest.raises(NotFound):
        accuracy.case(services, 999)
