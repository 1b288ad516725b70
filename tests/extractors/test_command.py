"""``postroom read``: files in, JSON out, without any service."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from extractors.command import read_command
from extractors.formpack import SHIPPED, load
from extractors.forms.fill import Filling, fill


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled form as PNG, the same form twice with a blank sheet between as TIFF, and rubbish."""
    folder = tmp_path_factory.mktemp("scans")
    form = fill(load(SHIPPED / "V890-S-2026-11"), 3, Filling(mistakes=0.0, calm=True, dpi=200))
    page = Image.fromarray(form.pictures[0])
    page.save(folder / "form.png", dpi=(200, 200))
    blank = Image.fromarray(np.full_like(form.pictures[0], 252))
    page.save(
        folder / "two.tif", save_all=True, append_images=[blank, page], dpi=(200, 200),
        compression="tiff_lzw",
    )  # fmt: skip
    (folder / "rubbish.pdf").write_bytes(b"%PDF-1.7 and then nothing of the kind")
    return folder


def run(*arguments: Path | str) -> Result:
    return CliRunner().invoke(read_command, [str(each) for each in arguments])


def test_one_line_of_json_for_each_item(scans: Path) -> None:
    result = run(scans / "form.png", scans / "two.tif")
    assert result.exit_code == 0, result.stderr
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["application_type"]["code"] for each in told] == ["V890-S"] * 3
    for each in told:
        assert each["fields"]["declaration.signature"]["value"] is True
        assert each["declarations"][0]["signed"] is True
        assert each["work_type"] == "vehicle.off_road"
        evidence = each["fields"]["vehicle.vrn"]["evidence"][0]
        assert evidence["page"] == 1
        assert len(evidence["box"]) == 4


def test_what_cannot_be_read_is_told_and_the_rest_is_read(scans: Path) -> None:
    result = run(scans / "rubbish.pdf", scans / "nowhere.png", scans / "form.png")
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 1
    first, second = result.stderr.splitlines()
    assert first.startswith(f"{scans / 'rubbish.pdf'}: ")
    assert second.startswith(f"{scans / 'nowhere.png'}: ")


def test_files_and_drawings_go_to_the_folders_asked_for(scans: Path, tmp_path: Path) -> None:
    out, draw = tmp_path / "out", tmp_path / "drawn"
    result = run(scans / "two.tif", "--out", out, "--draw", draw)
    assert (result.exit_code, result.stdout) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == ["two-1.json", "two-2.json"]
    assert sorted(path.name for path in draw.iterdir()) == ["two-1-page-1.png", "two-2-page-1.png"]
    with Image.open(draw / "two-1-page-1.png") as picture:
        colours = np.asarray(picture).reshape(-1, 3)
    assert np.ptp(colours.astype(int), axis=1).max() > 80


def test_a_bad_form_pack_is_refused_by_name(scans: Path, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "form.toml").write_text("code = 7\n", encoding="utf-8")
    result = run(scans / "form.png", "--forms", tmp_path)
    assert result.exit_code == 1
    assert "form.toml" in result.stderr
    assert "code" in result.stderr
