"""From what a page sends about one field of one application to the answers that are kept.

On a page that hides what was read, a text that equals the reading is an acceptance. One that
differs is asked about once more, with both in sight; what was keyed first is kept, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extractors.values import Value
from intake import corrections
from intake.keyed import Said as Keyed
from intake.keyed import alike
from intake.model import AnswerState
from review_ui.apart import Apart
from review_ui.desk import answers, writing
from review_ui.desk.cards import Card, Typed

Given = tuple[str, AnswerState, Value]


@dataclass(frozen=True, slots=True)
class Differs:
    """What was keyed and what the machine read, as texts, and which radio button is which."""

    keyed: str
    machine: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What a page says about one application: its decision, its text, and which of two readings
    is right (``keyed`` or ``machine``), once that was asked."""

    given: str
    text: str
    settled: str = ""


def read(it: Apart, card: Card, sent: Sent, blind: bool) -> tuple[Given, ...] | Typed | Differs:
    """The answers to keep (none: nothing new), a mistake to show, or a difference to settle."""
    name = it.place.name
    form = {f"given:{name}": sent.given, f"text:{name}": sent.text}
    said = answers.read(card, form)
    if said is None:
        return ()
    if isinstance(said, Typed):
        return said
    if not blind:
        return (said.given,)
    return _compared(it, said, sent)


def _compared(it: Apart, said: answers.Said, sent: Sent) -> tuple[Given, ...] | Differs:
    value, state = corrections.as_read(it.reading)
    keyed, machine = _keyed(it, said), Keyed(state, value)
    if value is None and state != "absent":  # nothing was read that it could be compared with
        return (said.given,)
    accepted: Given = (it.place.name, "accepted", None)
    if alike(keyed, machine):
        return (accepted,)
    if sent.settled == "keyed":
        return (said.given,)
    if sent.settled == "machine":
        return said.given, accepted
    return Differs(_shown(it, keyed), _shown(it, machine))


def _keyed(it: Apart, said: answers.Said) -> Keyed:
    if said.state == "corrected" and isinstance(said.value, str) and it.place.kind != "choice":
        return Keyed(said.state, writing.line(it.place, said.value).value)
    return Keyed(said.state, said.value)


def _shown(it: Apart, said: Keyed) -> str:
    """A value in words, ``""`` for a place that was left blank."""
    if said.state == "as_written":
        return str(said.value)
    if it.place.kind in ("tick", "signature", "choice"):
        return writing.shown(it.place, said.value)
    return writing.written(it.place, said.value)


def form_of(posted: Mapping[str, str], application_id: str) -> Sent:
    """What the whole form says about one application."""
    return Sent(
        posted.get(f"given:{application_id}", ""),
        posted.get(f"text:{application_id}", ""),
        posted.get(f"settled:{application_id}", ""),
    )
