"""Page pictures made small and turned, for choosing among them. No more than that is done here."""

from __future__ import annotations

from io import BytesIO


def shown(data: bytes, turned: int, longest: int) -> bytes:
    """A stored picture (PNG or JPEG) as JPEG, turned clockwise by a multiple of 90 degrees.

    Its longer side has at most ``longest`` pixels. Raises ``OSError`` for what is no picture.
    """
    from PIL import Image

    picture: Image.Image
    with Image.open(BytesIO(data)) as picture:
        picture.draft("L", (longest, longest))  # a JPEG is decoded small at once
        grey = picture.convert("L" if picture.mode in ("1", "L") else "RGB")
    grey.thumbnail((longest, longest), Image.Resampling.BOX)
    way = {
        90: Image.Transpose.ROTATE_270,  # Pillow counts against the clock
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }.get(turned % 360)
    if way is not None:
        grey = grey.transpose(way)
    kept = BytesIO()
    grey.save(kept, "JPEG", quality=80)
    return kept.getvalue()
