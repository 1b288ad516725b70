"""On which line each value of a TOML file stands: ``tomllib`` does not say.

The text must be what ``tomllib`` accepts: nothing is checked here again.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping

from extractors.packs.mistake import KeyPath

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r"[^,\]}#\n]+")  # a number, a date, true or false
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' r"'''.*?'{3,5}|" r'"(?:\\.|[^"\\\n])*"|' r"'[^'\n]*'", re.DOTALL
)


def lines(text: str) -> Mapping[KeyPath, int]:
    """The line (from 1) on which each table, value and entry of a list begins."""
    return _Scanner(text).found


def line_of(path: KeyPath, known: Mapping[KeyPath, int]) -> int | None:
    """The line of a place, or of what it would stand in when it is missing."""
    for length in range(len(path), 0, -1):
        if path[:length] in known:
            return known[path[:length]]
    return None


class _Scanner:
    """Reads a text once, from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[KeyPath, int] = {}
        self._ends = [each.start() for each in re.finditer("\n", text)]
        self._tables: dict[KeyPath, int] = {}  # how many of each array of tables so far
        self._document()

    def _document(self) -> None:
        table: KeyPath = ()
        while self._skip(_BLANK) < len(self.text):
            start = self.at
            if self.text.startswith("[", start):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> KeyPath:
        """``[a.b]`` or ``[[a.b]]``: the path of the table that begins here."""
        start = self.at
        several = self.text.startswith("[[", start)
        self.at += 1 + several
        *outer, last = self._key()
        self.at += 1 + several
        path: KeyPath = ()
        for part in outer:
            path = self._latest((*path, part))
        path = (*path, last)
        if several:
            self._note(path, start)
            self._tables[path] = self._tables.get(path, 0) + 1
        path = self._latest(path)
        self._note(path, start)
        return path

    def _latest(self, path: KeyPath) -> KeyPath:
        """In an array of tables, a header speaks of the last one."""
        count = self._tables.get(path, 0)
        return (*path, count - 1) if count else path

    def _pair(self, table: KeyPath) -> None:
        start = self.at
        path = (*table, *self._key())
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        for length in range(len(table) + 1, len(path) + 1):
            self._note(path[:length], start)
        self._value(path)

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._skip(_SPACE)
            quoted = _STRING.match(self.text, self.at)
            found = quoted or _BARE.match(self.text, self.at)
            assert found, "tomllib accepted this key"
            self.at = found.end()
            parts.append(tomllib.loads(f"it = {found[0]}")["it"] if quoted else found[0])
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def _value(self, path: KeyPath) -> None:
        self._note(path, self.at)
        if self.text[self.at] == "[":
            self._array(path)
        elif self.text[self.at] == "{":
            self._inline_table(path)
        else:
            self._skip(_STRING if self.text[self.at] in "\"'" else _PLAIN)

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        while self._more("]"):
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while self._more("}"):
            self._pair(path)

    def _more(self, end: str) -> bool:
        """Go on to the next entry; whether there is one before ``end``, which is passed."""
        if self.text[self._skip(_BLANK)] == ",":
            self.at += 1
            self._skip(_BLANK)
        if self.text[self.at] != end:
            return True
        self.at += 1
        return False

    def _skip(self, what: re.Pattern[str]) -> int:
        found = what.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def _note(self, path: KeyPath, at: int) -> None:
        self.found.setdefault(path, bisect_right(self._ends, at - 1) + 1 if at else 1)
