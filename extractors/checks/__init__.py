"""Rules across fields. They never refuse an applicant: a failed rule sends the item to a person.

A form pack lists the rules that apply to it; ``RULES`` holds all there are. The day of receipt is
given, so an old backlog is judged as of the day its post came in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from extractors import kinds
from extractors.checks import addresses, licences, papers, people
from extractors.checks.rule import PERSON, Asked, Finding, Rule
from extractors.formpack import FormPack
from extractors.values import CheckResult, FieldReading, Value

__all__ = ["RULES", "Question", "Rule", "answer", "check", "check_values", "questions", "sets"]

RULES: Mapping[str, Rule] = {
    each.id: each for each in (*people.RULES, *licences.RULES, *papers.RULES, *addresses.RULES)
}
"""Every rule Postroom knows, by its id."""


@dataclass(frozen=True, slots=True)
class Question:
    """A rule asked of one set of a form's fields.

    ``needed``: the fields it cannot do without; ``place``: fields by the names the rule asks with.
    """

    rule: Rule
    needed: tuple[str, ...]
    place: Mapping[str, str]


def questions(pack: FormPack) -> tuple[Question, ...]:
    """Every question that the pack's rules ask of its fields, in the pack's order."""
    known = [RULES[name] for name in pack.rules if name in RULES]
    return tuple(Question(rule, *each) for rule in known for each in _sets(rule, pack))


def answer(
    question: Question, values: Mapping[str, Value], pack: FormPack, received: date
) -> Finding:
    """What the rule finds with canonical ``values`` by field name; all it needs must be there."""
    return question.rule.test(_asked(question.place, values, pack, received))


def check(
    fields: Mapping[str, FieldReading], pack: FormPack, received: date
) -> tuple[CheckResult, ...]:
    """The pack's rules on what was read; ``received`` is the day the post came in."""
    return check_values({name: each.value for name, each in fields.items()}, pack, received)


def check_values(
    values: Mapping[str, Value], pack: FormPack, received: date
) -> tuple[CheckResult, ...]:
    """The pack's rules on values by field name, corrected by a person or not.

    A value that is not canonical for its kind (kept as written) counts as not readable.
    """
    known = {name: value for name, value in values.items() if _canonical(name, value, pack)}
    return tuple(result for name in pack.rules for result in _run(name, known, pack, received))


def _canonical(name: str, value: Value, pack: FormPack) -> bool:
    place = pack.by_name.get(name)
    if place is None or value is None:
        return False
    return isinstance(value, bool) or kinds.rule(place).normal(value) == value


def _run(
    name: str, values: Mapping[str, Value], pack: FormPack, received: date
) -> Iterator[CheckResult]:
    rule = RULES.get(name)
    if rule is None:
        yield CheckResult(name, "not_checked", "info", (), f"Postroom knows no rule {name}.")
        return
    sets = list(_sets(rule, pack))
    if not sets:
        told = "This form does not ask for what the rule compares."
        yield CheckResult(name, "not_checked", rule.severity, (), told)
    for needed, place in sets:
        absent = [f"‘{pack.label(full)}’" for full in needed if full not in values]
        if absent:
            finding = Finding("not_checked", f"{' and '.join(absent)}: empty or not readable.")
        else:
            finding = rule.test(_asked(place, values, pack, received))
        yield CheckResult(name, finding.result, rule.severity, needed, finding.message)


def _sets(rule: Rule, pack: FormPack) -> Iterator[tuple[tuple[str, ...], dict[str, str]]]:
    return sets(rule, pack.by_name)


def sets(rule: Rule, names: Collection[str]) -> Iterator[tuple[tuple[str, ...], dict[str, str]]]:
    """For each set of fields that a form with these ``names`` has and the rule asks for: their
    names, and names by how the rule asks."""
    people_here = list(dict.fromkeys(name.split(".")[0] for name in names))
    for ask in rule.asks:
        personal = any(short.startswith(PERSON) for short in ask)
        for person in people_here if personal else [""]:
            place = {short: short.replace("{person}", person) for short in (*ask, *rule.also)}
            needed = tuple(place[short] for short in ask)
            if all(full in names for full in needed):
                yield needed, {s: full for s, full in place.items() if full in names}


def _asked(
    place: Mapping[str, str], values: Mapping[str, Value], pack: FormPack, received: date
) -> Asked:
    return Asked(
        values={short: values.get(full) for short, full in place.items()},
        labels={short: pack.label(full) for short, full in place.items()},
        dates={
            f"‘{pack.label(each.name)}’": date.fromisoformat(str(values[each.name]))
            for each in pack.fields
            if each.kind == "date"
            and each.name in values
            and not each.name.endswith("date_of_birth")
        },
        received=received,
    )
