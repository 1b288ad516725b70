"""Tick boxes: single ones, and choices among several.

What was done to each box comes from ``marks``; here it is weighed with what people do to a whole
field: hardly anybody ticks two boxes of one choice, and a box is struck out when another is ticked
rather than alone. The confidence is the probability of the value under all of that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from extractors.confidence import ACCEPT
from extractors.fields.marks import ALONE, Likelihoods, likelihoods
from extractors.fields.tick_measures import Around, filled
from extractors.formpack import FieldPlace, Option, said
from extractors.values import Box, Candidate, Doubt, FieldReading, Status, Value

METHOD = "tick"
_SURE = 0.995
_HEAVY = 0.3  # how likely struck out, beside ticked, a box may be that no person looks at
_SOLID = 0.8  # the share of a box that is inked when it is filled solid, or struck out so
_NOT_CLEAR = 0.9  # what a tick is worth that may be struck out
_WORTH_NAMING = 0.02  # a second explanation less likely than this is not told

# How often people do what. No counts of filled counter forms are at hand, so these are estimates:
# most choices are answered, hardly any with a mark taken back. What is struck out is expected twice
# as often as the sheets of ``benchmarks.ticks`` draw it, so that a person sees it rather often.
_TICKED = 0.45
_STRUCK = 0.01
_NONE_CHOSEN = 0.1
_ONE_CHOSEN = 0.86
_CHANGED = 0.02  # one struck out, another ticked
_TAKEN_BACK = 0.01  # one struck out, no other ticked
_SEVERAL = 0.01


def read_ticks(ink: NDArray[np.float32], fields: Sequence[FieldPlace]) -> tuple[FieldReading, ...]:
    """All fields to tick of a laid page, in their order; what reaches beyond one is followed."""
    around = Around.of(ink, [box for field in fields for box in _boxes(field)])
    readers = {True: read_choice, False: read_tick}
    found = tuple(readers[field.kind == "choice"](ink, field, around) for field in fields)
    return _as_this_hand_ticks(ink, fields, found)


def _boxes(field: FieldPlace) -> list[Box]:
    return [option.box for option in field.options] or [field.box]


def _as_this_hand_ticks(
    ink: NDArray[np.float32], fields: Sequence[FieldPlace], found: tuple[FieldReading, ...]
) -> tuple[FieldReading, ...]:
    """The readings, doubted where a box is filled solid and that is not how this hand ticks.

    By itself such a box says nothing: some people fill boxes to tick them, others to take a tick
    back. It does where several boxes of the page are filled and none is ticked otherwise.
    """
    ticked = {
        index: _ticked_box(field, reading)
        for index, (field, reading) in enumerate(zip(fields, found, strict=True))
        if reading.value
    }
    solid = {index for index, box in ticked.items() if filled(ink, box) >= _SOLID}
    if not solid or (len(solid) > 1 and len(solid) == len(ticked)):
        return found
    words = "This box is filled solid. It may be ticked or struck out."
    doubt = (Doubt("tick_heavy", words),)
    return tuple(
        replace(each, confidence=min(each.confidence, _NOT_CLEAR), doubts=each.doubts or doubt)
        if index in solid
        else each
        for index, each in enumerate(found)
    )


def _ticked_box(field: FieldPlace, reading: FieldReading) -> Box:
    boxes = [option.box for option in field.options if option.value == reading.value]
    return (boxes or [field.box])[0]


def read_tick(ink: NDArray[np.float32], field: FieldPlace, around: Around = ALONE) -> FieldReading:
    """A single tick box: ``True``, ``False``, or ``None`` when it may be struck out.

    ``around``: what is known of the page.
    """
    seen = likelihoods(ink, field.box, around)
    shares = np.array([
        seen.ticked * _TICKED, seen.empty * (1 - _TICKED - _STRUCK), seen.struck_out * _STRUCK
    ])  # fmt: skip
    ticked, empty, struck = (float(each) for each in shares / shares.sum())
    heavy = seen.struck_out > max(_HEAVY * seen.ticked, seen.empty)
    if heavy or struck > max(1 - ACCEPT, min(ticked, empty)):
        return _maybe_struck(field, ticked, empty + struck)
    value = ticked >= empty
    sure = max(ticked, empty)
    doubts = () if sure >= ACCEPT else (_faint("There is a faint or unclear mark in this box."),)
    return _reading(field, value, "✓" if value else "", sure, "auto", doubts)


def _maybe_struck(field: FieldPlace, ticked: float, not_ticked: float) -> FieldReading:
    """A lot of ink in a single box: nothing else on the paper says what was meant."""
    doubt = Doubt("tick_heavy", "This box holds a lot of ink. It may be filled in or struck out.")
    both = Candidate("yes", ticked), Candidate("no", not_ticked)
    likely = tuple(sorted(both, key=lambda each: -each.probability))
    if ticked > not_ticked:
        return _reading(field, True, "✓", min(ticked, _NOT_CLEAR), "auto", (doubt,), likely)
    return _reading(field, None, "■", 0.5, "conflict", (doubt,), likely)


def read_choice(
    ink: NDArray[np.float32], field: FieldPlace, around: Around = ALONE
) -> FieldReading:
    """One of several tick boxes: the value of the ticked option, ``None`` when none is.

    One option struck out and one ticked is a changed mind: the ticked one holds. ``around``:
    what is known of the page.
    """
    seen = [likelihoods(ink, option.box, around) for option in field.options]
    story = _Story.of(seen)
    best = int(np.argmax(story.chosen))
    sure = float(story.chosen[best])
    if story.several > max(sure, story.none, story.taken_back):
        return _several(field, seen)
    if story.taken_back > max(sure, story.none):
        return _taken_back(field, seen, story)
    # Where marks are lost on a scan any box may have been ticked, but none is made up.
    if story.none >= sure or seen[best].ticked <= seen[best].empty:
        return _none_chosen(field, story)
    if seen[best].struck_out > _HEAVY * seen[best].ticked:
        sure = min(sure, _NOT_CLEAR)
    option = field.options[best]
    doubts = _doubts(field.options, story, best)
    return _reading(
        field, option.value, option.value, sure, "auto", doubts, _candidates(field, story)
    )


@dataclass(frozen=True, slots=True)
class _Story:
    """The probability of each thing that may have been done to a choice; they add up to 1.

    ``chosen``: by option, ticked alone or after another was struck out, which is ``changed``.
    """

    chosen: NDArray[np.float64]
    changed: NDArray[np.float64]
    none: float
    taken_back: float
    several: float

    @staticmethod
    def of(seen: Sequence[Likelihoods]) -> _Story:
        """Weigh the boxes against each other: odds against all of them being empty."""
        count = len(seen)
        tick = np.array([each.ticked / each.empty for each in seen])
        struck = np.array([each.struck_out / each.empty for each in seen])
        one = _ONE_CHOSEN * tick / count
        others = struck.sum() - struck
        changed = _CHANGED * tick * others / max(count * (count - 1), 1)
        back = _TAKEN_BACK * float(struck.sum()) / count
        pairs = (tick.sum() ** 2 - (tick**2).sum()) / 2
        several = _SEVERAL * float(pairs) / max(count * (count - 1) / 2, 1)
        # Three boxes with ink: more than two ticked, or two struck out one after the other.
        crowd = _crowd(tick + struck)
        total = float(one.sum() + changed.sum()) + back + several + crowd + _NONE_CHOSEN
        return _Story(
            (one + changed) / total, changed / total, _NONE_CHOSEN / total, back / total,
            (several + crowd) / total,
        )  # fmt: skip


def _crowd(marked: NDArray[np.float64]) -> float:
    """The odds of three or more marked boxes, with what people rarely do taken into account."""
    if len(marked) < 3:
        return 0.0
    first, second, third = np.sort(marked)[::-1][:3]
    triples = math.comb(len(marked), 3)
    return 0.2 * _SEVERAL * float(first * second * third) / triples


def _several(field: FieldPlace, seen: Sequence[Likelihoods]) -> FieldReading:
    """More than one box is ticked, as far as can be seen: nobody but a person decides."""
    marked = [i for i, each in enumerate(seen) if each.state != "empty"]
    names = [_named(field.options[i]) for i in marked]
    words = f"{' and '.join(names)} are ticked, and one box was expected."
    raw = " ".join(field.options[i].value for i in marked)
    likely = tuple(Candidate(field.options[i].value, 1.0 / len(marked)) for i in marked)
    return _reading(field, None, raw, 0.5, "conflict", (Doubt("tick_several", words),), likely)


def _taken_back(field: FieldPlace, seen: Sequence[Likelihoods], story: _Story) -> FieldReading:
    """One box struck out and no other ticked: perhaps it is a tick after all, so a person looks."""
    at = max(range(len(seen)), key=lambda i: seen[i].struck_out / seen[i].empty)
    words = f"{_named(field.options[at])} looks struck out, and no other box is ticked."
    value = field.options[at].value
    likely = (Candidate(value, float(story.chosen[at])),)
    return _reading(field, None, value, 0.5, "conflict", (Doubt("tick_heavy", words),), likely)


def _none_chosen(field: FieldPlace, story: _Story) -> FieldReading:
    doubts = () if story.none >= ACCEPT else (_faint("One of these boxes has a faint mark."),)
    likely = _candidates(field, story) if doubts else ()
    return _reading(field, None, "", story.none, "absent", doubts, likely)


def _doubts(options: Sequence[Option], story: _Story, best: int) -> tuple[Doubt, ...]:
    """Why option ``best`` is not certain: what else may have been meant, in plain words."""
    name = _named(options[best])
    doubts = []
    if story.changed[best] > story.chosen[best] / 2:
        words = f"More than one box is marked. All but {name} look struck out."
        doubts.append(Doubt("tick_changed", words))
    if story.chosen[best] >= ACCEPT:
        return tuple(doubts)
    rival = int(np.argsort(story.chosen)[-2])
    if story.several > _WORTH_NAMING:
        doubts.append(Doubt("tick_several", f"{name} is ticked, and perhaps another box as well."))
    if story.chosen[rival] > _WORTH_NAMING:
        words = f"{name} or {_named(options[rival])} may be the one that was meant."
        doubts.append(Doubt("tick_several", words))
    if story.taken_back > _WORTH_NAMING:
        doubts.append(Doubt("tick_heavy", f"{name} holds a lot of ink. It may be struck out."))
    if story.none > _WORTH_NAMING or not doubts:
        doubts.append(_faint(f"The mark at {name} is faint or unclear."))
    return tuple(doubts)


def _candidates(field: FieldPlace, story: _Story) -> tuple[Candidate, ...]:
    """The options worth offering to a person, likeliest first."""
    found = zip(field.options, story.chosen, strict=True)
    likely = [Candidate(option.value, min(float(p), _SURE)) for option, p in found if p >= 0.01]
    return tuple(sorted(likely, key=lambda each: -each.probability))


def _named(option: Option) -> str:
    """An option as a doubt calls it: by its printed label."""
    return repr(said(option.label) or option.value)


def _faint(words: str) -> Doubt:
    return Doubt("tick_faint", words)


def _reading(
    field: FieldPlace,
    value: Value,
    raw: str,
    confidence: float,
    status: Status,
    doubts: tuple[Doubt, ...] = (),
    candidates: tuple[Candidate, ...] = (),
) -> FieldReading:
    return FieldReading(
        name=field.name,
        value=value,
        raw=raw,
        confidence=min(confidence, _SURE),
        status=status,
        page=field.page,
        box=field.box,
        method=METHOD,
        doubts=doubts,
        candidates=candidates,
    )
