"""Which character each tile shows, with probabilities that mean what they say."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from extractors.handprint.tiles import SIDE, VIEWS

EMPTY = ""
"""The class of a cell with nothing written in it; that of one struck out is ``STRUCK``."""
_BATCH = 128  # tiles at once: more makes it no faster, only larger in memory


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Reads tiles. ``classes`` names the columns of its answers; the last, ``""``, is empty."""

    classes: tuple[str, ...]
    _session: Any

    @staticmethod
    def load() -> Recogniser:
        """The recogniser of this package, on one thread. Takes about 0.05 s: load it once."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        model = files("extractors.handprint").joinpath("model.onnx").read_bytes()
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        named = session.get_modelmeta().custom_metadata_map["classes"]
        return Recogniser(tuple(named.split("\n")), session)

    def probabilities(self, tiles: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Calibrated probabilities (n, classes) for ``tiles`` (n, 3, 32, 32); n may be 0.

        Raises ``ValueError`` when ``tiles`` has another shape.
        """
        if len(tiles) == 0:
            return np.zeros((0, len(self.classes)), np.float32)
        if tiles.ndim != 4 or tiles.shape[1:] != (VIEWS, SIDE, SIDE):
            raise ValueError(f"tiles must be (n, {VIEWS}, {SIDE}, {SIDE}), not {tiles.shape}")
        parts = []
        for start in range(0, len(tiles), _BATCH):
            part = tiles[start : start + _BATCH].astype(np.float32) / 255
            parts.append(self._session.run(["probabilities"], {"tiles": part})[0])
        return np.concatenate(parts)
