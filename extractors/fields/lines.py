"""Handwriting on lines, read by the PP-OCRv6 recogniser that the ``rapidocr`` wheel carries.

The network is loaded directly (onnxruntime, one thread): of its 18,710 output classes only the
Latin ones are kept, the rest count as nothing seen. Input: lines 48 pixels high, dark on white;
output: one row of class probabilities for every 8 pixels (connectionist temporal classification).
"""

from __future__ import annotations

import importlib.util
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors import ctc, kinds
from extractors.confidence import line_probability, needed
from extractors.formpack import FieldPlace
from extractors.values import Box, Candidate, Doubt, FieldReading, Picture

Emission: TypeAlias = NDArray[np.float32]

NAME = "PP-OCRv6-small"
METHOD = "line"
_EMPTY = 0.985  # nobody wrote on the line: how often that is right
HEIGHT = 48
BLANK = 0
LATIN = (
    string.digits + string.ascii_letters + string.punctuation + "£ŵŷŴŶâêîôûàèìòùáéíóúäëïöüçñÀÈÉÔÖÜ"
)
_STEP = 64  # widths are rounded up to this, so that lines of about one length share a run
_LARGEST_RUN = 16
_WIDEST = 2400


@dataclass(frozen=True)
class LineReader:
    """The recogniser; ``letters[i]`` is the character of emission column ``i`` (0 is no character).

    One inference session, safe to share between threads.
    """

    session: Any
    letters: tuple[str, ...]
    columns: NDArray[np.intp]

    @staticmethod
    def load() -> LineReader:
        """Load the model from the installed wheel. Raises ``FileNotFoundError`` without it."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(_model_file()), options, providers=["CPUExecutionProvider"]
        )
        known = session.get_modelmeta().custom_metadata_map["character"].split("\n")
        column = {character: i for i, character in enumerate(known, start=1)}
        kept = [each for each in LATIN if each in column]
        space = len(known) + 1
        return LineReader(
            session=session,
            letters=("", *kept, " "),
            columns=np.array([BLANK, *(column[each] for each in kept), space]),
        )

    def emissions(self, lines: Sequence[Picture]) -> list[Emission]:
        """Class probabilities (steps, letters) for each grey line picture, dark on white."""
        scaled = [_scaled(line) for line in lines]
        groups: dict[int, list[int]] = {}
        for index, line in enumerate(scaled):
            groups.setdefault(-(-line.shape[1] // _STEP) * _STEP, []).append(index)
        found: dict[int, Emission] = {}
        for width, members in groups.items():
            for start in range(0, len(members), _LARGEST_RUN):
                part = members[start : start + _LARGEST_RUN]
                batch = np.ones((len(part), 3, HEIGHT, width), np.float32)
                for row, index in enumerate(part):
                    line = scaled[index]
                    batch[row, :, :, : line.shape[1]] = line.astype(np.float32) / 127.5 - 1.0
                rows = self.session.run(None, {"x": batch})[0][:, :, self.columns]
                found.update(zip(part, rows, strict=True))
        return [_normalised(found[index]) for index in range(len(lines))]


@dataclass(frozen=True, slots=True)
class Heard:
    """What stands on a field's lines: ``raw`` with `` / `` between lines, the values that fit.

    ``values`` are likeliest first with their probabilities, ``least`` is the least sure step.
    """

    raw: str
    values: tuple[Candidate, ...]
    least: float

    @property
    def margin(self) -> float:
        """The share of the best value among those that fit."""
        whole = sum(each.probability for each in self.values)
        return self.values[0].probability / whole if whole else 0.0


def read_lines(
    ink: NDArray[np.float32], fields: Sequence[FieldPlace], reader: Callable[[], LineReader]
) -> list[FieldReading]:
    """Read fields written on lines from a laid page's handwriting ink (0 paper to 1).

    ``reader`` is only asked for when somebody wrote on one of the lines.
    """
    return [
        _reading(field, said) for field, said in zip(fields, hear(ink, fields, reader), strict=True)
    ]


def hear(
    ink: NDArray[np.float32], fields: Sequence[FieldPlace], reader: Callable[[], LineReader]
) -> list[Heard | None]:
    """What stands on the lines of each field; ``None`` where nobody wrote.

    Ink that the reader makes nothing of is heard as an empty ``raw``.
    """
    written_on: list[list[Picture]] = []
    for field in fields:
        pictures = [line_picture(ink, box) for box in field.lines]
        written_on.append([each for each in pictures if each is not None])
    flat = [picture for each in written_on for picture in each]
    if not flat:
        return [None] * len(fields)
    model = reader()
    emissions = iter(model.emissions(flat))
    return [
        _heard(kinds.rule(field).normal, [next(emissions) for _ in pictures], model.letters)
        if pictures
        else None
        for field, pictures in zip(fields, written_on, strict=True)
    ]


def _heard(
    normal: Callable[[str], str | None], lines: list[Emission], letters: Sequence[str]
) -> Heard:
    texts = [each for each in (ctc.readings(line, letters) for line in lines) if each[0].text]
    if not texts:
        return Heard("", (), 0.0)
    if len(texts) == 1:
        whole = texts[0]
    else:
        together = " ".join(each[0].text for each in texts)
        whole = (Candidate(together, min(each[0].probability for each in texts)),)
    values: dict[str, float] = {}
    for each in whole:
        value = normal(each.text) if each.text else None
        if value is not None:
            values[value] = values.get(value, 0.0) + each.probability
    ranked = sorted(values.items(), key=lambda item: -item[1])
    return Heard(
        raw=" / ".join(each[0].text for each in texts),
        values=tuple(Candidate(value, min(p, 1.0)) for value, p in ranked),
        least=min(ctc.least_sure(line) for line in lines),
    )


def _reading(field: FieldPlace, said: Heard | None) -> FieldReading:
    base = FieldReading(
        name=field.name,
        value=None,
        raw=said.raw if said else "",
        confidence=_EMPTY,
        status="absent",
        page=field.page,
        box=field.box,
        method=METHOD,
    )
    if said is None:
        return base
    rule = kinds.rule(field)
    if not said.raw:
        return replace(base, confidence=0.0, status="illegible", doubts=(_NOT_READ,))
    if not said.values:
        doubt = Doubt("does_not_fit", rule.explain(said.raw) or "This does not fit the field.")
        return replace(base, confidence=0.0, status="conflict", doubts=(doubt,))
    best = said.values[0].text
    confidence = line_probability(said.least, said.margin)
    as_written = rule.normal(said.raw.replace(" / ", " ")) == best
    settled = as_written and confidence >= needed(field)
    return replace(
        base,
        value=best,
        confidence=confidence if as_written else min(confidence, 0.5),
        status="auto" if as_written else "conflict",
        doubts=() if settled else (_COMPARE,),
        candidates=said.values[:5],
    )


_NOT_READ = Doubt("not_read", "Something is written here that could not be read.")
_COMPARE = Doubt("handwriting", "This is handwriting on a line. Compare it with the picture.")


def line_picture(ink: NDArray[np.float32], box: Box) -> Picture | None:
    """The writing in ``box`` of a page's ``ink``, cropped tight, dark on white; ``None`` if empty.

    Grown a third upward and a fifth downward: people write over the line and below it.
    """
    height, width = ink.shape
    tall = box.height
    left, top, right, bottom = Box(
        box.x0, max(box.y0 - tall / 3, 0.0), box.x1, min(box.y1 + tall / 5, 1.0)
    ).pixels(width, height)
    crop = ink[top:bottom, left:right]
    own = slice(max(round(box.y0 * height) - top, 0), round(box.y1 * height) - top)
    mask = written(crop, own)
    if mask is None:
        return None
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    kept = np.where(mask, crop, 0.0)[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    edge = max(4, kept.shape[0] // 6)
    dark = np.clip(kept / max(float(np.percentile(kept[kept > 0], 80)), 0.3), 0.0, 1.0)
    return np.pad((255.0 * (1.0 - dark)).astype(np.uint8), edge, constant_values=255)


def written(crop: NDArray[np.float32], own: slice) -> NDArray[np.bool_] | None:
    """The strokes of a crop that belong to its rows ``own``; ``None`` when nobody wrote there.

    Strokes mostly outside those rows come from the lines above and below; specks are dropped.
    """
    high = own.stop - own.start
    if crop.size == 0 or high < 3:
        return None
    dark = (crop > 0.3).astype(np.uint8)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    keep = np.zeros(count, bool)
    for index in range(1, count):
        _, _, wide, tall, area = stats[index]
        inside = own.start - 0.1 * high <= centres[index][1] <= own.stop
        speck = area < 5 or max(wide, tall) < 0.06 * high
        rule = tall <= 3 and wide > 2 * high
        keep[index] = inside and not speck and not rule
    mask = keep[labels]
    if mask.sum() < 0.006 * high * high or not mask.any():
        return None
    grown = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    return np.asarray(grown & ((labels == 0) | mask), np.bool_)


def _model_file() -> Path:
    wheel = importlib.util.find_spec("rapidocr")
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        found = Path(place) / "models" / "PP-OCRv6_rec_small.onnx"
        if found.is_file():
            return found
    raise FileNotFoundError(
        "PP-OCRv6_rec_small.onnx is missing: install the package rapidocr again (make setup)"
    )


def _scaled(line: Picture) -> Picture:
    high, wide = line.shape[:2]
    target = min(max(round(wide * HEIGHT / high), 16), _WIDEST)
    method = cv2.INTER_AREA if high > HEIGHT else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(line, (target, HEIGHT), interpolation=method), np.uint8)


def _normalised(rows: Emission) -> Emission:
    """What was seen in characters outside the kept set counts as no character."""
    full = np.clip(rows, 0.0, 1.0)
    full[:, BLANK] += np.clip(1.0 - full.sum(axis=1), 0.0, 1.0)
    return full
