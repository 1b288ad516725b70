"""Accuracy, calibration error and temperature on numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from extractors.handprint.assessment import (
    accuracy,
    calibration_error,
    fitted_temperature,
    softmax,
    within,
)


def test_probabilities_within_a_group_add_up_to_one_and_leave_out_the_rest() -> None:
    shared = within(np.array([[0.5, 0.3, 0.2]]), (1, 2))
    assert shared[0] == pytest.approx([0, 0.6, 0.4])


def test_merged_classes_count_as_one() -> None:
    found = np.array([[0.1, 0.9], [0.2, 0.8]])
    truth = np.array([0, 1])
    assert accuracy(found, truth) == 0.5
    assert accuracy(found, truth, merged=[(0, 1)]) == 1.0


def test_calibration_error_is_the_gap_between_sure_and_right() -> None:
    found = np.array([[0.9, 0.1]] * 10)
    truth = np.array([0] * 7 + [1] * 3)
    assert calibration_error(found, truth) == pytest.approx(0.2)


def test_the_temperature_of_scores_twice_too_sure_is_two() -> None:
    rng = np.random.default_rng(1)
    honest = rng.normal(0, 2, (20_000, 4))
    chances = softmax(honest)
    truth = (chances.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    assert fitted_temperature(honest * 2, truth) == pytest.approx(2.0, rel=0.06)
