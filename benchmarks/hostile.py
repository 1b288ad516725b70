"""Does every hostile file either read or get refused with a reason, within its limits?

    python -m benchmarks.hostile --shared DIR [--read]

Each file below ``DIR/data`` in malformed, scans and separators is read in a process of its own with
1 GB of address space and 60 seconds, as a worker would: decode, part, judge and straighten every
page; with ``--read`` also find its form and read it. Prints one line a file and a summary; leaves
with 1 when a file was neither read nor refused.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import select
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import cv2

from extractors.limits import Limits, UnreadableScan
from extractors.pages import pages
from extractors.quality import examine
from extractors.read import Engines, read_page
from extractors.separators import split
from extractors.straighten import upright
from extractors.values import Page

FOLDERS = ("malformed", "scans", "separators")
SECONDS = 60.0
BYTES = 1_000_000_000
NOT_SCANS = {".apache2", ".gpl3", ".rst", ".txt"}
"""Licences and notes that lie beside the files."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``result``: ``read``, the code of the refusal, or ``FAILED: ...``."""

    file: Path
    result: str
    reason: str
    pages: int
    seconds: float
    megabytes: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True, help="the folder that holds data/")
    parser.add_argument("--read", action="store_true", help="find the form and read it as well")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    engines = Engines.load() if given.read else None
    outcomes = []
    root = given.shared / "data"
    print(f"{'file':58} {'result':16} {'pages':>5} {'seconds':>8} {'MB':>5}")
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.is_file() and file.suffix not in NOT_SCANS:
                outcome = in_a_child(file, engines)
                outcomes.append(outcome)
                _print(outcome, root)
    sys.exit(_summary(outcomes))


def in_a_child(file: Path, engines: Engines | None) -> Outcome:
    """Read one file in a process of its own that may die."""
    receive, send = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(receive)
        os.write(send, json.dumps(_limited(file, engines)).encode())
        os._exit(0)
    os.close(send)
    ready, _, _ = select.select([receive], [], [], SECONDS)
    if not ready:
        os.kill(child, signal.SIGKILL)
    answer = os.read(receive, 65536) if ready else b""
    os.close(receive)
    _, status, used = os.wait4(child, 0)
    seconds, megabytes = time.monotonic() - started, used.ru_maxrss // 1024
    if not answer:
        how = "too slow" if not ready else f"died with status {status}"
        return Outcome(file, "FAILED", how, 0, seconds, megabytes)
    result, reason, count = json.loads(answer)
    return Outcome(file, result, reason, count, seconds, megabytes)


def _limited(file: Path, engines: Engines | None) -> tuple[str, str, int]:
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    count = 0
    try:
        for side in split(pages(file.read_bytes(), Limits())):
            count += 1
            if side.role == "page":
                _used(side.page, engines)
            del side  # or it would still be held while the next page is decoded
    except UnreadableScan as refusal:
        return refusal.code, refusal.message, count
    except BaseException as error:
        return "FAILED", repr(error)[:200], count
    return "read", "", count


def _used(page: Page, engines: Engines | None) -> None:
    examine(page)
    if engines:
        read_page(page, page.number, engines)
    else:
        upright(page)


def _print(outcome: Outcome, root: Path) -> None:
    name = str(outcome.file.relative_to(root))
    print(
        f"{name[:58]:58} {outcome.result:16} {outcome.pages:5d} {outcome.seconds:8.2f} "
        f"{outcome.megabytes:5d}  {outcome.reason}",
        flush=True,
    )


def _summary(outcomes: list[Outcome]) -> int:
    counts = Counter(outcome.result for outcome in outcomes)
    refused = {code: n for code, n in counts.items() if code not in ("read", "FAILED")}
    told = ", ".join(f"{n} {code}" for code, n in sorted(refused.items()))
    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    largest = max(outcomes, key=lambda outcome: outcome.megabytes)
    print(
        f"\n{len(outcomes)} files, {sum(outcome.pages for outcome in outcomes)} pages: "
        f"{counts['read']} read, {sum(refused.values())} refused ({told}), "
        f"{counts['FAILED']} neither.\n"
        f"Slowest {slowest.seconds:.1f} s ({slowest.file.name}), "
        f"largest {largest.megabytes} MB ({largest.file.name})."
    )
    return 1 if counts["FAILED"] or not outcomes else 0


if __name__ == "__main__":
    main()
