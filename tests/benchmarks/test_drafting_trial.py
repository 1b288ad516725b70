"""The trial pairs the fields of two packs by where they stand on the scan, and compares values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.drafting.trial import ABSENT, Compared, Spot, compare, moved, spots, summary
from extractors.formpack import SHIPPED, FieldPlace, FormPack, Kind, Option, load
from extractors.read import PageRead
from extractors.values import Box, FieldReading, PageReading, Value, Way

NO_TRUTH: dict[str, dict[str, object]] = {"text": {}, "ticks": {}}
SURNAME, YES, NO = Box(100, 100, 500, 140), Box(100, 200, 130, 230), Box(200, 200, 230, 230)


def place(name: str, kind: Kind, way: Way, box: Box, options: Sequence[Option] = ()) -> FieldPlace:
    return FieldPlace(name, {"en": name}, kind, way, 1, box, options=tuple(options))


def spot(name: str, box: Box, value: Value, kind: Kind = "text") -> Spot:
    way: Way = "tick" if kind == "tick" else "line"
    return Spot(box, value, place(name, kind, way, box))


def only(wanted: Spot, draft: Sequence[Spot]) -> Compared:
    (found,) = compare([wanted], draft, NO_TRUTH)
    return found


def test_fields_on_the_same_place_are_compared_whatever_they_are_called() -> None:
    near = Box(102, 96, 505, 141)

    found = only(spot("surname", SURNAME, "Smith"), [spot("answer_3", near, "SMITH")])

    assert found.equal
    assert found.filled


def test_a_field_that_the_draft_has_not_is_not_equal_even_when_empty() -> None:
    found = only(spot("surname", SURNAME, None), [spot("elsewhere", YES, None)])

    assert found.draft == ABSENT
    assert not found.equal
    assert not found.filled


def test_another_value_is_not_equal() -> None:
    assert not only(spot("surname", SURNAME, "Smith"), [spot("a", SURNAME, "Smit")]).equal


def test_a_date_that_was_read_as_digits_is_not_equal() -> None:
    digits = spot("a", SURNAME, "01022020", "digits")

    assert not only(spot("from", SURNAME, "2020-02-01", "date"), [digits]).equal


def test_each_field_of_the_draft_is_taken_once() -> None:
    found = compare(
        [spot("yes", YES, True, "tick"), spot("also", YES, True, "tick")],
        [spot("a", YES, True, "tick")],
        NO_TRUTH,
    )

    assert sorted(each.equal for each in found) == [False, True]


@pytest.mark.parametrize(("value", "ticked"), [("yes", [True, False]), (None, [False, False])])
def test_the_answers_of_a_choice_are_compared_as_ticks(value: Value, ticked: list[bool]) -> None:
    options = [
        Option("yes", {"en": "Yes"}, Box(0.1, 0.2, 0.13, 0.23)),
        Option("no", {"en": "No"}, Box(0.2, 0.2, 0.23, 0.23)),
    ]
    found = spots(page([place("agree", "choice", "tick", Box(0.1, 0.2, 0.23, 0.23), options)],
                       {"agree": value}))  # fmt: skip

    assert [each.value for each in found] == ticked
    assert found[0].box == pytest.approx(YES)
    assert found[1].box == pytest.approx(NO)


def test_places_are_those_on_the_scan_whatever_part_of_the_paper_the_blank_shows() -> None:
    cut = np.array([[1 / 500, 0, -0.2], [0, 1 / 500, -0.2], [0, 0, 1]])  # scan to shares of blank
    (found,) = spots(page([place("surname", "name", "line", Box(0, 0, 0.8, 0.08))], {}, cut))

    assert found.box == pytest.approx(SURNAME)


def test_the_counts_tell_equal_fields_and_which_reading_is_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    truth = {"text": {"surname": "SMITH"}, "ticks": {"yes": 1}}
    found = compare(
        [spot("surname", SURNAME, "Smit"), spot("yes", YES, True, "tick")],
        [spot("a", SURNAME, "Smith"), spot("b", YES, True, "tick")],
        truth,
    )

    summary(found)

    told = " ".join(capsys.readouterr().out.split())
    assert "all fields 1 equal of 2" in told
    assert "right of the 2 known: 1 hand-written, 2 draft" in told


SHARES = np.array([[1 / 1000, 0, 0], [0, 1 / 1000, 0], [0, 0, 1]])


def page(
    fields: Sequence[FieldPlace], values: dict[str, Value], transform: NDArray[np.float64] = SHARES
) -> PageRead:
    """A page of 1000 by 1000 pixels as read."""
    laid = PageReading(1, 1, tuple(transform.ravel().tolist()), 0, 0.0, 200.0)
    read = tuple(
        FieldReading(name, value, "", 1.0, "auto", 1, Box(0, 0, 1, 1), "by hand")
        for name, value in values.items()
    )
    return PageRead(laid, np.zeros((0,), np.uint8), pack(fields), 1.0, read)


def pack(fields: Sequence[FieldPlace]) -> FormPack:
    return FormPack(
        Path("PK1-1"), "PK1", "1", {"en": "Permit"}, "en", "permit", "general", False,
        "current", "", (), (), tuple(fields),
    )  # fmt: skip


def test_a_pack_is_moved_with_all_its_rows_lines_and_ticks() -> None:
    pack = load(SHIPPED / "V62-S-2026-11")
    further = moved(pack, 2.1)

    for before, after in zip(pack.fields, further.fields, strict=True):
        parts = [
            (one.box, other.box)
            for of in ("combs", "options")
            for one, other in zip(getattr(before, of), getattr(after, of), strict=True)
        ]
        parts += [*zip(before.lines, after.lines, strict=True), (before.box, after.box)]
        for one, other in parts:
            assert (other.x0 - one.x0, other.x1 - one.x1) == pytest.approx((0.01, 0.01))
            assert (other.y0 - one.y0, other.y1 - one.y1) == pytest.approx((2.1 / 297, 2.1 / 297))
