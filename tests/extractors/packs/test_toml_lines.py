"""On which line of a TOML file each value stands."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from extractors.formpack import SHIPPED
from extractors.packs.mistake import KeyPath
from extractors.packs.toml_lines import line_of, lines

TEXT = '''\
# a comment [with] "signs"
code = "A#]" # and another
title = { en = "x, y", cy = "}" }
a.b."c d" = 1

[[pages]]
size = [
  210, # the width
  297,
]

[[fields]]
name = \'\'\'one
two\'\'\'\'
options = [
  { value = "a", box = [1, 2,
     3, 4] },

  { value = "b" },
]
[fields.label]
en = """
x \\""" y"""
[[fields]]
when = 1979-05-27 07:32:00
none = []
[[fields.parts]]
z = -1.5
[look]
lines = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("code",), 2),
        (("title", "cy"), 3),
        (("a",), 4),
        (("a", "b", "c d"), 4),
        (("pages",), 6),
        (("pages", 0, "size"), 7),
        (("pages", 0, "size", 1), 9),
        (("fields", 0), 12),
        (("fields", 0, "name"), 13),
        (("fields", 0, "options", 0, "box", 1), 16),
        (("fields", 0, "options", 0, "box", 2), 17),
        (("fields", 0, "options", 1, "value"), 19),
        (("fields", 0, "label"), 21),
        (("fields", 0, "label", "en"), 22),
        (("fields", 1), 24),
        (("fields", 1, "when"), 25),
        (("fields", 1, "none"), 26),
        (("fields", 1, "parts", 0, "z"), 28),
        (("look", "lines"), 30),
    ],
)
def test_a_value_is_found_on_its_line(path: KeyPath, line: int) -> None:
    assert lines(TEXT)[path] == line


def test_nothing_is_found_that_the_file_does_not_say() -> None:
    assert set(lines(TEXT)) == set(_paths(tomllib.loads(TEXT)))


def test_a_missing_key_is_told_at_the_line_of_what_lacks_it() -> None:
    known = lines(TEXT)
    assert line_of(("fields", 1, "label", "en"), known) == 24
    assert line_of(("edition",), known) is None


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*/form.toml")), ids=lambda p: p.parent.name)
def test_every_value_of_a_shipped_pack_has_a_line_that_names_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found, each_line = lines(text), text.split("\n")
    paths = _paths(tomllib.loads(text))
    assert set(found) == set(paths)
    for place in paths:
        if isinstance(place[-1], str) and place[-1] not in ("pages", "fields", "prints"):
            assert place[-1] in each_line[found[place] - 1]


def test_a_file_without_values_has_no_lines() -> None:
    assert lines("") == {}
    assert lines("# nothing\n\n") == {}


def _paths(value: Any, at: KeyPath = ()) -> list[KeyPath]:
    entries: Any = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    own = [at] if at else []
    return own + [path for key, inner in entries for path in _paths(inner, (*at, key))]
