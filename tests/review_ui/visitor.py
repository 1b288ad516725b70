"""Somebody at a browser: follows the pages' own forms, so every post carries its token."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "correct-horse-battery"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str) -> TestResponse:
        return self._seen(self.client.get(path))

    def post(self, path: str, data: dict[str, object] | None = None) -> TestResponse:
        """Post as the last page's form would."""
        return self._seen(self.client.post(path, data={"csrf_token": self.token, **(data or {})}))

    def log_in(self, name: str, password: str = PASSWORD, path: str = "/log-in") -> TestResponse:
        self.get("/log-in")
        answer = self.post(path, {"name": name, "password": password})
        where = answer.location if answer.status_code == 302 else None
        while where:
            where = self.get(where).location
        return answer

    def _seen(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype == "text/html":
            found = _TOKEN.search(answer.text)
            self.token = unescape(found[1]) if found else self.token
        return answer
