"""``postroom read``: files in, one JSON application for each item out, without any service."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby
from pathlib import Path
from typing import IO

import click
import numpy as np
from PIL import Image

from extractors.application import document
from extractors.draw import drawn
from extractors.formpack import SHIPPED, BadFormPack
from extractors.limits import Limits, UnreadableScan
from extractors.pages import pages
from extractors.read import Engines, doubtful, needs_review, read
from extractors.separators import Side, split
from extractors.values import Page, Picture, Reading

FOLDER = click.Path(path_type=Path, file_okay=False)


@dataclass(frozen=True, slots=True)
class _Out:
    """Where the applications and the drawn pages go; ``None`` for the folder: standard output."""

    documents: Path | None
    drawings: Path | None
    written: dict[str, int] = field(default_factory=dict)

    def name(self, scan: Path) -> str:
        """A name for the next item of a scan, used by no other: ``scan-1``, ``scan-2`` ..."""
        number = self.written.get(scan.stem, 0) + 1
        self.written[scan.stem] = number
        return f"{scan.stem}-{number}"


@click.command("read")
@click.argument("scans", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--forms", multiple=True, type=FOLDER,
    help="A folder of form packs, beside those that are shipped. May be given more than once.",
)  # fmt: skip
@click.option("--out", type=FOLDER, help="Write one file for each application in this folder.")
@click.option("--draw", type=FOLDER, help="Write each page with what was read drawn on it.")
def read_command(
    scans: tuple[Path, ...], forms: tuple[Path, ...], out: Path | None, draw: Path | None
) -> None:
    """Read SCANS (PDF, TIFF, JPEG or PNG) and write one JSON application for each item in them.

    Without --out the applications go to standard output, one a line. The exit code is 0 when
    every file was read and 2 when one could not be; the others are read all the same.
    """
    try:
        engines = Engines.load((SHIPPED, *forms))
    except BadFormPack as error:
        raise click.ClickException(str(error)) from None
    for folder in (out, draw):
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
    target, failed = _Out(out, draw), 0
    for index, scan in enumerate(scans, start=1):
        _progress(f"{index} of {len(scans)}: {scan.name}")
        try:
            _read_scan(scan, engines, target)
        except UnreadableScan as error:
            failed += 1
            _complain(scan, str(error))
        except OSError as error:
            failed += 1
            _complain(scan, error.strerror or "it cannot be opened")
    _progress("")
    if failed:
        sys.exit(2)


def _read_scan(scan: Path, engines: Engines, out: _Out) -> None:
    data = scan.read_bytes()
    for item in items(pages(data, Limits())):
        name = out.name(scan)
        pictures: dict[int, Path] = {}

        def keep(
            number: int, picture: Picture, name: str = name, pictures: dict[int, Path] = pictures
        ) -> None:
            if out.drawings:
                pictures[number] = out.drawings / f"{name}-page-{number}.png"
                Image.fromarray(picture).save(pictures[number])

        reading = read(item, engines, keep=keep)
        _write(reading, engines, out, name)
        _draw(reading, engines, pictures)


def items(scan: Iterator[Page]) -> Iterator[Iterator[Page]]:
    """The items of a scan, each a run of pages to be used up before the next is asked for."""
    started = 0

    def item(side: Side) -> int:
        nonlocal started
        started += side.starts_item
        return started

    for _, run in groupby(split(scan), item):
        own = (side.page for side in run if side.role == "page")
        first = next(own, None)
        if first is not None:
            yield chain((first,), own)


def _write(reading: Reading, engines: Engines, out: _Out, name: str) -> None:
    pack = engines.pack(reading.form)
    told = document(reading, pack)
    told["needs_review"] = [each.message for each in needs_review(reading, pack)]
    if out.documents is None:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    (out.documents / f"{name}.json").write_text(text, encoding="utf-8")


def _draw(reading: Reading, engines: Engines, pictures: dict[int, Path]) -> None:
    pack = engines.pack(reading.form)
    if pack is None:
        return
    unsure = frozenset(doubtful(reading, pack))
    for number, path in pictures.items():
        fields = [each for each in reading.fields if each.page == number]
        with Image.open(path) as picture:
            marked = drawn(np.asarray(picture, np.uint8), fields, unsure)
        Image.fromarray(marked).save(path)


def _progress(text: str, stream: IO[str] | None = None) -> None:
    """One line that overwrites itself, on a terminal only."""
    stream = stream or sys.stderr
    if stream.isatty():
        stream.write(f"\r\033[K{text}")
        stream.flush()


def _complain(scan: Path, words: str) -> None:
    _progress("")
    click.echo(f"{scan}: {words}", err=True)
