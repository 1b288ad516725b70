"""Mistakes people make on forms, made on purpose, so that somebody has to notice them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from extractors.formpack import FormPack
from extractors.forms.stories import Answers

_AGAIN = "AA19ZZZ"  # a mark that is not the one given before


@dataclass(frozen=True, slots=True)
class Marks:
    """Slips of the pen that are not in the answers; each names a field."""

    overwritten: str = ""  # one character written over another
    second_option: str = ""  # a choice with two boxes marked
    changed_mind: str = ""  # a choice with one box marked and struck out, and another marked


def spoil(
    pack: FormPack, answers: Answers, rng: np.random.Generator, which: str = ""
) -> tuple[str, Marks]:
    """Put one mistake (``which``, or one by chance) into ``answers`` or the marks; says which.

    Raises ``ValueError`` when ``which`` cannot be made here.
    """
    possible = _possible(pack, answers, rng)
    if which and which not in possible:
        raise ValueError(f"{which}: on {pack.code} the mistakes are {', '.join(sorted(possible))}")
    if not possible:
        return "", Marks()
    which = which or str(rng.choice(sorted(possible)))
    return which, possible[which]()


def _possible(
    pack: FormPack, answers: Answers, rng: np.random.Generator
) -> dict[str, Callable[[], Marks]]:
    """Every mistake that can be made with these answers, by name."""
    mistakes: dict[str, Callable[[], Marks]] = {}

    def rewrite(name: str, text: str) -> Callable[[], Marks]:
        def mistake() -> Marks:
            answers[name] = text
            return Marks()

        return mistake

    def drop(name: str) -> Callable[[], Marks]:
        def mistake() -> Marks:
            del answers[name]
            return Marks()

        return mistake

    for name in answers:
        if name.endswith("date_of_birth") and _in_figures(pack, answers, name):
            day = str(answers[name])
            other = f"{int(day[:2]) % 28 + 1:02d}{day[2:]}"
            mistakes["birth_date_disagrees"] = rewrite(name, other)
    again = str(answers.get("vehicle.vrn_again", ""))
    if len(again) >= len(_AGAIN):
        mistakes["marks_differ"] = rewrite("vehicle.vrn_again", _AGAIN)
    if _in_figures(pack, answers, "declaration.date"):
        day = str(answers["declaration.date"])
        mistakes["signed_in_future"] = rewrite("declaration.date", f"{day[:4]}{int(day[4:]) + 1}")
    if answers.get("declaration.signature"):
        mistakes["not_signed"] = drop("declaration.signature")
    choices = [f.name for f in pack.fields if f.kind == "choice" and f.name in answers]
    if choices:
        choice = str(rng.choice(choices))
        mistakes["two_boxes"] = lambda: Marks(second_option=choice)
        mistakes["changed_mind"] = lambda: Marks(changed_mind=choice)
    combs = [f.name for f in pack.fields if f.way == "comb" and f.name in answers]
    if combs:
        comb = str(rng.choice(combs))
        mistakes["overwritten"] = lambda: Marks(overwritten=comb)
    return mistakes


def _in_figures(pack: FormPack, answers: Answers, name: str) -> bool:
    """Whether the answer is a date of figures alone: day, month, year."""
    said = str(answers.get(name, ""))
    dated = name in pack.by_name and pack.by_name[name].kind == "date"
    return dated and said.isdigit() and len(said) in (6, 8)
