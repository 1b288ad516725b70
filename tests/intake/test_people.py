"""Accounts: one for each role at the first start, and wrong passwords slow down."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from intake import people
from intake.model import NotFound
from intake.services import Services
from tests.intake.house import Clock


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real cost of a hash is the library's business, not these tests'."""
    monkeypatch.setattr(people, "_hasher", people.PasswordHasher(1, 8, 1))


def test_the_first_start_makes_one_account_for_each_role_and_only_once(
    services: Services,
) -> None:
    made = people.first_accounts(services)
    assert [each.person.role for each in made] == ["operator", "reviewer", "supervisor"]
    assert people.first_accounts(services) == []
    for each in made:
        assert people.authenticate(services, each.person.name, each.password) == each.person


def test_names_are_not_sensitive_to_case_or_blanks(services: Services) -> None:
    people.add(services, "Ann.Lee", "reviewer", "a long password")
    assert people.authenticate(services, " ANN.LEE ", "a long password").name == "ann.lee"


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_a_wrong_name_and_a_wrong_password_sound_the_same(services: Services, name: str) -> None:
    people.add(services, "ann", "reviewer", "a long password")
    with pytest.raises(people.WrongPassword, match="name or the password"):
        people.authenticate(services, name, "not the password")


def test_many_wrong_passwords_close_the_account_for_a_while_even_for_the_right_one(
    services: Services, clock: Clock
) -> None:
    people.add(services, "ann", "reviewer", "a long password")
    for _ in range(people.FREE_TRIES):
        with pytest.raises(people.WrongPassword):
            people.authenticate(services, "ann", "wrong")
    with pytest.raises(people.TooManyTries) as closed:
        people.authenticate(services, "ann", "a long password")
    assert closed.value.until == clock() + people.FIRST_LOCK
    clock.pass_by(seconds=31)
    assert people.authenticate(services, "ann", "a long password")
    with pytest.raises(people.WrongPassword):
        people.authenticate(services, "ann", "wrong")


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_an_unknown_name_is_closed_for_a_while_like_a_known_one(
    services: Services, clock: Clock, name: str
) -> None:
    people.add(services, "ann", "reviewer", "a long password")
    for _ in range(people.FREE_TRIES):
        with pytest.raises(people.WrongPassword):
            people.authenticate(services, name, "wrong")
    with pytest.raises(people.TooManyTries) as closed:
        people.authenticate(services, name, "wrong")
    assert closed.value.until == clock() + people.FIRST_LOCK
    clock.pass_by(seconds=31)
    with pytest.raises(people.WrongPassword):
        people.authenticate(services, name, "wrong")


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_tries_at_the_same_time_are_counted_before_any_is_checked(
    services: Services, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    people.add(services, "ann", "reviewer", "a long password")
    checked = []

    def slow(*_: str) -> bool:
        checked.append(1)
        time.sleep(0.05)
        return False

    monkeypatch.setattr(people, "_fits", slow)

    def attempt(_: int) -> None:
        with pytest.raises((people.WrongPassword, people.TooManyTries)):
            people.authenticate(services, name, "wrong")

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(attempt, range(12)))
    assert len(checked) == people.FREE_TRIES


def test_a_new_password_ends_every_session(services: Services) -> None:
    made = people.add(services, "ann", "reviewer", "a long password").person
    session = people.session_of(services, made)
    assert people.of_session(services, session) == made
    people.set_password(services, "ann")
    with pytest.raises(NotFound):
        people.of_session(services, session)
    assert people.of_session(services, people.session_of(services, made)) == made


@pytest.mark.parametrize("session", ["", "x", "x.y", "x.0", "é.²"])
def test_a_session_that_was_never_begun_is_nobodys(services: Services, session: str) -> None:
    with pytest.raises(NotFound):
        people.of_session(services, session)


def test_a_closed_account_lets_nobody_in_until_it_is_given_a_password(services: Services) -> None:
    made = people.add(services, "ann", "reviewer", "a long password").person
    session = people.session_of(services, made)
    people.close(services, "Ann")
    with pytest.raises(NotFound):
        people.of_session(services, session)
    with pytest.raises(people.WrongPassword):
        people.authenticate(services, "ann", "a long password")
    assert [each.closed for each in people.everyone(services)] == [True]
    again = people.set_password(services, "ann")
    assert people.authenticate(services, "ann", again) == made
    with pytest.raises(NotFound, match="no account named bob"):
        people.close(services, "bob")


def test_a_new_password_opens_the_account_at_once(services: Services) -> None:
    people.add(services, "ann", "reviewer", "a long password")
    for _ in range(people.FREE_TRIES):
        with pytest.raises(people.WrongPassword):
            people.authenticate(services, "ann", "wrong")
    made = people.set_password(services, "ann")
    assert people.authenticate(services, "ann", made).name == "ann"


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [("a", "reviewer", None), ("a b", "reviewer", None), ("ann", "owner", None),
     ("ann", "reviewer", "short")],
)  # fmt: skip
def test_a_bad_account_is_refused_with_what_to_change(
    services: Services, name: str, role: people.Role, password: str | None
) -> None:
    with pytest.raises(people.BadAccount, match="Give"):
        people.add(services, name, role, password)


def test_a_name_is_used_once(services: Services) -> None:
    people.add(services, "ann", "reviewer")
    with pytest.raises(people.BadAccount, match="already"):
        people.add(services, "Ann", "operator")


def test_passwords_are_not_kept(services: Services) -> None:
    made = people.add(services, "ann", "reviewer")
    with services.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT password FROM people").scalar_one()
    assert kept.startswith("$argon2id$")
    assert made.password not in kept
