"""``postroom forms check``: every mistake of a form pack at once, each with how to mend it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from extractors.formpack import SHIPPED, BadFormPack, FormPack, load
from extractors.packs.check import mistakes
from extractors.packs.mistake import Gravity, Mistake
from extractors.packs.written import NAME

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("check")
@click.argument("folders", nargs=-1, required=True, type=FOLDER, metavar="DIR...")
@click.option(
    "--beside", multiple=True, type=FOLDER,
    help="A folder of packs in use: told when a page of DIR looks like one of theirs.",
)  # fmt: skip
@click.option("--samples/--no-samples", default=True, help="Read the packs' samples. Usual: yes.")
def check_command(folders: tuple[Path, ...], beside: tuple[Path, ...], samples: bool) -> None:
    """Tell every mistake in form packs, each with its file, line and key, and how to mend it.

    DIR is a form pack or a folder of them. The blanks are compared with the definitions, with each
    other and with the shipped packs; the packs' own samples are read. The exit code is 1 when
    there is a mistake, 0 with warnings only.
    """
    found = _Found()
    try:
        chosen = list(_packs(folders))
        packs = list(_definitions(chosen, found))
        others = list(_others([SHIPPED, *beside], chosen, found))
        found.tell(_pictures(packs, others, samples))
    except (BadFormPack, OSError) as error:
        raise click.ClickException(str(error)) from None
    found.say(found.summary(len(chosen)))
    sys.exit(1 if found.counts["mistake"] else 0)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is told, as it is found, and how much of it there is."""

    counts: dict[Gravity, int] = field(
        default_factory=lambda: {"mistake": 0, "warning": 0, "note": 0}
    )
    told: set[Mistake] = field(default_factory=set)

    def tell(self, wrong: Iterable[Mistake]) -> None:
        for each in wrong:
            if each in self.told:  # once, though several packs may take it from one another
                continue
            self.told.add(each)
            self.say(f"{each}" if each.gravity == "mistake" else f"{each.gravity}: {each}")
            self.counts[each.gravity] += 1

    def refused(self, words: str) -> None:
        """A file so wrong that nothing else can be told of it."""
        self.say(words)
        self.counts["mistake"] += 1

    def say(self, words: str) -> None:
        progress("")
        click.echo(words)

    def summary(self, packs: int) -> str:
        told = [
            f"{count} {name}{'s' * (count != 1)}" for name, count in self.counts.items() if count
        ]
        if self.counts["mistake"]:
            return f"{', '.join(told)}. Mend what is wrong and check again."
        many = "The pack can" if packs == 1 else f"All {packs} packs can"
        return f"{', '.join(['No mistakes', *told])}. {many} be used."


def _packs(folders: Sequence[Path]) -> Iterator[Path]:
    """The pack folders among those given and directly inside them. Raises ``BadFormPack``."""
    for folder in folders:
        inside = sorted(each.parent for each in folder.glob(f"*/{NAME}"))
        if not inside and not (folder / NAME).is_file():
            raise BadFormPack(
                f"{folder}: neither a form pack nor a folder of them: there is no {NAME} in it."
            )
        yield from [folder] if (folder / NAME).is_file() else inside


def _definitions(folders: Iterable[Path], found: _Found) -> Iterator[FormPack]:
    """Tell what is wrong with definitions and blanks; the packs that can be used nevertheless."""
    first: dict[tuple[str, str], Path] = {}
    for folder in folders:
        progress(f"{folder.name}: its definition and blanks")
        try:
            wrong = mistakes(folder)
        except BadFormPack as error:
            found.refused(str(error))
            continue
        found.tell(wrong)
        try:
            pack = load(folder)
        except BadFormPack:
            continue  # what is wrong is told
        earlier = first.setdefault((pack.code, pack.edition), folder)
        if earlier is not folder:
            words = f"{pack.code} {pack.edition} is in {earlier} already. Give each its own."
            found.tell([Mistake(folder / NAME, None, "edition", words)])
        elif not any(each.gravity == "mistake" and each.key.startswith("pages") for each in wrong):
            yield pack


def _others(folders: Sequence[Path], chosen: Sequence[Path], found: _Found) -> Iterator[FormPack]:
    """The packs that those chosen lie beside. Raises ``BadFormPack`` where there are none."""
    checked = {each.resolve() for each in chosen}
    for folder in _packs(folders):
        if folder.resolve() in checked:
            continue
        try:
            yield load(folder)
        except BadFormPack:
            words = "this pack has mistakes, so nothing is compared with it. Check it as well."
            found.tell([Mistake(folder, None, "", words, "warning")])


def _pictures(
    packs: Sequence[FormPack], beside: Sequence[FormPack], samples: bool
) -> Iterator[Mistake]:
    """What comparing blanks and reading samples tells; models are loaded only now."""
    from extractors.packs.alike import alike
    from extractors.packs.anchors import poor
    from extractors.packs.samples import compared
    from extractors.read import Engines

    yield from poor(packs, progress)
    yield from alike(packs, beside, progress)
    if samples:
        engines = Engines(tuple(packs))
        for pack in packs:
            yield from compared(pack, engines, progress)


def progress(text: str) -> None:
    """One line that overwrites itself, on a terminal only."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{text}", err=True, nl=False)
