"""How long reading takes on one thread: a cell, a page of 300 cells, a whole form by its steps.

Processor seconds, the best of several runs, models loaded before. Steps are timed from outside:
each function counts what is spent in it less what is spent in the others that it calls.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch

import numpy as np
from PIL import Image

from benchmarks.reading.clock import best, used
from benchmarks.reading.measured import Outcome, Read
from benchmarks.reading.section import Section
from extractors.decoding import decode
from extractors.fields.cells import classify, grammar
from extractors.formpack import FormPack
from extractors.forms.ageing import age
from extractors.forms.fill import Filling, fill
from extractors.forms.stories import RECEIVED
from extractors.limits import Limits
from extractors.read import Engines, read

_CELLS = 300
_PAGE_S, _FORM_S = 0.2, 2.0
_STEPS = {
    "decode the file": ("extractors.pages.pages",),
    "upright, match": ("extractors.read.recognised",),
    "lay on the blank": ("extractors.read.lay",),
    "cut the cells": ("extractors.fields.combs.classify",),
    "recogniser": ("extractors.handprint.recogniser.Recogniser.probabilities",),
    "decode under grammars": ("extractors.fields.combs.decode",),
    "second reader": ("extractors.fields.combs.second_opinions",),
    "lines": ("extractors.read.read_lines",),
    "ticks, signatures": (
        "extractors.read.read_ticks", "extractors.read.read_signature",
    ),
}  # fmt: skip
"""The functions of each step, by the name they are called by."""


def table(
    pages_read: Sequence[Read],
    outcomes: Sequence[Outcome],
    engines: Engines,
    pack: FormPack,
    shipped: Engines,
) -> Section:
    """The recogniser and a page of cells on ``pages_read``, a form of ``pack`` by ``shipped``."""
    section = Section("5. Speed: processor seconds on one thread, the best of several runs")
    laid = [each for each in pages_read if each.laid]
    if laid:
        _recogniser(section, laid[0], engines)
        _page(section, laid[0], engines)
    asked = [each for each in outcomes if each.reading.raw]
    second = sum("line" in each.reading.method for each in asked)
    share = 100 * second / max(len(asked), 1)
    section.say(f"second reader called on {second} of {len(asked)} written fields ({share:.0f} %)")
    section.data["second reader %"] = share
    _form(section, pack, shipped)
    return section


def _recogniser(section: Section, page: Read, engines: Engines) -> None:
    assert page.laid is not None
    fields = [each.asked.field for each in page.outcomes]
    found = classify(page.laid.ink, page.laid.dark, fields, engines.recogniser)
    tiles = np.concatenate([each.tiles[sorted(each.marked)] for each in found if each.marked])
    tiles = np.concatenate([tiles] * (1 + 1024 // len(tiles)))[:1024]
    rate = len(tiles) / best(lambda: engines.recogniser.probabilities(tiles))
    section.say(f"recogniser: {rate:.0f} cells a second")
    section.data["cells a second"] = rate


def _page(section: Section, page: Read, engines: Engines) -> None:
    """As many fields as have 300 written cells: cut, classified, decoded."""
    laid = page.laid
    assert laid is not None
    fields, count = [], 0
    for each in page.outcomes:
        if count < _CELLS:
            fields.append(each.asked.field)
            count += len(each.asked.raw.replace(" ", ""))
    classes = engines.recogniser.classes

    def work() -> None:
        for field, cells in zip(
            fields, classify(laid.ink, laid.dark, fields, engines.recogniser), strict=True
        ):
            decode(cells.probabilities, classes, grammar(field))

    seconds = best(work) * _CELLS / max(count, 1)
    met = section.goal("a page of 300 cells, s", seconds, _PAGE_S, least=False)
    section.say(
        f"a page of {_CELLS} written cells cut, classified and decoded: {seconds:.3f} s   "
        f"goal {_PAGE_S:g}: {met}"
    )
    section.data["300 cells, s"] = seconds


def _form(section: Section, pack: FormPack, engines: Engines) -> None:
    """A filled form of ``pack`` as a PDF of 300 dpi JPEGs, from its bytes to its reading."""
    data = _file(pack)

    def work() -> None:
        module = importlib.import_module("extractors.pages")
        read(module.pages(data, Limits()), engines, RECEIVED)

    work()
    whole = best(work)
    met = section.goal("a whole form, s", whole, _FORM_S, least=False)
    section.say(
        f"a whole form of {len(pack.pages)} pages ({pack.code}, 300 dpi colour PDF, "
        f"{len(engines.packs)} packs known): {whole:.2f} s   goal {_FORM_S:g}: {met}"
    )
    steps = spent(work)
    total = sum(steps.values())
    for step, seconds in steps.items():
        section.say(f"    {step:24}{seconds:8.3f} s{100 * seconds / total:6.0f} %")
    section.data["whole form, s"] = whole
    section.data["steps, s"] = steps


def _file(pack: FormPack) -> bytes:
    form = fill(pack, 7, Filling(mistakes=0.0, dpi=300))
    first, *rest = (
        Image.fromarray(age(picture, 7 + number, 2)) for number, picture in enumerate(form.pictures)
    )
    out = io.BytesIO()
    first.save(out, "PDF", resolution=300, quality=85, save_all=True, append_images=rest)
    return out.getvalue()


def spent(work: Callable[[], Any]) -> dict[str, float]:
    """Seconds of each step in one run of ``work``; ``the rest`` is what no step counts."""
    watch = _Watch(dict.fromkeys(_STEPS, 0.0))
    with ExitStack() as stack:
        for step, names in _STEPS.items():
            for name in names:
                stack.enter_context(watch.over(step, name))
        start = used()
        work()
        whole = used() - start
    return {**watch.spent, "the rest": max(whole - sum(watch.spent.values()), 0.0)}


class _Watch:
    """Times functions; a step inside another one is taken off the outer one."""

    def __init__(self, spent: dict[str, float]) -> None:
        self.spent = spent
        self._inner = [0.0]

    @contextmanager
    def over(self, step: str, name: str) -> Iterator[None]:
        """Time the function called by ``name`` as part of ``step``."""
        owner, _, attribute = name.rpartition(".")
        original = getattr(_found(owner), attribute)
        timed = self._generator if name.endswith(".pages") else self._function
        with patch(name, timed(step, original)):
            yield

    def _function(self, step: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def timed(*given: Any, **named: Any) -> Any:
            return self._clocked(step, lambda: original(*given, **named))

        return timed

    def _generator(self, step: str, original: Callable[..., Any]) -> Callable[..., Any]:
        """Pages are made one by one, when asked for."""

        @wraps(original)
        def timed(*given: Any, **named: Any) -> Iterator[Any]:
            source, end = iter(original(*given, **named)), object()
            while (page := self._clocked(step, lambda: next(source, end))) is not end:
                yield page

        return timed

    def _clocked(self, step: str, work: Callable[[], Any]) -> Any:
        self._inner.append(0.0)
        start = used()
        try:
            return work()
        finally:
            took = used() - start
            self.spent[step] += took - self._inner.pop()
            self._inner[-1] += took


def _found(name: str) -> Any:
    """The module or class of that dotted name."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        owner, _, attribute = name.rpartition(".")
        return getattr(_found(owner), attribute)
