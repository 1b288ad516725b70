"""What hostile ink does to the readers: nothing may raise, and nothing may be sure of a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.section import Section
from extractors.confidence import sure
from extractors.formpack import FieldPlace, FormPack
from extractors.laying import Laid
from extractors.matching import Matcher
from extractors.read import Engines, read_fields, read_page
from extractors.values import FieldReading, Page, Picture, Value

Ink = NDArray[np.float32]


_WRITTEN = "well written, "
_WHITE = ("all white", "whole page: white")
"""Where an empty field is the right answer."""


@dataclass(frozen=True, slots=True)
class Fared:
    """How the fields of one bad page fared: the exception, how many values were read, how many of
    them accepted though wrong, fields accepted as empty, the most that is said of a wrong value.
    """

    raised: str
    values: int = 0
    wrong: int = 0
    empty: int = 0
    highest: float = 0.0


def table(
    engines: Engines, pack: FormPack, written: Laid | None, truth: Mapping[str, Value]
) -> Section:
    """Every bad ink under the fields of ``pack``; ``written``, with ``truth``, was filled in well.

    On all but that page any value is wrong, and so is being sure that nothing stands there.
    """
    section = Section("6. Bad input: never an exception, and never sure of what is wrong")
    section.say("accepted: fields that no person would see, with a wrong value or as empty.")
    section.say(f"{'':48}{'raised':>10}{'values':>8}{'accepted':>10}{'empty':>8}{'highest':>10}")
    blank = Matcher((pack,)).blanks[0].grey
    fields = pack.on_page(1)
    fates = {
        name: fared(ink, fields, engines, truth if name.startswith(_WRITTEN) else {})
        for name, ink in inks(blank.shape, fields, written).items()
    }
    for name, page in _pages(blank).items():
        fates[f"whole page: {name}"] = _fared(partial(_read, page, engines), fields, {})
    for name, fate in fates.items():
        _row(section, name, fate)
    bad = [fate for name, fate in fates.items() if name not in _WHITE]
    raised = sum(bool(each.raised) for each in fates.values())
    section.goal("bad input, exceptions", raised, 0, least=False)
    accepted = sum(each.wrong + each.empty for each in bad)
    section.goal("bad input, accepted though wrong", accepted, 0, least=False)
    return section


def fared(
    ink: Ink, fields: Sequence[FieldPlace], engines: Engines, truth: Mapping[str, Value]
) -> Fared:
    """How ``fields`` fare when a laid page has this handwriting ink; ``truth`` of what stands."""
    picture = np.asarray(255 * (1 - np.clip(np.nan_to_num(ink), 0, 1)), np.uint8)
    laid = Laid(picture, 255 - picture, np.full_like(picture, 255), ink, np.eye(3))
    return _fared(partial(read_fields, laid, fields, engines), fields, truth)


def _read(page: Page, engines: Engines) -> Sequence[FieldReading]:
    return read_page(page, 1, engines).fields


def _fared(
    work: Callable[[], Sequence[FieldReading]],
    fields: Sequence[FieldPlace],
    truth: Mapping[str, Value],
) -> Fared:
    places = {field.name: field for field in fields}
    try:
        found = work()
    except Exception as error:  # whatever it is, it is what is looked for here
        return Fared(type(error).__name__)
    values = [each for each in found if each.value not in (None, False)]
    wrong = [each for each in values if each.value != truth.get(each.name)]
    return Fared(
        "",
        len(values),
        sum(sure(places[each.name], each) for each in wrong),
        sum(sure(places[each.name], each) for each in found if each not in values),
        max((each.confidence for each in wrong), default=0.0),
    )


def _row(section: Section, name: str, fate: Fared) -> None:
    section.say(
        f"{name:48}{fate.raised or 'nothing':>10}{fate.values:8}{fate.wrong:10}{fate.empty:8}"
        f"{fate.highest:10.3f}"
    )
    section.data[name] = asdict(fate)


def inks(
    shape: tuple[int, int], fields: Sequence[FieldPlace], written: Laid | None
) -> Mapping[str, Ink]:
    """The bad inks of a page of this shape, by what they are."""
    rng = np.random.default_rng(1)
    high, wide = shape
    noise = rng.random(shape, np.float32)
    rows, columns = np.mgrid[0:high, 0:wide]
    stripes = ((rows + columns) // 9 % 2).astype(np.float32)
    photo = cv2.GaussianBlur(noise, (0, 0), 25)
    found = {
        "all white": np.zeros(shape, np.float32),
        "all ink": np.ones(shape, np.float32),
        "half grey": np.full(shape, 0.5, np.float32),
        "noise": noise,
        "salt and pepper": (noise > 0.93).astype(np.float32),
        "stripes": stripes,
        "not a comb: a photograph": np.clip((photo - 0.5) * 30 + 0.5, 0, 1).astype(np.float32),
        "not a comb: printed words": _words(shape),
        "every box filled solid": _boxes(shape, fields),
    }
    if written is not None:
        found[f"{_WRITTEN}one great tick over everything"] = _ticked(written.ink)
        found[f"{_WRITTEN}every field struck through"] = _struck(written.ink, fields)
    return found


def _words(shape: tuple[int, int]) -> Ink:
    ink = np.zeros(shape, np.uint8)
    for y in range(20, shape[0], 34):
        text = "The quick brown fox jumps over the lazy dog, 12345 times. " * 3
        cv2.putText(ink, text, (7, y), cv2.FONT_HERSHEY_DUPLEX, 0.9, 255, 2, cv2.LINE_AA)
    return np.asarray(ink / 255, np.float32)


def _boxes(shape: tuple[int, int], fields: Sequence[FieldPlace]) -> Ink:
    ink = np.zeros(shape, np.float32)
    for field in fields:
        left, top, right, bottom = field.box.pixels(shape[1], shape[0])
        ink[top:bottom, left:right] = 1.0
    return ink


def _ticked(ink: Ink) -> Ink:
    high, wide = ink.shape
    points = np.array([[0.02, 0.5], [0.3, 0.97], [0.98, 0.03]]) * (wide, high)
    drawn = np.zeros(ink.shape, np.uint8)
    cv2.polylines(drawn, [points.astype(np.int32)], False, 255, 40, cv2.LINE_AA)
    return np.asarray(np.maximum(ink, drawn / 255), np.float32)


def _struck(ink: Ink, fields: Sequence[FieldPlace]) -> Ink:
    drawn = np.zeros(ink.shape, np.uint8)
    for field in fields:
        left, top, right, bottom = field.box.pixels(ink.shape[1], ink.shape[0])
        for low, up in ((0.7, 0.35), (0.5, 0.55)):
            ends = (
                (left, round(top + low * (bottom - top))),
                (right, round(top + up * (bottom - top))),
            )
            cv2.line(drawn, *ends, 255, 4, cv2.LINE_AA)
    return np.asarray(np.maximum(ink, drawn / 255), np.float32)


def _pages(blank: Picture) -> Mapping[str, Page]:
    rng = np.random.default_rng(2)
    speckled = np.where(rng.random(blank.shape) > 0.5, 255, 0).astype(np.uint8)
    plain = {"white": np.full_like(blank, 255), "black": np.zeros_like(blank), "noise": speckled}
    return {name: Page(1, picture, 200.0) for name, picture in plain.items()} | {
        "the blank in negative": replace(Page(1, blank, 200.0), picture=255 - blank),
        "one pixel": Page(1, np.zeros((1, 1), np.uint8), 200.0),
    }
