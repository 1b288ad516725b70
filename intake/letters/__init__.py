"""Letters to senders whose paper goes back: drafted from what failed, edited, approved. Pure.

``draft`` says what a letter should say and why; ``Edits`` is what a person made of it; ``written``
puts both together; ``problems`` tells what keeps it from going out.
"""

from __future__ import annotations

from intake.letters.addressee import preferred_language
from intake.letters.causes import likely_reasons
from intake.letters.drafting import draft
from intake.letters.texts import LANGUAGES, long_day, words
from intake.letters.values import Draft, Edits, Letter, Line, Sentence, Source, Touched
from intake.letters.writing import (
    LONGEST,
    Problem,
    edited,
    problems,
    with_address,
    written,
)

__all__ = [
    "LANGUAGES", "LONGEST", "Draft", "Edits", "Letter", "Line", "Problem", "Sentence", "Source",
    "Touched", "draft", "edited", "likely_reasons", "long_day",
    "preferred_language", "problems", "with_address", "words", "written",
]  # fmt: skip
