"""Matching among fifty form packs: right or wrong, how closely laid, how fast, strangers refused.

    python -m benchmarks.matching [--quick] [--pages N] [--strangers N] [--shared FOLDER]

All shipped packs, and stand-ins drawn by code to make fifty, are scribbled on and damaged in every
way below; ``--pages`` of them for each damage (all without it). Strangers are drawn; ``--shared``
adds the receipts, scans and forms of other agencies there. Times are processor time on one thread;
"in time" is the share of pages matched in under 200 ms. "Honest" is the share of right pages whose
own estimate of their error is right to a factor of two.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OMP_THREAD_LIMIT"] = "1"

import cv2
import numpy as np

from benchmarks.matching import strangers
from benchmarks.matching.standins import make
from benchmarks.reading.clock import used
from extractors import formpack
from extractors.blanks import Blank
from extractors.matching import Match, Matcher
from extractors.snapping import FINE_PITCH, snap
from extractors.values import Page
from tests.extractors.paper import Damage, misses, scan, scribbled

PACKS = 50
_IN_TIME = 200.0  # milliseconds
DAMAGES = {
    "usual scan": Damage(),
    "askew by 5": Damage(skew=5),
    "askew by -10": Damage(skew=-10),
    "askew by 15": Damage(skew=15),
    "upside down": Damage(upside_down=True),
    "sideways": Damage(turned=90, skew=-2),
    "sideways, askew by 15": Damage(turned=270, skew=-15),
    "printed at 90 %": Damage(scale=0.9),
    "printed at 110 %": Damage(scale=1.1),
    "shifted by 15 mm": Damage(shift=15),
    "cropped by 15 %": Damage(crop=0.15),
    "photocopied": Damage(photocopy=True),
    "black and white": Damage(one_bit=True),
    "fax": Damage(one_bit=True, blur=0.2, noise=20),
    "150 dpi": Damage(dpi=150),
    "phone": Damage(aside=0.05, bend=1.0),
    "phone, far aside": Damage(aside=0.09, skew=4, bend=1.0),
}


@dataclass
class _Row:
    """What was found of the pages with one damage."""

    verdicts: Counter[str] = field(default_factory=Counter)
    errors: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching")
    parser.add_argument("--quick", action="store_true", help="4 pages a damage, 40 strangers")
    parser.add_argument("--pages", type=int, help="pages for each damage (all of them without)")
    parser.add_argument("--strangers", type=int, default=1000)
    parser.add_argument("--shared", type=Path, help="a folder with data/receipts and the like")
    given = parser.parse_args(arguments)
    if given.quick:
        given.pages, given.strangers = given.pages or 4, min(given.strangers, 40)
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        packs = list(formpack.load_all([formpack.SHIPPED]))
        shipped = len(packs)
        for pack in make(Path(folder), max(PACKS - shipped, 0)):
            packs.append(pack)
            _tell(f"drawing stand-ins: {len(packs) - shipped} of {PACKS - shipped}")
        matcher = Matcher(packs)
        print(f"\n{len(packs)} packs ({shipped} shipped), {len(matcher.blanks)} pages")
        start = used()
        matcher.match(scan(matcher.blanks[0].grey, Damage())[0])
        print(f"prepared once in {used() - start:.1f} s")
        _known(matcher, given.pages)
        _strange(matcher, _strangers(given.strangers, given.shared))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nmemory at most: {memory:.0f} MB")
    return 0


def _known(matcher: Matcher, count: int | None) -> None:
    print(f"\n{'damage':22} right wrong unknown doubted", end="")
    print("  mm p50   p95  told p95  honest   ms p50   p95   p99   max  in time")
    total = _Row()
    for index, (name, damage) in enumerate(DAMAGES.items()):
        chance = np.random.default_rng(index)
        blanks = [matcher.blanks[n] for n in chance.permutation(len(matcher.blanks))[:count]]
        row = _Row()
        for number, blank in enumerate(blanks):
            _try(matcher, blank, damage, number, row)
            _tell(f"{name}: {number + 1} of {len(blanks)}")
        _print(name, row)
        total.verdicts.update(row.verdicts)
        for here, there in ((total.errors, row.errors), (total.told, row.told)):
            here.extend(there)
        total.seconds.extend(row.seconds)
    _print("all", total)
    pages = sum(total.verdicts[each] for each in ("right", "wrong", "unknown"))
    print(f"accuracy: {100 * total.verdicts['right'] / max(pages, 1):.2f} % of {pages} pages")


def _try(matcher: Matcher, blank: Blank, damage: Damage, seed: int, row: _Row) -> None:
    page, truth = scan(scribbled(blank.grey, seed), damage, seed)
    blank.rest()
    start = used()
    match = matcher.match(page)
    row.seconds.append(used() - start)
    if match is None:
        row.verdicts["unknown"] += 1
        row.wrong.append(f"{_named(blank)}: unknown")
        return
    right = match.blank is blank
    row.verdicts["right" if right else "wrong"] += 1
    row.verdicts["doubted"] += bool(match.differs)
    if right:
        row.errors.append(_error(page, match, truth))
        row.told.append(match.error_mm)
    else:
        row.wrong.append(f"{_named(blank)}: taken for {_named(match.blank)}")


def _error(page: Page, match: Match, truth: np.ndarray) -> float:
    """The 95th percentile over answer places of how far they lie from where they are read, mm."""
    fine = snap(page.picture, match.blank, match.mesh).mesh
    return float(np.percentile(misses(match, truth, fine, FINE_PITCH), 95))


def _print(name: str, row: _Row) -> None:
    errors, told = (np.percentile(each or [np.nan], (50, 95)) for each in (row.errors, row.told))
    counts = [row.verdicts[each] for each in ("right", "wrong", "unknown", "doubted")]
    print(
        f"\r{name:22} {counts[0]:5} {counts[1]:5} {counts[2]:7} {counts[3]:7}"
        f"  {errors[0]:6.2f} {errors[1]:5.2f} {told[1]:9.2f} {_honest(row):5.0f} %"
        f" {_times(row.seconds)}"
    )
    for each in row.wrong[:4]:
        print(f"    {each}")


def _times(seconds: Sequence[float]) -> str:
    """Milliseconds for half, 95 %, 99 % and all of the pages, and the share in time."""
    taken = 1000 * np.array(seconds or [np.nan])
    shares = np.percentile(taken, (50, 95, 99, 100))
    told = " ".join(f"{each:5.0f}" for each in shares)
    return f"  {told} {100 * np.mean(taken < _IN_TIME):6.1f} %"


def _honest(row: _Row) -> float:
    """The share of pages, in per cent, whose error is told to a factor of two."""
    ratios = np.array(row.told) / np.maximum(row.errors, 0.01)
    return 100 * float(np.mean((ratios >= 0.5) & (ratios <= 2))) if len(ratios) else 0.0


def _strangers(count: int, folder: Path | None) -> Iterable[tuple[str, Page]]:
    yield from (strangers.drawn(seed) for seed in range(count))
    if folder:
        yield from strangers.shared(folder / "data")


def _strange(matcher: Matcher, pages: Iterable[tuple[str, Page]]) -> None:
    seen, taken, doubted = Counter[str](), Counter[str](), Counter[str]()
    seconds = []
    for kind, page in pages:
        start = used()
        match = matcher.match(page)
        seconds.append(used() - start)
        seen[kind] += 1
        taken[kind] += match is not None
        doubted[kind] += bool(match and match.differs)
        _tell(f"strangers: {seen.total()}")
    print(f"\r{'strangers':22} pages taken for a form   of these doubted")
    for kind, count in seen.items():
        print(f"{kind:22} {count:5} {taken[kind]:16} {doubted[kind]:18}")
    share = 100 * taken.total() / max(seen.total(), 1)
    print(f"falsely matched: {share:.2f} % of {seen.total()}")
    print(f"ms p50, p95, p99, max, in time: {_times(seconds)}")


def _named(blank: Blank) -> str:
    return f"{blank.pack.code} {blank.pack.edition} page {blank.number}"


def _tell(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
