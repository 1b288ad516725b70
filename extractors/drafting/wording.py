"""From the printed lines beside a place to a label and a hint, in the language they are in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from extractors.drafting.printed_lines import Run
from extractors.drafting.vocabulary import LANGUAGES, Language, spoken, translated

_NUMBER = re.compile(
    r"^(?:(?:[A-Z]{1,2})?\d{1,2}(?:\.\d{1,2})*[a-z]?[.):*]*|\(?[a-zA-Z0-9]{1,3}\)|[a-zA-Z]\.)[*]*"
    r"(?=\s|$)[\s–-]*"
)
_CAPTION = re.compile(
    r"^(?:day|month|year|d+|m+|y+|dydd|mis|blwyddyn|b+|hours?|minutes?)$", re.IGNORECASE
)
_SIGNS = re.compile(r"^[\W\d_]{1,3}$|^[£$€]\s?\d*$")
_BRACKETS = re.compile(r"\s+\(([^()]*)\)?\.?$")
_DASH = re.compile(r"\s+[–—-]\s+")
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-ZÂÊÎÔÛŴŶ‘“(])")
_LONG = 90
"""Characters beyond which a label is cut to the sentence that asks."""
_LONGEST, _LONGEST_HINT = 160, 140
_SMALLER = 0.86
"""Letters below this share of the first line's are an explanation, not the label."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is printed for one field: label and hint in each language that stands there."""

    label: Mapping[str, str] = field(default_factory=dict)
    hint: Mapping[str, str] = field(default_factory=dict)


def is_caption(text: str) -> bool:
    """Whether a text only says which part of a date a group of boxes is, as DD or Month."""
    words = re.sub(r"[^\w\s]", " ", text).split()
    return sum(map(len, words)) > 1 and all(_CAPTION.match(word) for word in words)


def is_number(text: str) -> bool:
    """Whether a text is only the number of a question, as 1.4 or B3."""
    return not _NUMBER.sub("", text, count=1).strip(" *.")


def is_sign(text: str) -> bool:
    """Whether a text is a sign between boxes, as a slash, a pound sign or the pence."""
    return bool(_SIGNS.match(text)) and not any(c.isalpha() for c in text)


def worded(block: Sequence[Run], usual: Language, *, statement: bool = False) -> Wording:
    """The label of a block of printed lines. ``usual``: the language of the page.

    A ``statement`` beside a tick is kept whole; of a question only what names it is the label.
    """
    parts: dict[Language, list[Run]] = {}
    for run in block:
        for text, tongue in _by_language(run.text, usual):
            piece = run if text == run.text else Run(text, run.box, 0)
            parts.setdefault(tongue, []).append(piece)
    if len(parts) > 1 and not _both(parts):
        parts = {usual: list(block)}
    label: dict[str, str] = {}
    hint: dict[str, str] = {}
    for tongue, runs in parts.items():
        name, more = _label_and_hint(runs, statement)
        if name:
            label[tongue] = name
            if more:
                hint[tongue] = more
    return Wording(in_both(label), hint)


def in_both(label: Mapping[str, str]) -> Mapping[str, str]:
    """A label with the other language added where the common words are known."""
    full = dict(label)
    for missing in LANGUAGES:
        for given in LANGUAGES:
            if missing not in full and given in label:
                known = translated(label[given], missing)
                if known:
                    full[missing] = known
    return full


def _both(parts: Mapping[Language, Sequence[Run]]) -> bool:
    """Whether a block truly says the same twice, rather than hold a stray foreign word."""
    sizes = [sum(len(run.text) for run in runs) for runs in parts.values()]
    return min(sizes) >= 3 and max(sizes) <= 3.5 * min(sizes)


def _by_language(text: str, usual: Language) -> list[tuple[str, Language]]:
    pieces = re.split(r"\s*[/|]\s+|\s+[/|]\s*", text)
    tongues = [spoken(piece, usual) for piece in pieces]
    if len(set(tongues)) > 1:
        return list(zip(pieces, tongues, strict=True))
    return [(text, spoken(text, usual))]


def _label_and_hint(runs: Sequence[Run], statement: bool) -> tuple[str, str]:
    runs = [run for run in runs if not is_caption(run.text)]
    while runs and is_number(runs[0].text):
        runs = runs[1:]
    if not runs:
        return "", ""
    if statement:
        return _cut(_clean(" ".join(run.text for run in runs)), _LONGEST), ""
    bold, rest = _bold_start(runs)
    if bold and rest:
        return _cut(_clean(bold), _LONGEST), _cut(_tidy(rest), _LONGEST_HINT)
    size = runs[0].em
    main = [runs[0]]
    while len(main) < len(runs) and runs[len(main)].em >= _SMALLER * size:
        if _new_paragraph(main[-1], runs[len(main)], runs):
            break
        main.append(runs[len(main)])
    text = " ".join(run.text for run in main)
    more = " ".join(run.text for run in runs[len(main) :])
    text, explained = _shortened(text)
    return _cut(_clean(text), _LONGEST), _cut(_tidy(f"{explained} {more}"), _LONGEST_HINT)


def _new_paragraph(last: Run, run: Run, block: Sequence[Run]) -> bool:
    """Whether a line was broken although the next word would have fitted: something new begins."""
    first = run.text.split()[0]
    if not first[:1].isupper() and not first.startswith("("):
        return False
    width = run.box.width * (len(first) + 1) / max(len(run.text), 1)
    return last.box.x1 + width < max(each.box.x1 for each in block) - 0.5


def _bold_start(runs: Sequence[Run]) -> tuple[str, str]:
    """The bold words a block begins with, and what follows them."""
    bold: list[str] = []
    rest: list[str] = []
    for run in runs:
        words = run.text.split()
        count = 0 if rest else run.bold
        bold += words[:count]
        rest += words[count:]
    if not _NUMBER.sub("", " ".join(bold), count=1).strip():
        return "", ""
    return " ".join(bold), " ".join(rest)


def _shortened(text: str) -> tuple[str, str]:
    """A label without what explains it: brackets, what follows a dash, sentences around."""
    bare = _NUMBER.sub("", text, count=1)
    inner = _BRACKETS.search(bare)
    if inner and inner.start() > 1 and not (inner.group(1).isupper() and len(inner.group(1)) < 6):
        return bare[: inner.start()], inner.group(1)
    if len(bare) > _LONG or _SENTENCE.search(bare):
        sentences = _SENTENCE.split(bare)
        asked = [each for each in sentences if each.rstrip().endswith("?")]
        chosen = asked[-1] if asked else sentences[0]
        return chosen, " ".join(each for each in sentences if each != chosen)
    dash = _DASH.search(bare)
    if dash and dash.start() > 3:
        return bare[: dash.start()], bare[dash.end() :]
    return bare, ""


def _clean(text: str) -> str:
    return _tidy(_NUMBER.sub("", " ".join(text.split()), count=1))


def _tidy(text: str) -> str:
    text = re.sub(r"[.…_]{3,}", " ", text)
    text = re.sub(r"^[\s•·*–—:,.-]+|[\s:*…–—,-]+$", "", text)
    text = " ".join(text.split())
    return text[:-1] if text.endswith(".") and text.count(".") == 1 and len(text) < 40 else text


def _cut(text: str, longest: int) -> str:
    """At most so many characters, ended after a word."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"
