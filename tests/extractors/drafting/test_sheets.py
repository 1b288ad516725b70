"""Opening a blank: pictures, words and fillable fields of every sort of file."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from extractors.drafting.sheets import Sheet, read_words, sheets
from extractors.forms.draw import FONTS
from extractors.limits import UnreadableScan
from extractors.values import Box
from tests.extractors.drafting.made_pdf import MadePage, made
from tests.extractors.scan_files import locked_pdf


def opened(tmp_path: Path, data: bytes) -> list[Sheet]:
    path = tmp_path / "blank"
    path.write_bytes(data)
    return list(sheets(path))


def test_a_pdf_page_comes_at_200_dpi_with_its_size_and_its_own_words(tmp_path: Path) -> None:
    page = MadePage(size=(148, 210))
    page.text(20, 30, "Date of birth of the", 12)
    page.text(20, 40, "Keeper", 12, bold=True)
    (sheet,) = opened(tmp_path, made([page]))
    assert sheet.size_mm == pytest.approx((148, 210), abs=0.3)
    assert sheet.picture.shape == pytest.approx((1654, 1165), abs=2)
    assert [word.text for word in sheet.words] == ["Date", "of", "birth", "of", "the", "Keeper"]
    assert [word.bold for word in sheet.words] == [False] * 5 + [True]
    assert sheet.words[0].box.x0 * 148 == pytest.approx(20.3, abs=0.5)
    assert sheet.words[0].box.y1 * 210 == pytest.approx(30, abs=0.5)


def test_fillable_fields_come_with_name_cells_tooltip_and_values(tmp_path: Path) -> None:
    page = MadePage()
    page.widget(
        (20, 20, 80, 28), "/FT /Tx /T (mark) /TU (Registration mark) /Ff 16777216 /MaxLen 7"
    )
    page.widget((20, 40, 80, 80), "/FT /Tx /T (reason) /Ff 4096")
    page.widget((20, 90, 60, 98), "/FT /Ch /T (colour) /Ff 131072 /Opt [(Red) (Blue)]")
    page.widget((20, 110, 60, 125), "/FT /Sig /T (sign)")
    (sheet,) = opened(tmp_path, made([page]))
    mark, reason, colour, sign = sheet.widgets
    assert (mark.name, mark.kind, mark.length) == ("mark", "text", 7)
    assert mark.tooltip == "Registration mark"
    assert (reason.lines, reason.length) == (True, None)
    assert (colour.kind, colour.options) == ("choice", ("Red", "Blue"))
    assert sign.kind == "signature"
    assert mark.box.x0 * 210 == pytest.approx(20, abs=0.2)
    assert mark.box.y1 * 297 == pytest.approx(28, abs=0.2)


def test_a_field_with_several_places_lends_them_its_name_and_what_it_is(tmp_path: Path) -> None:
    page = MadePage()
    page.widget((20, 20, 25, 25), "/Parent @0 /AS /Off /AP << /N << /van 3 0 R /Off 3 0 R >> >>")
    page.widget((40, 20, 45, 25), "/Parent @0 /AS /Off /AP << /N << /car 3 0 R /Off 3 0 R >> >>")
    (sheet,) = opened(tmp_path, made([page], parents=["/FT /Btn /Ff 32768 /T (vehicle)"]))
    assert [each.kind for each in sheet.widgets] == ["tick", "tick"]
    assert {each.name for each in sheet.widgets} == {"vehicle"}
    assert [each.value for each in sheet.widgets] == ["van", "car"]


def test_hidden_fields_and_push_buttons_are_no_places_to_write(tmp_path: Path) -> None:
    page = MadePage()
    page.widget((20, 20, 80, 28), "/FT /Btn /Ff 65536 /T (print)")
    page.widgets.append(
        "<< /Type /Annot /Subtype /Widget /F 2 /Rect [10 10 90 30] /FT /Tx /T (hidden) >>"
    )
    page.text(20, 50, "Five words stand on it")
    (sheet,) = opened(tmp_path, made([page]))
    assert sheet.widgets == ()


def test_a_picture_without_a_believable_resolution_is_taken_for_a4(tmp_path: Path) -> None:
    data = io.BytesIO()
    Image.new("L", (1240, 1754), 255).save(data, "PNG", dpi=(72, 72))
    (sheet,) = opened(tmp_path, data.getvalue())
    assert sheet.size_mm == pytest.approx((210, 297), abs=0.5)
    assert sheet.words == ()


def test_every_page_of_a_tiff_comes(tmp_path: Path) -> None:
    data = io.BytesIO()
    page = Image.new("L", (827, 1169), 255)
    page.save(data, "TIFF", save_all=True, append_images=[page], dpi=(100, 100))
    assert [sheet.number for sheet in opened(tmp_path, data.getvalue())] == [1, 2]


def test_print_of_a_scan_is_read_also_white_on_a_dark_band() -> None:
    image = Image.new("L", (1654, 900), 255)
    pen = ImageDraw.Draw(image)
    face = ImageFont.truetype(FONTS / "PublicSans-Bold.ttf", 28)
    pen.text((100, 100), "Date of birth", 20, face)
    pen.rectangle((90, 200, 1560, 260), fill=40)
    pen.text((110, 212), "About your vehicle", 255, face)
    pen.rectangle((500, 90, 760, 150), outline=60, width=2)
    box = Box(500 / 1654, 90 / 900, 760 / 1654, 150 / 900)
    said = [word.text for word in read_words(np.asarray(image), [box])]
    assert said == ["Date", "of", "birth", "About", "your", "vehicle"]


def test_a_locked_pdf_is_refused_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(UnreadableScan, match="locked with a password"):
        opened(tmp_path, locked_pdf())
