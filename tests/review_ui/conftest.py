"""A web process over a house of its own, and people who log in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from intake import people
from intake.services import Services
from review_ui import create_app
from tests.review_ui.seed import Clock, services_in
from tests.review_ui.visitor import PASSWORD, Visitor

ROLES = ("operator", "reviewer", "supervisor")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(tmp_path: Path, clock: Clock) -> Iterator[Services]:
    opened = services_in(tmp_path / "var", clock)
    for role in ROLES:
        people.add(opened, role, role, PASSWORD)
    people.add(opened, "second", "reviewer", PASSWORD)
    yield opened
    opened.close()


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def log_in(app: Flask) -> Callable[[str], Visitor]:
    """A visitor who is logged in under a name."""

    def visit(name: str) -> Visitor:
        visitor = Visitor(app.test_client())
        assert visitor.log_in(name).status_code == 302
        return visitor

    return visit


@pytest.fixture
def reviewer(log_in: Callable[[str], Visitor]) -> Visitor:
    return log_in("reviewer")
