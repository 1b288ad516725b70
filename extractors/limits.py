"""What a scan may be at most, and the refusal of what cannot be read.

A refusal is for the mailroom: it says in one sentence what is wrong and what to do with the paper.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one scan may ask of us.

    ``max_pixels`` holds for one page: 40 million is A4 at 600 dots an inch or A3 at 400, and keeps
    one page in colour, with the copies made while reading it, well below 1 GB.
    ``max_ratio`` is pixels to bytes of the file: an empty sheet in fax compression reaches 20,000,
    so it is only asked of a picture that is too large as well, to tell an attack from an honest
    large scan.
    """

    max_bytes: int = 100_000_000
    max_pages: int = 500
    max_pixels: int = 40_000_000
    max_ratio: float = 25_000.0


class UnreadableScan(Exception):
    """This scan cannot be read, and trying again would not help: the mailroom has to act.

    ``code`` is one of ``CODES``; ``message`` one plain sentence or two, fit to be shown.
    """

    CODES = (
        "empty",
        "not_a_scan",
        "truncated",
        "damaged",
        "encrypted",
        "no_pages",
        "too_many_pages",
        "too_large",
        "page_too_large",
        "page_too_small",
        "bomb",
    )

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def check_size(size: tuple[int, int], number: int, limits: Limits, size_of_file: int) -> None:
    """Refuse a page of ``size`` (width, height in pixels) before anything of it is decoded."""
    width, height = size
    if width * height > limits.max_pixels:
        if width * height > limits.max_ratio * max(size_of_file, 1):
            raise UnreadableScan(
                "bomb",
                f"Page {number} claims {width} by {height} pixels in a file of {size_of_file} "
                "bytes, which no scanner makes. Find out where the file came from; do not open it.",
            )
        raise UnreadableScan(
            "page_too_large",
            f"Page {number} has {width} by {height} pixels; the most is "
            f"{limits.max_pixels // 1_000_000} million. Scan the paper again at 300 dpi.",
        )
    if min(width, height) < MIN_SIDE:
        raise UnreadableScan(
            "page_too_small",
            f"Page {number} has only {width} by {height} pixels, too few to read. "
            "Scan the paper again at 300 dpi.",
        )


MIN_SIDE = 32
"""Pixels; the smallest side of anything that could hold a line of writing."""
