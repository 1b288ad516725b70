"""Pages of TIFF, JPEG and PNG files, decoded by Pillow."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageOps

from extractors.limits import Limits, UnreadableScan, check_size
from extractors.resolution import as_grey_if_grey, page_of
from extractors.values import Page, Picture

_REDUCED_IMAGE = 1
_SUBFILE_TYPE = 254


def image_pages(
    data: bytes | Path, kind: Literal["tiff", "jpeg", "png"], limits: Limits
) -> Iterator[Page]:
    """The pages of a picture file: all of a TIFF (thumbnails left out), one of JPEG and PNG."""
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    with _told_plainly(1):
        image = Image.open(
            io.BytesIO(data) if isinstance(data, bytes) else data, formats=[kind.upper()]
        )
    with image:
        number = 0
        for frame in range(_frames(image, limits) if kind == "tiff" else 1):
            if frame:
                with _told_plainly(number + 1):
                    image.seek(frame)
            if _is_thumbnail(image):
                continue
            number += 1
            # A shape that comes from the file: checked before a byte of it is decoded.
            check_size(image.size, number, limits, size)
            # No name holds the page while the next one is decoded: a large one has 100 MB.
            yield _page(image, number)
        if number == 0:
            raise UnreadableScan("no_pages", "The file holds no page. Scan the paper again.")


def _page(image: Image.Image, number: int) -> Page:
    with _told_plainly(number):
        return page_of(number, _picture(image), _declared(image))


def _frames(image: Image.Image, limits: Limits) -> int:
    """How many pictures a TIFF holds, walked one by one (Pillow miscounts after a jump)."""
    for frame in range(1, limits.max_pages + 1):
        with _told_plainly(frame):
            try:
                image.seek(frame)
            except EOFError:
                image.seek(0)
                return frame
    raise UnreadableScan(
        "too_many_pages",
        f"The file has more than {limits.max_pages} pages. Scan fewer sheets at a time.",
    )


def _is_thumbnail(image: Image.Image) -> bool:
    tags = getattr(image, "tag_v2", None)
    kind = tags.get(_SUBFILE_TYPE, 0) if tags is not None else 0
    return isinstance(kind, int) and bool(kind & _REDUCED_IMAGE)


def _declared(image: Image.Image) -> tuple[float, float] | None:
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return (across, down) if 1 <= across < 1e5 and 1 <= down < 1e5 else None


def _picture(image: Image.Image) -> Picture:
    """Decoded, turned as its orientation tag says, grey or RGB, transparent parts white."""
    image.load()
    turned = ImageOps.exif_transpose(image)
    mode = turned.mode
    if mode.startswith(("I", "F")):
        return _eight_bits(np.asarray(turned))
    if mode in ("1", "L"):
        return np.array(turned.convert("L"), dtype=np.uint8)
    if turned.has_transparency_data:
        layer = turned.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return as_grey_if_grey(np.array(Image.alpha_composite(paper, layer).convert("RGB")))
    colours = np.array(turned.convert("RGB"))
    return as_grey_if_grey(colours) if mode == "P" else colours


def _eight_bits(values: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> Picture:
    """Deep grey (16-bit, 32-bit, floating) as 0 to 255."""
    deep = values.astype(np.float32)
    top = 65535.0 if values.dtype.kind in "iu" else 1.0
    if not np.isfinite(deep).all():
        deep = np.nan_to_num(deep)
    if deep.size and deep.max() > top:
        top = float(deep.max())
    shares = np.clip(deep / top, 0.0, 1.0)
    return np.asarray(shares * 255.0 + 0.5, dtype=np.uint8)


@contextmanager
def _told_plainly(number: int) -> Iterator[None]:
    """Whatever the decoder says about page ``number``, in words for the mailroom.

    Pillow's plug-ins raise nearly every built-in exception on a bad file, so all of them are
    taken here, round their calls only. Its warnings say no more than our own checks do.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Image.DecompressionBombError:
        raise UnreadableScan(
            "bomb",
            f"Page {number} claims far more pixels than a scanner makes. Find out where the file "
            "came from; do not open it.",
        ) from None
    except MemoryError:
        raise UnreadableScan(
            "page_too_large",
            f"Page {number} needs more memory than one page may take. Scan the paper again at "
            "300 dpi.",
        ) from None
    except Exception as error:
        if "truncated" in str(error).lower() or "not enough image data" in str(error).lower():
            raise UnreadableScan(
                "truncated",
                f"The file breaks off in page {number}. Send the file again, or scan the paper "
                "again.",
            ) from error
        raise UnreadableScan(
            "damaged", f"Page {number} of the file is damaged. Scan the paper again."
        ) from error
