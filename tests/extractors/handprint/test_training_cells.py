"""What training cells are made of: every character can be written, and a seed fixes the cells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from extractors.handprint import train
from extractors.handprint.glyphs import Bank, Glyph, read_bank, thinned
from extractors.handprint.hands import some_hand
from extractors.handprint.strokes import read_allographs, write
from extractors.handprint.synthesis import CLASSES, cell_tile, glyph_tile, shard, training_writing

NO_GLYPHS = Bank({})


def test_every_character_has_several_ways_of_writing() -> None:
    table = read_allographs()
    assert set(table) == set(CLASSES) - {""}
    assert min(len(ways) for ways in table.values()) >= 3


@pytest.mark.parametrize("character", [c for c in CLASSES if c])
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
