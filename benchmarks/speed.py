"""How long one page takes, beside Tesseract reading the same page in the same run.

    python -m benchmarks.speed [--runs N]

The page is a specimen form of A4 at 300 dots an inch, filled by hand and aged like a usual office
scan. Models are loaded before. Times are processor seconds on one thread, the best of N: what a
page takes on a machine with nothing else to do. Tesseract reads the full page from an uncompressed
grey file with the settings that suit it best: one thread, automatic page segmentation, the fast
English data, and the faster of its two ways to threshold.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = os.environ["OMP_THREAD_LIMIT"] = "1"

import cv2
from PIL import Image

from extractors.forms.ageing import age
from extractors.forms.fill import Filling, fill
from extractors.laying import lay
from extractors.pictures import grey_of
from extractors.printed import installed
from extractors.read import Engines, read, read_fields
from extractors.values import Page

DPI = 300


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    engines = Engines.load()
    ratios = []
    for pack in engines.packs:
        filled = fill(pack, 7, Filling(mistakes=0.0, dpi=DPI))
        page = Page(1, age(filled.pictures[0], 7, 2), float(DPI))
        ratios.append(_page(pack.code, page, engines, given.runs))
    print(f"Tesseract takes {min(ratios):.1f} to {max(ratios):.1f} times as long as Postroom.")
    return 0


def _page(name: str, page: Page, engines: Engines, runs: int) -> float:
    day = date(2026, 11, 20)
    whole = _best(lambda: read([page], engines, day), runs)
    match = engines.matcher.match(page)
    if match is None:
        raise SystemExit(f"{name}: the page was not matched to its form")
    laid, fields = lay(page, match), match.pack.on_page(match.form_page)
    steps = {
        "match": _best(lambda: engines.matcher.match(page), runs),
        "lay on blank": _best(lambda: lay(page, match), runs),
        "read fields": _best(lambda: read_fields(laid, fields, engines), runs),
    }
    tesseract = _tesseract(page, max(runs // 2, 1))
    height, width = page.picture.shape[:2]
    print(f"{name}: {width} x {height} pixels, {len(fields)} fields, {len(engines.packs)} forms")
    print(f"  Postroom   {whole:6.3f} s")
    for step, seconds in steps.items():
        print(f"    {step:13} {seconds:6.3f} s  {100 * seconds / whole:3.0f} %")
    print(f"  Tesseract  {tesseract:6.3f} s   {tesseract / whole:.1f} times as long")
    return tesseract / whole


def _tesseract(page: Page, runs: int) -> float:
    binary, data = installed()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.tif"
        Image.fromarray(grey_of(page.picture)).save(file, dpi=(page.dpi, page.dpi))
        command = [str(binary), str(file), "-", "-l", "eng", "--psm", "3"]
        command += ["--tessdata-dir", str(data)]
        ways = [command, [*command, "-c", "thresholding_method=2"]]
        return min(_best(partial(_run, each), runs) for each in ways)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _used() -> float:
    """Processor seconds of this process and of the programs it ran to their end."""
    own, children = (
        resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _best(work: Callable[[], Any], runs: int) -> float:
    work()
    times = []
    for _ in range(runs):
        start = _used()
        work()
        times.append(_used() - start)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
