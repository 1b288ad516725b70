"""What is kept of the forms that were read: outcomes, characters, and a few whole pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from benchmarks.reading.characters import Seen, among
from benchmarks.reading.forms import forms
from benchmarks.reading.hands import Group
from benchmarks.reading.measured import Outcome, Read, measured
from extractors.formpack import FormPack
from extractors.read import Engines


@dataclass
class Findings:
    """Everything the tables are made of. ``pages``: the first few forms of each group, whole."""

    outcomes: list[Outcome] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    pages: list[Read] = field(default_factory=list)
    forms: int = 0
    unmatched: list[str] = field(default_factory=list)


def gather(
    engines: Engines, pack: FormPack, groups: Iterable[Group], count: int, keep: int, seed: int
) -> Findings:
    """Read ``count`` forms of each group; ``keep`` of each stay whole."""
    found = Findings()
    for group in groups:
        for read in measured(engines, forms(pack, group, count, seed), group.name):
            found.forms += 1
            if read.laid is None:
                found.unmatched.append(f"{group.name} {read.form.number}: {read.form.scan}")
                continue
            found.outcomes += [_lean(each) for each in read.outcomes]
            found.seen += _lean_seen(among(read.cells, engines.recogniser.classes))
            if read.form.number < keep:
                found.pages.append(replace(read, cells=()))
    return found


def _lean(outcome: Outcome) -> Outcome:
    """Without the boxes: a long run has many."""
    return replace(outcome, reading=replace(outcome.reading, cells=()))


def _lean_seen(seen: Iterable[Seen]) -> Iterator[Seen]:
    """Pictures of what was misread only."""
    for each in seen:
        yield each if not each.right else replace(each, picture=None)


def of_group(outcomes: Sequence[Outcome], group: str) -> list[Outcome]:
    """The fields in the hands of one group."""
    return [each for each in outcomes if each.asked.group == group]
