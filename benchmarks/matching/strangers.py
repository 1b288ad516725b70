"""Pages of no known form: letters, receipts and other forms, made by code or from a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from extractors.limits import Limits, UnreadableScan
from extractors.pages import pages
from extractors.values import Page, Picture

Chance = np.random.Generator
_WORDS = (
    "dear sir or madam thank you for your letter about the vehicle which was sold last year and "
    "please find enclosed the certificate you asked for yours faithfully account total paid with "
    "regards number address date name of keeper signed postcode change telephone declare"
)
_SIZE = (2339, 1654)
_DPI = 200.0


def drawn(seed: int) -> tuple[str, Page]:
    """A stranger and what it is: a letter, a receipt, or a form of another agency."""
    chance = np.random.default_rng([seed, 5])
    kinds = {"letter": _letter, "receipt": _receipt, "other form": _form, "table": _table}
    kind = list(kinds)[seed % len(kinds)]
    sheet = kinds[kind](chance)
    angle = float(chance.uniform(-2, 2))
    turning = cv2.getRotationMatrix2D((_SIZE[1] / 2, _SIZE[0] / 2), angle, 1.0)
    seen = cv2.warpAffine(sheet, turning, _SIZE[::-1], borderValue=(255,))
    grain = chance.normal(0, 5, _SIZE)
    return kind, Page(1, np.clip(seen * 0.93 + grain, 0, 255).astype(np.uint8), _DPI)


def shared(folder: Path) -> Iterator[tuple[str, Page]]:
    """Receipts, scans and forms of other agencies under ``folder``: pages of what lies there."""
    for kind in ("receipts", "scans", "uk-forms"):
        for path in sorted((folder / kind).rglob("*")):
            if path.suffix.lower() not in (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".pdf"):
                continue
            try:
                for page in pages(path.read_bytes(), Limits()):
                    yield kind, page
            except UnreadableScan:
                continue  # a damaged file, there to be refused by who reads it


def _letter(chance: Chance) -> Picture:
    sheet = np.full(_SIZE, 255, np.uint8)
    size, face = float(chance.uniform(0.8, 1.1)), int(chance.choice([0, 2, 3, 4]))
    for line in range(int(chance.integers(15, 36))):
        _say(sheet, chance, (180, 350 + 50 * line), (size, face), int(chance.integers(6, 11)))
    return sheet


def _receipt(chance: Chance) -> Picture:
    sheet = np.full(_SIZE, 255, np.uint8)
    left = int(chance.integers(100, 700))
    for line in range(int(chance.integers(12, 34))):
        down = 150 + 55 * line
        _say(sheet, chance, (left, down), (1.6, 1), 2)
        price = f"{chance.uniform(0, 90):.2f}"
        cv2.putText(sheet, price, (left + 520, down), 1, 1.6, 0, 2, cv2.LINE_AA)
    return sheet


def _form(chance: Chance) -> Picture:
    sheet = np.full(_SIZE, 255, np.uint8)
    cv2.rectangle(sheet, (80, 60), (1574, 150), 40, -1)
    pitch, left = int(chance.integers(80, 120)), int(chance.integers(420, 700))
    for row in range(int(chance.integers(12, 20))):
        top = 220 + pitch * row
        _say(sheet, chance, (100, top + 40), (0.8, 0), 2)
        cells, wide = int(chance.integers(3, 22)), int(chance.integers(34, 44))
        for cell in range(min(cells, (1600 - left) // wide)):
            at = left + wide * cell
            cv2.rectangle(sheet, (at, top), (at + wide, top + 56), 90, 2)
    return sheet


def _table(chance: Chance) -> Picture:
    sheet = np.full(_SIZE, 255, np.uint8)
    columns = np.sort(chance.integers(100, 1500, 5))
    for row in range(30):
        top = 200 + 62 * row
        cv2.line(sheet, (100, top), (1550, top), 60, 2)
        for column in columns:
            cv2.line(sheet, (int(column), 200), (int(column), 2000), 60, 2)
            _say(sheet, chance, (int(column) + 8, top + 45), (0.7, 0), 1)
    return sheet


def _say(
    sheet: Picture, chance: Chance, at: tuple[int, int], style: tuple[float, int], words: int
) -> None:
    size, face = style
    text = " ".join(str(each) for each in chance.choice(_WORDS.split(), words))
    cv2.putText(sheet, text, at, face, size, 20, 2, cv2.LINE_AA)
