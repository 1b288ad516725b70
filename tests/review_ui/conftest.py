"""A web process over a house of its own, and people who log in to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
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


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with its tables and people, made once and copied for every test."""
    folder = tmp_path_factory.mktemp("furnished") / "var"
    opened = services_in(folder, Clock())
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # tests log in often
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "_hasher", quick)
        for role in ROLES:
            people.add(opened, role, role, PASSWORD)
        people.add(opened, "second", "reviewer", PASSWORD)
    opened.close()
    return folder


@pytest.fixture
def services(furnished: Path, tmp_path: Path, clock: Clock) -> Iterator[Services]:
    opened = services_in(Path(shutil.copytree(furnished, tmp_path / "var")), clock)
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
