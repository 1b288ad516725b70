"""Blank forms drawn by code, in millimetres: what is on them is known exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

import extractors.forms
from extractors.values import Box, Picture

DPI = 200.0
_FINE = 3
_MM = DPI / 25.4 * _FINE
_FONT = Path(extractors.forms.__file__).parent / "fonts" / "PublicSans-Regular.ttf"
Divider = Literal["full", "low", "high", "dotted", "dashed", "none"]
Rectangle = tuple[float, float, float, float]


class Sheet:
    """A page of A5 landscape to draw on; ``picture`` is what a rendering at 200 dpi gives."""

    width, height = 210.0, 148.0

    def __init__(self, tone: int = 255) -> None:
        size = (round(self.width * _MM), round(self.height * _MM))
        self._image = Image.new("L", size, tone)
        self._pen = ImageDraw.Draw(self._image)

    def box(self, at: Rectangle, *, line: int | None = 60, fill: int | None = None) -> None:
        """A rectangle whose lines, 0.3 mm thick, are centred on ``at``; none without ``line``."""
        x0, y0, x1, y1 = at
        if fill is not None:
            self._fill(at, fill)
        if line is not None:
            for side in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
                self.stroke(side, tone=line)

    def stroke(
        self,
        at: Rectangle,
        *,
        tone: int = 60,
        thick: float = 0.3,
        dash: tuple[float, float] | None = None,
    ) -> None:
        """A level or upright line; ``dash``: lengths of a dash and of the gap after it."""
        x0, y0, x1, y1 = at
        long = max(x1 - x0, y1 - y0)
        on, off = dash or (long, 1.0)
        half = thick / 2
        start = 0.0
        while start < long:
            end = min(start + on, long)
            if x1 > x0:
                self._fill((x0 + start, y0 - half, x0 + end, y0 + half), tone)
            else:
                self._fill((x0 - half, y0 + start, x0 + half, y0 + end), tone)
            start = end + off

    def comb(self, at: Rectangle, cells: int, *, divider: Divider = "full", line: int = 60) -> None:
        """A row of boxes that share their edges."""
        x0, y0, x1, y1 = at
        self.box(at, line=line, fill=255)
        for i in range(1, cells):
            x = x0 + i * (x1 - x0) / cells
            if divider == "full":
                self.stroke((x, y0, x, y1), tone=line)
            elif divider == "low":
                self.stroke((x, y1 - 0.45 * (y1 - y0), x, y1), tone=line)
            elif divider == "high":
                self.stroke((x, y0, x, y0 + 0.45 * (y1 - y0)), tone=line)
            elif divider == "dotted":
                self.stroke((x, y0, x, y1), tone=line, dash=(0.35, 0.45))
            elif divider == "dashed":
                self.stroke((x, y0, x, y1), tone=line, dash=(1.0, 0.8))

    def circle(self, x: float, y: float, across: float, *, tone: int = 60) -> None:
        half = across / 2 + 0.15
        self._pen.ellipse(
            [v * _MM for v in (x - half, y - half, x + half, y + half)],
            outline=tone,
            width=round(0.3 * _MM),
        )

    def rounded(self, at: Rectangle, radius: float, *, fill: int = 255) -> None:
        self._pen.rounded_rectangle(
            [v * _MM for v in at], radius * _MM, fill=fill, outline=60, width=round(0.3 * _MM)
        )

    def text(self, x: float, y: float, text: str, *, high: float = 2.6, tone: int = 20) -> None:
        """Text whose capitals are ``high``, with their foot at ``y``."""
        font = ImageFont.truetype(str(_FONT), high / 0.7 * _MM)
        self._pen.text((x * _MM, y * _MM), text, font=font, fill=tone, anchor="ls")

    def picture(self) -> Picture:
        fine = np.asarray(self._image, dtype=np.uint8)
        size = (round(self.width * DPI / 25.4), round(self.height * DPI / 25.4))
        return np.asarray(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    def _fill(self, at: Rectangle, tone: int) -> None:
        x0, y0, x1, y1 = (round(v * _MM) for v in at)
        self._pen.rectangle([x0, y0, max(x1 - 1, x0), max(y1 - 1, y0)], fill=tone)


def in_mm(box: Box) -> Rectangle:
    """A found box in millimetres of a ``Sheet``."""
    wide, high = Sheet.width, Sheet.height
    return box.x0 * wide, box.y0 * high, box.x1 * wide, box.y1 * high


def scanned(picture: Picture, *, skew: float = 0.0, seed: int = 1) -> Picture:
    """As an office scanner sends it: turned a little, grey noise, JPEG."""
    height, width = picture.shape
    turning = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0)
    turned = cv2.warpAffine(picture, turning, (width, height), borderValue=(255,))
    noise = np.random.default_rng(seed).normal(-4, 3, picture.shape)
    dirty = np.clip(turned + noise, 0, 255).astype(np.uint8)
    _, sent = cv2.imencode(".jpg", dirty, [cv2.IMWRITE_JPEG_QUALITY, 75])
    return np.asarray(cv2.imdecode(sent, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
