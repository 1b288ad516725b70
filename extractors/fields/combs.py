"""Comb fields: one character a box.

All cells of a page are classified in one batch; each field is decoded under its kind's grammar.
Where that alone does not settle a value, a second reader gets a say: the cells' clean pictures are
set side by side as one tight line for PP-OCRv6, which never sees the boxes. Two independent readers
and one grammar: agreement is the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors import ctc, kinds
from extractors.confidence import Evidence, could_be, needed, probability
from extractors.decoding import Decoded, Grammar, Places, Reading, Text, decode
from extractors.fields.lines import Emission, LineReader
from extractors.formpack import FieldPlace
from extractors.handprint.recogniser import Recogniser
from extractors.handprint.tiles import tile
from extractors.kinds.positions import Alternative
from extractors.values import (
    Box,
    Candidate,
    Cell,
    Correction,
    Doubt,
    FieldReading,
    Picture,
    Status,
)

METHOD = "comb"
METHOD_BOTH = "comb+line"
_CLEAR = 0.9  # a character at least this likely was clearly written
_SECOND_WEIGHT = 0.5  # how far the second reader's log-likelihood moves the choice
_NARROW = 0.7  # narrow letters are read as well, in less time
_UNLIKELY = 1e-4  # readings the second reader is not asked about
_BLANK_INK = 0.11  # the handwriting ink below which a box holds nothing
_FAINT = 0.98  # below this probability of being empty, an empty field is doubtful


@dataclass(frozen=True, slots=True)
class Cells:
    """A field's boxes: their places, clean pictures (n, 32, 32) and class probabilities."""

    boxes: tuple[Box, ...]
    tiles: NDArray[np.uint8]
    probabilities: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What both readers together make of a field. ``text`` is the second reader's own.

    ``heard`` is the probability it gives to the best reading.
    """

    decoded: Decoded
    heard: float
    text: str


def read_combs(
    ink: NDArray[np.float32],
    fields: Sequence[FieldPlace],
    recogniser: Recogniser,
    second: Callable[[], LineReader],
) -> list[FieldReading]:
    """Read comb fields from a laid page's handwriting ink (0 paper to 1).

    ``second`` gives the line reader; it is only asked for when a field needs it.
    """
    cells = classify(ink, fields, recogniser)
    found = [
        decode(each.probabilities, recogniser.classes, grammar(field))
        for field, each in zip(fields, cells, strict=True)
    ]
    unsure = [i for i, field in enumerate(fields) if _wants_second(field, found[i])]
    asked = [(fields[i], cells[i], found[i]) for i in unsure]
    heard = second_opinions(asked, recogniser.classes, second()) if asked else []
    opinions = dict(zip(unsure, heard, strict=True))
    return [
        _reading(field, cells[i], recogniser.classes, found[i], opinions.get(i))
        for i, field in enumerate(fields)
    ]


def second_opinions(
    asked: Sequence[tuple[FieldPlace, Cells, Decoded]], classes: Sequence[str], reader: LineReader
) -> list[Opinion]:
    """Ask the line reader about fields that the first reader decoded; all in few runs."""
    lines = [one_line(cells, classes) for _, cells, _ in asked]
    found = []
    for (field, cells, decoded), emission in zip(asked, reader.emissions(lines), strict=True):
        capitals, letters = folded(emission, reader.letters)
        texts = _heard(capitals, letters, cells, classes, grammar(field))
        found.append(_both(decoded, texts, capitals, letters))
    return found


def classify(
    ink: NDArray[np.float32], fields: Sequence[FieldPlace], recogniser: Recogniser
) -> list[Cells]:
    """The cells of all fields; boxes without any ink are empty without asking the recogniser."""
    height, width = ink.shape
    boxes = [[row.cell(i) for row in field.combs for i in range(row.cells)] for field in fields]
    flat = [box for each in boxes for box in each]
    blank = np.zeros(len(recogniser.classes), np.float32)
    blank[recogniser.classes.index("")] = 1.0
    table = np.tile(blank, (len(flat), 1))
    tiles = np.zeros((len(flat), 32, 32), np.uint8)
    inked = []
    for index, box in enumerate(flat):
        left, top, right, bottom = box.pixels(width, height)
        if ink[top:bottom, left:right].max(initial=0.0) >= _BLANK_INK:
            edges = (box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height)
            tiles[index] = tile(ink, edges)
            inked.append(index)
    table[inked] = recogniser.probabilities(tiles[inked])
    ends = np.cumsum([len(each) for each in boxes])
    return [
        Cells(tuple(each), tiles[end - len(each) : end], table[end - len(each) : end])
        for each, end in zip(boxes, ends, strict=True)
    ]


def grammar(field: FieldPlace) -> Grammar:
    """The grammar of a comb field, from its kind and the pack."""
    rule = kinds.rule(field)
    alternatives = rule.alternatives(sum(row.cells for row in field.combs))
    places = _places(alternatives) if alternatives else None
    return Grammar(rule.normal, frozenset(rule.alphabet), places)


@lru_cache(maxsize=256)
def _places(alternatives: tuple[Alternative, ...]) -> Places:
    return Places.of(alternatives)


def one_line(cells: Cells, classes: Sequence[str]) -> Picture:
    """The written cells set side by side as one tight line, dark on white, 48 pixels high.

    A run of empty cells between written ones is a word space.
    """
    empty = cells.probabilities[:, list(classes).index("")] > 0.5
    parts: list[NDArray[np.uint8]] = []
    for index in np.flatnonzero(~empty):
        columns = np.flatnonzero(cells.tiles[index].max(axis=0) > 50)
        if columns.size == 0:
            continue
        if parts and index and empty[index - 1]:
            parts.append(np.zeros((32, 9), np.uint8))
        parts += [cells.tiles[index][:, columns[0] : columns[-1] + 1], np.zeros((32, 3), np.uint8)]
    line = np.pad(np.hstack(parts), ((3, 3), (5, 2))) if parts else np.zeros((32, 32), np.uint8)
    size = (round(_NARROW * line.shape[1] * 48 / line.shape[0]), 48)
    return np.asarray(255 - cv2.resize(line, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def folded(emission: Emission, letters: Sequence[str]) -> tuple[Emission, tuple[str, ...]]:
    """The emission with small letters counted as capitals and spaces as no character.

    In combs people print capitals, and where a word ends shows in the boxes.
    """
    plain = [letter.strip().upper()[:1] for letter in letters]
    capitals = tuple(dict.fromkeys(plain))
    summed = np.zeros((len(emission), len(capitals)), np.float32)
    for column, letter in enumerate(plain):
        summed[:, capitals.index(letter)] += emission[:, column]
    return summed, capitals


def _wants_second(field: FieldPlace, decoded: Decoded) -> bool:
    if not decoded.raw.text:
        return False
    return not decoded.readings or probability(field.kind, evidence(decoded)) < needed(field)


def _heard(
    emission: Emission,
    letters: Sequence[str],
    cells: Cells,
    classes: Sequence[str],
    rules: Grammar,
) -> list[Reading]:
    """What the second reader finds that fits the grammar and fills just the written cells.

    Its probability is that which the first reader gives it.
    """
    column = {character: i for i, character in enumerate(classes)}
    logs = np.log(np.clip(cells.probabilities, 1e-5, 1.0))
    written = np.flatnonzero(cells.probabilities[:, column[""]] <= 0.5)
    if not written.size:
        return []
    best = float(logs.max(axis=1).sum())
    allowed = np.array([not each or each in rules.alphabet for each in letters])
    narrowed = emission * allowed
    narrowed /= np.maximum(narrowed.sum(axis=1, keepdims=True), 1e-6)
    found: dict[str, Reading] = {}
    for each in ctc.readings(narrowed, letters, beam=8)[:4]:
        characters = each.text
        if len(characters) != len(written) or not set(characters) <= set(column):
            continue
        inside = dict(zip(written.tolist(), characters, strict=True))
        where = tuple(range(int(written[0]), int(written[-1]) + 1))
        seen = sum(float(row[column[inside.get(i, "")]]) for i, row in enumerate(logs))
        text = Text("".join(inside.get(i, " ") for i in where), where, seen)
        value = rules.normal(text.text)
        if value is not None:
            chance = min(float(np.exp(seen - best)), 0.5)
            found.setdefault(value, Reading(value, text, chance))
    return list(found.values())


def _both(
    decoded: Decoded, heard: Sequence[Reading], emission: Emission, letters: tuple[str, ...]
) -> Opinion:
    """The candidates weighed again by how well each explains the line."""
    known = {each.value for each in decoded.readings}
    likely = [each for each in decoded.readings if each.probability > _UNLIKELY]
    readings = [*(likely or decoded.readings[:1])]
    readings += [each for each in heard if each.value not in known]
    own = ctc.readings(emission, letters, beam=6)[0]
    if not readings:
        return Opinion(decoded, 0.0, own.text)
    logs = np.array([ctc.log_likelihood(emission, _tight(r.text), letters) for r in readings])
    shares = np.array([max(each.probability, 1e-9) for each in readings])
    joint = shares * np.exp(_SECOND_WEIGHT * (logs - logs.max()))
    joint *= shares.sum() / joint.sum()
    order = np.argsort(-joint)
    ranked = tuple(replace(readings[i], probability=float(joint[i])) for i in order)
    chance = float(np.exp(logs[order[0]]))
    return Opinion(replace(decoded, readings=ranked), chance, own.text)


def _tight(text: Text) -> str:
    """The text as the second reader's letters spell it."""
    return "".join(text.text.split())


def evidence(decoded: Decoded, opinion: Opinion | None = None) -> Evidence:
    """What speaks for the best reading (there is one), by one reader or both."""
    if opinion is None:
        return Evidence(decoded.readings[0].probability)
    best = opinion.decoded.readings[0].value
    alone = (each.probability for each in decoded.readings if each.value == best)
    return Evidence(next(alone, 0.0), opinion.heard)


def _reading(
    field: FieldPlace,
    cells: Cells,
    classes: Sequence[str],
    first: Decoded,
    opinion: Opinion | None,
) -> FieldReading:
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
    confidence = probability(field.kind, evidence(first, opinion))
    status, correction = _status(field, decoded)
    if status == "conflict":
        confidence = min(confidence, 0.5)
    settled = status != "conflict" and confidence >= needed(field)
    return replace(
        base,
        value=decoded.readings[0].value if status != "conflict" or first.fits >= 0.5 else None,
        confidence=confidence,
        status=status,
        correction=correction,
        doubts=() if settled else _doubts(field, cells, classes, decoded, opinion),
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
    seen = [
        float(cells.probabilities[i, column.get(character.strip(), -1)])
        for i, character in zip(raw.cells, raw.text, strict=True)
    ]
    unclear = _unclear_cells(cells, classes, raw, "".join(classes))
    words = kinds.rule(field).explain(raw.text)
    doubts = (Doubt("does_not_fit", words),) if words else ()
    status: Status = "conflict" if min(seen) >= 0.5 else "illegible"
    return replace(base, status=status, doubts=(*doubts, *unclear) or _ANY)


def _status(field: FieldPlace, decoded: Decoded) -> tuple[Status, Correction | None]:
    best = decoded.readings[0]
    if kinds.rule(field).normal(decoded.raw.text) == best.value:
        return "auto", None
    if decoded.survivors != 1 or decoded.fits < 0.5:
        return "conflict", None
    return "auto_corrected", Correction(decoded.raw.text, f"{field.kind}.grammar")


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
        alphabet = kinds.rule(field).alphabet
        found = list(_unclear_cells(cells, classes, decoded.raw, alphabet))
    if opinion and opinion.heard < 0.02:
        found.append(
            Doubt("readers_differ", f"A second reading of the same boxes gave {opinion.text!r}.")
        )
    return tuple(found) or _ANY


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


def _unclear_cells(
    cells: Cells, classes: Sequence[str], raw: Text, alphabet: str
) -> tuple[Doubt, ...]:
    """The characters whose cells are not clear by themselves, the two worst at most.

    They could only be what may stand in this field.
    """
    worst: list[tuple[float, int, tuple[str, ...]]] = []
    for index, cell in enumerate(raw.cells):
        alternatives = _alternatives(cells.probabilities[cell], classes)
        if alternatives[0].probability < _CLEAR:
            possible = [each for each in alternatives[:3] if each.text in alphabet]
            kept = tuple(each.text for each in possible if each.probability >= 0.03)
            worst.append((alternatives[0].probability, index, kept))
    chosen = sorted(sorted(worst)[:2], key=lambda each: each[1])
    return tuple(could_be(index, kept) for _, index, kept in chosen if len(kept) > 1)


def _alternatives(row: NDArray[np.float32], classes: Sequence[str]) -> tuple[Candidate, ...]:
    order = np.argsort(-row)[:5]
    kept = [i for n, i in enumerate(order) if n == 0 or row[i] >= 0.005]
    return tuple(Candidate(classes[i], round(float(row[i]), 4)) for i in kept)
