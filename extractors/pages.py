"""From the bytes of one scan to its pages, one at a time.

What a file is shows in its content, never in its name. Everything that a decoder may say about a
bad file becomes ``UnreadableScan``. A decoder may still hang, or kill its process, on a file made
to do so: run this in a process of its own with a time and a memory limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from extractors.image_pages import image_pages
from extractors.limits import Limits, UnreadableScan
from extractors.pdf_pages import pdf_pages
from extractors.values import Page

__all__ = ["Kind", "Limits", "UnreadableScan", "kind", "pages"]

Kind = Literal["pdf", "tiff", "jpeg", "png", "other"]

_HEAD = 1024
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
)


def kind(data: bytes) -> Kind:
    """What the file is by its first 1,024 bytes (more may be given)."""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    # Readers accept a PDF whose header follows some junk, and scanners do send those.
    return "pdf" if b"%PDF-" in data[:_HEAD] else "other"


def pages(data: bytes | Path, limits: Limits) -> Iterator[Page]:
    """The pages of one scan in order, each decoded only when asked for.

    Grey and 1-bit pages come as ``(height, width)``, colour as ``(height, width, 3)`` RGB, at the
    resolution they were scanned with; pages that are drawn (not scanned) at 300 dpi.
    Raises ``UnreadableScan``; on a file with a bad page in the middle, when that page is asked for.
    """
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    if size == 0:
        raise UnreadableScan(
            "empty", "The file is empty. Scan the paper again, or send the file again."
        )
    if size > limits.max_bytes:
        raise UnreadableScan(
            "too_large",
            f"The file has {size / 1e6:.0f} MB; the most is {limits.max_bytes / 1e6:.0f} MB. "
            "Scan fewer sheets at a time, or at 300 dpi.",
        )
    found = kind(_head(data))
    if found == "pdf":
        yield from pdf_pages(data, limits)
    elif found == "other":
        raise UnreadableScan(
            "not_a_scan",
            "This is not a PDF, TIFF, JPEG or PNG file. Scan the paper, or save the document as "
            "PDF, and send that.",
        )
    else:
        yield from image_pages(data, found, limits)


def _head(data: bytes | Path) -> bytes:
    if isinstance(data, bytes):
        return data[:_HEAD]
    with data.open("rb") as file:
        return file.read(_HEAD)
