"""What a reviewer sees of one field: a card, built from the reading, the pack and the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from extractors.formpack import FieldPlace, FormPack, said
from extractors.values import Box, CheckResult, Doubt, FieldReading, Reading, Value
from intake.model import Answer
from review_ui.desk import snippets, writing
from review_ui.desk.snippets import PagePicture, Snippet
from review_ui.desk.suggesting import Suggestion, suggest
from review_ui.language import language
from review_ui.told import names_of, told
from review_ui.words import Tag

DONE = {
    "accepted": lazy_gettext("Accepted as read"),
    "corrected": lazy_gettext("Corrected"),
    "illegible": lazy_gettext("Cannot be read"),
    "absent": lazy_gettext("Left blank on form"),
    "as_written": lazy_gettext("Kept as written"),
}
_NO_PAGE = 0  # pages of an item count from 1


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio button of a card: what it posts and what it says."""

    value: str
    label: str
    snippet: Snippet | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One field on the desk. ``number`` is 0 for a field that needs no answer.

    ``given`` is the answer as the form posts it: ``""`` (none yet), ``use``, ``is:VALUE``,
    ``illegible``, ``absent`` or ``as_written``. ``value`` and ``machine`` are the machine's
    reading, ``mark`` the place of its doubtful character. ``text`` is what stands in the input
    now, ``meaning`` what that says.
    """

    name: str
    label: str
    hint: str
    place: FieldPlace
    page: int
    box: Box
    number: int
    needed: bool
    given: str
    value: Value
    machine: writing.Line
    text: str
    meaning: str
    tag: Tag
    reasons: tuple[str, ...] = ()
    error: str = ""
    mark: int | None = None
    suggestions: tuple[Suggestion, ...] = ()
    choices: tuple[Choice, ...] = ()
    snippet: Snippet | None = None

    @property
    def id(self) -> str:
        """For HTML: field names hold dots, which selectors would take for classes."""
        return self.name.replace(".", "-")

    @property
    def done(self) -> bool:
        return self.given != ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody just sent for a field and why it could not be kept: shown to them again."""

    text: str
    given: str
    error: str


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that decides how fields are shown."""

    reading: Reading
    pack: FormPack
    answers: Mapping[str, Answer]
    pages: Mapping[int, PagePicture]
    to_check: Sequence[str]
    failures: Sequence[CheckResult]
    typed: Mapping[str, Typed]


def cards(sight: Sight, also: Iterable[str] = ()) -> tuple[Card, ...]:
    """The fields to check, then those answered or asked for beside them, numbered in that order."""
    wanted = list(sight.to_check)
    extra = {*also, *sight.answers, *sight.typed} - set(wanted)
    wanted += [field.name for field in sight.reading.fields if field.name in extra]
    known = [name for name in wanted if name in sight.pack.by_name]
    return tuple(card(sight, name, number) for number, name in enumerate(known, start=1))


def card(sight: Sight, name: str, number: int = 0) -> Card:
    """One field. Raises ``KeyError`` when the form has no such field."""
    place = sight.pack.by_name[name]
    reading = _read(sight, place)
    page = sight.pages.get(reading.page)
    answer = sight.answers.get(name)
    machine = writing.line(place, writing.machine_text(place, reading))
    text = _text(place, machine, answer)
    needed = name in sight.to_check
    built = Card(
        name=name,
        label=said(place.label, language()),
        hint=said(place.hint, language()),
        place=place,
        page=reading.page,
        box=reading.box,
        number=number,
        needed=needed,
        given=_given(place, answer),
        value=reading.value,
        machine=machine,
        text=text,
        meaning=writing.line(place, text).meaning,
        tag=Tag("good", _done(place, machine, answer))
        if answer
        else _tag(place, reading, machine, needed),
        reasons=_reasons(sight, reading, machine, needed),
        choices=_choices(place, page),
        snippet=_snippet(page, place, reading, machine.text),
    )
    if not built.choices:
        mark, suggestions = suggest(place, machine.text, reading)
        built = replace(built, mark=mark, suggestions=suggestions)
    typed = sight.typed.get(name)
    if typed is None:
        return built
    wrong = Tag("bad", _("Does not fit"))
    return replace(
        built, text=typed.text, meaning="", given=typed.given, error=typed.error, tag=wrong
    )


def _read(sight: Sight, place: FieldPlace) -> FieldReading:
    """The reading of a field; that nothing was read when its page of the form is missing."""
    for reading in sight.reading.fields:
        if reading.name == place.name:
            return reading
    missing = Doubt("missing_page", f"Page {place.page} of the form is missing.")
    return FieldReading(
        place.name, None, "", 0.0, "absent", _NO_PAGE, place.box, "unread", (missing,)
    )


def disagreements(failures: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """The failed rules that concern several fields; those of one field stand on its card."""
    return tuple(check for check in failures if len(check.fields) != 1)


def _given(place: FieldPlace, answer: Answer | None) -> str:
    if answer is None:
        return ""
    if answer.state in ("illegible", "absent", "as_written"):
        return answer.state
    return as_choice(answer.value) if _choices(place) else "use"


def as_choice(value: Value) -> str:
    """The radio button that stands for a value."""
    return f"is:{'yes' if value else 'no'}" if isinstance(value, bool) else f"is:{value}"


def _text(place: FieldPlace, machine: writing.Line, answer: Answer | None) -> str:
    if answer is None or answer.state in ("accepted", "illegible", "absent"):
        return machine.text
    if answer.state == "as_written":
        return str(answer.value or "")
    return writing.written(place, answer.value)


def _choices(place: FieldPlace, page: PagePicture | None = None) -> tuple[Choice, ...]:
    """The radio buttons of a field that is not typed; each box of a choice with its picture."""
    if place.kind in ("tick", "signature"):
        return tuple(
            Choice(as_choice(each), writing.truth(place.kind, each)) for each in (True, False)
        )
    if place.kind != "choice":
        return ()
    seen = page if page is not None and page.laid else None
    boxes = (
        Choice(
            f"is:{option.value}",
            said(option.label, language()),
            snippets.tick(seen, option.box) if seen else None,
        )
        for option in place.options
    )
    return (*boxes, Choice("absent", _("None of them is ticked")))


def _tag(place: FieldPlace, reading: FieldReading, machine: writing.Line, needed: bool) -> Tag:
    """Why a field without an answer is here."""
    if not needed:
        return Tag("plain", _("Read with confidence"))
    missing = machine.text.count(writing.NOT_READ)
    unsure = len({d.character for d in reading.doubts if d.character is not None})
    if not reading.doubts and reading.status in ("auto", "auto_corrected"):
        return Tag("warn", _("Does not agree"))
    if _choices(place):
        return Tag("warn", _("Not certain"))
    if not machine.text:
        return Tag("warn", _("Nothing read"))
    if missing:
        return Tag(
            "warn", ngettext("%(num)s character not read", "%(num)s characters not read", missing)
        )
    if machine.problem:
        return Tag("bad", _("Does not fit"))
    if not unsure:
        return Tag("warn", _("Not certain"))
    return Tag(
        "warn", ngettext("Unsure of %(num)s character", "Unsure of %(num)s characters", unsure)
    )


def _done(place: FieldPlace, machine: writing.Line, answer: Answer) -> str:
    if answer.state == "corrected" and _choices(place):
        return str(_("Answered"))
    same = answer.state == "corrected" and answer.value == machine.value
    return str(DONE["accepted" if same else answer.state])


def _reasons(
    sight: Sight, reading: FieldReading, machine: writing.Line, needed: bool
) -> tuple[str, ...]:
    names = names_of(sight.pack)
    why = [check.message for check in sight.failures if reading.name in check.fields]
    why += [doubt.message for doubt in reading.doubts]
    found = [told(each, names) for each in why]
    typed = machine.text and writing.NOT_READ not in machine.text and reading.method != "tick"
    if needed and typed and machine.problem:
        found.insert(0, machine.problem)
    return tuple(dict.fromkeys(each for each in found if each))


def _snippet(
    page: PagePicture | None, place: FieldPlace, reading: FieldReading, text: str
) -> Snippet | None:
    if page is None or not page.laid or place.kind == "choice":
        return None
    if place.way == "comb" and place.combs:
        first = writing.first_cell(reading)
        found = snippets.comb(page, place.combs, first)
        if found is not None and len(text) <= found.cells:
            return found
    return snippets.field(page, place, reading.box)
