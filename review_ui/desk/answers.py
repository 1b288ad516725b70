"""From what a form sends for a field to the answer that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from extractors.values import Value
from intake.model import AnswerState
from review_ui.desk import writing
from review_ui.desk.cards import Card, Typed

_TRUTH = {"yes": True, "no": False}
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that can be kept: what ``intake.review.answer`` takes."""

    field: str
    state: AnswerState
    value: Value

    @property
    def given(self) -> tuple[str, AnswerState, Value]:
        return self.field, self.state, self.value


def read(card: Card, form: Mapping[str, str]) -> Said | Typed | None:
    """What the form says about a card's field: an answer, a mistake to show, or nothing new.

    ``card.value`` is the machine's value; the same value is an acceptance, any other a correction.
    A text that was changed counts as given even when no decision was picked with it.
    """
    text = " ".join(form.get(f"text:{card.name}", card.text).split())
    given = form.get(f"given:{card.name}", "")
    if not given and text != card.text:
        given = "use"
    if not given or (given == card.given and text == card.text):
        return None
    if len(text) > _LONGEST:
        return Typed(
            text[:_LONGEST], given, _("Enter at most %(number)s characters.", number=_LONGEST)
        )
    if given in ("illegible", "absent"):
        return Said(card.name, "illegible" if given == "illegible" else "absent", None)
    if given.startswith("is:"):
        return _chosen(card, given)
    if given == "as_written":
        if not text:
            return Typed(text, given, _("Enter what is written, even if it looks wrong."))
        return Said(card.name, "as_written", text)
    line = writing.line(card.place, text)
    if line.problem:
        return Typed(text, "use", line.problem)
    if line.value == card.value:
        return Said(card.name, "accepted", card.value)
    return Said(card.name, "corrected", text)


def _chosen(card: Card, given: str) -> Said | Typed:
    if given not in {choice.value for choice in card.choices}:
        return Typed(card.text, "", _("Choose one of the answers."))
    word = given.removeprefix("is:")
    value: Value = word if card.place.kind == "choice" else _TRUTH[word]
    return Said(card.name, "accepted" if value == card.value else "corrected", value)
