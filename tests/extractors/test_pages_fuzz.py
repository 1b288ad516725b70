"""Whatever the bytes, a scan is read or refused; nothing else ever comes out."""

from __future__ import annotations

import io
from contextlib import suppress

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from extractors.pages import Limits, UnreadableScan, kind, pages
from tests.extractors.scan_files import locked_pdf, pdf, picture_file

LIMITS = Limits(max_bytes=1_000_000, max_pages=20, max_pixels=2_000_000)
SMALL = np.tile(np.arange(96, dtype=np.uint8) * 2, (80, 1))
HEADS = (b"", b"%PDF-1.7\n", b"II*\0", b"MM\0*", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def group4() -> bytes:
    file = io.BytesIO()
    bits = Image.fromarray(SMALL).convert("1")
    bits.save(file, "TIFF", compression="group4", save_all=True, append_images=[bits])
    return file.getvalue()


FILES = (
    picture_file(SMALL, "PNG", dpi=(200, 200)),
    picture_file(SMALL, "JPEG", dpi=(200, 200)),
    picture_file(SMALL, "TIFF", compression="tiff_lzw"),
    picture_file(SMALL, "PDF"),
    group4(),
    pdf(content=b"1 0 0 rg 10 10 100 100 re f", box="0 0 100 100"),
    locked_pdf(),
)


def read_or_refused(data: bytes) -> None:
    with suppress(UnreadableScan):
        for page in pages(data, LIMITS):
            assert page.picture.dtype == np.uint8
            assert page.picture.ndim in (2, 3)
            assert page.dpi > 0


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(HEADS), st.binary(max_size=400))
def test_random_bytes(head: bytes, tail: bytes) -> None:
    kind(head + tail)
    read_or_refused(head + tail)


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6),
    st.floats(0.2, 1.2),
)
def test_small_files_with_bytes_changed_and_ends_cut(
    file: bytes, changes: list[tuple[float, int]], share: float
) -> None:
    data = bytearray(file)
    for place, value in changes:
        data[int(place * (len(data) - 1))] = value
    read_or_refused(bytes(data[: int(share * len(data))]))
