"""The house as newcomers meet it: links lead somewhere, and the container keeps to itself."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

HOUSE = Path(__file__).parent.parent
TEXTS = sorted(
    [*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md"), *HOUSE.glob("extractors/**/*.md")]
)
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_every_link_in_a_text_leads_to_a_file(text: Path) -> None:
    links = LINK.findall(text.read_text(encoding="utf-8"))
    inside = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in inside if not (text.parent / link).exists()] == []


def test_the_readme_names_every_guide() -> None:
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")
    guides = {path.name for path in (HOUSE / "docs").glob("*.md")}
    assert {name for name in guides if f"docs/{name}" not in readme} == set()


def test_the_container_keeps_to_itself() -> None:
    compose = yaml.safe_load((HOUSE / "compose.yaml").read_text(encoding="utf-8"))
    for service in compose["services"].values():
        assert all(str(port).startswith("127.0.0.1:") for port in service["ports"])
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert "mem_limit" in service
        named = {volume.split(":")[0] for volume in service["volumes"]}
        assert named <= set(compose["volumes"])


def test_the_container_does_not_run_as_root() -> None:
    dockerfile = (HOUSE / "Dockerfile").read_text(encoding="utf-8")
    last_stage = dockerfile.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER (?!root)\w+$", last_stage, re.MULTILINE)


def test_no_pinned_package_names_an_address() -> None:
    for pins in (HOUSE / "requirements").glob("*.txt"):
        assert "://" not in pins.read_text(encoding="utf-8"), pins.name


def test_only_the_headless_build_of_opencv_is_installed() -> None:
    for pins in (HOUSE / "requirements").glob("*.txt"):
        lines = pins.read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if line.startswith("opencv-python==")], pins.name


def test_every_file_that_a_package_needs_is_installed_with_it() -> None:
    """A container has the packages alone: what no pattern names is missing only there."""
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    (patterns,) = project["tool"]["setuptools"]["package-data"].values()
    suffixes = tuple(each.removeprefix("**/").removeprefix("*") for each in patterns)
    assert all(each.startswith("**/") for each in patterns)
    for package in ("extractors", "intake", "workers", "review_ui"):
        files = [path for path in (HOUSE / package).rglob("*") if path.is_file()]
        left_out = [
            path
            for path in files
            if not {"__pycache__", "vendoring"} & set(path.parts)
            and path.suffix != ".py"
            and not path.name.endswith(suffixes)
        ]
        assert left_out == []
