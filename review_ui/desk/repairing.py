"""Putting an item right: choosing its form, turning, ordering, parting and joining its pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from intake import repair, review
from intake.model import LeaseLost, Status, VersionConflict
from intake.pageplan import Bundle, Leaf, PagePlan, Plan
from intake.repair import BadPlan
from review_ui.account.access import person
from review_ui.desk import forms_by_name, holding, planned
from review_ui.desk.area import pages
from review_ui.desk.planned import Said
from review_ui.desk.queue import go_on
from review_ui.desk.review import CHANGED
from review_ui.turning import shown
from review_ui.wiring import services
from review_ui.words import reference

SMALL, LARGE = 700, 2400
"""The longer side of a picture on the page, and of the one it leads to, in pixels."""


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
    return _page(application_id, found, planned.as_it_is(found))


@pages.post("/<application_id>/repair")
def carry_out(application_id: str) -> AnyResponse | str | tuple[str, int]:
    """Do what the form says, all at once, and get the next application."""
    try:
        found = repair.bundle(services(), application_id, person())
        said = planned.said(found)
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
    _tell(application_id, said.plan.form, done)
    return go_on()


@pages.post("/<application_id>/repair/beside")
def show_beside(application_id: str) -> str | tuple[str, int]:
    """Show the pages of the item before or after, to join it; who looked is recorded."""
    where = next((each for each in planned.WHERE if request.form.get("beside") == each), None)
    if where is None:
        abort(400)
    try:
        repair.look_beside(services(), application_id, person(), where)
        found = repair.bundle(services(), application_id, person())
    except LeaseLost:
        return holding.elsewhere(application_id, lost=True)
    except BadPlan as refusal:
        found = repair.bundle(services(), application_id, person())
        said = planned.said(found)
        return _page(application_id, found, Said(said.plan, said.form, (), refusal.mistakes)), 422
    said = planned.said(found)
    join = tuple(each for each in planned.WHERE if each == where or each in said.plan.join)
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


def _version() -> int:
    """The version the page was loaded with. Raises ``VersionConflict`` when it names none."""
    found = planned.whole(request.form.get("version", ""))
    if found is None:
        raise VersionConflict(0)
    return found


def _done_before(application_id: str) -> bool:
    """Whether this very page was posted before, by a first click of the same button."""
    application = review.task(services(), application_id).application
    again = application.status == Status.SCANNED
    return again and request.form.get("version") == str(application.version - 1)


def _tell(application_id: str, form: str, done: repair.Repaired) -> None:
    it = reference(application_id)
    if form:
        words = _("%(it)s is being read again, as %(form)s. It then comes back.", it=it, form=form)
    else:
        words = _("%(it)s is being read again. It then comes back to the queue.", it=it)
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
