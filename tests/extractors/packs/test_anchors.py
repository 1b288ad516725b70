"""The print that pages are recognised and laid by, and what is told where there is too little."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from extractors.formpack import SHIPPED, load
from extractors.forms.command import forms
from extractors.packs.anchors import anchors, poor
from extractors.packs.mistake import Mistake
from extractors.values import Box
from tests.extractors.packs.packs import WHOLE, blank, pack

SIGNED = """
[[fields]]
name = "declaration.signature"
label = { en = "Signature", cy = "Llofnod" }
kind = "signature"
way = "signature"
box = [46, 222, 116, 238]
"""


def told(folder: Path) -> list[Mistake]:
    return list(poor([load(folder)], lambda _name: None))


def redrawn(folder: Path, sheet: np.ndarray) -> Path:  # type: ignore[type-arg]
    Image.fromarray(sheet).save(folder / "blank-1.png")
    return folder


def test_a_shipped_form_has_anchors_all_over_and_nothing_is_told() -> None:
    form = load(SHIPPED / "V890-S-2026-11")
    found = anchors(form, 1)
    assert len(found.places) > 150
    assert found.bare.width * found.bare.height < 0.1 * 210 * 297
    assert max(found.away(field.box) for field in form.fields) < 10
    assert list(poor([form], lambda _name: None)) == []


def test_the_largest_part_without_an_anchor_is_where_nothing_is_printed(tmp_path: Path) -> None:
    form = load(pack(tmp_path / "PK1-2026-11"))
    bare = anchors(form, 1).bare
    assert bare.width == pytest.approx(210, abs=1)
    assert bare.y0 == pytest.approx(95, abs=10)
    assert bare.y1 == pytest.approx(297, abs=1)


def test_a_long_rule_is_no_anchor_for_it_looks_alike_all_along(tmp_path: Path) -> None:
    sheet = np.full((297 * 8, 210 * 8), 255, np.uint8)
    sheet[150 * 8 : 150 * 8 + 4, 20 * 8 : 190 * 8] = 0
    found = anchors(load(redrawn(pack(tmp_path / "PK1-2026-11"), sheet)), 1)
    assert found.places == ()


def test_an_answer_place_far_from_print_is_warned_of_with_its_line(tmp_path: Path) -> None:
    (warned,) = told(pack(tmp_path / "PK1-2026-11", WHOLE + SIGNED))
    assert warned.gravity == "warning"
    assert (warned.key, warned.line) == ("fields.declaration.signature", 34)
    assert "no print to lay the page by is found within 13" in warned.words
    assert "Print a heading or a frame there, or a mark in each corner" in warned.words


def test_a_frame_round_the_place_is_enough(tmp_path: Path) -> None:
    sheet = blank()
    sheet[222 * 8 : 238 * 8, 46 * 8 : 116 * 8] = 0
    sheet[222 * 8 + 3 : 238 * 8 - 3, 46 * 8 + 3 : 116 * 8 - 3] = 255
    folder = redrawn(pack(tmp_path / "PK1-2026-11", WHOLE + SIGNED), sheet)
    assert told(folder) == []


def test_a_page_with_next_to_no_print_cannot_be_recognised(tmp_path: Path) -> None:
    sheet = np.full((297 * 8, 210 * 8), 255, np.uint8)
    folder = redrawn(pack(tmp_path / "PK1-2026-11"), sheet)
    few, *fields = told(folder)
    assert (few.key, few.line) == ("pages[1]", 6)
    assert "only 0 printed details to be recognised by" in few.words
    assert len(fields) == 3
    assert all("found on the page" in each.words for each in fields)
    found = anchors(load(folder), 1)
    assert found.bare == Box(0, 0, pytest.approx(210, abs=1), pytest.approx(297, abs=1))


def test_forms_check_tells_it(tmp_path: Path) -> None:
    folder = pack(tmp_path / "PK1-2026-11", WHOLE + SIGNED)
    result = CliRunner().invoke(forms, ["check", "--no-samples", str(folder)])
    assert result.exit_code == 0
    assert "warning: " in result.output
    assert "form.toml:34: fields.declaration.signature: no print" in result.output
