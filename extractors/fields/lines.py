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
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors import kinds
from extractors.confidence import line_probability, needed
from extractors.ctc import Emission
from extractors.fields.line_pictures import line_picture, line_views, lines_in
from extractors.fields.line_texts import LineText, read_texts
from extractors.formpack import FieldPlace
from extractors.values import Candidate, Doubt, FieldReading, Picture

__all__ = ["HEIGHT", "METHOD", "NAME", "Heard", "LineReader", "hear", "line_picture", "read_lines"]

NAME = "PP-OCRv6-small"
METHOD = "line"
_EMPTY = 0.985  # nobody wrote on the line: how often that is right
HEIGHT = 48
BLANK = 0
LATIN = (
    string.digits + string.ascii_letters + string.punctuation + "£ŵŷŴŶâêîôûàèìòùáéíóúäëïöüçñÀÈÉÔÖÜ"
)
_STEP = 64  # widths are rounded up to this, so that lines of about one length share a run
_LARGEST_RUN = 4800  # pixels of width of all lines in one run: 0.2 GB
_WIDEST = 2400
_A_GUESS = 0.2  # a value less likely than this is none: a person reads it from the picture


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
            count = max(_LARGEST_RUN // width, 1)
            for start in range(0, len(members), count):
                part = members[start : start + count]
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

    ``values`` are likeliest first with their probabilities, ``least`` is the least sure step,
    ``margin`` the share of the best value among those that fit; of several lines, the least.
    """

    raw: str
    values: tuple[Candidate, ...]
    least: float
    margin: float


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
    found = [
        [
            each
            for box in field.lines
            for each in (line_views(ink, line) for line in lines_in(ink, box))
            if each is not None
        ]
        for field in fields
    ]
    pictures = [picture for own in found for views in own for picture in views]
    if not pictures:
        return [None] * len(fields)
    model = reader()
    emissions = iter(model.emissions(pictures))
    return [
        _heard(field, [[next(emissions) for _ in views] for views in own], model.letters)
        if own
        else None
        for field, own in zip(fields, found, strict=True)
    ]


def _heard(field: FieldPlace, lines: list[list[Emission]], letters: Sequence[str]) -> Heard:
    read = [read_texts(views, letters, field) for views in lines]
    said = [each for each in read if each is not None]
    if not said:
        return Heard("", (), 0.0, 0.0)
    return Heard(
        raw=" / ".join(each.raw for each in said),
        values=said[0].values if len(said) == 1 else _together(field, said),
        least=min(each.least for each in said),
        margin=min(each.margin for each in said),
    )


def _together(field: FieldPlace, said: Sequence[LineText]) -> tuple[Candidate, ...]:
    """The value that the best texts of several lines make, as likely as the least likely."""
    best = [each.values[0].text if each.values else each.raw for each in said]
    value = kinds.rule(field).normal(" ".join(best))
    return (Candidate(value, min(each.margin for each in said)),) if value is not None else ()


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
    if confidence < _A_GUESS:
        return replace(
            base,
            confidence=confidence,
            status="illegible",
            doubts=(_NOT_READ,),
            candidates=said.values[:5],
        )
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
