"""English or Welsh: by the account, before that by a cookie, before that by the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from flask import Flask

from extractors.formpack import load
from intake import people
from intake.preferences import Preferences, set_preferences
from intake.services import Services
from review_ui import translating, words
from review_ui.language import NAMES
from review_ui.told import names_of, told
from tests.review_ui.seed import DOUBTFUL, PACK, Plan, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]
NOW = datetime(2026, 11, 18, 10, 42, tzinfo=UTC)
_TEXTS = re.compile(r">([^<>]+)<|(?:aria-label|alt|title|placeholder|data-head)=\"([^\"]+)\"")


def language_of(page: str) -> str:
    found = re.search(r'<html lang="(\w+)"', page)
    assert found
    return found[1]


def speak_welsh(services: Services, name: str) -> None:
    person = next(each for each in people.everyone(services) if each.name == name)
    set_preferences(services, person, Preferences("cy"))


def english_left_over(page: str) -> set[str]:
    """Texts of a Welsh page that the catalogue has in English."""
    known = {
        english: welsh
        for each in translating.translated()
        if each.id and isinstance(each.id, str)
        for english, welsh in [(each.id, str(each.string))]
        if english != welsh
    }
    welsh = set(known.values())
    page = re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL)
    page = re.sub(r'<td[^>]* lang="en">[^<]*', "", page)
    found = {unescape(a or b).strip() for a, b in _TEXTS.findall(page)}
    return {text for text in found if text in known and text not in welsh} - {*NAMES.values()}


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [("", "en"), ("cy", "cy"), ("cy-GB,en;q=0.5", "cy"), ("fr,de;q=0.9", "en"), ("*", "en"),
     ("en-GB,cy;q=0.3", "en"), ("\x00;;q=x", "en")],
)  # fmt: skip
def test_the_log_in_page_speaks_as_the_browser_asks(
    app: Flask, accepted: str, expected: str
) -> None:
    page = app.test_client().get("/log-in", headers={"Accept-Language": accepted}).text
    assert language_of(page) == expected


def test_a_link_on_the_log_in_page_changes_its_language(app: Flask) -> None:
    visitor = Visitor(app.test_client())
    page = visitor.get("/log-in?next=/desk/").text
    link = re.search(r'href="(/language/cy[^"]*)" lang="cy"', page)
    assert link
    answer = visitor.get(unescape(link[1]))
    assert answer.location == "/log-in?next=/desk/"
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert language_of(visitor.get(answer.location).text) == "cy"


@pytest.mark.parametrize("path", ["/language/fr", "/language/", "/language/cy%00"])
def test_there_are_no_other_languages(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code in (302, 404)
    assert "Set-Cookie" not in app.test_client().get(path).headers


def test_the_link_leads_nowhere_else(app: Flask) -> None:
    answer = app.test_client().get("/language/cy?next=//elsewhere.example/")
    assert answer.location == "/log-in"


def test_a_cookie_that_was_tampered_with_is_not_used(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("language", "<script>")
    assert language_of(client.get("/log-in").text) == "en"


def test_the_account_decides_once_somebody_chose(services: Services, app: Flask) -> None:
    visitor = Visitor(app.test_client())
    visitor.get("/language/cy")
    visitor.log_in("reviewer")
    assert language_of(visitor.get("/account").text) == "cy"  # as at the log-in page
    answer = visitor.post("/account/language", {"language": "en"})
    assert answer.location.endswith("/account#language")
    page = visitor.get("/account").text
    assert language_of(page) == "en"
    assert "The language was changed." in page
    visitor.post("/account/language", {"language": "cy"})
    assert "Newidiwyd yr iaith." in visitor.get("/account").text


@pytest.mark.parametrize("language", ["", "fr", "cy_GB", "../en"])
def test_other_languages_are_refused_in_words(reviewer: Visitor, language: str) -> None:
    reviewer.get("/account")
    answer = reviewer.post("/account/language", {"language": language})
    assert answer.status_code == 422
    assert "Choose English or Welsh." in answer.text


def test_whole_pages_are_in_welsh(services: Services, log_in: LogIn) -> None:
    application = seed(services, Plan(changes=DOUBTFUL))
    seed(services, Plan(seed=9, code="UNKNOWN"))
    speak_welsh(services, "supervisor")
    visitor = log_in("supervisor")
    paths = [
        "/overview/", "/desk/", "/station/", "/counter/", "/account", "/account/shortcuts/zoom",
        "/accessibility", "/forms/", "/forms/new", "/forms/V62-S-2026-11",
        "/forms/V62-S-2026-11/try", "/forms/V62-S-2026-11/edit", f"/desk/{application}/look",
        f"/desk/{application}", "/no-such-page",
    ]  # fmt: skip
    for path in paths:
        page = visitor.get(path).text
        assert language_of(page) == "cy", path
        assert english_left_over(page) == set(), path


def test_the_queue_says_in_welsh_why_something_is_there(services: Services, log_in: LogIn) -> None:
    seed(services, Plan(changes=DOUBTFUL))
    speak_welsh(services, "reviewer")
    assert "3 maes i’w gwirio." in log_in("reviewer").get("/desk/").text


def test_the_review_page_is_in_welsh_with_the_labels_of_the_form(
    services: Services, log_in: LogIn
) -> None:
    application = seed(services, Plan(changes=DOUBTFUL))
    speak_welsh(services, "reviewer")
    visitor = log_in("reviewer")
    visitor.get("/desk/")
    assert visitor.post("/desk/next").location.endswith(application)
    page = unescape(visitor.get(f"/desk/{application}").text)
    assert english_left_over(page) == set()
    assert "Dyddiad geni" in page
    assert "7 Hydref 1966" in page
    assert "Gallai nod 6 fod yn M neu N." in page


def test_everybody_may_read_the_accessibility_statement_in_either_language(app: Flask) -> None:
    client = app.test_client()
    assert "comparing handwriting" in client.get("/accessibility").text
    page = client.get("/accessibility", headers={"Accept-Language": "cy"}).text
    assert "cymharu llawysgrifen" in page
    assert "22 Tachwedd 2026" in page
    assert english_left_over(page) == set()


def test_days_and_numbers_are_said_as_the_language_says_them(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "cy"}):
        assert words.short_day(date(2026, 11, 18)) == "18 Tach"
        assert words.long_day(date(2026, 8, 1)) == "1 Awst 2026"
        assert words.due(date(2026, 11, 24), NOW).text == "Maw 24 Tach"
        late = words.due(NOW.date() - timedelta(days=2), NOW).text
    assert late == "2 ddiwrnod yn hwyr"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("There are faint marks in these boxes.", "Mae marciau gwan yn y blychau hyn."),
        ("Character 8 could be a 6 or a zero.", "Gallai nod 8 fod yn 6 neu sero."),
        ("17 March 1974", "17 Mawrth 1974"),
        ("March 1974", "Mawrth 1974"),
        ("3 fields to check.", "3 maes i’w gwirio."),
        (
            "A postcode has 5 to 7 characters. This has 4.",
            "Cod post: 5 i 7 nod sydd i fod. 4 sydd yma.",
        ),
        ("31 February 2023", "31 February 2023"),
        ("Nobody wrote this before.", "Nobody wrote this before."),
        (
            "Nobody wrote this before. There are faint marks in these boxes.",
            "Nobody wrote this before. Mae marciau gwan yn y blychau hyn.",
        ),
        ("", ""),
    ],
)
def test_what_other_parts_say_in_english_is_said_in_welsh_where_it_is_known(
    app: Flask, message: str, expected: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": "cy"}):
        assert told(message) == expected
    with app.test_request_context():
        assert told(message) == message


def test_messages_call_fields_and_choices_by_their_welsh_names(
    app: Flask, services: Services
) -> None:
    pack = load(services.packs[PACK].folder)
    with app.test_request_context(headers={"Accept-Language": "cy"}):
        names = names_of(pack)
        assert told("'Lost' looks struck out, and no other box is ticked.", names) == (
            "Mae ‘Ar goll’ yn edrych fel pe bai wedi’i groesi allan, ac nid oes tic mewn blwch "
            "arall."
        )
        assert told("Date of birth 17 March 1974 is after the form came in.", names) == (
            "Mae Dyddiad geni 17 Mawrth 1974 ar ôl i’r ffurflen gyrraedd."
        )


def test_a_message_with_hostile_text_in_it_is_only_text(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "cy"}):
        said = told("Character 8 could be %(boom)s %s <b>.")
    assert said == "Gallai nod 8 fod yn %(boom)s %s <b>."
