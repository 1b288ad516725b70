"""A field keyed by more than one person: what each said, and what that comes to. Pure.

The first value is what was approved for delivery, by the machine or by a person. Another person
keys the field without seeing it. When both differ, a third one keys it, too, and two equal ones
of three decide; when all three differ, a supervisor does.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from intake.model import Answer, AnswerState, Value

How = Literal["machine", "person", "bulk"]
"""Who approved the first value: nobody but the machine, a person, or a person with many others."""
Why = Literal["critical", "sample"]
Stage = Literal["second", "third", "supervisor", "closed"]
Outcome = Literal["", "agreed", "first", "second", "chosen", "withdrawn"]
"""Which value stands: both agreed, the first, the second, or the one a supervisor chose."""

MORE_OFTEN = 3
"""How many times as often fields are drawn that do harm when wrong, or that were accepted many
at once."""


@dataclass(frozen=True, slots=True)
class Said:
    """What stands in an answer place, by one person or the machine. ``value`` as in ``Answer``."""

    state: AnswerState
    value: Value = None
    how: How = "person"

    def to_json(self) -> dict[str, Any]:
        return {"state": self.state, "value": self.value, "how": self.how}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Said:
        return cls(told["state"], told["value"], told["how"])


@dataclass(frozen=True, slots=True)
class Keying:
    """One field of one revision that is keyed again. ``share``: how many of its like are."""

    id: int
    application_id: str
    revision: int
    field: str
    why: Why
    share: float
    asked_at: datetime
    first: Said
    first_by: str | None = None
    second: Said | None = None
    second_by: str | None = None
    third: Said | None = None
    third_by: str | None = None
    final: Said | None = None
    final_by: str | None = None
    outcome: Outcome = ""
    closed_at: datetime | None = None
    holder: str | None = None
    lease_until: datetime | None = None

    @property
    def stage(self) -> Stage:
        """Whose turn it is."""
        if self.closed_at is not None:
            return "closed"
        if self.second is None:
            return "second"
        return "third" if self.third is None else "supervisor"

    @property
    def was_wrong(self) -> bool:
        """Whether the first value turned out not to be what stands on the paper."""
        return self.final is not None and not alike(self.first, self.final)


def of_answer(answer: Answer, how: How) -> Said:
    return Said(answer.state, answer.value, how)


def alike(one: Said, other: Said) -> bool:
    """Whether both say the same: the same canonical value, both that there is none, or neither
    that it can be read. Capitals and spaces do not count, for paper is filled in in capitals."""
    return _bare(one) == _bare(other)


def outcome(first: Said, second: Said, third: Said | None) -> Outcome:
    """What two or three sayings come to; ``""`` while somebody else has to decide."""
    if alike(first, second):
        return "agreed"
    if third is not None and alike(third, first):
        return "first"
    return "second" if third is not None and alike(third, second) else ""


def is_drawn(secret: bytes, subject: tuple[str, int, str], share: float) -> bool:
    """Whether this field ``(application, revision, name)`` is among the ``share`` of all, 0 to 1.

    The same every time it is asked, and not to be foreseen without the secret.
    """
    digest = hmac.new(secret, repr(subject).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def _bare(said: Said) -> tuple[str, Value]:
    if said.state in ("illegible", "absent"):
        return said.state, None
    if said.value is None:
        return "absent", None
    if isinstance(said.value, bool):
        return "mark", said.value
    return "text", "".join(said.value.split()).casefold()
