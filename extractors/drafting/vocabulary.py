"""What printed labels mean: kinds, words, names and translations, from ``vocabulary.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from extractors.formpack import SHIPPED, Kind, load_all
from extractors.lexicon import Name

Language = Literal["en", "cy"]
LANGUAGES: tuple[Language, ...] = ("en", "cy")

_FILE = Path(__file__).parent / "vocabulary.toml"
_ENOUGH = 0.5
"""The share of a label's words that a phrase must make up before the label is taken for it."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label stands for. ``name``: Postroom's; ``*`` in it is whom the section is about."""

    name: str
    kind: Kind
    words: Name | None
    said: Mapping[Language, tuple[str, ...]]


def plain(text: str) -> str:
    """Small letters and spaces only, so that two spellings of a label compare equal."""
    text = text.lower().replace("'", "’").replace("&", " and ")
    return " ".join(re.sub(r"[^\w£’]+", " ", text).split())


def meaning(label: str) -> Meaning | None:
    """What a label stands for, ``None`` when no entry makes up enough of it."""
    words = plain(label).split()
    while len(words) > 1 and words[0] in listed("leading"):
        words = words[1:]
    best, score = None, _ENOUGH
    for each in _labels():
        for phrases in each.said.values():
            for phrase in phrases:
                share = _share_of(phrase.split(), words)
                if share > score:
                    best, score = each, share
    return best


def hinted(label: str) -> Kind | None:
    """The kind that single words in a label speak for, ``None`` when none do."""
    text = f" {plain(label)} "
    for each in _data()["hints"]:
        for phrase in (*each["en"], *each["cy"]):
            if f" {phrase} " in text or (phrase == "£" and "£" in text):
                kind: Kind = each["kind"]
                return kind
    return None


def to_sign(text: str) -> bool:
    """Whether a text of any length asks for a signature, rather than speaks of one."""
    said = f" {plain(text)} "
    return any(f" {phrase} " in said for each in _data()["signing"].values() for phrase in each)


def subject(heading: str) -> str | None:
    """Whom or what a section is about, from its heading."""
    text = f" {plain(heading)} ".replace("’s ", " ").replace("s’ ", "s ")
    best: tuple[int, str] | None = None
    for each in _data()["subjects"]:
        for phrase in (*each["en"], *each["cy"]):
            if f" {phrase} " in text and (best is None or len(phrase) > best[0]):
                best = (len(phrase), each["name"])
    return best[1] if best else None


def answer(text: str) -> str | None:
    """The value of a common answer beside a tick, such as ``yes``; ``None`` for others."""
    words = plain(text)
    for each in _data()["answers"]:
        if words in each["en"] or words in each["cy"]:
            value: str = each["value"]
            return value
    return None


def translated(label: str, to: Language) -> str | None:
    """A common label in the other language, ``None`` when it is not known.

    Yes and no are not: Welsh answers each question with words of its own.
    """
    if to == "cy" and answer(label) in ("yes", "no"):
        return None
    return _pairs(to).get(plain(label))


def language(texts: Iterable[str]) -> Language | None:
    """The language that more of the words belong to; ``None`` when nothing tells."""
    english, welsh = _counts(texts)
    return None if english == welsh else "en" if english > welsh else "cy"


def spoken(text: str, usual: Language) -> Language:
    """The language of one label on a page in ``usual``: the other only where no word speaks
    against it and one of more than two letters for it."""
    longer = " ".join(word for word in plain(text).split() if len(word) > 2)
    english, welsh = _counts([text])
    if usual == "en":
        return "cy" if not english and _counts([longer])[1] else "en"
    return "en" if not welsh and _counts([longer])[0] else "cy"


@cache
def listed(name: str) -> frozenset[str]:
    """The words of one list in the vocabulary, such as ``english``. Raises ``KeyError``."""
    return frozenset(_data()["words"][name].split())


def _counts(texts: Iterable[str]) -> tuple[int, int]:
    english = welsh = 0
    for text in texts:
        for word in plain(text).split():
            english += word in listed("english")
            welsh += word in listed("welsh") or "ŵ" in word or "ŷ" in word
    return english, welsh


def _share_of(phrase: Sequence[str], words: Sequence[str]) -> float:
    """How much of ``words`` the phrase makes up where it stands in them; 0 if nowhere."""
    length = len(phrase)
    for start in range(len(words) - length + 1):
        if words[start : start + length] == phrase:
            # What a label begins with is what it asks; what comes later explains it.
            return length / len(words) - 0.01 * start
    return 0.0


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def _labels() -> tuple[Meaning, ...]:
    return tuple(
        Meaning(
            each["name"],
            each["kind"],
            each.get("words"),
            {"en": tuple(each["en"]), "cy": tuple(each["cy"])},
        )
        for each in _data()["labels"]
    )


@cache
def _pairs(to: Language) -> Mapping[str, str]:
    """Labels of the other language with their translation: the vocabulary's, then the packs'."""
    of: Language = "en" if to == "cy" else "cy"
    pairs: dict[str, str] = {}
    for each in (*_data()["labels"], *_data()["answers"]):
        for phrase in each[of][:1]:
            if each[to]:
                pairs[phrase] = each[to][0][:1].upper() + each[to][0][1:]
    for pack in load_all([SHIPPED]):
        for field in pack.fields:
            for label in (field.label, *(option.label for option in field.options)):
                if of in label and to in label:
                    pairs[plain(label[of])] = label[to]
    return pairs
