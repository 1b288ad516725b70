"""Whole items: filled specimen forms in, readings out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from extractors.confidence import sure
from extractors.forms.ageing import age
from extractors.forms.fill import Filled, Filling, fill
from extractors.read import Engines, doubtful, needs_review, read
from extractors.values import Doubt, Page, Picture, Reading

DAY = date(2026, 11, 20)
DPI = 200


@pytest.fixture(scope="module")
def engines() -> Engines:
    return Engines.load()


def filled(engines: Engines, code: str, seed: int, *, calm: bool = True) -> Filled:
    pack = next(pack for pack in engines.packs if pack.code == code)
    clean = fill(pack, seed, Filling(mistakes=0.0, calm=calm, dpi=DPI))
    scans = tuple(age(picture, seed + i, 1) for i, picture in enumerate(clean.pictures))
    return replace(clean, pictures=scans)


def pages(pictures: tuple[Picture, ...]) -> Iterator[Page]:
    return (Page(i, picture, float(DPI)) for i, picture in enumerate(pictures, start=1))


def letter() -> Picture:
    """A page with lines of something on it that is no form."""
    sheet = np.full((2339, 1654), 250, np.uint8)
    rng = np.random.default_rng(3)
    for top in range(300, 1500, 60):
        for left in range(200, 1400, 25):
            sheet[top : top + 18, left : left + int(rng.integers(4, 18))] = 30
    return sheet


@pytest.fixture(scope="module")
def readings(engines: Engines) -> list[tuple[Filled, Reading]]:
    """One form of each pack, written by calm and by restless hands."""
    found = []
    for seed, code in enumerate(("V890-S", "V5C-S", "V62-S"), start=11):
        for calm in (True, False):
            form = filled(engines, code, seed, calm=calm)
            found.append((form, read(pages(form.pictures), engines, DAY)))
    return found


def test_every_specimen_is_matched_and_every_field_answered(
    engines: Engines, readings: list[tuple[Filled, Reading]]
) -> None:
    for _, reading in readings:
        pack = engines.pack(reading.form)
        assert pack is not None
        assert [field.name for field in reading.fields] == [each.name for each in pack.fields]
        assert not reading.doubts


def test_most_fields_are_exactly_right(readings: list[tuple[Filled, Reading]]) -> None:
    pairs = [
        (field.value, form.truth[field.name])
        for form, reading in readings
        for field in reading.fields
        if form.truth.get(field.name) is not None and field.method != "line"
    ]
    right = sum(value == truth for value, truth in pairs)
    assert right / len(pairs) >= 0.9, f"{right} of {len(pairs)}"


def test_next_to_nothing_wrong_is_accepted_without_a_person(
    engines: Engines, readings: list[tuple[Filled, Reading]]
) -> None:
    taken, wrong = 0, []
    for form, reading in readings:
        pack = engines.pack(reading.form)
        assert pack is not None
        for field in reading.fields:
            if sure(pack.by_name[field.name], field):
                taken += 1
                if field.value != form.truth[field.name]:
                    wrong.append((field.name, field.value, form.truth[field.name]))
    assert taken > 60
    assert len(wrong) <= 1, wrong


def test_whatever_needs_a_person_says_why(
    engines: Engines, readings: list[tuple[Filled, Reading]]
) -> None:
    for _, reading in readings:
        pack = engines.pack(reading.form)
        assert pack is not None
        for field in reading.fields:
            assert bool(field.doubts) != sure(pack.by_name[field.name], field), field
            for doubt in field.doubts:
                assert doubt.character is None or doubt.character < len(field.raw)


def test_a_reading_survives_json(readings: list[tuple[Filled, Reading]]) -> None:
    for _, reading in readings:
        assert Reading.from_json(reading.to_json()) == reading


def test_a_page_that_fits_no_form_is_unknown(engines: Engines) -> None:
    kept: list[int] = []
    reading = read(
        pages((letter(),)), engines, DAY, keep=lambda number, picture: kept.append(number)
    )
    assert (reading.form.code, reading.fields) == ("UNKNOWN", ())
    assert [doubt.code for doubt in reading.doubts] == ["unknown_form"]
    assert reading.pages[0].form_page is None
    assert kept == [1]
    assert needs_review(reading, None) == reading.doubts


@pytest.mark.parametrize(("shape", "dpi"), [((32, 30_000), 1200.0), ((20_000, 40), 100.0)])
def test_a_strip_of_paper_is_an_unknown_form(
    engines: Engines, shape: tuple[int, int], dpi: float
) -> None:
    strip = np.random.default_rng(5).integers(0, 256, shape, dtype=np.uint8)
    assert read((Page(1, strip, dpi),), engines, DAY).form.code == "UNKNOWN"


def test_a_missing_page_a_double_page_and_an_enclosure_are_told(engines: Engines) -> None:
    first, _ = filled(engines, "V62-S", 5).pictures
    reading = read(pages((first, first, letter())), engines, DAY)
    assert [doubt.code for doubt in reading.doubts] == ["page_twice", "extra_page", "missing_page"]
    assert [page.form_page for page in reading.pages] == [1, 1, None]
    pack = engines.pack(reading.form)
    assert pack is not None
    assert "declaration.signature" in doubtful(reading, pack)
    assert {field.page for field in reading.fields} == {1}


def test_pages_in_the_wrong_order_are_read_where_they_are(engines: Engines) -> None:
    form = filled(engines, "V62-S", 6)
    reading = read(pages(form.pictures[::-1]), engines, DAY)
    assert [page.form_page for page in reading.pages] == [2, 1]
    assert reading.field("vehicle.vrn").page == 2
    assert reading.field("declaration.signature").page == 1
    assert not reading.doubts


def test_the_back_of_a_sheet_may_come_first_and_upside_down(engines: Engines) -> None:
    front, back = filled(engines, "V62-S", 6).pictures
    reading = read(pages((np.ascontiguousarray(np.rot90(back, 2)), front)), engines, DAY)
    assert [(page.form_page, page.turned) for page in reading.pages] == [(2, 180), (1, 0)]
    assert not reading.doubts


def test_a_page_without_some_of_the_print_may_be_another_edition(engines: Engines) -> None:
    (page,) = filled(engines, "V890-S", 12).pictures
    page[900:1100, 80:1500] = page[900:1100, 80:1500][:, ::-1]
    reading = read(pages((page,)), engines, DAY)
    assert reading.form.code == "V890-S"
    assert reading.form.confidence <= 0.5
    assert [doubt.code for doubt in reading.doubts] == ["other_edition"]
    assert "may be another edition" in reading.doubts[0].message
    assert reading.doubts[0] in needs_review(reading, engines.pack(reading.form))


def test_only_one_page_is_held_at_a_time(engines: Engines) -> None:
    form = filled(engines, "V62-S", 6)
    order: list[str] = []

    def one_by_one() -> Iterator[Page]:
        for page in pages(form.pictures):
            order.append(f"page {page.number}")
            yield page

    read(one_by_one(), engines, DAY, keep=lambda number, _: order.append(f"kept {number}"))
    assert order == ["page 1", "kept 1", "page 2", "kept 2"]


def test_an_empty_form_goes_to_a_person_for_what_is_required(engines: Engines) -> None:
    from extractors.forms.draw import draw

    pack = next(pack for pack in engines.packs if pack.code == "V890-S")
    reading = read(pages(draw(pack.folder, DPI)), engines, DAY)
    assert all(field.status == "absent" or field.method == "barcode" for field in reading.fields)
    required = {place.name for place in pack.fields if place.required}
    assert required <= set(doubtful(reading, pack))


def test_a_form_goes_straight_through_only_when_nothing_is_in_doubt(
    engines: Engines, readings: list[tuple[Filled, Reading]]
) -> None:
    judged = 0
    for _, reading in readings:
        pack = engines.pack(reading.form)
        assert pack is not None
        sure_fields = tuple(
            replace(
                field,
                confidence=0.999,
                status="absent" if field.value is None else "auto",
                doubts=(),
            )
            for field in reading.fields
        )
        clean = replace(reading, fields=sure_fields, checks=())
        if any(each.required and clean.field(each.name).value is None for each in pack.fields):
            continue
        assert needs_review(clean, pack) == ()
        assert needs_review(clean, replace(pack, review="always"))
        torn = replace(clean, doubts=(Doubt("missing_page", "Page 2 is missing."),))
        assert needs_review(torn, pack) == torn.doubts
        judged += 1
    assert judged >= 3
