"""Fields that must agree settle each other: surname, date of birth and driver number, and others.

The rules across fields that a form pack lists say which. Each field is a handful of values with
probabilities; a rule makes combinations that pass it likelier and those that fail it less likely.
Nobody's clear writing is changed: only among values that the field's own boxes leave open does
agreement choose, and what was read from the boxes is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from extractors import kinds
from extractors.checks import Question, answer, questions
from extractors.confidence import needed, sure
from extractors.formpack import FieldPlace, FormPack
from extractors.values import Candidate, Correction, Doubt, FieldReading, Value

_MOST = 0.998  # no agreement vouches for more
_OPEN = 0.05  # what the boxes must give a value that agreement may choose
_ALONE = 0.05  # of the best value's probability: with less, every other value is out
_UNLISTED = (0.05, 0.3)
"""When the best value is wrong, how often none of the others is right: at least, and at most."""
_VALUES = 5  # of a field that are looked at
_LOOSE = frozenset({"character", "readers_differ", "unsure", "disagrees"})
"""Doubts that agreement may settle. The others say that something is missing or struck out."""

Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Bond:
    """What a rule is worth. ``right``: how often what people write passes it; ``luck``: how often
    a wrong value does. ``blind``: for each field it asks for, how often a slip in it goes unseen.
    ``twice``: it compares the same characters, written twice by one hand.
    """

    right: float
    luck: float
    blind: tuple[float, ...]
    twice: bool = False


_BONDS: Mapping[str, _Bond] = {
    "DN-01": _Bond(0.96, 0.02, (0.7, 0.3), twice=True),
    "DN-02": _Bond(0.97, 0.05, (0.8, 0.65), twice=True),
    "DN-03": _Bond(0.97, 0.1, (0.8, 0.65), twice=True),
    "DN-04": _Bond(0.97, 0.06, (0.8, 0.65), twice=True),
    "DN-06": _Bond(0.85, 0.06, (0.8, 0.8), twice=True),
    "AD-01": _Bond(0.95, 0.08, (0.7, 0.3)),
    "AD-02": _Bond(0.995, 0.9, (0.9,)),
    "AGE-04": _Bond(0.995, 0.7, (0.9,)),
    "DT-01": _Bond(0.99, 0.6, (0.9,)),
    "DT-04": _Bond(0.99, 0.6, (0.9,)),
    "VR-02": _Bond(0.995, 0.7, (0.9,)),
    "VR-03": _Bond(0.97, 0.01, (0.02, 0.02), twice=True),
}
"""Set by hand from what each rule looks at, on the safe side. Rules that are not here say too
little about how a value was read.
"""
_ALIKE = 0.5
"""How often a character that is misread in one place is misread in the same way in the other: one
hand writes it."""


@dataclass(frozen=True, slots=True)
class _Field:
    """What may stand in a field. The last of ``shares`` is for values that are not listed."""

    values: tuple[str, ...]
    shares: Shares


def agree(
    fields: Mapping[str, FieldReading], pack: FormPack, received: date
) -> dict[str, FieldReading]:
    """The readings by name, weighed again by how they agree under the pack's rules.

    ``received`` is the day the post came in. Only comb fields change.
    """
    values = {n: each.value for n, each in fields.items() if _canonical(n, each.value, pack)}
    open_fields = {
        name: _of(fields[name], pack) for name, value in values.items() if isinstance(value, str)
    }
    asked = [
        each
        for each in questions(pack)
        if each.rule.id in _BONDS and all(name in open_fields for name in each.needed)
    ]
    found = dict(fields)
    sure_alone = {name for name in open_fields if sure(pack.by_name[name], fields[name])}
    for group in _groups(asked):
        names = tuple(dict.fromkeys(name for each in group for name in each.needed))
        tables = [_weights(each, open_fields, values, (pack, received)) for each in group]
        joint = _joint(names, open_fields, group, tables)
        for axis, name in enumerate(names):
            place = pack.by_name[name]
            if place.way == "comb":
                others = tuple(i for i in range(len(names)) if i != axis)
                shares = joint.sum(axis=others)
                notes = _notes(name, group, tables, sure_alone)
                found[name] = _settled(place, fields[name], open_fields[name], shares, notes, pack)
    return found


def _canonical(name: str, value: Value, pack: FormPack) -> bool:
    if not isinstance(value, str):
        return value is not None
    return kinds.rule(pack.by_name[name]).normal(value) == value


def _of(reading: FieldReading, pack: FormPack) -> _Field:
    """The value with its confidence; the others share most of what is left."""
    others = [
        each
        for each in reading.candidates[:_VALUES]
        if each.text != reading.value and _canonical(reading.name, each.text, pack)
    ]
    left = 1.0 - reading.confidence
    weights = np.array([each.probability for each in others])
    told = float(weights.sum())
    rest = left * max(_UNLISTED[0], _UNLISTED[1] * (1.0 - told / max(left, 1e-6))) if told else left
    listed = (left - rest) * weights / max(told, 1e-9)
    values = (str(reading.value), *(each.text for each in others))
    return _Field(values, np.array([reading.confidence, *listed, max(rest, 1e-6)]))


def _groups(asked: Sequence[Question]) -> list[list[Question]]:
    """Questions that hang together through the fields they share."""
    groups: list[tuple[set[str], list[Question]]] = []
    for each in asked:
        names, own = set(each.needed), [each]
        for group in [g for g in groups if not names.isdisjoint(g[0])]:
            groups.remove(group)
            names, own = names | group[0], group[1] + own
        groups.append((names, own))
    return [own for _, own in groups]


def _weights(
    question: Question,
    fields: Mapping[str, _Field],
    fixed: Mapping[str, Value],
    judged: tuple[FormPack, date],
) -> Shares:
    """How much likelier the rule makes each combination: an axis for each field it asks for."""
    bond = _BONDS[question.rule.id]
    worth = {
        "pass": bond.right / bond.luck,
        "fail": (1.0 - bond.right) / (1.0 - bond.luck),
        "not_checked": 1.0,
    }
    asked = [fields[name] for name in question.needed]
    table = np.ones([len(each.values) + 1 for each in asked])
    for index in np.ndindex(*(len(each.values) for each in asked)):
        values = dict(zip(question.needed, (f.values[i] for f, i in zip(asked, index, strict=True)),
                          strict=True))  # fmt: skip
        table[index] = worth[answer(question, {**fixed, **values}, *judged).result]
    for axis, blind in enumerate(bond.blind):
        # A value that is not listed is mostly a near miss of the best one: a rule may not see it.
        rows = np.moveaxis(table, axis, 0)
        rows[-1] = blind * rows[0] + (1.0 - blind)
    return table


def _joint(
    names: Sequence[str],
    fields: Mapping[str, _Field],
    group: Sequence[Question],
    tables: Sequence[Shares],
) -> Shares:
    """The probability of every combination of values: an axis for each of ``names``."""
    joint = np.ones([len(fields[name].shares) for name in names])
    for axis, name in enumerate(names):
        joint = joint * _along(fields[name].shares, [axis], len(names))
    weights = [(each.needed, table) for each, table in zip(group, tables, strict=True)]
    for needed_here, table in [*weights, *_slips(fields, group, tables)]:
        axes = [names.index(name) for name in needed_here]
        order = np.argsort(axes)
        joint = joint * _along(table.transpose(order), sorted(axes), len(names))
    return np.asarray(joint / joint.sum())


def _slips(
    fields: Mapping[str, _Field], group: Sequence[Question], tables: Sequence[Shares]
) -> Iterator[tuple[tuple[str, ...], Shares]]:
    """For two fields with the same characters: how much likelier both are misread alike than two
    misreadings that know nothing of each other."""
    pairs: dict[tuple[str, ...], Shares] = {}
    for question, table in zip(group, tables, strict=True):
        if _BONDS[question.rule.id].twice:
            pairs[question.needed] = pairs.get(question.needed, np.ones(())) * table
    for pair, product in pairs.items():
        first, second = (fields[name].shares for name in pair)
        alike = _ALIKE / np.maximum(first[:, None], second[None, :])
        alike = np.where(product > 1.0, np.maximum(alike, 1.0), 1.0)
        alike[0, :] = alike[:, 0] = 1.0
        yield pair, alike


def _along(table: Shares, axes: Sequence[int], count: int) -> Shares:
    shape = [1] * count
    for axis, size in zip(axes, table.shape, strict=True):
        shape[axis] = size
    return table.reshape(shape)


@dataclass(frozen=True, slots=True)
class _Note:
    """What a rule says of one field: the weights of its values with the best value of ``other``.

    ``sure``: that other field was sure before any agreement (or there is none).
    """

    rule: str
    other: str
    weights: Shares
    sure: bool


def _notes(
    name: str, group: Sequence[Question], tables: Sequence[Shares], sure_alone: set[str]
) -> tuple[_Note, ...]:
    notes = []
    for question, table in zip(group, tables, strict=True):
        if name in question.needed:
            axis = question.needed.index(name)
            other = "".join(each for each in question.needed if each != name)
            weights = np.moveaxis(table, axis, 0).reshape(table.shape[axis], -1)[:, 0]
            notes.append(_Note(question.rule.id, other, weights, {other} <= {"", *sure_alone}))
    return tuple(notes)


def _settled(
    place: FieldPlace,
    reading: FieldReading,
    before: _Field,
    shares: Shares,
    notes: Sequence[_Note],
    pack: FormPack,
) -> FieldReading:
    """The reading with the probability, and at times the value, that agreement gives it."""
    best = int(np.argmax(shares[:-1]))
    chance = min(float(shares[best]), _MOST)
    value = before.values[best]
    firm = {each.code for each in reading.doubts} <= _LOOSE
    against = [note for note in notes if note.weights[best] < 1.0]
    if best == 0 and reading.status != "conflict":
        if against and not any(note.sure for note in against):
            return reading  # it is the other field that is in doubt
        most = chance if firm and not against else min(chance, reading.confidence)
        return _told(place, replace(reading, confidence=most), notes, pack)
    as_seen = kinds.rule(place).normal(reading.raw)
    seen = {each.text: each.probability for each in reading.candidates} | {before.values[0]: 1.0}
    alone = float(np.delete(shares, best).max()) < _ALONE * float(shares[best])
    left_open = as_seen in before.values and seen[value] >= _OPEN
    note = max(notes, key=lambda note: float(note.weights[best] / note.weights.min()))
    if not (firm and left_open and alone and note.sure and chance >= needed(place)):
        least = min(reading.confidence, float(shares[0]))
        return _told(place, replace(reading, confidence=least), notes, pack)
    told = f"{note.rule} {note.other}".strip()
    corrected = Correction(reading.raw, told) if as_seen != value else None
    return replace(
        reading,
        value=value,
        confidence=chance,
        status="auto_corrected" if corrected else "auto",
        correction=corrected,
        doubts=(),
        candidates=tuple(
            Candidate(text, float(share))
            for text, share in zip(before.values, shares[:-1], strict=True)
            if text != value
        ),
    )


def _told(
    place: FieldPlace,
    reading: FieldReading,
    notes: Sequence[_Note],
    pack: FormPack,
) -> FieldReading:
    """The reading without doubts when it is sure enough, and with the reason when it is not."""
    if reading.confidence >= needed(place):
        return replace(reading, doubts=())
    words = list(_disagreements(notes, pack))
    if not words:
        return reading if reading.doubts else replace(reading, doubts=(_UNSURE,))
    kept = tuple(each for each in reading.doubts if each.code != "unsure")
    return replace(reading, doubts=(*kept, Doubt("disagrees", words[0])))


_UNSURE = Doubt("unsure", "The reading is not sure enough. Compare it with the picture.")


def _disagreements(notes: Sequence[_Note], pack: FormPack) -> Iterator[str]:
    for note in notes:
        if note.weights[0] < 1.0 and note.other:
            yield f"This does not agree with ‘{pack.label(note.other)}’."
