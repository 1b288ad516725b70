"""What is found on the forms that Postroom ships: their places are known to the pixel."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from extractors import formpack
from extractors.drafting.found import find
from extractors.formpack import FormPack, FormPage
from extractors.values import Box, Picture
from tests.extractors.drafting.drawn import DPI

NEAR_MM = 0.3
PACKS = formpack.load_all([formpack.SHIPPED])
PAGES = [(pack, page) for pack in PACKS if pack.language == "en" for page in pack.pages]
"""The Welsh editions have the same places."""


@pytest.mark.parametrize(
    ("pack", "sheet"), PAGES, ids=[f"{a.folder.name}-{b.number}" for a, b in PAGES]
)
def test_everything_on_a_shipped_blank_is_found_and_hardly_anything_else(
    pack: FormPack, sheet: FormPage
) -> None:
    found = find(_blank(sheet.blank), DPI)
    size = sheet.size_mm or (210.0, 297.0)
    fields = pack.on_page(sheet.number)
    combs = [(row.box, row.cells) for field in fields for row in field.combs]
    ticks = [option.box for field in fields for option in field.options]
    ticks += [field.box for field in fields if field.way == "tick" and not field.options]
    free = [line for field in fields if field.way == "line" for line in field.lines]
    free += [field.box for field in fields if field.way == "signature"]

    got = [(row.box, row.cells) for row in found.combs]
    assert [cells for _, cells in _unmatched(combs, got, size)] == []
    assert [cells for _, cells in _unmatched(got, combs, size)] == []
    assert _unmatched(_bare(ticks), _bare(found.ticks), size) == []
    assert _unmatched(_bare(found.ticks), _bare(ticks), size) == []
    assert _unmatched(_bare(free), _bare((*found.frames, *found.lines)), size) == []
    # Boxes for official use are no fields of the pack, but boxes to write in all the same.
    assert len(_unmatched(_bare((*found.frames, *found.lines)), _bare(free), size)) <= 2
    for field in fields:
        if field.way == "barcode":
            assert any(_middle_in(code, field.box) for code in found.barcodes)


def _blank(path: Path) -> Picture:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return np.asarray(picture, dtype=np.uint8)


def _bare(boxes: list[Box] | tuple[Box, ...]) -> list[tuple[Box, int]]:
    return [(box, 0) for box in boxes]


def _unmatched(
    wanted: list[tuple[Box, int]], got: list[tuple[Box, int]], size: tuple[float, float]
) -> list[tuple[Box, int]]:
    """Those of ``wanted`` that nothing in ``got`` equals to 0.3 mm on each side."""

    def near(one: Box, other: Box) -> bool:
        across = max(abs(one.x0 - other.x0), abs(one.x1 - other.x1)) * size[0]
        down = max(abs(one.y0 - other.y0), abs(one.y1 - other.y1)) * size[1]
        return max(across, down) <= NEAR_MM

    return [
        (box, cells)
        for box, cells in wanted
        if not any(cells == n and near(box, other) for other, n in got)
    ]


def _middle_in(box: Box, other: Box) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return other.x0 < x < other.x1 and other.y0 < y < other.y1
