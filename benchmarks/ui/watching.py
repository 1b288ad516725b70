"""What a person at a real browser waits for: the next field, and the next application."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.ui.figures import Figure

FIELD_GOAL, NEXT_GOAL = 50.0, 300.0
_WATCH = Path(__file__).with_name("watching.js")
_NO_PREFETCH = """
const fetched = window.fetch;
window.fetch = (address, ...more) => String(address).endsWith('/upcoming')
  ? Promise.resolve(new Response('{"pictures": []}')) : fetched(address, ...more);
"""
_WATCHED = "JSON.parse(sessionStorage.getItem('watched') ?? '{}')"
_MOST_KEYS = 60
_WARM_UP = 3


@contextmanager
def reviewer_at(address: str, name: str, password: str, *, prefetch: bool) -> Iterator[Page]:
    """A page of a browser of its own, logged in, with an application on the desk."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("This needs a browser: install Debian's package chromium.")
    flags = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_init_script(path=_WATCH)
        if not prefetch:
            context.add_init_script(_NO_PREFETCH)
        page = context.new_page()
        page.goto(address)
        page.fill("[name=name]", name)
        page.fill("[name=password]", password)
        page.press("[name=password]", "Enter")
        page.click(".callout .button")
        page.wait_for_selector("[data-card]")
        yield page
        browser.close()


def watch(page: Page, number: int, told: str) -> list[Figure]:
    """Check ``number`` applications with the keyboard alone, after a few that do not count."""
    seen: list[dict[str, Any]] = []
    moves: list[float] = []
    for n in range(number + _WARM_UP):
        watched = _do_one(page)
        if n >= _WARM_UP:
            seen.append(watched["page"])
            moves += watched.get("moves", [])
    cached = sum(bool(each.get("cached")) for each in seen)
    told = f"{told}, {cached} of {len(seen)} pictures were there before"
    return [
        Figure("Enter to the next field, painted", moves, FIELD_GOAL),
        Figure("confirm to the server's first byte", _of(seen, "request")),
        Figure("confirm to the next page's first paint", _of(seen, "paint"), NEXT_GOAL),
        Figure("confirm to its first field in hand", _of(seen, "focus"), NEXT_GOAL),
        Figure(f"confirm to its picture ({told})", _of(seen, "picture"), NEXT_GOAL),
    ]


def _of(seen: list[dict[str, Any]], what: str) -> list[float]:
    return [each[what] for each in seen if what in each]


def _do_one(page: Page) -> dict[str, Any]:
    """Answer every card, confirm, wait for the next page; what the page's watcher noted."""
    page.evaluate("sessionStorage.removeItem('watched')")
    here = page.url
    page.reload()
    page.wait_for_load_state("networkidle")
    for _ in range(_MOST_KEYS):
        if page.evaluate("document.activeElement.id") == "confirm":
            break
        before = page.evaluate("document.activeElement.closest('[data-card]')?.dataset.card")
        page.keyboard.press("Enter")
        if not _moved(page, before):
            page.keyboard.press("Alt+u")
            _moved(page, before)
    page.wait_for_timeout(400)  # a person looks once more; the answers are saved meanwhile
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here and "/desk/" in url)
    if not _becomes(page, f"{_WATCHED}.page?.picture !== undefined", 15.0):
        raise SystemExit("The next page's picture did not come.")
    page.wait_for_load_state("networkidle")
    watched: dict[str, Any] = page.evaluate(_WATCHED)
    return watched


def _moved(page: Page, before: str) -> bool:
    """Whether another field, or Confirm, is in hand soon."""
    here = "document.activeElement.closest('[data-card]')?.dataset.card"
    other = f"![undefined, {json.dumps(before)}].includes({here})"
    return _becomes(page, f"document.activeElement.id === 'confirm' || {other}", 1.5)


def _becomes(page: Page, true: str, seconds: float) -> bool:
    """Whether this becomes true in that time. The pages' policy forbids to wait inside of them."""
    latest = time.monotonic() + seconds
    while time.monotonic() < latest:
        if page.evaluate(true):
            return True
        page.wait_for_timeout(10)
    return False
