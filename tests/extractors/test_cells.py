"""Boxes that hold no characters at all: low confidence, never an exception."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extractors.fields.cells import classify
from extractors.formpack import CombRow, FieldPlace
from extractors.handprint.recogniser import Recogniser
from extractors.values import Box

HEIGHT, WIDTH = 120, 440
ROW = Box(0.1, 0.25, 0.9, 0.75)
OFF_PAGE = Box(1.2, 1.2, 1.6, 1.4)


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser.load()


def field(box: Box) -> FieldPlace:
    return FieldPlace("number", {"en": "Number"}, "digits", "comb", 1, box, (CombRow(box, 8),))


def full() -> NDArray[np.float32]:
    return np.ones((HEIGHT, WIDTH), np.float32)


def ticked() -> NDArray[np.float32]:
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.polylines(ink, [np.array([[20, 60], [150, 110], [430, 5]], np.int32)], False, 1.0, 6)
    return ink


def noise() -> NDArray[np.float32]:
    return np.random.default_rng(1).random((HEIGHT, WIDTH)).astype(np.float32)


def bare(ink: NDArray[np.float32]) -> NDArray[np.uint8]:
    """How dark a page without print is that has this ink."""
    return np.asarray(ink * 255, np.uint8)


@pytest.mark.parametrize("ink", [full(), ticked(), noise()], ids=["full", "tick", "noise"])
def test_what_is_no_comb_gives_probabilities_and_is_marked(
    ink: NDArray[np.float32], recogniser: Recogniser
) -> None:
    [cells] = classify(ink, bare(ink), [field(ROW)], recogniser)
    assert np.isfinite(cells.probabilities).all()
    assert cells.probabilities.sum(axis=1) == pytest.approx(1.0, abs=0.01)
    assert cells.marked


def test_white_boxes_are_empty(recogniser: Recogniser) -> None:
    [cells] = classify(full() * 0, bare(full() * 0), [field(ROW)], recogniser)
    assert (cells.probabilities[:, recogniser.classes.index("")] == 1).all()
    assert not cells.marked


def test_boxes_off_the_page_are_empty(recogniser: Recogniser) -> None:
    [cells] = classify(full(), bare(full()), [field(OFF_PAGE)], recogniser)
    assert (cells.probabilities[:, recogniser.classes.index("")] == 1).all()
