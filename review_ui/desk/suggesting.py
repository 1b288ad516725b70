"""What is likely: other readings of a field, which character to look at, why it may go back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.formpack import FieldPlace
from extractors.values import OBSOLETE, FieldReading, Reading
from review_ui.desk import writing

MOST_SUGGESTIONS = 2  # more do not fit beside the buttons
_LIKELY = 0.04  # a candidate less likely than this is noise


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another reading. ``parts``: the text cut so that what differs can be marked.

    ``spoken`` is what differs in words when that is one character, ``aloud`` the whole text.
    """

    line: writing.Line
    parts: tuple[tuple[str, bool], ...]
    spoken: str

    @property
    def aloud(self) -> str:
        return writing.aloud(self.line.text)


def likely_reason(reading: Reading) -> str:
    """The code of the reason to return an application that its reading speaks for, or ``""``."""
    return "FORM_OBSOLETE" if OBSOLETE in {each.code for each in reading.doubts} else ""


def suggest(
    place: FieldPlace, text: str, reading: FieldReading
) -> tuple[int | None, tuple[Suggestion, ...]]:
    """The character of ``text`` to mark, if one stands out, and what else may be written."""
    places = {d.character: _place_in(text, reading.raw, d.character) for d in reading.doubts}
    texts: list[str] = []
    for doubt in reading.doubts:
        at = places[doubt.character]
        if at is not None:
            others = [each for each in doubt.alternatives if each.strip()]
            texts += [text[:at] + each + text[at + 1 :] for each in others]
    for candidate in reading.candidates:
        if candidate.text != reading.value and candidate.probability >= _LIKELY:
            texts.append(_aligned(text, writing.written(place, candidate.text)))
    suggestions = _suggestions(place, text, texts)
    marked = [at for at in places.values() if at is not None]
    missing = text.find(writing.NOT_READ)
    mark = missing if missing >= 0 else min(marked, default=_first_difference(suggestions))
    return mark, suggestions


def _suggestions(place: FieldPlace, text: str, texts: Sequence[str]) -> tuple[Suggestion, ...]:
    """The likeliest first. What does not fit is only offered when the reading itself does not."""
    new: dict[str, str] = {}
    for each in texts:
        if each.strip() and each.casefold() != text.casefold():
            new.setdefault(each.casefold(), each)
    lines = [writing.line(place, each) for each in new.values()]
    sound = not writing.line(place, text).problem
    fitting = [line for line in lines if not line.problem]
    if not fitting and not sound:
        fitting = lines
    return tuple(_suggestion(text, line) for line in fitting[:MOST_SUGGESTIONS])


def _suggestion(text: str, line: writing.Line) -> Suggestion:
    if len(line.text) != len(text):
        return Suggestion(line, ((line.text, False),), "")
    differ = [new != old for new, old in zip(line.text, text, strict=True)]
    parts = tuple((character, mark) for character, mark in zip(line.text, differ, strict=True))
    changed = [character for character, mark in parts if mark]
    spoken = writing.spoken(changed[0]) if len(changed) == 1 else ""
    return Suggestion(line, _joined(parts), spoken)


def _first_difference(suggestions: Sequence[Suggestion]) -> int | None:
    """Where the likeliest suggestion differs first, when it differs in characters alone."""
    parts = suggestions[0].parts if suggestions else ()
    if not any(differs for _, differs in parts):
        return None
    return len(parts[0][0]) if not parts[0][1] else 0


def _joined(parts: Sequence[tuple[str, bool]]) -> tuple[tuple[str, bool], ...]:
    joined: list[tuple[str, bool]] = []
    for text, mark in parts:
        if joined and joined[-1][1] == mark:
            joined[-1] = (joined[-1][0] + text, mark)
        else:
            joined.append((text, mark))
    return tuple(joined)


def _place_in(text: str, raw: str, index: int | None) -> int | None:
    """Where character ``index`` of ``raw`` stands in ``text``, which may be spaced otherwise."""
    if index is None or not 0 <= index < len(raw) or raw[index].isspace():
        return None
    nth = sum(1 for character in raw[:index] if not character.isspace())
    places = [i for i, character in enumerate(text) if not character.isspace()]
    return places[nth] if nth < len(places) else None


def _aligned(text: str, other: str) -> str:
    """``other`` spaced as ``text`` is, when both have as many characters."""
    characters = iter("".join(other.split()))
    if len("".join(other.split())) != len("".join(text.split())):
        return other
    return "".join(" " if each.isspace() else next(characters) for each in text)
