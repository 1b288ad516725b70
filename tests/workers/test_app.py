"""What a worker process logs."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import httpx
import pytest

from tests.intake.listener import listening
from workers import app


@pytest.fixture
def levels() -> Iterator[None]:
    """Log levels as they were, afterwards."""
    names = (None, *app.QUIET)
    before = [logging.getLogger(name).level for name in names]
    yield
    for name, level in zip(names, before, strict=True):
        logging.getLogger(name).setLevel(level)


@pytest.mark.usefixtures("levels")
def test_the_address_of_the_webhook_is_not_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    app.start_log()
    logging.getLogger().setLevel(logging.INFO)
    with listening() as listener:
        httpx.post(f"{listener.address}?token=secret", content=b"{}")
    assert listener.got
    assert "secret" not in caplog.text
