"""The sheets that the mailroom prints part items however they go through the scanner."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from extractors.forms.sheet_command import sheet
from extractors.forms.sheets import separator
from extractors.pages import Limits, pages
from extractors.separators import split
from extractors.straighten import Turn, turn
from extractors.values import Page, Picture
from tests.extractors.scan_files import tilted


def seen(picture: Picture, dpi: int) -> tuple[str, str | None]:
    (side,) = split([Page(1, picture, float(dpi))])
    return side.role, side.barcode


@pytest.mark.parametrize("way", [0, 90, 180, 270])
def test_the_separator_works_any_way_round_askew_blurred_and_dim(way: Turn) -> None:
    drawn = turn(separator(150), way)
    blurred = np.asarray(cv2.GaussianBlur(drawn, (0, 0), 2.5))
    dim = (drawn * 0.4 + 60).astype(np.uint8)
    for picture in (drawn, tilted(drawn, 4.0), blurred, dim):
        assert seen(picture, 150)[0] == "separator"


def test_a_printed_separator_tells_itself_by_its_barcode(tmp_path: Path) -> None:
    out = tmp_path / "separator.pdf"
    assert CliRunner().invoke(sheet, [str(out)]).exit_code == 0
    (side,) = split(pages(out, Limits()))
    assert (side.role, side.barcode) == ("separator", "POSTROOM-SEPARATOR")


def test_a_batch_header_carries_its_number(tmp_path: Path) -> None:
    out = tmp_path / "batch.pdf"
    assert CliRunner().invoke(sheet, [str(out), "--batch", "2026-11-21/7"]).exit_code == 0
    (side,) = split(pages(out, Limits()))
    assert (side.role, side.barcode) == ("separator", "POSTROOM-BATCH:2026-11-21/7")


def test_a_number_that_no_barcode_should_carry_is_refused(tmp_path: Path) -> None:
    told = CliRunner().invoke(sheet, [str(tmp_path / "x.pdf"), "--batch", "näxt week"])
    assert told.exit_code == 2
    assert "letters, digits" in told.output
