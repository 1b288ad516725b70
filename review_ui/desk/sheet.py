"""An application laid out for a page: its fields as cards, with pictures, answers and rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from intake import review
from intake.desk import Task
from intake.model import NotFound
from review_ui.desk import cards
from review_ui.desk.cards import Card, Sight, Typed
from review_ui.desk.pictures import page_pictures
from review_ui.wiring import services


@dataclass(frozen=True, slots=True)
class Sheet:
    """An application with its fields as cards. ``sight`` is ``None`` for an unknown form."""

    task: Task
    sight: Sight | None
    cards: tuple[Card, ...]

    def card(self, name: str) -> Card:
        """The card of any field, shown or not. Raises ``NotFound``."""
        if self.sight is None or name not in self.sight.pack.by_name:
            raise NotFound("This form has no such field.")
        return cards.card(self.sight, name)

    @property
    def acceptable(self) -> tuple[str, ...]:
        """The unanswered fields whose reading is sound enough to accept without typing."""
        sound = {card.name for card in self.cards if not card.machine.problem or card.choices}
        return tuple(name for name in review.acceptable(self.task) if name in sound)


def lay_out(
    task: Task, typed: Mapping[str, Typed] | None = None, also: Iterable[str] = ()
) -> Sheet:
    """The application as it stands, what was just ``typed``, and fields ``also`` asked for."""
    form = task.reading.form
    pack = services().packs.get((form.code, form.edition))
    if pack is None:
        return Sheet(task, None, ())
    sight = Sight(
        reading=task.reading,
        pack=pack,
        answers=task.answers,
        pages=page_pictures(task.application.id, task.pictures, task.reading),
        to_check=task.doubtful,
        failures=task.failures,
        typed=typed or {},
    )
    return Sheet(task, sight, cards.cards(sight, set(also) & set(pack.by_name)))
