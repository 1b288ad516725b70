"""Blanks keep what matching needs, and little else."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from extractors import formpack
from extractors.bending import COARSE, FINE
from extractors.blanks import LAID_DPI, PITCH, Blank, Pass
from extractors.formpack import FormPack


@pytest.fixture
def pack(tmp_path: Path) -> FormPack:
    folder = tmp_path / "pack"
    shutil.copytree(formpack.SHIPPED / "V890-S-2026-11", folder)
    return formpack.load(folder)


def test_a_prepared_blank_is_matched_without_opening_its_picture_again(pack: FormPack) -> None:
    blank, opened = Blank(pack, 1), Blank(pack, 1)
    blank.prepare()
    pack.pages[0].blank.unlink()

    with pytest.raises(OSError, match=r"blank-1\.png"):
        opened.prepare()
    assert len(blank.features.points) > 300
    for dpi in (25.0, 50.0, 100.0):
        printed = blank.print_at(dpi)
        assert printed.shape == tuple(round(side * dpi / LAID_DPI) for side in blank.shape)
        assert printed.max() > 100


@pytest.mark.parametrize("by", [COARSE, *FINE], ids=lambda by: f"{by.dpi:.0f} dpi")
def test_blocks_lie_round_their_nodes_hold_print_and_can_move(pack: FormPack, by: Pass) -> None:
    blank = Blank(pack, 1)
    printed = blank.print_at(by.dpi)
    reach = round(by.reach / 25.4 * by.dpi)

    assert len(blank.blocks(by)) > 100
    for block in blank.blocks(by):
        held = printed[block.part]
        assert block.spread == pytest.approx(min(held.std(), 40.0), abs=0.01)
        assert printed[block.window].shape == tuple(side + 2 * reach for side in held.shape)
        x, y = (blank.nodes[block.node] + 0.5) * by.dpi / LAID_DPI
        rows, columns = block.part
        far = by.half / 25.4 * by.dpi + PITCH * by.dpi / LAID_DPI
        assert abs((rows.start + rows.stop) / 2 - y) < far
        assert abs((columns.start + columns.stop) / 2 - x) < far
    assert np.all(np.array([block.spread for block in blank.blocks(by)]) >= 6.0)
