"""The shipped model: what it promises, what it reads, and that bad input gives no exception.

The letters come from OpenCV's own line font, which no training cell is made of.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extractors.handprint.recogniser import Recogniser
from extractors.handprint.synthesis import CLASSES
from extractors.handprint.tiles import tile

PACKAGE = files("extractors.handprint")
CELL = (40.0, 40.0, 80.0, 90.0)


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser.load()


def written(character: str, comb: bool = False) -> NDArray[np.uint8]:
    """The tile of one character of about 5 mm, with its comb if wanted."""
    picture = np.zeros((130, 120), np.uint8)
    (width, height), _ = cv2.getTextSize(character, cv2.FONT_HERSHEY_SIMPLEX, 1.2, 2)
    place = (round(60 - width / 2), round(65 + height / 2))
    cv2.putText(picture, character, place, cv2.FONT_HERSHEY_SIMPLEX, 1.2, 255, 2)
    if comb:
        cv2.rectangle(picture, (40, 40), (80, 90), 120, 1)
    return tile(picture.astype(np.float32) / 255, picture, CELL)


def read(recogniser: Recogniser, tiles: list[NDArray[np.uint8]]) -> list[str]:
    found = recogniser.probabilities(np.stack(tiles))
    return [recogniser.classes[number] for number in found.argmax(axis=1)]


def test_its_classes_are_those_it_was_trained_with(recogniser: Recogniser) -> None:
    assert recogniser.classes == CLASSES
    assert recogniser.classes[-1] == ""


def test_probabilities_of_a_cell_add_up_to_one(recogniser: Recogniser) -> None:
    found = recogniser.probabilities(np.stack([written(c) for c in "A1B2"]))
    assert found.shape == (4, len(CLASSES))
    assert found.dtype == np.float32
    assert found.sum(axis=1) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("comb", [False, True])
def test_it_reads_letters_and_digits_it_never_saw(recogniser: Recogniser, comb: bool) -> None:
    wanted = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    found = read(recogniser, [written(character, comb) for character in wanted])
    same = str.maketrans("01", "OI")
    right = sum(a.translate(same) == b.translate(same) for a, b in zip(found, wanted, strict=True))
    assert right >= 34, found


def test_an_empty_cell_is_read_as_empty(recogniser: Recogniser) -> None:
    assert read(recogniser, [np.zeros((3, 32, 32), np.uint8)]) == [""]


def test_no_tiles_give_no_rows(recogniser: Recogniser) -> None:
    assert recogniser.probabilities(np.zeros((0, 3, 32, 32), np.uint8)).shape == (0, len(CLASSES))


@pytest.mark.parametrize("value", [0, 1, 128, 255])
def test_uniform_tiles_never_raise(recogniser: Recogniser, value: int) -> None:
    found = recogniser.probabilities(np.full((3, 3, 32, 32), value, np.uint8))
    assert np.isfinite(found).all()


def test_many_tiles_are_read_as_one_by_one(recogniser: Recogniser) -> None:
    tiles = np.random.default_rng(1).integers(0, 255, (300, 3, 32, 32)).astype(np.uint8)
    together = recogniser.probabilities(tiles)
    assert together[[7, 299]] == pytest.approx(recogniser.probabilities(tiles[[7, 299]]), abs=1e-5)


def test_tiles_of_another_size_are_refused(recogniser: Recogniser) -> None:
    with pytest.raises(ValueError, match="32"):
        recogniser.probabilities(np.zeros((2, 2, 28, 28), np.uint8))


def test_the_model_card_names_this_very_model() -> None:
    model = PACKAGE.joinpath("model.onnx").read_bytes()
    card = PACKAGE.joinpath("MODEL_CARD.md").read_text(encoding="utf-8")
    assert hashlib.sha256(model).hexdigest() in card
    assert len(model) <= 2_000_000
