"""A small form pack on disk, for tests of what happens when packs come, change and go."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

_FORM = """
code = "{code}"
edition = "{edition}"
title = {{ en = "A small form" }}
work_type = "small.form"
status = "{status}"

[[pages]]
blank = "blank-1.png"
size = [210, 297]
unit = "mm"

[[fields]]
name = "vehicle.vrn"
label = {{ en = "Registration mark" }}
kind = "registration_mark"
way = "comb"
combs = [[{left}, 49, 81, 56, 7]]
"""


def write_pack(
    folder: Path, code: str = "PK1", edition: str = "2026", *, status: str = "current",
    left: float = 46,
) -> Path:  # fmt: skip
    """A pack of one page and one field in a folder of its own; ``left``: where its comb begins."""
    made = folder / f"{code}-{edition}"
    made.mkdir(parents=True, exist_ok=True)
    if not (made / "blank-1.png").exists():
        cv2.imwrite(str(made / "blank-1.png"), np.full((594, 420), 255, np.uint8))
    text = _FORM.format(code=code, edition=edition, status=status, left=left)
    (made / "form.toml").write_text(text, encoding="utf-8")
    return made
