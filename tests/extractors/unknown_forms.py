"""Printed forms that Postroom has no pack for, filled by different people; and letters."""

from __future__ import annotations

import cv2
import numpy as np

from extractors.values import Picture

DPI = 150
SIZE = (1754, 1240)
_WORDS = [
    "Name", "Address", "Postcode", "Signature", "Vehicle", "Number", "Date", "Keeper", "Please",
    "write", "Capital", "Letters", "Only", "Town", "County", "Email", "Section", "Details", "Give",
    "Reason", "Office", "Use", "Enclose", "Cheque", "Payable", "Return", "Form",
]  # fmt: skip
_PRINT, _HAND = cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX


def form(seed: int) -> tuple[Picture, list[tuple[int, int]]]:
    """An empty form (a heading, labels with rows of boxes under them) and where to write on it."""
    chance = np.random.default_rng(seed)
    page = np.full(SIZE, 255, np.uint8)
    _print(page, " ".join(chance.choice(_WORDS, 4)), 90, 110, 1.3)
    top, places = 170, []
    while top < 1600:
        left = int(chance.integers(80, 300))
        _print(page, " ".join(chance.choice(_WORDS, int(chance.integers(2, 6)))), left, top, 0.6)
        boxes, wide = int(chance.integers(6, 18)), int(chance.integers(34, 46))
        for box in range(boxes):
            corner = left + box * wide, top + 14
            cv2.rectangle(page, corner, (corner[0] + wide, corner[1] + 44), 90, 1)
            places.append((corner[0] + 6, corner[1] + 36))
        top += int(chance.integers(95, 130))
    return page, places


def filled(blank: tuple[Picture, list[tuple[int, int]]], seed: int) -> Picture:
    """A copy filled in by hand and scanned: a little askew, shifted, with noise."""
    chance = np.random.default_rng(seed)
    page = blank[0].copy()
    for place in blank[1]:
        if chance.random() < 0.7:
            letter = chr(int(chance.integers(65, 91)))
            cv2.putText(page, letter, place, _HAND, 1.0, 60, 2, cv2.LINE_AA)
    turn = float(chance.uniform(-0.8, 0.8))
    move = cv2.getRotationMatrix2D((600, 800), turn, float(chance.uniform(0.98, 1.02)))
    move[:, 2] += chance.uniform(-12, 12, 2)
    page = np.asarray(cv2.warpAffine(page, move, SIZE[::-1], borderValue=250), np.uint8)
    noisy = page + chance.normal(0, 6, SIZE)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def letter(seed: int, *, ruled: bool = False) -> Picture:
    """A letter under the same letterhead as all others; ``ruled``: written on lines."""
    chance = np.random.default_rng(seed)
    page = np.full(SIZE, 255, np.uint8)
    _print(page, "Smith and Daughters, Cardiff", 90, 110, 1.2)
    for number, top in enumerate(range(220, 1650, 46)):
        if ruled:
            cv2.line(page, (60, top + 8), (1180, top + 8), 150, 1)
        if number % 7:
            words = " ".join(chance.choice(_WORDS, int(chance.integers(5, 9))))
            cv2.putText(page, words, (90, top), _HAND if ruled else _PRINT, 0.7, 40, 1, cv2.LINE_AA)
    return page


def _print(page: Picture, text: str, left: int, top: int, size: float) -> None:
    cv2.putText(page, text, (left, top), _PRINT, size, 20, 1, cv2.LINE_AA)
