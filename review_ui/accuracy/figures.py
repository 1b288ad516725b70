"""The page of figures: a finding in words, a table, and a picture of each range."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from extractors.formpack import said
from intake import accuracy
from intake.accuracy import Case, FieldRate, Rate
from intake.model import Status
from review_ui.accuracy.area import pages
from review_ui.language import language
from review_ui.wiring import services
from review_ui.words import Tag

DAYS = (30, 90, 365)
_WIDTH = 240  # units of a range's picture
_HOW = {
    "machine": lazy_gettext("Read by the machine alone"),
    "person": lazy_gettext("Checked by a person"),
    "bulk": lazy_gettext("Accepted with others at once"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is about, its rate, and where its range lies on the picture."""

    name: str
    form: str
    rate: Rate
    verdict: Tag
    low: float
    high: float
    middle: float


@pages.get("/")
def figures() -> str:
    days = request.args.get("days", default=DAYS[1], type=int)
    days = days if days in DAYS else DAYS[1]
    found = accuracy.figures(services(), days=days)
    target = services().settings.error_target_percent / 100
    rates = [found.everything, *(r for _how, r in found.by_how), *(f.rate for f in found.fields)]
    scale = _scale([each for each in rates if each.is_enough], target)
    return render_template(
        "accuracy/figures.html",
        finding=finding(found.everything, target),
        everything=found.everything,
        by_how=[_line(str(_HOW[how]), "", r, (target, scale)) for how, r in found.by_how],
        fields=[_line(label(each), each.form_code, each.rate, (target, scale))
                for each in found.fields],
        target=target,
        scale=scale,
        mark=_WIDTH * target / scale,
        width=_WIDTH,
        percent=percent,
        days=days,
        choices=DAYS,
        to_decide=[(each, name_of(each)) for each in accuracy.to_decide(services())],
        wrong=[(each, name_of(each), _may_reopen(each))
               for each in accuracy.found_wrong(services())],
        listed_days=accuracy.LISTED_DAYS,
        enough=accuracy.ENOUGH,
        waiting=accuracy.waiting(services()),
        now=services().now(),
    )  # fmt: skip


def finding(rate: Rate, target: float) -> str:
    """What all keyings together say, in one sentence."""
    if not rate.is_enough:
        return str(
            ngettext(
                "Not certain yet: %(num)s field was keyed twice, and it takes %(enough)s "
                "to say anything.",
                "Not certain yet: %(num)s fields were keyed twice, and it takes %(enough)s "
                "to say anything.",
                rate.closed, enough=accuracy.ENOUGH,
            )
        )  # fmt: skip
    told = {
        "met": _("Fewer answers are wrong than the target allows."),
        "missed": _("More answers are wrong than the target allows."),
        "not_certain": _("It is not certain whether the target is met."),
    }
    return str(told[rate.verdict(target)])


def percent(share: float) -> str:
    """'0.7 %'; never 0 % or 100 % for what is merely close to it."""
    value = 100 * share
    if 0 < value < 0.1:
        return str(_("under %(least)s %%", least="0.1"))
    return f"{value:.1f} %"


def label(each: FieldRate) -> str:
    return _called(each.form_code, each.edition, each.field)


def name_of(case: Case) -> str:
    return _called(case.application.form_code, case.application.edition, case.keying.field)


def _called(code: str, edition: str, field: str) -> str:
    pack = services().packs.get((code, edition))
    place = pack.by_name.get(field) if pack else None
    return said(place.label, language()) if place else field


def _line(name: str, form: str, rate: Rate, drawn: tuple[float, float]) -> Line:
    target, scale = drawn
    verdicts = {
        "met": Tag("good", _("Meets the target")),
        "missed": Tag("bad", _("Misses the target")),
        "not_certain": Tag("plain", _("Not certain")),
    }
    low, high, middle = (_WIDTH * min(x / scale, 1.0) for x in (rate.low, rate.high, rate.error))
    return Line(name, form, rate, verdicts[rate.verdict(target)], low, high, middle)


def _scale(rates: list[Rate], target: float) -> float:
    """The share at the right end of every picture: a little more than anything shown."""
    return min(1.0, 1.1 * max([each.high for each in rates] + [4 * target]))


def _may_reopen(case: Case) -> bool:
    return case.application.status in (Status.READY, Status.RELEASED)
