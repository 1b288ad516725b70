"""Compares the drafted fields of a page with those counted by eye.

A place is found when the draft has one of the same sort that overlaps it by half of what either
covers; each draft place finds one place at most. A comb row is right only with the right number
of boxes as well. A draft place that finds nothing is false; places over what is optional are
neither. A field's label and kind are right only if they are right in every drafted field that
holds one of its places, so a date drafted as three fields has none of them right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.drafting.labels import Wanted, is_right
from benchmarks.drafting.places import Field, Place, overlap
from extractors.values import Box

_OVERLAP = 0.5
_WITHIN = 0.7
PLACES: Mapping[str, tuple[str, ...]] = {
    "comb rows": ("comb",),
    "tick boxes": ("tick",),
    "lines and frames": ("line", "signature"),
    "barcodes": ("barcode",),
}
"""What is counted as places, so that there may be false ones, and the sorts of each."""
_LABELS, _KINDS, _PIECES = "labels", "kinds", "fields in one piece"


@dataclass(slots=True)
class Count:
    """How many are there, how many of them the draft has right, and how many false ones."""

    there: int = 0
    right: int = 0
    false: int = 0

    def add(self, other: Count) -> None:
        self.there += other.there
        self.right += other.right
        self.false += other.false

    @property
    def found(self) -> float:
        """The share that is right; 1 where there is nothing."""
        return self.right / self.there if self.there else 1.0

    @property
    def drafted_false(self) -> float:
        """False ones as a share of all right and false ones; 0 where there are none."""
        drafted = self.right + self.false
        return self.false / drafted if drafted else 0.0


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that the draft has not, has wrong or should not have; ``box`` in mm."""

    what: str
    box: Box
    told: str


@dataclass(slots=True)
class Scores:
    """What was counted, by name, and every miss."""

    counts: dict[str, Count] = field(
        default_factory=lambda: {name: Count() for name in (*PLACES, _LABELS, _KINDS, _PIECES)}
    )
    misses: list[Miss] = field(default_factory=list)

    def add(self, other: Scores) -> None:
        for name, each in other.counts.items():
            self.counts[name].add(each)
        self.misses += other.misses


Held = tuple[Field, Place]
"""A place with the field that it belongs to."""


def compare(truth: Sequence[Field], draft: Sequence[Field]) -> Scores:
    """Compare one page; all boxes in mm from the top left of the same page."""
    scores = Scores()
    found: dict[int, Held] = {}  # by the identity of the true place
    for name, sorts in PLACES.items():
        true_places = [each for each in _places(truth) if each[1].what in sorts]
        drafted = [each for each in _places(draft) if each[1].what in sorts]
        pairs = pairs_of([each[1].box for each in true_places], [each[1].box for each in drafted])
        for index, other in pairs.items():
            found[id(true_places[index][1])] = drafted[other]
        _score_there(scores, name, true_places, found)
        spare = [each for i, each in enumerate(drafted) if i not in pairs.values()]
        _score_false(scores, name, spare, truth)
    _score_fields(scores, truth, draft, found)
    return scores


def _places(fields: Sequence[Field]) -> Iterator[Held]:
    return ((each, place) for each in fields for place in each.places)


def pairs_of(true: Sequence[Box], drafted: Sequence[Box]) -> dict[int, int]:
    """Which drafted box stands where a true one is: by their indices, each once, nearest first."""
    near = sorted(
        ((overlap(a, b), i, j) for i, a in enumerate(true) for j, b in enumerate(drafted)),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    for share, i, j in near:
        if share >= _OVERLAP and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def _score_there(
    scores: Scores, name: str, places: Sequence[Held], found: Mapping[int, Held]
) -> None:
    count = scores.counts[name]
    for owner, place in places:
        if owner.optional:
            continue
        count.there += 1
        match = found.get(id(place))
        if match is None:
            scores.misses.append(Miss(name, place.box, f"not found ({_named(owner, place)})"))
        elif match[1].cells != place.cells:
            told = f"{match[1].cells} boxes drafted, {place.cells} are printed"
            scores.misses.append(Miss(name, place.box, f"{told} ({_named(owner, place)})"))
        else:
            count.right += 1


def _score_false(scores: Scores, name: str, spare: Sequence[Held], truth: Sequence[Field]) -> None:
    """``spare`` are the drafted places that found nothing."""
    free = [each.hull for each in truth if each.optional]
    for owner, place in spare:
        if not any(_inside(place.box, each) for each in free):
            scores.counts[name].false += 1
            told = f"drafted, but not there ({_named(owner, place)})"
            scores.misses.append(Miss(name, place.box, told))


def _inside(box: Box, other: Box) -> bool:
    wide = min(box.x1, other.x1) - max(box.x0, other.x0)
    high = min(box.y1, other.y1) - max(box.y0, other.y0)
    return wide > 0 and high > 0 and wide * high >= _WITHIN * box.width * box.height


def _score_fields(
    scores: Scores, truth: Sequence[Field], draft: Sequence[Field], found: Mapping[int, Held]
) -> None:
    wanted = [each for owner in truth for each in _wanted(owner)]
    for owner in truth:
        if owner.optional:
            continue
        holders = _holders(owner, draft, found)
        own, *options = _wanted(owner)
        if own.asked:
            others = [each for each in wanted if each != own]
            given = [" / ".join(each.labels) for each in holders]
            fits = bool(holders) and all(_fits(each.labels, own, others) for each in holders)
            _judge(scores, _LABELS, owner.hull, (fits, own, given))
        kinds = [each.kinds[0] for each in holders]
        _judge(
            scores, _KINDS, owner.hull,
            (bool(kinds) and all(each in owner.kinds for each in kinds),
             Wanted(owner.kinds), kinds),
        )  # fmt: skip
        _judge(
            scores, _PIECES, owner.hull,
            (_whole(owner, holders, found), Wanted(("one field",)),
             [f"{len(each.places)} places" for each in holders]),
        )  # fmt: skip
        for place, want in zip(owner.places, options, strict=False):
            match = found.get(id(place))
            said = (match[1].labels or match[0].labels) if match else ()
            rest = [each for each in wanted if each != want]
            _judge(scores, _LABELS, place.box, (_fits(said, want, rest), want, said))


def _wanted(owner: Field) -> list[Wanted]:
    """The label of the field, then those of its options, each also behind the question."""
    asked = [Wanted(owner.labels, owner.printed)]
    for place in owner.places:
        if place.labels:
            after = [f"{question} {each}" for question in owner.labels for each in place.labels]
            asked.append(Wanted((*place.labels, *after)))
    return asked


def _fits(said: Sequence[str], wanted: Wanted, others: Sequence[Wanted]) -> bool:
    return any(is_right(each, wanted, others) for each in said)


def _holders(owner: Field, draft: Sequence[Field], found: Mapping[int, Held]) -> list[Field]:
    """The drafted fields that hold a place of this one; of options, one that offers a choice."""
    held: dict[int, Field] = {}
    for place in owner.places:
        match = found.get(id(place))
        if match and (not place.labels or match[1].labels):
            held[id(match[0])] = match[0]
    if not held:
        held = {id(e): e for e in draft if overlap(e.hull, owner.hull) >= _OVERLAP}
    return list(held.values())


def _whole(owner: Field, holders: Sequence[Field], found: Mapping[int, Held]) -> bool:
    """Whether one drafted field has exactly the places of this one."""
    if len(holders) != 1 or len(holders[0].places) != len(owner.places):
        return False
    matches = [found.get(id(place)) for place in owner.places]
    return all(match is not None and match[0] is holders[0] for match in matches)


def _judge(
    scores: Scores, name: str, box: Box, verdict: tuple[bool, Wanted, Sequence[str]]
) -> None:
    right, wanted, given = verdict
    scores.counts[name].there += 1
    if right:
        scores.counts[name].right += 1
    elif given:  # if nothing is drafted, the miss of the place has said so
        said = ", ".join(repr(each) for each in given)
        asked = _short((wanted.labels or (wanted.printed,))[0])
        scores.misses.append(Miss(name, box, f"{said} drafted, {asked!r} is right"))


def _named(owner: Field, place: Place) -> str:
    text = (place.labels or owner.labels or (owner.printed or place.what,))[0]
    return _short(text)


def _short(text: str) -> str:
    return text if len(text) <= 50 else text[:49] + "…"
