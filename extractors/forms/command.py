"""``postroom forms``: commands for authors of form packs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast, get_args

import click

from extractors.drafting.command import new_command
from extractors.formpack import SHIPPED, BadFormPack, FormPack, load, load_all
from extractors.forms.ageing import RECIPES
from extractors.forms.preview_page import preview_command
from extractors.forms.specimens import As, Making, line, specimens, write
from extractors.packs.check_command import check_command

_LEAST_DPI, _MOST_DPI = 100, 600
_TRUTH = "truth.jsonl"


@click.group()
def forms() -> None:
    """Form packs: the definitions of printed forms."""


forms.add_command(new_command)
forms.add_command(preview_command)
forms.add_command(check_command)


@forms.command("fill")
@click.argument("pack")
@click.option(
    "--count", type=click.IntRange(1), default=10, show_default=True, help="How many forms."
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="The same seed makes the same forms.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder to write to; made if it is not there.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(get_args(As)),
    default="png",
    show_default=True,
    help="A PNG for each page, or one TIFF or PDF for each form.",
)
@click.option(
    "--ageing",
    multiple=True,
    type=click.Choice(list(RECIPES)),
    help="What happens to every form; more than one may be given. Otherwise all sorts.",
)
@click.option(
    "--dpi",
    type=click.IntRange(_LEAST_DPI, _MOST_DPI),
    help="Pixels an inch. Otherwise 150 to 400.",
)
def fill_command(
    pack: str,
    count: int,
    seed: int,
    out: Path,
    form: str,
    ageing: tuple[str, ...],
    dpi: int | None,
) -> None:
    """Fill in a form by hand, as people send it, many times.

    PACK is the code of a shipped form pack, such as V890-S, or the folder of your own. What stands
    on the forms is written to truth.jsonl beside them. People, vehicles and hands are invented.
    """
    try:
        chosen = _pack(pack)
        out.mkdir(parents=True, exist_ok=True)
        _fill(chosen, count, seed, out, cast(As, form), Making(ageing=ageing, dpi=dpi or 0))
    except BadFormPack as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        told = error.strerror or str(error)
        raise click.ClickException(
            f"{error.filename or out}: {told}. Nothing more is written."
        ) from None
    noun = "form" if count == 1 else "forms"
    click.echo(f"{count} {noun} of {chosen.code} in {out}; what stands on them: {out / _TRUTH}")


def _pack(named: str) -> FormPack:
    """A shipped pack by code or by folder name, or the pack in a folder. Raises ``BadFormPack``."""
    if (Path(named) / "form.toml").is_file():
        return load(Path(named))
    shipped = load_all([SHIPPED])
    for each in shipped:
        if named.casefold() in (each.code.casefold(), f"{each.code}-{each.edition}".casefold()):
            return each
    codes = ", ".join(dict.fromkeys(each.code for each in shipped))
    raise BadFormPack(
        f"{named}: neither a shipped form pack ({codes}) nor a folder with a form.toml in it"
    )


def _fill(pack: FormPack, count: int, seed: int, out: Path, form: As, making: Making) -> None:
    made = specimens(pack, count, seed, making)
    with (
        (out / _TRUTH).open("w", encoding="utf-8") as truth,
        click.progressbar(
            made, count, "Filling in", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as shown,
    ):
        for number, each in enumerate(shown, start=1):
            files = write(each, out, f"{pack.code}-{seed}-{number:05d}", form)
            truth.write(line(each, files))
