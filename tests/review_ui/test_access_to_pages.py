"""Who gets in: everything needs a login, each area its role."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from intake import people
from intake.services import Services
from tests.review_ui.seed import Clock, seed
from tests.review_ui.visitor import PASSWORD, Visitor

LogIn = Callable[[str], Visitor]
OPEN = {
    "account.log_in", "account.check_password", "account.speak", "account.accessibility", "static",
}  # fmt: skip
REVIEWING = {"desk", "fieldwise", "keying"}


def _routes(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every rule of the pages with an address that fits it and a method it takes."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") or rule.endpoint in OPEN:
            continue
        values = dict.fromkeys(rule.arguments, "1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield rule, adapter.build(rule.endpoint, values, method=method), method


def test_every_page_asks_for_a_login_first(app: Flask) -> None:
    seen = set()
    app.config["WTF_CSRF_ENABLED"] = False
    for rule, path, method in _routes(app):
        answer = app.test_client().open(path, method=method)
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/log-in"), path
        seen.add(rule.endpoint)
    assert {"home", "desk.queue", "desk.picture", "desk.answer", "counter.receive"} <= seen


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("operator", {"station", "counter"}),
        ("reviewer", REVIEWING),
        ("supervisor", {"station", "counter", "supervisor", "forms", "accuracy", *REVIEWING}),
    ],
)
def test_each_role_sees_only_its_areas(app: Flask, log_in: LogIn, name: str, may: set[str]) -> None:
    visitor = log_in(name)
    for rule, path, method in _routes(app):
        area = rule.endpoint.split(".")[0]
        if area in ("home", "account") or method != "GET":
            continue
        answer = visitor.get(path)
        assert (answer.status_code == 403) is (area not in may), path


@pytest.mark.parametrize(
    ("name", "start"),
    [("operator", "/station/"), ("reviewer", "/desk/"), ("supervisor", "/overview/")],
)
def test_each_role_starts_where_it_works(log_in: LogIn, name: str, start: str) -> None:
    assert log_in(name).get("/").location == start


def test_a_wrong_password_says_so_without_saying_which_part(app: Flask) -> None:
    visitor = Visitor(app.test_client())
    for name in ("reviewer", "nobody"):
        answer = visitor.log_in(name, "not-the-password")
        assert answer.status_code == 401
        assert "The name or the password is wrong" in answer.text
        assert "not-the-password" not in answer.text


def test_many_wrong_passwords_close_the_account_for_a_while(app: Flask, clock: Clock) -> None:
    visitor = Visitor(app.test_client())
    for _ in range(5):
        visitor.log_in("reviewer", "not-the-password")
    assert "Too many wrong passwords. Try again after 10:42." in visitor.log_in("reviewer").text
    clock.pass_by(minutes=1)
    assert visitor.log_in("reviewer").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "to"),
    [
        ("/desk/?form=V62-S", "/desk/?form=V62-S"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example/", "/"),
    ],
)
def test_after_the_login_only_paths_of_this_site_are_followed(
    app: Flask, wanted: str, to: str
) -> None:
    visitor = Visitor(app.test_client())
    visitor.get("/log-in")
    where = f"/log-in?next={wanted.replace('?', '%3F')}"
    assert visitor.log_in("reviewer", path=where).location == to


def test_a_session_ends_after_a_working_day(log_in: LogIn, clock: Clock) -> None:
    visitor = log_in("reviewer")
    clock.pass_by(hours=11)
    assert visitor.get("/desk/").status_code == 200
    clock.pass_by(hours=2)
    assert visitor.get("/desk/").location == "/log-in?next=/desk/"


def test_logging_out_ends_the_session(reviewer: Visitor) -> None:
    reviewer.get("/desk/")
    reviewer.post("/log-out")
    assert reviewer.get("/desk/").status_code == 302


def test_logging_out_ends_the_session_for_whoever_kept_its_cookie(
    app: Flask, reviewer: Visitor
) -> None:
    reviewer.get("/desk/")
    kept = reviewer.client.get_cookie("postroom")
    assert kept is not None
    reviewer.post("/log-out")
    thief = app.test_client()
    thief.set_cookie("postroom", kept.value)
    assert thief.get("/desk/").location == "/log-in?next=/desk/"


def test_a_new_password_or_a_closed_account_ends_every_session(
    services: Services, log_in: LogIn
) -> None:
    changed, closed = log_in("reviewer"), log_in("second")
    people.set_password(services, "reviewer")
    people.close(services, "second")
    for visitor in (changed, closed):
        assert visitor.get("/desk/").location == "/log-in?next=/desk/"


def test_a_post_without_its_token_does_nothing(services: Services, reviewer: Visitor) -> None:
    seed(services)
    reviewer.get("/desk/")
    answer = reviewer.client.post("/desk/next")
    assert answer.status_code == 400
    assert "This page was open too long" in answer.text
    assert "On your desk" not in reviewer.get("/desk/").text


@pytest.mark.parametrize(("host", "status"), [("post.example", 302), ("127.0.0.1:8000", 400)])
def test_behind_a_tls_proxy_forms_are_taken_when_it_passes_on_its_name(
    app: Flask, host: str, status: int
) -> None:
    client = app.test_client()
    base = f"https://{host}"
    token = re.search(r'csrf_token" value="([^"]+)', client.get("/log-in", base_url=base).text)
    assert token is not None
    answer = client.post(
        "/log-in",
        base_url=base,
        data={"csrf_token": token[1], "name": "reviewer", "password": PASSWORD},
        headers={"Referer": "https://post.example/log-in"},
    )
    assert answer.status_code == status


def test_the_api_answers_without_cookies_or_tokens(client: FlaskClient) -> None:
    answer = client.post("/api/v1/scans", data=b"x")
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert client.get("/healthz").json == {"status": "ok"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
