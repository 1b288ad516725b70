"""Other readers on pictures of single lines: Tesseract, and RapidOCR's recogniser alone.

Pictures are grey, dark on white; both run on one thread.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from extractors.printed import installed
from extractors.values import Picture


def larger(picture: Picture, white: int = 0) -> Picture:
    """Twice as large, as suits others best, with so many pixels of ``white`` round it."""
    large = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return np.pad(np.asarray(large, np.uint8), white, constant_values=255)


def tesseract(pictures: Sequence[Picture], allowed: str = "") -> list[str]:
    """What Tesseract says of each picture as one line (psm 7), in the ``allowed`` characters alone.

    All go to one process, so that its start counts for little.
    """
    binary, data = installed()
    with tempfile.TemporaryDirectory() as folder:
        names = [Path(folder) / f"{number}.png" for number in range(len(pictures))]
        for name, picture in zip(names, pictures, strict=True):
            cv2.imwrite(str(name), picture)
        listed = Path(folder) / "names.txt"
        listed.write_text("\n".join(map(str, names)) + "\n", encoding="utf-8")
        command = [str(binary), str(listed), "-", "-l", "eng", "--psm", "7", "--dpi", "300"]
        command += ["--tessdata-dir", str(data)]
        command += ["-c", f"tessedit_char_whitelist={allowed}"] if allowed else []
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
    texts = [each.strip() for each in done.stdout.split("\f")[: len(pictures)]]
    return [*texts, *[""] * (len(pictures) - len(texts))]


class RapidOcr:
    """RapidOCR as it comes, its recogniser alone."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        threads = "EngineConfig.onnxruntime."
        one = {f"{threads}intra_op_num_threads": 1, f"{threads}inter_op_num_threads": 1}
        self._engine: Any = RapidOCR(params={"Global.log_level": "error", **one})

    def __call__(self, pictures: Sequence[Picture]) -> list[str]:
        """What it says of each picture."""
        return [self._line(picture) for picture in pictures]

    def _line(self, picture: Picture) -> str:
        colour = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
        found = self._engine(colour, use_det=False, use_cls=False, use_rec=True)
        return " ".join(found.txts or ())
