"""Specimens of any form pack: plausible answers, exact truth, ageing by name, and the command."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from extractors import formpack, kinds
from extractors.checks import check_values
from extractors.formpack import SHIPPED, BadFormPack, FormPack
from extractors.forms import printing, slips
from extractors.forms.ageing import RECIPES, scanned
from extractors.forms.fill import Filled, Filling, fill
from extractors.forms.hand import FITTING, MEASURING, Hand, picture_face
from extractors.forms.mistakes import Marks, spoil
from extractors.forms.paper import Paper
from extractors.forms.people import STRANGERS
from extractors.forms.specimens import As, Making, Specimen, specimens, write
from extractors.forms.stories import RECEIVED, Answers
from extractors.limits import Limits
from extractors.pages import pages
from extractors.values import STRUCK
from intake.__main__ import postroom

PACKS = formpack.load_all([SHIPPED])
ANYONE = Filling(mistakes=0, varied=True, dpi=60)
CLEAN = Making(ageing=("clean",), dpi=150)
ENGLISH = [pack for pack in PACKS if pack.language == "en"]  # a Welsh one is filled in alike
each_form = pytest.mark.parametrize("pack", ENGLISH, ids=lambda pack: pack.folder.name)


def _made_up() -> ModuleType:
    spec = importlib.util.spec_from_file_location("made_up", Path(__file__).with_name("made_up.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def parking(tmp_path_factory: pytest.TempPathFactory) -> FormPack:
    return formpack.load(_made_up().parking(tmp_path_factory.mktemp("packs") / "PK1"))


@each_form
def test_strangers_fill_in_a_shipped_form_without_breaking_a_rule(pack: FormPack) -> None:
    for seed in range(8):
        form = fill(pack, seed, ANYONE)
        failed = [c for c in check_values(form.truth, pack, RECEIVED) if c.result == "fail"]
        # Somebody who is ill and says so has made no mistake, but a person must see it.
        assert [check for check in failed if not check.rule.startswith("MD-")] == []
        for place in pack.fields:
            value = form.truth[place.name]
            if isinstance(value, str) and place.way != "barcode":
                assert kinds.rule(place).normal(value) == value
            elif place.required:
                assert value is True


def test_a_form_nobody_knows_is_filled_with_answers_that_fit(parking: FormPack) -> None:
    answered = set()
    for seed in range(8):
        form = fill(parking, seed, ANYONE)
        for place in parking.fields:
            value = form.truth[place.name]
            if value is None:
                assert not place.required, place.name
                assert not form.raw[place.name], f"{place.name}: {form.raw[place.name]!r}"
                continue
            answered.add(place.name)
            if isinstance(value, str) and place.way not in ("barcode", "choice"):
                assert kinds.rule(place).normal(value) == value, place.name
            if place.way == "comb":
                assert len(form.raw[place.name]) <= slips.capacity(place)
    assert answered == {place.name for place in parking.fields}


def test_the_answers_of_one_group_are_of_one_person(parking: FormPack) -> None:
    told = [fill(parking, seed, ANYONE).truth for seed in range(8)]
    both = [t for t in told if t["applicant.full_name"] and t["applicant.surname"]]
    assert both
    for truth in both:
        assert str(truth["applicant.full_name"]).endswith(str(truth["applicant.surname"]))


def test_what_stands_in_each_box_is_told_and_is_there(parking: FormPack) -> None:
    form = fill(parking, 3, Filling(mistakes=0, calm=True, dpi=150))
    blank, page = printing.blanks(parking, 150)[0], form.pictures[0]
    assert form.cells
    for name, told in form.cells.items():
        boxes = [row.cell(i) for row in parking.by_name[name].combs for i in range(row.cells)]
        assert len(told) == len(boxes)
        assert "".join(c or " " for c in told).strip() == form.raw[name]
        for box, character in zip(boxes, told, strict=True):
            left, top, right, bottom = box.pixels(blank.shape[1], blank.shape[0])
            inside = np.s_[top + 4 : bottom - 4, left + 4 : right - 4]
            ink = blank[inside] > page[inside].mean(2) + 60
            assert bool(ink.sum() > 3) == bool(character), f"{name}: {character!r}"


def test_slips_are_told_and_leave_the_value_as_it_was_meant(parking: FormPack) -> None:
    assert slips.STRUCK == STRUCK
    seen = set()
    for seed in range(6):
        form = fill(parking, seed, Filling(mistakes=0, varied=True, slips=1.0, dpi=60))
        seen |= set(form.slips.values())
        for name, slip in form.slips.items():
            place, value = parking.by_name[name], form.truth[name]
            if slip.startswith("struck_") and place.way == "comb":
                kept = form.raw[name].replace(STRUCK, "").strip()
                assert kinds.rule(place).normal(kept) == value
                assert form.raw[name].count(STRUCK) == form.cells[name].count(STRUCK) > 0
            if slip == "outside_boxes":
                assert set(form.cells[name]) == {""}
            if slip == "across_boxes":
                assert form.cells[name] == ()
    assert seen == {
        "struck_character", "struck_word", "struck_tick", "begun_late", "across_boxes",
        "outside_boxes",
    }  # fmt: skip


@pytest.mark.parametrize("date", ["12/11/2026", "12 NOVEMBER 2026", "AS AGREED", ""])
def test_mistakes_are_only_made_where_they_can_be(parking: FormPack, date: str) -> None:
    answers: Answers = {
        "declaration.date": date, "applicant.date_of_birth": date, "vehicle.vrn_again": "AA1",
    }  # fmt: skip
    for seed in range(8):
        which, marks = spoil(parking, answers, np.random.default_rng(seed))
        assert (which, marks) in {("", Marks()), ("overwritten", Marks("applicant.date_of_birth"))}


def test_a_place_narrower_than_a_letter_is_written_in_upright() -> None:
    rng = np.random.default_rng(2)
    paper = Paper((120, 120), 200)
    paper.line(Hand.of(rng, calm=True), rng, "J", (4.0, 2.0, 8.0, 12.0))
    rows, columns = np.nonzero(paper.ink > 0.5)
    assert rows.size
    assert rows.max() < 12 * paper.scale
    assert 4 * paper.scale < columns.min() < columns.max() < 10 * paper.scale


def test_a_struck_out_tick_is_not_ticked(parking: FormPack) -> None:
    struck = 0
    for seed in range(12):
        form = fill(parking, seed, Filling(mistakes=0, varied=True, slips=1.0, dpi=60))
        made = form.ticks["request.zone"]
        ticked = [value for value, mark in made.items() if mark and mark != "struck"]
        assert ticked == [form.truth["request.zone"]]
        struck += "struck" in made.values()
    assert struck > 3


def test_a_picture_in_pixels_and_colour_is_written_on_as_it_is(tmp_path: Path) -> None:
    pack = formpack.load(_made_up().photographed(tmp_path / "PX"))
    (form,) = specimens(pack, 1, 4, Making(ageing=("clean",), dpi=200))
    page = form.scans[0].picture
    assert page.shape[1] / page.shape[0] == pytest.approx(1.5, abs=0.01)
    assert page.shape[0] == pytest.approx(1654, rel=0.01), "the short side is that of A4"
    assert page[-5, -5].tolist() == [250, 240, 225]
    assert form.filled.truth["member.name"]


def test_a_blank_that_is_no_picture_is_told(tmp_path: Path) -> None:
    folder = _made_up().photographed(tmp_path / "PX")
    (folder / "card.png").write_bytes(b"rubbish")
    with pytest.raises(BadFormPack, match=r"card\.png: this picture cannot be read"):
        fill(formpack.load(folder), 1)


def test_the_same_seed_makes_the_same_specimens(parking: FormPack) -> None:
    making = Making(dpi=100, slips=0.2)
    first, again, other = (list(specimens(parking, 2, seed, making)) for seed in (5, 5, 6))
    assert [a.to_json() for a in first] == [b.to_json() for b in again]
    for a, b in zip(first, again, strict=True):
        pairs = zip(a.scans, b.scans, strict=True)
        assert all(np.array_equal(one.picture, two.picture) for one, two in pairs)
    assert first[0].filled.truth != first[1].filled.truth
    assert first[0].filled.truth != other[0].filled.truth


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_ageing_keeps_the_form_and_its_size(recipe: str, parking: FormPack) -> None:
    (form,) = specimens(parking, 1, 9, Making(ageing=(recipe,), dpi=100, slips=0))
    scan, clean = form.scans[0], fill(parking, 9 * 100_003, Filling(0.1, varied=True, dpi=100))
    assert scan.picture.shape == clean.pictures[0].shape
    assert (recipe == "clean") == np.array_equal(scan.picture, clean.pictures[0])
    assert scan.black_and_white == (len(np.unique(scan.picture)) == 2)
    lines = [_lines(each) for each in (clean.pictures[0], _laid_back(scan.picture, scan.matrix))]
    shared = (lines[0] * lines[1]).sum()
    assert shared / np.sqrt((lines[0] ** 2).sum() * (lines[1] ** 2).sum()) > 0.7


def _lines(page: np.ndarray) -> np.ndarray:
    """What is drawn on a page, a little blurred, without its light and shade."""
    dark = 255 - page.mean(2).astype(np.float32)
    dark -= cv2.GaussianBlur(dark, (0, 0), 12)
    return cv2.GaussianBlur(dark, (0, 0), 2.5)


def _laid_back(page: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    size = np.diag([page.shape[1], page.shape[0], 1.0])
    inverse = np.linalg.inv(size @ matrix @ np.linalg.inv(size))
    shape = (page.shape[1], page.shape[0])
    return cv2.warpPerspective(page, inverse, shape, borderValue=(255, 255, 255))


def test_ageings_combine_and_an_unknown_one_is_refused() -> None:
    page = np.full((300, 200, 3), 255, np.uint8)
    scan = scanned(page, 1, ("coffee", "folded", "one-bit"))
    assert set(np.unique(scan.picture)) <= {0, 255}
    with pytest.raises(ValueError, match="tea: the ageings are clean, office"):
        scanned(page, 1, ("tea",))


def test_faces_for_measuring_and_fitting_are_apart_and_there() -> None:
    assert not set(MEASURING) & set(FITTING)
    rng = np.random.default_rng(1)
    for name in (*MEASURING, *FITTING):
        assert Hand.anyone(rng, (name,)).face.name == name
    with pytest.raises(ValueError, match="Nobody: no such handwriting face"):
        Hand.of(rng, faces=("Nobody",))


def test_a_hand_of_pictures_writes_with_one_picture_of_each_character() -> None:
    ring = np.zeros((40, 40), np.uint8)
    cv2.circle(ring, (20, 20), 17, 255, 4)
    bar = np.full((40, 6), 255, np.uint8)
    face = picture_face("cut", {"O": [ring, bar]})
    hand = Hand.anyone(np.random.default_rng(4), (face,))
    widths = set()
    for seed in range(6):
        paper = Paper((120, 120), 200)
        paper.character(hand, np.random.default_rng(seed), "O", (3, 3, 9, 11))
        columns = np.flatnonzero((paper.ink > 0.3).any(axis=0))
        widths.add(np.ptp(columns) > 22)
    assert len(widths) == 1
    lent = Paper((120, 120), 200)
    lent.character(hand, np.random.default_rng(0), "&", (3, 3, 9, 11))
    assert (lent.ink > 0.3).sum() > 40
    with pytest.raises(ValueError, match="letters and digits only, not of &"):
        picture_face("cut", {"&": [ring]})


def test_strangers_have_names_that_no_list_has_and_marks_for_testing() -> None:
    rng = np.random.default_rng(2)
    people = [STRANGERS.person(rng) for _ in range(300)]
    assert len({who.family for who in people}) > 200
    assert any("-" in who.family for who in people)
    assert all(who.email.split("@")[1].startswith("example.") for who in people)
    for _ in range(50):
        mark = STRANGERS.mark(rng)
        assert kinds.KINDS["registration_mark"].normal(mark) == mark
        assert mark.startswith("AA")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(postroom, ["forms", "fill", *map(str, arguments)])


@pytest.mark.parametrize(("form", "files"), [("png", 4), ("tiff", 2), ("pdf", 2)])
def test_the_command_writes_pictures_and_their_truth(form: str, files: int, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    result = run("V62-S", "--count", 2, "--seed", 3, "--out", out, "--as", form, "--dpi", 100)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("2 forms of V62-S in ")
    told = [json.loads(line) for line in (out / "truth.jsonl").read_text("utf-8").splitlines()]
    names = [name for each in told for name in each["files"]]
    assert sorted(path.name for path in out.iterdir()) == sorted([*names, "truth.jsonl"])
    assert len(names) == files
    read = [page for name in names for page in pages((out / name).read_bytes(), Limits())]
    assert len(read) == 4
    assert {round(page.dpi) for page in read} == {100}
    assert {"truth", "raw", "cells", "ticks", "slips", "hand", "ageing", "mistake", "dpi"} <= set(
        told[0]
    )


@pytest.mark.parametrize("form", ["png", "tiff", "pdf"])
@pytest.mark.parametrize("recipe", RECIPES)
def test_every_ageing_can_be_written_as_every_sort_of_file(
    recipe: str, form: As, tmp_path: Path
) -> None:
    chance = np.random.default_rng(4)
    picture = chance.integers(0, 255, (400, 300, 3), np.uint8)
    filled = Filled((picture, picture), {}, {}, "", "")
    scans = tuple(scanned(picture, seed, (recipe,)) for seed in (1, 2))
    (name, *_) = write(Specimen(filled, scans, 150, (recipe,)), tmp_path, "small", form)
    read = list(pages((tmp_path / name).read_bytes(), Limits()))
    assert len(read) == (1 if form == "png" else 2)


def test_the_command_fills_a_pack_of_ones_own_and_repeats_itself(
    parking: FormPack, tmp_path: Path
) -> None:
    for out in ("a", "b"):
        arguments = ("--count", 1, "--ageing", "fax", "--ageing", "coffee", "--dpi", 100)
        result = run(parking.folder, "--out", tmp_path / out, *arguments)
        assert result.exit_code == 0
        assert result.stdout.startswith("1 form of PK1 in ")
    first, again = (
        {path.name: path.read_bytes() for path in (tmp_path / out).iterdir()} for out in "ab"
    )
    assert first == again
    assert json.loads(first["truth.jsonl"])["ageing"] == ["fax", "coffee"]
    with Image.open(tmp_path / "a" / "PK1-1-00001-1.png") as page:
        assert page.mode == "1"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("V999", "--out", "x"), r"form pack (D1-S, V14-S, V5C-S, V62-S, V888-S, V890-S) nor"),
        (("V62-S",), "Missing option '--out'"),
        (("V62-S", "--out", "x", "--count", "0"), "0 is not in the range x>=1"),
        (("V62-S", "--out", "x", "--ageing", "tea"), "'tea' is not one of 'clean'"),
        (("V62-S", "--out", "/dev/null/x"), "/dev/null/x: Not a directory"),
    ],
)
def test_what_the_command_cannot_do_it_says(
    arguments: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code != 0
    assert told in result.stderr
    assert "Traceback" not in result.output


def test_a_folder_with_a_bad_pack_is_refused_by_key(tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_text('code = "PK1"\n', encoding="utf-8")
    result = run(tmp_path, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "form.toml: edition: it is missing" in result.stderr


def test_pages_of_one_form_go_into_one_file(parking: FormPack, tmp_path: Path) -> None:
    (form,) = specimens(parking, 1, 1, CLEAN)
    assert write(form, tmp_path, "one", "tiff") == ["one.tif"]
    with Image.open(tmp_path / "one.tif") as picture:
        assert getattr(picture, "n_frames", 1) == 2
