"""What a person chose for the pages is kept, and what cannot be used falls back to the standard."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from intake import people
from intake.preferences import (
    STANDARD,
    BadPreference,
    Preferences,
    check_combination,
    from_json,
    preferences,
    set_preferences,
)
from intake.services import Services
from intake.tables import people as people_table


def test_nothing_chosen_is_the_standard(services: Services) -> None:
    person = people.add(services, "ann", "reviewer").person
    assert preferences(services, person) == STANDARD


def test_what_was_chosen_is_kept_for_that_person_alone(services: Services) -> None:
    ann = people.add(services, "ann", "reviewer").person
    ben = people.add(services, "ben", "reviewer").person
    wanted = Preferences("cy", 140, False, {"zoom": "Alt+Shift+KeyZ"})
    set_preferences(services, ann, wanted)
    assert preferences(services, ann) == wanted
    assert preferences(services, ben) == STANDARD


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ("KeyZ", "character"),
        ("Shift+Digit1", "character"),
        ("Enter", "enter"),
        ("Ctrl+KeyW", "taken"),
        ("Ctrl+KeyT", "taken"),
        ("Ctrl+Shift+KeyN", "taken"),
        ("Alt+Digit1", "taken"),
        ("Alt+F4", "taken"),
        ("Ctrl+Alt+KeyW", "unknown"),
        ("Meta+KeyZ", "unknown"),
        ("Alt+F5", "unknown"),
        ("Alt+", "unknown"),
        ("", "unknown"),
        ("+" * 500, "unknown"),
    ],
)
def test_keys_that_cannot_be_a_shortcut_are_refused_with_the_reason(keys: str, why: str) -> None:
    with pytest.raises(BadPreference) as refused:
        check_combination(keys)
    assert refused.value.why == why
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("keys", ["Alt+KeyK", "Ctrl+Enter", "Shift+Enter", "ArrowDown", "F8"])
def test_keys_that_hinder_nobody_are_taken(keys: str) -> None:
    check_combination(keys)


@pytest.mark.parametrize(
    "wish",
    [
        {"language": "fr"},
        {"text_size": 500},
        {"keys": {"Zoom!": "Alt+KeyK"}},
        {"keys": {"zoom": "Alt+KeyK", "return": "Alt+KeyK"}},
        {"keys": {f"action_{'x' * n}": "Alt+KeyK" for n in range(60)}},
    ],
)
def test_other_wishes_that_cannot_be_kept_are_refused(wish: dict[str, object]) -> None:
    with pytest.raises(BadPreference):
        Preferences(**wish)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        "cy",
        {"language": ["cy"], "text_size": "140", "keys_on": 0, "keys": "Alt+KeyK"},
        {"language": "xx", "text_size": 9999, "keys": {"zoom": None, "return": {}, "": "KeyA"}},
        {"text_size": True, "keys": {"zoom": "KeyZ", "return": "Ctrl+KeyW"}},
    ],
)
def test_what_is_old_or_damaged_falls_back_to_the_standard(kept: object) -> None:
    assert from_json(kept) == STANDARD


def test_one_damaged_part_leaves_the_others_as_they_are() -> None:
    kept = {"language": "cy", "text_size": "x", "keys": {"zoom": "Alt+KeyK", "return": "KeyA"}}
    assert from_json(kept) == Preferences("cy", keys={"zoom": "Alt+KeyK"})


def test_damage_in_the_records_is_survived(services: Services) -> None:
    person = people.add(services, "ann", "reviewer").person
    with services.database.writing() as connection:
        connection.execute(sa.update(people_table).values(preferences=["not", "an", "object"]))
    assert preferences(services, person) == STANDARD
