"""One's own account: language, size of text, shortcuts and password, each kept or refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask

import review_ui
from intake import people
from intake.model import Person
from intake.preferences import Preferences, preferences, set_preferences
from intake.services import Services
from review_ui.account import shortcuts
from tests.review_ui.visitor import PASSWORD, Visitor

LogIn = Callable[[str], Visitor]
NEW = "three-words-apart"


@pytest.fixture
def me(services: Services) -> Person:
    return next(each for each in people.everyone(services) if each.name == "reviewer")


@pytest.fixture
def visitor(reviewer: Visitor) -> Visitor:
    """On the account page."""
    assert reviewer.get("/account").status_code == 200
    return reviewer


def keys_on(page: str) -> dict[str, str]:
    """The shortcuts that a page tells its script."""
    found = re.search(r'data-keys="([^"]*)"', page)
    assert found
    told: dict[str, str] = json.loads(unescape(found[1]))
    return told


@pytest.mark.parametrize("name", ["operator", "reviewer", "supervisor"])
def test_everybody_has_an_account_page_linked_from_every_page(log_in: LogIn, name: str) -> None:
    visitor = log_in(name)
    start = visitor.client.get("/", follow_redirects=True).text
    assert 'href="/account"' in start
    assert "Your account" in visitor.get("/account").text


def test_a_size_of_text_is_kept_and_is_a_class_of_every_page(visitor: Visitor) -> None:
    answer = visitor.post("/account/text-size", {"text_size": "140"})
    assert answer.location.endswith("/account#text-size")
    assert "The size of the text was changed." in visitor.get("/account").text
    assert "text-140" in visitor.get("/desk/").text


def test_every_size_of_text_in_the_styles_follows_that_choice() -> None:
    for path in sorted((Path(review_ui.__file__).parent / "static" / "css").glob("*.css")):
        fixed = re.findall(r"font(?:-size)?:[^;{}]*[0-9]px", path.read_text(encoding="utf-8"))
        assert fixed == [], path.name


@pytest.mark.parametrize("size", ["", "99", "-100", "1e2", "٣٢", "9" * 400])
def test_other_sizes_are_refused_in_words(visitor: Visitor, size: str) -> None:
    answer = visitor.post("/account/text-size", {"text_size": size})
    assert answer.status_code == 422
    assert "Choose one of the sizes of text." in answer.text


def test_shortcuts_are_listed_with_their_keys(visitor: Visitor) -> None:
    page = visitor.get("/account").text
    for each in shortcuts.SHORTCUTS:
        assert str(each.text) in page
    assert keys_on(page)["confirm"] == "Ctrl+Enter"


def test_a_shortcut_gets_other_keys_without_a_script(visitor: Visitor) -> None:
    page = visitor.get("/account/shortcuts/zoom")
    assert "Alt" in page.text
    answer = visitor.post("/account/shortcuts/zoom", {"modifiers": "Alt+Shift", "key": "KeyQ"})
    assert answer.status_code == 302
    assert keys_on(visitor.get("/account").text)["zoom"] == "Alt+Shift+KeyQ"


@pytest.mark.parametrize(
    ("modifiers", "key", "told"),
    [
        ("", "KeyQ", "Choose Alt or Ctrl together with a letter or figure."),
        ("", "Enter", "Enter always accepts a field."),
        ("Ctrl", "KeyW", "The browser needs these keys itself."),
        ("Alt", "KeyU", "Another shortcut has these keys."),
        ("Ctrl", "Enter", "Another shortcut has these keys."),
        ("Hyper", "KeyQ", "These keys cannot be used."),
        ("", "", "These keys cannot be used."),
    ],
)
def test_keys_that_cannot_be_are_refused_with_the_reason(
    visitor: Visitor, services: Services, me: Person, modifiers: str, key: str, told: str
) -> None:
    visitor.get("/account/shortcuts/zoom")
    answer = visitor.post("/account/shortcuts/zoom", {"modifiers": modifiers, "key": key})
    assert answer.status_code == 422
    assert told in answer.text
    assert preferences(services, me).keys == {}


@pytest.mark.parametrize("action", ["accept", "nothing", "..", "zoom%00"])
def test_there_is_no_page_for_what_cannot_be_changed(visitor: Visitor, action: str) -> None:
    assert visitor.get(f"/account/shortcuts/{action}").status_code == 404
    visitor.get("/account")
    answer = visitor.post(f"/account/shortcuts/{action}", {"modifiers": "Alt", "key": "KeyQ"})
    assert answer.status_code in (302, 404)
    assert "Alt+KeyQ" not in keys_on(visitor.get("/account").text).values()


def test_the_standard_keys_again_count_as_unchanged(
    visitor: Visitor, services: Services, me: Person
) -> None:
    for key in ("KeyQ", "KeyZ"):
        visitor.get("/account/shortcuts/zoom")
        visitor.post("/account/shortcuts/zoom", {"modifiers": "Alt", "key": key})
    assert preferences(services, me).keys == {}


def test_keys_that_were_freed_can_be_given_to_another(visitor: Visitor) -> None:
    visitor.get("/account/shortcuts/zoom")
    visitor.post("/account/shortcuts/zoom", {"modifiers": "Alt", "key": "KeyQ"})
    visitor.get("/account/shortcuts/return")
    visitor.post("/account/shortcuts/return", {"modifiers": "Alt", "key": "KeyZ"})
    told = keys_on(visitor.get("/account").text)
    assert (told["zoom"], told["return"]) == ("Alt+KeyQ", "Alt+KeyZ")


def test_switching_off_leaves_only_what_works_inside_a_field(visitor: Visitor) -> None:
    visitor.post("/account/shortcuts", {"keys_on": "no"})
    page = visitor.get("/account").text
    assert keys_on(page).keys() == {each.action for each in shortcuts.SHORTCUTS if each.stays}
    assert "(switched off)" in page
    visitor.post("/account/shortcuts", {"keys_on": "yes"})
    assert "confirm" in keys_on(visitor.get("/account").text)


def test_all_is_put_back_to_the_standard(visitor: Visitor, services: Services, me: Person) -> None:
    set_preferences(services, me, Preferences("cy", 120, False, {"zoom": "Alt+KeyQ"}))
    visitor.get("/account")
    visitor.post("/account/shortcuts/standard")
    assert preferences(services, me) == Preferences("cy", 120)


def test_an_old_wish_that_stands_in_the_way_of_a_standard_one_wins() -> None:
    """As when a later version has a new shortcut with keys that somebody uses already."""
    told = shortcuts.all_keys(Preferences(keys={"zoom": "Alt+KeyU", "gone": "Alt+KeyQ"}))
    assert told["zoom"] == "Alt+KeyU"
    assert told["cannot_read"] == ""
    assert "gone" not in told


def test_no_two_standard_shortcuts_have_the_same_keys() -> None:
    every = [each.keys for each in shortcuts.SHORTCUTS]
    assert len(set(every)) == len(every)


def change(visitor: Visitor, **sent: str) -> Any:
    visitor.get("/account")
    return visitor.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW, **sent})


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(
    log_in: LogIn, visitor: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(people, "_hasher", quick)
    elsewhere = log_in("reviewer")
    assert change(visitor).status_code == 302
    assert "The password was changed." in visitor.get("/account").text
    assert "/log-in" in elsewhere.get("/desk/").location
    stranger = Visitor(app.test_client())
    assert stranger.log_in("reviewer", PASSWORD).status_code == 401
    assert stranger.log_in("reviewer", NEW).status_code == 302


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"old": "not-my-password"}, "This is not your password now."),
        ({"again": "something-else"}, "The new password was typed differently here."),
        ({"new": "short", "again": "short"}, "Give a new password of 10 to 200 characters."),
        ({"new": "x" * 300, "again": "x" * 300}, "Give a new password of 10 to 200 characters."),
        ({"new": "", "again": ""}, "Give a new password of 10 to 200 characters."),
    ],
)
def test_a_password_is_not_changed_when_something_is_wrong(
    visitor: Visitor, app: Flask, sent: dict[str, str], told: str
) -> None:
    answer = change(visitor, **sent)
    assert answer.status_code == 422
    assert told in answer.text
    assert Visitor(app.test_client()).log_in("reviewer", PASSWORD).status_code == 302


def test_guessing_the_password_on_the_account_page_is_slowed_down_too(visitor: Visitor) -> None:
    for _ in range(people.FREE_TRIES):
        change(visitor, old="a-wrong-guess")
    assert "Too many wrong passwords." in change(visitor).text


def test_what_was_posted_without_its_token_changes_nothing(
    visitor: Visitor, services: Services, me: Person
) -> None:
    visitor.token = ""
    assert visitor.post("/account/text-size", {"text_size": "140"}).status_code == 400
    assert preferences(services, me) == Preferences()
