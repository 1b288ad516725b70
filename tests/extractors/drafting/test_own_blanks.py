"""Drafts of our own blanks: their ``form.toml`` says what is really there."""

from __future__ import annotations

import pytest

from extractors.drafting.draft import DraftPage, read_page
from extractors.drafting.fields import Draft
from extractors.drafting.sheets import sheets
from extractors.drafting.vocabulary import plain
from extractors.formpack import SHIPPED, FieldPlace, FormPack, load
from extractors.values import Box


@pytest.fixture(scope="module")
def pack() -> FormPack:
    return load(SHIPPED / "V890-S-2026-11")


@pytest.fixture(scope="module")
def drafted(pack: FormPack) -> DraftPage:
    """The draft of a blank picture: no text of its own, all read by looking at it."""
    (sheet,) = sheets(pack.pages[0].blank)
    return read_page(sheet)


@pytest.fixture(scope="module")
def pairs(pack: FormPack, drafted: DraftPage) -> list[tuple[FieldPlace, Draft]]:
    """Each field with the draft that lies on it."""
    return [
        (each, max(drafted.drafts, key=lambda d: _common(d, each, drafted))) for each in pack.fields
    ]


def _common(draft: Draft, field: FieldPlace, drafted: DraftPage) -> float:
    across, down = drafted.sheet.size_mm
    true = Box(
        field.box.x0 * across, field.box.y0 * down, field.box.x1 * across, field.box.y1 * down
    )
    box = draft.box
    wide = max(min(box.x1, true.x1) - max(box.x0, true.x0), 0.0)
    high = max(min(box.y1, true.y1) - max(box.y0, true.y0), 0.0)
    both = wide * high
    return both / (box.width * box.height + true.width * true.height - both)


def test_every_field_is_found_where_it_is(
    pairs: list[tuple[FieldPlace, Draft]], drafted: DraftPage
) -> None:
    assert all(_common(draft, field, drafted) > 0.7 for field, draft in pairs)
    assert len({id(draft) for _, draft in pairs}) == len(pairs)


def test_no_more_than_the_date_stamp_is_found_besides(
    pairs: list[tuple[FieldPlace, Draft]], drafted: DraftPage
) -> None:
    matched = {id(draft) for _, draft in pairs}
    besides = [draft.label["en"] for draft in drafted.drafts if id(draft) not in matched]
    assert besides == ["Date stamp"]


def test_combs_have_the_right_groups_of_cells(pairs: list[tuple[FieldPlace, Draft]]) -> None:
    combs = [(field, draft) for field, draft in pairs if field.way == "comb"]
    assert len(combs) == 12
    for field, draft in combs:
        assert draft.cells == tuple(row.cells for row in field.combs), field.name


def test_labels_are_those_printed_but_for_the_line_after_other(
    pairs: list[tuple[FieldPlace, Draft]],
) -> None:
    wrong = [
        (field.label["en"], draft.label["en"])
        for field, draft in pairs
        if plain(field.label["en"]) != plain(draft.label["en"])
    ]
    assert wrong == [("Other title", "Other")]


def test_kinds_are_guessed_from_labels_and_boxes(pairs: list[tuple[FieldPlace, Draft]]) -> None:
    assert [draft.kind for _, draft in pairs] == [field.kind for field, _ in pairs]


def test_known_labels_come_in_welsh_and_under_postrooms_names(
    pairs: list[tuple[FieldPlace, Draft]],
) -> None:
    same = [field.name for field, draft in pairs if draft.name == field.name]
    assert {"vehicle.vrn", "applicant.name.given", "declaration.signature"} <= set(same)
    assert len(same) >= 13
    translated = [draft for field, draft in pairs if draft.label.get("cy") == field.label["cy"]]
    assert len(translated) >= 13


def test_ticks_of_one_question_are_one_choice(pairs: list[tuple[FieldPlace, Draft]]) -> None:
    by_name = {field.name: draft for field, draft in pairs}
    title = by_name["applicant.name.title"]
    assert [value for value, _ in title.options] == ["Mr", "Mrs", "Miss", "Ms", "other"]
    standing = by_name["applicant.status"]
    assert [len(label["en"]) > 20 for _, label in standing.options] == [True] * 3
