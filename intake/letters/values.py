"""What a letter is made of: frozen values that go to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from intake.model import RETURN_REASONS

Kind = Literal["frame", "reason", "field", "doubt", "rule", "own"]
Part = Literal["salutation", "opening", "cause", "todo", "papers", "closing", "sign_off"]
PARTS: tuple[Part, ...] = (
    "salutation", "opening", "cause", "todo", "papers", "closing", "sign_off",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Why a sentence is in a letter.

    ``codes``: the ids of failed rules, the code of a doubt or of a reason to return, or what is
    wrong with a field (``unsigned``, ``blank``, ``unclear``, ``misfit``). ``frame`` is part of
    every letter; ``own`` was added by a person.
    """

    kind: Kind
    codes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One drafted sentence. ``offered``: it is in the letter only when a person wants it."""

    key: str
    part: Part
    text: str
    source: Source
    offered: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as drafted. ``address``: lines for the window, none when not surely read."""

    language: str
    reasons: tuple[str, ...]
    address: tuple[str, ...]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """What a person changed in one language: texts and whether to include, by key; own texts."""

    texts: Mapping[str, str] = field(default_factory=dict)
    included: Mapping[str, bool] = field(default_factory=dict)
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edits:
    """What a person made of a draft. ``address``: as typed, ``None`` while it is as drafted.

    ``likely``: the reasons that what failed spoke for when this was written.
    """

    reasons: tuple[str, ...]
    language: str
    address: str | None = None
    touched: Mapping[str, Touched] = field(default_factory=dict)
    likely: tuple[str, ...] = ()

    def of(self, language: str) -> Touched:
        return self.touched.get(language, Touched())

    def now_that(self, likely: tuple[str, ...]) -> Edits:
        """With the reasons that became likely since, and without those that no longer are."""
        gone, new = set(self.likely) - set(likely), set(likely) - set(self.likely)
        reasons = tuple(each for each in RETURN_REASONS if each in {*self.reasons, *new} - gone)
        return replace(self, reasons=reasons, likely=likely)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Edits:
        touched = {
            language: Touched(each["texts"], each["included"], tuple(each["own"]))
            for language, each in kept["touched"].items()
        }
        return Edits(
            tuple(kept["reasons"]), kept["language"], kept["address"], touched,
            tuple(kept["likely"]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence as it stands. ``drafted``: what was drafted, empty for a person's own."""

    key: str
    part: Part
    text: str
    source: Source
    drafted: str = ""
    included: bool = True

    @property
    def changed(self) -> bool:
        return self.text != self.drafted


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as a person left it, with the lines that they took out."""

    language: str
    reasons: tuple[str, ...]
    address: tuple[str, ...]
    lines: tuple[Line, ...]

    def said(self, part: Part) -> tuple[str, ...]:
        """The texts of one part that are in the letter."""
        return tuple(each.text for each in self.lines if each.part == part and each.included)

    def changes(self) -> dict[str, list[str]]:
        """The keys of drafted sentences that were changed or taken out, and of those added."""
        return {
            "changed": [each.key for each in self.lines if _kept(each) and each.changed],
            "removed": [each.key for each in self.lines if each.drafted and not each.included],
            "added": [each.key for each in self.lines if not each.drafted and each.included],
        }

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Letter:
        lines = tuple(Line(**{**each, "source": _source(each["source"])}) for each in kept["lines"])
        return Letter(kept["language"], tuple(kept["reasons"]), tuple(kept["address"]), lines)


def _kept(line: Line) -> bool:
    return line.included and bool(line.drafted)


def _source(kept: Mapping[str, Any]) -> Source:
    return Source(kept["kind"], tuple(kept["codes"]), tuple(kept["fields"]))
