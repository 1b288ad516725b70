"""Rules about who may have a driving licence, and what must be known of them first."""

from __future__ import annotations

from extractors.checks.rule import Asked, Finding, Rule, fail_unless, long_date, months_on

_BORN, _PLATE = "applicant.date_of_birth", "eyesight.reads_plate"
_LICENCE = "request.licence"
_PASSPORT, _CONSENT = "identity.passport_number", "identity.consent_signature"
_HEALTH = tuple(
    f"health.{each}" for each in ("epilepsy", "diabetes", "heart", "sleep", "mind", "sight",
                                  "other")
)  # fmt: skip
_YOUNGEST = 15 * 12 + 9  # months: a provisional licence may be asked for three months before 16


def _old_enough(asked: Asked) -> Finding:
    born = asked.day(_BORN)
    return fail_unless(
        months_on(born, _YOUNGEST) <= asked.received,
        f"{asked.label(_BORN)} {long_date(born)} makes the applicant younger than 15 years and "
        "9 months.",
    )


def _no_health_question(asked: Asked) -> Finding:
    (name,) = asked.values
    return fail_unless(
        asked.text(name) != "yes",
        f"{asked.label(name)} is answered with yes: pass it to those who may see health data.",
    )


def _sees_enough(asked: Asked) -> Finding:
    return fail_unless(
        asked.text(_PLATE) != "no",
        f"{asked.label(_PLATE)} is answered with no: pass it to those who may see health data.",
    )


def _may_be_checked(asked: Asked) -> Finding:
    return fail_unless(
        asked.values[_CONSENT] is True,
        f"{asked.label(_PASSPORT)} is given, but {asked.label(_CONSENT)} is empty.",
    )


RULES = (
    Rule("AGE-01", "block", "old enough for a provisional licence", _old_enough,
         ((_BORN, _LICENCE),)),
    Rule("MD-01", "block", "no question about health", _no_health_question,
         tuple((name,) for name in _HEALTH)),
    Rule("MD-03", "block", "sees enough to drive", _sees_enough, ((_PLATE,),)),
    Rule("EN-04", "block", "passport number with consent", _may_be_checked,
         ((_PASSPORT, _CONSENT),)),
)  # fmt: skip
