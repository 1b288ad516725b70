"""How often what was approved was wrong, as second keying found; the only figures to publish.

A share of fields is drawn at random, so each closed keying stands for ``1 / share`` fields. The
error rate is their weighted mean, with the 95 % interval of Wilson (1927) for as many keyings as
the weights are worth (Kish 1965: the square of their sum by the sum of their squares).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import Literal

from intake.keyed import How, Keying
from intake.model import Application
from intake.records import applications, keyings
from intake.services import Services

ENOUGH = 30
"""With fewer closed keyings no rate is told, for it would be a matter of luck."""
LISTED_DAYS = 30
LISTED = 200
_Z = 1.959964  # 95 % of a normal distribution lie within so many standard deviations

Verdict = Literal["met", "missed", "not_certain"]


@dataclass(frozen=True, slots=True)
class Rate:
    """How many keyings were closed, in how many both agreed, how many first values were wrong.

    ``error`` is the estimate, ``low`` and ``high`` the ends of its 95 % interval, as shares.
    """

    closed: int
    agreed: int
    wrong: int
    error: float
    low: float
    high: float

    @property
    def is_enough(self) -> bool:
        return self.closed >= ENOUGH

    def verdict(self, target: float) -> Verdict:
        """Whether errors are surely rarer, or surely more frequent, than ``target`` (a share)."""
        if not self.is_enough or self.low <= target < self.high:
            return "not_certain"
        return "met" if self.high <= target else "missed"


@dataclass(frozen=True, slots=True)
class FieldRate:
    """The rate of one field of one edition of a form."""

    form_code: str
    edition: str
    field: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Figures:
    """All of a time: together, by who approved the values, and by form and field."""

    everything: Rate
    by_how: tuple[tuple[How, Rate], ...]
    fields: tuple[FieldRate, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One keying with its application, for supervisors."""

    keying: Keying
    application: Application


def figures(services: Services, *, days: int) -> Figures:
    """What the keyings closed in the last ``days`` say."""
    since = services.now() - timedelta(days=days)
    with services.database.reading() as connection:
        closed = list(keyings.closed_since(connection, since))
    by_field: dict[tuple[str, str, str], list[Keying]] = {}
    by_how: dict[How, list[Keying]] = {"machine": [], "person": [], "bulk": []}
    for (code, edition), each in closed:
        by_field.setdefault((code, edition, each.field), []).append(each)
        by_how[each.first.how].append(each)
    return Figures(
        everything=rate(each for _, each in closed),
        by_how=tuple((how, rate(found)) for how, found in by_how.items()),
        fields=tuple(FieldRate(*name, rate(found)) for name, found in sorted(by_field.items())),
    )


def to_decide(services: Services) -> list[Case]:
    """What people keyed differently and nobody has decided: the oldest ``LISTED``, these first."""
    with services.database.reading() as connection:
        found = keyings.to_decide(connection, LISTED)
        return [Case(each, applications.get(connection, each.application_id)) for each in found]


def case(services: Services, keying_id: int) -> Case:
    """One keying. Raises ``NotFound``."""
    with services.database.reading() as connection:
        found = keyings.get(connection, keying_id)
        return Case(found, applications.get(connection, found.application_id))


def waiting(services: Services) -> int:
    """How many fields wait for a second or third person."""
    with services.database.reading() as connection:
        return keyings.number_waiting(connection)


def found_wrong(services: Services) -> list[Case]:
    """Values that were delivered, or are about to be, and turned out wrong; newest first.

    Critical ones are put right before delivery, and are not among them. One that was reopened is
    not told any more, nor one of more than ``LISTED_DAYS`` ago.
    """
    since = services.now() - timedelta(days=LISTED_DAYS)
    with services.database.reading() as connection:
        closed = (each for _, each in keyings.closed_since(connection, since))
        wrong = [each for each in closed if each.why == "sample" and each.was_wrong]
        cases = [Case(each, applications.get(connection, each.application_id)) for each in wrong]
    return [each for each in cases if each.application.revision == each.keying.revision]


def rate(closed: Iterable[Keying]) -> Rate:
    """The rate of these closed keyings; without any, nothing is known: 0 to 1."""
    every = list(closed)
    weights = [1 / each.share for each in every]
    total = sum(weights)
    wrong = sum(w for w, each in zip(weights, every, strict=True) if each.was_wrong)
    worth = total**2 / sum(w * w for w in weights) if every else 0.0
    error = wrong / total if every else 0.0
    low, high = wilson(error, worth)
    return Rate(
        closed=len(every),
        agreed=sum(each.outcome == "agreed" for each in every),
        wrong=sum(each.was_wrong for each in every),
        error=error,
        low=low,
        high=high,
    )


def wilson(share: float, number: float) -> tuple[float, float]:
    """The 95 % interval of a share that was found in ``number`` draws; none: 0 to 1."""
    if number <= 0:
        return 0.0, 1.0
    z2 = _Z * _Z
    middle = (share + z2 / (2 * number)) / (1 + z2 / number)
    spread = _Z * sqrt(share * (1 - share) / number + z2 / (4 * number**2)) / (1 + z2 / number)
    return max(0.0, middle - spread), min(1.0, middle + spread)
