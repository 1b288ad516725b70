"""Whether an application goes straight through or waits for a person, and why. Pure."""

from __future__ import annotations

from extractors import read
from extractors.formpack import FormPack
from extractors.values import OBSOLETE, Reading


def doubtful(reading: Reading, pack: FormPack | None) -> list[str]:
    """Names of the fields a person should look at, in the order of the form.

    Those of a broken rule belong to them, because any of them may be what is wrong.
    """
    if pack is None:
        return []
    broken = {
        name
        for check in reading.checks
        if check.result == "fail" and check.severity != "info"
        for name in check.fields
    }
    names = broken.union(read.doubtful(reading, pack))
    return [place.name for place in pack.fields if place.name in names]


def why(reading: Reading, pack: FormPack | None) -> str:
    """What makes it wait, in one sentence for the queue; empty when it goes straight through."""
    reasons = read.needs_review(reading, pack)
    if not reasons:
        return ""
    # The doubt about fields names them all, too long for a line of the queue.
    others = [doubt.message for doubt in reasons if doubt.code != "fields"]
    # Whatever else is odd about a form that is not accepted matters less than that.
    others = [doubt.message for doubt in reasons if doubt.code == OBSOLETE] + others
    number = len(doubtful(reading, pack))
    return others[0] if others else f"{number} field{'s' if number > 1 else ''} to check."
