"""A real server on a free port and a real browser at it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from werkzeug.serving import make_server

from intake import people
from intake.services import Services
from review_ui import create_app
from tests.review_ui.seed import Clock, services_in
from tests.review_ui.visitor import PASSWORD

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

FLAGS = [
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-quic", "--disable-gpu",
]  # fmt: skip


@dataclass(frozen=True)
class House:
    """A running web process and what it works with."""

    address: str
    services: Services


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Without it: a failure in CI, elsewhere a skip that says so."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        told = "These journeys need a browser: install Debian's package chromium."
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    expect.set_options(timeout=15_000)  # a machine with much else to do is slow, not wrong
    with sync_playwright() as playwright, launched(playwright, found) as browser:
        yield browser


@contextmanager
def launched(playwright: Playwright, path: str) -> Iterator[Browser]:
    """A browser, closed again."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *root])
    yield browser
    browser.close()


def whole_answers(app: WSGIApplication) -> WSGIApplication:
    """Each answer made and closed before it is sent.

    When a browser goes away in the middle of one, Werkzeug's own server leaves its file open
    (gunicorn, which Postroom runs under, does not), and a warning fails the test.
    """

    def answer(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        parts = app(environ, start)
        try:
            return [b"".join(parts)]
        finally:
            getattr(parts, "close", lambda: None)()

    return answer


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty house with one person for each role, made once and copied for every test."""
    folder = tmp_path_factory.mktemp("furnished") / "var"
    opened = services_in(folder, Clock())
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # tests log in often
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "_hasher", quick)
        for role in ("operator", "reviewer", "supervisor"):
            people.add(opened, role, role, PASSWORD)
    opened.close()
    return folder


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    """The pages over an empty house, with today's clock and one person for each role."""
    services = services_in(Path(shutil.copytree(furnished, tmp_path / "var")), Clock())
    services = replace(services, now=lambda: datetime.now(UTC))
    server = make_server("127.0.0.1", 0, whole_answers(create_app(services)), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with closing(services):
        yield House(f"http://127.0.0.1:{server.server_port}", services)
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def open_page(chromium: Browser, house: House) -> Iterator[Callable[..., Page]]:
    """A page in a browser of its own; whatever it complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open_one(width: int = 1440, script: bool = True) -> Page:
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, java_script_enabled=script)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(house.address)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def log_in(page: Page, name: str) -> None:
    """Log in with the keyboard; the name gets the focus when the page opens."""
    expect(page.locator("[name=name]")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    expect(page.locator("[name=password]")).to_be_focused()
    page.keyboard.type(PASSWORD)
    expect(page.locator("[name=name]")).to_have_value(name)
    expect(page.locator("[name=password]")).to_have_value(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "log-in" not in url)
