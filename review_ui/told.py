"""Sentences that the reader, the rules and the records made in English, in the page's language.

Those parts know no pages and no languages. What they say most often is listed in ``sentences``
as patterns, which are translated like every other text; a sentence that fits none stays English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

from flask import Flask, g
from flask_babel import gettext

from extractors.formpack import FormPack, said
from review_ui.language import in_words, language
from review_ui.sentences import SENTENCES, WORDS

_HOLE = re.compile(r"%\((\w+)\)s")
_DATE = re.compile(r"(?:(\d{1,2}) )?([A-Z][a-z]{2,8})(?: (\d{4}))?")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("January", "February", "March", "April", "May", "June", "July", "August", "September",
         "October", "November", "December"), start=1)
}  # fmt: skip
_LONGEST = 1000  # characters: no sentence of ours is longer, and looking would take long
_QUOTES = {"'": "'", '"': '"', "‘": "’"}
_JOINTS = re.compile(r"(, | or | and | to )")


def told(message: str, names: Mapping[str, str] | None = None) -> str:
    """A message in the language of the page. ``names``: what fields and choices are called there.

    Several sentences are looked up together first, then one by one.
    """
    if language() == "en" or not 0 < len(message) <= _LONGEST:
        return message
    if names:
        return _found(message, names)
    said: dict[str, str] = g.setdefault("told", {})  # lists say the same many times
    if message not in said:
        said[message] = _found(message, {})
    return said[message]


def names_of(pack: FormPack) -> Mapping[str, str]:
    """The labels of a form in the language of the page, by what messages call them."""
    if language() == "en":
        return {}
    labels = [each.label for each in pack.fields]
    labels += [option.label for each in pack.fields for option in each.options]
    return {said(each): said(each, language()) for each in labels if said(each)}


def teach(app: Flask) -> None:
    """Make the filter ``told`` known to the templates."""
    app.jinja_env.filters["told"] = told


def _found(message: str, names: Mapping[str, str]) -> str:
    whole = _one(message, names)
    return whole if whole is not None else " ".join(_in_parts(message, names))


def _in_parts(message: str, names: Mapping[str, str]) -> Iterator[str]:
    sentences = re.split(r"(?<=[.?!]) (?=[A-Z‘'])", message)
    at = 0
    while at < len(sentences):
        for end in range(len(sentences), at, -1):
            found = _one(" ".join(sentences[at:end]), names)
            if found is not None:
                break
        yield found if found is not None else sentences[at]
        at = end


def _one(message: str, names: Mapping[str, str]) -> str | None:
    if message in names:
        return names[message]
    if message in WORDS or message in _plain():
        return str(gettext(message))
    if day := _day(message):
        return day
    for pattern, sentence in _patterns():
        if found := pattern.fullmatch(message):
            filled = {key: _word(text, names) for key, text in found.groupdict().items()}
            return str(gettext(sentence, **filled))
    return None


def _word(text: str, names: Mapping[str, str]) -> str:
    """What fills a hole: a name, a number, a word or some of them."""
    if text in names:
        return names[text]
    if text[:1] in _QUOTES and text.endswith(_QUOTES[text[0]]) and len(text) > 2:
        return f"‘{_word(text[1:-1], names)}’"
    lower = text[:1].lower() + text[1:]
    for each in (text, lower):
        if each in WORDS:
            word = str(gettext(each))
            return word if each == text else word[:1].upper() + word[1:]
    if day := _day(text):
        return day
    for start in sorted(names, key=len, reverse=True):  # a label with its value behind it
        if start and text.startswith(f"{start} "):
            return f"{names[start]} {_word(text[len(start) + 1 :], names)}"
    if _JOINTS.search(text):
        parts = _JOINTS.split(text)
        joints = {" or ": gettext(" or "), " and ": gettext(" and "), " to ": gettext(" to ")}
        return "".join(
            str(joints.get(each, each)) if at % 2 else _word(each, names)
            for at, each in enumerate(parts)
        )
    return _character(text)


def _character(text: str) -> str:
    """'the letter O', 'an M' in words."""
    for start, sentence in (
        ("the letter ", "the letter %(character)s"),
        ("the digit ", "the digit %(character)s"),
        ("the sign ", "the sign %(character)s"),
        ("an ", "a %(character)s"),
        ("a ", "a %(character)s"),
    ):
        rest = text.removeprefix(start)
        if rest != text and len(rest) == 1:
            return str(gettext(sentence, character=rest))
    return text


def _day(text: str) -> str:
    """'17 March 1974', 'March 1974' or 'March' in the language of the page, else nothing."""
    found = _DATE.fullmatch(text)
    if not found or found[2] not in _MONTHS:
        return ""
    try:
        day = date(int(found[3] or 2000), _MONTHS[found[2]], int(found[1] or 1))
    except ValueError:
        return ""
    parts = (("d", found[1]), ("MMMM" if found[1] else "LLLL", found[2]), ("y", found[3]))
    return in_words(day, " ".join(pattern for pattern, there in parts if there))


@lru_cache(maxsize=1)
def _plain() -> frozenset[str]:
    return frozenset(each for each in SENTENCES if not _HOLE.search(each))


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The sentences with holes; those with the most words of their own are tried first."""
    found = [each for each in SENTENCES if _HOLE.search(each)]
    found.sort(key=lambda each: -len(_HOLE.sub("", each)))
    return tuple((_pattern(each), each) for each in found)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _HOLE.split(sentence)
    texts = (re.escape(each) if not at % 2 else f"(?P<{each}>.+?)" for at, each in enumerate(parts))
    return re.compile("".join(texts), re.DOTALL)
