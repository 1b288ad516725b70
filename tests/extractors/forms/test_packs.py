"""The shipped form packs: complete, tidy, and drawn from their own definition."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from extractors import formpack
from extractors.checks import RULES
from extractors.formpack import SHIPPED, BadFormPack, FormPack, read_toml
from extractors.forms import draw
from extractors.values import Box

FOLDERS = draw.packs()
PACKS = formpack.load_all([SHIPPED])
each_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.folder.name)
each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def test_six_forms_are_shipped_in_english_and_in_welsh() -> None:
    english = {
        ("V890-S", "2026-11"), ("V62-S", "2026-11"), ("V5C-S", "2026-11"), ("D1-S", "2026-11"),
        ("V888-S", "2026-11"), ("V14-S", "2013-03"),
    }  # fmt: skip
    told = {(pack.code, pack.edition): pack.language for pack in PACKS}
    assert {key for key, language in told.items() if language == "en"} == english
    assert {key for key, language in told.items() if language == "cy"} == {
        (code, f"{edition}-cy") for code, edition in english
    }


def test_a_shipped_edition_is_never_changed_only_added() -> None:
    """Where one was used, Postroom would refuse to start with the changed one: give it a new name.

    A place, a kind or a blank counts; words, rules, queue and status may be mended.
    """
    assert {pack.folder.name: pack.digest[:16] for pack in PACKS} == {
        "D1-S-2026-11": "748ecdbf9c3ccb44",
        "D1-S-2026-11-cy": "03b5c1d429d5f594",
        "V14-S-2013-03": "63fa252a71d612b6",
        "V14-S-2013-03-cy": "85db207805432f4e",
        "V5C-S-2026-11": "d4829a5fcc26af04",
        "V5C-S-2026-11-cy": "8af6ba2735343a30",
        "V62-S-2026-11": "a3a5605683f7f582",
        "V62-S-2026-11-cy": "54194c46c28d0ebd",
        "V888-S-2026-11": "6ba802454c7edcc2",
        "V888-S-2026-11-cy": "67ca1fe1c3945b65",
        "V890-S-2026-11": "13f81c7fe7f5b0b0",
        "V890-S-2026-11-cy": "3c0c380b296826da",
    }


def test_a_welsh_edition_asks_the_same_at_the_same_places_on_other_paper() -> None:
    packs = {pack.folder.name: pack for pack in PACKS}
    for name, pack in packs.items():
        if pack.language == "en":
            welsh = packs[f"{name}-cy"]
            assert welsh.fields == pack.fields
            assert (welsh.rules, welsh.status, welsh.review) == (
                pack.rules, pack.status, pack.review,
            )  # fmt: skip
            for ours, theirs in zip(pack.pages, welsh.pages, strict=True):
                assert ours.blank.read_bytes() != theirs.blank.read_bytes()


def test_a_request_for_information_is_always_decided_by_a_person() -> None:
    assert {pack.code for pack in PACKS if pack.review == "always"} == {"V888-S"}


def test_the_refund_is_an_edition_that_was_withdrawn() -> None:
    assert {pack.code for pack in PACKS if pack.status == "withdrawn"} == {"V14-S"}


@each_folder
def test_the_committed_blank_is_what_the_definition_draws(folder: Path) -> None:
    pages = read_toml(folder).pages
    for page, drawn in zip(pages, draw.draw(folder), strict=True):
        with Image.open(folder / page.blank) as picture:
            committed = np.asarray(picture, np.int16)
        assert committed.shape == drawn.shape
        # Letters may be rendered a shade differently on another machine; lines and boxes may not.
        assert np.mean(np.abs(committed - drawn) > 64) < 0.0005


def test_drawing_a_pack_again_writes_the_same_file(tmp_path: Path) -> None:
    source = SHIPPED / "V890-S-2026-11"
    (tmp_path / "form.toml").write_bytes((source / "form.toml").read_bytes())
    first = [path.read_bytes() for path in draw.save(tmp_path)]
    assert [path.read_bytes() for path in draw.save(tmp_path)] == first


@each_pack
def test_answer_places_do_not_overlap(pack: FormPack) -> None:
    for page in pack.pages:
        boxes = [
            (field.name, box) for field in pack.on_page(page.number) for box in _written_in(field)
        ]
        for (name, box), (other, second) in combinations(boxes, 2):
            apart = (
                box.x1 <= second.x0 or second.x1 <= box.x0
                or box.y1 <= second.y0 or second.y1 <= box.y0
            )  # fmt: skip
            assert apart, f"{name} and {other} overlap on page {page.number}"


@each_folder
def test_no_label_is_printed_over_an_answer_place(folder: Path) -> None:
    form = read_toml(folder)
    for field in form.fields:
        if field.label_at is None:
            continue
        x0, y0, x1, y1 = field.label_at
        for other in form.fields:
            if other.page != field.page:
                continue
            for a0, b0, a1, b1 in _rectangles(other):
                apart = x1 <= a0 or a1 <= x0 or y1 <= b0 or b1 <= y0
                assert apart, f"the label of {field.name} touches {other.name}"


@each_pack
def test_every_label_is_in_english_and_welsh(pack: FormPack) -> None:
    assert set(pack.title) == {"en", "cy"}
    for field in pack.fields:
        assert set(field.label) == {"en", "cy"}, field.name
        for option in field.options:
            assert set(option.label) == {"en", "cy"}, f"{field.name}: {option.value}"


@each_pack
def test_boxes_have_the_size_people_can_write_in(pack: FormPack) -> None:
    for field in pack.fields:
        size = pack.pages[field.page - 1].size_mm
        assert size is not None
        for row in field.combs:
            assert row.box.width * size[0] / row.cells == pytest.approx(5, abs=0.01)
            assert row.box.height * size[1] == pytest.approx(7, abs=0.01)
        ticks = [option.box for option in field.options]
        ticks += [field.box] if field.kind == "tick" else []
        for box in ticks:
            assert 4.5 <= box.width * size[0] <= 5.01
            assert 4.5 <= box.height * size[1] <= 5.01


@each_pack
def test_rules_of_a_pack_are_known(pack: FormPack) -> None:
    assert set(pack.rules) <= set(RULES)


@each_folder
def test_the_printed_box_edges_are_where_the_definition_says(folder: Path) -> None:
    """The dark line at a comb's left and right edge, so blank and definition agree to a pixel."""
    pack = formpack.load(folder)
    tone = read_toml(folder).look.lines
    for number, blank in enumerate(draw.draw(folder), start=1):
        height, width = blank.shape
        for field in pack.on_page(number):
            for row in field.combs:
                left, top, right, bottom = row.box.pixels(width, height)
                middle = (top + bottom) // 2
                assert blank[middle, left] == tone
                assert blank[middle, right - 1] == tone


def test_the_printed_barcode_names_code_edition_and_page() -> None:
    folder = SHIPPED / "V62-S-2026-11"
    for number, blank in enumerate(draw.draw(folder), start=1):
        found = zxingcpp.read_barcodes(np.ascontiguousarray(blank))
        assert [code.text for code in found] == [f"V62-S/2026-11/{number}"]


def test_a_label_that_does_not_fit_is_refused_with_its_place(tmp_path: Path) -> None:
    text = (SHIPPED / "V890-S-2026-11" / "form.toml").read_text(encoding="utf-8")
    long = text.replace('en = "Registration mark"', 'en = "' + "Registration mark " * 12 + '"', 1)
    (tmp_path / "form.toml").write_text(long, encoding="utf-8")
    with pytest.raises(BadFormPack, match="does not fit into"):
        draw.draw(tmp_path)


def test_a_page_measured_in_pixels_is_not_drawn(tmp_path: Path) -> None:
    text = (SHIPPED / "V890-S-2026-11" / "form.toml").read_text(encoding="utf-8")
    pixels = text.replace("size = [210, 297]", 'size = [210, 297]\nunit = "px"')
    (tmp_path / "form.toml").write_text(pixels, encoding="utf-8")
    with pytest.raises(BadFormPack, match="only pages measured in mm"):
        draw.draw(tmp_path)


def test_every_font_has_its_licence_beside_it() -> None:
    faces = sorted(draw.FONTS.glob("*.ttf"))
    assert len(faces) == 16
    for face in faces:
        name = face.stem.partition("-")[0]
        assert (draw.FONTS / f"{name}.LICENSE.txt").stat().st_size > 1000


def _written_in(field: formpack.FieldPlace) -> list[Box]:
    parts = [row.box for row in field.combs] + [option.box for option in field.options]
    return parts or list(field.lines) or [field.box]


def _rectangles(field: Any) -> list[tuple[float, float, float, float]]:
    rows = [row[:4] for row in field.combs]
    options = [option.box for option in field.options]
    return [*rows, *options, *field.lines, *([field.box] if field.box else [])]
