"""Scans become pages, one at a time, or are refused with a code and a sentence."""

from __future__ import annotations

import io
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from extractors.pages import Limits, UnreadableScan, kind, pages
from extractors.values import Page
from tests.extractors.scan_files import (
    locked_pdf,
    pdf,
    picture_file,
    png_that_claims,
    text_page,
    tiff,
)

GREY = np.full((600, 424), 255, np.uint8)
GREY[100:140, 50:300] = 20
COLOUR = np.stack([GREY, GREY // 2, GREY // 4], axis=-1)


def read(data: bytes | Path, **limits: int) -> list[Page]:
    return list(pages(data, Limits(**limits)))


def refusal(data: bytes, **limits: int) -> UnreadableScan:
    with pytest.raises(UnreadableScan) as told:
        read(data, **limits)
    assert told.value.code in UnreadableScan.CODES
    assert told.value.message.endswith(".")
    return told.value


def test_what_a_file_is_shows_in_its_content() -> None:
    assert kind(picture_file(GREY, "PNG")) == "png"
    assert kind(picture_file(GREY, "JPEG")) == "jpeg"
    assert kind(picture_file(GREY, "TIFF")) == "tiff"
    assert kind(picture_file(GREY, "PDF")) == "pdf"
    assert kind(b"some junk a scanner wrote first\n" + pdf()) == "pdf"
    assert kind(b"Dear all, please find attached") == "other"
    assert kind(b"") == "other"


@pytest.mark.parametrize("file", ["PNG", "TIFF"])
def test_grey_stays_grey_and_colour_stays_colour(file: str) -> None:
    (grey,) = read(picture_file(GREY, file, dpi=(300, 300)))
    (colour,) = read(picture_file(COLOUR, file, dpi=(300, 300)))
    assert np.array_equal(grey.picture, GREY)
    assert np.array_equal(colour.picture, COLOUR)
    assert grey.dpi == pytest.approx(300, abs=0.1)
    assert not grey.dpi_guessed


def test_a_file_on_disk_reads_like_its_bytes(tmp_path: Path) -> None:
    for name in ("JPEG", "PDF"):
        path = tmp_path / "named-wrongly.doc"
        path.write_bytes(picture_file(COLOUR, name, **{"resolution": 200.0, "dpi": (200, 200)}))
        (from_path,), (from_bytes,) = read(path), read(path.read_bytes())
        assert np.array_equal(from_path.picture, from_bytes.picture)
        assert from_path.dpi == pytest.approx(200, abs=0.1)


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "jpeg"])
def test_every_page_of_a_tiff_is_read_in_order(compression: str) -> None:
    depth = bool if compression == "group4" else np.uint8
    first = Image.fromarray((GREY // 128 * 255).astype(depth))
    second = Image.fromarray((255 - GREY // 128 * 255).astype(depth))
    found = read(tiff([first, second, first], compression=compression, dpi=(300, 300)))
    assert [page.number for page in found] == [1, 2, 3]
    for page, wanted in zip(found, (GREY, 255 - GREY, GREY), strict=True):
        assert page.picture.shape == GREY.shape
        assert np.abs(page.picture.astype(int) - (wanted >= 128) * 255).mean() < 1
    if depth is bool:
        assert set(np.unique(found[0].picture)) == {0, 255}


def test_a_page_of_a_pdf_that_is_just_a_scan_keeps_its_pixels_and_resolution() -> None:
    bits = Image.fromarray(GREY >= 128)
    file = io.BytesIO()
    bits.save(file, "PDF", resolution=240)
    (page,) = read(file.getvalue())
    assert page.dpi == pytest.approx(240, abs=0.5)
    assert np.array_equal(page.picture, np.where(GREY >= 128, 255, 0))


def test_a_drawn_page_of_a_pdf_is_drawn_at_300_dpi() -> None:
    (page,) = read(pdf(content=b"0 0 1 rg 72 600 144 72 re f"))
    assert page.dpi == 300
    assert abs(page.picture.shape[0] - 842 / 72 * 300) < 2
    red, green, blue = page.picture[page.picture.shape[0] - round(636 / 72 * 300), 600]
    assert (red, green, blue) == (0, 0, 255)


def test_the_orientation_a_camera_notes_is_followed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the picture has to be turned by 90 degrees clockwise
    for file in ("JPEG", "PNG", "TIFF"):
        (page,) = read(picture_file(GREY, file, exif=exif))
        assert page.picture.shape == (424, 600)
        wanted = np.rot90(GREY, -1).astype(int)
        assert np.abs(page.picture.astype(int) - wanted).mean() < 3


def test_transparent_parts_are_white_paper() -> None:
    layers = np.zeros((600, 424, 4), np.uint8)
    layers[100:140, 50:300] = (20, 20, 20, 255)
    (page,) = read(picture_file(layers, "PNG"))
    assert page.picture.ndim == 2
    assert page.picture[0, 0] == 255
    assert page.picture[120, 100] == 20


def test_printing_inks_palettes_and_deep_grey_are_understood() -> None:
    cmyk = Image.fromarray(COLOUR).convert("CMYK")
    file = io.BytesIO()
    cmyk.save(file, "TIFF")
    assert np.abs(read(file.getvalue())[0].picture.astype(int) - COLOUR).mean() < 3

    file = io.BytesIO()
    Image.fromarray(GREY).convert("P").save(file, "PNG")
    assert np.array_equal(read(file.getvalue())[0].picture, GREY)

    file = io.BytesIO()
    Image.fromarray(GREY.astype(np.uint16) * 257).save(file, "PNG")
    assert np.array_equal(read(file.getvalue())[0].picture, GREY)


def test_a_fax_is_stretched_to_square_pixels() -> None:
    (page,) = read(picture_file(GREY[:300], "TIFF", dpi=(204, 98)))
    assert page.dpi == pytest.approx(204, abs=0.1)
    assert page.picture.shape == (round(300 * 204 / 98), 424)


@pytest.mark.parametrize("declared", [None, (72, 72), (96, 96), (1, 1), (20000, 20000)])
def test_a_resolution_not_to_be_believed_is_taken_as_for_a4(
    declared: tuple[int, int] | None,
) -> None:
    a4 = np.full((1754, 1240), 255, np.uint8)
    more = {"dpi": declared} if declared else {}
    (page,) = read(picture_file(a4, "PNG", **more))
    assert page.dpi == pytest.approx(150, abs=0.5)
    assert page.dpi_guessed


def test_pages_are_decoded_only_when_asked_for() -> None:
    page = Image.fromarray(text_page(300).picture)
    scan = tiff([page] * 12, compression="tiff_lzw", dpi=(300, 300))
    one = page.width * page.height
    tracemalloc.start()
    for each in pages(scan, Limits()):
        assert each.picture.shape == (page.height, page.width)
        del each
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * one


def whole_jpeg() -> bytes:
    return picture_file(text_page(100).picture, "JPEG")


def scanned_pdf() -> bytes:
    return picture_file(text_page(100).picture, "PDF", resolution=100)


BROKEN = {
    "empty": b"",
    "text named scan.pdf": b"Dear Sir or Madam, please find my form attached.",
    "spreadsheet": b"PK\x03\x04" + bytes(500),
    "jpeg cut in half": whole_jpeg()[: len(whole_jpeg()) // 2],
    "png cut in half": picture_file(text_page(100).picture, "PNG")[:4000],
    "tiff cut in half": picture_file(text_page(100).picture, "TIFF")[:90_000],
    "pdf cut in half": scanned_pdf()[: len(scanned_pdf()) // 2],
    "jpeg header alone": b"\xff\xd8\xff\xe0",
    "png header alone": b"\x89PNG\r\n\x1a\n",
    "tiff whose directory is not there": b"II*\0" + struct.pack("<I", 5000) + bytes(40),
    "tiff whose strips are not there": picture_file(GREY, "TIFF").replace(
        struct.pack("<HHI", 273, 4, 1), struct.pack("<HHI", 273, 4, 9_999_999)
    ),
    "pdf header alone": b"%PDF-1.7\n%%EOF",
    "pdf of nothing": pdf(count=0, kids=0),
    "pdf whose pages are not there": pdf(count=3, kids=3).replace(b"3 0 obj", b"9 0 obj"),
    "locked pdf": locked_pdf(),
    "picture of one pixel": picture_file(np.zeros((1, 1), np.uint8), "PNG"),
    "png bomb": png_that_claims(50_000, 50_000),
    "png beyond all bounds": png_that_claims(2**31 - 1, 2**31 - 1),
    "pdf as large as a field": pdf(box="0 0 14400 14400"),
    "pdf of 10,000 pages": pdf(count=10_000, kids=10_000),
}
CODES = {
    "empty": {"empty"},
    "text named scan.pdf": {"not_a_scan"},
    "spreadsheet": {"not_a_scan"},
    "jpeg cut in half": {"truncated"},
    "png cut in half": {"truncated"},
    "tiff cut in half": {"truncated", "damaged"},
    "pdf cut in half": {"truncated"},
    "jpeg header alone": {"truncated", "damaged"},
    "png header alone": {"truncated", "damaged"},
    "tiff whose directory is not there": {"damaged"},
    "tiff whose strips are not there": {"truncated", "damaged"},
    "pdf header alone": {"damaged"},
    "pdf of nothing": {"no_pages", "damaged"},
    "pdf whose pages are not there": {"damaged"},
    "locked pdf": {"encrypted"},
    "picture of one pixel": {"page_too_small"},
    "png bomb": {"bomb"},
    "png beyond all bounds": {"bomb", "damaged"},
    "pdf as large as a field": {"bomb", "page_too_large"},
    "pdf of 10,000 pages": {"too_many_pages"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(name: str) -> None:
    assert refusal(BROKEN[name]).code in CODES[name]


def test_limits_are_kept() -> None:
    scan = picture_file(GREY, "PNG", dpi=(300, 300))
    assert refusal(scan, max_bytes=len(scan) - 1).code == "too_large"
    assert refusal(scan, max_pixels=GREY.size - 1).code == "page_too_large"
    images = [Image.fromarray(GREY)] * 3
    assert refusal(tiff(images), max_pages=2).code == "too_many_pages"
    assert len(read(tiff(images), max_pages=3)) == 3
    assert refusal(pdf(count=3, kids=3), max_pages=2).code == "too_many_pages"


def test_a_tiff_directory_that_points_to_itself_ends() -> None:
    one = bytearray(picture_file(GREY, "TIFF"))
    directory = struct.unpack_from("<I", one, 4)[0]
    entries = struct.unpack_from("<H", one, directory)[0]
    struct.pack_into("<I", one, directory + 2 + 12 * entries, directory)
    assert len(read(bytes(one))) == 1


def test_a_bad_page_in_the_middle_is_named_and_the_pages_before_it_are_given() -> None:
    good = Image.fromarray(text_page(100).picture)
    scan = bytearray(tiff([good, good, good], compression="jpeg"))
    starts = [at for at in range(len(scan) - 1) if scan[at : at + 3] == b"\xff\xd8\xff"]
    at = starts[len(starts) // 3] if len(starts) > 3 else starts[1]
    scan[at : at + 400] = bytes(400)
    found = pages(bytes(scan), Limits())
    assert next(found).number == 1
    with pytest.raises(UnreadableScan, match="Page 2") as told:
        next(found)
    assert told.value.code in ("damaged", "truncated")


def test_a_jpeg_cut_short_inside_a_pdf_is_not_taken_for_a_grey_page() -> None:
    scan = scanned_pdf()
    end = scan.rindex(b"\xff\xd9")
    start = scan.index(b"\xff\xd8")
    middle = (start + end) // 2
    broken = scan[:middle] + bytes(end + 2 - middle) + scan[end + 2 :]
    assert refusal(broken).code == "damaged"


def test_the_guide_for_stations_explains_every_code() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "station.md").read_text("utf-8")
    for code in UnreadableScan.CODES:
        assert f"| `{code}`" in guide
