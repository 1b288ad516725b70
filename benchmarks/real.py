"""How well real forms, filled in by hand by other people, are read.

    python -m benchmarks.real --shared DIR [--draw DIR]

DIR holds ``data/real-forms/``, whose pictures are not part of Postroom. Each page goes the way
every scan goes: decoded, straightened, matched among all form packs (these and the shipped ones),
laid on its blank, read, judged. Rules across fields are left out: these forms have none.

Compared are values in their kind's normal form. In text, capitals count as small letters and any
number of spaces as one; in everything else spaces do not count. A field nobody wrote in is right
when it is read as empty. Characters are those of the truth without spaces, less the edits that
lead from what was read to it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from benchmarks.distance import edits
from extractors import formpack, kinds
from extractors.confidence import sure
from extractors.formpack import FieldPlace, FormPack
from extractors.pages import Limits, pages
from extractors.read import Engines, PageRead, read_page
from extractors.straighten import upright
from extractors.values import FieldReading, Page, Value

PACKS = Path(__file__).parent / "real_forms"
BLANK_DPI = 150.0
"""Resolution at which a blank that is a PDF is drawn; the form packs are measured at it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One field of one page: what stands there, what was read, and whether a person would look."""

    place: FieldPlace
    truth: str | bool
    reading: FieldReading | None
    right: bool
    accepted: bool
    characters: int
    characters_right: int

    @property
    def is_tick(self) -> bool:
        return self.place.kind in ("tick", "signature")

    @property
    def is_number_comb(self) -> bool:
        return self.place.way == "comb" and self.place.kind in ("digits", "date")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real")
    parser.add_argument("--shared", type=Path, required=True, help="folder with data/real-forms/")
    parser.add_argument("--draw", type=Path, help="folder for the pages as laid on their blanks")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    real = given.shared / "data" / "real-forms"
    if not (real / "truth.json").is_file():
        parser.error(f"no {real / 'truth.json'}: --shared names the folder that holds data/")
    truths = json.loads((real / "truth.json").read_text(encoding="utf-8"))
    everything: list[tuple[str, Outcome]] = []
    with tempfile.TemporaryDirectory() as drawn:
        engines = Engines((*packs(real, Path(drawn)), *formpack.load_all([formpack.SHIPPED])))
        _warm(engines, real / truths[0]["file"])
        for truth in truths:
            everything += _page(truth, real, engines, given.draw)
    for code in dict.fromkeys(code for code, _ in everything):
        _report(f"{code}, all pages", [each for of, each in everything if of == code])
    _report("everything", [each for _, each in everything])
    return 0


def packs(real: Path, drawn: Path) -> Iterator[FormPack]:
    """The packs of this benchmark, with their blanks found in ``real`` or drawn from its PDFs."""
    for folder in sorted(path.parent for path in PACKS.glob("*/form.toml")):
        source = real / folder.name
        pdf = source / "blank.pdf"
        if pdf.is_file():
            source = drawn / folder.name
            source.mkdir()
            document = pypdfium2.PdfDocument(pdf)
            for number, page in enumerate(document, start=1):
                drawn_page = page.render(scale=BLANK_DPI / 72).to_numpy()[..., ::-1]
                # Some are scans that lie askew: made level, as `postroom forms new` makes them.
                level = upright(Page(number, np.ascontiguousarray(drawn_page), BLANK_DPI)).page
                Image.fromarray(level.picture).save(source / f"blank-{number}.png")
            document.close()
        yield formpack.load(folder, blanks=source)


def scan(file: Path, number: int) -> Page:
    found = list(pages(file, Limits()))
    return found[number - 1]


def _warm(engines: Engines, file: Path) -> None:
    """Load every model, so that seconds a page are those of a running service."""
    read_page(scan(file, 1), 1, engines)


def _page(
    truth: Mapping[str, Any], real: Path, engines: Engines, draw: Path | None
) -> list[tuple[str, Outcome]]:
    """Read and report one page; its outcomes with the code of the form it was taken for."""
    page = scan(real / truth["file"], truth["page"])
    start, processor = time.perf_counter(), time.process_time()
    found = read_page(page, 1, engines)
    wall, used = time.perf_counter() - start, time.process_time() - processor
    name = f"{truth['file']} page {truth['page']}"
    form = f"{found.pack.code} {found.confidence:.2f}" if found.pack else "no form fits"
    if found.pack is None:
        print(f"\n== {name}: no form fits, a person sees the whole page ({wall:.2f} s)")
        return []
    if draw:
        draw.mkdir(parents=True, exist_ok=True)
        picture = found.picture[..., ::-1] if found.picture.ndim == 3 else found.picture
        cv2.imwrite(str(draw / f"{name.replace('/', '-').replace(' ', '-')}.png"), picture)
    outcomes = list(_outcomes(truth, found))
    _report(f"{name}: {form}, {wall:.2f} s ({used:.2f} s of processor)", outcomes)
    _wrong(outcomes)
    return [(found.pack.code, each) for each in outcomes]


def _outcomes(truth: Mapping[str, Any], found: PageRead) -> Iterator[Outcome]:
    assert found.pack is not None
    assert found.page.form_page is not None
    readings = {reading.name: reading for reading in found.fields}
    empty = _left_empty(found.pack)
    for place in found.pack.on_page(found.page.form_page):
        label = place.label["en"]
        is_tick = place.kind in ("tick", "signature")
        stands: str | bool | None
        if is_tick:
            stands = bool(truth["ticks"][label]) if label in truth["ticks"] else None
        else:
            stands = truth["text"].get(label, "" if label in empty else None)
        if stands is not None:
            yield _outcome(place, stands, readings.get(place.name))


def _left_empty(pack: FormPack) -> frozenset[str]:
    path = pack.folder / "empty.toml"
    if not path.is_file():
        return frozenset()
    return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))["labels"])


def _outcome(place: FieldPlace, truth: str | bool, reading: FieldReading | None) -> Outcome:
    value = reading.value if reading else None
    accepted = reading is not None and sure(place, reading)
    if isinstance(truth, bool):
        return Outcome(place, truth, reading, bool(value) == truth, accepted, 0, 0)
    plain = "".join(truth.upper().split())
    raw = "".join((reading.raw if reading else "").upper().split())
    kept = max(len(plain) - edits(raw, plain), 0)
    right = same(place, truth, value)
    return Outcome(place, truth, reading, right, accepted, len(plain), kept)


def same(place: FieldPlace, truth: str, value: Value) -> bool:
    """Whether ``value`` is what stands in a field: "" for nothing."""
    if not truth:
        return value is None
    if not isinstance(value, str):
        return False
    if place.kind in ("text", "name"):
        return " ".join(truth.upper().split()) == " ".join(value.upper().split())
    normal = kinds.KINDS[place.kind].normal(truth) or truth
    return "".join(normal.upper().split()) == "".join(value.upper().split())


def _report(title: str, outcomes: Sequence[Outcome]) -> None:
    text = [each for each in outcomes if not each.is_tick]
    combs = [each for each in text if each.place.way == "comb"]
    accepted = [each for each in outcomes if each.accepted]
    print(f"\n== {title}")
    for name, part in (
        ("fields exactly right", text),
        ("  digit and date combs", [each for each in text if each.is_number_comb]),
        ("  other combs", [each for each in combs if not each.is_number_comb]),
        ("  on lines, in boxes", [each for each in text if each.place.way == "line"]),
        ("ticks, signatures right", [each for each in outcomes if each.is_tick]),
    ):
        if part:
            print(f"{name:28}{_share(sum(each.right for each in part), len(part))}")
    for name, part in (("characters right", text), ("  in combs", combs)):
        if part:
            total = sum(each.characters for each in part)
            print(f"{name:28}{_share(sum(each.characters_right for each in part), total)}")
    wrong = sum(not each.right for each in accepted)
    print(f"{'sent to review':28}{_share(len(outcomes) - len(accepted), len(outcomes))}")
    print(f"{'accepted and wrong':28}{_share(wrong, len(accepted))}")


def _share(part: int, total: int) -> str:
    return f"{part:5} of {total:5}  {100 * part / total:6.1f} %" if total else "    none"


def _wrong(outcomes: Iterable[Outcome]) -> None:
    """One line for each field that was not exactly right; those accepted are marked."""
    for each in outcomes:
        if each.right:
            continue
        reading = each.reading
        told = (
            f"read {reading.raw!r} -> {reading.value!r} ({reading.confidence:.3f}, "
            f"{reading.status}, {reading.method})"
            if reading
            else "not read"
        )
        mark = "ACCEPTED" if each.accepted else "review"
        print(f"  {mark:9}{each.place.label['en']} [{each.place.kind}]: {each.truth!r}, {told}")


if __name__ == "__main__":
    sys.exit(main())
