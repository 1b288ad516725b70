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

from extractors.formpack import FieldPlace
from extractors.values import Doubt, FieldReading

TABLE = Path(__file__).parent / "confidence.json"

ACCEPT = 0.97
"""Values at least this likely to be exactly right need no person."""
ACCEPT_CRITICAL = 0.985
"""The same for fields the form pack calls critical."""

_FAMILY = {
    "digits": "digits",
    "date": "digits",
    "phone": "digits",
    "money": "digits",
    "postcode": "code",
    "registration_mark": "code",
    "vin": "code",
    "driver_number": "code",
    "national_insurance_number": "code",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a value.

    ``posterior``: its share of all readings under the grammar, by the first reader. ``heard``: the
    probability that a second reader gives it; ``None`` without a second reader. ``known``: it
    consists of words that the field's list has.
    """

    posterior: float
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


def family(kind: str) -> str:
    """The kinds that share a curve: numbers, codes of letters and digits, free text."""
    return _FAMILY.get(kind, "text")


def curve_of(kind: str, evidence: Evidence) -> str:
    """The name of the curve that judges this evidence: known words have their own."""
    readers = "one" if evidence.heard is None else "two"
    return f"{'words' if evidence.known else family(kind)}.{readers}"


def features(evidence: Evidence) -> tuple[float, ...]:
    """What the curves are fitted on; log odds, so that products of probabilities add up."""
    posterior = _log_odds(evidence.posterior)
    if evidence.heard is None:
        return (posterior,)
    return posterior, _log_odds(evidence.heard)


def probability(kind: str, evidence: Evidence) -> float:
    """The calibrated probability that the value is exactly right."""
    return _curves()[curve_of(kind, evidence)].at(features(evidence))


def line_probability(least: float, margin: float) -> float:
    """The same for handwriting on lines: ``least`` sure step, ``margin`` of the best text."""
    return _curves()["line"].at(line_features(least, margin))


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
def _curves() -> Mapping[str, Curve]:
    table = json.loads(TABLE.read_text(encoding="utf-8"))["curves"]
    return {
        name: Curve(each["bias"], tuple(each["weights"]), each["most"])
        for name, each in table.items()
    }
