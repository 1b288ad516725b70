"""What a page must measure up to, in a browser: rules of axe, colours, sizes, reflow, keyboard.

Each function returns what is wrong in words; an empty list is good.
"""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (1440, 1024, 320)
"""CSS pixels. 320 is what a window of 1280 shows when it is enlarged four times."""
_MEASURES = (Path(__file__).parent / "measures.js").read_text(encoding="utf-8")
_AXE = Axe().axe_script
_RUN = "axe.run(document, { resultTypes: ['violations'] })"
_FEW = 12  # presses of Tab beyond what is expected, for boxes that scroll
STATES = ("", ":hover", ":focus-visible")


def looked_at(page: Page) -> None:
    """Have the measures at hand in a page."""
    page.wait_for_load_state("networkidle")
    if not page.evaluate("'tour' in window"):
        page.evaluate(_MEASURES)


def at(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)))")


def checked(page: Page) -> None:
    """Nothing wrong by axe in a page as it stands, and nothing that scrolls sideways."""
    looked_at(page)
    wrong = by_axe(page) + page.evaluate("tour.sideways()")
    assert wrong == [], page.url


def by_axe(page: Page) -> list[str]:
    """Violations of any rule of axe-core."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    found = page.evaluate(_RUN)["violations"]
    return [f"{each['id']}: {[node['target'] for node in each['nodes']][:4]}" for each in found]


def by_size(page: Page) -> list[str]:
    """What makes the page scroll sideways, and what is too small to hit."""
    sideways: list[str] = page.evaluate("tour.sideways()")
    targets: list[str] = page.evaluate("tour.targets()")
    return sideways + targets


def by_contrast(page: Page) -> list[str]:
    """Texts below 4.5 to 1 (large ones 3), and edges below 3, at rest and with every state on."""
    wrong: list[str] = []
    for state in STATES:
        if state:
            page.evaluate("state => tour.stir(state)", state)
        edges = state != ":focus-visible"  # what focus looks like is for the walk to tell
        found = page.evaluate("edges => [...tour.texts(), ...(edges ? tour.edges() : [])]", edges)
        wrong += [f"{state or 'at rest'}: {each}" for each in found]
    return wrong


def by_keyboard(page: Page) -> list[str]:
    """What Tab does not reach, reaches out of order, or where focus is not seen."""
    expected = page.evaluate("tour.begin()")
    for number in range(expected * 4 + _FEW):  # more may appear as focus comes to it
        page.keyboard.press("Tab")
        if number % 8 == 7 and page.evaluate("tour.over()"):
            break
    wrong: list[str] = page.evaluate("tour.finished()")
    return wrong
