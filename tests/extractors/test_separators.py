"""Items end at blank sheets, patch codes and separator barcodes."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
import zxingcpp

from extractors.patchcodes import patch_code
from extractors.quality import is_blank
from extractors.separators import Side, Splitting, split
from extractors.straighten import turn
from extractors.values import Page, Picture
from tests.extractors.scan_files import empty_page, text_page, tilted

BARS = {"1": "WWNN", "2": "WNNW", "3": "WNWN", "4": "NWWN", "T": "NWNW", "6": "NNWW"}


def patch_sheet(code: str, dpi: int = 200) -> Page:
    """A sheet with the bars of a patch code 0.6 inch below its upper edge, and a few words."""
    page = text_page(dpi, lines=4)
    picture = np.roll(page.picture, 4 * dpi, axis=0)
    top = 0.6
    for bar in BARS[code]:
        wide = 0.20 if bar == "W" else 0.08
        picture[round(top * dpi) : round((top + wide) * dpi), dpi : 7 * dpi] = 15
        top += wide + 0.08
    return replace(page, picture=picture)


def with_barcode(text: str, form: zxingcpp.BarcodeFormat = zxingcpp.BarcodeFormat.Code128) -> Page:
    page = text_page()
    picture = page.picture.copy()
    drawn = zxingcpp.create_barcode(text, form)
    image = np.asarray(drawn.to_image(scale=4), dtype=np.uint8)
    height = min(image.shape[0], 300)
    picture[200 : 240 + height, 180 : 220 + image.shape[1]] = 255
    picture[220 : 220 + height, 200 : 200 + image.shape[1]] = image[:height]
    return replace(page, picture=picture)


def roles(*pages: Page, splitting: Splitting | None = None) -> list[tuple[str, bool]]:
    return [(side.role, side.starts_item) for side in split(pages, splitting)]


@pytest.mark.parametrize("code", BARS)
def test_patch_codes_are_told_apart(code: str) -> None:
    assert patch_code(patch_sheet(code)) == code


@pytest.mark.parametrize("code", ["T", "2", "3"])
def test_patch_codes_read_upside_down_sideways_askew_and_blurred(code: str) -> None:
    sheet = patch_sheet(code)
    for way in (90, 180, 270):
        assert patch_code(replace(sheet, picture=turn(sheet.picture, way))) == code
    assert patch_code(replace(sheet, picture=tilted(sheet.picture, 3.0))) == code
    blurred = cv2.GaussianBlur(sheet.picture, (0, 0), 5)
    assert patch_code(replace(sheet, picture=np.asarray(blurred))) == code


def test_ordinary_pages_have_no_patch_code() -> None:
    grid = np.full((2339, 1654), 255, np.uint8)
    grid[::33] = 0
    grid[:, ::33] = 0
    assert patch_code(Page(1, grid, 200.0)) is None
    assert patch_code(text_page()) is None
    assert patch_code(empty_page()) is None


def test_items_start_after_separators_and_blank_sheets() -> None:
    text, sheet, blank = text_page(), patch_sheet("T"), empty_page()
    assert roles(text, text, sheet, text, blank, text, text) == [
        ("page", True),
        ("page", False),
        ("separator", False),
        ("page", True),
        ("blank", False),
        ("page", True),
        ("page", False),
    ]


def test_separators_at_the_ends_and_in_a_row_make_no_empty_items() -> None:
    text, sheet, blank = text_page(), patch_sheet("2"), empty_page()
    found = roles(sheet, blank, text, sheet, sheet, text, blank, sheet)
    assert [number for number, (_, starts) in enumerate(found) if starts] == [2, 5]


def test_of_a_scan_of_both_sides_only_a_sheet_blank_on_both_parts_items() -> None:
    text, blank = text_page(), empty_page()
    both = Splitting(two_sided=True)
    assert roles(text, blank, text, blank, splitting=both) == [
        ("page", True),
        ("blank", False),
        ("page", False),
        ("blank", False),
    ]
    parted = roles(text, blank, blank, blank, text, splitting=both)
    assert [role for role, _ in parted] == ["page", "blank", "blank", "blank", "page"]
    assert parted[4] == ("page", True)
    assert roles(text, text, blank, text, splitting=both)[3] == ("page", False)


def test_the_blank_back_of_a_separator_sheet_changes_nothing() -> None:
    both = Splitting(two_sided=True, blank_separates=False)
    found = roles(text_page(), empty_page(), patch_sheet("T"), empty_page(), text_page(),
                  splitting=both)  # fmt: skip
    assert found[4] == ("page", True)


def test_blank_sheets_part_nothing_where_the_station_says_so() -> None:
    text, blank = text_page(), empty_page()
    kept = Splitting(blank_separates=False)
    assert roles(text, blank, text, splitting=kept)[2] == ("page", False)


def test_barcodes_part_items_by_how_their_text_starts() -> None:
    (header, separator, own, other) = split(
        [
            with_barcode("POSTROOM-BATCH:2026-0317"),
            with_barcode("POSTROOM-SEPARATOR", zxingcpp.BarcodeFormat.QRCode),
            with_barcode("NEXT-ONE"),
            with_barcode("V890-0042", zxingcpp.BarcodeFormat.Code39),
        ],
        Splitting(prefixes=("POSTROOM-SEPARATOR", "POSTROOM-BATCH:", "next-")),
    )
    assert (header.role, header.barcode) == ("separator", "POSTROOM-BATCH:2026-0317")
    assert (separator.role, separator.barcode) == ("separator", "POSTROOM-SEPARATOR")
    assert (own.role, own.barcode) == ("separator", "NEXT-ONE")
    assert (other.role, other.starts_item, other.barcode) == ("page", True, "V890-0042")


def test_a_patch_code_is_told_as_the_barcode_of_its_side() -> None:
    (side,) = split([patch_sheet("3")])
    assert side == Side(side.page, "separator", False, "PATCH3")
    (side,) = split([patch_sheet("4")])
    assert side.role == "page"


def draw_signature(picture: Picture) -> Picture:
    along = np.linspace(0, 6 * np.pi, 200)
    points = np.stack([900 + along * 18, 1700 + 30 * np.sin(along)], axis=-1).astype(np.int32)
    return np.asarray(cv2.polylines(picture.copy(), [points], False, 60, 3, cv2.LINE_AA))


def test_a_lone_signature_or_word_is_not_blank() -> None:
    page = empty_page()
    assert not is_blank(replace(page, picture=draw_signature(page.picture)))
    word = cv2.putText(page.picture.copy(), "No.", (700, 900), 0, 1.0, 70, 2, cv2.LINE_AA)
    assert not is_blank(replace(page, picture=np.asarray(word)))


def test_paper_with_dust_holes_dark_edges_and_yellowing_is_blank() -> None:
    page = empty_page(paper=205)
    picture = page.picture.copy()
    for height in (800, 1430):
        cv2.circle(picture, (95, height), 24, 20, -1)
    picture[:, :5] = 60
    picture[-80:] = 15
    shade = np.linspace(1.0, 0.8, picture.shape[0])[:, None]
    assert is_blank(page)
    assert is_blank(replace(page, picture=(picture * shade).astype(np.uint8)))


def test_what_shines_through_from_the_back_does_not_count() -> None:
    back = text_page().picture[:, ::-1]
    faint = 250 - (250 - cv2.GaussianBlur(back, (0, 0), 2).astype(float)) * 0.22
    assert is_blank(Page(1, faint.astype(np.uint8), 200.0))
    assert not is_blank(text_page())
