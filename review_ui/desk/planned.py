"""What the page about a wrong form or a bad scan says should be different, as a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from intake.pageplan import Bundle, Mistake, PagePlan, Plan, Where
from review_ui.desk import forms_by_name
from review_ui.desk.forms_by_name import Choice

WHERE: tuple[Where, ...] = ("before", "after")


@dataclass(frozen=True, slots=True)
class Said:
    """What the page's form says. ``form`` is the text typed; ``fits`` the forms it may mean."""

    plan: Plan
    form: str = ""
    fits: Sequence[Choice] = ()
    wrong: Sequence[Mistake] = field(default_factory=list)


def as_it_is(found: Bundle) -> Said:
    """The plan that changes nothing; sides left out as blank stand where their paper does."""
    kept = [PagePlan(leaf.number, leaf.lies) for leaf in found.leaves]
    for leaf in found.blanks:
        later = (n for n, page in enumerate(kept) if page.number > leaf.number)
        kept.insert(next(later, len(kept)), PagePlan(leaf.number, leaf.lies, kept=False))
    return Said(Plan(tuple(kept), form=found.item.asked_form), form=found.item.asked_form)


def said(found: Bundle) -> Said:
    """What was posted. A side that the form does not name is missing in the plan, which tells."""
    form, data = request.form.get("form", "").strip()[:200], request.form
    wanted = data.getlist("join")
    join = tuple(where for where in WHERE if where in wanted and where in found.beside)
    wrong: list[Mistake] = []
    placed = []
    for index, text in enumerate(data.getlist("page"), start=1):
        number = whole(text)
        if number is None:
            continue
        place = whole(data.get(f"place:{number}", ""))
        if place is None:
            words = _("Enter the place of side %(number)s as a number.", number=number)
            wrong.append(Mistake(words, number))
        turned = whole(data.get(f"turn:{number}", "0"))
        page = PagePlan(
            number,
            -1 if turned is None else turned,
            kept=f"blank:{number}" not in data,
            starts=f"starts:{number}" in data,
        )
        placed.append((index, index if place is None else place, page))
    chosen, fits = _form(form)
    if form and not chosen:
        wrong.append(Mistake(_not_one(form, len(fits))))
    return Said(Plan(_in_order(placed), join, chosen), form, fits if not chosen else (), wrong)


def _in_order(placed: Sequence[tuple[int, int, PagePlan]]) -> tuple[PagePlan, ...]:
    """By the places given. Where two have the same, the one that was moved there has it."""
    twice = len({place for _, place, _ in placed}) < len(placed)

    def wanted(each: tuple[int, int, PagePlan]) -> float:
        index, place, _page = each
        moved = (place > index) - (place < index)
        return place + 0.5 * moved if twice else place

    return tuple(page for _, _, page in sorted(placed, key=wanted))


def _form(typed: str) -> tuple[str, list[Choice]]:
    """The form that was chosen, ``""`` for none or several, and those that the text may mean."""
    if not typed:
        return "", []
    fits = forms_by_name.fitting(typed, forms_by_name.every())
    keys = [each.key for each in fits]
    picked = request.form.get("form_is", "")
    if picked in keys:
        return picked, fits
    return (keys[0] if len(keys) == 1 else ""), fits


def _not_one(typed: str, number: int) -> str:
    if not number:
        words = _("No form is called ‘%(typed)s’. Choose one from the list.", typed=typed)
    else:
        words = ngettext(
            "%(num)s form fits ‘%(typed)s’. Choose it.",
            "%(num)s forms fit ‘%(typed)s’. Choose one of them.",
            number,
            typed=typed,
        )
    return str(words)


def whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None
