"""Train the recogniser: ``python -m extractors.handprint.train --data DIR --out model.onnx``.

Needs ``torch``, ``onnx`` and ``onnxscript`` beside Postroom's own requirements (MODEL_CARD.md has
the versions). One process makes cells while this one trains. Prints what the model card reports.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import multiprocessing
import sys
import time
from collections.abc import Iterator
from importlib.resources import files
from multiprocessing.queues import Queue
from pathlib import Path

import cv2
import numpy as np

from extractors.handprint import assessment, fitting, heldout
from extractors.handprint.fitting import Numbers, Plan, Tiles
from extractors.handprint.glyphs import read_bank
from extractors.handprint.synthesis import CLASSES, shard, training_writing

SHARD = 8_000
# Tiles a minute seen in training, on one core of the machine it was written on.
_SEEN_A_MINUTE = 60_000

_log = logging.getLogger("postroom.handprint.train")


def main(arguments: list[str] | None = None) -> int:
    """Train, calibrate, measure and write the model; returns the exit status."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(relativeCreated)8d ms %(message)s")
    if not options.data.is_dir():
        sys.stderr.write(f"{options.data} is not a folder. Give the training material's folder.\n")
        return 2
    shards = options.shards
    if options.minutes:
        shards = max(2, round(options.minutes * _SEEN_A_MINUTE / (SHARD * (1 + options.replay))))
    plan = Plan(shards, options.replay, options.seed)
    started = time.monotonic()
    cells = _made(options.data, options.cells, plan)
    net = fitting.fit(heldout.alphabets(), cells, plan, _log.info)
    _log.info("trained in %.0f s", time.monotonic() - started)
    calibration, test = heldout.read(options.data, options.seed)
    scores = fitting.scores(net, calibration.tiles)
    temperature = assessment.fitted_temperature(scores, calibration.truth)
    difference = fitting.export(net, temperature, CLASSES, options.out)
    found = assessment.softmax(fitting.scores(net, test.tiles), temperature)
    figures = heldout.figures(found, test) | {
        "temperature": temperature,
        "shards": plan.shards,
        "tiles a shard": SHARD,
        "replay": plan.replay,
        "seed": plan.seed,
        "parameters": sum(p.numel() for p in net.parameters()),
        "difference between file and torch": difference,
        "sha256": hashlib.sha256(options.out.read_bytes()).hexdigest(),
    }
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    return 0 if difference < 1e-4 else 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m extractors.handprint.train")
    parser.add_argument("--data", type=Path, required=True, help="folder of training material")
    parser.add_argument("--out", type=Path, required=True, help="model file to write (ONNX)")
    parser.add_argument("--shards", type=int, default=110, help=f"batches of {SHARD} new cells")
    parser.add_argument("--replay", type=int, default=5, help="old cells seen for each new one")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--cells", type=Path, help="folder that keeps made cells for the next run")
    parser.add_argument("--minutes", type=float, help="instead of --shards: about this long")
    return parser.parse_args(arguments)


def _made(data: Path, kept: Path | None, plan: Plan) -> Iterator[tuple[Tiles, Numbers]]:
    """The plan's shards, in order, made by a process of its own."""
    kept = kept / _sources_digest() if kept else None
    context = multiprocessing.get_context("spawn")
    queue: Queue[tuple[Tiles, Numbers]] = context.Queue(maxsize=24)
    maker = context.Process(target=_make, args=(data, kept, plan, queue), daemon=True)
    maker.start()
    try:
        for _ in range(plan.shards):
            yield queue.get(timeout=600)
    finally:
        maker.terminate()
        maker.join()


def _sources_digest() -> str:
    """Names the code that makes cells: cells made by other code are not taken up again."""
    here = files("extractors.handprint")
    names = (
        "allographs.txt", "strokes.py", "pens.py", "glyphs.py", "hands.py", "accidents.py",
        "print_removal.py", "scanner.py", "synthesis.py", "tiles.py",
    )  # fmt: skip
    return hashlib.sha256(b"".join(here.joinpath(n).read_bytes() for n in names)).hexdigest()[:12]


def _make(data: Path, kept: Path | None, plan: Plan, queue: Queue[tuple[Tiles, Numbers]]) -> None:
    """Fill ``queue``, from the folder ``kept`` where a shard has been made before."""
    cv2.setNumThreads(1)
    writing = None
    for index in range(plan.shards):
        seed = plan.seed * 100_000 + index
        path = kept / f"{seed}.npz" if kept else None
        if path and path.exists():
            stored = np.load(path)
            queue.put((stored["tiles"], stored["numbers"]))
            continue
        writing = writing or training_writing(read_bank(data, held_out=False))
        tiles, numbers = shard(writing, SHARD, seed)
        queue.put((tiles, numbers))
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(path.with_suffix(".part.npz"), tiles=tiles, numbers=numbers)
            path.with_suffix(".part.npz").replace(path)
    queue.close()
    queue.join_thread()


if __name__ == "__main__":
    sys.exit(main())
