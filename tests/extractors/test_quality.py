"""Bad pictures are told at the station, good ones are not complained about."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from extractors.quality import examine, sentence
from extractors.values import Page, Picture
from tests.extractors.scan_files import empty_page, text_page


def codes(picture: Picture, dpi: float = 200.0) -> list[str]:
    quality = examine(Page(1, picture, dpi))
    assert all(doubt.message == sentence(doubt.code, 1) for doubt in quality.doubts)
    return [doubt.code for doubt in quality.doubts]


@pytest.mark.parametrize("dpi", [150, 200, 300, 400])
def test_a_good_page_raises_no_doubt(dpi: int) -> None:
    page = text_page(dpi)
    assert codes(page.picture, page.dpi) == []
    assert codes(np.stack([page.picture] * 3, axis=-1), page.dpi) == []
    bits = np.where(page.picture < 128, 0, 255).astype(np.uint8)
    assert codes(bits, page.dpi) == []


def test_blurred() -> None:
    page = text_page()
    assert codes(np.asarray(cv2.GaussianBlur(page.picture, (0, 0), 5))) == ["blurred"]
    assert codes(np.asarray(cv2.GaussianBlur(page.picture, (0, 0), 0.8))) == []


def test_dark_and_light() -> None:
    page = text_page().picture.astype(float)
    assert codes((page * 0.35).astype(np.uint8)) == ["dark"]
    for strength in (0.28, 0.18):
        assert codes((250 - (250 - page) * strength).astype(np.uint8)) == ["light"]


def test_a_small_sheet_on_a_dark_lid_is_not_a_dark_scan() -> None:
    card = text_page().picture[180:605, 150:824]  # 54 by 86 mm
    lid = np.full((2339, 1654), 12, np.uint8)
    lid[700:1125, 400:1074] = card
    assert codes(lid) == []
    assert codes((lid * 0.35).astype(np.uint8)) == ["dark"]


def test_black_with_light_spots_is_a_dark_scan() -> None:
    bits = np.where(text_page().picture < 251, 0, 255).astype(np.uint8)
    bits[300:360, 200:900] = 255
    assert codes(bits) == ["dark"]


def test_the_sentence_names_the_page_and_what_to_do() -> None:
    dark = (text_page().picture * 0.35).astype(np.uint8)
    (doubt,) = examine(Page(4, dark, 200.0)).doubts
    assert doubt.message == "Page 4 is too dark. Scan it again with more brightness."


def test_writing_cut_off_at_the_edge() -> None:
    page = text_page()
    assert codes(page.picture[:, 240:]) == ["cropped"]


def test_too_coarse() -> None:
    page = text_page(100)
    assert codes(page.picture, 100.0) == ["low_resolution"]


def test_blank_alone_is_said_of_a_blank_page() -> None:
    assert [doubt.code for doubt in examine(empty_page()).doubts] == ["blank"]
    assert examine(replace(empty_page(), number=7)).blank
