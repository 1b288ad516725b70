"""Headers, cookies, and pages without any inline script or style."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask

from intake.services import Services
from tests.review_ui.seed import DOUBTFUL, Plan, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]


class _Inline(HTMLParser):
    """Finds what a strict policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [f"{tag} {n}" for n in names if n == "style" or n.startswith("on")]


@pytest.fixture
def pages(services: Services, log_in: LogIn) -> Iterator[tuple[str, Visitor]]:
    application = seed(services)
    unknown = seed(services, Plan(seed=9, code="UNKNOWN"))
    visitor = log_in("supervisor")
    for each in (application, unknown):
        visitor.get("/desk/")
        visitor.post(f"/desk/{each}/take")
    paths = ["/log-in", "/overview/", "/desk/", "/station/", "/counter/", "/counter/receipts"]
    paths += [f"/desk/{application}{end}" for end in ("", "/return", "/refer")]
    paths += [f"/desk/{unknown}", "/no-such-page", "/forms/", "/forms/new"]
    paths += [f"/forms/V62-S-2026-11{end}" for end in ("", "/try", "/edit")]
    return iter([(path, visitor) for path in paths])


def test_every_page_has_a_strict_policy_and_keeps_to_it(
    pages: Iterator[tuple[str, Visitor]],
) -> None:
    for path, visitor in pages:
        answer = visitor.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert answer.headers["X-Frame-Options"] == "DENY", path
        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["Referrer-Policy"] == "same-origin", path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        parser = _Inline()
        parser.feed(answer.text)
        assert parser.found == [], path


def test_every_page_is_one_document_in_english_with_one_heading_and_a_way_past_the_menu(
    pages: Iterator[tuple[str, Visitor]],
) -> None:
    for path, visitor in pages:
        text = visitor.get(path).text
        if path == "/log-in":
            continue  # sends a person who is logged in on
        assert '<html lang="en"' in text, path
        assert len(re.findall(r"<h1[ >]", text)) == 1, path
        assert 'href="#main" class="govuk-skip-link"' in text, path
        assert 'id="main"' in text, path
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), path


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(app: Flask) -> None:
    visitor = Visitor(app.test_client())
    cookie = visitor.log_in("reviewer").headers["Set-Cookie"]
    assert cookie.startswith("postroom=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_secure_and_the_browser_told_to_stay(app: Flask) -> None:
    answer = app.test_client().get("/log-in", base_url="https://postroom.example")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_static_files_are_kept_because_their_path_names_their_content(app: Flask) -> None:
    client = app.test_client()
    path = re.search(r'href="(/static/[0-9a-f]{12}/css/base.css)"', client.get("/log-in").text)
    assert path is not None
    with client.get(path[1]) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/static/000000000000/css/base.css").status_code == 302  # asks to log in


def test_page_pictures_are_not_for_operators(services: Services, log_in: LogIn) -> None:
    application = seed(services, Plan(changes=DOUBTFUL))
    reviewer = log_in("reviewer")
    reviewer.post(f"/desk/{application}/take")
    text = reviewer.get(f"/desk/{application}").text
    path = re.search(rf'href="(/desk/{application}/pages/[0-9a-f]{{64}}\?of=\w+)"', text)
    assert path is not None
    answer = reviewer.get(path[1])
    assert answer.mimetype == "image/jpeg"
    assert log_in("operator").get(path[1]).status_code == 403


def test_a_digest_of_something_else_is_no_page_picture(
    services: Services, reviewer: Visitor
) -> None:
    application = seed(services)
    reviewer.get("/desk/")
    reviewer.post(f"/desk/{application}/take")
    other = services.objects.put(b"\x89PNG an original of somebody else")
    assert reviewer.get(f"/desk/{application}/pages/{other}").status_code == 404
    assert reviewer.get(f"/desk/{application}/pages/..").status_code == 404
