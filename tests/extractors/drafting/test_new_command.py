"""``postroom forms new``: from a blank to a pack that loads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extractors.formpack import FormPack, load
from extractors.forms.command import forms
from tests.extractors.drafting.made_pdf import MadePage, made
from tests.extractors.drafting.permit import permit


def new(blank: Path, out: Path, *more: str) -> Result:
    given = ["new", str(blank), "--code", "PK1", "--edition", "2026-11", "--out", str(out), *more]
    return CliRunner().invoke(forms, given)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    folder = tmp_path_factory.mktemp("permit")
    (folder / "permit.pdf").write_bytes(permit())
    return new(folder / "permit.pdf", folder), folder / "PK1-2026-11"


@pytest.fixture(scope="module")
def pack(drafted: tuple[Result, Path]) -> FormPack:
    return load(drafted[1])


def test_the_draft_is_a_pack_that_loads_with_a_picture_of_each_page(pack: FormPack) -> None:
    assert (pack.code, pack.edition, pack.language) == ("PK1", "2026-11", "en")
    assert pack.title["en"] == "Application for a parking permit"
    assert [page.blank.name for page in pack.pages] == ["blank-1.png", "blank-2.png"]


def test_fields_come_in_reading_order_under_postrooms_names(pack: FormPack) -> None:
    assert [each.name for each in pack.fields] == [
        "applicant.name.family",
        "applicant.date_of_birth",
        "applicant.address.postcode",
        "vehicle.vrn",
        "van",
        "enclose_copy_registration_certificate",
        "declaration.signature",
        "declaration.date",
    ]


def test_labels_are_the_print_nearby_without_colons_and_hints(pack: FormPack) -> None:
    assert pack.label("applicant.name.family") == "Last name"
    mark = pack.by_name["vehicle.vrn"]
    assert mark.label["en"] == "Registration number"
    assert mark.hint["en"] == "from the number plate"
    assert pack.label("van") == "Is it a van?"


def test_common_labels_come_in_welsh_too(pack: FormPack) -> None:
    assert pack.label("applicant.date_of_birth", "cy") == "Dyddiad geni"


def test_kinds_and_ways_follow_label_and_boxes(pack: FormPack) -> None:
    told = {each.name: (each.kind, each.way) for each in pack.fields}
    assert told["applicant.name.family"] == ("name", "comb")
    assert told["applicant.date_of_birth"] == ("date", "comb")
    assert told["applicant.address.postcode"] == ("postcode", "line")
    assert told["vehicle.vrn"] == ("registration_mark", "comb")
    assert told["declaration.signature"] == ("signature", "signature")
    assert told["enclose_copy_registration_certificate"] == ("tick", "tick")
    assert pack.by_name["applicant.name.family"].words == "surnames"


def test_day_month_and_year_are_one_date_of_three_groups(pack: FormPack) -> None:
    rows = pack.by_name["applicant.date_of_birth"].combs
    assert [row.cells for row in rows] == [2, 2, 4]
    assert rows[0].box.x0 * 210 == pytest.approx(60, abs=0.5)


def test_yes_and_no_are_one_choice(pack: FormPack) -> None:
    assert [each.value for each in pack.by_name["van"].options] == ["yes", "no"]


def test_what_was_found_and_what_to_do_next_is_told(drafted: tuple[Result, Path]) -> None:
    result, folder = drafted
    told = result.output
    assert result.exit_code == 0
    assert f"{folder}: 2 pages, 8 fields" in told
    assert "nothing to fill in on page 2: kept as part of the form" in told
    for page in (1, 2):
        words = rf"page {page}: \d\d+ registration anchors, \d+ by \d+ mm at most without any"
        assert re.search(words, told)
    assert f"postroom forms preview {folder}" in told
    assert f"postroom forms check {folder}" in told


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "permit.pdf").write_bytes(permit())
    (tmp_path / "PK1-2026-11").mkdir()
    result = new(tmp_path / "permit.pdf", tmp_path)
    assert result.exit_code == 1
    assert "is already there, and is left as it is" in result.output
    assert list((tmp_path / "PK1-2026-11").iterdir()) == []


def test_a_blank_with_nothing_to_fill_in_leaves_no_folder(tmp_path: Path) -> None:
    page = MadePage()
    page.text(20, 40, "These are notes for you to read and keep.")
    (tmp_path / "notes.pdf").write_bytes(made([page]))
    result = new(tmp_path / "notes.pdf", tmp_path / "out")
    assert result.exit_code == 1
    assert "nothing to fill in was found on any page" in result.output
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_form_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_bytes(b"PK\x03\x04 not a scan at all")
    result = new(tmp_path / "letter.docx", tmp_path)
    assert result.exit_code == 1
    assert "not a PDF, TIFF, JPEG or PNG" in result.output


def test_title_and_language_may_be_given(tmp_path: Path) -> None:
    (tmp_path / "permit.pdf").write_bytes(permit())
    result = new(tmp_path / "permit.pdf", tmp_path, "--title", 'Say "cheese"', "--language", "cy")
    assert result.exit_code == 0
    pack = load(tmp_path / "PK1-2026-11")
    assert (pack.title["cy"], pack.language) == ('Say "cheese"', "cy")


def test_pages_that_are_files_of_their_own_are_one_form_in_the_order_given(tmp_path: Path) -> None:
    first, second = MadePage(), MadePage()
    for page, y in ((first, 60), (second, 90)):
        page.text(15, y, "Registration number")
        page.comb(60, y - 5, 95, y + 2, 7)
    (tmp_path / "one.pdf").write_bytes(made([first]))
    (tmp_path / "two.pdf").write_bytes(made([second]))
    result = new(tmp_path / "one.pdf", tmp_path, str(tmp_path / "two.pdf"))
    assert result.exit_code == 0
    pack = load(tmp_path / "PK1-2026-11")
    assert [page.blank.name for page in pack.pages] == ["blank-1.png", "blank-2.png"]
    assert [each.page for each in pack.fields] == [1, 2]
    assert [each.box.y0 * 297 for each in pack.fields] == pytest.approx([55, 85], abs=0.2)


def test_boxes_stay_where_they_are_on_a_page_that_is_nearly_a4(tmp_path: Path) -> None:
    page = MadePage(size=(209.5, 296.6))
    page.text(15, 30, "Give the registration number of the vehicle")
    page.comb(113.3, 100.6, 199.3, 106.6, 20)
    (tmp_path / "blank.pdf").write_bytes(made([page]))
    assert new(tmp_path / "blank.pdf", tmp_path).exit_code == 0
    (field,) = load(tmp_path / "PK1-2026-11").fields
    found = [field.box.x0 * 209.5, field.box.x1 * 209.5, field.box.y0 * 296.6, field.box.y1 * 296.6]
    assert found == pytest.approx([113.3, 199.3, 100.6, 106.6], abs=0.12)


def test_a_fillable_field_says_how_high_a_rule_is_written_on(tmp_path: Path) -> None:
    page = MadePage()
    page.text(15, 60, "Give the full name of the keeper")
    page.box(80, 60.2, 160, 60.3)
    page.widget((80, 56, 160, 60), "/FT /Tx /T (keeper)")
    (tmp_path / "blank.pdf").write_bytes(made([page]))
    assert new(tmp_path / "blank.pdf", tmp_path).exit_code == 0
    (field,) = load(tmp_path / "PK1-2026-11").fields
    assert (field.way, field.box.y0 * 297) == ("line", pytest.approx(56, abs=0.2))


def test_ticks_take_no_label_from_a_row_of_boxes_above_them(tmp_path: Path) -> None:
    page = MadePage()
    page.text(60, 46, "PIN code")
    page.comb(80, 41, 115, 48, 6)
    page.text(15, 60, "Claims before?")
    page.box(65, 56.5, 69, 60.5)
    page.box(72, 56.5, 76, 60.5)
    page.text(15, 90, "Signed in this town")
    (tmp_path / "blank.pdf").write_bytes(made([page]))
    assert new(tmp_path / "blank.pdf", tmp_path).exit_code == 0
    found = load(tmp_path / "PK1-2026-11")
    labels = {each.way: each.label["en"] for each in found.fields}
    assert labels == {"comb": "PIN code", "tick": "Claims before?"}


def test_brackets_with_nothing_between_are_to_tick(tmp_path: Path) -> None:
    page = MadePage()
    page.text(15, 40, "Turbidity of the water [see note 2]")
    for y, where in ((50, "Open ocean"), (58, "Coast")):
        page.text(15, y, where)
        page.text(60, y, "[  ]")
    page.text(15, 80, "Name [surname first]")
    page.comb(60, 75, 160, 82, 20)
    (tmp_path / "blank.pdf").write_bytes(made([page]))
    assert new(tmp_path / "blank.pdf", tmp_path).exit_code == 0
    fields = load(tmp_path / "PK1-2026-11").fields
    ticks = [each for each in fields if each.way == "tick"]
    boxes = [one.box for each in ticks for one in each.options] or [each.box for each in ticks]
    assert [each.way for each in fields if each.way != "tick"] == ["comb"]
    assert [box.y1 * 297 for box in boxes] == pytest.approx([51, 59], abs=0.5)
    assert [box.x0 * 210 for box in boxes] == pytest.approx([60, 60], abs=0.5)
    said = [one.label["en"] for each in ticks for one in each.options] or [
        each.label["en"] for each in ticks
    ]
    assert said == ["Open ocean", "Coast"]


def test_ticks_in_rows_and_columns_under_a_heading_are_ticks_of_their_own(tmp_path: Path) -> None:
    page = MadePage()
    page.text(15, 40, "DOCUMENTS", 13, bold=True)
    names = ("Licence", "Passport", "Rent book", "Bank letter", "Tax bill", "Photograph")
    for index, name in enumerate(names):
        x, y = 15 + 60 * (index % 3), 50 + 9 * (index // 3)
        page.box(x, y, x + 5, y + 5)
        page.text(x + 7, y + 4, name)
    fields = _fields(page, tmp_path)
    assert [(label, kind) for label, kind, _ in fields] == [(each, "tick") for each in names]


def test_print_of_its_own_between_two_ticks_asks_another_question(tmp_path: Path) -> None:
    page = MadePage()
    for x, question, answers in ((15, "Area", ("Town", "Land")), (90, "Sale", ("Shop", "Web"))):
        page.text(x, 54, question)
        for index, answer in enumerate(answers):
            left = x + 20 + 20 * index
            page.box(left, 50, left + 5, 55)
            page.text(left + 6, 54, answer)
    assert _fields(page, tmp_path) == [
        ("Area", "choice", ("Town", "Land")),
        ("Sale", "choice", ("Shop", "Web")),
    ]


def test_empty_cells_of_a_table_are_places_to_write_even_when_low(tmp_path: Path) -> None:
    page = MadePage()
    for index, heading in enumerate(("Make", "Colour", "Seats")):
        x = 20 + 40 * index
        page.box(x, 50, x + 40, 57)
        page.text(x + 10, 55, heading)
        page.box(x, 57, x + 40, 60.3)
    assert {label for label, *_ in _fields(page, tmp_path)} == {"Make", "Colour", "Seats"}


def _fields(page: MadePage, folder: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    """Label, kind and answers of each field drafted from one page."""
    (folder / "blank.pdf").write_bytes(made([page]))
    assert new(folder / "blank.pdf", folder).exit_code == 0
    return [
        (each.label["en"], each.kind, tuple(option.label["en"] for option in each.options))
        for each in load(folder / "PK1-2026-11").fields
    ]
