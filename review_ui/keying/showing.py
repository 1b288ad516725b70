"""A field to key, as a card that tells nothing of what was read, approved or keyed before."""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for

from intake import review
from intake.keyed import Keying
from intake.model import AnswerState, Value
from review_ui import apart
from review_ui.apart import Apart, Shown
from review_ui.desk import answers
from review_ui.desk.cards import Card, Typed
from review_ui.wiring import services

Given = tuple[AnswerState, Value]


def field(found: Keying) -> Apart | None:
    """The field and its picture; ``None`` when its form pack is gone."""
    task = review.task(services(), found.application_id)
    return apart.field(task.application, task.reading, task.pictures, found.field)


def card(it: Apart, found: Keying, typed: Typed | None = None) -> Card:
    url = url_for("keying.picture", keying_id=found.id)
    return apart.card(it, Shown(url, 1, blind=True, typed=typed))


def read(it: Apart, found: Keying, posted: Mapping[str, str]) -> Given | Typed | None:
    """What was keyed, a mistake to show, or ``None`` when nothing was."""
    name = it.place.name
    form = {f"given:{name}": posted.get("given", ""), f"text:{name}": posted.get("text", "")}
    said = answers.read(card(it, found), form)
    if said is None or isinstance(said, Typed):
        return said
    return ("corrected" if said.state == "accepted" else said.state), said.value
