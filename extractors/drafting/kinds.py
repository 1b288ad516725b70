"""Guess what kind of value belongs in a place, from its label, its boxes and what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extractors.drafting.grouping import Entry
from extractors.drafting.vocabulary import hinted, meaning, plain, to_sign
from extractors.formpack import Kind
from extractors.lexicon import Name
from extractors.packs.boxes import fits

_TOLD_BY_BOXES: Mapping[tuple[int, ...], Kind] = {
    (2, 2, 4): "date",
    (2, 2, 2, 2, 1): "national_insurance_number",
}
_SHORT = 6
"""Words; a longer label of a line asks for more than a value of one kind."""
_FEW = 3
"""Boxes; a comb of no more holds a count or a short code."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind with its usual words; ``doubt``: what the author should check, or ``""``."""

    kind: Kind
    words: Name | None = None
    doubt: str = ""


def guessed(entry: Entry, said: str, more: str) -> Guess:
    """The kind of an entry that is no tick. ``said``: its label; ``more``: hint and tooltip."""
    if entry.places[0].way == "barcode":
        return Guess("text", doubt="a printed code; leave it out if nobody needs its number")
    meant = meaning(said)
    kind: Kind | None = meant.kind if meant else None
    words = meant.words if meant else None
    if kind in (None, "text") and (_dated(entry) or "dd mm yyyy" in plain(more)):
        kind = "date"
    if kind is None:
        short = entry.places[0].way == "comb" or len(said.split()) <= _SHORT
        kind = hinted(said) or hinted(more) if short else None
    if entry.places[0].way == "signature":
        return Guess("signature")
    if entry.places[0].way == "comb":
        return _of_comb(entry, kind, words)
    if kind == "signature" or (kind is None and to_sign(f"{said} {more}")):
        return Guess("signature")
    if kind is None:
        return Guess("text", doubt="the kind, which the label does not tell" if said else "")
    return Guess(kind, words)


def _dated(entry: Entry) -> bool:
    return any("£" not in run.text for run in entry.captions)


def _of_comb(entry: Entry, kind: Kind | None, words: Name | None) -> Guess:
    cells = entry.cells
    told = _TOLD_BY_BOXES.get(cells)
    if told:
        sure = kind == told or _dated(entry)
        return Guess(told, doubt="" if sure else "the kind, guessed from the groups of boxes")
    if cells == (2, 2, 2) and kind != "date":
        return Guess("digits", doubt="" if kind == "digits" else "the kind: six digits or a date")
    count = sum(cells)
    if kind == "date" and len(cells) == 1 and count < 6:
        return Guess("digits", doubt="the kind: part of a date")
    if kind == "signature":
        return Guess("text", doubt="the kind: boxes are no place to sign")
    if kind is not None and not fits(kind, cells):
        return Guess("text", doubt=f"the kind: {count} boxes do not fit a {kind.replace('_', ' ')}")
    if kind is None:
        few = count <= _FEW
        return Guess("digits" if few else "text", doubt="the kind, which the label does not tell")
    return Guess(kind, words)
