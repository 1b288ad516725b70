"""What training cells are made of: every character can be written, and a seed fixes the cells."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from extractors.handprint import train
from extractors.handprint.glyphs import Bank, Glyph, read_bank, thinned
from extractors.handprint.hands import some_hand
from extractors.handprint.pens import Pen, drawn
from extractors.handprint.print_removal import comb, removed
from extractors.handprint.recogniser import EMPTY
from extractors.handprint.scanner import scanned
from extractors.handprint.strokes import Movement, read_allographs, write
from extractors.handprint.synthesis import CLASSES, cell_tile, glyph_tile, shard, training_writing
from extractors.values import STRUCK

NO_GLYPHS = Bank({})
WRITTEN = [character for character in CLASSES if character not in (STRUCK, EMPTY)]


def test_every_character_has_several_ways_of_writing() -> None:
    table = read_allographs()
    assert {c for c in table if not c.islower()} == set(WRITTEN)
    assert min(len(table[character]) for character in WRITTEN) >= 5


def test_small_forms_are_those_of_a_class() -> None:
    small = {character for character in read_allographs() if character.islower()}
    assert small
    assert {character.upper() for character in small} <= set(CLASSES)


@pytest.mark.parametrize("character", sorted(read_allographs()))
def test_every_way_of_writing_can_be_drawn(character: str) -> None:
    for strokes in read_allographs()[character]:
        drawing = write(strokes, shake=0.02, care=0.5, rng=np.random.default_rng(3))
        assert np.isfinite(drawing.points).all()
        assert drawing.joins.max() == len(drawing.points) - 1
        assert np.ptp(drawing.points[:, 1]) < 1.6


def test_a_seed_fixes_the_cells() -> None:
    writing = training_writing(NO_GLYPHS)
    first, numbers = shard(writing, 40, seed=5)
    again, same = shard(writing, 40, seed=5)
    other, _ = shard(writing, 40, seed=6)
    assert (first == again).all()
    assert (numbers == same).all()
    assert (first != other).any()


def test_written_cells_show_ink() -> None:
    writing = training_writing(NO_GLYPHS)
    rng = np.random.default_rng(8)
    tiles = [cell_tile(writing, "R", some_hand(rng), rng) for _ in range(50)]
    assert sum(bool(tile.any()) for tile in tiles) >= 49


def test_struck_out_cells_hold_more_ink_than_letters() -> None:
    writing = training_writing(NO_GLYPHS)
    rng = np.random.default_rng(4)
    struck = [cell_tile(writing, STRUCK, some_hand(rng), rng)[0].mean() for _ in range(60)]
    plain = [cell_tile(writing, "N", some_hand(rng), rng)[0].mean() for _ in range(60)]
    assert np.median(struck) > 1.2 * np.median(plain)


def test_the_ends_of_an_o_are_known_to_meet_and_those_of_a_c_not() -> None:
    table = read_allographs()
    assert all(way[0].meets == (True, True) for way in table["O"][:4])
    assert not any(any(way[0].meets) for way in table["C"][:4])


def test_a_hasty_hand_leaves_an_o_open() -> None:
    (stroke,) = read_allographs()["O"][0]
    widest = 0.0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        points = write((stroke,), 0.0, 1.0, rng, Movement(gap=0.3)).points
        widest = max(widest, float(np.hypot(*(points[0] - points[-1]))))
    assert 0.15 < widest < 0.6


def test_a_trembling_hand_stays_near_the_shape() -> None:
    (stroke,) = read_allographs()["O"][0]
    still = write((stroke,), 0.0, 1.0, np.random.default_rng(1)).points
    trembling = write((stroke,), 0.0, 1.0, np.random.default_rng(1), Movement(tremor=0.02)).points
    apart = np.hypot(*(still - trembling).T)
    assert 0.005 < apart.max() < 0.08


@pytest.mark.parametrize(
    "pen", [Pen(taper=1), Pen(nib=0.9), Pen(lifts=1), Pen(blob=1), Pen(outline=True)]
)
def test_every_pen_draws_what_was_written(pen: Pen) -> None:
    letter = write(read_allographs()["H"][0], 0.0, 1.0, np.random.default_rng(2))
    laid = replace(letter, points=letter.points * 40 + 10)
    ink = drawn((64, 64), laid, 6.0, pen, np.random.default_rng(3))
    plain = drawn((64, 64), laid, 6.0, Pen(), np.random.default_rng(3))
    assert ink.max() == 1
    assert 0.4 * plain.sum() < ink.sum() < 1.5 * plain.sum()


@pytest.mark.parametrize("rough", [False, True])
def test_a_scan_is_laid_at_the_size_asked_for_and_keeps_the_ink(rough: bool) -> None:
    ink = np.zeros((120, 100), np.float32)
    ink[40:80, 47:53] = 1
    for seed in range(80):
        page = scanned(ink, 0 * ink, 0.6, np.random.default_rng(seed), rough=rough)
        assert page.shape == (72, 60)
        assert 0 <= page.min() <= page.max() <= 1
        assert page[26:46, 28:32].mean() > 2 * page[:10].mean()


def test_the_printed_comb_is_taken_out_of_a_cell_and_the_writing_stays() -> None:
    rng = np.random.default_rng(5)
    pen = np.zeros((90, 80), np.float32)
    pen[40:44, 25:60] = 1
    left, kept = [], []
    for _ in range(30):
        printed = comb(pen.shape, (20, 20, 64, 72), rng)
        page = np.asarray(255 * (1 - (1 - 0.8 * pen) * (1 - printed)), np.uint8)
        ink = removed(page, *(np.asarray(255 * each, np.uint8) for each in (printed, pen)), rng)
        left.append(ink[printed > 0.15].mean())
        kept.append(ink[40:44, 28:57].mean())
    assert np.median(left) < 0.15
    assert np.median(kept) > 0.7


def test_a_picture_of_a_character_is_pasted_into_its_cell() -> None:
    block = Glyph(np.full((40, 30), 255, np.uint8))
    rng = np.random.default_rng(2)
    picture = glyph_tile(training_writing(NO_GLYPHS), block, some_hand(rng), rng)
    assert (picture > 128).mean() > 0.2


def test_a_thick_bar_thins_to_a_line() -> None:
    picture = np.zeros((1, 20, 20), bool)
    picture[0, 4:16, 8:13] = True
    bones = thinned(picture)[0]
    assert bones.any(axis=1).sum() >= 7
    assert bones[9].sum() == 1


def test_missing_material_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"caps_letters\.npz"):
        read_bank(tmp_path, held_out=False)
    assert train.main(["--data", str(tmp_path / "none"), "--out", str(tmp_path / "m.onnx")]) == 2


def test_importing_the_package_loads_neither_torch_nor_a_model() -> None:
    code = (
        "import sys, extractors.handprint.train, extractors.handprint.recogniser as r;"
        "loaded = any(isinstance(value, r.Recogniser) for value in vars(r).values());"
        "sys.exit('torch' in sys.modules or loaded)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
