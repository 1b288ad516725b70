"""How curves are fitted and judged, on made-up values: no model, no form."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.curves import Case, calibration_error, coverage, fitted
from extractors.confidence import Curve, Evidence, features
from extractors.formpack import FieldPlace
from extractors.values import Box

DATE = FieldPlace("it", {"en": "It"}, "date", "comb", 1, Box(0, 0, 1, 1))


def cases(count: int, seed: int = 1) -> list[Case]:
    """Values that are right as often as their posterior says; the rest is noise."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        posterior = 1.0 - 0.5 * float(rng.random()) ** 4
        seen = Evidence(posterior, (1 - posterior) / 2, clarity=float(rng.uniform(0.8, 1.0)))
        found.append(Case(DATE, seen, bool(rng.random() < posterior), 1.0))
    return found


def curve(found: dict[str, dict[str, object]], name: str) -> Curve:
    given = found[name]
    return Curve(given["bias"], tuple(given["weights"]), given["most"])  # type: ignore[arg-type]


def test_a_fitted_curve_tells_how_often_values_are_right() -> None:
    judged = curve(fitted(cases(3000)), "date.one")
    fresh = cases(3000, seed=2)
    said = np.array([judged.at(features(each.evidence)) for each in fresh])
    assert calibration_error(said, np.array([each.right for each in fresh])) < 0.02
    assert min(judged.weights) >= 0.0


def test_evidence_that_speaks_the_wrong_way_is_left_out() -> None:
    rng = np.random.default_rng(3)
    odd = [
        Case(DATE, Evidence(0.9, clarity=clear), bool(rng.random() < 1.1 - clear), 1.0)
        for clear in rng.uniform(0.2, 1.0, 400)
    ]
    assert curve(fitted(odd), "date.one").weights[2] == 0.0


def test_few_values_vouch_for_no_acceptance() -> None:
    few = [Case(DATE, Evidence(0.999), True, 1.0)] * 20
    assert curve(fitted(few), "date.one").at((12.0, 12.0, 0.0, 1.0)) < 0.97


def test_a_family_with_few_values_follows_the_others() -> None:
    place = FieldPlace("it", {"en": "It"}, "vin", "comb", 1, Box(0, 0, 1, 1))
    several = [*cases(2000), *(Case(place, c.evidence, c.right, 1.0) for c in cases(30, seed=5))]
    found = fitted(several)
    few, many = curve(found, "code.one"), curve(found, "date.one")
    for seen in (Evidence(0.999), Evidence(0.9, 0.05, 0.9), Evidence(0.6, 0.3, 0.8)):
        assert abs(few.at(features(seen)) - many.at(features(seen))) < 0.2


def test_values_with_a_doubt_of_their_own_are_not_fitted_on() -> None:
    doubted = Case(DATE, Evidence(0.9), False, 0.5)
    assert fitted([doubted] * 50) == {}


def test_coverage_is_the_surest_share_with_so_few_wrong() -> None:
    said = np.array([0.99, 0.9, 0.8, 0.7])
    right = np.array([True, True, False, True])
    assert coverage(said, right, 0.0) == 0.5
    assert coverage(said, right, 0.25) == 1.0
    assert coverage(said[:0], right[:0], 0.1) == 0.0


def test_the_calibration_error_is_how_far_off_probabilities_are() -> None:
    said, right = np.full(100, 0.8), np.arange(100) % 10 < 7
    assert calibration_error(said, right) == pytest.approx(0.1, abs=0.03)
