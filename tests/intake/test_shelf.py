"""Form packs come, change and go while Postroom runs; used editions stay what they were."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.formpack import BadFormPack
from intake import editions
from intake.services import Services
from intake.shelf import Shelf
from tests.intake import filed
from tests.intake.house import Clock, open_house
from tests.intake.packs import write_pack

PK1 = ("PK1", "2026")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "forms").mkdir()
    return tmp_path / "forms"


@pytest.fixture
def used() -> dict[tuple[str, str], str]:
    return {}


@pytest.fixture
def shelf(folder: Path, used: dict[tuple[str, str], str]) -> Shelf:
    return Shelf(lambda: (folder,), lambda: dict(used), seconds=0)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    services = open_house(tmp_path / "var", Clock())
    yield services
    services.close()


def test_a_new_pack_is_used_without_a_restart(shelf: Shelf, folder: Path) -> None:
    assert shelf.stock().packs == {}
    write_pack(folder)
    assert set(shelf.stock().packs) == {PK1}


def test_a_pack_that_was_put_right_is_loaded_anew(shelf: Shelf, folder: Path) -> None:
    write_pack(folder)
    before = shelf.stock()
    write_pack(folder, left=40)
    after = shelf.stock()
    assert before.packs[PK1].fields[0].box.x0 == pytest.approx(46 / 210)
    assert after.packs[PK1].fields[0].box.x0 == pytest.approx(40 / 210)
    assert after.version != before.version
    assert shelf.stock() is after


def test_a_bad_pack_is_told_with_file_and_key_and_stops_no_other(
    shelf: Shelf, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = write_pack(folder)
    shelf.stock()
    bad = write_pack(folder, "PK2")
    (bad / "form.toml").write_text((bad / "form.toml").read_text().replace('comb"', 'guess"'))
    with caplog.at_level(logging.WARNING):
        stock = shelf.stock()
        shelf.stock()
    assert [pack.folder for pack in stock.packs.values()] == [good]
    (problem,) = stock.problems
    assert str(bad / "form.toml") in problem
    assert "way" in problem
    assert [record.getMessage() for record in caplog.records] == [f"form_pack_refused {problem}"]


def test_a_pack_that_was_spoilt_stays_in_use_as_it_was(shelf: Shelf, folder: Path) -> None:
    made = write_pack(folder)
    pack = shelf.stock().packs[PK1]
    (made / "form.toml").write_text("code = ")
    stock = shelf.stock()
    assert (stock.packs, len(stock.problems)) == ({PK1: pack}, 1)
    write_pack(folder)
    assert shelf.stock().problems == ()


def test_two_folders_with_one_edition_are_told(shelf: Shelf, folder: Path) -> None:
    first = write_pack(folder)
    shutil.copytree(first, folder / "ZZ")
    stock = shelf.stock()
    assert [pack.folder for pack in stock.packs.values()] == [first]
    assert f"PK1 2026 is already in {first}" in stock.problems[0]


def test_a_folder_that_went_away_is_told_and_its_packs_stay(shelf: Shelf, folder: Path) -> None:
    write_pack(folder)
    assert shelf.stock().problems == ()
    folder.rename(folder.with_name("elsewhere"))
    stock = shelf.stock()
    assert set(stock.packs) == {PK1}
    assert str(folder) in stock.problems[0]


def test_a_used_edition_that_changes_is_refused_and_the_old_one_stays(
    shelf: Shelf, folder: Path, used: dict[tuple[str, str], str]
) -> None:
    write_pack(folder)
    pack = shelf.stock().packs[PK1]
    used[PK1] = pack.digest
    write_pack(folder, left=40)
    stock = shelf.stock()
    assert stock.packs == {PK1: pack}
    assert "give it a new edition name" in stock.problems[0]
    started_anew = Shelf(lambda: (folder,), lambda: used).stock()
    assert (started_anew.packs, started_anew.problems) == ({}, stock.problems)
    write_pack(folder)
    assert shelf.stock().problems == ()


def test_a_used_edition_may_be_withdrawn(
    shelf: Shelf, folder: Path, used: dict[tuple[str, str], str]
) -> None:
    write_pack(folder)
    used[PK1] = shelf.stock().packs[PK1].digest
    write_pack(folder, status="withdrawn")
    stock = shelf.stock()
    assert (stock.packs[PK1].status, stock.problems) == ("withdrawn", ())


def test_a_used_edition_whose_pack_is_gone_is_told(
    shelf: Shelf, folder: Path, used: dict[tuple[str, str], str]
) -> None:
    made = write_pack(folder)
    used[PK1] = shelf.stock().packs[PK1].digest
    shutil.rmtree(made)
    stock = shelf.stock()
    assert (stock.packs, len(stock.problems)) == ({}, 1)
    assert "Put its folder back" in stock.problems[0]


def test_packs_in_the_usual_folder_are_found_as_soon_as_it_is_there(house: Services) -> None:
    assert house.settings.usual_forms not in house.settings.form_folders
    write_pack(house.settings.usual_forms)
    assert PK1 in house.packs


def test_the_first_use_of_an_edition_freezes_it(house: Services) -> None:
    write_pack(house.settings.usual_forms)
    pack = house.packs[PK1]
    with house.database.writing() as connection:
        editions.note_use(connection, pack, house.now())
        editions.note_use(connection, pack, house.now())
    assert editions.frozen(house) == {PK1: pack.digest}
    house.check_packs()


def test_a_changed_edition_refuses_to_start_and_says_what_to_do(house: Services) -> None:
    made = write_pack(house.settings.usual_forms)
    with house.database.writing() as connection:
        editions.note_use(connection, house.packs[PK1], house.now())
    write_pack(house.settings.usual_forms, left=40)
    with pytest.raises(BadFormPack, match="new edition name") as refusal:
        house.check_packs()
    assert str(made / "form.toml") in str(refusal.value)


def test_an_application_read_with_a_changed_edition_is_not_recorded(house: Services) -> None:
    write_pack(house.settings.usual_forms)
    with house.database.writing() as connection:
        editions.note_use(connection, house.packs[PK1], house.now())
    write_pack(house.settings.usual_forms, left=40)
    other = Shelf(lambda: (house.settings.usual_forms,), lambda: {}).stock().packs[PK1]
    with pytest.raises(editions.EditionChanged), house.database.writing() as connection:
        editions.note_use(connection, other, house.now())


def test_an_edition_corrected_while_it_was_read_with_is_not_frozen_as_it_was(
    house: Services,
) -> None:
    write_pack(house.settings.usual_forms)
    read_with = house.packs[PK1]
    write_pack(house.settings.usual_forms, left=40)
    with (
        pytest.raises(editions.EditionChanged, match="read again"),
        house.database.writing() as connection,
    ):
        editions.note_use(connection, read_with, house.now())
    assert editions.frozen(house) == {}


def test_a_pack_spoilt_while_it_was_read_with_is_frozen_as_it_was(house: Services) -> None:
    made = write_pack(house.settings.usual_forms)
    pack = house.packs[PK1]
    (made / "form.toml").write_text("code = ")
    with house.database.writing() as connection:
        editions.note_use(connection, pack, house.now())
    assert editions.frozen(house) == {PK1: pack.digest}


def test_a_pack_that_goes_while_it_is_looked_at_stops_no_other(
    shelf: Shelf, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = write_pack(folder, "GO1")
    write_pack(folder)
    is_file = Path.is_file

    def and_is_gone(path: Path) -> bool:
        there = is_file(path)
        if path.parent == going:
            shutil.rmtree(going, ignore_errors=True)
        return there

    monkeypatch.setattr(Path, "is_file", and_is_gone)
    assert set(shelf.stock().packs) == {PK1}


def test_editions_that_were_in_use_before_they_were_recorded_are_frozen_as_they_are(
    tmp_path: Path,
) -> None:
    house = filed.house(tmp_path / "var")
    filed.file(house)
    filed.file_unknown(house)
    editions.note_earlier_use(house.services)
    editions.note_earlier_use(house.services)
    pack = house.services.packs[filed.FORM]
    assert editions.frozen(house.services) == {filed.FORM: pack.digest}
    house.services.close()
