"""Characters on real forms, box by box: the recogniser alone, when the alphabet is known.

The truth is a text for each comb; which box holds which character is found from where ink lies,
never from what was read, so that nothing looks better than it is.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import real
from benchmarks.reading.characters import ALPHABETS, Seen, best_of, confusions
from benchmarks.reading.measured import around, laid_page
from benchmarks.reading.section import Section, percent
from extractors import formpack
from extractors.fields.cells import Cells, classify
from extractors.pictures import grey_of
from extractors.read import Engines

_SLANTED = "questionnaire"
_GOALS = {"digits": 99.7, "letters": 98.5, "slanted, 1-bit": 95.0}
_UNMARKED, _LEFT_OUT, _MOVED = 5.0, 4.0, 1.0  # cost of a character without ink, and so on


def table(shared: Path, engines: Engines) -> tuple[Section, list[Seen]]:
    """The figures by page, and every character seen, for pictures of what was wrong."""
    section = Section(
        "2. Characters in the combs of real forms, when the field's alphabet is known"
    )
    folder = shared / "data" / "real-forms"
    if not (folder / "truth.json").is_file():
        section.say(f"Not measured: there is no {folder / 'truth.json'} (--shared).")
        return section, []
    seen = list(_seen(folder, engines))
    section.say(f"{'page (one hand each)':34}{'':9}{'n':>6}{'right % (95 %)':>21}   mistakes")
    for page in dict.fromkeys(each.group for each in seen):
        for alphabet in ALPHABETS:
            _row(
                section,
                page,
                alphabet,
                [e for e in seen if (e.group, e.alphabet) == (page, alphabet)],
            )
    for alphabet in ALPHABETS:
        own = [e for e in seen if e.alphabet == alphabet]
        _goal(section, alphabet, own)
    _goal(section, "slanted, 1-bit", [e for e in seen if e.group.startswith(_SLANTED)])
    return section, seen


def _row(section: Section, page: str, alphabet: str, own: Sequence[Seen]) -> None:
    if own:
        right = sum(each.right for each in own)
        share = percent(right, len(own))
        section.say(f"{page:34}{alphabet:9}{len(own):6}{share:>21}   {confusions(own, 3)}")
        section.data[f"{page}, {alphabet}"] = {"n": len(own), "right": right}


def _goal(section: Section, name: str, own: Sequence[Seen]) -> None:
    right = sum(each.right for each in own)
    if not own:
        section.say(f"{name:43}{0:6}   none: on these pages not in combs")
        return
    met = section.goal(f"real forms, {name} %", 100 * right / len(own), _GOALS[name])
    told = f"goal {_GOALS[name]:g}: {met}"
    section.say(f"{'all, ' + name:43}{len(own):6}{percent(right, len(own)):>21}   {told}")
    section.data[name] = {"n": len(own), "right": right}


def _seen(folder: Path, engines: Engines) -> Iterator[Seen]:
    truths = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as drawn:
        packs = (*real.packs(folder, Path(drawn)), *formpack.load_all([formpack.SHIPPED]))
        everything = Engines(packs)
        for truth in truths:
            page = real.scan(folder / truth["file"], truth["page"])
            name = f"{Path(truth['file']).parent}, {Path(truth['file']).stem}, page {truth['page']}"
            laid, match = laid_page(page, everything)
            if laid is None or match is None:
                continue
            grey = grey_of(laid.picture)
            fields = [
                field
                for field in match.pack.on_page(match.form_page)
                if field.way == "comb" and truth["text"].get(field.label["en"])
            ]
            for field, cells in zip(
                fields, classify(laid.ink, laid.dark, fields, engines.recogniser), strict=True
            ):
                text = truth["text"][field.label["en"]].upper()
                for index, character in aligned(text, cells):
                    row = cells.probabilities[index]
                    found = best_of(row, engines.recogniser.classes, character)
                    if found:
                        pictures = around(grey, cells.boxes[index]), cells.tiles[index, 0]
                        yield Seen(found[0], character, *found[1:], name, text, pictures)


def aligned(text: str, cells: Cells) -> list[tuple[int, str]]:
    """Each character of ``text`` with the number of its box; spaces are empty boxes or none.

    The boxes are chosen in order so that characters stand where ink is, side by side. Nothing when
    the text has more characters than there are boxes.
    """
    words = text.split()
    characters = [(c, i == 0 and w > 0) for w, word in enumerate(words) for i, c in enumerate(word)]
    count = len(cells.boxes)
    if len(characters) > count:
        return []
    never = float("inf")
    # best[i][j]: the least cost of the first i characters when the last of them is in box j - 1.
    best = [[never] * (count + 1) for _ in range(len(characters) + 1)]
    back = [[0] * (count + 1) for _ in range(len(characters) + 1)]
    best[0][0] = 0.0
    skipped = [0.0]
    for j in range(count):
        skipped.append(skipped[-1] + (_LEFT_OUT if j in cells.marked else 0.0))
    for i, (_, new_word) in enumerate(characters, start=1):
        for j in range(i, count + 1):
            here = 0.0 if j - 1 in cells.marked else _UNMARKED
            for k in range(i - 1, j):
                if best[i - 1][k] == never:
                    continue
                gap = j - 1 - k
                wanted = 0 if i == 1 else int(new_word)
                moved = 0.0 if i == 1 or (new_word and gap <= 1) else _MOVED * abs(gap - wanted)
                cost = best[i - 1][k] + skipped[j - 1] - skipped[k] + here + moved
                if cost < best[i][j]:
                    best[i][j], back[i][j] = cost, k
    last = min(
        range(count + 1), key=lambda j: best[len(characters)][j] + skipped[count] - skipped[j]
    )
    found = []
    for i in range(len(characters), 0, -1):
        found.append((last - 1, characters[i - 1][0]))
        last = back[i][last]
    return found[::-1]
