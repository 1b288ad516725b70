"""Grammars written once as a pattern, used three ways: to match, to decode a comb, to explain.

A grammar pattern is a small part of regular expressions: characters, ``[A-HJ-N]`` classes,
``\\d``, ``(?:a|b)`` groups, ``?``, ``{n}`` and ``{m,n}``. ``expand`` turns it into alternatives:
for every way to write it, one string of allowed characters for each written character. So what
a comb may hold and what the pattern accepts cannot drift apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import ascii_uppercase, digits

Alternative = tuple[str, ...]

LETTERS = ascii_uppercase
DIGITS = digits
_MOST = 5_000
_NAMED = {
    **{"0": "a zero", " ": "a space", ".": "a full stop", ",": "a comma", "-": "a hyphen"},
    **{"'": "an apostrophe", "/": "a slash", "&": "an and sign", "@": "an at sign"},
}


class NotPositions(ValueError):
    """The pattern uses more than positions (``*``, ``+``, look-ahead ...): it only matches."""


@lru_cache(maxsize=256)
def expand(pattern: str) -> tuple[Alternative, ...]:
    """Every way to write ``pattern``, in its order, each once. Raises ``NotPositions``."""
    found, end = _choice(pattern, 0)
    if end != len(pattern):
        raise NotPositions(f"{pattern!r} has a bracket too many")
    return tuple(dict.fromkeys(found))


def fitting(alternatives: tuple[Alternative, ...], cells: int) -> tuple[Alternative, ...]:
    """The alternatives that a comb of ``cells`` boxes can hold."""
    return tuple(each for each in alternatives if len(each) <= cells)


def _choice(pattern: str, at: int) -> tuple[list[Alternative], int]:
    found: list[Alternative] = []
    branch: list[Alternative] = [()]
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            found += branch
            branch, at = [()], at + 1
            continue
        atom, at = _atom(pattern, at)
        low, high, at = _times(pattern, at)
        branch = [
            start + tail
            for start in branch
            for count in range(high, low - 1, -1)
            for tail in _repeat(atom, count)
        ]
        if len(branch) > _MOST:
            raise NotPositions(f"{pattern!r} can be written in more than {_MOST} ways")
    return found + branch, at


def _atom(pattern: str, at: int) -> tuple[list[Alternative], int]:
    if pattern.startswith("(?:", at):
        inner, end = _choice(pattern, at + 3)
        if not pattern.startswith(")", end):
            raise NotPositions(f"{pattern!r} lacks a closing bracket")
        return inner, end + 1
    if pattern.startswith(r"\d", at):
        return [(DIGITS,)], at + 2
    if pattern[at] == "[":
        end = pattern.find("]", at)
        if end < 0 or pattern.startswith("^", at + 1):
            raise NotPositions(f"{pattern!r} has a class that lists no characters")
        return [(_class(pattern[at + 1 : end]),)], end + 1
    if pattern[at] in "(.*+?{}^$\\":
        raise NotPositions(f"{pattern!r} uses {pattern[at]!r}")
    return [(pattern[at],)], at + 1


def _class(inside: str) -> str:
    allowed, at = "", 0
    while at < len(inside):
        if inside.startswith(r"\d", at):
            allowed, at = allowed + DIGITS, at + 2
        elif inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
            allowed += "".join(map(chr, range(ord(inside[at]), ord(inside[at + 2]) + 1)))
            at += 3
        else:
            allowed, at = allowed + inside[at], at + 1
    return allowed


def _times(pattern: str, at: int) -> tuple[int, int, int]:
    if pattern.startswith("?", at):
        return 0, 1, at + 1
    if not pattern.startswith("{", at):
        return 1, 1, at
    counts = re.match(r"\{(\d+)(?:,(\d+))?\}", pattern[at:])
    if not counts:
        raise NotPositions(f"{pattern!r} has a count without an end")
    return int(counts[1]), int(counts[2] or counts[1]), at + counts.end()


def _repeat(atom: list[Alternative], count: int) -> list[Alternative]:
    tails: list[Alternative] = [()]
    for _ in range(count):
        tails = [start + each for start in tails for each in atom]
        if len(tails) > _MOST:
            raise NotPositions(f"a part can be written in more than {_MOST} ways")
    return tails


def spoken(character: str) -> str:
    """How a character is named to a person: zero and the letter O must not be confused."""
    if character in _NAMED:
        return _NAMED[character]
    if character.isdigit():
        return f"the digit {character}"
    return f"the letter {character}" if character.isalpha() else f"the sign {character}"


def misfit(name: str, text: str, alternatives: tuple[Alternative, ...]) -> str:
    """Why ``text`` fits none of ``alternatives``, in one or two sentences; ``""`` when it fits.

    ``name`` is what it should be, with its article: "a postcode".
    """
    same = [each for each in alternatives if len(each) == len(text)]
    if not same:
        lengths = sorted({len(each) for each in alternatives})
        figures = all(_sort(allowed) == "digit" for each in alternatives for allowed in each)
        return _wrong_length(name, len(text), lengths, "digit" if figures else "character")
    nearest = min(same, key=lambda each: sum(c not in a for c, a in zip(text, each, strict=True)))
    for index, (character, allowed) in enumerate(zip(text, nearest, strict=True)):
        if character not in allowed:
            return _wrong_character(index, character, nearest)
    return ""


def _wrong_length(name: str, length: int, lengths: list[int], noun: str) -> str:
    if len(lengths) == 1:
        told = str(lengths[0])
    elif len(lengths) > 2 and lengths == list(range(lengths[0], lengths[-1] + 1)):
        told = f"{lengths[0]} to {lengths[-1]}"
    else:
        told = f"{', '.join(map(str, lengths[:-1]))} or {lengths[-1]}"
    many = "" if told == "1" else "s"
    return f"{name[:1].upper()}{name[1:]} has {told} {noun}{many}. This has {length}."


def _wrong_character(index: int, character: str, allowed: Alternative) -> str:
    here = allowed[index]
    wanted = _sort(here)
    if wanted == _sort(character) or wanted == "letter or digit":
        if len(here) <= 6:
            return f"Character {index + 1} must be {_listed(here)}. It is {spoken(character)}."
        return f"Character {index + 1} cannot be {spoken(character)} here."
    first = last = index
    while first and _sort(allowed[first - 1]) == wanted:
        first -= 1
    while last + 1 < len(allowed) and _sort(allowed[last + 1]) == wanted:
        last += 1
    rule = _run(first, last, len(allowed), wanted)
    return f"{rule} Character {index + 1} is {spoken(character)}."


def _run(first: int, last: int, length: int, wanted: str) -> str:
    count = last - first + 1
    if count == 1:
        return f"Character {first + 1} must be a {wanted}."
    plural = " or ".join(f"{part}s" for part in wanted.split(" or "))
    if count == length:
        return f"All {length} characters must be {plural}."
    if first == 0:
        return f"The first {count} characters must be {plural}."
    if last == length - 1:
        return f"The last {count} characters must be {plural}."
    joint = "and" if count == 2 else "to"
    return f"Characters {first + 1} {joint} {last + 1} must be {plural}."


def _sort(characters: str) -> str:
    if all(c.isdigit() for c in characters):
        return "digit"
    if all(c.isalpha() for c in characters):
        return "letter"
    return "letter or digit" if characters.isalnum() else "sign"


def _listed(characters: str) -> str:
    if len(characters) == 1:
        return spoken(characters)
    return f"{', '.join(characters[:-1])} or {characters[-1]}"
