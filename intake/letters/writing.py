"""What a person makes of a draft, and what keeps a letter from going out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from intake.letters.values import Draft, Edits, Letter, Line, Source, Touched

LONGEST = 600
MOST_OWN = 10
ADDRESS_LINES, ADDRESS_WIDTH = 7, 50
_PLACEHOLDER = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a letter cannot go out. ``key``: the line it is about, if it is about one."""

    code: Literal["no_reason", "no_cause", "placeholder", "address_long"]
    key: str = ""


def edited(
    draft: Draft, before: Edits, texts: Mapping[str, str], included: Iterable[str]
) -> Touched:
    """What somebody changed, given the text of every line by key and the keys that are included.

    What they changed in sentences that this draft does not have is kept for when it has them.
    Texts longer than ``LONGEST`` are cut.
    """
    chosen, touched = set(included), before.of(draft.language)
    new, kept = dict(touched.texts), dict(touched.included)
    for each in draft.sentences:
        text = _tidy(texts.get(each.key, each.text))
        inside = each.key in chosen
        new.pop(each.key, None)
        kept.pop(each.key, None)
        if text and text != each.text:
            new[each.key] = text
        if inside == each.offered or (inside and not text):
            kept[each.key] = inside and bool(text)
    count = sum(1 for key in texts if key.startswith("own:"))
    own = (_tidy(texts.get(f"own:{n}", "")) for n in range(1, min(count, MOST_OWN) + 1))
    return Touched(new, kept, tuple(text for text in own if text))


def written(draft: Draft, edits: Edits) -> Letter:
    """The letter as it stands; a person's own sentences follow the causes."""
    touched = edits.of(draft.language)
    lines = [
        Line(
            key=each.key,
            part=each.part,
            text=touched.texts.get(each.key, each.text),
            source=each.source,
            drafted=each.text,
            included=touched.included.get(each.key, not each.offered),
        )
        for each in draft.sentences
    ]
    own = [
        Line(f"own:{number}", "cause", text, Source("own"))
        for number, text in enumerate(touched.own, start=1)
    ]
    after = next((i for i, each in enumerate(lines) if each.part == "todo"), len(lines))
    lines[after:after] = own
    address = draft.address if edits.address is None else tuple(_address(edits.address))
    return Letter(draft.language, draft.reasons, address, tuple(lines))


def problems(letter: Letter) -> tuple[Problem, ...]:
    """Everything that has to be put right before this letter is approved."""
    found = [] if letter.reasons else [Problem("no_reason")]
    if letter.reasons and not letter.said("cause"):
        found.append(Problem("no_cause"))
    found += [
        Problem("placeholder", each.key)
        for each in letter.lines
        if each.included and _PLACEHOLDER.search(each.text)
    ]
    wide = any(len(line) > ADDRESS_WIDTH for line in letter.address)
    if wide or len(letter.address) > ADDRESS_LINES:
        found.append(Problem("address_long"))
    return tuple(found)


def with_address(edits: Edits, draft: Draft, typed: str) -> Edits:
    """``edits`` with the address as typed; as drafted when it says the same."""
    same = tuple(_address(typed)) == draft.address
    return replace(edits, address=None if same else "\n".join(_address(typed)))


def _address(typed: str) -> list[str]:
    lines = (_tidy(line) for line in typed.splitlines())
    return [line for line in lines if line][: 2 * ADDRESS_LINES]


def _tidy(text: str) -> str:
    """One line without control characters, at most ``LONGEST`` characters."""
    kept = "".join(each if each.isprintable() else " " for each in text[: 2 * LONGEST])
    return " ".join(kept.split())[:LONGEST]
