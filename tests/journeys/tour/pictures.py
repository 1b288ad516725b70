"""Takes the pictures of every page for ``docs/``, and writes the page that shows them.

Run it with ``make screenshots``, and look at every picture before you commit it. All data in them
is made up: forms filled by the drawing script, people of fictional ranges.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.journeys.conftest import launched
from tests.journeys.tour import measuring
from tests.journeys.tour.beside import BESIDE_IT, STOPS
from tests.journeys.tour.scene import scene
from tests.journeys.tour.stops import AT_THE_DESK, Stop

DOCS = Path(__file__).parents[3] / "docs"
FOLDER = DOCS / "images" / "pages"
_COLOURS = 40  # with those below enough for flat pages and handwriting
_OURS = bytes.fromhex(
    "ffffff000000ffdd00ffd84d00625e0f3b39144e8ca30d1b00602fb35c00fff3dcfdeceee4f3e9e6eff8e3f0ef1d2b64"
)
"""Colours that say something and cover little: focus, links, tags, the blue of a pen."""
_SHORT = """folder => { for (const each of document.querySelectorAll('code, .mono')) {
    each.textContent = each.textContent.replace(folder, '/srv/postroom'); } }"""
"""A folder that lives for one run is no sight for a guide."""
_TALLEST = 1500  # CSS pixels; what is below is more of the same
_HEAD = """# The pages, one by one

Taken by `make screenshots` from the same table of pages and states that the accessibility tests
walk through (`tests/journeys/tour/`). All people, vehicles and handwriting in them are made up.
"""


def shown() -> list[Stop]:
    """The stops that have a picture."""
    return [each for each in STOPS if each.shown]


def text() -> str:
    """What ``docs/pages.md`` says."""
    parts = [_HEAD]
    for title, stops in (("The review desk", AT_THE_DESK), ("All other pages", BESIDE_IT)):
        parts.append(f"## {title}\n")
        parts += [
            f"{each.shown}\n\n![{each.shown}](images/pages/{each.name}.png)\n"
            for each in stops
            if each.shown
        ]
    return "\n".join(parts)


def small(data: bytes) -> bytes:
    """A PNG with few colours."""
    with Image.open(BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    common = picture.quantize(_COLOURS, Image.Quantize.MEDIANCUT).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*common[: _COLOURS * 3], *_OURS])
    few = picture.quantize(palette=palette, dither=Image.Dither.NONE)
    made = BytesIO()
    few.save(made, "PNG", optimize=True)
    return made.getvalue()


def taken(page: Page) -> bytes:
    """The whole page, as long as it is not endless; dialogs and the desk fill one window."""
    measuring.at(page, 1280)
    page.evaluate("scrollTo(0, 0)")
    height = page.evaluate("Math.max(720, document.documentElement.scrollHeight)")
    page.set_viewport_size({"width": 1280, "height": min(height, _TALLEST)})
    page.wait_for_timeout(60)
    return page.screenshot()


def take(wanted: list[Stop]) -> Iterator[tuple[Stop, bytes]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        launched(playwright, shutil.which("chromium") or "chromium-browser") as browser,
        scene(Path(folder) / "var", browser) as made,
    ):
        for stop in wanted:
            page = made.page(stop.who)
            stop.go(page, made)
            measuring.looked_at(page)
            page.evaluate(_SHORT, folder)
            yield stop, small(taken(page))
            page.close()


def main(names: list[str]) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the server of the tests tells each page
    wanted = [each for each in shown() if not names or each.name in names]
    FOLDER.mkdir(parents=True, exist_ok=True)
    for number, (stop, data) in enumerate(take(wanted), start=1):
        (FOLDER / f"{stop.name}.png").write_bytes(data)
        print(f"{number} of {len(wanted)}: {stop.name}, {len(data) // 1000} kB", flush=True)
    (DOCS / "pages.md").write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
