"""Whether an application goes straight through or waits for a person, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.formpack import FormPack
from extractors.values import CheckResult, Reading
from intake.model import Status


@dataclass(frozen=True, slots=True)
class Route:
    """Where a new application goes; ``why`` is one sentence for the queue."""

    status: Status
    to_check: tuple[str, ...]
    why: str


def route(reading: Reading, pack: FormPack | None) -> Route:
    """Straight through only when the form is known, every field is sure and every rule passed."""
    to_check = doubtful(reading)
    reasons = [doubt.message for doubt in reading.doubts]
    reasons += [check.message for check in failures(reading)]
    if to_check:
        fields = "field" if len(to_check) == 1 else "fields"
        reasons.append(f"{len(to_check)} {fields} to check.")
    if pack is None:
        reasons.insert(0, "The form was not recognised.")
    elif pack.review == "always" and not reasons:
        reasons.append("This form is always checked by a person.")
    status = Status.IN_REVIEW if reasons else Status.READY
    return Route(status, to_check, reasons[0] if reasons else "")


def failures(reading: Reading) -> tuple[CheckResult, ...]:
    """The rules that failed and that a person should see."""
    return tuple(
        each for each in reading.checks if each.result == "fail" and each.severity != "info"
    )


def doubtful(reading: Reading) -> tuple[str, ...]:
    """Names of the fields a person should look at, in the order of the form."""
    in_rules = {name for check in failures(reading) for name in check.fields}
    return tuple(
        field.name
        for field in reading.fields
        if field.doubts or field.status in ("illegible", "conflict") or field.name in in_rules
    )
