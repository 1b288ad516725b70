"""The fields of a draft pack: each entry of a page with its label, kind, name and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from extractors.drafting.grouping import Entry
from extractors.drafting.kinds import Guess, guessed
from extractors.drafting.naming import of_widget, slug, values
from extractors.drafting.printed_lines import Run
from extractors.drafting.vocabulary import (
    LANGUAGES,
    Language,
    answer,
    language,
    meaning,
    subject,
)
from extractors.drafting.wording import Wording, is_caption, worded
from extractors.formpack import Kind
from extractors.lexicon import Name
from extractors.values import Box, Way

_DEFAULT = "applicant"
_BARCODE = {"en": "Form barcode", "cy": "Cod bar y ffurflen"}
_SIGNED_NEAR = 45.0
_SAYS_NOTHING = {"yes", "on", "off", "true", "1", "0", "choice1", ""}


@dataclass(frozen=True)
class Draft:
    """One field of the draft. Boxes in mm; ``checks``: what its author should look at."""

    name: str
    label: Mapping[str, str]
    hint: Mapping[str, str]
    kind: Kind
    way: Way
    page: int
    boxes: tuple[Box, ...]
    cells: tuple[int, ...] = ()
    options: tuple[tuple[str, Mapping[str, str]], ...] = ()
    words: Name | None = None
    checks: tuple[str, ...] = ()

    @property
    def box(self) -> Box:
        return Box.hull(self.boxes)


def drafts(
    page: int, entries: Sequence[Entry], runs: Sequence[Run], usual: Language
) -> list[Draft]:
    """The fields of one page in the order of ``entries``. Names may still be used twice."""
    headings = _headings(runs, entries)
    drafted = [_draft(page, entry, headings, usual) for entry in entries]
    made = [each for each in drafted if each is not None]
    signed = [each.box for each in made if each.kind == "signature"]
    return [_dated(each, signed) for each in made]


def _draft(page: int, entry: Entry, headings: Sequence[Run], usual: Language) -> Draft | None:
    first = entry.places[0]
    single = first.way == "tick" and not entry.options
    checks: list[str] = []
    said = Wording(_BARCODE)
    if first.way != "barcode":
        said = worded(entry.label, usual, statement=single)
    tooltip = first.widget.tooltip if first.widget else ""
    if not said.label:
        if not tooltip and not first.drawn:
            return None
        said, told = _without_print(entry, tooltip, usual)
        checks += [told] if told else []
    options = _options(entry, usual) if entry.options else ()
    guess = _kind(entry, said, tooltip)
    checks += [guess.doubt] if guess.doubt else []
    if entry.options and not any(answer(value) for value, _ in options):
        checks.append("may more than one be ticked? Then make each of them a tick of its own")
    if usual == "en" and {"yes", "no"} <= {value for value, _ in options}:
        checks.append("the Welsh words for yes and no, which depend on the question")
    if any(not label for _, label in options):
        checks.append("the words beside each tick")
    return Draft(
        name=_name(page, entry, said, _about(entry, headings), guess.kind),
        label=said.label,
        hint=said.hint,
        kind=guess.kind,
        way="signature" if guess.kind == "signature" else first.way,
        page=page,
        boxes=tuple(each.box for each in entry.places),
        cells=entry.cells,
        options=tuple((v, label or dict.fromkeys((usual,), v)) for v, label in options),
        words=guess.words,
        checks=tuple(checks),
    )


def _without_print(entry: Entry, tooltip: str, usual: Language) -> tuple[Wording, str]:
    """A label for a place with no print near it: what the PDF says aloud."""
    text = tooltip or "Answer"
    spoken = language([text]) or usual
    wording = worded([Run(text, Box(0, 0, 1, 1), 0)], spoken, statement=len(text) < 90)
    if not wording.label:
        wording = Wording({spoken: text})
    if tooltip:
        return wording, "the label, taken from the fillable field"
    return wording, "the label: none is printed near"


def _kind(entry: Entry, said: Wording, tooltip: str) -> Guess:
    if entry.places[0].way == "tick":
        return Guess("choice" if entry.options else "tick")
    more = " ".join((*said.hint.values(), tooltip, *(run.text for run in entry.captions)))
    spoken = sorted(said.label, key=lambda each: each != "en")
    return guessed(entry, said.label[spoken[0]] if spoken else "", more)


def _options(entry: Entry, usual: Language) -> tuple[tuple[str, Mapping[str, str]], ...]:
    labels = [dict(worded(text, usual, statement=True).label) for text in entry.options]
    known: dict[int, str] = {}
    for index, (place, label) in enumerate(zip(entry.places, labels, strict=True)):
        text = label.get("en") or label.get("cy") or ""
        common = answer(text)
        exported = place.widget.value if place.widget else ""
        if common:
            known[index] = common
        elif exported.lower() not in _SAYS_NOTHING and not exported.isdigit() and slug(exported):
            known[index] = slug(exported, 4)
    texts = [label.get("en") or label.get("cy") or "" for label in labels]
    return tuple(zip(values(texts, known), labels, strict=True))


def _name(page: int, entry: Entry, said: Wording, about: str | None, kind: Kind) -> str:
    if entry.places[0].way == "barcode":
        return f"form.barcode_{page}"
    for spoken in LANGUAGES:
        meant = meaning(said.label.get(spoken, ""))
        other = kind in ("tick", "date") and meant is not None and meant.kind != kind
        if meant and not other:
            return meant.name.replace("*", about or _DEFAULT)
    widgets = {each.widget.name for each in entry.places if each.widget}
    lent = of_widget(widgets.pop()) if len(widgets) == 1 else ""
    own = slug(said.label.get("en") or said.label.get("cy") or "")
    return lent or own or f"{entry.places[0].way}_field"


def _headings(runs: Sequence[Run], entries: Sequence[Entry]) -> list[Run]:
    """The runs that look like headings: larger than most, or bold, and no field's label."""
    named = [each for each in entries if each.places[0].way != "barcode"]
    labels = {id(run) for each in named for run in each.label}
    labels |= {id(run) for each in entries for text in each.options for run in text}
    usual = median([run.em for run in runs]) if runs else 3.0
    return [
        run for run in runs
        if id(run) not in labels and len(run.text) < 70 and not is_caption(run.text)
        and (run.em >= 1.1 * usual or run.all_bold)
    ]  # fmt: skip


def _about(entry: Entry, headings: Sequence[Run]) -> str | None:
    """Whom or what the section of an entry is about, from the headings above it."""
    box = entry.box
    above = [run for run in headings if run.baseline < box.y0 + 1 and run.box.x0 < box.x1]
    for run in sorted(above, key=lambda each: -each.baseline)[:4]:
        found = subject(run.text)
        if found:
            return found
    return None


def _dated(draft: Draft, signed: Sequence[Box]) -> Draft:
    """A plain date beside or below a signature is the date of signing."""
    near = any(abs(each.y0 - draft.box.y0) < _SIGNED_NEAR for each in signed)
    if draft.name == "date" and near:
        return replace(draft, name="declaration.date")
    return draft
