"""The text of a ``form.toml``, from the same plain structure that reading it gives.

Every key is kept, in its order. Short tables stand on one line, so that an author reads it like one
written by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

CHECK = "# check:"
"""How a comment begins that asks the author to look. It stands above what it is about."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLOCKS = ("pages", "fields", "prints")
"""Lists of tables that have a heading each: ``[[pages]]``."""


def form_text(form: Mapping[str, Any], notes: Mapping[int, Sequence[str]] | None = None) -> str:
    """TOML that ``tomllib`` reads back as ``form``; ``None`` stands for: not given.

    ``notes``: what an author has still to look at, by the number of the field from 0.
    """
    text = pairs({key: value for key, value in form.items() if key not in _BLOCKS})
    for name in _BLOCKS:
        for number, table in enumerate(form.get(name) or ()):
            told = (notes or {}).get(number, ()) if name == "fields" else ()
            text += f"\n{block(name, table, told)}"
    return text


def block(name: str, table: Mapping[str, Any], notes: Sequence[str] = ()) -> str:
    """One table under its heading, with what an author has to look at above it."""
    return "".join(check(each) for each in notes) + f"[[{name}]]\n{pairs(table)}"


def pairs(table: Mapping[str, Any]) -> str:
    """A line for each key and its value; none for ``None``. Raises ``TypeError``."""
    return "".join(
        f"{_key(key)} = {_value(value, key)}\n" for key, value in table.items() if value is not None
    )


def check(note: str) -> str:
    """The line that asks an author to look."""
    return f"{CHECK} {on_one_line(note)}\n"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _string(key)


def _value(value: Any, key: str = "") -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, Mapping):
        inner = (f"{_key(k)} = {_value(v)}" for k, v in value.items() if v is not None)
        return f"{{ {', '.join(inner)} }}" if value else "{}"
    if isinstance(value, Sequence):
        if key == "options" and value:
            return "[\n" + "".join(f"    {_value(each)},\n" for each in value) + "]"
        return f"[{', '.join(_value(each) for each in value)}]"
    raise TypeError(f"a form.toml cannot hold {type(value).__name__}")


def notes_in(text: str) -> Mapping[int, Sequence[str]]:
    """The notes that stand above the fields of a ``form.toml``, by their number from 0."""
    found: dict[int, list[str]] = {}
    above: list[str] = []
    number = 0
    for line in text.splitlines():
        if line.startswith(CHECK):
            above.append(line.removeprefix(CHECK).strip())
        elif line.strip() == "[[fields]]":
            if above:
                found[number] = above
            above, number = [], number + 1
        elif line.strip():
            above = []
    return found


def on_one_line(text: str) -> str:
    """On one line, without what TOML allows in no comment."""
    return re.sub(r"[\x00-\x1f\x7f\s]+", " ", text).strip()


def _string(text: str) -> str:
    """A basic string. JSON escapes the same characters in the same way, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
