"""The Python of the guide for downstream developers works as printed, on a real delivery."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from intake import delivery
from tests.intake import filed

GUIDE = Path(__file__).parents[2] / "docs" / "downstream.md"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    """The functions that the guide prints, by name."""
    found: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL):
        exec(code, found)  # noqa: S102
    return found


@pytest.fixture
def release(tmp_path: Path) -> Iterator[delivery.Release]:
    house = filed.house(tmp_path)
    made = delivery.freeze(house.services, filed.file(house), 1)
    assert made is not None
    yield made
    house.services.close()


def test_the_printed_signature_check_takes_ours_and_refuses_others(
    printed: dict[str, Any], release: delivery.Release
) -> None:
    headers = delivery.signature(release, [SECRET], datetime.now(UTC))
    body = release.body.encode()
    check = printed["application_of"]
    assert check(body, headers, SECRET) == json.loads(release.body)
    assert check(body + b" ", headers, SECRET) is None


def test_the_printed_trail_check_tells_a_whole_trail_from_a_changed_one(
    printed: dict[str, Any], release: delivery.Release
) -> None:
    application = json.loads(release.body)
    assert printed["is_whole"](application)
    application["decision_trail"][0]["actor"] = "somebody else"
    assert not printed["is_whole"](application)


def test_the_guide_tells_of_every_status_a_field_can_have() -> None:
    schema = json.loads(
        (Path(delivery.__file__).parent / "api" / "application.schema.json").read_text()
    )  # fmt: skip
    table = GUIDE.read_text(encoding="utf-8")
    for status in schema["$defs"]["field"]["properties"]["status"]["enum"]:
        assert f"| `{status}` |" in table
