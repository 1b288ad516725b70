"""Hands: one writer's face, pen and habits.

Faces are for specimens and measurements only: no recogniser is trained on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from extractors.forms import marks
from extractors.forms.faces import (
    CLEAR,
    FACES,
    FITTING,
    MEASURING,
    Face,
    named,
    picture_face,
)

__all__ = [
    "CLEAR", "FACES", "FITTING", "INKS", "MEASURING", "PENS", "Face", "Hand", "picture_face",
]  # fmt: skip

INKS = ((28, 28, 32), (24, 24, 30), (22, 34, 96), (36, 44, 120))
PENS: Mapping[str, tuple[tuple[int, int, int], tuple[float, float], float]] = {
    "black": ((26, 26, 30), (0.85, 0.97), 0.05),
    "blue": ((28, 42, 128), (0.8, 0.95), 0.1),
    "dark blue": ((24, 32, 84), (0.85, 0.95), 0.1),
    "red": ((178, 28, 38), (0.8, 0.95), 0.1),
    "pencil": ((74, 74, 78), (0.55, 0.8), 0.5),
    "faint": ((70, 74, 100), (0.35, 0.55), 0.35),
}
"""Each pen: its colour, the range of its strength, and how much the paper shows through it."""
_FIRM = 0.7  # the least strength of ink that a scan in black and white shows
_PEN_SHARES = (0.36, 0.24, 0.16, 0.07, 0.1, 0.07)


@dataclass(frozen=True, slots=True)
class Hand:
    """One writer. Sizes are millimetres, ``slant`` is a shear, ``unrest`` 0 calm to 1 wild.

    ``share`` is the height of a capital in boxes (0: ``capital`` counts); ``reach`` how wide a
    character may get, in boxes; ``aside`` and ``wave`` how far characters stand off the middle and
    the line sways; ``swell`` how much pressure changes the stroke (``None``: strokes as in the
    face); ``strength`` and ``grain`` how dark and how patchy the ink is; ``taste`` picks among
    ways of writing.
    """

    face: Face
    capital: float
    pen: float
    slant: float
    narrow: float
    unrest: float
    ink: tuple[int, int, int]
    mark: str
    pen_name: str = ""
    share: float = 0.0
    reach: float = 0.92
    aside: float = 0.0
    wave: float = 0.0
    swell: float | None = None
    strength: float = 0.93
    grain: float = 0.0
    taste: int = 0

    @staticmethod
    def of(
        rng: np.random.Generator, *, calm: bool = False, faces: Sequence[str | Face] = ()
    ) -> Hand:
        """A tidy writer by chance; ``calm`` gives one that is easy to read.

        Without ``faces``, of those that the shipped samples are written with.
        """
        among = faces or (CLEAR if calm else FACES)
        return Hand(
            face=named(among[int(rng.integers(len(among)))]),
            capital=float(rng.uniform(4.0, 5.0)),
            pen=float(rng.uniform(0.4, 0.6)),
            slant=float(rng.normal(0.0, 0.04 if calm else 0.1)),
            narrow=float(rng.uniform(0.85, 1.0)),
            unrest=float(rng.uniform(0.1, 0.3) if calm else rng.uniform(0.2, 0.75)),
            ink=INKS[int(rng.integers(len(INKS)))],
            mark=str(rng.choice(("cross", "tick", "cross", "fill", "line") if not calm
                                else ("cross", "tick"))),
        )  # fmt: skip

    @staticmethod
    def anyone(
        rng: np.random.Generator, faces: Sequence[str | Face] = (), *, firm: bool = False
    ) -> Hand:
        """A writer as the post brings them: small or large, leaning, with any pen or pencil.

        ``firm``: with a pen that shows on a scan in black and white.
        """
        among = faces or (*MEASURING, *FITTING)
        pen = str(rng.choice(list(PENS), p=_PEN_SHARES))
        if firm and PENS[pen][1][0] < _FIRM:
            pen = "black"
        ink, (faintest, darkest), grain = PENS[pen]
        leaning = rng.random() < 0.12
        large = rng.random() < 0.12
        return Hand(
            face=named(among[int(rng.integers(len(among)))]),
            capital=float(rng.uniform(3.2, 5.2)),
            pen=float(rng.uniform(0.3, 0.6) if pen != "red" else rng.uniform(0.5, 0.9)),
            slant=float(rng.choice((-1, 1, 1)) * rng.uniform(0.3, 0.5) if leaning
                        else rng.normal(0.05, 0.1)),
            narrow=float(rng.uniform(0.75, 1.1)),
            unrest=float(rng.beta(2, 3)),
            ink=ink,
            mark=str(rng.choice(marks.TICKS, p=marks.TICK_SHARES)),
            pen_name=pen,
            share=float(rng.uniform(0.8, 1.02) if large else rng.uniform(0.45, 0.75)),
            reach=float(rng.uniform(0.95, 1.25) if large else rng.uniform(0.75, 0.98)),
            aside=float(rng.normal(0, 0.25)),
            wave=float(abs(rng.normal(0, 0.25))),
            swell=float(rng.uniform(0.05, 0.35)),
            strength=float(rng.uniform(faintest, darkest)),
            grain=grain,
            taste=int(rng.integers(1 << 30)),
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """What tells this writer from others; sizes rounded."""
        return {
            "face": self.face.name, "pen": self.pen_name or "ballpoint", "mark": self.mark,
            "pen_mm": round(self.pen, 2), "slant": round(self.slant, 2),
            "unrest": round(self.unrest, 2), "strength": round(self.strength, 2),
            "capital": round(self.share, 2) or f"{self.capital:.1f} mm",
        }  # fmt: skip
