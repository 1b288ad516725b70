"""Applications to draft letters for: what was read, said and failed, without a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from extractors import checks
from extractors.formpack import SHIPPED, FormPack, load_all
from extractors.values import (
    CheckResult,
    Doubt,
    FieldReading,
    FormMatch,
    PageReading,
    Reading,
    Severity,
    Value,
)
from intake.desk import Task
from intake.letters import Sentence, draft
from intake.model import Answer, AnswerState, Application, Status

NOW = datetime(2026, 11, 18, 10, 42, tzinfo=UTC)
LANGUAGES = ("en", "cy")
WHOLE = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
SURE: Mapping[str, Value] = {
    "applicant.name.title": "Mrs",
    "applicant.name.given": "Rowena",
    "applicant.name.family": "Halloran",
    "applicant.address.line_1": "14 MILLPOND TERRACE",
    "applicant.address.post_town": "ANYTOWN",
    "applicant.address.postcode": "ZZ99 3CZ",
}


@cache
def packs() -> Mapping[str, FormPack]:
    return {f"{each.code} {each.edition}": each for each in load_all([SHIPPED])}


def pack_of(code: str = "V62-S 2026-11") -> FormPack:
    return packs()[code]


@dataclass(frozen=True)
class Case:
    """An application to draft for: what was read, said and failed. Other fields are filled in."""

    pack: FormPack | None = field(default_factory=pack_of)
    read: Mapping[str, Value] = field(default_factory=dict)
    said: Mapping[str, tuple[AnswerState, Value]] = field(default_factory=dict)
    failures: tuple[CheckResult, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    doubtful: tuple[str, ...] = ()
    pages: tuple[int, ...] = (1, 2, 3)

    @property
    def task(self) -> Task:
        form = FormMatch(self.pack.code, self.pack.edition, 0.99) if self.pack else UNKNOWN
        reading = Reading(
            form, tuple(_page(n) for n in self.pages), tuple(self._fields()), (), self.doubts, {}
        )  # fmt: skip
        answers = {
            name: Answer(name, value, state, "somebody", NOW)
            for name, (state, value) in self.said.items()
        }
        application = Application(
            "01JC9Z6Q8W3V5K7M2N4P6R8T0A", "item", "scan", Status.IN_REVIEW, 1, 1, form.code,
            form.edition, NOW, NOW.date(), self.doubtful, "",
        )  # fmt: skip
        return Task(application, reading, answers, self.failures, ())

    def _fields(self) -> Iterator[FieldReading]:
        for place in self.pack.fields if self.pack else ():
            filled: Value = True if place.kind in ("tick", "signature") else "X"
            value = self.read.get(place.name, filled)
            status = "absent" if value is None else "auto"
            doubts = (Doubt("unsure", "Look."),) if place.name in self.doubtful else ()
            yield FieldReading(
                place.name, value, "", 0.9, status, place.page, place.box, place.way, doubts  # type: ignore[arg-type]
            )  # fmt: skip

    def sentences(self, *reasons: str, language: str = "en") -> tuple[Sentence, ...]:
        """What the letter says is to be put right."""
        drafted = draft(self.task, self.pack, reasons, language)
        return tuple(each for each in drafted.sentences if each.part == "cause")


UNKNOWN = FormMatch("UNKNOWN", "", 0.1)


def _page(number: int) -> PageReading:
    return PageReading(number, number, WHOLE, 0, 0.0, 300.0)


def failed(rule: str, *fields: str, severity: Severity = "block") -> CheckResult:
    return CheckResult(rule, "fail", severity, fields, "It says MORGA753116SM9IJ and 1974.")


def questions() -> dict[str, tuple[FormPack, tuple[str, ...]]]:
    """For each rule a form that asks for what it compares, and the names of those fields."""
    found: dict[str, tuple[FormPack, tuple[str, ...]]] = {}
    for each in packs().values():
        for question in checks.questions(each):
            found.setdefault(question.rule.id, (each, question.needed))
    return found
