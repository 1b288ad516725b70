"""``postroom sheet``: separator sheets and batch headers to print."""

from __future__ import annotations

import re
from pathlib import Path

import click
from PIL import Image

from extractors.forms.draw import DPI
from extractors.forms.sheets import batch_header, separator


@click.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--batch", help="Make the header of the batch with this number instead.")
def sheet(out: Path, batch: str | None) -> None:
    """Write a separator sheet as PDF to OUT, to be printed and put between two items."""
    if batch is not None and not re.fullmatch(r"[A-Za-z0-9./-]{1,24}", batch):
        raise click.BadParameter(
            "Use 1 to 24 letters, digits, dots, slashes and hyphens.", param_hint="--batch"
        )
    picture = separator() if batch is None else batch_header(batch)
    Image.fromarray(picture).save(out, "PDF", resolution=DPI)
    click.echo(f"{out} is ready to print.")
