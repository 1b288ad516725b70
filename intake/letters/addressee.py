"""Who a letter is for: name and address as far as they were surely read, and the language."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.formpack import FormPack
from intake.desk import Task
from intake.letters.texts import LANGUAGES

_NAME = ("name.given", "name.family")
_ADDRESS = ("address.line_1", "address.line_2", "address.post_town", "address.postcode")
_NEEDED = ("address.line_1", "address.postcode")
_WISH = "applicant.language"
_OTHER = "other"


@dataclass(frozen=True, slots=True)
class Addressee:
    """``name`` for the salutation, empty when it is not sure. ``lines``: for the window."""

    name: str = ""
    lines: tuple[str, ...] = ()


def addressee(task: Task, pack: FormPack | None) -> Addressee:
    """The first person of the form who gives an address. A doubtful part makes all of it unsure."""
    person = _sender(pack)
    if pack is None or not person:
        return Addressee()
    full, short = _name(task, person)
    firm = _sure(task, f"{person}.organisation") or ""
    lines = _address(task, pack, person)
    named = [each for each in (full, firm) if each]
    return Addressee(short, (*named, *lines) if lines and named else ())


def preferred_language(task: Task, pack: FormPack | None) -> str:
    """The language the sender asks to be written to in, if surely read, else the form's."""
    wished = _sure(task, _WISH)
    if wished in LANGUAGES:
        return wished
    told = pack.language if pack else task.application.language
    return told if told in LANGUAGES else LANGUAGES[0]


def _sender(pack: FormPack | None) -> str:
    ending = f".{_NEEDED[0]}"
    names = [each.name for each in pack.fields] if pack else []
    return next((each.removesuffix(ending) for each in names if each.endswith(ending)), "")


def _name(task: Task, person: str) -> tuple[str, str]:
    """The name as on an envelope and as in a salutation; both empty when any part is unsure."""
    given, family = (_sure(task, f"{person}.{part}") for part in _NAME)
    if not given or not family:
        return "", ""
    title = _sure(task, f"{person}.name.title")
    if title == _OTHER:
        title = _sure(task, f"{person}.name.title_other")
    if not title:
        return f"{given} {family}", f"{given} {family}"
    title = title.title() if title.isupper() else title
    return f"{title} {given} {family}", f"{title} {family}"


def _address(task: Task, pack: FormPack, person: str) -> tuple[str, ...]:
    names = [f"{person}.{part}" for part in _ADDRESS if f"{person}.{part}" in pack.by_name]
    told = {name: _sure(task, name) for name in names}
    lines = [line for line in told.values() if line]
    unsure = any(line is None for line in told.values())
    if unsure or not all(told.get(f"{person}.{part}") for part in _NEEDED):
        return ()
    return tuple(lines)


def _sure(task: Task, name: str) -> str | None:
    """The value of a field that a person gave or the machine is sure of; empty when left blank.

    ``None``: it is not sure, or there is no such field.
    """
    answer = task.answers.get(name)
    if answer is not None:
        if answer.state in ("accepted", "corrected", "absent"):
            return "" if answer.value is None else str(answer.value)
        return None
    read = next((each for each in task.reading.fields if each.name == name), None)
    if read is None or name in task.doubtful or read.status in ("illegible", "conflict"):
        return None
    return "" if read.value is None else str(read.value)
