"""What the server takes for each kind of request, as a client on the same machine sees it."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from html import unescape

import httpx

from benchmarks.ui.figures import Figure

GOAL = 50.0
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_VERSION = re.compile(r'name="version" value="(\d+)"')
_CARD = re.compile(r'data-card="([^"]+)"')
_PICTURE = re.compile(r'<image href="([^"]+)"')
_LISTS = {
    "queue": "/desk/",
    "queue, filtered": "/desk/?due=later&form=V62-S",
    "queue, sorted by number to check, page 90": "/desk/?sort=check&order=down&page=90",
}


@dataclass
class Reviewer:
    """Somebody at work without a browser. ``times`` in milliseconds by what was asked for."""

    address: str
    name: str
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    token: str = ""

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.address, timeout=60.0)

    def log_in(self, password: str) -> None:
        self.ask("", "GET", "/log-in")
        self.ask("", "POST", "/log-in", name=self.name, password=password)

    def ask(self, what: str, method: str, path: str, **data: str) -> httpx.Response:
        """One request; its time counts under ``what``, if that is not empty."""
        sent = {"csrf_token": self.token, **data} if method == "POST" else None
        began = time.perf_counter()
        answer = self.client.request(method, path, data=sent)
        took = (time.perf_counter() - began) * 1000
        if answer.status_code >= 400:
            raise SystemExit(f"{method} {path} was refused with {answer.status_code}.")
        if what:
            self.times[what].append(took)
        found = _TOKEN.search(answer.text) if "html" in answer.headers["content-type"] else None
        self.token = unescape(found[1]) if found else self.token
        return answer

    def look_at_queue(self) -> None:
        for what, path in _LISTS.items():
            self.ask(what, "GET", path)

    def do_one(self) -> None:
        """Get the next application, say of every card that it cannot be read, and confirm."""
        path = self.ask("get next", "POST", "/desk/next").headers["location"]
        page = self.ask("review page", "GET", path).text
        self.ask("page picture", "GET", unescape(_found(_PICTURE, page)))
        version = _found(_VERSION, page)
        for name in dict.fromkeys(_CARD.findall(page)):
            self.ask("text looked up", "POST", f"{path}/check", field=name, text="AB12CDE")
            said = {"field": name, f"given:{name}": "illegible", "version": version}
            version = str(
                self.ask("answer saved", "POST", f"{path}/answer", **said).json()["version"]
            )
        self.ask("upcoming", "GET", "/desk/upcoming")
        said = {"outcome": "confirm", "version": version}
        after = self.ask("confirmed, and the next taken", "POST", path, **said)
        self.ask("", "POST", f"{after.headers['location']}/give-back")

    def figures(self) -> list[Figure]:
        return [Figure(what, times, GOAL) for what, times in self.times.items()]


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    if found is None:
        raise SystemExit(f"The page lacks {pattern.pattern}.")
    return found[1]
