"""A draft as ``form.toml``: readable, in the order of the form, with notes on what to check."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractors.drafting.fields import Draft
from extractors.drafting.naming import slug
from extractors.values import Box

_FINE_BELOW = 4.0
"""Boxes less high than this are told to a tenth of a millimetre, others to a quarter."""
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": " ", "\t": " "}


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
        parts.append(_field(draft, head.sizes[draft.page - 1]))
    return "\n".join(parts)


def _opening(head: Head) -> str:
    told = "" if head.title_told else "# check: the title, taken from the largest print on page 1\n"
    other = {"en": "Welsh", "cy": "English"}[head.language]
    lines = [
        f"# {head.code}, edition {head.edition}. Drafted from {_comment(head.blank)}: a person has",
        "# to check it. Places are in millimetres from the top left corner of the page.",
        "# What is doubtful says '# check'. Take that line out once you have looked at it.",
        "",
        f"code = {_text(head.code)}",
        f"edition = {_text(head.edition)}",
        f"{told}title = {_words(head.title)}",
    ]
    if head.language != "en":
        lines.append(f"language = {_text(head.language)}")
    if len(head.title) < 2:
        lines.append(f"# check: give the title in {other} too, if people are to see it")
    work = slug(head.title.get("en") or head.title.get("cy") or "", 4) or "form"
    lines += [
        "# check: what the systems downstream call this work, and the queue it goes to",
        f"work_type = {_text(f'forms.{work}')}",
        'queue = "general"',
        "# check: rules across fields, by their number; see docs/form-author.md",
        "rules = []",
    ]
    return "\n".join(lines) + "\n"


def _page(number: int, size: tuple[float, float], filled: bool) -> str:
    note = "" if filled else "# Nothing to fill in was found on this page.\n"
    return f'[[pages]]\n{note}blank = "blank-{number}.png"\nsize = [{size[0]:g}, {size[1]:g}]\n'


def _field(draft: Draft, size: tuple[float, float]) -> str:
    lines = [f"# check: {_comment(each)}" for each in draft.checks]
    lines += [
        "[[fields]]",
        f"name = {_text(draft.name)}",
        f"label = {_words(draft.label)}",
    ]
    if draft.hint:
        lines.append(f"hint = {_words(draft.hint)}")
    lines += [f"kind = {_text(draft.kind)}", f"way = {_text(draft.way)}"]
    if draft.words:
        lines.append(f"words = {_text(draft.words)}")
    if draft.page != 1:
        lines.append(f"page = {draft.page}")
    return "\n".join([*lines, *_places(draft, size)]) + "\n"


def _places(draft: Draft, size: tuple[float, float]) -> list[str]:
    boxes = [_numbers(box, size) for box in draft.boxes]
    if draft.options:
        rows = [
            f"    {{ value = {_text(value)}, label = {_words(label)}, box = [{box}] }},"
            for (value, label), box in zip(draft.options, boxes, strict=True)
        ]
        return ["options = [", *rows, "]"]
    if draft.way == "comb":
        rows = [f"[{box}, {cells}]" for box, cells in zip(boxes, draft.cells, strict=True)]
        return [f"combs = [{', '.join(rows)}]"]
    if draft.way == "line" and len(boxes) > 1:
        return [f"lines = [{', '.join(f'[{box}]' for box in boxes)}]"]
    return [f"box = [{_numbers(draft.box, size)}]"]


def _numbers(box: Box, size: tuple[float, float]) -> str:
    step = 0.1 if min(box.width, box.height) < _FINE_BELOW else 0.25

    def near(value: float, limit: float) -> float:
        rounded = round(value / step) * step
        return min(max(round(rounded, 2), 0.0), limit)

    edges = [near(box.x0, size[0]), near(box.y0, size[1])]
    edges += [
        max(near(box.x1, size[0]), round(edges[0] + step, 2)),
        max(near(box.y1, size[1]), round(edges[1] + step, 2)),
    ]
    return ", ".join(f"{edge:g}" for edge in edges)


def _words(words: Mapping[str, str]) -> str:
    told = [f"{spoken} = {_text(words[spoken])}" for spoken in ("en", "cy") if spoken in words]
    return "{ " + ", ".join(told) + " }"


def _text(text: str) -> str:
    escaped = "".join(_ESCAPES.get(each, each) for each in text)
    return '"' + re.sub(r"[\x00-\x1f\x7f]", "", escaped) + '"'


def _comment(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]", " ", text)
