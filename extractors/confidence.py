"""From what the readers saw to the probability that a whole value is exactly right.

Raw scores of recognisers are too sure of themselves, and a grammar makes wrong values look right.
So each family of kinds has a logistic curve, fitted by ``python -m benchmarks.calibrate`` on values
written by hands that no recogniser was trained on; what it was fitted on stands in the table.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from extractors.formpack import FieldPlace
from extractors.values import Doubt, FieldReading

TABLE = Path(__file__).parent / "confidence.json"

ACCEPT = 0.97
"""Values at least this likely to be exactly right need no person.

On fitting hands, each half judged by curves fitted on the other, 9 of 1,695 accepted values were
wrong (0.53 %, between 0.28 and 1.01 at 95 %) where the curves expected 0.79 %. At 0.95 it would be
0.69 % for 3 % more values; at 0.99 0.16 %, for a quarter fewer. So it is not lower.
"""
ACCEPT_CRITICAL = 0.985
"""The same for fields the form pack calls critical."""

_FAMILY = {
    "digits": "digits",
    "phone": "digits",
    "money": "digits",
    "date": "date",
    "postcode": "code",
    "registration_mark": "code",
    "vin": "code",
    "driver_number": "code",
    "national_insurance_number": "code",
    "name": "name",
}
_NAMES = frozenset({"forenames", "surnames", "towns", "makes", "models", "colours"})
_FURTHEST = 12.0  # natural logarithm: further ahead than this says no more


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a value.

    ``posterior``: its share of all readings under the grammar, by the readers asked; ``second``:
    that of the next best value. ``clarity``: how clear its characters are by themselves, the
    geometric mean of their probabilities. ``heard``: the probability that a second reader gives
    each of its characters, in the geometric mean; ``None`` without a second reader. ``known``: it
    consists of words that the field's list has.
    """

    posterior: float
    second: float = 0.0
    clarity: float = 1.0
    heard: float | None = None
    known: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve; ``most`` is the highest probability that its data can vouch for."""

    bias: float
    weights: tuple[float, ...]
    most: float

    def at(self, features: tuple[float, ...]) -> float:
        pairs = zip(self.weights, features, strict=True)
        score = self.bias + sum(weight * feature for weight, feature in pairs)
        return min(1.0 / (1.0 + math.exp(-max(score, -50.0))), self.most)


def family(place: FieldPlace) -> str:
    """The fields that share a curve: numbers, dates, codes of letters and digits, names, text."""
    if place.kind == "text" and place.pattern:
        return "code"
    if place.words in _NAMES:
        return "name"
    return _FAMILY.get(place.kind, "text")


def curve_of(place: FieldPlace, evidence: Evidence) -> str:
    """The name of the curve that judges this evidence."""
    return f"{family(place)}.{'one' if evidence.heard is None else 'two'}"


def features(evidence: Evidence) -> tuple[float, ...]:
    """What the curves are fitted on: the more of each, the likelier the value is right."""
    ahead = math.log(max(evidence.posterior, 1e-9) / max(evidence.second, 1e-9))
    alone = (
        _log_odds(evidence.posterior),
        min(ahead, _FURTHEST),
        math.log(max(evidence.clarity, 1e-5)),
        float(evidence.known),
    )
    return alone if evidence.heard is None else (*alone, math.log(max(evidence.heard, 1e-3)))


def probability(place: FieldPlace, evidence: Evidence) -> float:
    """The calibrated probability that the value is exactly right."""
    return curves()[curve_of(place, evidence)].at(features(evidence))


def line_probability(least: float, margin: float) -> float:
    """The same for handwriting on lines: ``least`` sure step, ``margin`` of the best text."""
    return curves()["line"].at(line_features(least, margin))


def line_features(least: float, margin: float) -> tuple[float, ...]:
    """What the curve of handwriting on lines is fitted on."""
    return _log_odds(least), _log_odds(margin)


def needed(place: FieldPlace) -> float:
    """How likely a value of this field must be to need no person."""
    return ACCEPT_CRITICAL if place.critical else ACCEPT


def sure(place: FieldPlace, reading: FieldReading) -> bool:
    """Whether the machine may answer for this reading alone."""
    settled = reading.status in ("auto", "auto_corrected", "absent")
    return settled and reading.confidence >= needed(place)


def could_be(index: int, characters: tuple[str, ...]) -> Doubt:
    """The doubt about one character; ``characters`` are what it could be, likeliest first."""
    told = " or ".join(_spoken(each, characters) for each in characters)
    return Doubt("character", f"Character {index + 1} could be {told}.", index, characters)


def _spoken(character: str, among: tuple[str, ...]) -> str:
    if not character.strip():
        return "left empty"
    if character == "0" and set(among) & set("ODQ"):
        return "a zero"
    if character == "1" and set(among) & set("IL"):
        return "the digit 1"
    if character in "OI" and set(among) & set("01"):
        return f"the letter {character}"
    if character.isalnum():
        return f"an {character}" if character in "8AEFHILMNORSX" else f"a {character}"
    return f"the sign {character}"


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 1e-5), 1 - 1e-5)
    return math.log(kept / (1 - kept))


@lru_cache(maxsize=1)
def curves() -> Mapping[str, Curve]:
    """The shipped curves by name."""
    return curves_in(json.loads(TABLE.read_text(encoding="utf-8")))


def curves_in(table: Mapping[str, Any]) -> Mapping[str, Curve]:
    """The curves of a table such as ``confidence.json`` holds."""
    return {
        name: Curve(each["bias"], tuple(each["weights"]), each["most"])
        for name, each in table["curves"].items()
    }
