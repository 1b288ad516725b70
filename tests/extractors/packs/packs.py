"""A small pack written down for these tests, and changed as each needs it."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

WHOLE = """\
code = "PK1"
edition = "2026-11"
title = { en = "Parking permit", cy = "Trwydded barcio" }
work_type = "parking.permit"

[[pages]]
blank = "blank-1.png"
size = [210, 297]

[[fields]]
name = "vehicle.vrn"
label = { en = "Registration mark", cy = "Rhif cofrestru" }
kind = "registration_mark"
way = "comb"
combs = [[46, 49, 81, 56, 7]]

[[fields]]
name = "applicant.postcode"
label = { en = "Postcode", cy = "Cod post" }
kind = "postcode"
way = "comb"
combs = [[46, 60, 86, 67, 8]]

[[fields]]
name = "request.reason"
label = { en = "Why you apply", cy = "Pam" }
kind = "choice"
way = "tick"
options = [
    { value = "resident", label = { en = "I live here", cy = "Byw" }, box = [46, 80, 51, 85] },
    { value = "carer", label = { en = "I care", cy = "Gofalu" }, box = [46, 88, 51, 93] },
]
"""
ROWS = ((46, 49, 81, 56, 7), (46, 60, 86, 67, 8), (46, 80, 51, 85, 1), (46, 88, 51, 93, 1))


def pack(folder: Path, text: str = WHOLE) -> Path:
    """``folder`` with ``text`` as its definition and a blank that has the boxes of ``WHOLE``."""
    folder.mkdir(parents=True)
    (folder / "form.toml").write_text(text, encoding="utf-8")
    (folder / "blank-1.png").write_bytes(_blank_file())
    return folder


@cache
def _blank_file() -> bytes:
    out = io.BytesIO()
    Image.fromarray(blank()).save(out, "PNG", compress_level=1)
    return out.getvalue()


def blank(dots: float = 8.0) -> np.ndarray:  # type: ignore[type-arg]
    """The printed page, ``dots`` pixels a millimetre: its boxes and nothing else."""
    sheet = np.full((round(297 * dots), round(210 * dots)), 255, np.uint8)
    for x0, y0, x1, y1, count in ROWS:
        left, top, right, bottom = (round(each * dots) for each in (x0, y0, x1, y1))
        for line in (top, bottom - 2):
            sheet[line : line + 2, left:right] = 90
        for line in np.linspace(left, right - 2, count + 1).round().astype(int):
            sheet[top:bottom, line : line + 2] = 90
    return sheet
