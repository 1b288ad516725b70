"""The structured application that a reading becomes: plain data, the same for every way out.

Receipt, decisions and corrections are not known here; whoever delivers adds them.
"""

from __future__ import annotations

from typing import Any

from extractors.formpack import FormPack
from extractors.values import Box, CheckResult, FieldReading, PageReading, Reading, Value

SCHEMA = "postroom.application/1.0.0"


def document(reading: Reading, pack: FormPack | None) -> dict[str, Any]:
    """What was read from one item. Without its ``pack`` (unknown form) there are no labels."""
    return {
        "schema": SCHEMA,
        "application_type": _application_type(reading, pack),
        "work_type": pack.work_type if pack else None,
        "queue": pack.queue if pack else "general",
        "flags": [each.code for each in reading.doubts],
        "fields": {each.name: field_document(each, pack) for each in reading.fields},
        "declarations": _declarations(reading, pack),
        "checks": [_check(each) for each in reading.checks],
        "provenance": {
            "pages": [_page(each) for each in reading.pages],
            "pipeline": [
                {"stage": stage, "name": name} for stage, name in sorted(reading.engines.items())
            ],
        },
    }


def field_document(field: FieldReading, pack: FormPack | None) -> dict[str, Any]:
    """One answer: canonical value, what stands on the paper, how sure, where and how read.

    Sums of money are whole pence.
    """
    place = pack.by_name.get(field.name) if pack else None
    told: dict[str, Any] = {
        "kind": place.kind if place else None,
        "value": _pence(field.value) if place and place.kind == "money" else field.value,
        "raw": field.raw,
        "confidence": round(field.confidence, 4),
        "status": field.status,
        "evidence": [{"page": field.page, "box": _box(field.box), "method": field.method}],
    }
    if field.correction:
        told["correction"] = {"from": field.correction.from_, "rule": field.correction.rule}
    if field.doubts:
        told["doubts"] = [
            {"code": each.code, "message": each.message, "character": each.character}
            for each in field.doubts
        ]
    return told


def _pence(value: Value) -> Value | int:
    """25.00 pounds as 2500; what a person kept as written stays."""
    figures = str(value).replace(".", "")
    canonical = isinstance(value, str) and value[-3:-2] == "." and figures.isdecimal()
    return int(figures) if canonical else value


def _application_type(reading: Reading, pack: FormPack | None) -> dict[str, Any]:
    return {
        "code": reading.form.code,
        "label": pack.called if pack else None,
        "edition": reading.form.edition or None,
        "language": pack.language if pack else None,
        "confidence": round(reading.form.confidence, 4),
    }


def _declarations(reading: Reading, pack: FormPack | None) -> list[dict[str, Any]]:
    """One for each signature box; dated by the date field of the same section of the form."""
    if pack is None:
        return []
    read = {each.name: each for each in reading.fields}
    found = []
    for place in pack.fields:
        signature = read.get(place.name)
        if place.kind != "signature" or signature is None:
            continue
        dated = read.get(f"{place.name.rpartition('.')[0]}.date")
        signed = signature.value is True
        found.append(
            {
                "code": f"{pack.code}.{place.name}",
                "text_version": f"{pack.code} {pack.edition}",
                "made": signed,
                "signed": signed,
                "signed_on": dated.value if dated else None,
                "evidence": [
                    {
                        "page": signature.page,
                        "box": _box(signature.box),
                        "method": signature.method,
                    }
                ],
            }
        )
    return found


def _check(check: CheckResult) -> dict[str, Any]:
    told: dict[str, Any] = {
        "rule": check.rule,
        "result": check.result,
        "severity": check.severity,
        "fields": list(check.fields),
    }
    if check.message:
        told["why"] = check.message
    return told


def _page(page: PageReading) -> dict[str, Any]:
    told = {
        "page": page.number,
        "form_page": page.form_page,
        "dpi": round(page.dpi, 1),
        "turned": page.turned,
        "skew": round(page.skew, 3),
        "transform": [round(each, 9) for each in page.transform],
    }
    if page.registration_mm is not None:
        told["registration_mm"] = round(page.registration_mm, 3)
    return told


def _box(box: Box) -> list[float]:
    return [round(each, 5) for each in (box.x0, box.y0, box.x1, box.y1)]
