"""Putting an item right: choosing its form, turning, ordering, parting and joining its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from intake import repair, review
from intake.model import LeaseLost, Status, VersionConflict
from intake.pageplan import Bundle, Leaf, Mistake, PagePlan, Plan, Where
from intake.repair import BadPlan
from review_ui.account.access import person
from review_ui.desk import forms_by_name, holding
from review_ui.desk.area import pages
from review_ui.desk.forms_by_name import Choice
from review_ui.desk.queue import go_on
from review_ui.desk.review import CHANGED
from review_ui.turning import shown
from review_ui.wiring import services
from review_ui.words import reference

SMALL, LARGE = 700, 2400
"""The longer side of a picture on the page, and of the one it leads to, in pixels."""
_WHERE: tuple[Where, ...] = ("before", "after")


@dataclass(frozen=True, slots=True)
class Said:
    """What the page's form says. ``form`` is the text typed; ``fits`` the forms it may mean."""

    plan: Plan
    form: str = ""
    fits: Sequence[Choice] = ()
    wrong: Sequence[Mistake] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """One side on the page. ``width`` and ``height`` are those of its picture as it lies now."""

    leaf: Leaf
    page: PagePlan
    place: int
    width: int
    height: int
    whose: str

    @property
    def number(self) -> int:
        return self.leaf.number

    @property
    def turn(self) -> int:
        """Degrees clockwise from how the picture lies to how it should."""
        return (self.page.turned - self.leaf.lies) % 360


@pages.get("/<application_id>/repair")
def repair_pages(application_id: str) -> str | tuple[str, int]:
    if not holding.is_mine(review.task(services(), application_id)):
        return holding.elsewhere(application_id)
    try:
        review.heartbeat(services(), application_id, person())
        found = repair.bundle(services(), application_id, person())
    except LeaseLost:
        return holding.elsewhere(application_id, lost=True)
    return _page(application_id, found, _as_it_is(found))


@pages.post("/<application_id>/repair")
def carry_out(application_id: str) -> AnyResponse | str | tuple[str, int]:
    """Do what the form says, all at once, and get the next application."""
    try:
        found = repair.bundle(services(), application_id, person())
        said = _said(found)
        if said.wrong:
            return _page(application_id, found, said), 422
        done = repair.apply(services(), application_id, person(), _version(), said.plan)
    except BadPlan as refusal:
        wrong = Said(said.plan, said.form, said.fits, refusal.mistakes)
        return _page(application_id, found, wrong), 422
    except LeaseLost:
        if _done_before(application_id):
            return go_on()
        return holding.elsewhere(application_id, lost=True)
    except VersionConflict:
        flash(CHANGED, "bad")
        return redirect(url_for("desk.repair_pages", application_id=application_id))
    _tell(application_id, done)
    return go_on()


@pages.post("/<application_id>/repair/beside")
def show_beside(application_id: str) -> str | tuple[str, int]:
    """Show the pages of the item before or after, to join it; who looked is recorded."""
    where = next((each for each in _WHERE if request.form.get("beside") == each), None)
    if where is None:
        abort(400)
    try:
        repair.look_beside(services(), application_id, person(), where)
        found = repair.bundle(services(), application_id, person())
    except LeaseLost:
        return holding.elsewhere(application_id, lost=True)
    except BadPlan as refusal:
        found = repair.bundle(services(), application_id, person())
        said = _said(found)
        return _page(application_id, found, Said(said.plan, said.form, (), refusal.mistakes)), 422
    said = _said(found)
    join = tuple(each for each in _WHERE if each == where or each in said.plan.join)
    new = tuple(PagePlan(leaf.number, leaf.lies) for leaf in found.beside[where].leaves)
    old = said.plan.pages
    plan = Plan((*new, *old) if where == "before" else (*old, *new), join, said.plan.form)
    return _page(application_id, found, Said(plan, said.form, said.fits))


@pages.get("/<application_id>/repair/pages/<int:number>")
def page_to_repair(application_id: str, number: int) -> Response:
    """The picture of one side, the way it lies now; small, or ``?large``."""
    try:
        found = repair.bundle(services(), application_id, person())
        join = repair.may_see(services(), application_id, person())
    except LeaseLost:
        abort(404)
    leaves = {leaf.number: leaf for leaf in (*found.seen_with(join), *found.blanks)}
    if number not in leaves:
        abort(404)
    leaf = leaves[number]
    digest, turned = leaf.side.laid or leaf.side.picture, 0 if leaf.side.laid else leaf.lies
    longest = LARGE if "large" in request.args else SMALL
    data = services().objects.get(digest)
    try:
        picture = shown(data, turned, longest)
    except OSError:
        abort(415)
    return Response(picture, mimetype="image/jpeg")


def _page(application_id: str, found: Bundle, said: Said) -> str:
    task = review.task(services(), application_id)
    return render_template(
        "desk/repair.html",
        task=task,
        application=task.application,
        bundle=found,
        said=said,
        rows=_rows(found, said.plan),
        forms=forms_by_name.every(),
        most=forms_by_name.MOST,
        turns=_turns(),
        where={"before": _("the item before"), "after": _("the item after")},
        answered=len(task.answers),
        seconds=round(services().settings.lease_minutes * 60),
    )


def _turns() -> dict[int, str]:
    return {
        0: _("As it was scanned"),
        90: _("Turned right by a quarter"),
        180: _("Turned half round"),
        270: _("Turned left by a quarter"),
    }


def _rows(found: Bundle, plan: Plan) -> list[Row]:
    whose: dict[int, str] = {leaf.number: "" for leaf in (*found.leaves, *found.blanks)}
    for where in plan.join:
        whose |= {leaf.number: where for leaf in found.beside[where].leaves}
    leaves = {leaf.number: leaf for leaf in (*found.seen_with(plan.join), *found.blanks)}
    rows = []
    for place, page in enumerate(plan.pages, start=1):
        leaf = leaves.get(page.number)
        if leaf is not None:
            rows.append(Row(leaf, page, place, *_size(leaf), whose[page.number]))
    return rows


def _size(leaf: Leaf) -> tuple[int, int]:
    side = leaf.side
    if side.laid:
        return side.laid_width, side.laid_height
    upright = leaf.lies % 180 == 0
    return (side.width, side.height) if upright else (side.height, side.width)


def _as_it_is(found: Bundle) -> Said:
    """The plan that changes nothing; sides left out as blank stand where their paper does."""
    kept = [PagePlan(leaf.number, leaf.lies) for leaf in found.leaves]
    for leaf in found.blanks:
        later = (n for n, page in enumerate(kept) if page.number > leaf.number)
        kept.insert(next(later, len(kept)), PagePlan(leaf.number, leaf.lies, kept=False))
    return Said(Plan(tuple(kept), form=found.item.asked_form), form=found.item.asked_form)


def _said(found: Bundle) -> Said:
    """What was posted. A side that the form does not name is missing in the plan, which tells."""
    form, data = request.form.get("form", "").strip()[:200], request.form
    wanted = data.getlist("join")
    join = tuple(where for where in _WHERE if where in wanted and where in found.beside)
    wrong: list[Mistake] = []
    placed = []
    for index, text in enumerate(data.getlist("page"), start=1):
        number = _whole(text)
        if number is None:
            continue
        place = _whole(data.get(f"place:{number}", ""))
        if place is None:
            words = _("Enter the place of side %(number)s as a number.", number=number)
            wrong.append(Mistake(words, number))
        turned = _whole(data.get(f"turn:{number}", "0"))
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


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


def _version() -> int:
    """The version the page was loaded with. Raises ``VersionConflict`` when it names none."""
    found = _whole(request.form.get("version", ""))
    if found is None:
        raise VersionConflict(0)
    return found


def _done_before(application_id: str) -> bool:
    """Whether this very page was posted before, by a first click of the same button."""
    application = review.task(services(), application_id).application
    again = application.status == Status.SCANNED
    return again and request.form.get("version") == str(application.version - 1)


def _tell(application_id: str, done: repair.Repaired) -> None:
    it = reference(application_id)
    words = _("%(it)s is being read again. It comes back to the queue when that is done.", it=it)
    flash(words, "good")
    if done.split_off:
        flash(
            ngettext(
                "%(num)s item was split off. It is read on its own.",
                "%(num)s items were split off. They are read on their own.",
                done.split_off,
            ),
            "good",
        )
    if done.dropped:
        flash(
            ngettext(
                "%(num)s saved answer was dropped, because its page or form changed.",
                "%(num)s saved answers were dropped, because their pages or the form changed.",
                done.dropped,
            ),
            "plain",
        )
