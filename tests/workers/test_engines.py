"""The process that reads uses the packs that its worker names, as they are now."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from intake.shelf import Shelf, Stock
from tests.intake.packs import write_pack
from workers.engines import EnginesInUse, wanted


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(lambda: (tmp_path,), lambda: {}, seconds=0)


def editions(engines: EnginesInUse, stock: Stock) -> list[tuple[str, str]]:
    return [(each.edition, each.status) for each in engines.reading_with(wanted(stock)).packs]


def test_packs_come_and_change_between_two_items(shelf: Shelf, tmp_path: Path) -> None:
    engines = EnginesInUse()
    write_pack(tmp_path, edition="1")
    assert editions(engines, shelf.stock()) == [("1", "current")]
    write_pack(tmp_path, edition="1", status="old")
    write_pack(tmp_path, edition="2")
    assert editions(engines, shelf.stock()) == [("1", "old"), ("2", "current")]


def test_models_stay_loaded_while_no_pack_changes(shelf: Shelf, tmp_path: Path) -> None:
    engines = EnginesInUse()
    write_pack(tmp_path)
    before = engines.reading_with(wanted(shelf.stock()))
    assert engines.reading_with(wanted(shelf.stock())) is before


def test_a_pack_that_was_spoilt_is_read_with_as_it_was(shelf: Shelf, tmp_path: Path) -> None:
    engines = EnginesInUse()
    made = write_pack(tmp_path)
    engines.reading_with(wanted(shelf.stock()))
    (made / "form.toml").write_text("code = ")
    assert editions(engines, shelf.stock()) == [("2026", "current")]
    assert editions(EnginesInUse(), shelf.stock()) == []


def test_nothing_is_read_with_a_blank_that_was_replaced(tmp_path: Path) -> None:
    made = write_pack(tmp_path)
    pack = Shelf(lambda: (tmp_path,), lambda: {}).stock().packs["PK1", "2026"]
    used = Shelf(lambda: (tmp_path,), lambda: {("PK1", "2026"): pack.digest}, seconds=0)
    engines = EnginesInUse()
    assert editions(engines, used.stock()) == [("2026", "current")]
    cv2.imwrite(str(made / "blank-1.png"), np.zeros((594, 420), np.uint8))
    stock = used.stock()
    assert "has changed since" in stock.problems[0]
    assert editions(engines, stock) == []


def test_models_that_are_loaded_are_kept_when_a_pack_comes(shelf: Shelf, tmp_path: Path) -> None:
    engines = EnginesInUse()
    vars(engines.reading_with(wanted(shelf.stock())))["recogniser"] = model = object()
    write_pack(tmp_path)
    after = engines.reading_with(wanted(shelf.stock()))
    assert (len(after.packs), after.recogniser) == (1, model)
