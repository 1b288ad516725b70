"""Why a sentence is in a letter, in words, and where on the form to look."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from extractors.formpack import FormPack
from extractors.values import OBSOLETE
from intake.letters import Source
from review_ui.language import language
from review_ui.reasons import REASONS


@dataclass(frozen=True, slots=True)
class Because:
    """``fields``: name and label of each field that the sentence comes from."""

    text: str
    fields: tuple[tuple[str, str], ...] = ()


def because(source: Source, pack: FormPack | None) -> Because:
    fields = tuple(
        (name, pack.label(name, language()))
        for name in source.fields
        if pack and name in pack.by_name
    )
    labels = ", ".join(label for _name, label in fields)
    if source.kind == "rule":
        return Because(_rule(labels, len(fields), ", ".join(source.codes)), fields)
    if source.kind == "field":
        return Because(_field(source.codes[0], labels), fields)
    if source.kind == "doubt":
        return Because(_form(source))
    if source.kind == "reason":
        told = ", ".join(str(REASONS[code]) for code in source.codes)
        return Because(_("The reason: %(reason)s", reason=told) if told else "")
    return Because(_("Added by a person") if source.kind == "own" else _("In every letter"))


def _rule(labels: str, number: int, rules: str) -> str:
    if number > 1:
        told = _("Do not go together: %(fields)s (check %(rule)s)", fields=labels, rule=rules)
    else:
        told = _("Check failed: %(fields)s (check %(rule)s)", fields=labels, rule=rules)
    return str(told)


def _field(wrong: str, label: str) -> str:
    told = {
        "unsigned": _("Not signed: %(field)s", field=label),
        "blank": _("Left blank: %(field)s", field=label),
        "unclear": _("Cannot be read: %(field)s", field=label),
    }
    return str(told.get(wrong, _("Does not fit: %(field)s", field=label)))


def _form(source: Source) -> str:
    if source.codes[0] == OBSOLETE:
        return str(_("The edition of the form is not accepted any more"))
    return str(_("Page %(page)s of the form is missing", page=source.codes[1]))
