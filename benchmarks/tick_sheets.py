"""Sheets of tick boxes and signature boxes, drawn, marked by invented hands and scanned.

Each sheet is a form of its own: square or round boxes of 3 to 7 mm, thick or thin, dark, pale or
coloured, with or without a letter in them, near each other or far. What is done to a box is a
situation with a known answer. Two families of hands share no stroke: ``FITTING`` is what the
probabilities are fitted on, ``MEASURING`` what they are judged by.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.tick_marks import Hands, Marker, Usual
from extractors import formpack
from extractors.formpack import FieldPlace, FormPack
from extractors.forms.ageing import age
from extractors.forms.draw import font
from extractors.laying import Laid, lay
from extractors.matching import Matcher
from extractors.values import Page, Picture

_WIDTH, _HEIGHT = 210.0, 297.0
_WORDS = (
    "lost", "stolen", "damaged", "sent", "keeper", "new", "vehicle", "fleet", "yes", "no", "other",
    "posted", "agreed", "married", "single", "weekly", "monthly", "yearly", "owner", "driver",
)  # fmt: skip
_SCANS = ("colour",) * 3 + ("grey",) * 3 + ("bitonal",) * 2 + ("copy",)
_SHIFT = 4
_PALE = 0.7  # strength of ink below which it is pencil or a pen running dry

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Design:
    """How a form prints its boxes, in millimetres; tones are grey, 0 black to 255 white."""

    side: float
    gap: float
    line: float
    tone: int
    round: bool
    letter: bool
    colour: tuple[float, float, float]
    panel: int

    @staticmethod
    def of(rng: np.random.Generator) -> Design:
        pale = rng.random() < 0.3
        side = float(rng.uniform(3.0, 7.0))
        return Design(
            side=side,
            gap=float(rng.uniform(1.2, 3.0) if rng.random() < 0.4 else rng.uniform(14.0, 20.0)),
            line=float(rng.uniform(0.15, 0.6)),
            tone=int(rng.integers(140, 215) if pale else rng.integers(0, 120)),
            round=bool(rng.random() < 0.2),
            letter=bool(rng.random() < 0.2),
            colour=_COLOURS[int(rng.integers(len(_COLOURS)))] if rng.random() < 0.3 else (1, 1, 1),
            panel=255 if rng.random() < 0.7 else int(rng.integers(225, 250)),
        )


# What is left of each channel's darkness: black, or green, orange, blue and red print.
_COLOURS = ((1.2, 0.8, 1.1), (0.5, 1.1, 1.6), (1.4, 1.0, 0.4), (0.5, 1.3, 1.2))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A scanned sheet, what was done to each field, and what it therefore says.

    ``situations``: by field name. ``truth``: ``True``, ``False``, an option's value or ``None``.
    ``states``: what each tick box of a field is: "ticked", "empty" or "struck_out". ``scan`` names
    the sort of scan, whether the ink is pale, and the resolution.
    """

    pack: FormPack
    page: Page
    situations: Mapping[str, str]
    truth: Mapping[str, str | bool | None]
    states: Mapping[str, Sequence[str]]
    scan: str


def sheets(
    count: int, seed: int, hands: Hands, usual: Usual | None, folder: Path
) -> Iterator[Sheet]:
    """``count`` sheets, a new form for every third; ``usual`` ``None`` gives all situations alike.

    ``folder`` takes the form packs. The same arguments give the same sheets.
    """
    form: _Form | None = None
    for number in range(count):
        rng = np.random.default_rng([seed, number, hands.stream])
        if form is None or number % 3 == 0:
            form = _Form(Design.of(rng), rng, folder / f"F{number}")
        yield form.filled(rng, hands, usual)


def laid_sheets(
    count: int, seed: int, hands: Hands, usual: Usual | None
) -> Iterator[tuple[Sheet, Laid]]:
    """``count`` sheets, laid on their blanks. The few that do not fit theirs are told."""
    with tempfile.TemporaryDirectory() as folder:
        matcher: Matcher | None = None
        for sheet in sheets(count, seed, hands, usual, Path(folder)):
            if matcher is None or matcher.blanks[0].pack is not sheet.pack:
                matcher = Matcher([sheet.pack])
            match = matcher.match(sheet.page)
            if match is None:
                print(f"{sheet.pack.code}: {sheet.scan}: does not fit its blank", file=sys.stderr)
                continue
            yield sheet, lay(sheet.page, match)


@dataclass
class _Form:
    """A form with about a hundred boxes: choices, single ticks, signatures."""

    design: Design
    rng: np.random.Generator
    folder: Path
    words: list[tuple[str, float, float]] = field(default_factory=list)
    boxes: list[tuple[str, str, list[Rectangle]]] = field(default_factory=list)
    pack: FormPack = field(init=False)

    def __post_init__(self) -> None:
        self._compose()
        self.folder.mkdir(parents=True)
        Image.fromarray(self.print(200)).save(self.folder / "blank-1.png")
        (self.folder / "form.toml").write_text(self._toml(), encoding="utf-8")
        self.pack = formpack.load(self.folder)

    def _compose(self) -> None:
        """Two columns of rows, each a choice or as many single boxes; then the signatures."""
        side = self.design.side
        wide = self.design.gap > 9
        for edge in (14.0, 108.0):
            y = 24.0
            while y + side < 236:
                x = edge + 24 + float(self.rng.uniform(0, 4))
                self._say(edge, y + side * 0.7)
                most = 4 if wide else 6
                count = int(self.rng.integers(2, most))
                row = [(x + i * (side + self.design.gap), y) for i in range(count)]
                boxes = [(x, y, x + side, y + side) for x, y in row if x + side < edge + 84]
                self._ask(boxes)
                for box in boxes if wide else boxes[-1:]:
                    self._say(box[2] + (1.5 if wide else 3.5), y + side * 0.7)
                y += side + float(self.rng.uniform(1.5, 6.0))
        for i, (x, y) in enumerate(((20, 244), (110, 244), (20, 266), (110, 266))):
            self.boxes.append((f"signature_{i}", "signature", [(x, y, x + 75.0, y + 16.0)]))

    def _ask(self, boxes: list[Rectangle]) -> None:
        name = f"row_{len(self.boxes)}"
        if self.rng.random() < 0.6 and len(boxes) > 1:
            self.boxes.append((name, "choice", boxes))
        else:
            self.boxes += [(f"{name}_{i}", "tick", [box]) for i, box in enumerate(boxes)]

    def _say(self, x: float, y: float) -> None:
        self.words.append((str(self.rng.choice(_WORDS)), x, y))

    def _toml(self) -> str:
        lines = [
            f'code = "{self.folder.name}"', 'edition = "1"', 'title = { en = "Boxes" }',
            'work_type = "benchmark"', "[[pages]]", 'blank = "blank-1.png"',
            f"size = [{_WIDTH}, {_HEIGHT}]",
        ]  # fmt: skip
        for name, kind, boxes in self.boxes:
            way = "signature" if kind == "signature" else "tick"
            lines += ["[[fields]]", f'name = "{name}"', 'label = { en = "It" }']
            lines += [f'kind = "{kind}"', f'way = "{way}"']
            if kind == "choice":
                given = [
                    f'{{ value = "v{i}", label = {{ en = "V" }}, box = {[*map(float, box)]} }}'
                    for i, box in enumerate(boxes)
                ]
                lines.append(f"options = [{', '.join(given)}]")
            else:
                lines.append(f"box = {[*map(float, boxes[0])]}")
        return "\n".join(lines) + "\n"

    def print(self, dpi: float, slip: tuple[float, float] = (0.0, 0.0)) -> Picture:
        """The blank in grey. ``slip``: how far, in mm, the boxes lie off their words."""
        scale = dpi / 25.4
        page = np.full((round(_HEIGHT * scale), round(_WIDTH * scale)), 255, np.uint8)
        if self.design.panel < 255:
            left, top, right, bottom = _scaled((12, 20, 200, 238), scale)
            page[top:bottom, left:right] = self.design.panel
        image = Image.fromarray(page)
        pen = ImageDraw.Draw(image)
        face = font(False, 9 * dpi / 72)
        title = f"Application {self.folder.name}"
        pen.text((14 * scale, 10 * scale), title, 20, font(True, 18 * dpi / 72))
        for text, x, y in self.words:
            pen.text((x * scale, y * scale), text, 25, face, anchor="ls")
        page = np.array(image)
        for index, (_name, kind, boxes) in enumerate(self.boxes):
            for box in boxes:
                x0, y0, x1, y1 = box
                moved = (x0 + slip[0], y0 + slip[1], x1 + slip[0], y1 + slip[1])
                self._box(page, moved, scale, kind, index)
        return page

    def _box(self, page: Picture, box: Rectangle, scale: float, kind: str, index: int) -> None:
        unit = scale * (1 << _SHIFT)
        x0, y0, x1, y1 = (round(each * unit) for each in box)
        thick = max(1, round(self.design.line * scale))
        tone = self.design.tone
        if self.design.round and kind != "signature":
            centre, radius = ((x0 + x1) // 2, (y0 + y1) // 2), (x1 - x0) // 2
            cv2.circle(page, centre, radius, 255, -1, cv2.LINE_AA, _SHIFT)
            cv2.circle(page, centre, radius, tone, thick, cv2.LINE_AA, _SHIFT)
        else:
            cv2.rectangle(page, (x0, y0), (x1, y1), 255, -1, cv2.LINE_8, _SHIFT)
            cv2.rectangle(page, (x0, y0), (x1, y1), tone, thick, cv2.LINE_AA, _SHIFT)
        if self.design.letter and kind != "signature":
            size = (box[3] - box[1]) * scale * 0.5 / 22
            at = (
                round((box[0] + 0.3 * (box[2] - box[0])) * scale),
                round((box[3] - 0.25 * (box[3] - box[1])) * scale),
            )
            letter = "ABCDEFGH"[index % 8]
            cv2.putText(page, letter, at, 0, size, max(tone, 90), 1, cv2.LINE_AA)

    def filled(self, rng: np.random.Generator, hands: Hands, usual: Usual | None) -> Sheet:
        dpi = float(rng.choice((150, 200, 200, 300, 300, 400)))
        slip = tuple(rng.normal(0, 0.12, 2)) if rng.random() < 0.4 else (0.0, 0.0)
        blank = self.print(dpi, slip)
        marker = Marker(rng, hands, usual, blank.shape, dpi)
        situations, truth, states = {}, {}, {}
        everything = [box for _, kind, boxes in self.boxes if kind != "signature" for box in boxes]
        for name, kind, boxes in self.boxes:
            done = marker.field(kind, boxes, everything)
            situations[name], truth[name], states[name] = done
        print_share = np.array(self.design.colour, np.float32)
        dark = (255 - blank.astype(np.float32))[..., None] * print_share
        page = np.clip(255 - dark, 0, 255)
        picture, scan = _scanned(marker.inked(page), rng)
        scan = f"{scan}{' pale' if marker.strength < _PALE else ''} {dpi:.0f} dpi"
        return Sheet(self.pack, Page(1, picture, dpi), situations, truth, states, scan)


def _scanned(sheet: NDArray[np.float32], rng: np.random.Generator) -> tuple[Picture, str]:
    """RGB paper as a copier, if any, and a scanner send it."""
    picture = np.clip(sheet, 0, 255).astype(np.uint8)
    how = str(rng.choice(_SCANS))
    if how != "colour":
        picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    if how == "copy":
        steep = rng.uniform(1.3, 2.2)
        soft = cv2.GaussianBlur(picture, (0, 0), 1.0).astype(np.float32)
        picture = np.clip((soft - 200) * steep + 215, 0, 255).astype(np.uint8)
    level = int(rng.choice((1, 2, 2, 3)))
    seed = int(rng.integers(1 << 31))
    return age(picture, seed, level, bitonal=how == "bitonal"), how


def _scaled(box: Rectangle, scale: float) -> tuple[int, int, int, int]:
    return tuple(round(each * scale) for each in box)  # type: ignore[return-value]


def places(pack: FormPack) -> Mapping[str, FieldPlace]:
    """The fields of a sheet's only page, by name."""
    return {each.name: each for each in pack.on_page(1)}
