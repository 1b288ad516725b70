"""What a person wants done with the pages of an item, and whether that can be done. Pure.

The file that arrived and the pictures of its pages never change. What changes is which item a side
belongs to, its place in it, which way up it is read, and whether it counts as blank.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from intake.model import Application, Item, Side

Where = Literal["before", "after"]
TURNS = (0, 90, 180, 270)
_OTHERS = "The pages of this scan were changed meanwhile. Load the page again, then repair them."
_DELIVERED = (
    "This application was delivered before. The systems that have it know it with the pages it had,"
    " so pages cannot move from it to another item, or to it from one. You can turn and reorder its"
    " pages, leave blank ones out, and have it read as another form."
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One side as it stands. ``lies``: degrees clockwise by which it is shown and read now."""

    side: Side
    lies: int

    @property
    def number(self) -> int:
        return self.side.number


@dataclass(frozen=True, slots=True)
class Beside:
    """The item before or after this one in the scan. ``refusal``: why it cannot be joined to it."""

    item: Item
    application: Application | None
    leaves: tuple[Leaf, ...]
    refusal: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that a repair of one item may touch.

    ``leaves``: its pages in their order. ``blanks``: sides left out as blank beside them.
    ``beside``: the items next to it. ``form``: what it was read as, as ``code edition``, ``""`` for
    an unknown form. ``delivered``: some revision was given to the systems downstream.
    """

    item: Item
    leaves: tuple[Leaf, ...]
    blanks: tuple[Leaf, ...]
    beside: dict[Where, Beside]
    form: str
    delivered: bool

    def seen_with(self, join: Collection[Where]) -> tuple[Leaf, ...]:
        """The sides that a plan may name, in the order of the paper."""
        before = self.beside["before"].leaves if "before" in join else ()
        after = self.beside["after"].leaves if "after" in join else ()
        return (*before, *self.leaves, *after)


@dataclass(frozen=True, slots=True)
class PagePlan:
    """One side as it should be: ``turned`` upright by so many degrees clockwise from how it was
    scanned, a page or (not ``kept``) blank, and whether another item ``starts`` with it."""

    number: int
    turned: int
    kept: bool = True
    starts: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Sides in the order they should have, the items beside to ``join``, and which ``form`` it is.

    ``form`` is a ``code edition`` that a person chose; ``""``: the machine finds out.
    """

    pages: tuple[PagePlan, ...]
    join: tuple[Where, ...] = ()
    form: str = ""

    def groups(self) -> list[list[PagePlan]]:
        """The pages that are kept, one list for each item that they then make."""
        found: list[list[PagePlan]] = []
        for page in self.pages:
            if not page.kept:
                continue
            if page.starts or not found:
                found.append([])
            found[-1].append(page)
        return found


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a plan, in words; ``page``: the number of the side it is about."""

    text: str
    page: int | None = None


def mistakes(plan: Plan, bundle: Bundle, forms: Collection[str]) -> tuple[Mistake, ...]:
    """Everything that keeps a plan from being carried out. ``forms``: those in use here."""
    missing = [where for where in plan.join if where not in bundle.beside]
    numbers = [page.number for page in plan.pages]
    known = {leaf.number for leaf in bundle.blanks}
    wanted = set() if missing else {leaf.number for leaf in bundle.seen_with(plan.join)}
    if missing or len(set(numbers)) < len(numbers) or set(numbers) - known != wanted:
        return (Mistake(_OTHERS),)
    found = [*_of_pages(plan), *_of_joining(plan, bundle)]
    if plan.form and plan.form not in forms:
        found.append(
            Mistake(f"There is no form {plan.form} in use here. Choose one from the list.")
        )
    if not found and not changes(plan, bundle):
        found.append(Mistake("Nothing was changed. Say what should be different, or go back."))
    return tuple(found)


def _of_pages(plan: Plan) -> list[Mistake]:
    found = [
        Mistake("A page can be turned by 90, 180 or 270 degrees.", page.number)
        for page in plan.pages
        if page.turned not in TURNS
    ]
    found += [
        Mistake("A blank page cannot start a new item. Choose one or the other.", page.number)
        for page in plan.pages
        if page.starts and not page.kept
    ]
    if not any(page.kept for page in plan.pages):
        words = (
            "At least one page must be kept. If there is nothing to read, return the item to its "
            "sender or refer it to a supervisor."
        )
        found.append(Mistake(words))
    return found


def _of_joining(plan: Plan, bundle: Bundle) -> list[Mistake]:
    if bundle.delivered and (plan.join or len(plan.groups()) > 1):
        return [Mistake(_DELIVERED)]
    return [Mistake(bundle.beside[w].refusal) for w in plan.join if bundle.beside[w].refusal]


def changes(plan: Plan, bundle: Bundle) -> bool:
    """Whether the plan asks for anything that is not so already."""
    if plan.join or plan.form != bundle.item.asked_form or len(plan.groups()) > 1:
        return True
    if [page.number for page in plan.pages if page.kept] != [leaf.number for leaf in bundle.leaves]:
        return True
    lies = {leaf.number: leaf.lies for leaf in (*bundle.leaves, *bundle.blanks)}
    return any(page.kept and page.turned != lies[page.number] for page in plan.pages)


def as_planned(leaf: Leaf, page: PagePlan, position: int | None) -> Side:
    """The side as a plan wants it. One that is turned has to be laid on its blank again."""
    side = replace(leaf.side, position=position, role="page" if position else "blank")
    if page.turned == leaf.lies:
        return side
    return replace(side, turned=page.turned, laid=None)
