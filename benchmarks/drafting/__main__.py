"""How much of real blank forms `postroom forms new` finds, beside the goals.

    python -m benchmarks.drafting --shared DIR [--draw FOLDER] [--keep FOLDER]
    python -m benchmarks.drafting --shared DIR --truth FOLDER

Drafts a pack of each of three blank PDFs that are not part of Postroom (DIR/data/uk-forms) as a
form author would, and compares one page of each with what a person counted there (`truth.toml`,
which says how). One further page of each is compared as well, which the goals are not for.
Exit status 0 even when goals are missed; 1 when a draft cannot be made.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.drafting import picture
from benchmarks.drafting.places import TruePage, drafted, read_truth
from benchmarks.drafting.scores import PLACES, Count, Scores, compare
from extractors import formpack
from extractors.formpack import BadFormPack, FormPack

_POSTROOM = Path(sys.executable).parent / "postroom"
_GOALS = {"comb rows": 0.95, "tick boxes": 0.95, "labels": 0.80}
_MOST_FALSE = 0.05
_MINUTES = 10


class NoDraft(Exception):
    """A blank is missing, another edition than the one counted, or could not be drafted."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drafting")
    parser.add_argument("--shared", type=Path, required=True, help="folder that holds data/")
    parser.add_argument("--draw", type=Path, help="write pages with truth and draft over them")
    parser.add_argument("--keep", type=Path, help="keep the drafted packs in this new folder")
    parser.add_argument("--truth", type=Path, help="draw the truth alone here, and draft nothing")
    given = parser.parse_args(arguments)
    pages = read_truth()
    blanks = given.shared / "data" / "uk-forms"
    try:
        if given.truth:
            for page in pages:
                shown = picture.page_picture(_blank(blanks, page), page.page)
                picture.save(_drawing(given.truth, page), shown, page.fields)
            return 0
        with tempfile.TemporaryDirectory() as folder:
            _measure(pages, blanks, given.keep or Path(folder), given.draw)
    except (NoDraft, BadFormPack) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _measure(pages: Sequence[TruePage], blanks: Path, packs: Path, draw: Path | None) -> None:
    totals = {False: Scores(), True: Scores()}
    packed: dict[str, FormPack] = {}
    notes = []
    for page in pages:
        pdf = _blank(blanks, page)
        if page.form not in packed:
            packed[page.form], seconds = _draft(pdf, page.form, packs / page.form)
            counted = [each.page for each in pages if each.form == page.form]
            notes.append(_note(page.form, packed[page.form], counted, seconds))
        fields = drafted(packed[page.form], page.page, page.size)
        scores = compare(page.fields, fields)
        totals[page.further].add(scores)
        _print_scores(f"{page.form}, page {page.page} of {page.file}", scores)
        _print_misses(scores)
        if draw:
            shown = picture.page_picture(pdf, page.page)
            picture.save(_drawing(draw, page), shown, page.fields, fields)
    _print_scores("The three pages that the goals are for", totals[False], _GOALS)
    _print_scores("The three further pages", totals[True])
    print("\nThe whole drafts (what is on the other pages nobody has counted)")
    print("\n".join(notes))


def _blank(blanks: Path, page: TruePage) -> Path:
    path = blanks / page.file
    if not path.is_file():
        raise NoDraft(f"{path}: there is no such file; --shared names the folder that holds data/")
    if hashlib.sha256(path.read_bytes()).hexdigest() != page.sha256:
        raise NoDraft(f"{path}: not the edition that was counted; count its page anew")
    return path


def _draft(pdf: Path, code: str, folder: Path) -> tuple[FormPack, float]:
    """The pack that the command drafts and the seconds it took, its start included."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    command = [str(_POSTROOM), "forms", "new", str(pdf), "--code", code, "--edition", "draft"]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, "--out", str(folder)],
        capture_output=True, text=True, check=False, timeout=60 * _MINUTES,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    made = sorted(folder.rglob("form.toml"))
    if done.returncode or len(made) != 1:
        raise NoDraft(f"{' '.join(command)} made no pack:\n{done.stderr.strip()}")
    return formpack.load(made[0].parent), seconds


def _drawing(folder: Path, page: TruePage) -> Path:
    return folder / f"{page.form}-{page.page}.png"


def _print_scores(title: str, scores: Scores, goals: Mapping[str, float] | None = None) -> None:
    print(f"\n{title}")
    print(f"    {'':<20} {'there':>6} {'right':>6} {'':>8} {'false':>6}")
    for name, count in scores.counts.items():
        found = f"{count.found:.1%}" if count.there else "-"
        false = f"{count.false:>6} {count.drafted_false:>8.1%}" if name in PLACES else " " * 15
        told = _verdict(name, count, goals[name]) if goals and name in goals else ""
        line = f"    {name:<20} {count.there:>6} {count.right:>6} {found:>8} {false}{told}"
        print(line.rstrip())


def _verdict(name: str, count: Count, goal: float) -> str:
    met, most = count.found >= goal, ""
    if name in PLACES:
        met, most = met and count.drafted_false <= _MOST_FALSE, f", at most {_MOST_FALSE:.0%} false"
    return f"  goal: at least {goal:.0%}{most}: {'met' if met else 'MISSED'}"


def _print_misses(scores: Scores) -> None:
    for miss in scores.misses:
        box = miss.box
        place = f"[{box.x0:.0f}, {box.y0:.0f}, {box.x1:.0f}, {box.y1:.0f}]"
        print(f"    {miss.what} at {place}: {miss.told}")


def _note(form: str, pack: FormPack, counted: Sequence[int], seconds: float) -> str:
    sheets = len(pack.pages)
    sorts = Counter(each.way for each in pack.fields if each.page not in counted)
    told = ", ".join(f"{sorts[way]} {way}" for way in sorted(sorts)) or "none"
    return (
        f"    {form}: {sheets} pages in {seconds:.1f} s ({seconds / sheets:.2f} s a page, "
        f"the start of the command included); fields on its other pages: {told}"
    )


if __name__ == "__main__":
    sys.exit(main())
