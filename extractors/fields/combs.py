"""Comb fields: one character a box.

Each field is decoded under its kind's grammar. Where that alone does not settle a value, a second
reader gets a say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from extractors import kinds
from extractors.confidence import Evidence, could_be, needed, probability
from extractors.decoding import Decoded, Text, decode
from extractors.fields.cells import Cells, classify, grammar
from extractors.fields.lines import LineReader
from extractors.fields.opinions import Opinion, evidence, second_opinions
from extractors.formpack import FieldPlace
from extractors.handprint.recogniser import Recogniser
from extractors.paths import taken_by
from extractors.values import (
    STRUCK,
    Candidate,
    Cell,
    Correction,
    Doubt,
    FieldReading,
    Picture,
    Status,
    without_struck,
)

METHOD = "comb"
METHOD_BOTH = "comb+line"
_CLEAR = 0.9  # a character at least this likely was clearly written
_UNBROKEN = frozenset(
    {"digits", "date", "vin", "driver_number", "national_insurance_number", "money"}
)
_FREE = frozenset({"text", "name", "email"})
_STROKES = frozenset("/()")  # what a slanted I or 1 looks like
_PARTIAL = 0.5  # what a value is worth when a character may be missing or was read as another sort
_DISPUTED = 0.8  # what it is worth when two values fit: about what fitting hands bore out
_ASKED = 0.9  # what it is worth when a person has to look: less than any field needs
_FAINT = 0.98  # below this probability of being empty, an empty field is doubtful


def read_combs(
    ink: NDArray[np.float32],
    dark: Picture,
    fields: Sequence[FieldPlace],
    recogniser: Recogniser,
    second: Callable[[], LineReader],
) -> list[FieldReading]:
    """Read comb fields from a laid page's handwriting ``ink`` and ``dark`` (see ``Laid``).

    ``second`` gives the line reader; it is only asked for when a field needs it.
    """
    cells = classify(ink, dark, fields, recogniser)
    found = [
        decode(each.probabilities, recogniser.classes, grammar(field))
        for field, each in zip(fields, cells, strict=True)
    ]
    unsure = [
        i
        for i, field in enumerate(fields)
        if _wants_second(field, cells[i], recogniser.classes, found[i])
    ]
    asked = [(fields[i], cells[i], found[i]) for i in unsure]
    heard = second_opinions(asked, recogniser.classes, second()) if asked else []
    opinions = dict(zip(unsure, heard, strict=True))
    return [
        reading_of(field, (cells[i], recogniser.classes), found[i], opinions.get(i))
        for i, field in enumerate(fields)
    ]


def _wants_second(
    field: FieldPlace, cells: Cells, classes: Sequence[str], decoded: Decoded
) -> bool:
    if not decoded.raw.text:
        return False
    if not decoded.readings:
        return True
    if _struck(decoded) or _gaps(field, cells, decoded):
        return False  # a person is asked whatever the second reader says
    return probability(field, evidence(cells, classes, decoded)) < needed(field)


def reading_of(
    field: FieldPlace,
    seen: tuple[Cells, Sequence[str]],
    first: Decoded,
    opinion: Opinion | None = None,
    judge: Callable[[FieldPlace, Evidence], float] = probability,
) -> FieldReading:
    """The reading of a field from its cells (and their classes), as decoded by one reader or both.

    ``judge`` says how probable a value is by the evidence for it.
    """
    cells, classes = seen
    decoded = opinion.decoded if opinion else first
    base = FieldReading(
        name=field.name,
        value=None,
        raw=decoded.raw.text,
        confidence=0.0,
        status="illegible",
        page=field.page,
        box=field.box,
        method=METHOD_BOTH if opinion else METHOD,
        candidates=decoded.candidates[:5],
        cells=tuple(
            Cell(box, _alternatives(row, classes))
            for box, row in zip(cells.boxes, cells.probabilities, strict=True)
        ),
    )
    if not decoded.raw.text:
        return _absent(base, first.empty)
    if not decoded.readings:
        return _misfit(base, field, cells, classes, decoded.raw)
    confidence = judge(field, evidence(cells, classes, first, opinion))
    status, correction = _status(field, decoded)
    gaps, struck = _gaps(field, cells, decoded), _struck(decoded)
    twice = _same_slip(field, decoded) if correction else ()
    if gaps or (status == "conflict" and not _fits_as_seen(field, decoded)):
        confidence = min(confidence, _PARTIAL)
    elif status == "conflict":
        confidence = min(confidence, _DISPUTED)
    if struck or twice:
        confidence = min(confidence, _ASKED)
    settled = status != "conflict" and confidence >= needed(field)
    doubts = struck + gaps + twice + _doubts(field, cells, classes, decoded, opinion)
    return replace(
        base,
        value=decoded.readings[0].value if status != "conflict" or first.fits >= 0.5 else None,
        confidence=confidence,
        status=status,
        correction=correction,
        doubts=() if settled else doubts or _ANY,
    )


def _absent(base: FieldReading, empty: float) -> FieldReading:
    chance = min(empty, 0.999)
    doubts = () if chance >= _FAINT else (Doubt("faint", "There are faint marks in these boxes."),)
    return replace(base, raw="", confidence=chance, status="absent", doubts=doubts, candidates=())


def _misfit(
    base: FieldReading, field: FieldPlace, cells: Cells, classes: Sequence[str], raw: Text
) -> FieldReading:
    """What is written fits no grammar: it stays as it stands, and a person decides."""
    column = {character: i for i, character in enumerate(classes)}
    struck = _struck_characters(raw)
    seen = [
        float(cells.probabilities[i, column.get(character.strip(), -1)])
        for i, character in zip(raw.cells, raw.text, strict=True)
    ]
    unclear = _unclear_cells(cells, classes, raw, _possible(field, raw))
    words = kinds.rule(field).explain(without_struck(raw.text))
    doubts = (Doubt("does_not_fit", words),) if words else ()
    status: Status = "conflict" if min(seen) >= 0.5 else "illegible"
    return replace(base, status=status, doubts=(*struck, *doubts, *unclear) or _ANY)


def _status(field: FieldPlace, decoded: Decoded) -> tuple[Status, Correction | None]:
    best = decoded.readings[0]
    as_seen = kinds.rule(field).normal(without_struck(decoded.raw.text))
    if as_seen == best.value:
        struck = STRUCK in decoded.raw.text
        rule = f"{field.kind}.struck_out"
        return ("auto_corrected", Correction(decoded.raw.text, rule)) if struck else ("auto", None)
    if as_seen is not None and not (field.kind in _FREE and best.known):
        return "conflict", None  # both fit the grammar, so it cannot have settled anything
    if decoded.survivors != 1 or decoded.fits < 0.5 or _unlike(decoded.raw, best.text):
        return "conflict", None
    return "auto_corrected", Correction(decoded.raw.text, f"{field.kind}.grammar")


def _fits_as_seen(field: FieldPlace, decoded: Decoded) -> bool:
    return kinds.rule(field).normal(without_struck(decoded.raw.text)) is not None


def _unlike(raw: Text, text: Text) -> bool:
    """Whether a character of ``text`` was read as what is too unlike it for a correction.

    That is a mere sign for a letter or digit or the reverse (but not a slash for an I), or an X for
    a digit: no digit looks like an X, but one crossed out does.
    """
    seen, taken = dict(zip(raw.cells, raw.text, strict=True)), taken_by(text)
    pairs = [(was.strip(), taken.get(i, "").strip()) for i, was in seen.items()]
    return any(
        (was.isalnum() != c.isalnum() and not (was in _STROKES and c in "I1"))
        or (c.isdigit() and was == "X")
        for was, c in pairs
        if was != c and was != STRUCK
    )


def _same_slip(field: FieldPlace, decoded: Decoded) -> tuple[Doubt, ...]:
    """Characters left as they were read though one read the same was corrected.

    Where a hand's 2 looks like a 3 in the year, its 3 in the day may be a 2 as well.
    """
    raw, taken = decoded.raw, taken_by(decoded.readings[0].text)
    possible = _possible(field, raw)
    mended = {
        was: taken[cell]
        for cell, was in zip(raw.cells, raw.text, strict=True)
        if was.isalnum() and taken.get(cell, was) != was
    }
    return tuple(
        could_be(index, (was, mended[was]))
        for index, (cell, was) in enumerate(zip(raw.cells, raw.text, strict=True))
        if was in mended and taken.get(cell) == was and mended[was] in possible[index]
    )


def _gaps(field: FieldPlace, cells: Cells, decoded: Decoded) -> tuple[Doubt, ...]:
    """An empty box inside a number, or one beside it with ink: perhaps a character not seen."""
    if field.kind not in _UNBROKEN:
        return ()
    best = decoded.readings[0].text
    at = best.text.find(" ")
    if at >= 0:
        return (Doubt("gap", f"There is an empty box after character {at}."),)
    for beside, where in ((best.cells[0] - 1, "before"), (best.cells[-1] + 1, "after")):
        if beside in cells.marked and beside not in best.struck:
            words = f"There is a mark in the box {where} this. It may be one more character."
            return (Doubt("gap", words),)
    return ()


def _struck(decoded: Decoded) -> tuple[Doubt, ...]:
    """The characters struck out, as it looks or as the best reading takes it."""
    raw, passed = decoded.raw, decoded.readings[0].text.struck
    at = {cell: index for index, cell in enumerate(raw.cells)}
    found = _struck_characters(raw)
    if found or not passed:
        return found
    return tuple(_struck_out(at[cell]) for cell in passed if cell in at) or _ANY


def _struck_characters(raw: Text) -> tuple[Doubt, ...]:
    return tuple(_struck_out(i) for i, character in enumerate(raw.text) if character == STRUCK)


def _struck_out(index: int) -> Doubt:
    return Doubt("struck_out", f"Character {index + 1} looks struck out.", index)


_ANY = (Doubt("unsure", "The reading is not sure enough. Compare it with the picture."),)


def _doubts(
    field: FieldPlace,
    cells: Cells,
    classes: Sequence[str],
    decoded: Decoded,
    opinion: Opinion | None,
) -> tuple[Doubt, ...]:
    found = list(_between_readings(decoded))
    if not found:
        possible = _possible(field, decoded.raw)
        found = list(_unclear_cells(cells, classes, decoded.raw, possible))
    if opinion and opinion.heard < 0.02 and opinion.text:
        found.append(
            Doubt("readers_differ", f"A second reading of the same boxes gave {opinion.text!r}.")
        )
    return tuple(found)


def _between_readings(decoded: Decoded) -> tuple[Doubt, ...]:
    """The characters in which likely readings differ."""
    place = {cell: index for index, cell in enumerate(decoded.raw.cells)}
    choices: dict[int, dict[str, float]] = {}
    for each in decoded.readings:
        for cell, character in zip(each.text.cells, each.text.text, strict=True):
            weights = choices.setdefault(cell, {})
            weights[character] = weights.get(character, 0.0) + each.probability
    doubts = []
    for cell in sorted(choices):
        likely = sorted(choices[cell].items(), key=lambda item: -item[1])
        kept = tuple(character for character, weight in likely if weight >= 0.01)[:3]
        if len(kept) > 1 and cell in place:
            doubts.append(could_be(place[cell], kept))
    return tuple(doubts)


def _possible(field: FieldPlace, raw: Text) -> tuple[str, ...]:
    """For each place of ``raw`` the characters that the field's grammar allows there."""
    rule = kinds.rule(field)
    written = [bool(each.strip()) and each != STRUCK for each in raw.text]
    count = sum(written)
    fitting = [each for each in rule.alternatives(len(raw.text)) or () if len(each) == count]
    places = iter("".join(sorted(set().union(*here))) for here in zip(*fitting, strict=True))
    if fitting:
        return tuple(next(places) if each else "" for each in written)
    return tuple(_in_word(raw.text, i, rule.alphabet) for i in range(len(raw.text)))


def _in_word(text: str, index: int, alphabet: str) -> str:
    """What a character of free text may be: no digit among letters, no letter among digits."""
    start = text.rfind(" ", 0, index) + 1
    others = (text[start:index] + text[index + 1 :]).partition(" ")[0]
    if len(others) > 1 and others.isalpha():
        return "".join(each for each in alphabet if not each.isdigit())
    if len(others) > 1 and others.isdigit():
        return "".join(each for each in alphabet if not each.isalpha())
    return alphabet


def _unclear_cells(
    cells: Cells, classes: Sequence[str], raw: Text, possible: Sequence[str]
) -> tuple[Doubt, ...]:
    """The characters whose cells are not clear by themselves, the two worst at most.

    They could only be what may stand at their place in this field.
    """
    worst: list[tuple[float, int, tuple[str, ...]]] = []
    for index, cell in enumerate(raw.cells):
        if raw.text[index] == STRUCK:
            continue
        alternatives = _alternatives(cells.probabilities[cell], classes)
        if alternatives[0].probability < _CLEAR:
            fitting = [each for each in alternatives if each.text and each.text in possible[index]]
            kept = tuple(each.text for each in fitting[:3] if each.probability >= 0.03)
            if kept and kept != (raw.text[index],):
                worst.append((alternatives[0].probability, index, kept))
    chosen = sorted(sorted(worst)[:2], key=lambda each: each[1])
    return tuple(could_be(index, kept) for _, index, kept in chosen)


def _alternatives(row: NDArray[np.float32], classes: Sequence[str]) -> tuple[Candidate, ...]:
    order = np.argsort(-row)[:5]
    kept = [i for n, i in enumerate(order) if n == 0 or row[i] >= 0.005]
    return tuple(Candidate(classes[i], round(float(row[i]), 4)) for i in kept)
