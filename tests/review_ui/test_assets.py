"""What is vendored is what it says it is, and what the pages need is there."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import review_ui
from review_ui.desk.snippets import MOST_CELLS

STATIC = Path(review_ui.__file__).parent / "static"
VENDOR = STATIC / "vendor"


def test_vendored_files_are_unchanged_and_all_of_them_are_known() -> None:
    sums = dict(
        reversed(line.split(maxsplit=1))
        for line in (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    )
    found = {path.name for path in VENDOR.iterdir()} - {"SHA256SUMS"}
    assert found == set(sums)
    for name, expected in sums.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == expected, name


def test_vendored_files_come_with_their_licences() -> None:
    assert "MIT License" in (VENDOR / "LICENSE-govuk-frontend.txt").read_text(encoding="utf-8")
    assert "SIL Open Font License" in (VENDOR / "OFL.txt").read_text(encoding="utf-8")


def test_the_styles_carry_no_government_brand() -> None:
    text = (VENDOR / "govuk-frontend.css").read_text(encoding="utf-8")
    assert '--govuk-frontend-version: "6.6.0"' in text
    assert "GDS Transport" not in text
    assert "crown" not in text.lower()
    assert "--govuk-brand-colour: #00625e" in text


def test_styles_and_scripts_fetch_nothing_from_elsewhere() -> None:
    for path in [*STATIC.rglob("*.css"), *STATIC.rglob("*.js")]:
        text = path.read_text(encoding="utf-8")
        outside = [url for url in re.findall(r"https?://[^\s'\")]+", text) if "w3.org" not in url]
        assert outside == [], path
        for url in re.findall(r"url\(([^)]+)\)", text):
            assert (path.parent / url.strip("'\"")).is_file(), f"{path}: {url}"


def test_every_length_of_comb_that_is_drawn_has_its_class() -> None:
    text = (STATIC / "css" / "cells.css").read_text(encoding="utf-8")
    for cells in range(1, MOST_CELLS + 1):
        assert f".cells-{cells} {{ --cells: {cells}; }}" in text


def test_scripts_need_nothing_a_strict_policy_refuses() -> None:
    for path in (STATIC / "js").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function|\.style\.|innerHTML\s*=(?!=)", text), path
