"""From a blank form to a draft form pack: a folder with ``form.toml`` and a picture a page."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from extractors.drafting.brackets import bracketed
from extractors.drafting.fields import Draft, drafts
from extractors.drafting.found import find
from extractors.drafting.grouping import Entry, entries
from extractors.drafting.naming import each_once
from extractors.drafting.nearby import Surroundings
from extractors.drafting.places import places
from extractors.drafting.printed_lines import Run, runs
from extractors.drafting.reading_order import ordered
from extractors.drafting.sheets import DPI, Sheet, read_words, sheets
from extractors.drafting.ticking import tick_entries
from extractors.drafting.vocabulary import Language, language
from extractors.drafting.wording import in_both
from extractors.drafting.writing import Head, form_toml
from extractors.formpack import BadFormPack, load
from extractors.values import Box

_HEADINGS = 0.45
"""The part of page 1, from the top, in which its title stands."""
_LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the author says of the form. ``title`` and ``language`` may be left to be found."""

    code: str
    edition: str
    title: str = ""
    language: Language | None = None


@dataclass(frozen=True)
class DraftPage:
    """One page read for drafting: the sheet, its printed runs (mm), and its fields in order."""

    sheet: Sheet
    runs: Sequence[Run]
    drafts: Sequence[Draft]


@dataclass
class DraftPack:
    """A draft while its pages come in, until it is written.

    ``blank`` holds its first page, ``further`` the files with those that follow, if any.
    """

    wanted: Wanted
    blank: Path
    pages: list[DraftPage] = field(default_factory=list)
    further: Sequence[Path] = ()

    @property
    def drafts(self) -> list[Draft]:
        """All fields in the order of the form, with names used once."""
        found = [each for page in self.pages for each in page.drafts]
        names = each_once([each.name for each in found])
        return [replace(each, name=name) for each, name in zip(found, names, strict=True)]

    @property
    def language(self) -> Language:
        """The language of the form: what the author says, else what most is printed in."""
        printed = language(run.text for page in self.pages for run in page.runs)
        return self.wanted.language or printed or "en"

    def save(self, folder: Path) -> None:
        """Write the pack. Raises ``BadFormPack`` when nothing to fill in was found on any page,
        ``FileExistsError`` when ``folder`` is there already, and leaves nothing half made."""
        if not self.drafts:
            raise BadFormPack(
                f"{self.blank}: nothing to fill in was found on any page. Is it a form with boxes "
                "or lines? If so, write its form.toml by hand (docs/form-author.md)"
            )
        if folder.exists():
            raise FileExistsError(folder)
        if not folder.parent.exists():
            folder.parent.mkdir(parents=True)
            folder.parent.chmod(0o755)
        making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for page in self.pages:
                picture = Image.fromarray(page.sheet.picture)
                name = f"blank-{page.sheet.number}.png"
                picture.save(making / name, dpi=(DPI, DPI))
            (making / "form.toml").write_text(self._toml(), encoding="utf-8")
            load(making)
            making.chmod(0o755)  # an empty form is no secret, and another account may serve it
            for made in making.iterdir():
                made.chmod(0o644)
            making.rename(folder)
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def _toml(self) -> str:
        spoken = self.language
        title = self.wanted.title or _title(self.pages[0].runs) or self.wanted.code
        head = Head(
            code=self.wanted.code,
            edition=self.wanted.edition,
            title=in_both({spoken: title}),
            language=spoken,
            sizes=tuple(page.sheet.size_mm for page in self.pages),
            title_told=bool(self.wanted.title),
            blank=self.blank.name,
        )
        return form_toml(head, self.drafts)


def pages(pack: DraftPack) -> Iterator[DraftPage]:
    """Read the blank page by page into ``pack``; each page is given as it is done.

    Raises ``UnreadableScan``, ``NoTesseract``, ``OSError``; ``RuntimeError`` when Tesseract takes
    too long.
    """
    for blank in (pack.blank, *pack.further):
        before = len(pack.pages)
        for sheet in sheets(blank):
            numbered = replace(sheet, number=before + sheet.number)
            page = read_page(numbered, pack.wanted.language)
            pack.pages.append(page)
            yield page


def read_page(sheet: Sheet, spoken: Language | None = None) -> DraftPage:
    """Find, label and name what is to be filled in on one page."""
    found = find(sheet.picture, DPI, [word.box for word in sheet.words])
    if not sheet.words:
        cells = [row.cell(index) for row in found.combs for index in range(row.cells)]
        words = read_words(sheet.picture, [*cells, *found.ticks, *found.frames])
        sheet = replace(sheet, words=words)
    sheet, brackets = bracketed(sheet)
    there = places(sheet, replace(found, ticks=(*found.ticks, *brackets)))
    printed = runs(sheet, [each.box for each in there])
    near = Surroundings.around(printed, [each.box for each in there])
    ticks = tick_entries(there, near)
    rest = entries(there, near)
    usual = spoken or language(run.text for run in printed) or "en"
    made = drafts(sheet.number, _in_order([*ticks, *rest]), printed, usual)
    return DraftPage(sheet, printed, made)


def _in_order(found: Sequence[Entry]) -> list[Entry]:
    return ordered([(_whole(each), each) for each in found])


def _whole(entry: Entry) -> Box:
    """The box of an entry with the words beside it, but not the heads of a table's columns."""
    beside = [run.box for run in entry.label]
    top = entry.places[0].box.y0
    options = [run.box for text in entry.options for run in text if run.box.y1 > top]
    return Box.hull([*(each.box for each in entry.places), *beside, *options])


def _title(printed: Sequence[Run]) -> str:
    """The largest print in the upper part of page 1."""
    if not printed:
        return ""
    last = max(run.baseline for run in printed)
    upper = [
        run for run in printed
        if run.baseline < _HEADINGS * last and sum(c.isalpha() for c in run.text) >= 4
    ]  # fmt: skip
    if not upper:
        return ""
    size = max(run.em for run in upper)
    lines = [run.text for run in upper if run.em > 0.88 * size]
    return " ".join(lines)[:_LONGEST_TITLE].strip()
