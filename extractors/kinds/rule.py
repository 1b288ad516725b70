"""What a kind of value is: how it is written, kept, shown and explained."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from extractors.kinds.positions import Alternative, expand, fitting, misfit


@dataclass(frozen=True, slots=True)
class KindRule:
    """One kind of value.

    ``name``: with its article, for sentences ("a postcode").
    ``alphabet``: every character that may be hand-printed in it, upper case.
    ``normal``: the canonical value of what was written, ``None`` when it does not fit.
    A canonical value is its own normal form.
    ``display``: a canonical value as a person writes it; its normal form is the value again.
    ``meaning``: what a canonical value says, in words, so that a slip stands out.
    ``explain``: why a text does not fit, in plain words; ``""`` when it fits.
    ``alternatives``: for a comb of so many boxes, every way to fill it, commonest first: one
    string of allowed characters for each written character, no spaces. ``()`` when nothing fits,
    ``None`` when any run of the alphabet does.
    ``share``: how often a canonical value like this one is met, beside the usual ones (1.0).
    """

    name: str
    alphabet: str
    normal: Callable[[str], str | None]
    display: Callable[[str], str]
    meaning: Callable[[str], str]
    explain: Callable[[str], str]
    alternatives: Callable[[int], tuple[Alternative, ...] | None]
    share: Callable[[str], float] = lambda _value: 1.0


def same(value: str) -> str:
    """For kinds that are shown as they are kept."""
    return value


def free(_cells: int) -> None:
    """The alternatives of a kind without a grammar of positions."""
    return


def compact(raw: str) -> str:
    """Upper case without white space: the form grammars are written for."""
    return "".join(raw.split()).upper()


def alphabet_of(alternatives: tuple[Alternative, ...]) -> str:
    """Every character any of them allows, sorted."""
    return "".join(sorted({c for each in alternatives for allowed in each for c in allowed}))


def from_pattern(
    name: str,
    pattern: str,
    *,
    display: Callable[[str], str] = same,
    meaning: Callable[[str], str] | None = None,
    tidy: Callable[[str], str] = compact,
    share: Callable[[str], float] = lambda _value: 1.0,
) -> KindRule:
    """The kind whose unspaced values are what a grammar pattern accepts.

    Raises ``NotPositions`` for a pattern that is more than positions.
    """
    alternatives = expand(pattern)
    matcher = re.compile(pattern, re.ASCII)

    def normal(raw: str) -> str | None:
        text = tidy(raw)
        return text if matcher.fullmatch(text) else None

    return KindRule(
        name=name,
        alphabet=alphabet_of(alternatives),
        normal=normal,
        display=display,
        meaning=meaning or display,
        explain=lambda raw: misfit(name, tidy(raw), alternatives),
        alternatives=lambda cells: fitting(alternatives, cells),
        share=share,
    )
