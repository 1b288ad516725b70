"""Cells that are not clear are seen several times, clear ones once."""

from __future__ import annotations

import numpy as np

from extractors.fields.views import steady_probabilities


class Wavers:
    """Sees a 1 in the first tile; in the second a 7 when it is as it came, a 1 otherwise."""

    classes = ("1", "7", "I", "")

    def __init__(self) -> None:
        self.asked: list[int] = []

    def probabilities(self, tiles: np.ndarray) -> np.ndarray:
        self.asked.append(len(tiles))
        clear, unclear = [0.6, 0.01, 0.38, 0.01], [0.45, 0.55, 0.0, 0.0]
        first = len(self.asked) == 1
        rows = [clear, unclear] if first else [[0.8, 0.2, 0.0, 0.0]] * len(tiles)
        return np.array(rows, np.float32)


def test_an_unclear_character_is_what_most_views_say() -> None:
    sees = Wavers()
    tiles = np.zeros((2, 3, 32, 32), np.uint8)
    tiles[:, :, 4:28, 15:18] = 255
    table = steady_probabilities(sees, tiles)  # type: ignore[arg-type]
    assert sees.asked == [2, 4]
    assert np.allclose(table[0], [0.6, 0.01, 0.38, 0.01])
    assert table[1].argmax() == 0
    assert np.allclose(table.sum(axis=1), 1.0)


def test_no_cells_need_no_views() -> None:
    class Nothing:
        classes = ("1", "")

        def probabilities(self, tiles: np.ndarray) -> np.ndarray:
            return np.zeros((0, 2), np.float32)

    empty = np.zeros((0, 3, 32, 32), np.uint8)
    assert len(steady_probabilities(Nothing(), empty)) == 0  # type: ignore[arg-type]
