"""A second opinion on comb fields: the cells as one tight line, read by PP-OCRv6.

The line reader never sees the boxes, and the cell reader never sees the line. Two independent
readers and one grammar: where they agree, that is evidence. The line shows the ink as it came, so
that a mistake in cleaning a cell does not mislead both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors import ctc
from extractors.confidence import Evidence
from extractors.ctc import Emission
from extractors.decoding import Decoded, Grammar, Reading, Text
from extractors.fields.cells import Cells, grammar
from extractors.fields.lines import LineReader
from extractors.formpack import FieldPlace
from extractors.handprint.tiles import SIDE
from extractors.values import STRUCK, Picture

_SECOND_WEIGHT = 1.3
"""How far the second reader's log-likelihood moves the choice, over the root of the number of
characters: what it says of neighbouring characters is not independent."""
_SECOND_MOST = 0.5
_NARROW = 0.85  # narrow letters are read as well, in less time
_INKED = 50  # of 255: what belongs to a character
_GAP, _SPACE = 4, 9  # pixels of a tile between characters and, more, between words
_UNLIKELY = 1e-4  # readings the second reader is not asked about


@dataclass(frozen=True, slots=True)
class Opinion:
    """What both readers together make of a field. ``text`` is the second reader's own, in the
    characters that the field may hold.

    ``heard`` is the probability it gives to the best reading, among all texts of characters that
    the field may hold.
    """

    decoded: Decoded
    heard: float
    text: str


def second_opinions(
    asked: Sequence[tuple[FieldPlace, Cells, Decoded]], classes: Sequence[str], reader: LineReader
) -> list[Opinion]:
    """Ask the line reader about fields that the first reader decoded; all in few runs."""
    lines = [one_line(cells, classes) for _, cells, _ in asked]
    found = []
    for (field, cells, decoded), emission in zip(asked, reader.emissions(lines), strict=True):
        capitals, letters = ctc.folded(emission, reader.letters)
        rules = grammar(field)
        fitting = ctc.narrowed(capitals, letters, rules.alphabet)
        said = ctc.readings(fitting, letters, beam=8)
        texts = _heard([each.text for each in said[:4]], cells, classes, rules)
        if rules.places is None and decoded.readings:
            shape = _shape(decoded.readings[0])
            texts = [each for each in texts if _shape(each) == shape]
        found.append(_both(decoded, texts, said[0].text, (fitting, letters), rules))
    return found


def one_line(cells: Cells, classes: Sequence[str]) -> Picture:
    """The written cells set side by side as one tight line, dark on white, 48 pixels high.

    A run of empty cells between written ones is a word space; what is struck out is left out.
    """
    empty = cells.probabilities[:, list(classes).index("")] > 0.5
    struck = _struck(cells, classes)
    parts: list[NDArray[np.uint8]] = []
    for index in np.flatnonzero(~empty & ~struck):
        character, everything, _ = cells.tiles[index]
        columns = np.flatnonzero(character.max(axis=0) > _INKED)
        if columns.size == 0:
            continue
        if parts and index and empty[index - 1]:
            parts.append(np.zeros((SIDE, _SPACE), np.uint8))
        own = everything[:, max(columns[0] - 1, 0) : columns[-1] + 2]
        parts += [own, np.zeros((SIDE, _GAP), np.uint8)]
    line = np.pad(np.hstack(parts), ((3, 3), (5, 2))) if parts else np.zeros((SIDE, SIDE), np.uint8)
    size = (round(_NARROW * line.shape[1] * 48 / line.shape[0]), 48)
    return np.asarray(255 - cv2.resize(line, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _struck(cells: Cells, classes: Sequence[str]) -> NDArray[np.bool_]:
    """Which cells hold a character that was struck out."""
    if STRUCK not in classes:
        return np.zeros(len(cells.probabilities), bool)
    return np.asarray(cells.probabilities[:, list(classes).index(STRUCK)] > 0.5)


def _heard(
    said: Sequence[str], cells: Cells, classes: Sequence[str], rules: Grammar
) -> list[Reading]:
    """What the second reader said that fits the grammar and fills just the written cells.

    Its probability is that which the first reader gives it.
    """
    column = {character: i for i, character in enumerate(classes)}
    logs = np.log(np.clip(cells.probabilities, 1e-5, 1.0))
    struck = _struck(cells, classes)
    written = np.flatnonzero((cells.probabilities[:, column[""]] <= 0.5) & ~struck)
    if struck.any() or not written.size:
        return []
    best = float(logs.max(axis=1).sum())
    found: dict[str, Reading] = {}
    for characters in said:
        if len(characters) != len(written) or not set(characters) <= set(column):
            continue
        inside = dict(zip(written.tolist(), characters, strict=True))
        where = tuple(range(int(written[0]), int(written[-1]) + 1))
        seen = sum(float(row[column[inside.get(i, "")]]) for i, row in enumerate(logs))
        text = Text("".join(inside.get(i, " ") for i in where), where, seen)
        value = rules.normal(text.text)
        if value is not None:
            chance = min(float(np.exp(seen - best)), 0.5) * rules.share(value)
            known = rules.words is not None and rules.words.knows(text.text)
            found.setdefault(value, Reading(value, text, chance, known))
    return list(found.values())


def _both(
    decoded: Decoded,
    heard: Sequence[Reading],
    said: str,
    line: tuple[Emission, tuple[str, ...]],
    rules: Grammar,
) -> Opinion:
    """The candidates weighed again by how well each explains the line.

    In free text it chooses only among letters, or among figures: what is a letter, a figure, a sign
    or a space the cells tell better than a line without them. There it can confirm the first, no
    more.
    """
    emission, letters = line
    known = {each.value for each in decoded.readings}
    likely = [each for each in decoded.readings if each.probability > _UNLIKELY]
    readings = [*(likely or decoded.readings[:1])]
    readings += [each for each in heard if each.value not in known]
    if not readings:
        return Opinion(decoded, 0.0, said)
    logs = ctc.log_likelihoods(emission, [_tight(each.text) for each in readings], letters)
    shares = np.array([max(each.probability, 1e-9) for each in readings])
    longest = max(len(_tight(each.text)) for each in readings)
    weight = min(_SECOND_WEIGHT / max(longest, 1) ** 0.5, _SECOND_MOST)
    told = logs
    if rules.places is None:
        shape = _shape(readings[0])
        told = np.where(
            [_shape(each) == shape for each in readings], logs, np.minimum(logs, logs[0])
        )
    joint = shares * np.exp(weight * (told - told.max()))
    joint *= shares.sum() / joint.sum()
    order = np.argsort(-joint)
    ranked = tuple(replace(readings[i], probability=float(joint[i])) for i in order)
    chance = float(np.exp(logs[order[0]]))
    return Opinion(replace(decoded, readings=ranked), chance, said)


def _shape(reading: Reading) -> frozenset[tuple[int, str]]:
    """The written cells of a text, each with the sort of its character."""
    text = reading.text
    sorts = ("a" if c.isalpha() else "1" if c.isdigit() else c for c in text.text)
    return frozenset((i, s) for i, s in zip(text.cells, sorts, strict=True) if s.strip())


def _tight(text: Text) -> str:
    """The text as the second reader's letters spell it."""
    return "".join(text.text.split())


def evidence(
    cells: Cells, classes: Sequence[str], decoded: Decoded, opinion: Opinion | None = None
) -> Evidence:
    """What speaks for the best reading (there is one), by one reader or both."""
    readings = opinion.decoded.readings if opinion else decoded.readings
    best, second = readings[0], readings[1].probability if len(readings) > 1 else 0.0
    column = {character: i for i, character in enumerate(classes)}
    written = [(i, c) for i, c in zip(best.text.cells, best.text.text, strict=True) if c.strip()]
    seen = cells.probabilities[[i for i, _ in written], [column[c] for _, c in written]]
    return Evidence(
        posterior=best.probability,
        second=second,
        clarity=float(np.exp(np.log(np.clip(seen, 1e-5, 1.0)).mean())),
        heard=opinion.heard ** (1.0 / len(written)) if opinion else None,
        known=best.known,
    )
