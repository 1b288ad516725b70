"""Between what stands in an answer place and what is kept: text, value, meaning, problem."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from extractors import kinds
from extractors.formpack import FieldPlace, said
from extractors.values import FieldReading, Value, without_struck
from review_ui.language import language
from review_ui.told import told

_DIGITS = (
    lazy_gettext("zero"), lazy_gettext("one"), lazy_gettext("two"), lazy_gettext("three"),
    lazy_gettext("four"), lazy_gettext("five"), lazy_gettext("six"), lazy_gettext("seven"),
    lazy_gettext("eight"), lazy_gettext("nine"),
)  # fmt: skip
NOT_READ = "?"


@dataclass(frozen=True, slots=True)
class Line:
    """A text as written in an answer place: its value if it fits, else the problem, in words.

    ``meaning`` is empty when it would only repeat the text.
    """

    text: str
    value: Value = None
    meaning: str = ""
    problem: str = ""


def line(place: FieldPlace, text: str) -> Line:
    """What ``text`` means in this place."""
    text = " ".join(text.split())
    if not text:
        return Line(text, problem=_("Enter what is written, or choose Left blank."))
    if NOT_READ in text and not text.strip(NOT_READ + " "):
        return Line(text, problem=_("Enter what is written, or choose Cannot read."))
    if NOT_READ in text and place.way == "comb":
        return Line(text, problem=_("Enter the character marked %(sign)s.", sign=NOT_READ))
    rule = kinds.rule(place)
    value = rule.normal(text)
    if value is None:
        return Line(text, problem=told(rule.explain(text)) or _("This does not fit."))
    meaning = rule.meaning(value)
    same = _bare(meaning) == _bare(text)
    return Line(text, value, "" if same else told(meaning))


def written(place: FieldPlace, value: Value) -> str:
    """A canonical value as it is written in this place; a comb may have no room for every sign."""
    if not isinstance(value, str):
        return ""
    rule = kinds.rule(place)
    text = rule.display(value)
    if place.way != "comb":
        return text
    boxes = sum(row.cells for row in place.combs)
    tight = "".join(text.split())
    bare = tight.removeprefix("£")
    for each in (text, tight, bare, bare.removesuffix(".00")):
        if len(each) <= boxes and rule.normal(each) == value:
            return each
    return tight


def shown(place: FieldPlace, value: Value) -> str:
    """A canonical value for a table, as a person would say or write it; empty for none."""
    if place.kind in ("tick", "signature"):
        return truth(place.kind, bool(value))
    if not isinstance(value, str):
        return ""
    if place.kind == "choice":
        chosen = (said(each.label, language()) for each in place.options if each.value == value)
        return next(chosen, value)
    if place.kind == "date":
        return told(kinds.rule(place).meaning(value))
    return kinds.rule(place).display(value)


def machine_text(place: FieldPlace, reading: FieldReading) -> str:
    """What the machine offers to accept: the raw reading, or the corrected one, as written.

    Characters that were struck out are no part of it.
    """
    if reading.correction is not None and isinstance(reading.value, str):
        return written(place, reading.value)
    return without_struck(_in_cells(reading) or reading.raw)


def truth(kind: str, value: bool) -> str:
    """What a box or a signature says, in words."""
    if kind == "tick":
        return str(_("Ticked") if value else _("Not ticked"))
    return str(_("Signed") if value else _("Not signed"))


def spoken(character: str) -> str:
    """A character in words that cannot be mistaken: 'zero', 'letter O'."""
    if character in "0123456789":
        return str(_DIGITS[int(character)])
    if character.isspace():
        return str(_("space"))
    if not character.isalpha():
        return character
    return str(_("letter %(letter)s", letter=character.upper()))


def aloud(text: str) -> str:
    """A text character by character, for those who hear it."""
    return ", ".join(spoken(each) for each in text)


def _in_cells(reading: FieldReading) -> str:
    """The raw text with a space for every empty box between its characters, so that both align."""
    used = [i for i, cell in enumerate(reading.cells) if _is_written(cell.alternatives)]
    characters = "".join(reading.raw.split())
    if not used or len(used) != len(characters):
        return ""
    text = [" "] * (used[-1] - used[0] + 1)
    for index, character in zip(used, characters, strict=True):
        text[index - used[0]] = character
    return "".join(text)


def first_cell(reading: FieldReading) -> int:
    """How many boxes stay empty before the writing begins."""
    for index, cell in enumerate(reading.cells):
        if _is_written(cell.alternatives):
            return index
    return 0


def _is_written(alternatives: tuple[object, ...]) -> bool:
    return bool(alternatives) and getattr(alternatives[0], "text", "") not in ("", " ")


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()
