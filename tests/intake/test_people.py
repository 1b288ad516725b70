"""Accounts: one for each role at the first start, and wrong passwords slow down."""

from __future__ import annotations

import pytest

from intake import people
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
