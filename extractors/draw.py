"""A page with what was read drawn on it: boxes, values, confidences. For people who look after it.

Green is sure, amber needs a person, grey is empty.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from extractors.values import FieldReading, Picture

_SURE = (0, 112, 60)
_UNSURE = (212, 92, 0)
_EMPTY = (110, 120, 128)


def drawn(picture: Picture, fields: Sequence[FieldReading], unsure: frozenset[str]) -> Picture:
    """A colour copy of a laid page with its fields marked; ``unsure``: the names to show amber."""
    canvas = Image.fromarray(picture).convert("RGB")
    pen = ImageDraw.Draw(canvas)
    size = max(canvas.width / 95, 10.0)
    font = ImageFont.load_default(size=size)
    for field in fields:
        empty = field.status == "absent"
        colour = _UNSURE if field.name in unsure else _EMPTY if empty else _SURE
        left, top, right, bottom = field.box.pixels(canvas.width, canvas.height)
        pen.rectangle((left, top, right, bottom), outline=colour, width=2)
        if empty and field.name not in unsure:
            continue
        told = f"{_shown(field)}  {field.confidence:.0%}"
        wide = pen.textlength(told, font=font)
        base = top - size * 1.25
        pen.rectangle((left, base, left + wide + 6, top), fill=colour)
        pen.text((left + 3, base), told, fill="white", font=font)
    return np.asarray(canvas, np.uint8)


def _shown(field: FieldReading) -> str:
    if isinstance(field.value, bool):
        return "yes" if field.value else "no"
    return field.value or f"? {field.raw}"
