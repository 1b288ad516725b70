"""How far a text that was read is from what was written."""

from __future__ import annotations


def edits(one: str, other: str) -> int:
    """Levenshtein distance: characters put in, left out or changed."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        last, row = row, [i]
        for j, b in enumerate(other, start=1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (a != b)))
    return row[-1]
