"""The texts of letters, which are data in two languages, and the small grammar they need."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from extractors.formpack import FormPack

LANGUAGES = ("en", "cy")
_HERE = Path(__file__).parent


@cache
def texts() -> Mapping[str, Any]:
    """All of ``texts.toml``: group, name, language."""
    return tomllib.loads((_HERE / "texts.toml").read_text(encoding="utf-8"))


@cache
def rules() -> Mapping[str, Any]:
    """All of ``rules.toml``: ``silent`` rules, and what the others say (``told``)."""
    return tomllib.loads((_HERE / "rules.toml").read_text(encoding="utf-8"))


def words(name: str, language: str, /, **named: object) -> str:
    """A text by its ``group.name``, with what it names put in."""
    group, _, key = name.partition(".")
    text: str = texts()[group][key][language]
    return text.format(**named)


def long_day(day: date, language: str) -> str:
    """'18 November 2026', '18 Tachwedd 2026'."""
    return f"{day.day} {texts()['months'][language][day.month - 1]} {day.year}"


def quoted(text: str) -> str:
    return f"‘{' '.join(text.split())}’"


def label(pack: FormPack, name: str, language: str) -> str:
    """A field's printed label in quotation marks, and which one it is when several have that."""
    page, told = pack.by_name[name].page, pack.label(name, language)
    alike = [each for each in pack.fields if pack.label(each.name, language) == told]
    if len(alike) == 1:
        return quoted(told)
    here = [each.name for each in alike if each.page == page]
    nth, place = texts()["nth"][language], here.index(name)
    if len(here) > 1 and place >= len(nth):
        return quoted(told)
    which: str = nth[place] if len(here) > 1 else texts()["of_page"][language]
    return f"{quoted(told)} ({which.format(page=page)})"


def joined(parts: Sequence[str], language: str) -> str:
    """'A, B and C'; in Welsh 'a' before a consonant and 'ac' before a vowel."""
    *most, last = dict.fromkeys(parts)
    if not most:
        return last
    return f"{', '.join(most)} {_and(last, language)} {last}"


def _and(following: str, language: str) -> str:
    if language == "en":
        return "and"
    letter = next((each for each in following if each.isalnum()), "")
    return "ac" if unicodedata.normalize("NFD", letter)[:1].casefold() in "aeiouwy" else "a"
