"""``postroom forms check`` as an author of forms runs it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extractors.formpack import SHIPPED, load
from extractors.forms.command import forms
from extractors.packs import check_command
from extractors.packs.samples import compared
from extractors.read import Engines
from tests.extractors.packs.packs import WHOLE, pack


@pytest.fixture(autouse=True)
def _two_shipped(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Compare with two of the shipped packs only: preparing all of them takes long."""
    few = tmp_path_factory.mktemp("shipped")
    for name in ("V890-S-2026-11", "V5C-S-2026-11"):
        shutil.copytree(SHIPPED / name, few / name, ignore=shutil.ignore_patterns("samples"))
    monkeypatch.setattr(check_command, "SHIPPED", few)


def check(*arguments: Path | str) -> Result:
    return CliRunner().invoke(forms, ["check", *map(str, arguments)])


def copied(folder: Path, name: str = "V890-S-2026-11", old: str = "", new: str = "") -> Path:
    """A shipped pack with its first sample, and the definition or what it expects changed."""
    shutil.copytree(SHIPPED / name, folder, ignore=shutil.ignore_patterns("samples"))
    (folder / "samples").mkdir()
    shutil.copy(SHIPPED / name / "samples" / "calm.pdf", folder / "samples")
    text = (SHIPPED / name / "samples" / "expected.toml").read_text(encoding="utf-8")
    first = "[[samples]]" + text.split("[[samples]]")[1]
    assert old in first
    (folder / "samples" / "expected.toml").write_text(first.replace(old, new, 1), encoding="utf-8")
    return folder


def test_a_pack_without_mistakes_can_be_used(tmp_path: Path) -> None:
    result = check(pack(tmp_path / "PK1-2026-11"))
    assert result.exit_code == 0
    assert "there are no samples" in result.stdout
    assert result.stdout.endswith("No mistakes, 1 note. The pack can be used.\n")


def test_mistakes_are_counted_and_the_command_fails(tmp_path: Path) -> None:
    text = WHOLE.replace('kind = "postcode"', 'kind = "post_code"')
    folder = pack(tmp_path / "PK1-2026-11", text.replace(', cy = "Cod post"', "", 1))
    result = check(folder, "--no-samples")
    assert result.exit_code == 1
    label, kind, last = result.stdout.splitlines()
    place = f"{folder / 'form.toml'}"
    assert label.startswith(f"warning: {place}:19: fields.applicant.postcode.label: there is no")
    assert kind.startswith(f"{place}:20: fields.applicant.postcode.kind: 'post_code' is not known")
    assert last == "1 mistake, 1 warning. Mend what is wrong and check again."


def test_a_folder_of_packs_is_checked_pack_by_pack(tmp_path: Path) -> None:
    pack(tmp_path / "PK1-2026-11")
    pack(tmp_path / "PK1-2027-01", WHOLE)
    result = check(tmp_path, "--no-samples")
    assert result.exit_code == 1
    assert "PK1 2026-11 is in" in result.stdout
    assert "Call it PK1-2026-11" in result.stdout


def test_a_file_that_is_not_toml_does_not_keep_the_others_from_being_checked(
    tmp_path: Path,
) -> None:
    pack(tmp_path / "A", "code = \n")
    pack(tmp_path / "PK1-2026-11", WHOLE.replace("[46, 88, 51, 93]", "[46, 299, 51, 303]"))
    result = check(tmp_path, "--no-samples")
    assert f"{tmp_path / 'A' / 'form.toml'}:1: not valid TOML" in result.stdout
    assert "form.toml:31: fields.request.reason.options[2].box" in result.stdout
    assert "2 mistakes. Mend" in result.stdout


def test_a_folder_without_packs_is_an_error_that_says_so(tmp_path: Path) -> None:
    result = check(tmp_path)
    assert result.exit_code == 1
    assert "neither a form pack nor a folder of them" in result.stderr


def test_samples_that_are_read_as_expected_say_nothing(tmp_path: Path) -> None:
    result = check(copied(tmp_path / "V890-S-2026-11"))
    assert result.output == "No mistakes. The pack can be used.\n"


def test_a_value_read_wrong_and_accepted_is_a_mistake(tmp_path: Path) -> None:
    folder = copied(tmp_path / "V890-S-2026-11", old='"AA19WDU"', new='"AA19WOU"')
    result = check(folder)
    assert result.exit_code == 1
    assert f"{folder / 'samples' / 'expected.toml'}:5: samples[1].values.vehicle.vrn" in (
        result.stdout
    )
    assert "calm.pdf: expected 'AA19WOU', read 'AA19WDU'. Nobody would be asked." in result.stdout


def test_a_value_read_wrong_that_a_person_sees_is_a_note(tmp_path: Path) -> None:
    folder = copied(tmp_path / "V890-S-2026-11", old='"AA19WDU"', new='"AA19WOU"')
    text = (folder / "form.toml").read_text(encoding="utf-8")
    (folder / "form.toml").write_text(f'review = "always"\n{text}', encoding="utf-8")
    result = check(folder)
    assert result.exit_code == 0
    assert "note: " in result.stdout
    assert "expected 'AA19WOU', read 'AA19WDU'. A person would be asked." in result.stdout
    assert result.stdout.endswith("No mistakes, 1 note. The pack can be used.\n")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"vehicle.make"', '"vehicle.maker"', "the form has no such field"),
        ('"2026-10-27"', '"2026-13-27"', "cannot stand here. 13 is not a month"),
        ('"calm.pdf"', '"missing.pdf"', "there is no file"),
        ('"calm.pdf"', '"expected.toml"', "This is not a PDF, TIFF, JPEG or PNG file"),
        ("[[samples]]", "[samples]", "each with file"),
        ('"PEUGEOT"', "PEUGEOT", "not valid TOML"),
    ],
)
def test_what_is_wrong_with_expectations_is_told(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    form = load(copied(tmp_path / "V890-S-2026-11", old=old, new=new))
    (wrong,) = compared(form, Engines((form,)), lambda _name: None)
    assert wrong.gravity == "mistake"
    assert wrong.file.name == "expected.toml"
    assert told in wrong.words


def test_a_pack_that_looks_like_one_in_use_is_warned_of(tmp_path: Path) -> None:
    folder = copied(tmp_path / "V890-S-2027-01")
    definition = folder / "form.toml"
    text = (SHIPPED / "V890-S-2026-11" / "form.toml").read_text(encoding="utf-8")
    definition.write_text(text.replace('"2026-11"', '"2027-01"', 1), encoding="utf-8")
    result = check(folder, "--no-samples")
    assert result.exit_code == 0
    assert "warning: " in result.stdout
    assert "page 1 of V890-S 2026-11" in result.stdout


def test_packs_named_with_beside_are_compared_too(tmp_path: Path) -> None:
    mine = pack(tmp_path / "mine" / "PK1-2026-11", WHOLE)
    pack(tmp_path / "theirs" / "PK1-2027-01", WHOLE.replace('"2026-11"', '"2027-01"'))
    pack(tmp_path / "theirs" / "broken", "code = 7\n")
    result = check(mine, "--beside", tmp_path / "theirs", "--no-samples")
    assert result.exit_code == 0
    assert "nothing is compared with it" in result.stdout
