"""Errors as problem documents (RFC 9457): a stable code, and a sentence that says what to do."""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Response


class Problem(Exception):
    """A request that cannot be answered. ``code`` is stable; ``detail`` is for people."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


def answer(problem: Problem) -> Response:
    """The problem as ``application/problem+json``."""
    body = {
        "type": f"urn:postroom:problem:{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
    }
    response = Response(json.dumps(body), problem.status, content_type="application/problem+json")
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="postroom"'
    return response
