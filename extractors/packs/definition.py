"""The keys of a ``form.toml``, with the values each takes. Places are in the unit of their page.

Only what one key alone decides stands here; ``structure`` says what keys need of each other.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from extractors import lexicon
from extractors.values import Way

Kind = Literal[
    "text", "name", "digits", "date", "postcode", "registration_mark", "vin", "driver_number",
    "national_insurance_number", "phone", "email", "money", "tick", "choice", "signature",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
Rectangle = tuple[float, float, float, float]
Row = tuple[float, float, float, float, Annotated[int, Field(ge=1, le=60)]]
Text = Annotated[str, Field(min_length=1)]
Words = Annotated[dict[Literal["en", "cy"], Text], Field(min_length=1)]
"""A text by language; a form in one language gives only that one."""
PerhapsWords = dict[Literal["en", "cy"], str]
Length = Annotated[float, Field(gt=0)]
_A4_SHORT_MM = 210.0


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class PageKeys(_Strict):
    """One page: its blank picture, a file of the pack's own folder, and its size in ``unit``."""

    blank: str = Field(min_length=1, pattern=r"^[^/\\]+$")
    size: tuple[Length, Length]
    unit: Literal["mm", "px"] = "mm"

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height on paper. The short side of a page in pixels is taken for that of A4."""
        scale = 1.0 if self.unit == "mm" else _A4_SHORT_MM / min(self.size)
        return self.size[0] * scale, self.size[1] * scale


class OptionKeys(_Strict):
    """One tick box of a choice."""

    value: Text
    label: Words
    box: Rectangle


class PrintKeys(_Strict):
    """Something printed on the blank: used by the drawing script only."""

    page: int = 1
    what: Literal["title", "strong", "text", "small", "tag", "band", "panel", "rule", "frame"]
    at: Rectangle
    text: PerhapsWords = {}
    align: Literal["left", "centre", "right"] = "left"


class LookKeys(_Strict):
    """Tones of the printed form, 0 black to 255 white: used by the drawing script only."""

    lines: int = Field(default=90, ge=0, le=255)
    tint: int = Field(default=240, ge=0, le=255)
    band: int = Field(default=30, ge=0, le=255)


class FieldKeys(_Strict):
    """One answer place."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")
    label: Words
    kind: Kind
    way: Way
    page: int = 1
    box: Rectangle | None = None
    combs: list[Row] = []
    lines: list[Rectangle] = []
    options: list[OptionKeys] = []
    required: bool = False
    critical: bool = False
    length: int | None = Field(default=None, ge=1)
    words: lexicon.Name | None = None
    pattern: str | None = None
    hint: PerhapsWords = {}
    label_at: Rectangle | None = None  # where the drawing script prints the label; else above


class Definition(_Strict):
    """A whole ``form.toml``, with what it takes from another (``like``) already in it."""

    code: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]*$")
    edition: str = Field(pattern=r"^[^\s/\\]+$")
    title: Words
    language: Literal["en", "cy"] = "en"
    work_type: Text
    queue: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^,]+$")] = "general"
    sensitive: bool = False
    status: Literal["current", "old", "withdrawn"] = "current"
    review: Literal["when_doubtful", "always"] = "when_doubtful"
    second_keying: Literal["sample", "critical"] = "sample"
    rules: list[str] = []
    pages: list[PageKeys] = Field(min_length=1)
    fields: list[FieldKeys] = Field(min_length=1)
    prints: list[PrintKeys] = []
    look: LookKeys = LookKeys()
