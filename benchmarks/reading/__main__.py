"""How well hand print is read, beside its goals and beside other readers.

    python -m benchmarks.reading [--shared DIR] [--quick] [--json FILE] [--out DIR]

Whole measuring forms (``sheet``) are written in hands that no recogniser was trained on and no
confidence fitted on, printed, aged, scanned at 200 and 300 dpi, and read as every scan is. With
DIR (material that is not part of Postroom) there are also hands made of real pen characters and of
real digits, and the combs of real filled forms, which nothing is tuned on. ``--quick`` reads an
eighth of the forms: for a look, not for figures to quote. Exit status 0 even when goals are missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OMP_THREAD_LIMIT"] = "1"

import cv2

from benchmarks import handwriting_lines
from benchmarks.reading import bad, goals, honest, real_cells, rivals, sheet, speed, wrong
from benchmarks.reading.characters import Seen
from benchmarks.reading.clock import used
from benchmarks.reading.findings import Findings, gather
from benchmarks.reading.hands import FACES, groups
from benchmarks.reading.section import Section
from extractors import formpack
from extractors.formpack import FormPack
from extractors.read import Engines

_FORMS, _QUICK = 64, 8
"""Forms of each group of hands: 64 of two groups give every family at least 600 values."""
_WHOLE, _WHOLE_QUICK = 6, 1
"""Forms of each group that other readers read as well."""
_TICKS, _TICKS_QUICK = 60, 8
_LINES, _LINES_QUICK = 20, 2
_SEED = 2026
_SPECIMENS = ("V5C-S-2026-11", "V62-S-2026-11", "V890-S-2026-11")
"""Form packs that speed is measured with: always these, so that figures stay comparable."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading")
    parser.add_argument("--shared", type=Path, help="folder that holds data/")
    parser.add_argument("--quick", action="store_true", help="an eighth of the forms")
    parser.add_argument("--json", type=Path, help="write all figures to this file as well")
    parser.add_argument("--out", type=Path, default=Path("var/bench"), help="folder for pictures")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        sections = []
        for section in _sections(given.shared, given.quick, given.out, Path(folder)):
            sections.append(section)
            print("\n".join((f"\n{section.title}\n", *section.lines)), flush=True)
    missed = [each for section in sections for each in section.missed]
    met = sum(section.met for section in sections)
    print(f"\nGOALS: {met} of {met + len(missed)} met" + ("; missed:" if missed else "."))
    for each in missed:
        print(f"  {each}")
    took = time.perf_counter() - start
    print(f"\n{took:.0f} s in all, {used():.0f} s of processor.")
    if given.json:
        data = {section.title.strip(): section.data for section in sections} | {"missed": missed}
        given.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0


def _sections(shared: Path | None, quick: bool, out: Path, folder: Path) -> Iterator[Section]:
    pack = sheet.make(folder / "MEASURE-1")
    engines = Engines((pack,))
    glyphs = shared / "data" / "handprint" if shared else None
    glyphs = glyphs if glyphs and glyphs.is_dir() else None
    found = gather(
        engines, pack, groups(glyphs), _QUICK if quick else _FORMS,
        _WHOLE_QUICK if quick else _WHOLE, _SEED,
    )  # fmt: skip
    yield _opening(found, glyphs, quick)
    yield goals.table(found.outcomes, goals.ticks(_TICKS_QUICK if quick else _TICKS, _SEED))
    yield goals.breakdown(found.outcomes)
    yield honest.characters(found.seen)
    if shared:
        section, seen = real_cells.table(shared, engines)
        yield section
        _draw(out, "real-forms", seen)
    yield honest.calibration(found.seen, found.outcomes, out)
    for name in dict.fromkeys(each.group for each in found.seen):
        _draw(out, name, [each for each in found.seen if each.group == name])
    yield _told(lambda: rivals.table(found.pages, engines), "others read the same fields")
    yield _told(lambda: _speed(found, engines), "speed")
    yield _told(lambda: _bad(found, engines, pack), "bad input")
    yield _told(lambda: _lines(_LINES_QUICK if quick else _LINES), "lines")


def _opening(found: Findings, glyphs: Path | None, quick: bool) -> Section:
    section = Section(
        "Reading hand print" + (", a quick look: too few values to quote" if quick else "")
    )
    section.say(f"{found.forms} measuring forms, {len(found.outcomes)} fields in combs.")
    if glyphs is None:
        section.say(f"Only drawn hands ({FACES}): real characters and real forms need --shared.")
    if found.unmatched:
        section.say(f"Not recognised as the form, and left out: {len(found.unmatched)}")
        for each in found.unmatched:
            section.say(f"  {each}")
    section.data = {"forms": found.forms, "unmatched": found.unmatched}
    return section


def _speed(found: Findings, engines: Engines) -> Section:
    shipped = tuple(formpack.load(formpack.SHIPPED / name) for name in _SPECIMENS)
    two_pages: FormPack = max(shipped, key=lambda pack: len(pack.pages))
    return speed.table(found.pages, found.outcomes, engines, two_pages, Engines(shipped))


def _bad(found: Findings, engines: Engines, pack: FormPack) -> Section:
    page = found.pages[0]
    truth = {each.asked.field.name: each.asked.value for each in page.outcomes}
    return bad.table(engines, pack, page.laid, truth)


def _lines(forms: int) -> Section:
    section = Section("7. Handwriting on lines, in measuring hands, beside other readers")
    rows = handwriting_lines.measure(forms, _SEED)
    for line in handwriting_lines.told(rows):
        section.say(line)
    section.data = {row.reader: asdict(row) for row in rows}
    return section


def _told(work: Callable[[], Section], name: str) -> Section:
    print(f"{name} ...", file=sys.stderr)
    return work()


def _draw(out: Path, name: str, seen: Sequence[Seen]) -> None:
    """What was misread, as pictures for people."""
    path = wrong.save(out, name, seen)
    if path:
        print(f"misread boxes: {path}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
