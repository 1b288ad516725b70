"""The measuring hands, three groups apart: drawn faces, real pen characters, MNIST's test digits.

None of them trained the recogniser or fitted a confidence: the faces are those that are kept for
measuring, the characters are the second half of those held out of training.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from extractors.forms.hand import MEASURING, Face, Hand, picture_face
from extractors.handprint.glyphs import read_bank
from extractors.values import Picture

FACES, PENS, MNIST = "faces", "pens", "mnist"
TOLD = {
    FACES: "drawn handwriting faces kept for measuring",
    PENS: "real pen characters held out of training, second half",
    MNIST: "MNIST test digits, second half",
}
_FAINT = ("pencil", "faint")
_SEED = 2026
"""Which held-out characters are in the second half: as ``handprint.heldout`` has them."""


@dataclass(frozen=True, slots=True)
class Writer:
    """One writer of a form; ``figures`` writes the second half of its numbers and dates."""

    name: str
    letters: Hand
    figures: Hand


@dataclass(frozen=True, slots=True)
class Group:
    """Writers of one sort; ``figures`` is the group that the other half of numbers counts in."""

    name: str
    figures: str
    faces: tuple[str | Face, ...]
    digits: Face | None = None

    def writer(self, rng: np.random.Generator, *, tidy: bool, bitonal: bool) -> Writer:
        """A writer by chance: ``tidy``, or as the post brings them, with any pen or pencil.

        For a black and white scan one with a firm pen: of others hardly anything is left on it.
        """
        hand = (Hand.of if tidy else Hand.anyone)(rng, faces=self.faces)
        while bitonal and hand.pen_name in _FAINT:
            hand = Hand.anyone(rng, faces=self.faces)
        hand = replace(hand, taste=int(rng.integers(1 << 20)))
        other = replace(hand, face=self.digits) if self.digits else hand
        return Writer(f"{hand.face.name}, {'tidy' if tidy else 'any'}", hand, other)


def groups(glyphs: Path | None) -> Iterator[Group]:
    """The groups there is material for: all with the hand-print data in ``glyphs``, else one."""
    yield Group(FACES, FACES, MEASURING)
    if glyphs:
        pens, mnist = second_half(glyphs)
        yield Group(PENS, MNIST, (picture_face(PENS, pens),), picture_face(MNIST, mnist))


def second_half(glyphs: Path) -> tuple[dict[str, list[Picture]], dict[str, list[Picture]]]:
    """Pictures of the pen characters and of the MNIST digits that no figure was fitted on.

    Raises ``FileNotFoundError`` when ``glyphs`` lacks the material.
    """
    rng = np.random.default_rng(_SEED + 1)
    found: dict[str, dict[str, list[Picture]]] = {"pen": {}, "mnist": {}}
    for source, by_character in read_bank(glyphs, held_out=True).sources.items():
        for character, all_of_it in by_character.items():
            for glyph in all_of_it:
                measuring = rng.random() < 0.5
                if measuring and source in found:
                    found[source].setdefault(character, []).append(glyph.ink)
    return found["pen"], found["mnist"]
