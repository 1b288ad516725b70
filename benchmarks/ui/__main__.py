"""How long reviewers wait with a long queue, beside the goals.

    python -m benchmarks.ui [--waiting N] [--rounds N] [--home FOLDER]

Files N applications (10,000) in a folder of its own, made from five forms that are filled in and
read here, starts the web process as `postroom up` does, and measures: each kind of request by a
client on this machine; then a real browser (Debian's Chromium, 1440 x 900) in which the keyboard
alone answers, confirms and goes on, without and with the next application's pictures loaded early.
The pictures of the five forms are shared by all that were filed from them; no browser profits, as
addresses differ. `--home` keeps the folder and uses it again. Goals are for 95 of 100. Whatever
else this machine does meanwhile counts in, so its load is printed. Exit status 0 even when goals
are missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OMP_THREAD_LIMIT"] = "1"

from benchmarks.ui import asking, figures, seeding, serving, watching
from intake import people
from intake.services import open_services
from intake.settings import Settings

PASSWORD = "benchmark-benchmark"  # noqa: S105
_NAME = "reviewer"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ui")
    parser.add_argument("--waiting", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=60, help="Applications checked, per measure.")
    parser.add_argument("--home", type=Path)
    given = parser.parse_args(arguments)
    place = tempfile.TemporaryDirectory() if given.home is None else nullcontext(given.home)
    with place as folder:
        home = Path(folder)
        _prepare(home, given.waiting)
        with serving.served(home) as address:
            print(f"{given.waiting} applications wait. Load on this machine: {_load()}.")
            print(figures.table("the server, ms", _asked(address, given.rounds)), flush=True)
            for prefetch in (False, True):
                told = "loaded early" if prefetch else "not loaded early"
                with watching.reviewer_at(address, _NAME, PASSWORD, prefetch=prefetch) as page:
                    seen = watching.watch(page, max(given.rounds // 3, 5), told)
                print(figures.table(f"a browser, pictures {told}, ms", seen), flush=True)
            print(f"Load on this machine afterwards: {_load()}.")
    return 0


def _asked(address: str, rounds: int) -> list[figures.Figure]:
    reviewer = asking.Reviewer(address, _NAME)
    reviewer.log_in(PASSWORD)
    for n in range(rounds + 2):
        if n == 2:
            reviewer.times.clear()  # the first ones load templates and form packs
        reviewer.look_at_queue()
        reviewer.do_one()
    return reviewer.figures()


def _prepare(home: Path, number: int) -> None:
    services = open_services(Settings(home=home))
    if not people.everyone(services):
        began = time.perf_counter()
        people.add(services, _NAME, "reviewer", PASSWORD)
        seeding.fill_house(services, number)
        print(f"Filed in {time.perf_counter() - began:.0f} s.", file=sys.stderr)
    services.close()


def _load() -> str:
    return ", ".join(f"{each:.1f}" for each in os.getloadavg())


if __name__ == "__main__":
    raise SystemExit(main())
