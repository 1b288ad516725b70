"""A draft as ``form.toml``: readable, in the order of the form, with notes on what to check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.drafting.fields import Draft
from extractors.drafting.naming import slug
from extractors.packs.toml_text import block, check, on_one_line, pairs
from extractors.values import Box

_STEP = 0.1
"""Places are told to a tenth of a millimetre: a box a pixel off cuts other strokes."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the form is, besides its fields. ``sizes``: of each page in mm."""

    code: str
    edition: str
    title: Mapping[str, str]
    language: str
    sizes: tuple[tuple[float, float], ...]
    title_told: bool
    blank: str


def form_toml(head: Head, drafts: Sequence[Draft]) -> str:
    """The text of a ``form.toml`` that loads, ended by a new line."""
    parts = [_opening(head)]
    for number, size in enumerate(head.sizes, start=1):
        parts.append(_page(number, size, any(each.page == number for each in drafts)))
    page = 0
    for draft in drafts:
        if draft.page != page:
            page = draft.page
            parts.append(f"# ----- Page {page} -----\n")
        parts.append(block("fields", _field(draft, head.sizes[page - 1]), draft.checks))
    return "\n".join(parts)


def _opening(head: Head) -> str:
    other = {"en": "Welsh", "cy": "English"}[head.language]
    work = slug(head.title.get("en") or head.title.get("cy") or "", 4) or "form"
    return "".join((
        f"# {head.code}, edition {head.edition}. Drafted from {on_one_line(head.blank)}: a person\n"
        "# has to check it. Places are in millimetres from the top left corner of the page.\n"
        "# What is doubtful says '# check'. Take that line out once you have looked at it.\n\n",
        pairs({"code": head.code, "edition": head.edition}),
        "" if head.title_told else check("the title, taken from the largest print on page 1"),
        pairs({"title": _words(head.title)}),
        pairs({"language": head.language}) if head.language != "en" else "",
        check(f"give the title in {other} too, if people are to see it")
        if len(head.title) < 2 else "",
        check("what the systems downstream call this work, and the queue it goes to"),
        pairs({"work_type": f"forms.{work}", "queue": "general"}),
        check("rules across fields, by their number; see docs/form-author.md"),
        pairs({"rules": []}),
    ))  # fmt: skip


def _page(number: int, size: tuple[float, float], filled: bool) -> str:
    note = "" if filled else "# Nothing to fill in was found on this page.\n"
    return note + block("pages", {"blank": f"blank-{number}.png", "size": size})


def _field(draft: Draft, size: tuple[float, float]) -> dict[str, Any]:
    """The keys of a field in the order in which they are written."""
    return {
        "name": draft.name,
        "label": _words(draft.label),
        "hint": _words(draft.hint) or None,
        "kind": draft.kind,
        "way": draft.way,
        "words": draft.words,
        "page": draft.page if draft.page != 1 else None,
        **_places(draft, size),
    }


def _places(draft: Draft, size: tuple[float, float]) -> dict[str, Any]:
    boxes = [_numbers(box, size) for box in draft.boxes]
    if draft.options:
        options = zip(draft.options, boxes, strict=True)
        return {
            "options": [
                {"value": value, "label": _words(label), "box": box}
                for (value, label), box in options
            ]
        }
    if draft.way == "comb":
        return {"combs": [[*row, n] for row, n in zip(boxes, draft.cells, strict=True)]}
    if draft.way == "line" and len(boxes) > 1:
        return {"lines": boxes}
    return {"box": _numbers(draft.box, size)}


def _numbers(box: Box, size: tuple[float, float]) -> list[float]:
    """Left, top, right and bottom, rounded, and on the page."""

    def near(value: float, limit: float) -> float:
        return min(max(round(value, 1), 0.0), limit)

    left, top = near(box.x0, size[0]), near(box.y0, size[1])
    right = max(near(box.x1, size[0]), round(left + _STEP, 1))
    bottom = max(near(box.y1, size[1]), round(top + _STEP, 1))
    return [left, top, right, bottom]


def _words(words: Mapping[str, str]) -> dict[str, str]:
    return {spoken: on_one_line(words[spoken]) for spoken in ("en", "cy") if spoken in words}
