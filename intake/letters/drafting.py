"""From what failed to a letter: one sentence for each cause, inside what every letter has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from extractors.formpack import FormPack
from intake.desk import Task
from intake.letters.addressee import Addressee, addressee
from intake.letters.causes import Cause, causes
from intake.letters.texts import joined, label, long_day, quoted, texts, words
from intake.letters.values import Draft, Part, Sentence, Source
from intake.model import OFFICE, RETURN_REASONS


def draft(task: Task, pack: FormPack | None, reasons: Iterable[str], language: str) -> Draft:
    """The letter that these reasons (codes; unknown ones do not count) and what failed call for."""
    chosen = tuple(code for code in RETURN_REASONS if code in set(reasons))
    to = addressee(task, pack)
    found = [each for each in causes(task, pack) if each.reason in chosen]
    sentences = (
        *_opening(task, pack, to, language),
        *_causes(found, chosen, pack, language),
        *_ending(chosen, pack, to, language),
    )
    return Draft(language, chosen, to.lines, sentences)


def _opening(
    task: Task, pack: FormPack | None, to: Addressee, language: str
) -> tuple[Sentence, Sentence]:
    received = long_day(task.application.received_at.astimezone(OFFICE).date(), language)
    if pack:
        title = pack.title.get(language) or pack.called
        opening = _frame(
            "opening", language, "", form=quoted(title), code=pack.code, day=received
        )  # fmt: skip
    else:
        opening = _frame("opening", language, "_unknown", day=received)
    greeting = _frame("salutation", language, "" if to.name else "_unknown", name=to.name)
    return greeting, opening


def _ending(
    chosen: tuple[str, ...], pack: FormPack | None, to: Addressee, language: str
) -> tuple[Sentence, ...]:
    first = next((code for code in texts()["todo"] if code in chosen), "other")
    source = Source("reason", (first,) if first in chosen else chosen)
    source = source if chosen else Source("frame")
    todo = Sentence(f"todo:{first}", "todo", words(f"todo.{first}", language), source)
    return (
        todo,
        _frame("papers", language, "" if pack else "_unknown"),
        _frame("closing", language, ""),
        _frame("sign_off", language, "" if to.name else "_unknown"),
    )


def _frame(part: Part, language: str, which: str, /, **named: object) -> Sentence:
    text = words(f"frame.{part}{which}", language, **named)
    return Sentence(f"frame:{part}", part, text, Source("frame"))


def _causes(
    found: list[Cause], chosen: tuple[str, ...], pack: FormPack | None, language: str
) -> tuple[Sentence, ...]:
    """A reason that no check speaks for has a sentence of its own."""
    kept: list[Sentence] = []
    for code in chosen:
        mine = [each for each in found if each.reason == code]
        if all(each.offered for each in mine):
            text = words(f"reason.{code}", language)
            kept.append(Sentence(f"reason:{code}", "cause", text, Source("reason", (code,))))
        kept += [_of_cause(each, pack, language) for each in mine]
    return tuple(_merged(kept))


def _of_cause(cause: Cause, pack: FormPack | None, language: str) -> Sentence:
    names = cause.source.fields
    labels = [label(pack, each, language) for each in names if pack and each in pack.by_name]
    labels = labels or [quoted(each) for each in names] or [""]
    text = words(
        cause.text,
        language,
        label=labels[0],
        first=labels[0],
        last=labels[-1],
        labels=joined(labels, language),
        page=cause.page,
        code=pack.code if pack else "",
    )
    key = ":".join((cause.text.replace(".", ":"), *cause.source.codes[1:], *names))
    return Sentence(key, "cause", text, cause.source, cause.offered)


def _merged(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """Several checks that say the same make one sentence, which has all of them as its source."""
    of_text: dict[str, Sentence] = {}
    for each in sentences:
        before = of_text.setdefault(each.text, each)
        if before is not each:
            source = replace(
                before.source,
                codes=tuple(dict.fromkeys((*before.source.codes, *each.source.codes))),
                fields=tuple(dict.fromkeys((*before.source.fields, *each.source.fields))),
            )
            offered = before.offered and each.offered
            of_text[each.text] = replace(before, source=source, offered=offered)
    yield from of_text.values()
