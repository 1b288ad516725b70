"""Names for the fields of a draft: Postroom's own where the label is known, and each used once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from extractors.drafting.vocabulary import listed

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MOST_PARTS, _MOST_LENT, _LONGEST = 5, 4, 40


def slug(text: str, most: int = _MOST_PARTS) -> str:
    """The first words of a text that say something, joined as a name; ``""`` when there are none.

    Fits ``[a-z][a-z0-9_]*``.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", " ", plain.replace("'", "")).split()
    while words and not words[0][0].isalpha():
        words = words[1:]
    telling = [word for word in words if word not in listed("idle")] or words
    name = "_".join(telling[:most])[:_LONGEST].rstrip("_")
    return name


def of_widget(name: str) -> str:
    """A name from that of a fillable field, ``""`` when it is one that a program made up."""
    parts = [part.lower() for part in re.split(r"[^A-Za-z0-9]+", _CAMEL.sub(" ", name)) if part]
    telling = [
        part for part in parts
        if len(part) > 2 and part.isalpha() and part not in listed("empty") | listed("idle")
    ]  # fmt: skip
    return "_".join(telling) if 0 < len(telling) <= _MOST_LENT else ""


def each_once(names: Sequence[str]) -> list[str]:
    """The names in order, those used before told apart by a number at their first part.

    A name that is also the first part of another one becomes ``full_...``: an application cannot
    hold a value and a group of values under one name.
    """
    used: set[str] = set()
    once: list[str] = []
    for name in names:
        head, dot, tail = name.partition(".")
        number, candidate = 2, name
        while candidate in used:
            candidate, number = f"{head}_{number}{dot}{tail}", number + 1
        used.add(candidate)
        once.append(candidate)
    groups = {prefix for name in once for prefix in _groups(name)}
    return [_in_full(name, used) if name in groups else name for name in once]


def _groups(name: str) -> Iterable[str]:
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))


def _in_full(name: str, used: set[str]) -> str:
    head, dot, tail = name.rpartition(".")
    candidate = f"{head}{dot}full_{tail}"
    while candidate in used:
        candidate += "_again"
    used.add(candidate)
    return candidate


def values(texts: Sequence[str], known: Mapping[int, str]) -> list[str]:
    """A value for each option of a choice, each once. ``known``: those that are told, by index."""
    found: list[str] = []
    for index, text in enumerate(texts):
        value = known.get(index) or slug(text, 4) or f"option_{index + 1}"
        number, candidate = 2, value
        while candidate in found:
            candidate, number = f"{value}_{number}", number + 1
        found.append(candidate)
    return found
