"""Filled specimens: agreeing with themselves, deterministic, and honest about what they say."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from extractors import formpack, kinds
from extractors.checks import check_values
from extractors.formpack import SHIPPED, FormPack
from extractors.forms import printing, samples, sheets
from extractors.forms.ageing import age
from extractors.forms.fill import Filling, fill, samples_many
from extractors.limits import Limits, UnreadableScan
from extractors.pages import pages
from extractors.separators import split

PACKS = formpack.load_all([SHIPPED])
POST = Path(__file__).parents[3] / "intake" / "sample_post"
RECEIVED = date(2026, 11, 20)
RIGHT = Filling(mistakes=0)
ENGLISH = [pack for pack in PACKS if pack.language == "en"]  # a Welsh one is filled in alike
each_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.folder.name)
each_form = pytest.mark.parametrize("pack", ENGLISH, ids=lambda pack: pack.folder.name)


@each_form
def test_what_is_written_is_complete_and_fits_its_kind_and_every_rule(pack: FormPack) -> None:
    for seed in range(6):
        form = fill(pack, seed, Filling(mistakes=0, dpi=60))
        for field in pack.fields:
            value = form.truth[field.name]
            if isinstance(value, str) and field.way != "barcode":
                assert kinds.rule(field).normal(value) == value, f"{field.name}: {value}"
            elif field.required:
                assert value is True, f"{field.name} is empty"
            elif form.raw[field.name]:
                assert value is True, f"{field.name}: {form.raw[field.name]!r} fits no value"
        failed = [c for c in check_values(form.truth, pack, RECEIVED) if c.result == "fail"]
        # Somebody who is ill and says so has made no mistake, but a person must see it.
        assert [check for check in failed if not check.rule.startswith("MD-")] == []


@each_form
def test_the_same_seed_gives_the_same_form_and_another_gives_another(pack: FormPack) -> None:
    first, again, other = (fill(pack, seed, Filling(dpi=100)) for seed in (7, 7, 8))
    assert first.truth == again.truth
    assert all(np.array_equal(a, b) for a, b in zip(first.pictures, again.pictures, strict=True))
    assert first.truth != other.truth


@each_form
def test_ink_lies_in_the_boxes_of_what_was_written_and_nowhere_else(pack: FormPack) -> None:
    calm = Filling(mistakes=0, calm=True)
    form = fill(pack, 5, calm)
    blanks = printing.blanks(pack, calm.dpi)
    for field in pack.fields:
        if field.way == "barcode":
            continue
        blank, page = blanks[field.page - 1], form.pictures[field.page - 1]
        height, width = blank.shape
        left, top, right, bottom = field.box.pixels(width, height)
        ink = blank[top:bottom, left:right] > page[top:bottom, left:right].mean(2) + 60.0
        written = form.truth[field.name] not in (None, False)
        assert (ink.sum() > 30) == written, field.name


@pytest.mark.parametrize(
    ("mistake", "rule"),
    [
        ("birth_date_disagrees", "DN-04"),
        ("marks_differ", "VR-03"),
        ("signed_in_future", "DT-01"),
    ],
)
def test_a_mistake_breaks_its_rule(mistake: str, rule: str) -> None:
    pack = _pack("V62-S")
    form = fill(pack, 3, Filling(mistake=mistake))
    failed = {c.rule for c in check_values(form.truth, pack, RECEIVED) if c.result == "fail"}
    assert form.mistake == mistake
    assert rule in failed


def test_two_boxes_marked_is_no_answer() -> None:
    pack = _pack("V890-S")
    form = fill(pack, 3, Filling(mistake="two_boxes"))
    twice = [n for n, v in form.truth.items() if v is None and form.raw[n]]
    assert len(twice) == 1


def test_a_mistake_that_a_form_has_no_place_for_is_refused() -> None:
    with pytest.raises(ValueError, match="marks_differ: on V890-S the mistakes are"):
        fill(_pack("V890-S"), 3, Filling(mistake="marks_differ"))


def test_about_a_quarter_of_forms_have_a_mistake() -> None:
    pack = _pack("V890-S")
    wrong = sum(bool(fill(pack, seed, Filling(dpi=60)).mistake) for seed in range(24))
    assert 1 <= wrong <= 12


@pytest.mark.parametrize("level", range(4))
def test_ageing_is_the_same_for_the_same_seed(level: int) -> None:
    page = fill(_pack("V890-S"), 1).pictures[0][:400]
    assert np.array_equal(age(page, 4, level), age(page, 4, level))
    assert age(page, 4, level).shape == page.shape
    if level:
        assert not np.array_equal(age(page, 4, level), age(page, 5, level))


def test_ageing_turns_a_page_and_makes_it_black_and_white() -> None:
    page = np.full((40, 20), 255, np.uint8)
    page[:10, :] = 0
    turned = age(page, 1, 0, bitonal=True, turned=90)
    assert turned.shape == (20, 40)
    assert set(np.unique(turned)) == {0, 255}
    assert (turned[:, -10:] == 0).all()


def test_an_ageing_level_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="level: 0 to 3, not 4"):
        age(np.zeros((4, 4), np.uint8), 1, 4)


def test_many_samples_come_one_at_a_time_with_their_truth() -> None:
    forms = samples_many(_pack("V5C-S"), 2, seed=1)
    assert len({json.dumps(form.to_json(), sort_keys=True) for form in forms}) == 2


def test_a_separator_sheet_parts_two_forms() -> None:
    pack = _pack("V890-S")
    form = Image.fromarray(fill(pack, 1, RIGHT).pictures[0])
    sheet = Image.fromarray(sheets.separator())
    data = samples._file("scan.tif", [np.asarray(each) for each in (form, sheet, form)])
    sides = list(split(pages(data, Limits())))
    assert [side.role for side in sides] == ["page", "separator", "page"]
    assert [side.starts_item for side in sides] == [True, False, True]


@each_pack
def test_samples_are_pages_and_say_what_stands_on_them(pack: FormPack) -> None:
    told = tomllib.loads((pack.folder / "samples" / "expected.toml").read_text())["samples"]
    assert len(told) >= 1
    for sample in told:
        data = (pack.folder / "samples" / sample["file"]).read_bytes()
        assert len(list(pages(data, Limits()))) == len(pack.pages)
        for name, value in sample["values"].items():
            place = pack.by_name[name]
            if isinstance(value, str) and place.way != "barcode":
                assert kinds.rule(place).normal(value) == value


@pytest.mark.parametrize("code", ["V890-S", "V14-S"])
def test_the_committed_samples_are_those_the_script_writes(code: str) -> None:
    pack = _pack(code)
    for name, data in samples.samples(pack).items():
        committed = (pack.folder / "samples" / name).read_bytes()
        if name.endswith(".toml"):
            assert committed == data
        else:
            _assert_same_pages(committed, data)


def test_the_committed_sample_post_is_what_the_script_writes() -> None:
    written = samples.post()
    assert {path.name for path in POST.glob("post-*")} == set(written)
    for name, data in written.items():
        if name != "post-0005.pdf":
            _assert_same_pages((POST / name).read_bytes(), data)


def test_the_sample_post_is_small_and_one_piece_of_it_is_broken() -> None:
    files = sorted(path for path in POST.iterdir() if path.name.startswith("post-"))
    assert len(files) == 12
    assert sum(path.stat().st_size for path in files) < 2_500_000
    broken = [path.name for path in files if not _readable(path)]
    assert broken == ["post-0005.pdf"]


def _assert_same_pages(committed: bytes, written: bytes) -> None:
    """Equal but for the shade of single pixels, which other builds of a library may render."""
    pairs = zip(pages(committed, Limits()), pages(written, Limits()), strict=True)
    for old, new in pairs:
        assert old.picture.shape == new.picture.shape
        apart = np.abs(old.picture.astype(np.int16) - new.picture)
        assert np.mean(apart > 64) < 0.001


def _readable(path: Path) -> bool:
    try:
        return all(page.picture.size for page in pages(path.read_bytes(), Limits()))
    except UnreadableScan:
        return False


def _pack(code: str) -> FormPack:
    return next(pack for pack in ENGLISH if pack.code == code)
