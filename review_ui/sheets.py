"""A letter as it is printed: what stands where on the sheet, with its code for replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import zxingcpp

from intake.letters import Letter, long_day, words
from intake.model import REPLY_CODE
from review_ui.wiring import services
from review_ui.words import office_day, reference

_QUIET = 4  # modules of white that a QR code needs round it


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter on paper. ``code``: the path of its QR code in a square of ``side`` modules."""

    letter: Letter
    reference: str
    referred_to: str
    day: str
    sender: tuple[str, ...]
    code: str
    side: int


def sheet(letter: Letter, application_id: str, number: int, day: datetime) -> Sheet:
    modules = _modules(f"{REPLY_CODE}{application_id}/{number}")
    return Sheet(
        letter=letter,
        reference=f"{reference(application_id)}/{number}",
        referred_to=words("frame.reference", letter.language),
        day=long_day(office_day(day), letter.language),
        sender=services().settings.letter_head(letter.language),
        code=_path(modules),
        side=len(modules) + 2 * _QUIET,
    )


def _modules(text: str) -> Sequence[Sequence[bool]]:
    """The QR code row by row, true for black."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn = np.asarray(code.to_image(scale=1, add_quiet_zones=False))
    rows: Sequence[Sequence[bool]] = (drawn < 128).tolist()
    return rows


def _path(modules: Sequence[Sequence[bool]]) -> str:
    """SVG: a square for each black module, moved in by the quiet zone."""
    return "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z"
        for y, row in enumerate(modules)
        for x, black in enumerate(row)
        if black
    )
