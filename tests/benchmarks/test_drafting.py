"""The benchmark of drafts counts right things as right and wrong ones as wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.drafting import __main__ as benchmark
from benchmarks.drafting.labels import Wanted, is_right, words
from benchmarks.drafting.places import Field, Place, drafted, overlap, read_truth
from benchmarks.drafting.scores import compare
from extractors import formpack
from extractors.values import Box

BIRTH = Field(
    ("Date of birth",),
    ("date",),
    (
        Place("comb", Box(20, 50, 32, 56), 2),
        Place("comb", Box(36, 50, 48, 56), 2),
        Place("comb", Box(52, 50, 76, 56), 4),
    ),
)
TITLE = Field(
    ("Title",),
    ("choice",),
    (
        Place("tick", Box(20, 20, 25, 25), labels=("Mr",)),
        Place("tick", Box(40, 20, 45, 25), labels=("Mrs",)),
    ),
)
SURNAME = Field(("Surname", "Last name"), ("name",), (Place("line", Box(20, 30, 120, 38)),))
SIGNED = Field(("Signature",), ("signature",), (Place("signature", Box(20, 80, 90, 95)),))
OFFICE = Field(
    ("Case number",), ("digits",), (Place("line", Box(120, 10, 190, 18)),), optional=True
)
TRUTH = (TITLE, SURNAME, BIRTH, SIGNED, OFFICE)


def counted(draft: tuple[Field, ...]) -> dict[str, tuple[int, int, int]]:
    """``(there, right, false)`` by name for a draft of the made-up page."""
    scores = compare(TRUTH, draft)
    return {name: (each.there, each.right, each.false) for name, each in scores.counts.items()}


def test_a_draft_that_is_all_right_misses_nothing() -> None:
    scores = compare(TRUTH, tuple(replace(each, optional=False) for each in TRUTH))

    assert scores.misses == []
    assert {name: each.found for name, each in scores.counts.items()} == {
        "comb rows": 1.0, "tick boxes": 1.0, "lines and frames": 1.0, "barcodes": 1.0,
        "labels": 1.0, "kinds": 1.0, "fields in one piece": 1.0,
    }  # fmt: skip


def test_an_empty_draft_has_nothing_right_and_nothing_false() -> None:
    assert counted(()) == {
        "comb rows": (3, 0, 0), "tick boxes": (2, 0, 0), "lines and frames": (2, 0, 0),
        "barcodes": (0, 0, 0), "labels": (6, 0, 0), "kinds": (4, 0, 0),
        "fields in one piece": (4, 0, 0),
    }  # fmt: skip


def test_a_row_with_another_number_of_boxes_is_not_right() -> None:
    day, month, year = BIRTH.places
    wrong = replace(BIRTH, places=(day, month, replace(year, cells=5)))

    scores = compare(TRUTH, (TITLE, SURNAME, wrong, SIGNED))

    assert scores.counts["comb rows"].right == 2
    assert scores.counts["comb rows"].false == 0
    assert [each.told for each in scores.misses] == [
        "5 boxes drafted, 4 are printed (Date of birth)"
    ]


def test_a_date_drafted_as_one_long_row_is_missing_and_false() -> None:
    merged = replace(BIRTH, places=(Place("comb", Box(20, 50, 76, 56), 8),))

    counts = counted((TITLE, SURNAME, merged, SIGNED))

    assert counts["comb rows"] == (3, 0, 1)
    assert counts["labels"] == (6, 6, 0), "its label and place as a whole are still right"
    assert counts["fields in one piece"] == (4, 3, 0)


def test_a_date_drafted_as_three_fields_has_neither_label_nor_kind_right() -> None:
    parts = tuple(
        Field((label,), ("digits",), (place,))
        for label, place in zip(("Day", "Month", "Year"), BIRTH.places, strict=True)
    )

    counts = counted((TITLE, SURNAME, *parts, SIGNED))

    assert counts["comb rows"] == (3, 3, 0)
    assert counts["labels"] == (6, 5, 0)
    assert counts["kinds"] == (4, 3, 0)
    assert counts["fields in one piece"] == (4, 3, 0)


def test_ticks_drafted_one_by_one_have_their_own_labels_but_no_question() -> None:
    ticks = tuple(
        Field(place.labels, ("tick",), (replace(place, labels=()),)) for place in TITLE.places
    )

    counts = counted((*ticks, SURNAME, BIRTH, SIGNED))

    assert counts["tick boxes"] == (2, 2, 0)
    assert counts["labels"] == (6, 5, 0)
    assert counts["kinds"] == (4, 3, 0)


def test_a_tick_where_none_is_printed_is_false_and_one_far_off_is_missing_too() -> None:
    moved = replace(TITLE.places[1], box=Box(44, 20, 49, 25))
    title = replace(TITLE, places=(TITLE.places[0], moved))

    assert counted((title, SURNAME, BIRTH, SIGNED))["tick boxes"] == (2, 1, 1)


def test_two_drafts_of_one_place_are_one_right_and_one_false() -> None:
    assert counted((*TRUTH, SURNAME))["lines and frames"] == (2, 2, 1)


def test_what_is_optional_may_be_drafted_or_not_even_in_parts() -> None:
    part = replace(OFFICE, places=(Place("line", Box(121, 11, 150, 17)),))

    assert counted((*TRUTH[:4], part))["lines and frames"] == (2, 2, 0)
    assert counted(TRUTH[:4])["lines and frames"] == (2, 2, 0)


def test_a_signature_drafted_as_a_line_is_found_with_the_wrong_kind() -> None:
    signed = Field(("Signature",), ("text",), (Place("line", SIGNED.places[0].box),))

    counts = counted((TITLE, SURNAME, BIRTH, signed))

    assert counts["lines and frames"] == (2, 2, 0)
    assert counts["kinds"] == (4, 3, 0)


def test_the_share_that_is_false_is_counted_of_all_that_was_drafted() -> None:
    count = compare(TRUTH, (*TRUTH, SURNAME)).counts["lines and frames"]

    assert count.found == 1.0
    assert count.drafted_false == pytest.approx(1 / 3)


def test_boxes_overlap_by_what_both_cover_of_what_either_covers() -> None:
    assert overlap(Box(0, 0, 10, 10), Box(0, 0, 10, 10)) == 1.0
    assert overlap(Box(0, 0, 10, 10), Box(5, 0, 15, 10)) == pytest.approx(1 / 3)
    assert overlap(Box(0, 0, 10, 10), Box(10, 0, 20, 10)) == 0.0


@pytest.mark.parametrize(
    "given",
    [
        "Date of birth",
        "date of birth:",
        "1.4 Date of birth",
        "4  DATE OF BIRTH",
        "1.4* Date of birth",
    ],
)
def test_capitals_points_and_question_numbers_do_not_matter(given: str) -> None:
    assert is_right(given, Wanted(("Date of birth",)))


@pytest.mark.parametrize(
    "given", ["", "Date", "Date of death", "Day", "Birth", "Name Date of birth Address Day"]
)
def test_another_label_is_wrong(given: str) -> None:
    assert not is_right(given, Wanted(("Date of birth",)))


def test_the_beginning_of_a_long_question_is_right_and_its_end_is_not() -> None:
    wanted = Wanted((), "If you owe less than £3,000 for the tax year, put 'X' in the box")

    assert is_right("If you owe less than £3,000", wanted)
    assert not is_right("If you owe less", wanted)
    assert not is_right("put 'X' in the box", wanted)


def test_three_quarters_of_the_words_are_enough_unless_another_label_is_as_near() -> None:
    video = Wanted(("Yes, I can take part in video hearings",))
    phone = Wanted(("Yes, I can take part in phone hearings",))

    assert is_right("Yes I can take part in video", video, [phone])
    assert not is_right("Yes, I can take part in phone hearings", video, [phone])
    assert not is_right("Yes, I can take part in", video, [phone])


def test_words_leave_out_the_number_of_the_question_but_not_a_number_that_is_all() -> None:
    assert words("12 Nominee\u2019s address") == ["nominees", "address"]
    assert words("12") == ["12"]


def test_a_shipped_pack_is_compared_with_itself_in_millimetres() -> None:
    pack = formpack.load(formpack.SHIPPED / "V890-S-2026-11")
    fields = drafted(pack, 1, (210.0, 297.0))

    assert compare(fields, fields).misses == []
    rows = [place for each in fields for place in each.places if place.what == "comb"]
    assert rows
    assert all(0 < each.box.x1 <= 210 and each.cells for each in rows)


def test_the_truth_has_the_counts_that_were_made_by_eye() -> None:
    counted_by_eye = {
        ("ET1", 1): {"comb": 3, "tick": 13, "line": 9},
        ("SA100", 8): {"comb": 8, "tick": 5, "line": 6, "signature": 1},
        ("LP1F", 5): {"comb": 6, "tick": 3, "line": 14, "barcode": 1},
        ("ET1", 6): {"tick": 19, "line": 1},
        ("SA100", 7): {"comb": 19, "tick": 1, "line": 2},
        ("LP1F", 19): {"comb": 2, "tick": 4, "barcode": 1},
    }

    for page in read_truth():
        kept = [each for each in page.fields if not each.optional]
        sorts = Counter(place.what for each in kept for place in each.places)
        assert sorts == counted_by_eye.pop((page.form, page.page))
    assert not counted_by_eye


def test_the_truth_keeps_its_places_on_the_page_and_apart() -> None:
    for page in read_truth():
        boxes = [place.box for each in page.fields for place in each.places]
        for index, box in enumerate(boxes):
            assert 0 <= box.x0 < box.x1 <= page.size[0]
            assert 0 <= box.y0 < box.y1 <= page.size[1]
            assert all(overlap(box, other) < 0.1 for other in boxes[index + 1 :])


def test_every_kind_in_the_truth_is_one_that_a_pack_may_have() -> None:
    known = set(formpack.Kind.__args__)  # type: ignore[attr-defined]

    assert all(set(each.kinds) <= known for page in read_truth() for each in page.fields)


def test_without_the_blanks_the_benchmark_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert benchmark.main(["--shared", str(tmp_path)]) == 1
    assert "--shared names the folder that holds data/" in capsys.readouterr().err


def test_another_edition_of_a_blank_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blanks = tmp_path / "data" / "uk-forms"
    blanks.mkdir(parents=True)
    (blanks / read_truth()[0].file).write_bytes(b"another printing")

    assert benchmark.main(["--shared", str(tmp_path)]) == 1
    assert "count its page anew" in capsys.readouterr().err
