"""Before a form goes into use: do its pages look like those of another form in use?

The pictures are compared in a process of their own; see ``running``.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from intake.settings import Settings
from review_ui.forms import running
from review_ui.forms.packs import Entry
from review_ui.forms.saving import CannotSave, Draft

log = logging.getLogger(__name__)

_ALIKE = lazy_gettext("Its pages look like those of another form in use. Nothing is saved yet.")
_UNKNOWN = lazy_gettext(
    "Its pages could not be compared with those of the other forms. Nothing is saved yet."
)
_HOW_ON = lazy_gettext(
    "Comparing them failed, or took too long. You can put the form into use all the same: try a "
    "scan on it then, to see that it is not taken for another."
)


class Doubtful(Exception):
    """It can be saved, but somebody has to want it: ``question`` as a heading, ``words`` below."""

    def __init__(self, question: str, words: Sequence[str]) -> None:
        super().__init__(question)
        self.question = question
        self.words = list(words)


def refuse_alike(settings: Settings, person: str, base: Entry, draft: Draft) -> None:
    """Raise ``Doubtful`` when pages of ``draft`` are like pages in use, or nobody knows.

    ``base``: the form that was opened, whose blanks the draft has. Raises ``CannotSave`` while the
    same person, or too many others, have another task running.
    """
    if draft.form.get("status", "current") != "current":
        return  # where nothing tells two blanks apart, the one in use is taken
    task = {
        "do": "compare",
        "folder": str(base.folder),
        "edition": draft.form["edition"],
        "folders": [str(each) for each in settings.form_folders],
    }
    try:
        found = running.run(settings, person, task, b"", pages=0)["rivals"]
    except running.Busy as error:
        told = _("It cannot be compared with the other forms yet. %(why)s", why=error)
        raise CannotSave(told) from None
    except running.CannotRun:
        log.warning("form_not_compared pack=%s", draft.name)
        raise Doubtful(str(_UNKNOWN), [str(_HOW_ON)]) from None
    if found:
        raise Doubtful(str(_ALIKE), _words(f"{draft.form['code']} {draft.form['edition']}", found))


def _words(name: str, found: Sequence[dict[str, Any]]) -> list[str]:
    told = []
    for each in found:
        sentence = (
            lazy_gettext(
                "Page %(page)s of %(name)s cannot be told apart from page %(other_page)s of "
                "%(other)s."
            )
            if each["taken"]
            else lazy_gettext(
                "Page %(page)s of %(name)s may be taken for page %(other_page)s of %(other)s."
            )
        )
        told.append(str(sentence) % {**each, "name": name})
    others = _(" and ").join(sorted({each["other"] for each in found}))
    return [
        *told,
        _(
            "If this form takes the place of %(others)s, withdraw that first: write "
            'status = "old" in its form.toml, or ask who operates Postroom to do so. Of two pages '
            "that look the same, the one that is not withdrawn is taken.",
            others=others,
        ),
        _(
            "If both stay in use, have the print differ: code, edition and page on every page, "
            "best as a barcode."
        ),
    ]
