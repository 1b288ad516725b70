"""``postroom forms new``: a draft form pack from a blank form."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from extractors.values import Way

if TYPE_CHECKING:
    from extractors.drafting.draft import DraftPack
    from extractors.drafting.vocabulary import Language

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]*")
_EDITION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_WAYS: dict[Way, tuple[str, str]] = {
    "comb": ("comb of boxes", "combs of boxes"),
    "tick": ("tick or choice", "ticks and choices"),
    "line": ("line or frame", "lines and frames"),
    "signature": ("signature", "signatures"),
    "barcode": ("barcode", "barcodes"),
}


def _fits(pattern: re.Pattern[str], hint: str) -> object:
    def check(_context: click.Context, _option: click.Parameter, value: str) -> str:
        if not pattern.fullmatch(value):
            raise click.BadParameter(hint)
        return value

    return check


@click.command("new")
@click.argument(
    "blanks", metavar="BLANK...", nargs=-1, required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)  # fmt: skip
@click.option(
    "--code", required=True, help="The form's code, such as PK1.",
    callback=_fits(_CODE, "Use capital letters, digits and hyphens, such as PK1 or V890-S."),
)  # fmt: skip
@click.option(
    "--edition", required=True, help="The edition printed on it, such as 2026-11.",
    callback=_fits(_EDITION, "Use letters, digits, dots and hyphens, such as 2026-11."),
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("."),
    show_default="this folder", help="Where the pack's own folder is made.",
)  # fmt: skip
@click.option("--title", default="", help="The title; otherwise the largest print on page 1.")
@click.option(
    "--language", type=click.Choice(["en", "cy"]),
    help="The language it is printed in; otherwise told by its words.",
)  # fmt: skip
def new_command(
    blanks: tuple[Path, ...], code: str, edition: str, out: Path, title: str, language: str | None
) -> None:
    """Draft a form pack from BLANK, an empty form as PDF, TIFF, JPEG or PNG.

    Where each page is a file of its own, give them all in order. Finds what is to be filled in,
    names it from the print beside it, and writes a folder with form.toml and a picture of each
    page. Lines with '# check' say what to look at.
    """
    from extractors.drafting.draft import DraftPack, Wanted
    from extractors.formpack import BadFormPack
    from extractors.limits import UnreadableScan

    folder = out / f"{code}-{edition}"
    if folder.exists():
        raise click.ClickException(
            f"{folder} is already there, and is left as it is. Give --out another folder, or "
            "another --edition."
        )
    wanted = Wanted(code, edition, title, cast("Language | None", language))
    pack = DraftPack(wanted, blanks[0], further=blanks[1:])
    try:
        _read(pack)
        pack.save(folder)
    except UnreadableScan as error:
        named = ", ".join(str(blank) for blank in blanks)
        raise click.ClickException(f"{named}: {error.message}") from None
    except (BadFormPack, RuntimeError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        told = error.strerror or str(error)
        raise click.ClickException(f"{error.filename or folder}: {told}.") from None
    _summary(pack, folder)


def _read(pack: DraftPack) -> None:
    """Read all pages, and say of each that it is done where somebody watches."""
    from extractors.drafting.draft import pages

    for page in pages(pack):
        if sys.stderr.isatty():
            count = len(page.drafts)
            click.echo(f"page {page.sheet.number}: {count} fields", err=True)


def _summary(pack: DraftPack, folder: Path) -> None:
    drafts = pack.drafts
    ways = Counter(each.way for each in drafts)
    told = [
        f"{ways[way]} {one if ways[way] == 1 else many}"
        for way, (one, many) in _WAYS.items()
        if ways[way]
    ]
    pages = len(pack.pages)
    click.echo(f"{folder}: {pages} {'page' if pages == 1 else 'pages'}, {len(drafts)} fields")
    click.echo(f"  {', '.join(told)}")
    empty = [str(page.sheet.number) for page in pack.pages if not page.drafts]
    if empty:
        noun = "page" if len(empty) == 1 else "pages"
        click.echo(f"  nothing to fill in on {noun} {', '.join(empty)}: kept as part of the form")
    for line in _anchors(folder):
        click.echo(f"  {line}")
    doubtful = sum(bool(each.checks) for each in drafts)
    have = "field has" if doubtful == 1 else "fields have"
    click.echo(f"  {doubtful} {have} a line '# check' in form.toml")
    click.echo("Next:")
    click.echo(f"  postroom forms preview {folder}    see where every field is")
    click.echo(f"  postroom forms check {folder}      see what is wrong or missing")


def _anchors(folder: Path) -> Iterator[str]:
    """For each page the print that scans of it are laid by, and whether it covers the page."""
    from extractors.formpack import load
    from extractors.packs.anchors import anchors, weak

    pack = load(folder)
    for page in pack.pages:
        found = anchors(pack, page.number)
        bare = found.bare
        yield (
            f"page {page.number}: {len(found.places)} registration anchors, "
            f"{bare.width:.0f} by {bare.height:.0f} mm at most without any"
        )
        doubts = dict.fromkeys(each.words for each in weak(pack, page.number, found))
        yield from (f"page {page.number}: {words}" for words in doubts)
