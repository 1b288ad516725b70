"""What is wrong with an application that its sender can put right, with the reason it speaks for.

Only what failed counts: a field that nobody has decided on yet says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extractors.formpack import FieldPlace, FormPack
from extractors.values import OBSOLETE, CheckResult
from intake.desk import Task
from intake.letters.texts import rules, texts
from intake.letters.values import Source
from intake.model import RETURN_REASONS

_BY_SECTION = {"fee": "FEE_MISSING", "enclosure": "ENCLOSURE_MISSING"}
_UNCLEAR = "AMBIGUOUS_FIELD"


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing to put right. ``text``: its ``group.name`` in the texts of letters.

    ``page``: the page of the form that is missing. ``offered``: too weak to go back for by itself.
    """

    text: str
    reason: str
    source: Source
    page: int | None = None
    offered: bool = False


def causes(task: Task, pack: FormPack | None) -> tuple[Cause, ...]:
    """Everything found, the form as a whole first, then fields, then rules across fields."""
    return (*_of_form(task, pack), *_of_fields(task, pack), *_of_rules(task))


def likely_reasons(task: Task, pack: FormPack | None) -> tuple[str, ...]:
    """The codes of the reasons to return that what failed speaks for."""
    found = {each.reason for each in causes(task, pack) if not each.offered}
    return tuple(code for code in RETURN_REASONS if code in found)


def _of_form(task: Task, pack: FormPack | None) -> Iterator[Cause]:
    if OBSOLETE in {doubt.code for doubt in task.reading.doubts}:
        yield Cause("doubt.form_obsolete", "FORM_OBSOLETE", Source("doubt", (OBSOLETE,)))
    for page in sorted(_missing_pages(task, pack)):
        source = Source("doubt", ("missing_page", str(page)))
        yield Cause("doubt.missing_page", "MISSING_PAGE", source, page)


def _of_fields(task: Task, pack: FormPack | None) -> Iterator[Cause]:
    gone = _missing_pages(task, pack)
    for place in pack.fields if pack else ():
        if not (place.required or place.critical):
            continue
        if place.page in gone and place.name not in task.answers:
            continue
        wrong = _wrong(task, place)
        if not wrong or (wrong == "blank" and not place.required):
            continue
        yield _of_field(place, wrong)


def _of_field(place: FieldPlace, wrong: str) -> Cause:
    section = place.name.split(".")[0]
    reason = _BY_SECTION.get(section, _UNCLEAR)
    if place.kind == "signature":
        wrong, reason = "unsigned", "MISSING_SIGNATURE"
    own = f"{wrong}_{place.kind}"
    text = own if own in texts()["field"] else wrong
    return Cause(f"field.{text}", reason, Source("field", (wrong,), (place.name,)))


def _wrong(task: Task, place: FieldPlace) -> str:
    """``blank``, ``unclear``, ``misfit``, or empty when nothing is known to be wrong."""
    answer = task.answers.get(place.name)
    if answer is not None:
        if answer.state == "illegible":
            return "" if place.kind == "signature" else "unclear"
        if answer.state == "as_written":
            return "misfit"
        return "blank" if answer.value in (None, False) else ""
    read = next((each for each in task.reading.fields if each.name == place.name), None)
    if read is None or read.doubts:
        return ""
    empty = read.status == "absent" or read.value is False
    return "blank" if empty and read.value in (None, False) else ""


def _of_rules(task: Task) -> Iterator[Cause]:
    for failed in task.failures:
        if failed.rule not in rules()["silent"]:
            yield _of_rule(failed)


def _of_rule(failed: CheckResult) -> Cause:
    told = rules()["told"].get(failed.rule, {"text": "other", "reason": _UNCLEAR})
    return Cause(
        f"rule.{told['text']}",
        told["reason"],
        Source("rule", (failed.rule,), failed.fields),
        offered=failed.severity != "block",
    )


def _missing_pages(task: Task, pack: FormPack | None) -> set[int]:
    came = {each.form_page for each in task.reading.pages}
    return {each.number for each in pack.pages if each.number not in came} if pack else set()
