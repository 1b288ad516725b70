"""Draw the blank pages of a form pack from its own ``form.toml``.

``python -m extractors.forms.draw [FOLDER ...]`` writes the blank pictures named in each pack (all
shipped packs without an argument). Because the blank comes from the definition, the printed boxes
and the boxes that are read cannot drift apart. The same input gives the same pixels.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from extractors.formpack import SHIPPED, BadFormPack, read_toml, said
from extractors.values import Picture

DPI = 200
FONTS = Path(__file__).parent / "fonts"
INK = 20
GREY = 85
LABEL_POINTS = 8.5
HINT_POINTS = 7.0
POINTS = {"title": 21.0, "strong": 9.5, "text": 9.0, "small": 7.5, "tag": 8.0, "band": 10.0}
BOLD = {"title", "strong", "tag", "band"}

Rectangle = tuple[float, float, float, float]


def draw(folder: Path, dpi: int = DPI) -> tuple[Picture, ...]:
    """The blank pages of the pack in ``folder``: grey ``(height, width)`` pictures.

    Raises ``BadFormPack`` when a label does not fit into its place.
    """
    form = read_toml(folder)
    return tuple(
        _Sheet(folder, form, number, dpi).drawn() for number in range(1, len(form.pages) + 1)
    )


def save(folder: Path) -> tuple[Path, ...]:
    """Draw the pack and write its blank pictures where ``form.toml`` says."""
    form = read_toml(folder)
    paths = tuple(folder / page.blank for page in form.pages)
    for path, picture in zip(paths, draw(folder), strict=True):
        Image.fromarray(picture).save(path, optimize=True, dpi=(DPI, DPI))
    return paths


@cache
def font(bold: bool, pixels: float) -> ImageFont.FreeTypeFont:
    """The printed face at a height in pixels; without shaping, so that every machine agrees."""
    name = "PublicSans-Bold.ttf" if bold else "PublicSans-Regular.ttf"
    return ImageFont.truetype(FONTS / name, pixels, layout_engine=ImageFont.Layout.BASIC)


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """``text`` in lines no wider than ``width`` pixels, broken at spaces; a newline is kept."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and face.getlength(longer) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


@dataclass(frozen=True, slots=True)
class _Type:
    """How words are set. ``tone`` is grey, 0 black to 255 white."""

    points: float = LABEL_POINTS
    bold: bool = False
    align: str = "left"
    tone: int = INK


class _Sheet:
    """One page being drawn; millimetres (or the author's pixels) in, pixels out."""

    def __init__(self, folder: Path, form: Any, number: int, dpi: int) -> None:
        self.folder, self.form, self.number = folder, form, number
        self.language = form.language
        page = form.pages[number - 1]
        if page.unit != "mm":
            raise BadFormPack(
                f"{folder / 'form.toml'}: pages[{number - 1}].unit: only pages measured in mm can "
                "be drawn; keep the picture that came with this pack"
            )
        self.scale = dpi / 25.4
        size = (round(page.size[0] * self.scale), round(page.size[1] * self.scale))
        self.across, self.down = size[0] / page.size[0], size[1] / page.size[1]
        self.image = Image.new("L", size, 255)
        self.pen = ImageDraw.Draw(self.image)
        self.hair = max(1, round(0.2 * self.scale))

    def drawn(self) -> Picture:
        order = {"panel": 0, "band": 1}
        prints = [each for each in self.form.prints if each.page == self.number]
        for each in sorted(prints, key=lambda item: order.get(item.what, 2)):
            self._print(each)
        for each in self.form.fields:
            if each.page == self.number:
                self._field(each)
        return np.asarray(self.image)

    def _print(self, item: Any) -> None:
        tone = {"panel": self.form.look.tint, "band": self.form.look.band}
        if item.what in tone:
            self.pen.rectangle(self._pixels(item.at), fill=tone[item.what])
        if item.what == "rule":
            self.pen.rectangle(self._pixels(item.at), fill=INK)
        if item.what in ("frame", "tag"):
            self._outline(item.at, fill=None, line=INK)
        if item.what == "band":
            self._band(item)
        elif item.text:
            self._words(item)

    def _band(self, item: Any) -> None:
        """A heading, white on dark, with its section number in a white square."""
        number, _, heading = self._say(item.text).partition(" ")
        x0, y0, x1, y1 = item.at
        height = y1 - y0
        square = (x0 + 1, y0 + 1, x0 + height - 1, y1 - 1)
        self.pen.rectangle(self._pixels(square), fill=255)
        points = POINTS["band"]
        self._text(number, square, _Type(points, bold=True, align="centre"))
        place = (x0 + height + 1.5, y0, x1, y1)
        self._text(heading, place, _Type(points, bold=True, tone=255))

    def _words(self, item: Any) -> None:
        setting = _Type(
            POINTS[item.what],
            bold=item.what in BOLD,
            align="centre" if item.what == "tag" else item.align,
            tone=GREY if item.what == "small" else INK,
        )
        self._text(self._say(item.text), item.at, setting)

    def _field(self, given: Any) -> None:
        tone = self.form.look.lines
        for x0, y0, x1, y1, cells in given.combs:
            self._outline((x0, y0, x1, y1), fill=255, line=tone)
            for index in range(1, cells):
                middle = x0 + (x1 - x0) * index / cells
                left, top, _, bottom = self._pixels((middle, y0, x1, y1))
                left -= self.hair // 2
                self.pen.rectangle((left, top, left + self.hair - 1, bottom), fill=tone)
        for option in given.options:
            self._tick(option.box, self._say(option.label), given.options)
        lone_tick = given.kind == "tick" and given.box
        if lone_tick:
            self._tick(given.box, "")
        elif given.way == "barcode":
            self._barcode(given.box)
        elif given.way in ("line", "signature"):
            for box in given.lines or [given.box]:
                self._outline(box, fill=255, line=tone)
        if given.kind == "date" and len(given.combs) == 3:
            self._captions(given.combs)
        self._label(given)

    def _tick(self, box: Rectangle, label: str, beside: Sequence[Any] = ()) -> None:
        """A square, and its label up to the next square of ``beside`` on the same row."""
        self._outline(box, fill=255, line=min(self.form.look.lines, 60))
        _x0, y0, x1, y1 = box
        others = [each.box for each in beside if each.box[1] < y1 and each.box[3] > y0]
        right = min([x for x, *_ in others if x >= x1], default=self._right())
        if label:
            self._text(label, (x1 + 1.5, y0 - 1, right, y1 + 1), _Type())

    def _captions(self, combs: Sequence[tuple[float, float, float, float, int]]) -> None:
        words = {"en": ("Day", "Month", "Year"), "cy": ("Dydd", "Mis", "Blwyddyn")}
        for word, (x0, _y0, x1, y1, _n) in zip(words[self.language], combs, strict=True):
            place = (x0, y1 + 0.2, x1, y1 + 2.8)
            self._text(word, place, _Type(6.5, align="centre", tone=GREY))

    def _label(self, given: Any) -> None:
        """The label, then its hint in smaller letters, in ``label_at`` (nothing without it)."""
        if given.label_at is None:
            return
        hint = self._say(given.hint) if given.hint else ""
        behind_tick = given.kind == "tick" and given.box and given.label_at[0] >= given.box[2]
        self._text(self._say(given.label), given.label_at, _Type(bold=not behind_tick), hint)

    def _barcode(self, box: Rectangle) -> None:
        """A QR code naming code, edition and page, as large as fits at whole pixels a module."""
        text = f"{self.form.code}/{self.form.edition}/{self.number}"
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        modules = np.asarray(code.to_image(scale=1, add_quiet_zones=False))
        left, top, right, bottom = self._pixels(box)
        each = min(right - left, bottom - top) // modules.shape[0]
        large = cv2.resize(modules, None, fx=each, fy=each, interpolation=cv2.INTER_NEAREST)
        self.image.paste(Image.fromarray(large), (right - large.shape[1] + 1, top))

    def _text(self, text: str, at: Rectangle, setting: _Type, hint: str = "") -> None:
        """Print ``text`` (and ``hint`` below) within ``at``, in the middle of its height."""
        left, top, right, bottom = self._pixels(at)
        face = font(setting.bold, setting.points * self.scale * 25.4 / 72)
        small = font(False, HINT_POINTS * self.scale * 25.4 / 72)
        parts = [(line, face, setting.tone) for line in wrapped(text, face, right - left)]
        if hint:
            parts += [(line, small, GREY) for line in wrapped(hint, small, right - left)]
        heights = [each.size * 1.18 for _line, each, _tone in parts]
        widest = max(each.getlength(line) for line, each, _tone in parts)
        if sum(heights) > bottom - top + 0.5 * self.scale or widest > right - left + 1:
            raise BadFormPack(
                f"{self.folder / 'form.toml'}: {text!r} does not fit into {list(at)} on page "
                f"{self.number}: make the place larger or the words fewer"
            )
        y = (top + bottom - sum(heights)) / 2
        for (line, each, shade), height in zip(parts, heights, strict=True):
            slack = right - left - each.getlength(line)
            x = left + slack * {"left": 0.0, "centre": 0.5, "right": 1.0}[setting.align]
            self.pen.text((round(x), round(y + height * 0.8)), line, shade, each, anchor="ls")
            y += height

    def _outline(self, box: Rectangle, *, fill: int | None, line: int) -> None:
        self.pen.rectangle(self._pixels(box), fill=fill, outline=line, width=self.hair)

    def _pixels(self, box: Rectangle) -> tuple[int, int, int, int]:
        x0, x1 = (round(x * self.across) for x in (box[0], box[2]))
        y0, y1 = (round(y * self.down) for y in (box[1], box[3]))
        return x0, y0, max(x1 - 1, x0), max(y1 - 1, y0)

    def _right(self) -> float:
        return float(self.form.pages[self.number - 1].size[0]) - 5

    def _say(self, words: dict[str, str]) -> str:
        return said(words, self.language)


def packs(folder: Path = SHIPPED) -> tuple[Path, ...]:
    """The folders of form packs directly inside ``folder``, by name."""
    return tuple(sorted(path.parent for path in folder.glob("*/form.toml")))


def main(arguments: Iterable[str]) -> int:
    folders = [Path(each) for each in arguments] or list(packs())
    for folder in folders:
        try:
            written = save(folder)
        except BadFormPack as error:
            print(error, file=sys.stderr)
            return 2
        for path in written:
            print(f"{path}: drawn, {path.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
